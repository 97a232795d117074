"""Takes a name apart into words, initials and numbers.

In: a name as written, models/transliteration/words.tsv. Out: `Name`, with letters folded and digits in one form.
"""

from __future__ import annotations

import unicodedata
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import regex

from pipeline.core.tsv import rows
from pipeline.errors import SeedError
from pipeline.gazetteer.transliteration.letters import LATIN, Script, arabic_key, arabic_spelling, latin_key, script_of

if TYPE_CHECKING:
    from pathlib import Path

MOST_WORDS = 12
LONGEST = 40
KINDS = ("letter", "optional", "initials")
_TOKEN = regex.compile(r"\p{N}+(?:[.,٫]\p{N}+)*|[\p{L}\p{M}'’ʿʾʼ`ـ\u200c]+")
_INVISIBLE = regex.compile(r"[\p{Cf}--\u200c]+", regex.V1)
# One Arabic letter for each Latin letter when letter names are read as the letters themselves.
_SHORT = dict(zip(LATIN, (*"ابسديفجهيجكلمنوبكرستوفو", "كس", *"يز"), strict=True))


class Words(NamedTuple):
    """`letters` leads from the key of a letter's Arabic name to the Latin letters so called, `spelt` from its exact spelling,
    `names` back; `initials` are well known.
    """

    letters: dict[str, str]
    spelt: dict[str, str]
    names: dict[str, str]
    initials: frozenset[str]
    optional: frozenset[str]


class Name(NamedTuple):
    """Keys of the words, numbers apart. `short` are the keys with letter names read as letters, or None without any."""

    script: Script
    words: tuple[str, ...]
    core: tuple[str, ...]
    numbers: tuple[str, ...]
    short: tuple[str, ...] | None
    initials: frozenset[str]


def read(path: Path) -> Words:
    """The words of the file; a broken line raises SeedError."""
    letters: dict[str, str] = {}
    spelt: dict[str, str] = {}
    initials: set[str] = set()
    names: dict[str, str] = {}
    optional: set[str] = set()
    for place, (kind, latin, cell) in rows(path, ("kind", "latin", "arabic")):
        arabic = cell.split()
        if kind not in KINDS or (kind == "letter" and (len(latin) != 1 or latin not in LATIN or not arabic)):
            raise SeedError(f"{place}: expected {' or '.join(KINDS)}, Latin, Arabic, tab-separated")
        if kind == "letter":
            names[latin] = arabic[0]
            for table, forms in ((letters, map(arabic_key, arabic)), (spelt, map(arabic_spelling, arabic))):
                for form in dict.fromkeys(forms):
                    table[form] = table.get(form, "") + latin
        elif kind == "initials":
            initials |= set(latin.split())
        else:
            optional |= {*map(latin_key, latin.split()), *map(arabic_key, arabic)}
    return Words(letters, spelt, names, frozenset(initials), frozenset(optional))


def tokens(name: str) -> list[str]:
    """Words and numbers of a name as written; a hyphen or a change between letters and digits parts them.

    >>> tokens("GPT-4o"), tokens("آيفون ١٥ برو"), tokens("جي‌بي‌تي")
    (['GPT', '4', 'o'], ['آيفون', '15', 'برو'], ['جي', 'بي', 'تي'])
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", name[:2000]))
    found = []
    for token in _TOKEN.findall(plain):
        if token[0].isnumeric():
            digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else "." if c in ".,٫" else c for c in token)
            found.append(digits)
        else:
            found += [part for part in token.split("\u200c") if part]
    return found


def taken_apart(words: Words, name: str) -> Name:
    """The parts of a name for comparing."""
    script = script_of(name)
    keys, numbers = [], []
    for token in tokens(name)[: 2 * MOST_WORDS]:
        if token[0].isnumeric():
            numbers.append(token)
        elif key := (arabic_key(token) if script_of(token) == "arabic" else latin_key(token)):
            keys.append(key[:LONGEST])
    core = tuple(key for key in keys if key not in words.optional) or tuple(keys)
    short: tuple[str, ...] | None = None
    initials: frozenset[str] = frozenset()
    if script == "arabic" and any(key in words.letters for key in keys):
        short = tuple(_SHORT[words.letters[key][0]] if key in words.letters else key for key in keys)
        if len(keys) > 1 and all(key in words.letters for key in keys):
            initials = frozenset("".join(letters) for letters in product(*(words.letters[key] for key in keys[:8])))
    elif script == "latin" and len("".join(keys)) <= 8:
        initials = frozenset(["".join(keys)])
    return Name(script, tuple(keys), core, tuple(numbers), short, initials)
