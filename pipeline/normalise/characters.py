"""Reads seeds/lexicons/characters.tsv.

In: the file. Out: the rules in the order in which they are applied, each with its changes, and the combining marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.tsv import rows
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
    for place, (chars, rule, becomes, _) in rows(path, ("chars", "rule", "becomes", "comment")):
        codes = _CODES.fullmatch(chars)
        if codes is None or not (becomes in WORDS or _BECOMES.fullmatch(becomes)):
            raise SeedError(
                f"{place}: expected U+0640 or U+0610..U+061A, a rule, code points or one of {' '.join(sorted(WORDS))}"
            )
        first, last = int(codes[1], 16), int(codes[2] or codes[1], 16)
        if first > last:
            raise SeedError(f"{place}: the range {chars} ends before it starts")
        rules.setdefault(rule, []).extend(changes(first, last, rule, becomes))
        if becomes == "join":
            joining[rule] = joining.get(rule, "") + f"{chr(first)}-{chr(last)}"
    return Characters(rules, joining)
