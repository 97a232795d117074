"""Reads the tables of seeds/lexicons that values are made of.

In: the folder. Out: a filled `Lexicon`. A broken table raises SeedError with its file, its line and what was expected.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.core.tsv import rows
from pipeline.errors import SeedError
from pipeline.ner.values.words import NOTHING, Currency, Lexicon, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NUMBER_KINDS = frozenset(
    {
        "unit",
        "teens_unit",
        "teen",
        "ten",
        "hundred",
        "small",
        "scale",
        "scales",
        "dual",
        "fraction",
        "parts",
        "vague",
        "ordinal",
        "suffix",
    }
)
_COUNTS = ("one", "two", "many", "pair", "named")
_PIECES = re.compile(r"[^\W\d_]+|\d+|\S")


def read_lexicon(folder: Path) -> Lexicon:
    """The lexicon of all tables."""
    lexicon = Lexicon()
    for fill in (_numbers, _cues, _months, _weekdays, _periods, _percent, _money, _nouns):
        fill(lexicon, folder)
    lexicon.close()
    return lexicon


def forms(cell: str) -> list[str]:
    """The forms of a cell, separated by bars.

    >>> forms("دولار | دولارات")
    ['دولار', 'دولارات']
    """
    return [form.strip() for form in cell.split("|") if form.strip()]


def _checked(place: str, parse: Callable[[str], Any], cell: str, expected: str) -> Any:
    try:
        return parse(cell)
    except (ValueError, ZeroDivisionError):
        raise SeedError(f"{place}: expected {expected}, got {cell!r}") from None


def _numbers(lexicon: Lexicon, folder: Path) -> None:
    for place, (value, kind, cell) in rows(folder / "numbers.tsv", ("value", "kind", "forms")):
        amount = _checked(place, Fraction, value, "a number")
        if kind not in _NUMBER_KINDS:
            raise SeedError(f"{place}: expected one of {', '.join(sorted(_NUMBER_KINDS))}, got {kind!r}")
        for form in forms(cell):
            if kind == "ordinal":
                lexicon.add(form, article=True, ordinal=int(amount))
            elif kind == "suffix":
                lexicon.add(form, suffix=int(amount))
            elif kind != "teen":
                lexicon.add(form, article=True, kind=kind, amount=amount)


def _cues(lexicon: Lexicon, folder: Path) -> None:
    for _, (kind, value, cell) in rows(folder / "date_words.tsv", ("kind", "value", "forms")):
        for form in forms(cell):
            lexicon.merge(form, "roles", {kind: value})
    for _, (kind, cell) in rows(folder / "number_cues.tsv", ("kind", "forms")):
        for form in forms(cell):
            lexicon.merge(form, "roles", {kind: ""})
    for _, (form,) in rows(folder / "approximators.tsv", ("forms",)):
        lexicon.merge(form, "roles", {"about": ""})


def _months(lexicon: Lexicon, folder: Path) -> None:
    for place, (month, calendar, strength, cell) in rows(
        folder / "months.tsv", ("month", "calendar", "strength", "forms")
    ):
        if not 1 <= _checked(place, int, month, "a month from 01 to 12") <= 12:
            raise SeedError(f"{place}: expected a month from 01 to 12, got {month!r}")
        if calendar not in ("gregorian", "hijri") or strength not in ("strong", "weak", "head"):
            raise SeedError(
                f"{place}: expected gregorian or hijri, and strong, weak or head, got {calendar!r}, {strength!r}"
            )
        for form in forms(cell):
            first, _, second = form.partition(" ")
            if second:
                lexicon.merge(first, "month_tails", {fold(second): (month, calendar)})
            else:
                lexicon.add(form, month=month, calendar=calendar, strength=strength)


def _weekdays(lexicon: Lexicon, folder: Path) -> None:
    for place, (day, cell) in rows(folder / "weekdays.tsv", ("day", "forms")):
        number = _checked(place, int, day, "a day from 1 to 7")
        for form in forms(cell):
            lexicon.add(form, weekday=number)


def _periods(lexicon: Lexicon, folder: Path) -> None:
    for place, (code, count, cell) in rows(folder / "periods.tsv", ("code", "count", "forms")):
        if count not in _COUNTS:
            raise SeedError(f"{place}: expected one of {', '.join(_COUNTS)}, got {count!r}")
        for form in forms(cell):
            lexicon.add(form, article=True, unit=code, number=count)


def _percent(lexicon: Lexicon, folder: Path) -> None:
    for _, (cell,) in rows(folder / "percent.tsv", ("forms",)):
        first, *rest = fold(cell).split()
        word = lexicon.words.get(first, NOTHING)
        if rest:
            lexicon.words[first] = word._replace(percent_tails=(*word.percent_tails, tuple(rest)))
        else:
            lexicon.words[first] = word._replace(percent=True)


def _money(lexicon: Lexicon, folder: Path) -> None:
    members: dict[str, list[Currency]] = {}
    for place, (family, code, adjectives, countries) in rows(
        folder / "currencies.tsv", ("family", "code", "adjectives", "countries")
    ):
        if not (len(code) == 3 and code.isascii() and code.isupper()):
            raise SeedError(f"{place}: expected a code of ISO 4217 such as SAR, got {code!r}")
        own = frozenset(derived for form in forms(adjectives) for derived in _adjective(tuple(fold(form).split())))
        places = frozenset(map(fold, forms(countries)))
        members.setdefault(family, []).append(Currency(code, own, places))
    lexicon.currencies = {family: tuple(group) for family, group in members.items()}
    for family, group in members.items():
        listed = [currency for currency in group if currency.countries]
        speaks = {form[0]: currency.code for currency in listed for form in currency.adjectives if len(form) == 1}
        speaks.update((place, currency.code) for currency in listed for place in currency.countries)
        lexicon.evidence[family] = speaks
    for place, (family, share, cell) in rows(folder / "currency_nouns.tsv", ("family", "share", "forms")):
        if family not in members:
            raise SeedError(f"{place}: expected a family of currencies.tsv, got {family!r}")
        each = set(map(fold, forms(cell)))
        for form in each:
            dual = form.endswith(("ان", "ين")) and not each.isdisjoint((form[:-2], form[:-3] + "ه"))
            worth = _checked(place, Fraction, share, "a fraction")
            lexicon.add(form, article=True, family=family, share=worth, number="two" if dual else "")
    for _, (sign, code) in rows(folder / "currency_signs.tsv", ("sign", "code")):
        first, *rest = _sign_parts(fold(sign))
        if rest:
            lexicon.merge(first, "sign_tails", {tuple(rest): code})
        else:
            lexicon.add(first, sign=code)


def _sign_parts(sign: str) -> list[str]:
    """The tokens of a sign: د.إ is three of them, us$ two."""
    parts: list[str] = []
    for char in sign:
        if parts and char.isalpha() and char.isascii() and parts[-1].isalpha():
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _adjective(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """An adjective after its noun in every gender, number and case, with and without the article."""
    for ending in ("", "ا", "ه", "ين", "ان", "تين", "تان", "ات"):
        yield tuple(word + ending for word in words)
        yield tuple(f"ال{word}{ending}" for word in words)


def _nouns(lexicon: Lexicon, folder: Path) -> None:
    known: dict[tuple[str, str], str] = {}
    counted = [
        (place, noun, forms(cell), forms(cell)) for place, (noun, cell) in rows(folder / "units.tsv", ("unit", "forms"))
    ]
    counted += [
        (place, noun, forms(singular), forms(plurals))
        for place, (noun, singular, plurals) in rows(folder / "counted_nouns.tsv", ("noun", "singular", "plural"))
    ]
    for place, noun, singulars, plurals in counted:
        for number, each in (("one", singulars), ("many", plurals)):
            for form in {spelt for one in each for spelt in _accusative(tuple(_PIECES.findall(fold(one))))}:
                if known.setdefault((number, " ".join(form)), noun) != noun:
                    raise SeedError(f"{place}: {' '.join(form)!r} already means {known[number, ' '.join(form)]!r}")
                if len(form) > 1:
                    lexicon.merge(form[0], "tails", {form[1:]: noun})
                elif number == "one":
                    lexicon.add(form[0], one=noun)
                else:
                    lexicon.add(form[0], many=noun)


def _accusative(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    if not words[0].endswith(("ه", "ا", "ات")) and not words[0].isascii():
        yield (words[0] + "ا", *words[1:])
        if len(words) == 2 and words[1].isalpha() and not words[1].endswith(("ه", "ا", "ات")):
            yield (words[0] + "ا", words[1] + "ا")
