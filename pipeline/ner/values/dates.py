"""Dates that name a place in the calendar: days, weekdays, quarters, seasons, decades.

In: a `Reading` and the place of a word that may open a date. Out: the place after the date and its value in ISO 8601, with X for what
the text leaves open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ner.values.months import read_days, read_months, read_numeric, read_ordinal_day
from pipeline.ner.values.periods import read_sure_age
from pipeline.ner.values.years import OPEN, Date, era, of_year, read_year, read_years, this_year, year_of_unit

if TYPE_CHECKING:
    from pipeline.ner.values.reading import Reading

_PARTED = frozenset({"Y", "M", "W", "X", "C"})  # units that begin, have a middle and end: «نهاية العام»
_CENTURIES = {"-": "19", "0": "20", "+": "21"}  # of «ثمانينيات القرن الماضي» and «عشرينيات القرن الحالي»
_LAST = {"Q": 4, "H": 2, "M": 12}


def read_date(r: Reading, i: int) -> Date | None:
    """The calendar date that begins at token i: «20 مارس 2025», «الربع الأول من هذا العام», «السبت»."""
    word, roles = r.words[i], r.words[i].roles
    if word.kind == "digits":
        return read_numeric(r, i) or read_days(r, i) or read_years(r, i)
    found = None
    if word.month or word.month_tails:
        found = read_months(r, i)
    if found is None and word.weekday and not r.role(i - 1, "nodate"):
        found = _weekday(r, i)
    if found is None and ((word.definite and (word.ordinal or word.kind == "ten")) or "firstday" in roles):
        found = read_ordinal_day(r, i) or read_sure_age(r, i)
    if found is not None:
        return found
    if word.unit:
        return _unit(r, i)
    if "dayword" in roles or "dayword_before" in roles:
        return _dayword(r, i)
    if "this" in roles:
        return _this(r, i)
    if "season" in roles:
        return _season(r, i)
    if "decade" in roles:
        return _decade(r, i)
    if "quarter" in roles:
        year = read_year(r, i + 1)
        return Date(year.end, f"{year.value}-Q{roles['quarter']}") if year else None
    return None


def read_part(r: Reading, i: int) -> Date | None:
    """A date with the word for its part before it: «أواخر 2024», «منتصف يناير», «نهاية العام»."""
    if not r.role(i, "part") or not r.bare(i + 1):
        return None
    word = r.words[i + 1]
    if word.weekday or "dayword" in word.roles:
        return None
    date = read_date(r, i + 1)
    if date is None and word.unit in _PARTED and word.number == "one" and word.definite:
        return Date(i + 2 + r.role(i + 2, "yearkind"), OPEN[word.unit])
    return date


def _full_day(r: Reading, i: int) -> Date | None:
    """A day with its month: «18 جانفي 2017», «20-03-2025», «الأول من يناير»."""
    digits = r.words[i].digits
    if digits is not None:
        return read_numeric(r, i) if len(digits.date) == 10 else read_days(r, i)
    return read_ordinal_day(r, i) if r.words[i].ordinal and r.words[i].definite else None


def _weekday(r: Reading, i: int) -> Date:
    """«السبت», «الأحد المقبل», «الأربعاء 18 جانفي 2017», «الجمعة الموافق 20-03-2025»."""
    j = i + 2 if r.role(i + 1, "modifier") and r.bare(i + 1) else i + 1
    k = j + 1 if r.norms[j] == "،" or r.role(j, "namely") else j
    full = _full_day(r, k) if r.bare(k) else None
    if full is None and r.norms[k] == "(":
        inner = _full_day(r, k + 1)
        if inner is not None and r.norms[inner.end] == ")":
            full = inner._replace(end=inner.end + 1)
    return full or Date(j, f"XXXX-WXX-{r.words[i].weekday}")


def _dayword(r: Reading, i: int) -> Date | None:
    """«أمس», «أول أمس», «بعد غد», «أمس السبت», «اليوم الأربعاء 18 يناير»."""
    day, j = r.words[i].roles.get("dayword"), i + 1
    if day is None:
        if not r.role(j, "dayword") or r.words[j].definite or not r.bare(j):
            return None
        j += 1
    elif r.role(j, "dayword_after") and day == "-1":
        j += 1
    word = r.words[j]
    if r.bare(j):
        if word.weekday:
            return _weekday(r, j)
        full = _full_day(r, j)
        if full is not None:
            return full
    # «اليوم الأول», «اليوم العالمي», «برميل في اليوم» are days, but not today.
    if day == "0" and (word.ordinal or "dayguard" in word.roles or r.role(i - 1, "perday")):
        return None
    return Date(j, OPEN["D"])


def _unit(r: Reading, i: int) -> Date | None:
    """What begins with a word like عام, شهر, الربع or يوم and names a place in the calendar."""
    word, j = r.words[i], i + 1
    after, bare = r.words[j], r.bare(i + 1)
    if word.unit == "Y":
        year = year_of_unit(r, i)
        if year is not None:
            return year
    if word.number == "pair":
        return read_date(r, j) if after.kind == "digits" or after.month or after.month_tails else None
    if word.number not in ("one", "named"):
        return None
    if bare and word.unit == "M" and (after.month or after.month_tails):
        return read_months(r, j)
    if bare and word.unit == "D":
        full = _full_day(r, j)
        if full is not None:
            return full
        if after.weekday:
            return _weekday(r, j)
        if "dayword" in after.roles and not word.definite:
            return _dayword(r, j)
    if not word.definite:
        return None
    if (after.definite and (after.ordinal or after.kind == "ten")) or "last" in after.roles:
        found = (_century if word.unit == "C" else _part_of_month if word.unit in ("W", "D") else _ordinal_unit)(r, i)
        if found is not None:
            return found
    if "modifier" in after.roles and bare and word.unit in OPEN and word.number == "one":
        return Date(j + 1, OPEN[word.unit])
    return _dayword(r, i) if "dayword" in word.roles else None


def _ordinal_unit(r: Reading, i: int) -> Date | None:
    """«الربع الأول من 2024», «النصف الثاني», «الربع الأخير من عام 2023»."""
    code, j = r.words[i].unit, i + 2
    last = _LAST.get(code, 0)
    order = r.words[i + 1].ordinal or last
    if not 1 <= order <= last:
        return None
    year = of_year(r, j)
    if code == "M":  # «الشهر الأول من 2024»
        return Date(year.end, f"{year.value}-{order:02}") if year is not None and len(year.value) == 4 else None
    if year is not None and len(year.value) == 4:
        return Date(year.end, f"{year.value}-{code}{order}")
    return Date(j, f"XXXX-{code}{order}") if r.words[i].number == "one" else None


def _part_of_month(r: Reading, i: int) -> Date | None:
    """«الأسبوع الأول من يناير» is worth its month, «اليوم الأول من يناير» a day."""
    day = read_ordinal_day(r, i + 1)
    if day is None or "/" in day.value or day.value.endswith("-AH"):
        return None
    return day if r.words[i].unit == "D" else Date(day.end, day.value[:7])


def _century(r: Reading, i: int) -> Date | None:
    """«القرن التاسع عشر», «القرن الحادي والعشرين»."""
    order, j = r.words[i + 1].ordinal, i + 2
    if r.words[i + 1].kind == "ten":
        order = int(r.words[i + 1].amount)
    tail = r.joined(j)
    if r.words[j].kind == "unit" and r.words[j].amount == 10:
        order, j = order + 10, j + 1
    elif tail > 0 and r.words[tail].kind == "ten":
        order, j = order + int(r.words[tail].amount), tail + 1
    return Date(j + (era(r, j) == "AD"), f"{order - 1:02}XX") if order else None


def _this(r: Reading, i: int) -> Date | None:
    """«هذا العام», «نفس الشهر», «هذا الصيف»."""
    word, after = r.words[i + 1], r.words[i + 2]
    if not r.bare(i + 1):
        return None
    if "season" in word.roles and r.norms[i + 1].startswith("ال"):
        return Date(i + 2, OPEN["Y"])
    if (
        word.unit not in ("Y", "M", "W", "D", "Q")
        or word.number != "one"
        or not word.definite
        or "dayguard" in after.roles
    ):
        return None
    if word.unit == "Y":
        return this_year(r, i)
    return Date(i + 3 if "modifier" in after.roles and r.bare(i + 2) else i + 2, OPEN[word.unit])


def _season(r: Reading, i: int) -> Date | None:
    """«صيف 2024», «الصيف الماضي»: ISO 8601 knows no seasons, so the year is what remains."""
    year = of_year(r, i + 1)
    return None if year is not None and r.norms[i + 1] == "من" and year.value == OPEN["Y"] else year


def _decade(r: Reading, i: int) -> Date | None:
    """«ثمانينيات القرن الماضي», «التسعينيات»; not «في الستينيات من عمره»."""
    tens, j = r.words[i].roles["decade"], i + 1
    if r.norms[j] == "من":
        j += 1
    if r.words[j].unit == "C" and r.words[j].definite:
        century = _unit(r, j)
        if century is not None:
            which = _CENTURIES.get(r.words[j + 1].roles.get("modifier", ""), century.value[:2])
            return Date(century.end, f"{which}{tens}X")
    if not r.norms[i].startswith("ال") or r.role(j, "age"):
        return None
    # Only «العشرينيات» can mean two centuries today.
    return Date(i + 1, f"{'XX' if tens == '2' else '19'}{tens}X")
