"""Blocking: known spellings that may sound like a name, whatever its script and however it is spelt.

In: spellings once, then a name. Out: numbers of spellings, the likelier ones first, for a closer look by the transliteration
model. Two keys bring spellings together, the consonants of long names and the letters of short ones, each also with one
of its signs missing on either side; an edit distance in C sorts out the rest.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from pipeline.gazetteer.keys import fold_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_WIDTH = 12  # signs of a key that count
_LONG = 3  # from so many consonants on they are a key
_SHORT = 4  # up to so many the letters are one too
_VARIED = 4  # a shorter key is looked up as it is; of longer ones a sign may be missing
_LEAST = 0.55  # edit similarity of the readings below which nobody looks closer
_LEAST_MEAN = 0.75  # the mean with that of the consonants likewise; 98 of 100 spellings of one name have it
_FIRST = 12  # spellings whose consonants are compared
# Sounds that Arabic spellings of foreign names mix up fall together: غ ج ق ك (Google), ت ط ث د, س ص ز ش, ب پ, ف ڤ.
_ARABIC = str.maketrans(
    {**dict.fromkeys("بپ", "b"), **dict.fromkeys("تطثدضذ", "t"), **dict.fromkeys("جغخكق", "k"), **dict.fromkeys("حه", "h"),
     "ر": "r", **dict.fromkeys("زظسصش", "s"), "ف": "f", "ل": "l", "م": "m", "ن": "n", "ا": "a", "ع": "a", "و": "o", "ي": "i"}
)  # fmt: skip
_DIGRAPHS = (
    ("تش", "س"), ("sch", "s"), ("tch", "s"), ("ch", "s"), ("sh", "s"), ("ph", "f"), ("th", "t"), ("kh", "k"), ("gh", "k"), ("ck", "k"),
    ("qu", "ko"), ("ce", "s"), ("ci", "si"), ("cy", "si"), ("x", "ks"), ("tz", "s"), ("ts", "s"), ("\nwh", "\now"), ("\nkn", "\nn"),
)  # fmt: skip
_LATIN = str.maketrans(
    {**dict.fromkeys("pb", "b"), **dict.fromkeys("td", "t"), **dict.fromkeys("gjkqc", "k"), "z": "s", "v": "f", **dict.fromkeys("uw", "o"),
     "y": "i", "e": ""}
)  # fmt: skip
_TWICE = re.compile(r"([a-z])\1+")
_VOWEL = re.compile("(?<=.)[aoi]+")
_HEAD = re.compile("^[oi]", re.MULTILINE)
_LAST = re.compile("(?<=[^\nh])h+$", re.MULTILINE)


def readings_of(names: Sequence[str]) -> list[str]:
    """Each name in one small alphabet for both scripts; vowels written are kept."""
    text = "\n" + fold_lines("\n".join(name.replace("\n", " ") for name in names))
    for spelt, sound in _DIGRAPHS:
        text = text.replace(spelt, sound)
    return _TWICE.sub(r"\1", text.translate(_ARABIC).translate(_LATIN))[1:].split("\n")


def consonants_of(readings: Sequence[str]) -> list[str]:
    """The consonants of readings, and "a" for a vowel at the beginning."""
    text = _TWICE.sub(r"\1", _VOWEL.sub("", _HEAD.sub("a", "\n".join(readings))))
    return _LAST.sub("", text).split("\n")


@lru_cache(maxsize=50_000)
def reading(name: str) -> str:
    """The reading of one name.

    >>> reading("كوين"), reading("Qwen"), reading("ديب سييك"), reading("DeepSeek")
    ('koin', 'kon', 'tibsik', 'tbsk')
    """
    return readings_of([name])[0]


def likeness(left: str, right: str) -> tuple[float, float]:
    """Edit similarities, 0 to 1, of the letters and of the consonants of two readings.

    >>> likeness("بوتين", "بوتن"), likeness("بوتين", "بوتكين")[1] < 1
    ((0.8, 1.0), True)
    """
    said, other = reading(left), reading(right)
    return (
        Levenshtein.normalized_similarity(said, other),
        Levenshtein.normalized_similarity(*consonants_of([said, other])),
    )


class Sounds:
    """All spellings by their keys; a hundred thousand take a second to arrange."""

    def __init__(self, surfaces: Sequence[str]) -> None:
        self._readings = readings_of(surfaces) if surfaces else []
        self._bones = bones = consonants_of(self._readings) if surfaces else []
        tables = [
            _varied([key if len(key) >= _LONG else "" for key in bones], _POWERS[0]),
            _varied(
                [r if len(key) <= _SHORT else "" for r, key in zip(self._readings, bones, strict=True)], _POWERS[1]
            ),
        ]
        codes = np.concatenate([codes for codes, _ in tables])
        order = np.argsort(codes, kind="stable")
        self._codes = codes[order]
        self._numbers = np.concatenate([numbers for _, numbers in tables])[order]

    def near(self, name: str) -> list[int]:
        """The spellings that share a key with a name, in their order."""
        said = reading(name)
        bones = consonants_of([said])[0]
        codes = _codes(bones, _POWERS[0]) if len(bones) >= _LONG else set()
        if len(bones) <= _SHORT:
            codes |= _codes(said, _POWERS[1])
        wanted = np.array(sorted(codes), np.uint64)
        low = self._codes.searchsorted(wanted).tolist()
        high = self._codes.searchsorted(wanted, side="right").tolist()
        return sorted({n for a, b in zip(low, high, strict=True) if b > a for n in self._numbers[a:b].tolist()})

    def best(self, name: str, among: Iterable[int]) -> list[tuple[int, float, float]]:
        """Of some spellings those that read most alike, with the edit similarities of their letters and consonants, 0 to 1."""
        said = reading(name)
        bones = consonants_of([said])[0]
        found = extract(
            said,
            {number: self._readings[number] for number in among},
            scorer=Levenshtein.normalized_similarity,
            processor=None,
            score_cutoff=_LEAST,
            limit=_FIRST,
        )
        alike = [(n, similar, Levenshtein.normalized_similarity(bones, self._bones[n])) for _, similar, n in found]
        near = [row for row in alike if row[1] + row[2] >= 2 * _LEAST_MEAN]
        return sorted(near, key=lambda row: (-row[1] - row[2], row[0]))


# A key is hashed as the sum of its signs, each times a number for its place, modulo 2 ** 64.
_POWERS = [[crc32(b"%d %d" % (row, at)) << 31 | 1 for at in range(_WIDTH)] for row in range(2)]
_MODULUS = 2**64


def _varied(keys: Sequence[str], powers: list[int]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Hashes of the keys that are not empty, as they are and with one sign missing, and the number of the key of each."""
    numbers = np.array([number for number, key in enumerate(keys) if key], np.int32)
    table = np.array([key.encode("ascii", "replace")[:_WIDTH] for key in keys if key], f"S{_WIDTH}")
    letters = table.view(np.uint8).reshape(len(numbers), _WIDTH).astype(np.uint64)
    lengths = (letters > 0).sum(1)
    weights = np.array(powers, np.uint64)
    found, whose = [(letters * weights).sum(1, dtype=np.uint64)], [numbers]
    for at in range(_WIDTH):
        rows = np.nonzero((lengths > at) & (lengths >= _VARIED))[0]
        found.append((np.delete(letters[rows], at, axis=1) * weights[:-1]).sum(1, dtype=np.uint64))
        whose.append(numbers[rows])
    return np.concatenate(found), np.concatenate(whose)


def _codes(key: str, powers: list[int]) -> set[int]:
    """The same hashes of one key."""
    signs = key.encode("ascii", "replace")[:_WIDTH]
    there = [sign * power for sign, power in zip(signs, powers, strict=False)]
    if len(signs) < _VARIED:
        return {sum(there) % _MODULUS} if signs else set()
    earlier = [
        0,
        *(sign * power for sign, power in zip(signs[1:], powers, strict=False)),
    ]  # a place nearer the beginning
    code = sum(there)
    found = {code % _MODULUS}
    moved = 0
    for at in range(len(signs) - 1, -1, -1):
        code -= there[at]
        found.add((code + moved) % _MODULUS)
        moved += earlier[at]
    return found
