"""The rules of normalisation, compiled into one table.

In: rows of seeds/lexicons/characters.tsv and the names of the rules that are switched on. Out: a function from a raw
string to an `Aligned` text. All rules together are one look-up for each code point, so that ten rules cost what one
costs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.core.aligned import Aligned
from pipeline.normalise.aligned import compose, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Values of the table beyond the last code point.
ATTACH, DROP, EXPAND = 0x110000, 0x110001, 0x110002
WORDS = frozenset({"same", "attach", "drop", "nfkc", "lower", "join"})

_VOWELS = r"\u064b-\u0652\u0670"

Codes = npt.NDArray[np.uint32]


class Change(NamedTuple):
    """What one rule does to one character: `becomes` is the new text or, for deletions, `attach` or `drop`."""

    char: str
    rule: str
    becomes: str


def changes(first: int, last: int, rule: str, becomes: str) -> list[Change]:
    """The changes of one row of the seed file. `join` has none of its own: see `joining`.

    >>> changes(0x622, 0x623, "alef", "U+0627")
    [Change(char='آ', rule='alef', becomes='ا'), Change(char='أ', rule='alef', becomes='ا')]
    """
    made = []
    for code in range(first, last + 1):
        char = chr(code)
        if becomes in {"attach", "drop", "same"}:
            made.append(Change(char, rule, becomes))
        elif becomes == "nfkc":
            made.append(Change(char, rule, unicodedata.normalize("NFKC", char)))
        elif becomes == "lower":
            # A letter whose small form is two characters (İ) stays.
            made.append(Change(char, rule, char.lower() if len(char.lower()) == 1 else char))
        elif becomes != "join":
            made.append(Change(char, rule, "".join(chr(int(part.removeprefix("U+"), 16)) for part in becomes.split())))
    return made


class Table(NamedTuple):
    """Rules compiled: `codes[c]` is the new code point, ATTACH, DROP, or EXPAND + n for `expansions[n]`.

    `joining` finds a letter with combining marks; `early` is what the first rule makes of a letter before they are joined.
    """

    codes: Codes
    expansions: tuple[str, ...]
    joining: re.Pattern[str] | None
    early: dict[str, str]


def compile_table(steps: Iterable[Sequence[Change]], joining: str = "") -> Table:
    """One table for some rules in a row. `joining` lists the combining marks of the first of them."""
    final: dict[str, str] = {}
    early: dict[str, str] = {}
    for number, step in enumerate(steps):
        rule = {char: becomes for char, becomes in {c.char: c.becomes for c in step}.items() if becomes != "same"}
        for char, text in final.items():
            if text not in WORDS:
                final[char] = _through(rule, text)
        for char, text in rule.items():
            final.setdefault(char, text)
        if number == 0:
            early = {char: text for char, text in rule.items() if text not in WORDS}
    codes = np.arange(0x110000, dtype=np.uint32)
    expansions: list[str] = []
    for char, text in final.items():
        if text == "attach":
            codes[ord(char)] = ATTACH
        elif text == "drop":
            codes[ord(char)] = DROP
        elif len(text) == 1:
            codes[ord(char)] = ord(text)
        else:
            codes[ord(char)] = EXPAND + len(expansions)
            expansions.append(text)
    # The letter is no mark itself, so that a run of marks is read once.
    pattern = re.compile(rf"[^\s{_VOWELS}{joining}](?:[{_VOWELS}]*+[{joining}]++)+") if joining else None
    return Table(codes, tuple(expansions), pattern, early)


def _through(rule: dict[str, str], text: str) -> str:
    """The text after one more rule; a text of which nothing is left counts as attached."""
    parts = [rule.get(char, char) for char in text]
    return "".join(part for part in parts if part not in WORDS) or next(iter(parts), "attach")


def apply(table: Table, text: str) -> Aligned:
    """The normalised text with its alignment; the alignment is empty when no length has changed."""
    if table.joining is not None and not text.isascii():
        joined = rewrite(text, _joins(table, text))
        if joined.starts:
            return compose(joined, _look_up(table, joined.text))
    return _look_up(table, text)


def _joins(table: Table, text: str) -> Iterable[tuple[int, int, str]]:
    assert table.joining is not None
    for match in table.joining.finditer(text):
        cluster = match[0]
        base = table.early.get(cluster[0], cluster[0])
        joined = unicodedata.normalize("NFC", base + cluster[1:])
        if len(joined) < len(base) + len(cluster) - 1:
            yield match.start(), match.end(), joined


def _look_up(table: Table, text: str) -> Aligned:
    raw = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    if not len(raw):
        return Aligned(text, [], [])
    new = table.codes[raw]
    if int(new.max()) < ATTACH:
        return Aligned(new.tobytes().decode("utf-32-le"), [], [])
    kept = (new != ATTACH) & (new != DROP)
    ends = np.arange(1, len(raw) + 1, dtype=np.int32)
    _attach(raw, kept, np.flatnonzero(new == ATTACH), ends)
    starts = np.flatnonzero(kept)
    ends, new = ends[starts], new[starts]
    if int(new.max(initial=0)) >= EXPAND:
        starts, ends, new = _expand(table.expansions, starts, ends, new)
    return Aligned(new.tobytes().decode("utf-32-le"), starts.tolist(), ends.tolist())


def _attach(raw: Codes, kept: npt.NDArray[np.bool_], marks: npt.NDArray[np.intp], ends: npt.NDArray[np.int32]) -> None:
    """Lets the letter or digit before a deleted mark end after it; marks elsewhere belong to nobody."""
    if not len(marks):
        return
    last_kept = np.maximum.accumulate(np.where(kept, np.arange(len(raw)), -1))[marks]
    marks, last_kept = marks[last_kept >= 0], last_kept[last_kept >= 0]
    bases, which = np.unique(raw[last_kept], return_inverse=True)
    is_owner = np.array([chr(code).isalnum() for code in bases.tolist()], dtype=bool)
    owned = is_owner[which] if len(bases) else np.zeros(0, dtype=bool)
    ends[last_kept[owned]] = marks[owned] + 1  # of several marks the last one counts: they come in order


def _expand(
    expansions: tuple[str, ...], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.int32], new: Codes
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int32], Codes]:
    places = np.flatnonzero(new >= EXPAND)
    texts = [expansions[code - EXPAND] for code in new[places].tolist()]
    counts = np.ones(len(new), dtype=np.intp)
    counts[places] = [len(text) for text in texts]
    longer = np.repeat(new, counts)
    longer[np.repeat(new >= EXPAND, counts)] = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
    longer_starts = np.repeat(starts, counts)
    longer_ends = (longer_starts + 1).astype(np.int32)
    longer_ends[np.cumsum(counts) - 1] = ends  # a mark after a ligature belongs to its last letter
    return longer_starts, longer_ends, longer
