"""The recogniser of values: DATE, MONEY, PERCENT and QUANTITY by rules.

In: a raw text with its sentences and tokens. Out: mentions with their normalised values, in order, none overlapping another.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING

from pipeline.core.spans import Mention, Sentence, Token
from pipeline.ner.values.amounts import Amounts
from pipeline.ner.values.dates import read_date, read_part
from pipeline.ner.values.periods import read_period
from pipeline.ner.values.reading import Found, Reading
from pipeline.ner.values.seeds import read_lexicon
from pipeline.ner.values.told import read_told
from pipeline.ner.values.words import NOTHING, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

# How far, in characters, a country's name speaks half as loud for the meaning of a bare «ريال».
_NEAR = 100
# At most so many of them on either side are asked.
_WITNESSES = 40
# So many tokens before a value can say what it means.
_BEFORE = 4


class Values:
    """Finds values; the lexicons are read once."""

    def __init__(self, seeds: Path) -> None:
        self._lexicon = read_lexicon(seeds / "lexicons")
        self._amounts = Amounts(self._lexicon)

    def __call__(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> list[Mention]:
        """The values of a document."""
        words = self._words(tokens)
        opening = [i for i, word in enumerate(words) if word.opens]
        if not opening:
            return []
        home = partial(self._home, tokens, {})
        mentions: list[Mention] = []
        at = 0
        while at < len(opening):
            sent = tokens[opening[at]].sentence
            low = bisect_left(tokens, sent, key=_sentence)
            high = bisect_left(tokens, sent + 1, low, key=_sentence)
            last = at
            while last < len(opening) and opening[last] < high:
                last += 1
            mentions += self._sentence(
                text, tokens[low:high], words[low:high], [i - low for i in opening[at:last]], low, home
            )
            at = last
        return mentions

    def _words(self, tokens: Sequence[Token]) -> list[Word]:
        """What the lexicon knows of each token, whole or after its proclitics."""
        known, number = self._lexicon.words.get, self._lexicon.number
        return [
            number(token[4])
            if token[6] == "number" or (token[6] == "latin" and token[4][0].isdigit())
            else known(token[4]) or known(token[5]) or (known(token[4][1:], NOTHING) if token[4][0] == "و" else NOTHING)
            for token in tokens
        ]

    def _sentence(
        self,
        text: str,
        tokens: Sequence[Token],
        words: Sequence[Word],
        opening: Sequence[int],
        offset: int,
        home: Callable[[str, int], str],
    ) -> list[Mention]:
        r = self._reading(text, tokens, words, home)
        mentions: list[Mention] = []
        free = 0
        for i in opening:
            if i < free:
                continue
            found = self._at(r, i)
            if found is None or not found.first <= found.last < r.size:
                continue
            free = found.last + 1
            if r.norms[i + 1] == ")" and i and found.last > i + 1:  # «(20) مليون»
                found = found._replace(first=i - 1)
            start, end = r.begins[found.first], r.tokens[found.last].end
            mentions.append(
                Mention(
                    tokens[found.first].sentence,
                    start,
                    end,
                    found.first + offset,
                    found.last + offset,
                    found.label,
                    found.score,
                    "values",
                    found.value,
                )
            )
        return mentions

    def told(self, text: str, tokens: Sequence[Token], places: Iterable[tuple[int, int, str]]) -> list[Mention]:
        """The values of some stretches of tokens, first, last and label, which somebody else takes for values; those in which one can be read."""
        home = partial(self._home, tokens, {})
        return [value for place in places if (value := self._told(text, tokens, *place, home)) is not None]

    def _told(
        self, text: str, tokens: Sequence[Token], first: int, last: int, label: str, home: Callable[[str, int], str]
    ) -> Mention | None:
        low = bisect_left(tokens, tokens[first].sentence, max(0, first - _BEFORE), first, key=_sentence)
        here = tokens[low : last + 1]  # what follows is no part of it
        r = self._reading(text, here, self._words(here), home)
        i = first - low
        for begin in (i - 1, i) if i else (i,):  # «قبل» tells what a length means and stands outside
            found = self._at(r, begin)
            if found is not None and (found.first, found.last, found.label) == (i, r.size - 1, label):
                break
        else:
            value = read_told(r, i, label, self._lexicon.words.get)
            found = Found(i, r.size - 1, label, value) if value else None
        if found is None:
            return None
        start, end = r.begins[i], tokens[last].end
        return Mention(tokens[first].sentence, start, end, first, last, label, found.score, "values", found.value)

    def _reading(
        self, text: str, tokens: Sequence[Token], words: Sequence[Word], home: Callable[[str, int], str]
    ) -> Reading:
        begins = [self._begin(text, token, word) for token, word in zip(tokens, words, strict=True)]
        return Reading(text, tokens, words, begins, home)

    def _begin(self, text: str, token: Token, word: Word) -> int:
        """Where a token begins without its proclitics; the article before digits («الـ20») stays."""
        if token.stem_start == token.start:
            unsplit = word is not NOTHING and token.norm[0] == "و" and token.norm not in self._lexicon.words
            begin = token.start + unsplit  # «وخمسون»
            while unsplit and not text[begin].isalpha():  # a vowel or tatweel of the «و»
                begin += 1
            return begin
        if word.digits is not None:
            if not word.definite:
                return token.stem_start
            lam = text.find("ل", token.start, token.stem_start)
            if text.startswith("لل", lam):
                return lam + 1
            return max(lam - 1, token.start)
        return token.start if word is not NOTHING and token.norm in self._lexicon.words else token.stem_start

    def _at(self, r: Reading, i: int) -> Found | None:
        """The value that begins at token i: dates before amounts, since «2 مارس» is no quantity."""
        for read in (read_part, read_period):
            date = read(r, i)
            if date is not None:
                return Found(i + date.outside, date.end - 1, "DATE", "DATE:" + date.value)
        word = r.words[i]
        if word.kind == "digits":
            amount = self._amounts(r, i)
            date = read_date(r, i)
            if amount is not None and (date is None or amount.last >= date.end):
                return amount
            if date is not None and not self._counts(r, i, date.end):
                return Found(i + date.outside, date.end - 1, "DATE", "DATE:" + date.value)
            return amount
        date = read_date(r, i)
        if date is not None:
            return Found(i + date.outside, date.end - 1, "DATE", "DATE:" + date.value)
        return self._amounts(r, i)

    def _counts(self, r: Reading, i: int, end: int) -> bool:
        """Whether four digits that look like a year are not one: after «نحو» or «رقم»."""
        digits = r.words[i].digits
        return end == i + 1 and digits is not None and not digits.date and (r.about(i) or r.role(i - 1, "guard"))

    def _home(self, tokens: Sequence[Token], known: dict[str, list[tuple[int, str]]], family: str, offset: int) -> str:
        """What a bare «ريال» or «دينار» means at an offset: the currency whose country is named most and nearest."""
        places = known.get(family)
        if places is None:
            speaks = self._lexicon.evidence[family]
            places = known[family] = [(token.start, speaks[token.stem]) for token in tokens if token.stem in speaks]
        votes: dict[str, float] = {}
        near = bisect_left(places, (offset, ""))
        for start, code in places[max(near - _WITNESSES, 0) : near + _WITNESSES]:
            votes[code] = votes.get(code, 0.0) + 1 / (_NEAR + abs(offset - start))
        return max(votes, key=votes.__getitem__, default="")


def _sentence(token: Token) -> int:
    return token.sentence
