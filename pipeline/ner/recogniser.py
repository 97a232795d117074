"""What every recogniser is: a callable from a document to its mentions.

In: the raw text, its sentences and its tokens. Out: mentions in reading order, not overlapping each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.core.spans import Mention, Sentence, Token


class Recogniser(Protocol):
    """`Values`, `Names` and the adapters of other toolkits; `combine` makes one set of their mentions."""

    def __call__(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> list[Mention]:
        """The mentions of one document."""
        ...
