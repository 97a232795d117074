"""Decides where the proclitics و ف ب ل ك س of an Arabic word end.

In: a normalised word, a lexicon of stems with their frequencies, words that a person has decided, the table of proclitics.
Out: how many letters come before the stem, and the stem with its article restored.

A word of the lexicon has no proclitics: forms that are a proclitic and a known stem were left out of it when it was made.
Otherwise the most frequent reading wins: the word itself or what is left of it, each also without an ending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HAMZAS = frozenset("أإآ")
TATWEEL = "ـ"
_UNKNOWN = -99.0
_ENDING_COST = 1.6  # log10; a stem with a pronoun is about forty times rarer than the stem
_ARTICLE_SHARE = (
    -5.5
)  # log10; a word with the article that the lexicon does not know is taken for one of this frequency
_LEAST_SHARE = -10.5  # log10; a rarer reading is no better than none
_LEAST_STEM = 3
_LEAST_UNKNOWN = 4


class Proclitic(NamedTuple):
    """One row of seeds/lexicons/proclitics.tsv."""

    letter: str
    next: frozenset[str]
    imperfect: bool
    share: float
    unknown: frozenset[str]


class Reading(NamedTuple):
    """`length` letters of proclitics, then `stem`; `share` is log10 of the expected share of running words."""

    length: int
    stem: str
    share: float


class Clitics:
    """Splits words; see the module.

    >>> rows = [Proclitic("و", frozenset("ل"), False, -1.3, frozenset("س")), Proclitic("ل", frozenset(), False, -1.6, frozenset())]
    >>> split = Clitics(rows, lexicon={"الصين": -4.5, "وزير": -4.0, "لبنان": -4.6}, endings=["ها"], decided={})
    >>> split("وللصين"), split("وزيرها"), split("للبنان"), split("وسوفت")
    ((2, 'الصين'), (0, 'وزيرها'), (1, 'لبنان'), (1, 'سوفت'))
    """

    def __init__(
        self,
        proclitics: Iterable[Proclitic],
        *,
        lexicon: Mapping[str, float],
        endings: Iterable[str],
        decided: Mapping[str, int],
    ) -> None:
        self._proclitics = {row.letter: row for row in proclitics}
        self.letters = frozenset(self._proclitics)
        self._lexicon = lexicon
        self._endings = sorted(endings, key=len, reverse=True)
        self._decided = decided

    def __call__(self, word: str, spelled: str = "") -> tuple[int, str]:
        """How many letters of the word precede its stem, and the stem.

        `spelled` is the word with what normalisation took from its beginning: the hamza of its alef («بأول» is ب and أول,
        «باول» a name) or the tatweel that writers put after a proclitic («لـون بلس»).
        """
        if word[0] not in self._proclitics or len(word) < _LEAST_STEM:
            return 0, word
        decided = self._decided.get(spelled or word)
        if decided is None and spelled:
            decided = self._before_mark(word, spelled)
        if decided is not None:
            return decided, word[decided:]
        reading = self._read(word, self.letters)
        return (reading.length, reading.stem) if reading else (0, word)

    def _before_mark(self, word: str, spelled: str) -> int | None:
        """The letters before a hamza or tatweel, when all of them can be proclitics."""
        allowed = self.letters
        for place, letter in enumerate(spelled):
            if letter in HAMZAS:
                inner = (i for i in range(1, place) if self._decided.get(spelled[i:]) == 0)  # و and كأن
                return next(inner, place)
            if letter == TATWEEL:
                known_whole = word in self._lexicon or word in self._decided  # only drawn out: «لـيبيا»
                return None if known_whole and word[place:] not in self._lexicon else place
            if letter not in allowed:
                return None
            allowed = self._proclitics[letter].next
        return None

    def _read(self, word: str, allowed: frozenset[str]) -> Reading | None:
        """The best reading of a word, or None when nothing in it is known."""
        decided = self._decided.get(word)
        if decided is not None and (not decided or word[0] in allowed):
            return Reading(decided, word[decided:], 0.0)
        if word in self._lexicon:
            return Reading(0, word, self._lexicon[word])
        whole = Reading(0, word, self._share(word))
        row = self._proclitics.get(word[0]) if word[0] in allowed and len(word) >= _LEAST_STEM else None
        cut = self._cut(word, row) if row else None
        if cut and cut.share >= max(whole.share, _LEAST_SHARE):
            return cut
        if whole.share > _UNKNOWN:
            return whole
        if row and word[1] in row.unknown and len(word) > _LEAST_UNKNOWN:
            inner = self._read(word[1:], row.next)
            return Reading(1 + inner.length, inner.stem, _UNKNOWN) if inner else Reading(1, word[1:], _UNKNOWN)
        return None

    def _cut(self, word: str, row: Proclitic) -> Reading | None:
        """The reading with one proclitic taken off, and those inside it."""
        rest = word[1:]
        if row.imperfect and rest[0] not in "يتنا":
            return None
        if word.startswith("لل"):
            best = max(
                (Reading(1, stem, self._share(stem)) for stem in ("ال" + word[2:], rest, "ا" + word)),
                key=lambda r: r.share,
            )
            if best.share > _UNKNOWN:
                return best._replace(share=best.share + row.share)
            return Reading(1, "ال" + word[2:], _ARTICLE_SHARE + row.share) if len(word) > _LEAST_STEM + 1 else None
        if rest.startswith("ال") and len(rest) > _LEAST_STEM and not row.imperfect and row.letter != "ل":
            return Reading(1, rest, max(self._share(rest), _ARTICLE_SHARE) + row.share)
        inner = self._read(rest, row.next) if len(rest) > 1 else None
        if inner is None or inner.share == _UNKNOWN:
            return None
        return Reading(1 + inner.length, inner.stem, inner.share + row.share)

    def _share(self, stem: str) -> float:
        """log10 of the share of a stem, its ending taken off where need be."""
        share = self._lexicon.get(stem)
        if share is not None:
            return share
        best = _UNKNOWN
        for ending in self._endings:
            base = stem[: -len(ending)]
            if len(base) >= _LEAST_STEM and stem.endswith(ending):
                if ending.startswith("ت"):
                    best = max(best, self._lexicon.get(base + "ه", _UNKNOWN))
                best = max(best, self._lexicon.get(base, _UNKNOWN))
        return best - _ENDING_COST if best > _UNKNOWN else _UNKNOWN
