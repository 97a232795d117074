"""Spellings of one word in the other script, ranked by the joint model and by what is known to be in use.

In: a spelling. Out: candidates with probabilities that sum to at most 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.gazetteer.transliteration.joint import transliterate
from pipeline.gazetteer.transliteration.lexicon import Lexicon, classes_of
from pipeline.gazetteer.transliteration.weights import Generator

BEAM = 80


def features(lexicon: Lexicon, candidates: list[tuple[str, float]], n_classes: int) -> NDArray[np.float64]:
    """One row a candidate: joint log-probability, length, and a one for its lexicon class."""
    values = np.zeros((len(candidates), 2 + n_classes))
    values[:, 0] = [score for _, score in candidates]
    values[:, 1] = [len(name) for name, _ in candidates]
    values[np.arange(len(candidates)), 2 + classes_of(lexicon, [name for name, _ in candidates])] = 1.0
    return values


def spellings(generator: Generator, source: str) -> list[tuple[str, float]]:
    """All candidates of the beam, best first, with their probability among themselves."""
    candidates = transliterate(generator.model, source, beam=BEAM)
    if not candidates:
        return []
    scores = features(generator.lexicon, candidates, len(generator.weights) - 2) @ generator.weights
    share = np.exp(scores - scores.max())
    share /= share.sum()
    ranked = sorted(zip((name for name, _ in candidates), share.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [(name, float(probability)) for name, probability in ranked]
