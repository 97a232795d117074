"""Known spellings found in running text by Aho-Corasick over spelling keys.

In: spellings once, then the tokens of a document. Out: `Hit`s, every stretch of whole tokens that is a known spelling,
overlapping ones included, whatever its spaces, hyphens and proclitics.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import daachorse

from pipeline.gazetteer.keys import fold, fold_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.core.spans import Token
    from pipeline.gazetteer.entries import Spelling

_BREAK = "\n"
_SHORT = 5  # letters of a key that is searched for in whole tokens only
_SIGNS = frozenset({"punct", "symbol", "url"})
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
    """What the search needs of a distinct word: its key, and where a name may begin.

    `starts` holds (place in the key, letters before the name, how, the key from there on).
    """

    key: str
    starts: tuple[tuple[int, int, str, str], ...]


class View(NamedTuple):
    """A document as one string of keys without spaces, and what stands where in it.

    `words`, `numbers` and `places` belong together: a searchable word, its token, and where its key begins in `keys`.
    """

    text: str
    tokens: Sequence[Token]
    keys: str
    words: list[_Word]
    numbers: list[int]
    places: list[int]


class Automaton:
    """All spellings compiled into one automaton; a million load in seconds.

    Short spellings of one word are looked up token by token instead: in the automaton they would be found within every
    second word.
    """

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        known = [spelling for spelling in spellings if _BREAK not in spelling.surface]
        keys = fold_lines(_BREAK.join([spelling.surface for spelling in known])).split(_BREAK) if known else []
        by_key: dict[str, list[Spelling]] = defaultdict(list)
        for key, spelling in zip(keys, known, strict=True):
            by_key[key].append(spelling)
        self._by_key = {key: tuple(found) for key, found in by_key.items() if len(key) > 1}
        self._short = {key: found for key, found in self._by_key.items() if len(key) <= _SHORT and _is_one_word(found)}
        patterns = [key for key in self._by_key if key not in self._short]
        self._spellings = [self._by_key[key] for key in patterns]
        self._search = daachorse.CharwiseDoubleArrayAhoCorasick(patterns).find_overlapping if patterns else None

    def lookup(self, name: str) -> tuple[Spelling, ...]:
        """The spellings that have the same key as a name.

        >>> from pipeline.gazetteer.entries import Spelling
        >>> Automaton([Spelling("ديب سيك", "deepseek", ("ORG",), False)]).lookup("ديبسيك")[0].entity_id
        'deepseek'
        """
        return self._by_key.get(fold(name), ())

    def find(self, view: View) -> list[Hit]:
        """Every known spelling in a document, by its first token, longer ones first."""
        text, tokens, keys, words, numbers, places = view
        hits = []
        for lo, hi, pattern in self._search(keys) if self._search is not None else ():
            one = bisect_right(places, lo) - 1
            end = bisect_left(places, hi) - 1
            if places[end] + len(words[end].key) != hi:
                continue
            for at, letters, how, _ in words[one].starts:
                if places[one] + at == lo:
                    first, last = numbers[one], numbers[end]
                    start = letters_after(text, tokens[first], letters)
                    hits.append(Hit(first, last, start, tokens[last].end, self._spellings[pattern], how))
        short = self._short
        for number, word in zip(numbers, words, strict=True) if short else ():
            for _, letters, how, rest in word.starts:
                if rest in short:
                    token = tokens[number]
                    hits.append(Hit(number, number, letters_after(text, token, letters), token.end, short[rest], how))
        hits.sort(key=lambda hit: (hit.first, -hit.last, hit.start))
        return hits


def _is_one_word(spellings: Sequence[Spelling]) -> bool:
    """Whether no spelling has a space or a hyphen within."""
    return not any(sign in spelling.surface for spelling in spellings for sign in " -‐‑.&")


def view(text: str, tokens: Sequence[Token]) -> View:
    """The haystack of a document: the keys of its words without anything between them but breaks at other signs."""
    parts: list[str] = []
    words: list[_Word] = []
    numbers: list[int] = []
    places: list[int] = []
    place, sentence = 0, -1
    for number, (token_sentence, start, _, _, norm, stem, kind) in enumerate(tokens):
        if token_sentence != sentence:
            sentence = token_sentence
            parts.append(_BREAK)
            place += 1
        if kind in _SIGNS:
            glued = number > 0 and tokens[number - 1].end == start
            if norm in "-‐‑·" or (norm == "." and glued and _glued_after(tokens, number)):
                continue
            if not (glued and norm in "&+"):
                parts.append(_BREAK)
                place += 1
                if norm[0] != "#" or len(norm) < 3:
                    continue
        word = _word(norm, stem) if norm[0] != "#" else _tag(norm)
        if word.key:
            parts.append(word.key)
            words.append(word)
            numbers.append(number)
            places.append(place)
            place += len(word.key)
        if norm[0] == "#":
            parts.append(_BREAK)
            place += 1
    return View(text, tokens, "".join(parts), words, numbers, places)


@lru_cache(maxsize=200_000)
def _word(norm: str, stem: str) -> _Word:
    """The key of a word and the places in it where a name may begin."""
    key = fold(norm)
    is_split = norm != stem
    if key[:1] < "\u0620":
        split = is_split and norm.endswith(stem)
        return _at(norm, key, {0: "word", len(norm) - len(stem): "word"} if split else {0: "word"})
    lam = _LAM_LAM.match(norm)
    if lam:  # للصين hides an article: its key is that of ل and الصين, its span starts at the second lam
        letters = len(lam[1]) + 1
        return _Word(
            key,
            (
                (0, 0, "word", key),
                (letters, letters, "word", key[letters:]),
                (letters + 2, letters, "article", key[letters + 2 :]),
            ),
        )
    found = _PROCLITICS.match(norm)
    hows = {0: "word"}
    if found is not None and found.end():
        proclitics = len(norm) - len(stem) if is_split and norm.endswith(stem) else -1
        article = found.start(3) if found[3] else -1
        for letters in (found.end(1), found.end(2)):
            hows.setdefault(letters, "word" if letters in (proclitics, article) else "guess")
        if found[3]:
            word = _at(norm, key, hows)
            rest = fold(norm[found.end(3) :])
            return _Word(key, (*word.starts, (len(key) - len(rest), article, "article", rest)))
    return _at(norm, key, hows)


def _tag(norm: str) -> _Word:
    """A hashtag, whose name begins after its sign."""
    key = fold(norm)
    return _Word(key, ((0, 1, "word", key),))


def _at(norm: str, key: str, hows: dict[int, str]) -> _Word:
    """A word whose names begin after some letters; places in the key differ where the key is shorter than the word."""
    starts = []
    for letters, how in hows.items():
        rest = key if not letters else norm[letters:] if key == norm else fold(norm[letters:])
        starts.append((len(key) - len(rest), letters, how, rest))
    return _Word(key, tuple(starts))


def _glued_after(tokens: Sequence[Token], number: int) -> bool:
    """Whether a word follows without a space."""
    return number + 1 < len(tokens) and tokens[number + 1].start == tokens[number].end


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
