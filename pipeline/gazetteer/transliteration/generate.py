"""Spellings of one word in the other script, ranked by the joint model, the network and what is known to be in use.

In: a spelling. Out: candidates with probabilities that sum to at most 1. The joint model's lists are ranked first without the network,
which then writes some of its own and looks at the best of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.gazetteer.transliteration import network
from pipeline.gazetteer.transliteration.edits import Edits, alone, odds
from pipeline.gazetteer.transliteration.joint import transliterate
from pipeline.gazetteer.transliteration.letters import arabic_key, latin_key, script_of
from pipeline.gazetteer.transliteration.lexicon import N_FEATURES, class_features, classes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.gazetteer.transliteration.weights import Generator

BEAM = 80
N_SCORES = 4
N_CLOSER = 3
WIDTH_KNOWN = 14.0
LOOKED_AT = 16  # spellings of the joint model at which the network looks
WRITTEN = 10  # spellings that the network writes


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


def looked_at(
    generator: Generator, edits: Edits, source: str, candidates: list[tuple[str, float]]
) -> list[tuple[str, float]]:
    """The best candidates without the network, and those that it writes; one that the joint model has not is worth its last one."""
    scores = features(generator, edits, source, candidates) @ generator.weights
    best = [candidates[k] for k in np.argsort(-scores, kind="stable")[:LOOKED_AT].tolist()]
    if generator.network is None:
        return best
    script = "latin" if script_of(source) == "arabic" else "arabic"
    known, last = dict(candidates), candidates[-1][1]
    own = [name for name, _ in network.written(generator.network, source, script, beam=WRITTEN)]
    return best + [(name, known.get(name, last)) for name in own if name not in dict(best)]


def closer_features(
    generator: Generator, edits: Edits, source: str, candidates: list[tuple[str, float]]
) -> NDArray[np.float64]:
    """`features`, and what the network says: log-probability of the candidate, of the source given it, and both a letter."""
    if generator.network is None:
        raise ValueError("a generator without a network has no closer features")
    names = [name for name, _ in candidates]
    here = script_of(source)
    there = "latin" if here == "arabic" else "arabic"
    ahead = network.log_probabilities(generator.network, [source], names, there, folded=False)
    back = network.log_probabilities(generator.network, names, [source], here, folded=False)
    each = ahead / [len(name) + 1 for name in names]
    return np.column_stack([features(generator, edits, source, candidates), ahead, back, each])


def spellings(generator: Generator, edits: Edits, source: str) -> list[tuple[str, float]]:
    """All candidates of the beam, best first, with their probability among themselves; with a network, those it looked at."""
    candidates = [pair for pair in candidates_of(generator, source) if pair[0]]
    if not candidates:
        return []
    if generator.network is None:
        scores = features(generator, edits, source, candidates) @ generator.weights
    else:
        candidates = looked_at(generator, edits, source, candidates)
        scores = closer_features(generator, edits, source, candidates) @ generator.closer
    share = np.exp(scores - scores.max())
    share /= share.sum()
    ranked = sorted(
        zip((name for name, _ in candidates), share.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0])
    )
    return [(name, float(probability)) for name, probability in ranked]
