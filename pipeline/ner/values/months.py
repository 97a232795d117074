"""Months and days of three Arab traditions and of the Hijri calendar.

In: a `Reading` and the place of a day's number or a month's name. Out: the place after the date and its value. A complete Hijri date
becomes a civil one; an incomplete one keeps its own numbers and says so: 1445-09-AH.
"""

from __future__ import annotations

from typing import NamedTuple

from hijridate import Hijri

from pipeline.ner.values.reading import DASHES, Reading
from pipeline.ner.values.years import Date, era, is_counted, is_year, of_year

_OLDEST = 1000  # year that four digits after a month mean
_MOST_DAYS = 8  # of one list: «في 3 و5 و7 مارس»


class Month(NamedTuple):
    """A month's name up to the token before `end`; for `strength` see months.tsv."""

    end: int
    month: str
    hijri: bool
    strength: str


def read_numeric(r: Reading, i: int) -> Date | None:
    """20-03-2025, 10/2024."""
    digits = r.words[i].digits
    if digits is None or not digits.date:
        return None
    of = era(r, i + 1)
    if of == "AH" and len(digits.date) == 10:
        year, month, day = digits.date.split("-")
        return Date(i + 2, iso(year, month, day, hijri=True))
    return Date(i + 2 if of else i + 1, digits.date)


def iso(year: str, month: str, day: str = "", *, hijri: bool = False) -> str:
    """A date in ISO 8601; a complete Hijri date as the civil one.

    >>> iso("1445", "09", "01", hijri=True), iso("XXXX", "09", hijri=True), iso("2025", "03", "20")
    ('2024-03-11', 'XXXX-09-AH', '2025-03-20')
    """
    year = year.removesuffix("-AH")
    if hijri and year.isdigit() and year > "1700":  # «رمضان 2017»: a month of the one calendar, a year of the other
        year = "XXXX"
    if hijri and day and year.isdigit():
        try:
            return str(Hijri(int(year), int(month), int(day)).to_gregorian().isoformat())
        except (ValueError, OverflowError):  # outside the tables: kept as it stands
            pass
    value = f"{year}-{month}-{day}" if day else f"{year}-{month}"
    return value + "-AH" if hijri else value


def read_month(r: Reading, i: int) -> Month | None:
    """A month's name and its second one: «فبراير /شباط», «كانون الثاني (يناير)», «آذار مارس»."""
    first = _name(r, i)
    if first is None:
        return None
    sign = r.norms[first.end]
    second = _name(r, first.end + 1 if sign in ("/", "-", "(", "|") else first.end)
    if second is None or second.month != first.month or second.hijri != first.hijri:
        return first
    if sign != "(":
        return second._replace(strength="strong")
    return second._replace(end=second.end + 1, strength="strong") if r.norms[second.end] == ")" else first


def _name(r: Reading, i: int) -> Month | None:
    word = r.words[i]
    tail = word.month_tails.get(r.norms[i + 1])
    if tail is not None:
        return Month(i + 2, tail[0], tail[1] == "hijri", "strong")
    return Month(i + 1, word.month, word.calendar == "hijri", word.strength) if word.month else None


def read_months(r: Reading, i: int) -> Date | None:
    """A month with its year, or a range of months: «يناير الماضي», «يناير إلى مارس 2024»."""
    month = read_month(r, i)
    if month is None:
        return None
    year = _year(r, month)
    if year is not None:
        return Date(year.end, iso(year.value, month.month, hijri=month.hijri))
    later = _later(r, i, month)
    if later is not None:
        last = _plain(of_year(r, later.end)) or Date(later.end, "XXXX")
        return Date(last.end, "/".join(iso(last.value, each.month, hijri=month.hijri) for each in (month, later)))
    headed = i > 0 and r.words[i - 1].unit == "M"
    expected = headed or r.role(i - 1, "in") or r.role(i - 1, "part")
    if month.strength == "strong" or (expected if month.strength == "weak" else headed):
        return Date(month.end, iso("XXXX", month.month, hijri=month.hijri))
    return None


def _year(r: Reading, month: Month) -> Date | None:
    """The year after a month; after a Hijri one of its own calendar, said or not («20 رمضان 1438»)."""
    digits = r.words[month.end].digits
    if (
        month.hijri
        and digits is not None
        and digits.whole == 4
        and 1300 <= digits.value <= 1500
        and not era(r, month.end + 1)
    ):
        return Date(month.end + 1, f"{int(digits.value)}-AH")
    is_old = digits is not None and digits.whole == 4 and _OLDEST <= digits.value < 1900 and r.bare(month.end)
    if digits is not None and is_old and not (month.hijri or era(r, month.end + 1) or is_counted(r, month.end + 1)):
        return Date(month.end + 1, str(digits.value))
    return _plain(of_year(r, month.end))


def _plain(year: Date | None) -> Date | None:
    """A single year: no range of them."""
    return year if year is not None and "/" not in year.value else None


def _later(r: Reading, i: int, month: Month) -> Month | None:
    """The second end of «يناير إلى مارس», «بين يناير ومارس», «يناير وفبراير الماضيين»."""
    j = month.end
    if r.norms[j] in DASHES or r.role(j, "to"):
        later = read_month(r, j + 1)
    else:
        joint = r.joined(j)
        later = read_month(r, joint) if joint > 0 else None
        headed = r.role(i - 1, "between") or (i > 0 and r.words[i - 1].number == "pair")
        if later is not None and not headed and of_year(r, later.end) is None:
            return None
    return later if later is not None and later.hijri == month.hijri else None


def read_days(r: Reading, i: int) -> Date | None:
    """«18 جانفي 2017», «15 من مارس», «18-20 مارس», «22 و23 مارس»."""
    day = _day(r, i)
    if not day:
        return None
    days, j = [day], i + 1
    while len(days) < _MOST_DAYS:
        joint = j + 1 if r.norms[j] in DASHES or r.role(j, "to") else r.joined(j)
        day = _day(r, joint) if joint > 0 else ""
        if not day:
            break
        days.append(day)
        j = joint + 1
    date = day_of_month(r, j, days)
    if date is None or len(days) > 1 or not date.value.startswith("XXXX"):
        return date
    # «1 يناير إلى 31 مارس 2025»: the range shares its year; a date with a year of its own stands alone.
    if (r.norms[date.end] in DASHES or r.role(date.end, "to")) and _day(r, date.end + 1):
        last = day_of_month(r, date.end + 2, [_day(r, date.end + 1)])
        if last is not None and last.value[4] == "-" and last.value.endswith("-AH") == date.value.endswith("-AH"):
            return Date(last.end, f"{last.value[:4]}{date.value[4:]}/{last.value}")
    return date


def _day(r: Reading, i: int) -> str:
    digits = r.words[i].digits
    return (
        f"{int(digits.value):02}" if digits is not None and digits.whole in (1, 2) and 1 <= digits.value <= 31 else ""
    )


def day_of_month(r: Reading, j: int, days: list[str]) -> Date | None:
    """The month and year after some days."""
    dashed = r.norms[j] in ("-", "/") and r.glued(j)
    of = r.norms[j] == "من"
    j += of or dashed
    if r.words[j].unit == "M" and r.words[j].number == "one" and r.bare(j):
        if of and r.words[j].definite and r.role(j + 1, "modifier"):  # «15 من الشهر الجاري»
            return Date(j + 2, _range([f"XXXX-XX-{day}" for day in days]))
        j += 1
    month = read_month(r, j) if r.bare(j) else None
    if month is None or (dashed and month.strength != "strong"):
        return None
    year = _year(r, month)
    if year is None and r.norms[month.end] == "،" and is_year(r, month.end + 1) and r.bare(month.end + 1):
        year = Date(month.end + 2, str(r.words[month.end + 1].amount))  # «10 ديسمبر، 2015»
    year = year or Date(month.end, "XXXX")
    return Date(year.end, _range([iso(year.value, month.month, day, hijri=month.hijri) for day in days]))


def _range(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{values[0]}/{values[-1]}"


def read_ordinal_day(r: Reading, i: int) -> Date | None:
    """«الأول من يناير», «الثاني والعشرين من مارس», «غرة مارس»."""
    if r.role(i, "firstday"):
        return day_of_month(r, i + 1, ["01"])
    day, j = r.words[i].ordinal, i + 1
    if r.words[i].kind == "ten" and r.words[i].amount <= 30:
        day = int(r.words[i].amount)
    if r.words[j].kind == "unit" and r.words[j].amount == 10 and day < 10 and r.bare(j):
        day, j = day + 10, j + 1
    tail = r.joined(j)
    if tail > 0 and r.words[tail].kind == "ten" and r.words[tail].amount <= 30:
        day, j = day + int(r.words[tail].amount), tail + 1
    after = r.words[j + 1]
    if r.norms[j] != "من" or not (after.month or after.month_tails or after.unit == "M"):
        return None
    return day_of_month(r, j, [f"{day:02}"])
