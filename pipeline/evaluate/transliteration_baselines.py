"""What transliteration is measured against: one letter for each letter, and the schemes of camel-tools.

In: a name. Out: a list of at most one spelling with probability 1. camel-tools is of the extra `full` and imported on demand.
"""

from __future__ import annotations

from collections.abc import Callable

Baseline = Callable[[str, int], list[tuple[str, float]]]

# The usual newspaper letters: a plain map that anybody would write first.
TO_LATIN = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh",
    "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q",
    "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "a", "و": "u", "ي": "i", "ى": "a", "ئ": "i", "ؤ": "u", "ء": "",
}  # fmt: skip
TO_ARABIC = {
    "sh": "ش", "ch": "تش", "th": "ث", "kh": "خ", "gh": "غ", "ph": "ف", "oo": "و", "ee": "ي", "ou": "و", "a": "ا", "b": "ب", "c": "ك",
    "d": "د", "e": "ي", "f": "ف", "g": "غ", "h": "ه", "i": "ي", "j": "ج", "k": "ك", "l": "ل", "m": "م", "n": "ن", "o": "و", "p": "ب",
    "q": "ق", "r": "ر", "s": "س", "t": "ت", "u": "و", "v": "ف", "w": "و", "x": "كس", "y": "ي", "z": "ز",
}  # fmt: skip
CAMEL = {"latin": ("ar2bw", "ar2safebw", "ar2xmlbw", "ar2hsb"), "arabic": ("bw2ar", "safebw2ar", "xmlbw2ar", "hsb2ar")}


def letters(direction: str) -> Baseline:
    """One letter for each letter.

    >>> letters("latin")("شريف", 5), letters("arabic")("Sharif", 5)
    ([('shrif', 1.0)], [('شاريف', 1.0)])
    """
    table = TO_LATIN if direction == "latin" else TO_ARABIC

    def generate(name: str, top: int) -> list[tuple[str, float]]:
        name, out, place = name.lower(), "", 0
        while place < len(name):
            size = 2 if name[place : place + 2] in table else 1
            out += table.get(name[place : place + size], "")
            place += size
        return [(out, 1.0)][:top]

    return generate


def camel(scheme: str) -> Baseline:
    """A scheme of camel-tools, such as ar2hsb; what it writes is compared in small letters like everything else."""
    from camel_tools.utils.charmap import CharMapper
    from camel_tools.utils.transliterate import Transliterator

    mapper = Transliterator(CharMapper.builtin_mapper(scheme))

    def generate(name: str, top: int) -> list[tuple[str, float]]:
        return [(mapper.transliterate(name.lower()), 1.0)][:top]

    return generate
