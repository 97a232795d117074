"""What the CRF learns from: tokens with tags and with what it will see of them.

In: silver and gold documents as (text, marks). Out: `Example`s: for each token its features in strings, and its tag.

Rules were written while reading some of the gold, and know nearly every name in it. So that the CRF does not believe them more than they deserve elsewhere, the
gold is also read by rules that have forgotten a part of the gazetteer, and in variants with other names.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from pipeline.evaluate.gold import read_gold
from pipeline.gazetteer.entries import load as load_entries
from pipeline.ner.crf.features import (
    COLUMNS,
    EDGE,
    NONE,
    SAYING,
    SLOTS,
    TEMPLATES,
    attributes,
    columns,
    kind_of,
    seen_from,
    word_class,
)
from pipeline.ner.crf.tags import TAGS, tag_kind
from pipeline.ner.names import Names
from pipeline.ner.values import Values
from pipeline.train.encoder import augment, corpora
from pipeline.train.encoder.prepare import names_of, variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.config import Config
    from pipeline.core.spans import Token
    from pipeline.ner.lexicon import Word
    from pipeline.train.encoder.augment import Pools
    from pipeline.train.encoder.corpora import Doc

Marked = tuple[str, list[tuple[int, int, str]]]
FORGETS = (0.0, 0.3, 0.6)  # shares of the gazetteer
_CLITICS = frozenset({"و", "ف", "ب", "ل", "ك", "س", "وب", "ول", "وك", "وس", "فب", "فل", "فك", "فس"})
_CLOSES, _OPENS = frozenset("،,.؛:؟!%»)]}…"), frozenset("«([{")


class Example(NamedTuple):
    """A document as the CRF sees it: its tokens' sentences, what a word is (numbers of `Features.kinds`), columns and tags."""

    sentences: list[int]
    kinds: list[int]
    columns: dict[str, list[str]]
    tags: list[str]


def written(doc: Doc) -> Marked:
    """The text of a document of units, with its names as marks."""
    text = ""
    starts, ends = [], []
    for at, unit in enumerate(doc.units):
        before = doc.units[at - 1] if at else ""
        if at and doc.sentences[at] != doc.sentences[at - 1]:
            text += "\n"
        elif at and before == "ل" and unit.startswith("ال") and len(unit) > 3:
            unit = "ل" + unit[2:]
        elif at and not (before in _CLITICS or before in _OPENS or unit in _CLOSES):
            text += " "
        starts.append(len(text))
        text += unit
        ends.append(len(text))
    return text, [(starts[name.first], ends[name.last], name.label) for name in doc.names]


class Features:
    """Examples from marked texts."""

    def __init__(self, config: Config) -> None:
        self._reader, self._values = corpora.Reader(config), Values(config.paths.seeds)
        ids = sorted(entry.id for entry in load_entries(config.paths.seeds / "gazetteer"))
        self._names = []
        for share in FORGETS:
            gone = frozenset(Random(int(share * 100)).sample(ids, int(share * len(ids))))
            self._names.append(Names(config.paths.seeds, without=gone))
        self._numbers: dict[tuple[object, ...], int] = {}
        self.kinds: list[tuple[str, str, list[str]]] = []  # key, class, attributes
        self._seen: dict[tuple[int, int], list[str]] = {}

    def seen(self, slot: int, kind: int) -> list[str]:
        """The features that a distinct word gives to the token `-slot` after it."""
        found = self._seen.get((slot, kind))
        if found is None:
            found = self._seen[slot, kind] = [f"{slot}:{a}" for a in self.kinds[kind][2] if seen_from(slot, a)]
        return found

    def examples(self, docs: Sequence[Marked], forgets: Sequence[int]) -> Iterator[Example]:
        """The documents, each read by the rules that have forgotten a share (a place in `FORGETS`)."""
        for (text, marks), tokens, turn in zip(
            docs, self._reader.tokens([text for text, _ in docs]), forgets, strict=True
        ):
            board = self._names[turn].known(text, tokens)
            seen = dict(zip(COLUMNS[2:], columns(board, self._values(text, [], tokens)), strict=True))
            kinds = [self._number(token, text, word) for token, word in zip(tokens, board.words, strict=True)]
            seen["word"] = [self.kinds[kind][0] for kind in kinds]
            seen["cls"] = [self.kinds[kind][1] for kind in kinds]
            yield Example([token.sentence for token in tokens], kinds, seen, tags_of(tokens, marks))

    def _number(self, token: Token, text: str, word: Word) -> int:
        kind = kind_of(token, text)
        number = self._numbers.get(kind)
        if number is None:
            number = self._numbers[kind] = len(self.kinds)
            self.kinds.append((word.key or kind.norm, word_class(kind, word), attributes(kind, word)))
        return number


def tags_of(tokens: Sequence[Token], marks: Sequence[tuple[int, int, str]]) -> list[str]:
    """The tag of each token that marks cover."""
    tags = [TAGS[0]] * len(tokens)
    at = 0
    for start, end, label in sorted(marks):
        while at < len(tokens) and tokens[at].end <= start:
            at += 1
        sign = "B"
        while at < len(tokens) and tokens[at].start < end:
            tags[at] = f"{sign}-{tag_kind(label)}"
            sign = "I"
            at += 1
    return tags


def strings(
    example: Example, features: Features, known: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[list[list[str]], list[str]]]:
    """The sentences of an example as features in strings, and tags; `known` are the symbols of each column."""
    n = len(example.tags)
    numbers = {name: [known[name].get(symbol, 0) for symbol in column] for name, column in example.columns.items()}
    silent = {name: known[name].get(NONE, -1) for name in COLUMNS}
    first = 0
    for end in range(1, n + 1):
        if end < n and example.sentences[end] == example.sentences[first]:
            continue
        rows = []
        for at in range(first, end):
            row: list[str] = []
            for slot in SLOTS:
                if first <= at + slot < end:
                    row += features.seen(slot, example.kinds[at + slot])
            for number, template in enumerate(TEMPLATES):
                key = [numbers[name][at + slot] if first <= at + slot < end else 1 for name, slot in template]
                # Where nothing is said, there is nothing to learn.
                if 0 in key or (
                    number in SAYING and all(key[k] in (1, silent[template[k][0]]) for k in SAYING[number])
                ):
                    continue
                row.append(f"#{number}:{key}")
            rows.append(row)
        yield rows, example.tags[first:end]
        first = end


def symbols(examples: Sequence[Example], least: int) -> dict[str, list[str]]:
    """The symbols of each column that are there often enough, the edge of a sentence first."""
    found = {}
    for column in COLUMNS:
        counts = Counter(symbol for example in examples for symbol in example.columns[column])
        found[column] = [EDGE, *sorted(symbol for symbol, n in counts.items() if n >= least and symbol != EDGE)]
    return found


def gold_variants(config: Config, folders: Sequence[Path], seed: int) -> tuple[list[Marked], list[Marked], list[str]]:
    """The gold documents, variants of them as text, and the names of the gold documents."""
    reader = corpora.Reader(config)
    docs = [doc for folder in folders for doc in corpora.gold(reader, folder)]
    golds = [gold for folder in folders for gold in read_gold(folder)]
    pools = pools_of(config, reader, docs)
    words = augment.everyday(config.paths.seeds / "lexicons" / "word_frequencies.tsv")
    originals = set(docs)
    made = [written(doc) for doc in variants(docs, pools, words, seed) if doc not in originals]
    return [(g.text, [(e.start, e.end, e.label) for e in g.entities]) for g in golds], made, [g.doc_id for g in golds]


def pools_of(config: Config, reader: corpora.Reader, docs: Sequence[Doc]) -> Pools:
    """Names to swap in: the gazetteer's and the gold's own."""
    pools = names_of(config, reader)
    for key, names in augment.pools(docs).items():
        pools.setdefault(key, []).extend(names)
    return pools
