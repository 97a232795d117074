"""Letters of both scripts as the transliteration model sees them.

In: a word as written. Out: its Latin or Arabic spelling with only letters that the model knows, either folded (`key`, for
comparing) or kept (`spelling`, for learning and writing); and a 64-bit hash of a spelling.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

import regex

Script = Literal["arabic", "latin"]

ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
ARABIC_SPELT = ARABIC + "أإآةىئؤء"
LATIN = "abcdefghijklmnopqrstuvwxyz"
# Letters with marks that are frequent in names and say something about the sound.
LATIN_SPELT = LATIN + "éáüšöčíóıōçäşžèñăïūøāúłğýâīńãșåàțëđřßðőîżěśňêæôėćþœ"
ALPHABETS: dict[str, str] = {"arabic": ARABIC, "latin": LATIN, "arabic_spelt": ARABIC_SPELT, "latin_spelt": LATIN_SPELT}

# Letters of other languages in Arabic script, written with the letter that Arabic uses for them.
_FOREIGN = {"ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "گ": "غ", "ڭ": "غ", "ݣ": "غ", "ڤ": "ف", "ڨ": "ق", "پ": "ب",
            "چ": "تش", "ژ": "ج", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۆ": "و", "ٱ": "ا", "ڕ": "ر", "ڵ": "ل"}  # fmt: skip
_SEATS = {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ؤ": "و", "ئ": "ي", "ة": "ه", "ء": ""}
_PLAIN = {
    "ø": "o",
    "ł": "l",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "đ": "d",
    "ı": "i",
    "ə": "a",
    "ŋ": "ng",
    "ħ": "h",
}
_SPELL_ARABIC = str.maketrans(_FOREIGN)
_FOLD_ARABIC = str.maketrans({**_FOREIGN, **_SEATS})
_FOLD_LATIN = str.maketrans(_PLAIN)
_NOT_ARABIC = regex.compile(f"[^{ARABIC_SPELT}]+")
_NOT_LATIN = regex.compile(f"[^{LATIN}]+")
_MARKS = regex.compile(r"[\p{Mn}\p{Cf}ـ]+")
_ANY_ARABIC = regex.compile(r"\p{Arabic}")


def script_of(name: str) -> Script:
    """The script of a name: Arabic when it has one Arabic letter.

    >>> script_of("جي بي تي 4"), script_of("GPT-4")
    ('arabic', 'latin')
    """
    return "arabic" if _ANY_ARABIC.search(name) else "latin"


@lru_cache(maxsize=50_000)
def arabic_spelling(word: str) -> str:
    """An Arabic word in the usual letters, hamza seats kept, without vowel signs.

    >>> arabic_spelling("گُوگل"), arabic_spelling("إيلون")
    ('غوغل', 'إيلون')
    """
    # NFKC also composes alef and a hamza above that stands apart.
    return str(_NOT_ARABIC.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", word)).translate(_SPELL_ARABIC)))


@lru_cache(maxsize=50_000)
def arabic_key(word: str) -> str:
    """The same with hamza seats, ة and ى folded: what nobody writes alike.

    >>> arabic_key("أَبُو ظبي"), arabic_key("فاطمة"), arabic_key("إيلون")
    ('ابوظبي', 'فاطمه', 'ايلون')
    """
    return arabic_spelling(word).translate(_FOLD_ARABIC)


@lru_cache(maxsize=50_000)
def latin_spelling(word: str) -> str:
    """A Latin word in small letters; frequent marked letters stay, others lose their marks.

    >>> latin_spelling("Erdoğan"), latin_spelling("Nguyễn"), latin_spelling("O'Brien")
    ('erdoğan', 'nguyên', 'obrien')
    """
    letters = []
    for letter in unicodedata.normalize("NFC", word.casefold() if "ß" not in word else word.lower()):
        if letter in LATIN_SPELT:
            letters.append(letter)
        else:
            bare = unicodedata.normalize("NFD", letter)
            once = unicodedata.normalize("NFC", bare[:2]) if len(bare) > 2 else ""
            letters.append(once if once in LATIN_SPELT else latin_key(letter))
    return "".join(letters)


@lru_cache(maxsize=50_000)
def latin_key(word: str) -> str:
    """A Latin word in the letters a to z.

    >>> latin_key("Erdoğan"), latin_key("Łódź"), latin_key("Straße")
    ('erdogan', 'lodz', 'strasse')
    """
    return str(_NOT_LATIN.sub("", unicodedata.normalize("NFKD", word.casefold()).translate(_FOLD_LATIN)))


PRIME = 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF


def hash_step(code: int, letter: int) -> int:
    """The hash of a spelling with one letter more; numpy's uint64 gives the same, since both wrap."""
    return ((code ^ letter) * PRIME) & _MASK


def spelling_hash(spelling: str) -> int:
    """A 64-bit hash that can be continued letter by letter (see `hash_step`)."""
    code = 0
    for letter in spelling:
        code = hash_step(code, ord(letter))
    return code
