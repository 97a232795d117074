"""Builds and composes aligned texts.

In: a text with some of its spans rewritten, or two alignments in a row. Out: `core.aligned.Aligned`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.aligned import Aligned

if TYPE_CHECKING:
    from collections.abc import Iterable


def rewrite(text: str, edits: Iterable[tuple[int, int, str]]) -> Aligned:
    """The text with some spans replaced; `edits` are (start, end, replacement) in order, without overlap.

    Every character of a replacement stands for the whole span that it replaces.

    >>> rewrite("ﷲ أكبر", [(0, 1, "الله")]).raw_span(0, 4)
    (0, 1)
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for start, end, replacement in edits:
        pieces += (text[done:start], replacement)
        starts += range(done, start)
        ends += range(done + 1, start + 1)
        starts += [start] * len(replacement)
        ends += [end] * len(replacement)
        done = end
    if not pieces:
        return Aligned(text, [], [])
    pieces.append(text[done:])
    starts += range(done, len(text))
    ends += range(done + 1, len(text) + 1)
    return Aligned("".join(pieces), starts, ends)


def compose(first: Aligned, second: Aligned) -> Aligned:
    """One alignment for two rewritings in a row: `second` was made from `first.text`.

    >>> composed = compose(Aligned("كتب", [0, 2, 4], [2, 4, 6]), Aligned("تب", [1, 2], [2, 3]))
    >>> composed.raw_span(0, 1)
    (2, 4)
    """
    if not first.starts:
        return second
    if not second.starts:
        return Aligned(second.text, first.starts, first.ends) if second.text else Aligned("", [], [])
    starts = [first.starts[i] for i in second.starts]
    ends = [first.ends[i - 1] for i in second.ends]
    return Aligned(second.text, starts, ends)
