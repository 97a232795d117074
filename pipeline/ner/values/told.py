"""Values that somebody else has found: the encoder says where one stands, what it is worth is read here.

In: a `Reading` that ends with the value, the place where it begins and its label. Out: the value, or None where it says nothing that can be
written. What stands alone is enough then: «في [1875]», «منذ [قرن]», «في [الثلاثين]», «حذفت [ثلاثة ردود]», «التعليقات ([3])».
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.ner.values.counted import Counted, known_noun, noun_of
from pipeline.ner.values.numbers import read_number
from pipeline.ner.values.periods import iso, read_age
from pipeline.ner.values.series import series, values
from pipeline.ner.values.words import NOTHING
from pipeline.ner.values.years import read_year

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.ner.values.reading import Reading
    from pipeline.ner.values.words import Word

_OLDEST, _LATEST = 1000, 2200  # years of four digits
_LENGTHS = frozenset({"Y", "M", "W", "D", "TH", "TM", "C", "X"})


def read_told(r: Reading, i: int, label: str, known: Callable[[str, Word], Word]) -> str | None:
    """The value of all that stands from i to the end; `known` looks a word up."""
    if label == "DATE":
        found = _year(r, i) or _one(r, i) or _age(r, i)
        return f"DATE:{found}" if found else None
    return _counted(r, i, known) if label == "QUANTITY" else None


def _year(r: Reading, i: int) -> str:
    year = read_year(r, i, headed=True)
    fits = year is not None and year.end == r.size and year.value[:4].isdigit()
    return year.value if year is not None and fits and _OLDEST <= int(year.value[:4]) <= _LATEST else ""


def _one(r: Reading, i: int) -> str:
    """«شهر», «ليلة واحدة»: one of a unit; behind «قبل» it is so long ago."""
    word = r.words[i]
    end = i + 2 if r.words[i + 1].kind == "unit" and r.words[i + 1].amount == 1 else i + 1
    if end != r.size or word.definite or word.number != "one" or word.unit not in _LENGTHS:
        return ""
    return iso(Fraction(1), word.unit) + ("-AGO" if i and r.words[i - 1].roles.get("ago") == "قبل" else "")


def _age(r: Reading, i: int) -> str:
    age = read_age(r, i)
    return age.value if age is not None and age.end == r.size else ""


def _counted(r: Reading, i: int, known: Callable[[str, Word], Word]) -> str | None:
    """A number with one noun behind it, or in brackets behind its noun."""
    if r.role(i - 1, "guard") or (i and r.words[i - 1].ordinal):
        return None
    number = read_number(r, i) if r.words[i].kind else None
    if number is None or number.vague or number.value <= 0:
        return None
    chain = series(r, number)
    last = chain[-1]
    noun = known_noun(r, last)
    if noun is None and last.end == r.size - 1 and r.tokens[last.end].kind == "word" and not r.words[last.end].roles:
        noun = Counted(r.size, noun_of(r.norms[last.end], last))
    elif noun is None and last.end == r.size and i > 1 and r.norms[i - 1] == "(":
        plural = r.norms[i - 2].removeprefix("ال")
        noun = Counted(r.size, known(plural, NOTHING).many or plural)
    if noun is None or noun.end != r.size:
        return None
    return f"QTY:{values(chain)}:{noun.name}"
