"""Learns how much the lexicon says about a generated spelling.

In: a generator and pairs that it has not learnt from. Out: weights of joint log-probability, length and lexicon classes, by
maximum likelihood of the right spelling among the candidates (softmax over the list).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.gazetteer.transliteration.generate import N_SCORES, candidates_of, features
from pipeline.gazetteer.transliteration.letters import arabic_spelling, latin_spelling
from pipeline.gazetteer.transliteration.lexicon import N_FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.evaluate.transliteration import Pair
    from pipeline.gazetteer.transliteration.edits import Edits
    from pipeline.gazetteer.transliteration.weights import Generator


def ranked_weights(generator: Generator, edits: Edits, pairs: list[Pair], side: str) -> NDArray[np.float32]:
    """The weights; pairs whose right spelling is not generated at all teach nothing."""
    lists = []
    for pair in pairs:
        source, target = (
            (arabic_spelling(pair.arabic), latin_spelling(pair.latin))
            if side == "latin"
            else (latin_spelling(pair.latin), arabic_spelling(pair.arabic))
        )
        candidates = candidates_of(generator, source)
        names = [name for name, _ in candidates]
        if target in names:
            lists.append((features(generator, edits, source, candidates), names.index(target)))
    size = N_SCORES + N_FEATURES
    # Newton's method; a pull towards zero settles classes that hardly occur.
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
