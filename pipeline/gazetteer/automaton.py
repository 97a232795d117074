"""Known spellings found in running text by Aho-Corasick over spelling keys.

In: spellings once, then the tokens of a document. Out: `Hit`s, every stretch of whole tokens that is a known spelling,
overlapping ones included, whatever its spaces, hyphens and proclitics.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import daachorse

from pipeline.gazetteer.keys import fold, fold_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.core.spans import Token
    from pipeline.gazetteer.entries import Spelling

_BREAK = "\n"
# A word may be a name after one conjunction, one of ب ك ل, and the article of a foreign name («الآيفون»).
_PROCLITICS = re.compile(r"([وف]?)([بكل]?)(ال(?=..))?")
_LAM_LAM = re.compile(r"([وف]?)لل(?=..)")
_MARK = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Hit(NamedTuple):
    """A stretch of tokens `first..last` with the raw span `start:end` that is spelt like `spellings`.

    `how` says where the name begins: "word" at the token's start or stem, "article" before an article that the known
    spelling has not, "guess" after letters that the tokeniser did not take for proclitics.
    """

    first: int
    last: int
    start: int
    end: int
    spellings: tuple[Spelling, ...]
    how: str


class _Word(NamedTuple):
    """What the search needs of a distinct word: its key, and where a name may begin: (place in key, letters before it, how)."""

    key: str
    starts: tuple[tuple[int, int, str], ...]


class View(NamedTuple):
    """A document as one string of keys without spaces, and where names may begin and end in it.

    `starts` maps a place in `keys` to (token, letters before the name, how), `ends` to the token that ends there.
    """

    text: str
    tokens: Sequence[Token]
    keys: str
    starts: dict[int, tuple[int, int, str]]
    ends: dict[int, int]


class Automaton:
    """All spellings compiled into one automaton; a million load in seconds."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        known = [spelling for spelling in spellings if _BREAK not in spelling.surface]
        keys = fold_lines(_BREAK.join(spelling.surface for spelling in known)).split(_BREAK) if known else []
        by_key: dict[str, list[Spelling]] = {}
        for key, spelling in zip(keys, known, strict=True):
            if len(key) > 1:
                by_key.setdefault(key, []).append(spelling)
        self._spellings = [tuple(spellings) for spellings in by_key.values()]
        self._by_key = dict(zip(by_key, self._spellings, strict=True))
        self._search = daachorse.CharwiseDoubleArrayAhoCorasick(list(by_key)).find_overlapping if by_key else None

    def lookup(self, name: str) -> tuple[Spelling, ...]:
        """The spellings that have the same key as a name.

        >>> from pipeline.gazetteer.entries import Spelling
        >>> Automaton([Spelling("ديب سيك", "deepseek", ("ORG",), False)]).lookup("ديبسيك")[0].entity_id
        'deepseek'
        """
        return self._by_key.get(fold(name), ())

    def find(self, view: View) -> list[Hit]:
        """Every known spelling in a document, by its first token, longer ones first."""
        if self._search is None:
            return []
        text, tokens, keys, starts, ends = view
        hits = []
        for lo, hi, pattern in self._search(keys):
            begin = starts.get(lo)
            if begin is None:
                continue
            last = ends.get(hi)
            if last is None or last < begin[0]:
                continue
            first, letters, how = begin
            start = letters_after(text, tokens[first], letters)
            hits.append(Hit(first, last, start, tokens[last].end, self._spellings[pattern], how))
        hits.sort(key=lambda hit: (hit.first, -hit.last, hit.start))
        return hits


def view(text: str, tokens: Sequence[Token]) -> View:
    """The haystack of a document: the keys of its words without anything between them but breaks at other signs."""
    starts: dict[int, tuple[int, int, str]] = {}
    ends: dict[int, int] = {}
    parts: list[str] = []
    place, sentence = 0, -1
    for number, (token_sentence, start, _, stem_start, norm, stem, kind) in enumerate(tokens):
        if token_sentence != sentence:
            sentence = token_sentence
            parts.append(_BREAK)
            place += 1
        if kind == "punct" or kind == "symbol" or kind == "url":
            if norm in "-‐‑·" or (norm == "." and _glued(tokens, number)) or (norm in "&+" and number and tokens[number - 1].end == start):
                if norm not in "&+":
                    continue
            else:
                parts.append(_BREAK)
                place += 1
                continue
        key, places = _word(norm, stem, stem_start > start)
        if key:
            for at, letters, how in places:
                starts[place + at] = (number, letters, how)
            parts.append(key)
            place += len(key)
            ends[place] = number
    return View(text, tokens, "".join(parts), starts, ends)


@lru_cache(maxsize=200_000)
def _word(norm: str, stem: str, is_split: bool) -> _Word:
    """The key of a word and the places in it where a name may begin."""
    key = fold(norm)
    starts = {0: (0, "word")}
    if key[:1] < "\u0620":
        if is_split and norm.endswith(stem):
            starts[len(key) - len(fold(stem))] = (len(norm) - len(stem), "word")
        return _Word(key, tuple((place, *rest) for place, rest in starts.items()))
    lam = _LAM_LAM.match(norm)
    if lam:  # للصين hides an article: its key is that of ل and الصين, its span starts at the second lam
        place, letters = len(lam[1]) + 1, len(lam[1]) + 1
        return _Word(key, ((0, 0, "word"), (place, letters, "word"), (place + 2, letters, "article")))
    found = _PROCLITICS.match(norm)
    if found is not None:
        proclitics = len(norm) - len(stem) if is_split and norm.endswith(stem) else -1
        article = found.start(3) if found[3] else -1
        for letters in dict.fromkeys((found.end(1), found.end(2))):
            place = len(key) - len(fold(norm[letters:]))
            if letters and place > 0:
                starts.setdefault(place, (letters, "word" if letters in (proclitics, article) else "guess"))
        if found[3]:
            starts.setdefault(len(key) - len(fold(norm[found.end(3) :])), (article, "article"))
    return _Word(key, tuple((place, *rest) for place, rest in starts.items()))


def _glued(tokens: Sequence[Token], number: int) -> bool:
    """Whether the sign has no space on either side."""
    token = tokens[number]
    return 0 < number < len(tokens) - 1 and tokens[number - 1].end == token.start and tokens[number + 1].start == token.end


def letters_after(text: str, token: Token, letters: int) -> int:
    """The raw offset after some letters of a token, marks and tatweel not counted."""
    if not letters:
        return token.start
    at = token.start
    while letters:
        at += 1
        while at < token.end and _MARK.match(text, at):
            at += 1
        letters -= 1
    return min(at, token.end - 1)
