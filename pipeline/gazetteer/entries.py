"""The curated entities and every spelling that stands for one of them.

In: the TSV files of seeds/gazetteer. Out: `Entry` rows and their `Spelling`s, demonyms in all genders and numbers
included. A broken file raises SeedError with its name and line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import LABELS, VALUE_LABELS
from pipeline.core.tsv import rows
from pipeline.errors import SeedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

COLUMNS = ("id", "labels", "name_en", "name_ar", "aliases", "common", "country", "kind", "parent", "qid")
NAME_LABELS = tuple(label for label in LABELS if label not in VALUE_LABELS)
_ID = re.compile(r"[a-z0-9][a-z0-9.\-]*")
# Endings of a nisba adjective, masculine singular first: أميركي، أميركية، أميركيون، أميركيين، أميركيات، أميركياً ...
_ENDINGS = ("", "ة", "ان", "ين", "ون", "ات", "اً", "ا", "تان", "تين")


class Entry(NamedTuple):
    """One entity. `labels` has the usual label first; `common` lists those of its spellings that are everyday words too.

    `derived`: it comes from a file derived_*.tsv that a script made, and not from people.
    """

    id: str
    labels: tuple[str, ...]
    name_en: str
    name_ar: str
    aliases: tuple[str, ...]
    common: tuple[str, ...]
    country: str
    kind: str
    parent: str
    qid: str
    demonyms: tuple[str, ...] = ()
    irregular: tuple[str, ...] = ()
    derived: bool = False


class Spelling(NamedTuple):
    """One written form of an entity and the labels it can have there."""

    surface: str
    entity_id: str
    labels: tuple[str, ...]
    common: bool
    derived: bool = False


def load(folder: Path) -> tuple[Entry, ...]:
    """All entries of the TSV files below a folder, in the order of file names and lines.

    An id may stand in one row only. (That parents and countries are ids of rows is left to tests/test_seeds.py.)
    """
    entries: list[Entry] = []
    where: dict[str, str] = {}
    for file in sorted(folder.glob("*.tsv")):
        for place, entry in _rows(file):
            if entry.id in where:
                raise SeedError(f"{place}: id {entry.id!r} stands already at {where[entry.id]}; expected one row an id")
            where[entry.id] = place
            entries.append(entry._replace(derived=True) if file.stem.startswith("derived_") else entry)
    return tuple(entries)


def _rows(file: Path) -> Iterator[tuple[str, Entry]]:
    for place, cells in rows(file, COLUMNS, (*COLUMNS, "demonyms")):
        yield place, _entry(cells, place)


def _entry(cells: Sequence[str], place: str) -> Entry:
    entity_id, labels, name_en, name_ar, aliases, common, country, kind, parent, qid = cells[:10]
    split_labels = tuple(label.strip() for label in labels.split(","))
    if not _ID.fullmatch(entity_id):
        raise SeedError(f"{place}: id {entity_id!r}; expected lower-case ASCII letters, digits, dots and hyphens")
    unknown = [label for label in split_labels if label not in NAME_LABELS]
    if unknown:
        raise SeedError(f"{place}: label {unknown[0]!r}; expected some of {', '.join(NAME_LABELS)}")
    if not name_en and not name_ar:
        raise SeedError(f"{place}: no name; expected name_en or name_ar")
    regular, _, irregular = (cells[10] if len(cells) > 10 else "").partition(";")
    entry = Entry(
        entity_id, split_labels, name_en, name_ar, _split(aliases), _split(common), country, kind, parent, qid,
        _split(regular), _split(irregular),
    )  # fmt: skip
    own = {name_en, name_ar, *entry.aliases, *entry.irregular, *demonym_forms(entry.demonyms)}
    for word in entry.common:
        if word not in own:
            raise SeedError(f"{place}: common {word!r} is no spelling of {entity_id}; expected one of its own")
    return entry


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in (p.strip() for p in cell.split("|")) if part)


def demonym_forms(adjectives: Sequence[str]) -> tuple[str, ...]:
    """Masculine singular nisba adjectives in all genders, numbers and with the article.

    >>> demonym_forms(["صيني"])[:4]
    ('صيني', 'الصيني', 'صينية', 'الصينية')
    >>> demonym_forms(["كوري جنوبي"])[3]
    'الكورية الجنوبية'
    """
    return tuple(
        " ".join(article + word + ending for word in adjective.split())
        for adjective in adjectives
        for ending in _ENDINGS
        for article in ("", "ال")
        if not (article and ending in ("اً", "ا"))
    )


def spellings(entry: Entry) -> Iterator[Spelling]:
    """Every spelling of an entry: names, aliases, and its demonyms as NORP.

    >>> china = Entry("china", ("GPE",), "China", "الصين", (), (), "", "country", "", "", ("صيني",))
    >>> [(s.surface, s.labels) for s in spellings(china)][:3]
    [('China', ('GPE',)), ('الصين', ('GPE',)), ('صيني', ('NORP',))]
    """
    common = set(entry.common)
    for surface in dict.fromkeys((entry.name_en, entry.name_ar, *entry.aliases)):
        if surface:
            yield Spelling(surface, entry.id, entry.labels, surface in common, entry.derived)
    irregular = [article + form for form in entry.irregular for article in ("", "" if form.startswith("ال") else "ال")]
    for surface in dict.fromkeys((*demonym_forms(entry.demonyms), *irregular)):
        yield Spelling(surface, entry.id, ("NORP",), surface in common)
