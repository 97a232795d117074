"""The words that values are made of.

In: what `seeds` reads from seeds/lexicons, and numerals. Out: `Lexicon`, which gives for a folded word everything that a grammar asks
about it.
"""

from __future__ import annotations

import re
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.ner.values.numerals import Digits, read_digits

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLD = str.maketrans("أإآٱىةھ", "اااايهه")
_MAX_CACHED = 100_000
_LONGEST = 64  # characters of a numeral worth remembering
_GLUED = re.compile(r"(\d+(?:[.,]\d+)?)-?([a-z]+)")
_NONE: Mapping[Any, Any] = MappingProxyType({})
_OPENING = frozenset({"part", "this", "dayword", "dayword_before", "decade", "season", "ago", "quarter", "firstday"})


class Word(NamedTuple):
    """What the tables know of one form. A form can play several parts: ربع is a fraction, a quarter and a spring."""

    definite: bool = False
    opens: bool = False  # a value may begin here
    kind: str = ""  # of number: a kind of numbers.tsv, or digits
    amount: Fraction = Fraction(0)
    digits: Digits | None = None
    suffix: int = 0  # $5.6م
    ordinal: int = 0
    month: str = ""  # "01" to "12"
    calendar: str = ""  # gregorian, hijri
    strength: str = ""  # of the month: strong, weak (also a common word or a name), head (only after شهر or a day)
    month_tails: Mapping[str, tuple[str, str]] = _NONE  # second word → month, calendar
    weekday: int = 0
    unit: str = ""  # of time: a code of periods.tsv
    number: str = ""  # of the unit: one, two, many, pair, named; of a currency: two
    roles: Mapping[str, str] = _NONE  # kind → value of date_words.tsv, number_cues.tsv and approximators.tsv
    family: str = ""  # of currencies
    share: Fraction = Fraction(1)
    sign: str = ""  # ISO code of $ or USD
    percent: bool = False  # % or بالمئة
    percent_tails: tuple[tuple[str, ...], ...] = ()
    sign_tails: Mapping[tuple[str, ...], str] = _NONE
    one: str = ""  # English noun of a singular
    many: str = ""  # English noun of a plural
    tails: Mapping[tuple[str, ...], str] = _NONE  # further words → English noun


NOTHING = Word()


class Currency(NamedTuple):
    """A currency of a family: the words that follow its noun and the words that speak for its country."""

    code: str
    adjectives: frozenset[tuple[str, ...]]
    countries: frozenset[str]


def fold(text: str) -> str:
    """A form as it stands in `Token.norm`: one alef, ي for ى, ه for ة, no tatweel, vowels or capitals.

    >>> fold("مئة أسبوع")
    'مئه اسبوع'
    """
    return text.translate(_FOLD).lower()


class Lexicon:
    """Forms to words, and currency families to their members."""

    def __init__(self) -> None:
        self.words: dict[str, Word] = {}
        self.currencies: dict[str, tuple[Currency, ...]] = {}
        self.evidence: dict[str, dict[str, str]] = {}  # family → word that speaks for a country → code
        self._cache: dict[str, Word] = {}

    def close(self) -> None:
        """Marks the words that may open a value, once all of them are known."""
        self.words = {form: word._replace(opens=_opens(word)) for form, word in self.words.items()}

    def number(self, norm: str) -> Word:
        """The word of a token of digits, and of one that they begin (16GB)."""
        word = self._cache.get(norm)
        if word is None:
            word = self._read(norm)
            if len(norm) > _LONGEST:
                return word
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            self._cache[norm] = word
        return word

    def _read(self, norm: str) -> Word:
        glued = _GLUED.fullmatch(norm)
        digits = read_digits(glued[1] if glued else norm)
        if digits is None:
            return NOTHING
        if glued is None:
            return Word(kind="digits", amount=digits.value, digits=digits, opens=True, definite=digits.definite)
        unit = self.words.get(glued[2], NOTHING)
        if not (unit.one or unit.suffix):
            return NOTHING
        return Word(kind="measure", amount=digits.value, digits=digits, opens=True, one=unit.one, suffix=unit.suffix)

    def add(self, form: str, *, article: bool = False, **fields: Any) -> None:
        """Adds to what is known of a form, and with `article` to the form with ال as well."""
        folded = fold(form)
        self.words[folded] = self.words.get(folded, NOTHING)._replace(**fields)
        if article:
            definite = "ال" + folded
            self.words[definite] = self.words.get(definite, NOTHING)._replace(definite=True, **fields)

    def merge(self, form: str, field: str, more: Mapping[Any, Any]) -> None:
        """Adds entries to one of the mappings of a form."""
        fields: dict[str, Any] = {field: {**getattr(self.words.get(fold(form), NOTHING), field), **more}}
        self.add(form, **fields)


def _opens(word: Word) -> bool:
    number = word.kind not in ("", "parts") or word.ordinal
    time = word.month or word.month_tails or word.weekday or word.unit
    money = word.sign or word.sign_tails or word.family or word.percent
    return bool(number or time or money) or not _OPENING.isdisjoint(word.roles)
