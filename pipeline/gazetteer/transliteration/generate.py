"""Spellings of one word in the other script, ranked by the joint model and by what is known to be in use.

In: a spelling. Out: candidates with probabilities that sum to at most 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.gazetteer.transliteration.edits import Edits, alone, odds
from pipeline.gazetteer.transliteration.joint import transliterate
from pipeline.gazetteer.transliteration.letters import arabic_key, latin_key, script_of
from pipeline.gazetteer.transliteration.lexicon import N_FEATURES, class_features, classes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.gazetteer.transliteration.weights import Generator

BEAM = 80


N_SCORES = 4
WIDTH_KNOWN = 14.0


def features(
    generator: Generator, edits: Edits, source: str, candidates: list[tuple[str, float]]
) -> NDArray[np.float64]:
    """One row a candidate: joint log-probability, odds by single edits, how usual its letters are, length, lexicon class."""
    names = [name for name, _ in candidates]
    fold, other = (latin_key, arabic_key) if script_of(source) == "arabic" else (arabic_key, latin_key)
    keys = [fold(name) for name in names]
    values = np.zeros((len(names), N_SCORES + N_FEATURES))
    values[:, 0] = [score for _, score in candidates]
    values[:, 1] = np.maximum(odds(edits, other(source), keys), -30.0)
    values[:, 2] = [alone(edits, key) for key in keys]
    values[:, 3] = [len(name) for name in names]
    values[:, N_SCORES:] = class_features(classes_of(generator.lexicon, names))
    return values


def candidates_of(generator: Generator, source: str) -> list[tuple[str, float]]:
    """What the joint model reads, freely and among known words, with log-probabilities."""
    found = dict(transliterate(generator.model, source, beam=BEAM))
    if generator.beginnings is not None:
        found = {
            **dict(transliterate(generator.model, source, beam=BEAM, width=WIDTH_KNOWN, prefixes=generator.beginnings)),
            **found,
        }
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def spellings(generator: Generator, edits: Edits, source: str) -> list[tuple[str, float]]:
    """All candidates of the beam, best first, with their probability among themselves."""
    candidates = candidates_of(generator, source)
    if not candidates:
        return []
    scores = features(generator, edits, source, candidates) @ generator.weights
    share = np.exp(scores - scores.max())
    share /= share.sum()
    ranked = sorted(
        zip((name for name, _ in candidates), share.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0])
    )
    return [(name, float(probability)) for name, probability in ranked]
