"""The names found so far in one document, none over another.

In: text, tokens and what the lexicon knows of them. Out: `Name`s that rules put down one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import Mention, Token
from pipeline.gazetteer.automaton import letters_after, view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ner.lexicon import Lexicon

OPENING, CLOSING = "\"'«“‘(['", "\"'»”’)]'"


_VOWELS = "\u064e\u064f\u0650"
_FEW = 0.1  # vowel signs a token


class Name(NamedTuple):
    """A name over the tokens `first..last`; `ids` are what the gazetteer knows for it, best first."""

    first: int
    last: int
    start: int
    end: int
    label: str
    score: float
    source: str
    ids: tuple[str, ...] = ()


class Board:
    """Names by token: `owner[i]` is the name over token i or None."""

    def __init__(self, text: str, tokens: Sequence[Token], lexicon: Lexicon) -> None:
        self.text, self.tokens, self.lexicon = text, tokens, lexicon
        self.words = lexicon.words(tokens)
        self.seen = view(text, tokens)
        self.latin = [at for at, word in enumerate(self.words) if word.kind == "latin"]
        self.owner: list[Name | None] = [None] * len(tokens)
        # In a text without vowel signs, the few words that have some are names or could be misread: نَثِنغ, شُكُك
        self.signs_are_rare = sum(map(text.count, _VOWELS)) < _FEW * len(tokens)

    def is_free(self, first: int, last: int) -> bool:
        """Whether no name stands on these tokens."""
        return not any(self.owner[first : last + 1])

    def put(self, name: Name) -> None:
        """Writes a name down, over what it overlaps."""
        for other in {n for n in self.owner[name.first : name.last + 1] if n is not None}:
            self.owner[other.first : other.last + 1] = [None] * (other.last + 1 - other.first)
        self.owner[name.first : name.last + 1] = [name] * (name.last + 1 - name.first)

    def name(self, first: int, last: int, label: str, score: float, source: str, ids: tuple[str, ...] = ()) -> Name:
        """A name from the stem of its first token to the end of its last."""
        return Name(first, last, self.start(first), self.tokens[last].end, label, score, source, ids)

    def start(self, at: int) -> int:
        """The raw offset at which a name that begins with a token begins, after its proclitics."""
        return letters_after(self.text, self.tokens[at], self.words[at].proclitics)

    def names(self) -> list[Name]:
        """All names in reading order."""
        found: list[Name] = []
        for name in [name for name in self.owner if name is not None]:
            if not found or found[-1] is not name:
                found.append(name)
        return found

    def mentions(self) -> list[Mention]:
        """All names as mentions."""
        return [
            Mention(
                self.tokens[n.first].sentence, n.start, n.end, n.first, n.last, n.label, n.score, n.source, None, n.ids
            )
            for n in self.names()
        ]

    def joined(self, left: int, right: int) -> bool:
        """Whether two tokens stand in one sentence."""
        return left >= 0 and right < len(self.tokens) and self.tokens[left].sentence == self.tokens[right].sentence

    def raw(self, at: int) -> str:
        """The raw text of a token."""
        return self.text[self.tokens[at].start : self.tokens[at].end]

    def is_vowelled(self, at: int) -> bool:
        """Whether a word has vowel signs in a text that has nearly none."""
        raw = self.raw(at)
        is_verbal = raw[1:2] == _VOWELS[1] and raw[0] in "يتنأاو"  # يُقال, وُلد
        return self.signs_are_rare and not is_verbal and not raw.endswith("ت") and any(sign in raw for sign in _VOWELS)

    def is_open(self, at: int) -> bool:
        """Whether a token is an opening quotation mark or bracket."""
        return 0 <= at < len(self.tokens) and self.raw(at) in OPENING

    def is_close(self, at: int) -> bool:
        """Whether a token is a closing quotation mark or bracket."""
        return 0 <= at < len(self.tokens) and self.raw(at) in CLOSING
