"""Calibrates the evidence of the comparing models into probabilities.

In: models and pairs that they have not learnt from. Out: the weights of a logistic curve for each comparison, from right pairs and
up to twice as many of their nearest wrong neighbours.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from pipeline.gazetteer.keys import romanise, skeleton
from pipeline.gazetteer.transliteration.compare import ASKED, Comparer, closer_evidence, evidence, probability
from pipeline.train.transliteration_pairs import variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

Keys = list[tuple[str, str]]


def calibrated(models: dict[str, Comparer], keys: Keys, every: Keys, *, seed: int) -> dict[str, list[float]]:
    """For each comparison the weights of its evidence and the shift; `every` are all known pairs, to find near neighbours among."""
    curves = {}
    for what in models:
        positive, negative = contrasts(what, keys, every, near=keys, seed=seed)
        if not positive:
            curves[what] = [1.0, 0.0, 0.0]
            continue
        found = np.concatenate([evidence(models[what], left, [right]) for left, right in [*positive, *negative]])
        truths = np.array([1.0] * len(positive) + [0.0] * len(negative))
        curves[what] = logistic(found, truths)
    return curves


def closely_calibrated(
    models: dict[str, Comparer], usual: Keys, keys: Keys, every: Keys, *, seed: int
) -> dict[str, list[float]]:
    """Likewise for the evidence with that of the network, across scripts, from the pairs that it is asked about, with neighbours from all
    names, for the network can tell these apart. What an Arabic name is in Latin is learnt from the `usual` spelling of each name.
    """
    pairs = {
        "cross": contrasts("cross", usual, every, near=every, seed=seed),
        "turned": contrasts("turned", keys, every, near=every, seed=seed),
    }
    curves = {}
    for what, (positive, negative) in pairs.items():
        rows, truths = [], []
        for number, (left, right) in enumerate([*positive, *negative]):
            found = evidence(models[what], left, [right])
            if probability(models[what].calibration, found)[0] > ASKED:
                rows.append(np.column_stack([found, closer_evidence(models[what], left, [right])])[0])
                truths.append(float(number < len(positive)))
        curves[what] = logistic(np.array(rows), np.array(truths)) if rows else [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    return curves


def contrasts(what: str, keys: Keys, every: Keys, *, near: Keys, seed: int) -> tuple[Keys, Keys]:
    """For a comparison pairs that are one name, and neighbours that are not, across scripts from the pairs `near`."""
    turned = [(right, left) for left, right in every]
    # Spellings of one name in one script are few, so all are used; the edits have learnt from nine in ten of them. In Arabic, where
    # names are dense, their neighbours come from all too.
    if what == "cross":
        pairs, known = keys, {right for _, right in near}
    elif what == "turned":
        pairs, known = [(right, left) for left, right in keys], {left for left, _ in near}
    elif what == "arabic":
        pairs, known = variants(every)[0], {left for left, _ in every}
    else:
        pairs, known = variants(every)[1], {right for _, right in keys}
    different = [pair for pair in pairs if pair[0] != pair[1]]
    positive = Random(seed).sample(different, min(len(different), 1500))
    # Names that nobody pairs are neighbours too, not only those in the sample.
    return positive, hard_negatives(positive, {*pairs, *every, *turned}, sorted(known))


def hard_negatives(positive: Keys, true: set[tuple[str, str]], rights: list[str]) -> Keys:
    """For each left side two wrong right sides: the nearest by rough reading, and one with the same skeleton where there is one."""
    readings = [romanise(right) for right in rights]
    bones: dict[str, list[str]] = {}
    for right in rights:
        bones.setdefault(skeleton(right), []).append(right)
    negatives = []
    for left, own in positive:
        near = [rights[k] for _, _, k in extract(romanise(left), readings, scorer=Levenshtein.distance, limit=5)]
        wrong = [right for right in near if right not in (own, left) and (left, right) not in true]
        kin = [
            right for right in bones.get(skeleton(left), []) if right not in (own, left) and (left, right) not in true
        ]
        negatives += [(left, right) for right in dict.fromkeys([*wrong[:1], *kin[:1], *wrong[1:2]])][:2]
    return negatives


def logistic(found: NDArray[np.float64], truths: NDArray[np.float64]) -> list[float]:
    """Weights of the columns and the shift, by Newton's method with a little pull towards zero."""
    x = np.column_stack([found, np.ones(len(found))])
    weights = np.zeros(x.shape[1])
    for _ in range(40):
        share = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        curve = (x * (share * (1 - share))[:, None]).T @ x + 0.1 * np.eye(x.shape[1])
        step = np.linalg.solve(curve, x.T @ (truths - share) - 0.1 * weights)
        weights = weights + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-9))
    return [float(weight) for weight in weights]
