"""What other toolkits find, in our labels and on our tokens.

In: their tags or character spans. Out: mentions that begin after the proclitics and end at a token's end.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from pipeline.core.spans import Mention, Token
from pipeline.gazetteer.entries import NAME_LABELS
from pipeline.ner.lexicon import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_TAG = re.compile(r"([BIESLU])-(.+)")
_MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+"
)
_SCORE = 0.7  # none of the toolkits gives a probability of its own


def label_map(lexicons: Path, toolkit: str) -> dict[str, str]:
    """Their label → ours, from label_maps.tsv; a row of the toolkit comes before one of `*`.

    Values are left to the rules, which give them a normalised value.
    """
    table: dict[tuple[str, str], str] = {}
    for of, theirs, ours in rows(lexicons / "label_maps.tsv", ("toolkit", "theirs", "ours"), None, ("", *NAME_LABELS)):
        table[of, theirs] = ours
    names = {theirs for of, theirs in table if of in ("*", toolkit)}
    return {name: ours for name in names if (ours := table.get((toolkit, name), table.get(("*", name), "")))}


def word(text: str, token: Token) -> str:
    """A token as their tokenisers know it: without marks, tatweel and invisible signs, and never empty.

    >>> word("كَتَبَ", Token(0, 0, 6, 0, "كتب", "كتب", "word"))
    'كتب'
    """
    return _MARKS.sub("", text[token.start : token.end]).strip() or "."


def runs(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The first and last token and the label of each run of BIO or BIOES tags.

    >>> list(runs(["B-ORG", "I-ORG", "O", "S-PER", "I-LOC"]))
    [(0, 1, 'ORG'), (3, 3, 'PER'), (4, 4, 'LOC')]
    """
    first, label = -1, ""
    for at, tag in enumerate([*tags, "O"]):
        found = _TAG.fullmatch(tag)
        goes_on = found is not None and found[1] in "IEL" and found[2] == label and first >= 0
        if first >= 0 and not goes_on:
            yield first, at - 1, label
            first, label = -1, ""
        if found is not None and not goes_on:
            first, label = at, found[2]


def mentions(
    tokens: Sequence[Token], found: Iterable[tuple[int, int, str]], labels: Mapping[str, str], source: str
) -> list[Mention]:
    """Mentions from runs of tokens; a run over two sentences is cut at the first one's end, signs at its edges are left out."""
    made = []
    for first, last, theirs in found:
        label = labels.get(theirs)
        while last > first and (
            tokens[last].sentence != tokens[first].sentence or tokens[last].kind in ("punct", "symbol")
        ):
            last -= 1
        while first < last and tokens[first].kind in ("punct", "symbol"):
            first += 1
        if label and tokens[first].kind not in ("punct", "symbol"):
            token = tokens[first]
            made.append(Mention(token.sentence, token.stem_start, tokens[last].end, first, last, label, _SCORE, source))
    return made


def covering(tokens: Sequence[Token], spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The tokens that character spans touch."""
    starts, ends = [token.start for token in tokens], [token.end for token in tokens]
    for start, end, label in spans:
        first, last = bisect_right(ends, start), bisect_left(starts, end) - 1
        if first <= last:
            yield first, last, label
