"""Pairs of mentions that could be related, for the classifier on the encoder's states.

In: mentions (first unit, last unit, label), their names and the sentence of each. Out: pairs with the bucket of their distance and the
standing of the earlier one, and the units around and between them.

Most statements stand in one sentence. Of the others, «وجمعت الشركة خمسة ملايين», one side was named before: any mention of the last
sentences can be it, and of farther ones the names that such a word would mean, the last two of each label and the most frequent one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

AROUND = 8  # units before and behind a pair that are read with it
REACH = 3  # sentences between two mentions that can be related, whatever they are
FARTHEST = 160  # units between them
RECENT = 2  # names of each label that can be meant from farther away
_EDGES = (1, 2, 3, 5, 8, 12, 18, 26, 40, 60)  # units between two buckets
_AWAY = (1, 2, 5)  # sentences between two buckets
_INSIDE = 2 * (len(_EDGES) + 1)
BUCKETS = _INSIDE + 2 * (len(_AWAY) + 1)  # of each direction, within a sentence and across
# Of the earlier of two mentions: nothing within a sentence; else how many names of its label stand between, and whether it is the topic.
STANDINGS = 1 + 2 * (RECENT + 1)


class Pair(NamedTuple):
    """Two mentions by their numbers, the bucket of their distance, the standing of the earlier one."""

    subject: int
    object: int
    bucket: int
    standing: int


def bucket(subject: int, object_: int, away: int) -> int:
    """The bucket of the distance from one unit to another: its size, its direction; `away` is the number of sentences that end between.

    >>> bucket(4, 6, 0), bucket(6, 4, 0), bucket(1, 80, 1), bucket(80, 1, 4)
    (1, 12, 22, 28)
    """
    backward = object_ < subject
    if away:
        return _INSIDE + bisect_left(_AWAY, away) + (len(_AWAY) + 1) * backward
    return bisect_left(_EDGES, abs(object_ - subject)) + (len(_EDGES) + 1) * backward


def candidates(
    mentions: Sequence[tuple[int, int, str]],
    sentences: Sequence[int],
    names: Sequence[str],
    types: Mapping[str, frozenset[str]],
) -> list[Pair]:
    """The ordered pairs of mentions whose labels some predicate takes; `types` maps the subject's label to the object's."""
    found = []
    taken = [types.get(label, ()) for _, _, label in mentions]
    for earlier, later, standing in _together(mentions, sentences, names):
        away = sentences[later] - sentences[earlier]
        for one, other in ((later, earlier), (earlier, later)):
            if mentions[other][2] in taken[one]:
                found.append(Pair(one, other, bucket(mentions[one][0], mentions[other][0], away), standing))
    return found


def _together(
    mentions: Sequence[tuple[int, int, str]], sentences: Sequence[int], names: Sequence[str]
) -> Iterator[tuple[int, int, int]]:
    """An earlier and a later mention, and the standing of the earlier: near ones, then those that are meant from afar."""
    keys = [(label, name) for (_, _, label), name in zip(mentions, names, strict=True)]
    topics: dict[str, tuple[str, str]] = {}
    for key, _ in Counter(keys).most_common():
        topics.setdefault(key[0], key)
    # Behind the reach, by label: the last mention of each name, the latest name last.
    last: dict[str, dict[tuple[str, str], int]] = {}
    behind = 0
    for later, (start, _, _) in enumerate(mentions):
        met: dict[str, set[tuple[str, str]]] = {}
        while sentences[later] - sentences[behind] > REACH or start - mentions[behind][0] > FARTHEST:
            of_label = last.setdefault(keys[behind][0], {})
            of_label.pop(keys[behind], None)
            of_label[keys[behind]] = behind
            behind += 1
        for earlier in range(later - 1, behind - 1, -1):
            key = keys[earlier]
            seen = met.setdefault(key[0], set())
            if sentences[earlier] == sentences[later]:
                yield earlier, later, 0
            elif key not in seen:
                yield earlier, later, _standing(len(seen), is_topic=topics[key[0]] == key)
            seen.add(key)
        for label, of_label in last.items():
            seen = met.get(label, set())
            topic = topics[label]
            meant = list(islice((key for key in reversed(of_label) if key not in seen), max(0, RECENT - len(seen))))
            if topic in of_label and topic not in seen and topic not in meant:
                meant.append(topic)
            for rank, key in enumerate(meant, len(seen)):
                if sentences[of_label[key]] != sentences[later]:
                    yield of_label[key], later, _standing(rank, is_topic=key == topic)


def _standing(rank: int, *, is_topic: bool) -> int:
    return 1 + min(rank, RECENT) + (RECENT + 1) * is_topic


def contexts(mentions: NDArray[Any], pairs: NDArray[Any], sentences: NDArray[Any]) -> NDArray[Any]:
    """The units around and between the two mentions of each pair: from, to, from, to (half-open). Of mentions in two sentences it is what
    stands around the later one and before it in its sentence: that is where the statement is made.

    In: a row of `mentions` begins with first and last unit, a row of `pairs` with two mentions; the sentence of each unit.

    >>> contexts(np.array([[10, 11], [20, 20]]), np.array([[1, 0]]), np.zeros(25)).tolist()
    [[2, 25, 12, 20]]
    >>> contexts(np.array([[2, 3], [20, 20]]), np.array([[1, 0]]), np.repeat([0, 1], [15, 10])).tolist()
    [[12, 25, 15, 20]]
    """
    one, other = mentions[pairs[:, 0]], mentions[pairs[:, 1]]
    first, start = np.minimum(one[:, 0], other[:, 0]), np.maximum(one[:, 0], other[:, 0])
    last = np.maximum(one[:, 1], other[:, 1])
    apart = sentences[first] != sentences[start]
    around = np.maximum(np.where(apart, start, first) - AROUND, 0), np.minimum(last + 1 + AROUND, len(sentences))
    between = np.where(apart, np.searchsorted(sentences, sentences[start]), np.minimum(one[:, 1], other[:, 1]) + 1)
    return np.stack([*around, between, np.maximum(between, start)], 1)
