"""Learns how much the lexicon says about a generated spelling.

In: a generator and pairs that it has not learnt from. Out: weights of joint log-probability, length and lexicon classes, by
maximum likelihood of the right spelling among the candidates (softmax over the list).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluate.transliteration import Pair
from pipeline.gazetteer.transliteration.generate import BEAM, features
from pipeline.gazetteer.transliteration.joint import transliterate
from pipeline.gazetteer.transliteration.letters import arabic_key, arabic_spelling, latin_spelling
from pipeline.gazetteer.transliteration.weights import Generator


def ranked_weights(generator: Generator, pairs: list[Pair], side: str, n_classes: int) -> NDArray[np.float32]:
    """The weights; pairs whose right spelling is not generated at all teach nothing."""
    lists = []
    for pair in pairs:
        source, target = (arabic_key(pair.arabic), latin_spelling(pair.latin)) if side == "latin" else (latin_spelling(pair.latin), arabic_spelling(pair.arabic))
        candidates = transliterate(generator.model, source, beam=BEAM)
        names = [name for name, _ in candidates]
        if target in names:
            lists.append((features(generator.lexicon, candidates, n_classes), names.index(target)))
    weights = np.zeros(2 + n_classes)
    weights[0] = 1.0
    # Gradient ascent with momentum; a little pull towards zero settles classes that hardly occur.
    speed = np.zeros_like(weights)
    for _ in range(300):
        slope = -0.001 * weights
        for values, right in lists:
            score = values @ weights
            share = np.exp(score - score.max())
            slope += (values[right] - (share / share.sum()) @ values) / len(lists)
        speed = 0.9 * speed + slope
        weights = weights + np.minimum(0.3, 1.0) * speed * np.array([0.1, 0.02, *[1.0] * n_classes])
    return weights.astype(np.float32)
