"""Reads seeds/lexicons/characters.tsv.

In: the file. Out: the rules in the order in which they are applied, each with its changes, and the combining marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import SeedError
from pipeline.normalise.rules import WORDS, Change, changes

if TYPE_CHECKING:
    from pathlib import Path

_CODES = re.compile(r"U\+([0-9A-F]{4,6})(?:\.\.U\+([0-9A-F]{4,6}))?")
_BECOMES = re.compile(r"U\+[0-9A-F]{4,6}(?: U\+[0-9A-F]{4,6})*")


class Characters(NamedTuple):
    """`rules` maps a rule's name to its changes; `joining` maps it to its combining marks, as a regex class body."""

    rules: dict[str, list[Change]]
    joining: dict[str, str]


def read(path: Path) -> Characters:
    """The file's rules; a broken line raises SeedError."""
    rules: dict[str, list[Change]] = {}
    joining: dict[str, str] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(("#", "chars\t")):
            continue
        cells = line.split("\t")
        codes = _CODES.fullmatch(cells[0])
        if len(cells) != 4 or codes is None or not (cells[2] in WORDS or _BECOMES.fullmatch(cells[2])):
            expected = (
                "U+0640 or U+0610..U+061A, a rule, code points or one of " + " ".join(sorted(WORDS)) + ", a comment"
            )
            raise SeedError(f"{path}, line {number}: expected four columns: {expected}")
        first, last = int(codes[1], 16), int(codes[2] or codes[1], 16)
        if first > last:
            raise SeedError(f"{path}, line {number}: the range {cells[0]} ends before it starts")
        rules.setdefault(cells[1], []).extend(changes(first, last, cells[1], cells[2]))
        if cells[2] == "join":
            joining[cells[1]] = joining.get(cells[1], "") + f"{chr(first)}-{chr(last)}"
    return Characters(rules, joining)
