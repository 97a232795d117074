"""Pairs of mentions that could be related, for the classifier on the encoder's states.

In: mentions (first unit, last unit, label) and the sentence of each. Out: pairs with the bucket of their distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
