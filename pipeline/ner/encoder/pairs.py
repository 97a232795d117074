"""Pairs of mentions that could be related, for the classifier on the encoder's states.

In: mentions (first unit, last unit, label) and the sentence of each. Out: pairs with the bucket of their distance, and the units around
and between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

AROUND = 8  # units before and behind a pair that are read with it
REACH = 2  # sentences between two mentions that can still be related
FARTHEST = 120  # units between them
_EDGES = (1, 2, 3, 5, 8, 12, 18, 26, 40, 60)  # units between two buckets
BUCKETS = 2 * len(_EDGES) + 4  # of each direction within a sentence, and one each way across sentences


class Pair(NamedTuple):
    """Two mentions by their numbers, and the bucket of their distance."""

    subject: int
    object: int
    bucket: int


def bucket(subject: int, object_: int, same_sentence: bool) -> int:
    """The bucket of the distance from one unit to another: its size, its direction, and whether a sentence ends between.

    >>> bucket(4, 6, True), bucket(6, 4, True), bucket(1, 80, False)
    (1, 12, 22)
    """
    backward = object_ < subject
    if not same_sentence:
        return BUCKETS - 2 + backward
    size = sum(abs(object_ - subject) > edge for edge in _EDGES)
    return size + (len(_EDGES) + 1) * backward


def candidates(
    mentions: Sequence[tuple[int, int, str]], sentences: Sequence[int], types: Mapping[str, frozenset[str]]
) -> list[Pair]:
    """The ordered pairs of near mentions whose labels some predicate takes; `types` maps the subject's label to the object's."""
    found = []
    for one, (first, _, label) in enumerate(mentions):
        wanted = types.get(label)
        if not wanted:
            continue
        for step in (-1, 1):
            other = one + step
            while 0 <= other < len(mentions):
                start = mentions[other][0]
                away = abs(sentences[other] - sentences[one])
                if away > REACH or abs(start - first) > FARTHEST:
                    break
                if mentions[other][2] in wanted:
                    found.append(Pair(one, other, bucket(first, start, away == 0)))
                other += step
    return found


def contexts(mentions: NDArray[Any], pairs: NDArray[Any], n_units: int) -> NDArray[Any]:
    """The units around and between the two mentions of each pair: from, to, from, to (half-open).

    In: a row of `mentions` begins with first and last unit, a row of `pairs` with two mentions.

    >>> contexts(np.array([[10, 11], [20, 20]]), np.array([[1, 0]]), 25).tolist()
    [[2, 25, 12, 20]]
    """
    one, other = mentions[pairs[:, 0]], mentions[pairs[:, 1]]
    first, last = np.minimum(one[:, 0], other[:, 0]), np.maximum(one[:, 1], other[:, 1])
    start, end = np.minimum(one[:, 1], other[:, 1]) + 1, np.maximum(one[:, 0], other[:, 0])
    around = np.maximum(first - AROUND, 0), np.minimum(last + 1 + AROUND, n_units)
    return np.stack([*around, start, np.maximum(start, end)], 1)
