"""Numerals as they are written in digits.

In: the normalised form of one token (ASCII digits, «٫» folded to a full stop). Out: `Digits`, its value, its second reading where
separators leave one open, or the date that it is.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple


class Digits(NamedTuple):
    """A numeral. `whole` counts the digits of a plain integer (4 for «2013») and is 0 for all others.

    `other` is the reading with a decimal separator where `value` took it for thousands («1.250»). `date` is set for a numeric
    date in ISO form and for a pair of years («2016/2017»); such a numeral has no value to count with.
    """

    value: Fraction
    other: Fraction | None = None
    whole: int = 0
    date: str = ""
    definite: bool = False
    countable: bool = True


_SHAPE = re.compile(r"((?:[وف]?[بلك]?)(ال|لل)?|س)(\d[\d.,/،:ر٬٫-]*\d|\d)")
_THOUSANDS = re.compile(r"\d{1,3}([.,،٬])\d{3}(?:\1\d{3})*")
_DECIMAL = re.compile(r"(\d+)[.,،٫](\d+)")
_MIXED = re.compile(r"(\d{1,3}(?:([.,،٬])\d{3})+)(?!\2)[.,٫](\d+)")
_AGENCY = re.compile(r"(\d+)ر(\d+)")
_DATE = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})")
_MONTH = re.compile(r"(\d{1,2})[/-](\d{4})|(\d{4})[/-](\d{1,2})")
_YEARS = re.compile(r"((?:19|20)\d\d)[/-]((?:19|20)?\d\d)")


def read_digits(norm: str) -> Digits | None:
    """The numeral in a token, None when it is none (a time, a version, a score).

    >>> str(read_digits("3,06").value), str(read_digits("1,234,567").value), str(read_digits("1,250").other)
    ('153/50', '1234567', '5/4')
    >>> str(float(read_digits("34ر75").value))   # agencies write the fraction first
    '75.34'
    >>> read_digits("20-03-2025").date, read_digits("2025/3/20").date, read_digits("10/2024").date
    ('2025-03-20', '2025-03-20', '2024-10')
    >>> read_digits("15:30") is None
    True
    """
    shape = _SHAPE.fullmatch(norm)
    if shape is None:
        return None
    text, definite = shape[3], bool(shape[2])
    if text.isdigit():
        return Digits(Fraction(int(text[:30])), whole=len(text), definite=definite)
    if match := _AGENCY.fullmatch(text):
        return Digits(_decimal(match[2], match[1]), definite=definite)
    if _THOUSANDS.fullmatch(text):
        sign = next(char for char in text if not char.isdigit())
        value = Fraction(int(text.replace(sign, "")[:30]))
        if text.startswith("0"):
            return Digits(_decimal(*text.split(sign, 1)), definite=definite) if text.count(sign) == 1 else None
        if text.count(sign) > 1:
            return Digits(value, definite=definite)
        decimal = _decimal(*text.split(sign))
        # «1.826 متر» is less than two, «1.500 متر» is not: nobody writes a last zero after a point.
        if sign == "." and len(text) == 5 and not text.endswith("0"):
            return Digits(decimal, definite=definite)
        return Digits(value, decimal, definite=definite)
    if match := _MIXED.fullmatch(text):
        return Digits(_decimal(match[1].replace(match[2], ""), match[3]), definite=definite)
    if match := _DECIMAL.fullmatch(text):
        return Digits(_decimal(match[1], match[2]), definite=definite)
    date = _date(text)
    return Digits(Fraction(0), date=date, countable=False) if date else None


def _decimal(whole: str, fraction: str) -> Fraction:
    return Fraction(int(whole[:30] or "0")) + Fraction(int(fraction[:12] or "0"), 10 ** len(fraction[:12]))


def _date(text: str) -> str:
    if match := _DATE.fullmatch(text):
        first, middle, last = match[1], int(match[3]), match[4]
        year, day = (first, int(last)) if len(first) == 4 else (last, int(first))
        if len(year) == 2 and match[2] == "/":
            year = "20" + year
        if middle > 12 >= day:
            day, middle = middle, day
        if len(year) == 4 and 1 <= middle <= 12 and 1 <= day <= 31:
            return f"{year}-{middle:02}-{day:02}"
    if match := _YEARS.fullmatch(text):
        years = sorted((match[1], match[2] if len(match[2]) == 4 else match[1][:2] + match[2]))
        if len(match[2]) == 4 or int(years[1]) == int(years[0]) + 1:
            return "/".join(years)
    if match := _MONTH.fullmatch(text):
        month, year = (match[1], match[2]) if match[1] else (match[4], match[3])
        if 1 <= int(month) <= 12 and 1800 <= int(year) <= 2100:
            return f"{year}-{int(month):02}"
    return ""
