"""Public corpora in IOB2: reading them and scoring tags against theirs.

In: a file with a word and its tag a line. Out: sentences, and precision, recall and F1 of exact spans (as conlleval counts).

Known: ANERcorp in the CAMeL Lab split (no blank lines; a sentence ends at its full stop), AQMAR, WikiFANE Gold (U+200E before each word).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS
from pipeline.core.tsv import rows
from pipeline.errors import ConfigError
from pipeline.evaluate.score import PRF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SCHEMES = ("anercorp", "aqmar", "wikifane")
_STOPS = frozenset(".؟!?")
_LONGEST = 200  # words after which a sentence without a stop is cut
_TAG = re.compile(r"O|[BI]-.+")


class Sentence(NamedTuple):
    """Words with their tags."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read(path: Path) -> list[Sentence]:
    """The sentences of a file in any of the known forms.

    Raises ConfigError with the line that is no word and tag.
    """
    lines = path.read_text("utf-8-sig").splitlines()
    has_blanks = any(not line.strip() for line in lines)
    sentences: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        cells = line.replace("\u200e", "").split()
        if len(cells) == 1 and _TAG.fullmatch(cells[0]):
            continue  # a word of invisible signs only
        if cells and (len(cells) != 2 or not _TAG.fullmatch(cells[1])):
            raise ConfigError(f"{path}, line {number}: expected a word and a tag (O, B-…, I-…), found {line!r}")
        if cells:
            words.append(cells[0])
            tags.append(cells[1])
        is_over = not cells or (not has_blanks and (cells[0] in _STOPS or (len(words) >= _LONGEST and cells[1] == "O")))
        if is_over and words:
            sentences.append(Sentence(tuple(words), tuple(tags)))
            words, tags = [], []
    return sentences


def spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First word, word after the last, and label of each run of tags.

    >>> list(spans(["B-LOC", "I-LOC", "O", "I-PER", "B-PER"]))
    [(0, 2, 'LOC'), (3, 4, 'PER'), (4, 5, 'PER')]
    """
    start, label = -1, ""
    for at, tag in enumerate([*tags, "O"]):
        if start >= 0 and (tag[0] != "I" or tag[2:] != label):
            yield start, at, label
            start = -1
        if tag != "O" and start < 0:
            start, label = at, tag[2:]


def score(gold: Iterable[Sequence[str]], found: Iterable[Sequence[str]]) -> dict[str, PRF]:
    """Precision, recall and F1 by label, and over all as "all"."""
    right, n_found, n_gold = Counter[str](), Counter[str](), Counter[str]()
    for truth, tags in zip(gold, found, strict=True):
        want, have = set(spans(truth)), set(spans(tags))
        n_gold.update(label for *_, label in want)
        n_found.update(label for *_, label in have)
        right.update(label for *_, label in want & have)
    labels = sorted(n_gold | n_found)
    by_label = {label: PRF(right[label], n_found[label], n_gold[label]) for label in labels}
    return {"all": PRF(right.total(), n_found.total(), n_gold.total()), **by_label}


def documents(sentences: Sequence[Sentence], size: int = 12) -> Iterator[tuple[str, list[list[tuple[int, int]]]]]:
    """Texts of some sentences, one a line, with the places of the words of each sentence."""
    for at in range(0, len(sentences), size):
        lines, places, offset = [], [], 0
        for sentence in sentences[at : at + size]:
            row = []
            for word in sentence.words:
                row.append((offset, offset + len(word)))
                offset += len(word) + 1
            lines.append(" ".join(sentence.words))
            places.append(row)
        yield "\n".join(lines), places


def tags_of(places: Sequence[Sequence[tuple[int, int]]], found: Iterable[tuple[int, int, str]]) -> Iterator[list[str]]:
    """The tags of words that spans of a text touch, sentence by sentence.

    >>> list(tags_of([[(0, 3), (4, 9)], [(10, 12)]], [(5, 12, "LOC")]))
    [['O', 'B-LOC'], ['B-LOC']]
    """
    spans_left = sorted(found)
    for row in places:
        tags = []
        before: tuple[int, int, str] | None = None
        for start, end in row:
            over = next((span for span in spans_left if span[0] < end and span[1] > start), None)
            tags.append("O" if over is None else f"{'I' if over == before else 'B'}-{over[2]}")
            before = over
            while spans_left and spans_left[0][1] <= end:
                spans_left.pop(0)
        yield tags


def to_theirs(labels: dict[str, dict[str, list[str]]], scheme: str) -> dict[str, str]:
    """Our label → that of a corpus: the first of its labels that can be ours, values left out."""
    found: dict[str, str] = {}
    for theirs, ours in labels[scheme].items():
        for label in ours:
            if theirs != "O" and label != "O":
                found.setdefault(label, theirs)
    return {ours: theirs for ours, theirs in found.items() if ours not in VALUE_LABELS}


def read_labels(path: Path) -> dict[str, dict[str, list[str]]]:
    """Corpus → its label → what it can be in ours (`corpus_labels.tsv` of the lexicons)."""
    found: dict[str, dict[str, list[str]]] = {}
    for _, (corpus, theirs, ours) in rows(path, ("corpus", "theirs", "ours")):
        found.setdefault(corpus, {})[theirs] = ours.split()
    return found
