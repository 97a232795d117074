"""Keys under which the spellings of one name meet.

In: a name in Arabic or Latin letters. Out: `fold`, the spelling key (same script); `skeleton`, the consonants in one
alphabet for both scripts; `likeness`, how alike two names sound. The last two are a first version: a trained
transliterator takes the place of `likeness`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler, Levenshtein

_DIGITS = {chr(zero + n): str(n) for zero in (0x660, 0x6F0) for n in range(10)}
# Letters that one name is written with in turn. What carries a hamza or a madda loses it in the decomposition.
_FOLDED = str.maketrans(
    {**_DIGITS, "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "گ": "غ", "ڤ": "ف", "پ": "ب", "چ": "ج", "ژ": "ج", "ٱ": "ا", "ء": "",
     "ـ": "", "٫": ".", "&": "and", "+": "plus", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ە": "ه", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
)  # fmt: skip
_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_DROPPED = re.compile(r"[^\w\n.]+|_|(?<![0-9])\.|\.(?![0-9])")
_DOUBLED = re.compile("(?<=\\w)([\u0620-\u06ff])\\1+")  # within a word: تتداول is not تداول
_CLEAN = re.compile("[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]+|[a-z0-9]+")  # what the other steps would leave alone
_LAM_LAM = re.compile(r"(?<!\w)([وف]?)لل(?=\w\w)")  # للطاقة is ل and الطاقة


def fold_lines(text: str) -> str:
    """`fold` of each line at once, for long lists."""
    return _DROPPED.sub("", _DOUBLED.sub(r"\1", _spell(text)))


def plain_lines(text: str) -> str:
    """`plain` of each line at once."""
    return _DROPPED.sub("", _spell(text))


def _spell(text: str) -> str:
    """Text with one letter for all that a name is written with in turn."""
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_FOLDED)
    return _LAM_LAM.sub(r"\1لال", text)


def plain(name: str) -> str:
    """The spelling key with doubled letters kept: «كييف» and «كيف» differ here."""
    if _CLEAN.fullmatch(name):
        return _LAM_LAM.sub(r"\1لال", name) if "لل" in name else name
    return plain_lines(name).replace("\n", "")


def fold(name: str) -> str:
    """The spelling key: without marks, spaces, hyphens, hamza seats, doubled Arabic letters and letter case.

    >>> fold("ديب سيك") == fold("ديبسيك") == fold("ديب-سيك")
    True
    >>> fold("أوبن إيه آي"), fold("إمارة"), fold("Café GPT-3.5")
    ('اوبنايهاي', 'اماره', 'cafegpt3.5')
    """
    if _CLEAN.fullmatch(name):
        key = _LAM_LAM.sub(r"\1لال", name) if "لل" in name else name
        return _DOUBLED.sub(r"\1", key) if _DOUBLED.search(key) else key  # a substitution costs more than a search
    return fold_lines(name).replace("\n", "")


# One consonant alphabet for both scripts; longer spellings first. Vowels and weak letters vanish except at the start of a word.
_ARABIC_SOUNDS = {
    "ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "t", "ج": "g", "غ": "g", "چ": "g", "ح": "h", "ه": "h", "خ": "k", "ك": "k",
    "ق": "k", "د": "d", "ض": "d", "ذ": "d", "ر": "r", "ز": "s", "ظ": "s", "س": "s", "ص": "s", "ش": "s", "ف": "f", "ڤ": "f",
    "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
_LATIN_SOUNDS = {
    "sch": "s", "tch": "ts", "ch": "ts", "sh": "s", "ph": "f", "th": "t", "kh": "k", "gh": "g", "ck": "k", "qu": "k", "ce": "s",
    "ci": "s", "cy": "s", "b": "b", "p": "b", "t": "t", "g": "g", "j": "g", "h": "h", "k": "k", "q": "k", "c": "k", "x": "ks",
    "d": "d", "r": "r", "z": "s", "s": "s", "f": "f", "v": "f", "l": "l", "m": "m", "n": "n",
}  # fmt: skip
_SOUNDS = {**_ARABIC_SOUNDS, **_LATIN_SOUNDS}
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)) + r"|\d+(?:\.\d+)?|.")
_REPEATED = re.compile(r"([a-z])\1+")
_LETTERS = {
    **_ARABIC_SOUNDS, "ا": "a", "ع": "a", "و": "o", "ي": "i", "ث": "th", "ش": "sh", "خ": "kh", "ز": "z", "ذ": "z", "ظ": "z", "ى": "a",
}  # fmt: skip
_LATIN_LETTERS = str.maketrans(
    {"u": "o", "w": "o", "y": "i", "e": "", "c": "k", "q": "k", "j": "g", "p": "b", "v": "f"}
)
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=100_000)
def skeleton(name: str) -> str:
    """The consonants of a name, the same for both scripts where they sound alike; digits stay.

    >>> skeleton("ديب سيك"), skeleton("DeepSeek")
    ('dbsk', 'dbsk')
    >>> skeleton("سامسونغ") == skeleton("Samsung"), skeleton("علي بابا") == skeleton("Alibaba")
    (True, True)
    """
    word = fold(name)
    if word.startswith("wh"):
        word = word[1:]
    head = "a" if word[:1] in "اعaeiouوwيy" and word else ""
    sounds = "".join(_SOUNDS.get(sound, sound if sound[0].isdigit() else "") for sound in _SOUND.findall(word))
    sounds = _REPEATED.sub(r"\1", sounds)
    return head + (sounds.rstrip("h") or sounds)


@lru_cache(maxsize=100_000)
def romanise(name: str) -> str:
    """A rough reading of a name in plain letters, for comparing names of either script.

    >>> romanise("مايكروسوفت"), romanise("Microsoft")
    ('maikrosoft', 'mikrosoft')
    """
    word = fold(name).translate(_LATIN_LETTERS)
    return _TWICE.sub(r"\1", "".join(_LETTERS.get(letter, letter) for letter in word))


def likeness(left: str, right: str) -> float:
    """How alike two names sound, from 0 to 1, whatever their scripts.

    >>> likeness("ديب سيك", "DeepSeek") > 0.9 > 0.8 > likeness("ديب سيك", "Databricks")
    True
    """
    bones = JaroWinkler.similarity(skeleton(left), skeleton(right))
    if left.isascii() == right.isascii():
        return 0.5 * bones + 0.5 * Levenshtein.normalized_similarity(fold(left), fold(right))
    return 0.5 * bones + 0.5 * JaroWinkler.similarity(romanise(left), romanise(right))
