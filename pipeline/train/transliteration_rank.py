"""Learns how much the lexicon, and the network, say about a generated spelling.

In: a generator and pairs that it has not learnt from. Out: weights of joint log-probability, length and lexicon classes, by
maximum likelihood of the right spelling among the candidates (softmax over the list).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.gazetteer.transliteration.generate import (
    N_CLOSER,
    N_SCORES,
    candidates_of,
    closer_features,
    features,
    looked_at,
)
from pipeline.gazetteer.transliteration.letters import arabic_spelling, latin_spelling
from pipeline.gazetteer.transliteration.lexicon import N_FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pipeline.evaluate.transliteration import Pair
    from pipeline.gazetteer.transliteration.edits import Edits
    from pipeline.gazetteer.transliteration.weights import Generator

    Features = Callable[[], NDArray[np.float64]]
    Lists = list[tuple[NDArray[np.float64], int]]


def ranked_weights(generator: Generator, edits: Edits, pairs: list[Pair], side: str) -> NDArray[np.float32]:
    """The weights without a network."""

    def listed(source: str) -> tuple[list[str], Features]:
        candidates = candidates_of(generator, source)
        return [name for name, _ in candidates], lambda: features(generator, edits, source, candidates)

    return fitted(lists_of(listed, pairs, side), N_SCORES + N_FEATURES)


def closer_weights(generator: Generator, edits: Edits, pairs: list[Pair], side: str) -> NDArray[np.float32]:
    """The weights of what the network looks at."""

    def listed(source: str) -> tuple[list[str], Features]:
        candidates = candidates_of(generator, source)
        candidates = looked_at(generator, edits, source, candidates) if candidates else []
        return [name for name, _ in candidates], lambda: closer_features(generator, edits, source, candidates)

    return fitted(lists_of(listed, pairs, side), N_SCORES + N_FEATURES + N_CLOSER)


def lists_of(listed: Callable[[str], tuple[list[str], Features]], pairs: list[Pair], side: str) -> Lists:
    """Features of each list and the place of the right spelling; lists without it teach nothing and are left out."""
    lists = []
    for pair in pairs:
        source, target = (
            (arabic_spelling(pair.arabic), latin_spelling(pair.latin))
            if side == "latin"
            else (latin_spelling(pair.latin), arabic_spelling(pair.arabic))
        )
        names, values = listed(source)
        if target in names:
            lists.append((values(), names.index(target)))
    return lists


def fitted(lists: Lists, size: int) -> NDArray[np.float32]:
    """Newton's method; a pull towards zero settles classes that hardly occur."""
    weights = np.zeros(size)
    for _ in range(12):
        slope, curve = -0.5 * weights, 0.5 * np.eye(size)
        for values, right in lists:
            score = values @ weights
            share = np.exp(score - score.max())
            share /= share.sum()
            mean = share @ values
            slope += values[right] - mean
            curve += (values * share[:, None]).T @ values - np.outer(mean, mean)
        step = np.linalg.solve(curve, slope)
        weights += step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-9))
    return weights.astype(np.float32)
