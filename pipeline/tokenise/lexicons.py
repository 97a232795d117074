"""Reads the seed files of this room.

In: paths. Out: proclitics, abbreviations and word frequencies; a broken line raises SeedError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.tsv import rows
from pipeline.errors import SeedError
from pipeline.tokenise.clitics import Proclitic

if TYPE_CHECKING:
    from pathlib import Path


def proclitics(path: Path) -> tuple[Proclitic, ...]:
    """seeds/lexicons/proclitics.tsv."""
    found = []
    for place, (letter, following, stem, share, unknown) in rows(
        path, ("proclitic", "next", "stem", "share", "unknown")
    ):
        if len(letter) != 1 or stem not in {"any", "imperfect"}:
            raise SeedError(f"{place}: expected one letter, then its followers, then any or imperfect")
        try:
            log10 = float(share)
        except ValueError:
            raise SeedError(f"{place}: expected a number as share; found {share!r}") from None
        inner, cues = (frozenset(letters.split()) - {"-"} for letters in (following, unknown))
        found.append(Proclitic(letter, inner, stem == "imperfect", log10, cues))
    return tuple(found)


def enclitics(path: Path) -> tuple[str, ...]:
    """seeds/lexicons/enclitics.tsv."""
    return tuple(ending for _, (ending, _) in rows(path, ("ending", "comment")))


def decided(path: Path) -> dict[str, int]:
    """seeds/lexicons/proclitic_words.tsv: word → how many of its letters are proclitics."""
    found: dict[str, int] = {}
    for place, (length, words, _) in rows(path, ("length", "words", "comment")):
        if not length.isdigit():
            raise SeedError(f"{place}: expected a number of letters; found {length!r}")
        for word in words.split(" "):
            if found.setdefault(word, int(length)) != int(length):
                raise SeedError(f"{place}: {word} is decided twice, with {found[word]} and {length} letters")
    return found


def abbreviations(path: Path) -> dict[str, str]:
    """seeds/lexicons/abbreviations.tsv: abbreviation without its last full stop → title or unit."""
    found = {}
    for place, (short, kind, _) in rows(path, ("abbreviation", "kind", "comment")):
        if kind not in {"title", "unit"}:
            raise SeedError(f"{place}: expected title or unit; found {kind!r}")
        found[short] = kind
    return found


def frequencies(path: Path) -> dict[str, float]:
    """seeds/lexicons/word_frequencies.tsv: normalised stem → log10 of its share of running words."""
    found: dict[str, float] = {}
    for place, (share, stems) in rows(path, ("log10", "stems")):
        try:
            found.update(dict.fromkeys(stems.split(" "), float(share)))
        except ValueError:
            raise SeedError(f"{place}: expected a number; found {share!r}") from None
    return found
