"""What the encoder reads: the proclitics and the stem of each token, apart, in one spelling of signs and digits.

In: the raw text and its tokens. Out: units; a name begins at a stem.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.core.spans import Token

_LONGEST = 64  # letters of a unit that are read; a longer one is no word
# Vowel signs, Quranic signs, tatweel, directional and zero-width signs: they tell nothing that a name could need.
_SILENT = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
)
_ONE_SPELLING = str.maketrans(
    {
        "ی": "ي",
        "ک": "ك",
        "ھ": "ه",
        "ہ": "ه",
        "“": '"',
        "”": '"',
        "„": '"',
        "″": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
    }
    | {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)}
)


class Unit(NamedTuple):
    """A piece of a token: `token` is its number, `is_stem` false for the proclitics before a stem."""

    token: int
    is_stem: bool
    text: str


def clean(raw: str) -> str:
    """A word as the encoder knows it; hamzas and final letters stay as they are written.

    >>> clean("الصِّينـ"), clean("٢٠٢٥")
    ('الصين', '2025')
    """
    if raw.isascii():
        return raw[:_LONGEST]
    return unicodedata.normalize("NFKC", _SILENT.sub("", raw)).translate(_ONE_SPELLING)[:_LONGEST]


def units(text: str, tokens: Sequence[Token]) -> list[Unit]:
    """The units of a document.

    >>> from pipeline.core.spans import Token
    >>> [unit.text for unit in units("وللصين", [Token(0, 0, 6, 2, "وللصين", "الصين", "word")])]
    ['ول', 'الصين']
    """
    found = []
    for number, token in enumerate(tokens):
        stem = text[token.stem_start : token.end]
        if token.stem_start > token.start:
            found.append(Unit(number, False, clean(text[token.start : token.stem_start])))
            if token.stem.startswith("ال") and stem.startswith("ل") and token.kind == "word":
                stem = "ا" + stem  # لل + noun: the article is whole again
        found.append(Unit(number, True, clean(stem)))
    return found
