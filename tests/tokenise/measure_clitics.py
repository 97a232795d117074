"""Measures the splitting of proclitics on a Universal Dependencies file: `python -m tests.tokenise.measure_clitics PATH [-v]`.

The gold: a word's first syntactic words that are one letter of و ف ب ل ك س and not the last of the word.
"""

from __future__ import annotations

import collections
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.config import load
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise.stage import Tokeniser

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = frozenset("وفبلكس")


class Case(NamedTuple):
    word: str
    gold: int
    found: int
    on_pronoun: bool
    tag: str


def sentences(path: Path) -> Iterator[list[tuple[str, str, bool]]]:
    """(form, part of speech, space after) of each syntactic word, sentence by sentence."""
    rows: list[tuple[str, str, bool]] = []
    for line in path.read_text("utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) == 10 and cells[0].isdigit():
            rows.append((cells[1], cells[3], "SpaceAfter=No" not in cells[9]))
        elif not line and rows:
            yield rows
            rows = []
    if rows:
        yield rows


def cases(path: Path) -> Iterator[Case]:
    config = load()
    normalise, tokenise = Normaliser(config), Tokeniser(config)
    for rows in sentences(path):
        starts = []
        text = ""
        for form, _, space in rows:
            starts.append(len(text))
            text += form + (" " if space else "")
        at = dict(zip(starts, range(len(rows)), strict=True))
        _, tokens = tokenise(normalise(text), text)
        for token in tokens:
            if token.kind != "word" or token.start not in at or text[token.start] not in LETTERS:
                continue
            i = at[token.start]
            gold = 0
            # A lone letter that ends its word is no proclitic.
            while rows[i][0] in LETTERS and starts[i] + 1 < token.end and rows[i][1] != "NOUN":
                gold += 1
                i += 1
            yield Case(
                text[token.start : token.end],
                gold,
                token.stem_start - token.start,
                rows[i][1] == "PRON" and gold > 0,
                rows[i][1],
            )


def main() -> None:
    found = list(cases(Path(sys.argv[1])))
    for title, part in (
        ("all words that begin with one of the letters", found),
        ("without proclitics on pronouns (له, بها)", [case for case in found if not case.on_pronoun]),
    ):
        true = sum(1 for c in part if c.gold and c.found)
        wrong = sum(1 for c in part if not c.gold and c.found)
        missed = sum(1 for c in part if c.gold and not c.found)
        same = sum(1 for c in part if c.gold == c.found)
        first = sum(1 for c in part if bool(c.gold) == bool(c.found))
        print(f"{title}: {len(part)}")  # noqa: T201
        print(  # noqa: T201
            f"  first proclitic: accuracy {first / len(part):.4f}, precision {true / (true + wrong):.4f}, "
            f"recall {true / (true + missed):.4f}; all proclitics right: {same / len(part):.4f}"
        )
    if "-v" in sys.argv:
        for kind, test in (
            ("wrong", lambda c: c.found > c.gold),
            ("missed", lambda c: c.found < c.gold and not c.on_pronoun),
        ):
            count = collections.Counter((c.word, c.gold, c.found) for c in found if test(c))
            print(kind, sum(count.values()), " ".join(f"{w}:{g}/{f}×{n}" for (w, g, f), n in count.most_common(200)))  # noqa: T201


if __name__ == "__main__":
    main()
