"""Reads the seed files of this room.

In: paths. Out: proclitics, abbreviations and word frequencies; a broken line raises SeedError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import SeedError
from pipeline.tokenise.clitics import Proclitic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _rows(path: Path, header: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The numbered rows of a tab-separated file after comments and its header."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: {error}") from None
    seen = False
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not seen:
            seen = True
            if tuple(cells) != header:
                raise SeedError(f"{path}, line {number}: expected the header {' '.join(header)}")
            continue
        if len(cells) != len(header):
            raise SeedError(
                f"{path}, line {number}: expected {len(header)} columns: {' '.join(header)}; found {len(cells)}"
            )
        yield number, cells


def proclitics(path: Path) -> tuple[Proclitic, ...]:
    """seeds/lexicons/proclitics.tsv."""
    found = []
    for number, (letter, following, stem, share, unknown) in _rows(
        path, ("proclitic", "next", "stem", "share", "unknown")
    ):
        if len(letter) != 1 or stem not in {"any", "imperfect"}:
            raise SeedError(f"{path}, line {number}: expected one letter, then its followers, then any or imperfect")
        try:
            log10 = float(share)
        except ValueError:
            raise SeedError(f"{path}, line {number}: expected a number as share; found {share!r}") from None
        inner, cues = (frozenset(letters.split()) - {"-"} for letters in (following, unknown))
        found.append(Proclitic(letter, inner, stem == "imperfect", log10, cues))
    return tuple(found)


def enclitics(path: Path) -> tuple[str, ...]:
    """seeds/lexicons/enclitics.tsv."""
    return tuple(ending for _, (ending, _) in _rows(path, ("ending", "comment")))


def decided(path: Path) -> dict[str, int]:
    """seeds/lexicons/proclitic_words.tsv: word → how many of its letters are proclitics."""
    found: dict[str, int] = {}
    for number, (length, words, _) in _rows(path, ("length", "words", "comment")):
        if not length.isdigit():
            raise SeedError(f"{path}, line {number}: expected a number of letters; found {length!r}")
        for word in words.split(" "):
            if found.setdefault(word, int(length)) != int(length):
                raise SeedError(
                    f"{path}, line {number}: {word} is decided twice, with {found[word]} and {length} letters"
                )
    return found


def abbreviations(path: Path) -> dict[str, str]:
    """seeds/lexicons/abbreviations.tsv: abbreviation without its last full stop → title or unit."""
    found = {}
    for number, (short, kind, _) in _rows(path, ("abbreviation", "kind", "comment")):
        if kind not in {"title", "unit"}:
            raise SeedError(f"{path}, line {number}: expected title or unit; found {kind!r}")
        found[short] = kind
    return found


def frequencies(path: Path) -> dict[str, float]:
    """seeds/lexicons/word_frequencies.tsv: normalised stem → log10 of its share of running words."""
    found: dict[str, float] = {}
    for number, (share, stems) in _rows(path, ("log10", "stems")):
        try:
            found.update(dict.fromkeys(stems.split(" "), float(share)))
        except ValueError:
            raise SeedError(f"{path}, line {number}: expected a number; found {share!r}") from None
    return found
