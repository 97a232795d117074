"""A document in windows: whole sentences together up to a length, a longer sentence in overlapping windows.

In: the number of pieces of each unit and the sentence it belongs to. Out: windows that read some units and answer for some.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Window(NamedTuple):
    """Units `first..end` are read; those in `answers_from..answers_to` get their tags here. Half-open; the answers tile the document."""

    first: int
    end: int
    answers_from: int
    answers_to: int


def windows(lengths: Sequence[int], sentences: Sequence[int], *, most: int, overlap: int) -> list[Window]:
    """The windows of a document, each of at most `most` pieces (a single longer unit is a window of its own).

    Sentences fill a window in their order. A sentence that does not fit alone is cut with about `overlap` pieces read on both
    sides of a cut; each half of the overlap is answered by the window in which it has more context.

    >>> windows([1] * 6, [0, 0, 1, 1, 2, 2], most=4, overlap=2)
    [Window(first=0, end=4, answers_from=0, answers_to=4), Window(first=4, end=6, answers_from=4, answers_to=6)]
    >>> windows([1] * 7, [0] * 7, most=4, overlap=2)
    [Window(first=0, end=4, answers_from=0, answers_to=3), Window(first=2, end=6, answers_from=3, answers_to=5), Window(first=4, end=7, answers_from=5, answers_to=7)]
    """
    found: list[Window] = []
    start = filled = at = 0
    while at < len(lengths):
        end = at
        size = 0
        while end < len(lengths) and sentences[end] == sentences[at]:
            size += lengths[end]
            end += 1
        if filled + size > most and at > start:
            found.append(Window(start, at, start, at))
            start, filled = at, 0
        if size > most:
            found += _cut(lengths, at, end, most=most, overlap=overlap)
            start, filled = end, 0
        else:
            filled += size
        at = end
    if start < len(lengths):
        found.append(Window(start, len(lengths), start, len(lengths)))
    return found


def _cut(lengths: Sequence[int], first: int, end: int, *, most: int, overlap: int) -> list[Window]:
    spans: list[tuple[int, int]] = []
    start = first
    while True:
        stop, size = start, 0
        while stop < end and (stop == start or size + lengths[stop] <= most):
            size += lengths[stop]
            stop += 1
        spans.append((start, stop))
        if stop == end:
            break
        back, shared = stop, 0
        while back > start + 1 and shared + lengths[back - 1] <= overlap:
            back -= 1
            shared += lengths[back]
        start = back
    middles = [(left[1] + right[0]) // 2 for left, right in itertools.pairwise(spans)]
    edges = [first, *middles, end]
    return [Window(a, b, edges[k], edges[k + 1]) for k, (a, b) in enumerate(spans)]
