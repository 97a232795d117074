"""Text that was changed and still knows where each of its characters came from.

In: a raw string and rules that rewrite it. Out: `Aligned`, whose spans map back to the raw string exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Aligned(NamedTuple):
    """A rewritten text with, for each of its characters, the raw span it stands for.

    `starts[i]:ends[i]` is the raw span of `text[i]`. Both are empty when every character stands for itself, which is
    the common case and costs nothing. A deleted mark (diacritic, tatweel) belongs to the character before it, so that a
    word's span keeps its marks.

    >>> Aligned("كتب", [0, 2, 4], [2, 4, 6]).raw_span(1, 3)   # كَتَبَ
    (2, 6)
    >>> Aligned("كتب", [], []).raw_span(1, 3)
    (1, 3)
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of the non-empty span `text[start:end]`."""
        if not self.starts:
            return start, end
        return self.starts[start], self.ends[end - 1]
