"""Dates that are lengths of time: durations, ages, «منذ 2 أيام», «السنوات الثلاث الماضية».

In: a `Reading` and the place where a length of time may begin. Out: the place after it and its value as an ISO 8601 duration.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.ner.values.numbers import Number, read_number, text_of
from pipeline.ner.values.series import series
from pipeline.ner.values.years import Date, of_year

if TYPE_CHECKING:
    from pipeline.ner.values.reading import Reading
    from pipeline.ner.values.words import Word

# Units that ISO 8601 has no letter for, in years.
_YEARS = {"X": 10, "C": 100}
# Where a fraction of a unit is a whole number of smaller ones, those are written: a year and a half is P18M.
_PARTS = {"Y": ("M", 12), "TH": ("TM", 60), "TM": ("TS", 60)}
_LENGTHS = frozenset({"Y", "M", "W", "D", "TH", "TM", "TS", "X", "C"})


def read_period(r: Reading, i: int) -> Date | None:
    """The length of time that begins at token i."""
    word = r.words[i]
    if "ago" in word.roles:
        return _ago(r, i)
    if word.unit in _LENGTHS and word.definite:
        return _last_ones(r, i)
    return read_length(r, i)


def read_length(r: Reading, i: int, *, alone: bool = True) -> Date | None:
    """«ثلاث سنوات», «عامين», «سنة وشهرين», «5 إلى 7 أيام», «24 ساعة».

    Without `alone` it is the rest of a longer one and takes no rest itself.
    """
    word = r.words[i]
    if word.kind:
        return None if r.role(i - 1, "guard") else _numbered(r, i, alone=alone)
    if word.unit not in _LENGTHS or word.definite:
        return None
    if word.number == "two":
        if word.unit == "X" and not (r.role(i - 1, "span") or r.about(i)):
            return None  # «عقدين» are two contracts as well
        return _with_rest(r, i + 1, [Fraction(2)], word, alone=alone)
    if word.number == "one" and alone and _counts_one(r, i):
        one = r.words[i + 1]
        end = i + 2 if one.kind == "unit" and one.amount == 1 and r.bare(i + 1) else i + 1
        return _with_rest(r, end, [Fraction(1)], word, alone=alone)
    return None


def _counts_one(r: Reading, i: int) -> bool:
    """Whether a bare «عام» means one year: before «واحد» or «ونصف», or after «خلال» and its like."""
    one = r.words[i + 1]
    if one.kind == "unit" and one.amount == 1 and r.bare(i + 1):
        return True
    half = r.joined(i + 1)
    if half > 0 and (r.words[half].kind == "fraction" or _smaller_rest(r, half, r.words[i].unit)):
        return True
    named = (
        one.kind
        or one.month
        or one.month_tails
        or one.weekday
        or "dayword" in one.roles
        or r.norms[i + 1].startswith("ال")
    )
    return not named and (r.role(i - 1, "span") or r.about(i)) and r.words[i].unit not in ("TS", "C", "X")


def _numbered(r: Reading, i: int, *, alone: bool) -> Date | None:
    first = read_number(r, i)
    if first is None or first.vague:
        return None
    chain = series(r, first)
    while chain:
        last = chain[-1]
        unit = r.words[last.end]
        if unit.unit in _LENGTHS and unit.number in ("one", "many") and r.bare(last.end) and _agree(r, i, last, unit):
            values = [number.value for number in chain]
            if last.scale > 1 and not last.bare_scale:
                values = [number.value * (last.scale if number.scale == 1 else 1) for number in chain]
            found = _with_rest(r, last.end + 1, values, unit, alone=alone)
            after = r.words[found.end]
            if "modifier" in after.roles and (r.words[i].definite or unit.definite) and r.bare(found.end):
                return Date(found.end + 1, found.value)
            return found
        chain.pop()
    return None


def _agree(r: Reading, i: int, number: Number, unit: Word) -> bool:
    """Numeral and unit agree: «ربع ساعة» but not «2024 اليوم»."""
    if unit.definite:
        return number.digits is None and (number.value < 1 or r.words[i].kind == "fraction" or r.words[i].definite)
    if unit.unit[0] == "T" and i and (r.words[i - 1].ordinal or r.words[i - 1].kind == "digits") and r.joined(i) == i:
        return False  # the second half of a time of day: «الثانية و51 دقيقة»
    if unit.unit == "X" and number.value > 10:
        return False  # a dozen of «عقدا» are contracts
    if unit.unit == "TH" and number.value >= 100 and r.norms[number.end + 1] == "من":
        return False  # «6200 ساعة من التسجيلات» are a quantity
    return number.value > 0 and not (r.words[i].kind == "unit" and number.value <= 2)


def _with_rest(r: Reading, end: int, values: list[Fraction], unit: Word, *, alone: bool) -> Date:
    """Adds «ونصف العام» and «وثلاثة أشهر» to a length; writes it in ISO 8601."""
    half = r.joined(end)
    rest, halves = "", any(value.denominator > 1 for value in values) and r.words[end - 2].digits is None
    if half > 0:
        word = r.words[half]
        if word.kind == "fraction" and not word.definite:
            after = r.words[half + 1]
            values, halves = [*values[:-1], values[-1] + word.amount], True
            end = half + 2 if after.unit == unit.unit and after.number == "one" and r.bare(half + 1) else half + 1
        elif len(values) == 1 and alone:
            smaller = _smaller_rest(r, half, unit.unit)
            if smaller is not None:
                end, rest = smaller.end, smaller.value.removeprefix("P")
    parts = [iso(value, unit.unit, halves=halves) for value in values]
    if rest:
        return Date(end, parts[0] + (rest.removeprefix("T") if "T" in parts[0] else rest))
    return Date(end, "-".join(parts))


_ORDER = ("Y", "M", "W", "D", "TH", "TM", "TS")


def _smaller_rest(r: Reading, i: int, code: str) -> Date | None:
    """The length at i where its unit is smaller than another one: «ثلاثة أشهر» after a year."""
    rest = read_length(r, i, alone=False)
    if rest is None or "-" in rest.value or code not in _ORDER:
        return None
    last = ("T" if "T" in rest.value else "") + rest.value[-1]
    return rest if last in _ORDER and _ORDER.index(last) > _ORDER.index(code) else None


def iso(value: Fraction, code: str, *, halves: bool = False) -> str:
    """A length in ISO 8601; `halves` writes a fraction in smaller units where they come out even.

    >>> iso(Fraction(3), "Y"), iso(Fraction(3, 2), "TH", halves=True), iso(Fraction(2), "X")
    ('P3Y', 'PT90M', 'P20Y')
    """
    if code in _YEARS:
        return f"P{text_of(value * _YEARS[code])}Y"
    if halves and value.denominator > 1 and code in _PARTS and (value * _PARTS[code][1]).denominator == 1:
        code, value = _PARTS[code][0], value * _PARTS[code][1]
    return f"PT{text_of(value)}{code[1]}" if code[0] == "T" else f"P{text_of(value)}{code}"


def _last_ones(r: Reading, i: int) -> Date | None:
    """«العامين الماضيين», «السنوات الثلاث الماضية», «الأسابيع الأخيرة»."""
    unit, j = r.words[i], i + 1
    if unit.number == "two":
        return Date(j + 1, iso(Fraction(2), unit.unit)) if "modifier" in r.words[j].roles else None
    if unit.number != "many":
        return None
    number = read_number(r, j) if r.words[j].kind and r.words[j].definite and r.bare(j) else None
    if number is not None and not number.vague:
        if unit.unit == "M" and r.words[number.end].ordinal == 1 and r.words[number.end].definite:
            return _first_months(r, number.end + 1, number)
        end = number.end + 1 if "modifier" in r.words[number.end].roles and r.bare(number.end) else number.end
        return Date(end, iso(number.value, unit.unit))
    few = "few" in r.words[j].roles
    if "modifier" in r.words[j + few].roles and r.bare(j + few):
        code = unit.unit
        value = f"PTX{code[1]}" if code[0] == "T" else f"PX{'Y' if code in _YEARS else code}"
        return Date(j + few + 1, value)
    return None


def read_age(r: Reading, i: int) -> Date | None:
    """«الثلاثين», «السابعة عشرة», «الحادية والأربعين» as years of a life, whatever stands around."""
    word, end = r.words[i], i + 1
    if not word.definite or not r.bare(i):
        return None
    if word.kind == "ten":
        return Date(end, f"P{int(word.amount)}Y")
    if not word.ordinal or not r.norms[i].endswith(("ه", "لي")):
        return None
    years, tail = word.ordinal, r.joined(end)
    if r.words[end].kind == "unit" and r.words[end].amount == 10 and r.bare(end):
        years, end = years + 10, end + 1
    elif tail > 0 and r.words[tail].kind == "ten":
        years, end = years + int(r.words[tail].amount), tail + 1
    return Date(end, f"P{years}Y")


def read_sure_age(r: Reading, i: int) -> Date | None:
    """An age that its surroundings tell from an hour, a rank and a number: «في السادسة من عمره», «ابنة العشرين», «في الحادية والأربعين»."""
    age = read_age(r, i)
    if age is None:
        return None
    of_life = r.norms[age.end] == "من" and r.role(age.end + 1, "age")
    # No clock strikes thirteen, and a rank would stand behind its noun.
    late = i > 0 and r.norms[i - 1] == "في" and age.end > i + 1 and age.value not in ("P11Y", "P12Y")
    return age if of_life or late or r.role(i - 1, "son") else None


def _first_months(r: Reading, i: int, number: Number) -> Date | None:
    """«الأشهر التسعة الأولى من 2024»: an interval of months."""
    year = of_year(r, i)
    value = year.value if year is not None and len(year.value) == 4 else "XXXX"
    if number.value.denominator > 1 or not 2 <= number.value <= 12:
        return None
    return Date(year.end if year is not None else i, f"{value}-01/{value}-{int(number.value):02}")


def _ago(r: Reading, i: int) -> Date | None:
    """«منذ 2 أيام», «قبل ثلاث سنوات»; «قبل عامين من» is before something else."""
    if not r.bare(i + 1):
        return None
    length = read_length(r, i + 1)
    if length is None or "-" in length.value:
        return None
    before = r.words[i].roles["ago"] == "قبل"
    if before and r.norms[length.end] in ("من", "على", "او", "عن"):
        return None
    return Date(length.end, length.value + "-AGO", outside=int(before))
