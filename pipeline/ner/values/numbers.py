"""Numbers as they are read: digits, number words, both together, fractions and vague ones.

In: a `Reading` and the place where a number may begin. Out: `Number` with its value and the place after it, or None.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pipeline.ner.values.numerals import Digits
    from pipeline.ner.values.reading import Reading
    from pipeline.ner.values.words import Word

_SMALL = frozenset({"unit", "teens_unit", "ten", "hundred", "small"})
_SCALES = frozenset({"scale", "scales"})
_VAGUE = {10: "tens", 100: "hundreds", 1000: "thousands", 10**6: "millions", 10**9: "billions", 10**12: "trillions"}


class Number(NamedTuple):
    """A number up to the token before `end`. `scale` is the scale word of its first part (million), 1 without one.

    `digits` is set when it is one numeral and nothing else. `exact` is False for fractions (نصف مليون), which give an amount but count
    nothing by the guidelines. `vague` names what has no value (عشرات الملايين: tens-of-millions).
    """

    end: int
    value: Fraction
    scale: int = 1
    digits: Digits | None = None
    exact: bool = True
    vague: str = ""
    bare_scale: bool = False


def read_number(r: Reading, i: int) -> Number | None:
    """The number that begins at token i.

    «خمسة وعشرين مليونا وثلاثمئة ألف» is 25,300,000, «مليار ونصف المليار» 1,500,000,000, «3 ملايين و200 ألف» 3,200,000.
    """
    word = r.words[i]
    if word.kind in ("vague", "scales"):
        return _vague(r, i)
    part = _part(r, i)
    if part is None:
        return None
    total, low, end, digits = part.value, part.scale, part.end, part.digits
    while True:
        tail = r.joined(end)
        if tail < 0:
            break
        if r.words[tail].kind == "fraction":
            half = add_fraction(r, tail, low)
            if half is not None:
                total, end, digits = total + half[1], half[0], None
            break
        more = _part(r, tail) if low > 1 else None
        if more is None or more.value >= low or r.words[more.end].percent or year_like(more):
            break
        total, end, low, digits = total + more.value, more.end, more.scale, None
    return part._replace(end=end, value=total, digits=digits)


def add_fraction(r: Reading, i: int, scale: int) -> tuple[int, Fraction] | None:
    """«ونصف», «ونصف المليار» after a number: the place after it and what it adds."""
    word, after = r.words[i], r.words[i + 1]
    if after.kind in _SCALES and after.amount <= scale and r.bare(i + 1):
        return i + 2, word.amount * after.amount
    # «مليار ونصف مئة» is none; «عشرون ونصف» is one.
    if word.definite or (after.kind and r.bare(i + 1)):
        return None
    return i + 1, word.amount * scale


def _is_counted(r: Reading, i: int) -> bool:
    """Whether a bracketed number is counted by the word at i: «(20) مليون», «(5) شركات»."""
    word = r.words[i]
    return r.bare(i) and (
        word.kind in _SCALES or bool(word.family or word.percent or word.percent_tails or word.one or word.many)
    )


def year_like(number: Number) -> bool:
    """Whether a number looks like a year of our time."""
    return number.digits is not None and number.digits.whole == 4 and 1900 <= number.value <= 2100


def _part(r: Reading, i: int) -> Number | None:
    """Digits or a group of words below a thousand, with the scales that follow; a scale or its dual alone."""
    word = r.words[i]
    kind = word.kind
    if kind == "digits":
        if word.digits is None or not word.digits.countable:
            return None
        number = Number(i + 1, word.amount, digits=word.digits)
        if i and r.norms[i + 1] == ")" and r.norms[i - 1] == "(" and _is_counted(r, i + 2):
            number = Number(i + 2, word.amount, digits=word.digits._replace(whole=0))
    elif kind in _SMALL:
        small = _small(r, i)
        if small is None:
            return None
        number = Number(small[0], small[1], exact=small[1].denominator == 1)
    elif kind == "fraction":
        number = Number(i + 1, word.amount, exact=False)
    elif kind == "scale" and not word.definite:
        return _scaled(r, Number(i + 1, word.amount, int(word.amount), bare_scale=True))
    elif kind == "dual" and not word.definite:
        return Number(i + 1, word.amount, int(word.amount) // 2)
    else:
        return None
    half = r.joined(number.end)
    if (
        half >= 0
        and r.words[half].kind == "fraction"
        and r.words[half + 1].kind in _SCALES
        and not r.words[half + 1].definite
    ):
        number = Number(half + 1, number.value + r.words[half].amount)  # «ثلاثة ونصف مليون»
    end, digits = number.end, number.digits
    scale = r.words[end]
    # «ثلاثة أرباع المليون», «نصف المليار»; otherwise a scale with the article belongs to another phrase.
    if scale.kind not in _SCALES or not r.bare(end) or (scale.definite and number.exact and not word.definite):
        return number
    value = number.value
    if digits is not None and digits.other is not None and _prefers_decimal(scale):
        value = digits.other
    return _scaled(r, Number(end + 1, value * scale.amount, int(scale.amount), exact=number.exact))


def _prefers_decimal(scale: Word) -> bool:
    """«3,650 ملايين» is 3.65 million, «1,250 مليون» 1,250 million: a plural counts three to ten."""
    return scale.kind == "scales" or scale.amount >= 10**9


def _scaled(r: Reading, number: Number) -> Number:
    """Scales upon scales: «ألف مليون»."""
    while True:
        word = r.words[number.end]
        if word.kind != "scale" or word.definite or not r.bare(number.end) or word.amount <= number.scale:
            return number
        scale = number.scale * int(word.amount)
        number = Number(number.end + 1, number.value * word.amount, scale, exact=number.exact)


def _small(r: Reading, i: int) -> tuple[int, Fraction] | None:
    """A number below a thousand in words: the place after it and its value."""
    word, after = r.words[i], r.words[i + 1]
    value, end = word.amount, i + 1
    if word.kind == "teens_unit":
        if after.kind == "unit" and after.amount == 10 and r.bare(end):
            return end + 1, Fraction(11)
        tail = r.joined(end)
        return (tail + 1, value + r.words[tail].amount) if tail >= 0 and r.words[tail].kind == "ten" else None
    if word.kind == "unit":
        if after.kind == "unit" and after.amount == 10 and value < 10 and r.bare(end):
            return end + 1, value + 10
        if after.kind == "parts" and r.bare(end):
            return end + 1, value * after.amount
        if after.kind == "hundred" and 3 <= value <= 9 and r.bare(end) and not after.definite:
            value, end = value * 100, end + 1
        else:
            tail = r.joined(end)
            if tail >= 0 and r.words[tail].kind == "ten" and value < 10:
                return tail + 1, value + r.words[tail].amount
            return end, value
    if value >= 100:
        tail = r.joined(end)
        if tail >= 0 and r.words[tail].kind in _SMALL and r.words[tail].amount < 100:
            rest = _small(r, tail)
            if rest is not None and rest[1] < 100:
                return rest[0], value + rest[1]
    return end, value


def _vague(r: Reading, i: int) -> Number | None:
    """عشرات الملايين من · مليارات."""
    first, second = r.words[i], r.words[i + 1]
    if first.kind == "scales":
        return None if first.definite else Number(i + 1, Fraction(0), vague=_VAGUE.get(int(first.amount), ""))
    name = _VAGUE[int(first.amount)]
    if second.kind == "scales" and second.definite and int(second.amount) in _VAGUE:
        return Number(i + 2, Fraction(0), vague=f"{name}-of-{_VAGUE[int(second.amount)]}")
    return Number(i + 1, Fraction(0), vague=name)


def text_of(value: Fraction) -> str:
    """A value in plain decimal digits, at most two after the point from a thousand on, six below.

    >>> text_of(Fraction(5600000)), text_of(Fraction(153, 50)), text_of(Fraction(1, 3))
    ('5600000', '3.06', '0.333333')
    """
    if value.denominator == 1:
        return str(value.numerator)
    places = 2 if abs(value) >= 1000 else 6
    whole, rest = divmod(round(value * 10**places), 10**places)
    return f"{whole}.{rest:0{places}}".rstrip("0").rstrip(".")
