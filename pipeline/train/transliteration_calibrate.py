"""Calibrates the log-odds of the comparing models into probabilities.

In: models and pairs that they have not learnt from. Out: slope and shift of a logistic curve for each model, from right pairs and
as many of their nearest wrong neighbours.
"""

from __future__ import annotations

from random import Random

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from pipeline.gazetteer.keys import romanise, skeleton
from pipeline.gazetteer.transliteration.edits import Edits, odds
from pipeline.train.transliteration_pairs import variants


def calibrated(models: dict[str, Edits], keys: list[tuple[str, str]], *, seed: int) -> dict[str, list[float]]:
    """For each model its slope and shift: probability = 1 / (1 + exp(-(slope * odds + shift)))."""
    arabic, latin = variants(keys)
    curves = {}
    for what, pairs in (("cross", keys), ("arabic", arabic), ("latin", latin)):
        different = [pair for pair in pairs if pair[0] != pair[1]]
        positive = Random(seed).sample(different, min(len(different), 1500))
        scores, truths = scored(models[what], positive, hard_negatives(positive, set(pairs)))
        curves[what] = list(logistic(scores, truths))
    return curves


def hard_negatives(positive: list[tuple[str, str]], true: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """For each left side two wrong right sides: the nearest by rough reading, and one with the same skeleton where there is one."""
    rights = sorted({right for _, right in positive})
    readings = [romanise(right) for right in rights]
    bones: dict[str, list[str]] = {}
    for right in rights:
        bones.setdefault(skeleton(right), []).append(right)
    negatives = []
    for left, own in positive:
        near = [rights[k] for _, _, k in extract(romanise(left), readings, scorer=Levenshtein.distance, limit=4)]
        wrong = [right for right in near if right not in (own, left) and (left, right) not in true]
        kin = [right for right in bones.get(skeleton(left), []) if right not in (own, left) and (left, right) not in true]
        negatives += [(left, right) for right in dict.fromkeys([*wrong[:1], *kin[:1], *wrong[1:2]][:2])]
    return negatives


def scored(model: Edits, positive: list[tuple[str, str]], negative: list[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Scores and truths of both lists."""
    scores = [float(odds(model, left, [right])[0]) for left, right in [*positive, *negative]]
    return np.array(scores), np.array([1.0] * len(positive) + [0.0] * len(negative))


def logistic(scores: np.ndarray, truths: np.ndarray) -> tuple[float, float]:  # type: ignore[type-arg]
    """Slope and shift by Newton's method."""
    x = np.stack([np.clip(scores, -30, 30), np.ones(len(scores))], 1)
    weights = np.zeros(2)
    for _ in range(30):
        share = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        curve = (x * (share * (1 - share))[:, None]).T @ x + 1e-6 * np.eye(2)
        weights = weights + np.linalg.solve(curve, x.T @ (truths - share))
    return float(weights[0]), float(weights[1])
