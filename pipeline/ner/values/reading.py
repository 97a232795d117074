"""One sentence as the value grammars read it.

In: the raw text, the tokens of a sentence and the word of each. Out: `Reading`, which answers where a token begins without its
proclitics, what joins it to the one before, and what the document says about countries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import Token
from pipeline.ner.values.words import NOTHING, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DASHES = frozenset({"-", "–", "—"})
# The grammars look at most so many words beyond one that they have read.
AHEAD = 8
_END = Token(-1, -1, -1, -1, "", "", "")


class Found(NamedTuple):
    """A value: its first and last token in the reading, its label, its normalised value and how sure it is."""

    first: int
    last: int
    label: str
    value: str
    score: float = 1.0


class Reading:
    """The tokens of a sentence by number, with nothing beyond its ends."""

    __slots__ = ("begins", "home", "norms", "size", "text", "tokens", "words")

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        words: Sequence[Word],
        begins: Sequence[int],
        home: Callable[[str, int], str],
    ) -> None:
        self.text = text
        self.size = len(tokens)
        self.tokens = [*tokens, *[_END] * AHEAD]
        self.words = [*words, *[NOTHING] * AHEAD]
        self.begins = [*begins, *[-1] * AHEAD]  # raw offset of each token without its proclitics, the article kept
        self.norms = [token.norm for token in self.tokens]
        self.home = home  # family of currencies, offset → ISO code of the country named around it, or ""

    def bare(self, i: int) -> bool:
        """Whether token i has no proclitic."""
        return self.begins[i] == self.tokens[i].start

    def joined(self, i: int) -> int:
        """Where the word after «و» stands when i begins with one or is one, else -1."""
        norm = self.norms[i]
        if norm == "و":
            return i + 1
        return i if norm[:1] == "و" and self.begins[i] > self.tokens[i].start else -1

    def glued(self, i: int) -> bool:
        """Whether nothing stands between token i and the next."""
        return self.tokens[i].end == self.tokens[i + 1].start

    def about(self, i: int) -> bool:
        """Whether what stands before token i makes it a rough number: نحو, أكثر من."""
        return self.role(i - 1, "about") or (i > 1 and self.role(i - 2, "more") and len(self.norms[i - 1]) <= 3)

    def role(self, i: int, kind: str) -> bool:
        """Whether the word at i plays a part; i may lie before the sentence."""
        return i >= 0 and kind in self.words[i].roles
