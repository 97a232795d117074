"""Years, in digits or words, and the year that a month or a quarter belongs to.

In: a `Reading` and the place where a year may stand. Out: the place after it and its value: 2024, 1445-AH, 2024/2025, XXXX.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.ner.values.numbers import read_number
from pipeline.ner.values.reading import DASHES, Reading

# What a unit of the calendar is worth where the text does not say which one.
OPEN = {
    "Y": "XXXX",
    "M": "XXXX-XX",
    "W": "XXXX-WXX",
    "D": "XXXX-XX-XX",
    "Q": "XXXX-QX",
    "H": "XXXX-HX",
    "X": "XXXX",
    "C": "XXXX",
}


class Date(NamedTuple):
    """A date up to the token before `end`; `value` is ISO 8601 with X for what the text leaves open.

    `outside` tokens at its beginning tell what it means and are no part of it: «قبل» in the sense of ago.
    """

    end: int
    value: str
    outside: int = 0


def is_year(r: Reading, i: int) -> bool:
    """Whether four plain digits at i can be a year of our time."""
    digits = r.words[i].digits
    return digits is not None and digits.whole == 4 and 1900 <= digits.value <= 2100 and not digits.definite


def is_counted(r: Reading, i: int) -> bool:
    """Whether the word at i is a thing that numbers count."""
    return bool(r.words[i].one or r.words[i].many)


def era(r: Reading, i: int) -> str:
    """AD or AH where token i says so directly after a year («2024م», «1445 هجري»)."""
    found = r.words[i].roles.get("era", "")
    near = len(r.norms[i]) > 1 or r.tokens[i - 1].end + 1 >= r.tokens[i].start
    return found if found and near and r.bare(i) else ""


def read_year(r: Reading, i: int, *, headed: bool = False) -> Date | None:
    """A year in digits or, after عام, in words as well."""
    digits = r.words[i].digits
    if digits is None:
        number = read_number(r, i) if headed and r.words[i].kind else None
        if number is not None and 1000 <= number.value <= 2100 and number.value.denominator == 1:
            return Date(number.end, str(number.value))
        return None
    if digits.date[4:5] == "/":
        return Date(i + 1, digits.date)
    if not digits.whole or digits.definite:
        return None
    short = digits.whole in (3, 4)
    of = era(r, i + 1)
    if of and short:
        return Date(i + 2, f"{int(digits.value):04}" + ("-AH" if of == "AH" else ""))
    if is_year(r, i) or (headed and short and digits.value <= 2200):
        return Date(i + 1, f"{int(digits.value):04}")
    return None


def read_years(r: Reading, i: int, *, headed: bool = False) -> Date | None:
    """A year or a range of years: «2013», «1998-2005», «2020 و2023» after بين or عامي."""
    year = read_year(r, i, headed=headed)
    if year is None or len(year.value) != 4:
        return year
    j = year.end
    dashed = r.norms[j] in DASHES
    if dashed or r.role(j, "to"):
        joint = j + 1
    elif headed or r.role(i - 1, "between"):
        joint = r.joined(j)
    else:
        joint = -1
    if joint < 0:
        return year
    if r.words[joint].unit == "Y" and r.words[joint].number == "one":
        joint += 1
    digits = r.words[joint].digits
    if digits is None:
        return year
    if is_year(r, joint):
        last, end = f"{int(digits.value)}", joint + 1
        if not dashed and last <= year.value:
            return year
    elif digits.whole == 2 and dashed and r.glued(j):
        last, end = f"{year.value[:2]}{int(digits.value):02}", joint + 1
        if last <= year.value:
            return year
    else:
        return year
    return Date(end, "/".join(sorted((year.value, last))))


def year_of_unit(r: Reading, i: int) -> Date | None:
    """«عام 2024», «السنة المالية 2024-2025», «العام الماضي»; the word for the year stands at i."""
    word, j = r.words[i], i + 1
    pair = word.number == "pair" or (word.number == "two" and word.definite and is_year(r, j))  # «العامين 2024 و2025»
    if word.unit != "Y" or not (pair or word.number == "one"):
        return None
    if r.role(j, "yearkind"):
        j += 1
    years = read_years(r, j, headed=True) if r.bare(j) else None
    if years is not None:
        return years
    if word.number == "one" and word.definite and r.role(j, "modifier") and r.bare(j):
        return _then_year(r, j + 1) or Date(j + 1, OPEN["Y"])
    return None


def this_year(r: Reading, i: int) -> Date | None:
    """«هذا العام», «نفس العام», «هذا العام 2025»."""
    if not r.role(i, "this") or r.words[i + 1].unit != "Y" or r.words[i + 1].number != "one" or not r.bare(i + 1):
        return None
    if not r.words[i + 1].definite:
        return None
    return year_of_unit(r, i + 1) or Date(i + 2, OPEN["Y"])


def of_year(r: Reading, i: int) -> Date | None:
    """The year after a month or quarter: «2024», «من عام 2024», «لعام 2024», «من هذا العام», «الماضي»."""
    if r.role(i, "modifier") and r.bare(i):
        return _then_year(r, i + 1) or Date(i + 1, OPEN["Y"])
    if r.norms[i] == "من":
        i += 1
        if not r.bare(i):
            return None
    elif r.norms[i] in ("/", "-") and is_year(r, i + 1):
        i += 1
    if r.words[i].kind == "digits":
        return read_year(r, i) if r.bare(i) else None
    if r.bare(i) or r.norms[i].startswith("ل"):
        return year_of_unit(r, i) or this_year(r, i)
    return None


def _then_year(r: Reading, i: int) -> Date | None:
    """The year itself after a word like الماضي: «العام الماضي 2016», «يناير الماضي من عام 2017»."""
    if r.norms[i] == "من" and r.words[i + 1].unit == "Y" and r.bare(i + 1):
        return year_of_unit(r, i + 1)
    return read_year(r, i) if is_year(r, i) and r.bare(i) and not is_counted(r, i + 1) else None
