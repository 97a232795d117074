"""The documents that the encoder learns from, as units with mentions.

In: gold documents, public corpora in IOB2, raw news. Out: `Doc`s. Corpora with other labels than ours say what a unit can be in ours
(`seeds/lexicons/corpus_labels.tsv`).
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from pipeline.core.batches import unpack
from pipeline.core.spans import Sentence, Token
from pipeline.evaluate.gold import GoldDocument, read_gold
from pipeline.evaluate.iob import read as read_iob
from pipeline.evaluate.iob import spans
from pipeline.ner.encoder.units import units
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.config import Config

GOLD, RAW = "gold", "raw"
SENTENCES_A_DOC = 12  # of a corpus that has no documents
_AT_ONCE = 64


class Name(NamedTuple):
    """A mention over the units `first..last`; `key` is the entity's id, or the value."""

    first: int
    last: int
    label: str
    key: str


class Statement(NamedTuple):
    """A relation between two mentions, by their numbers."""

    subject: int
    predicate: str
    object: int


class Doc(NamedTuple):
    """A document: units with the sentence of each, and what is marked. `relations` is None where nobody has looked for any.

    `unsure` are pairs of mentions that say the same as a statement but are not the nearest ones.
    """

    source: str
    name: str
    units: tuple[str, ...]
    sentences: tuple[int, ...]
    names: tuple[Name, ...]
    relations: tuple[Statement, ...] | None = None
    unsure: frozenset[tuple[int, int]] = frozenset()


class Reader:
    """Texts to units and back to the places in the text, with the project's own rooms."""

    def __init__(self, config: Config) -> None:
        self._normalise, self._tokenise = Normalise(config), Tokenise(config)

    def tokens(self, texts: Sequence[str]) -> Iterator[list[Token]]:
        """The tokens of each text."""
        for at in range(0, len(texts), _AT_ONCE):
            some = list(texts[at : at + _AT_ONCE])
            batch = pa.RecordBatch.from_pydict({"text": pa.array(some, pa.string())})
            yield from unpack(self._tokenise(self._normalise(batch)).column("tokens"), Token._make)

    def docs(
        self, source: str, marked: Sequence[tuple[str, str, Sequence[tuple[int, int, str, str]]]]
    ) -> Iterator[Doc]:
        """Documents from name, text and marks (start, end, label, key)."""
        for (name, text, marks), tokens in zip(marked, self.tokens([text for _, text, _ in marked]), strict=True):
            read = units(text, tokens)
            starts = [tokens[u.token].stem_start if u.is_stem else tokens[u.token].start for u in read]
            ends = [tokens[u.token].end if u.is_stem else tokens[u.token].stem_start for u in read]
            names = []
            taken = -1
            for start, end, label, key in sorted(marks):
                inside = [k for k in range(max(taken + 1, 0), len(read)) if ends[k] > start and starts[k] < end]
                while inside and not read[inside[0]].is_stem:
                    inside.pop(0)
                if inside:
                    taken = inside[-1]
                    names.append(Name(inside[0], taken, label, key))
            yield Doc(
                source, name, tuple(u.text for u in read), tuple(tokens[u.token].sentence for u in read), tuple(names)
            )


def public(reader: Reader, path: Path, scheme: str) -> list[Doc]:
    """A corpus in IOB2, some sentences a document."""
    sentences = read_iob(path)
    marked = []
    for at in range(0, len(sentences), SENTENCES_A_DOC):
        lines, marks, offset = [], [], 0
        for sentence in sentences[at : at + SENTENCES_A_DOC]:
            starts = []
            for word in sentence.words:
                starts.append(offset)
                offset += len(word) + 1
            lines.append(" ".join(sentence.words))
            for first, end, label in spans(sentence.tags):
                marks.append((starts[first], starts[end - 1] + len(sentence.words[end - 1]), label, ""))
        marked.append((f"{path.stem}-{at}", "\n".join(lines), marks))
    return list(reader.docs(scheme, marked))


def raw(reader: Reader, path: Path) -> list[Doc]:
    """News without annotation: JSON lines with a text."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    return list(reader.docs(RAW, [(f"raw-{k}", text, ()) for k, text in enumerate(texts)]))


def gold(reader: Reader, folder: Path) -> list[Doc]:
    """The project's own documents, with their relations between mentions."""
    golds = read_gold(folder)
    marked = [(g.doc_id, g.text, [(e.start, e.end, e.label, e.id) for e in g.entities]) for g in golds]
    return [_related(doc, g) for doc, g in zip(reader.docs(GOLD, marked), golds, strict=True)]


def _related(doc: Doc, g: GoldDocument) -> Doc:
    lines = [entity.line for entity in sorted(g.entities)]
    if len(lines) != len(doc.names):  # a mark inside another token has no unit of its own: leave the relations out
        return doc
    statements, unsure = set(), set()
    for relation in g.relations:
        subjects = [k for k, name in enumerate(doc.names) if name.key == relation.subject]
        objects = [k for k, name in enumerate(doc.names) if name.key == relation.object]
        unsure |= {(s, o) for s in subjects for o in objects} | {(o, s) for s in subjects for o in objects}
        pairs = [(_cost(doc.names, lines, relation.line, s, o), s, o) for s in subjects for o in objects if s != o]
        if pairs and min(pairs)[0] < _FAR:
            _, subject, object_ = min(pairs)
            statements.add(Statement(subject, relation.predicate, object_))
    stated = {(s.subject, s.object) for s in statements}
    return doc._replace(relations=tuple(sorted(statements)), unsure=frozenset(unsure - stated))


_FAR = 10_000


def _cost(names: Sequence[Name], lines: Sequence[int], line: int, subject: int, object_: int) -> int:
    """How unlikely it is that these two mentions carry a statement of a line: both in the line and near is best."""
    away = sum(_FAR // 100 * (line - lines[k]) if lines[k] <= line else _FAR for k in (subject, object_))
    if line not in (lines[subject], lines[object_]):
        away += _FAR // 2
    return away + abs(names[subject].first - names[object_].first)


def sentences_of(doc: Doc) -> Iterable[Sentence]:
    """First unit and unit after the last of each sentence."""
    start = 0
    for at in range(1, len(doc.units) + 1):
        if at == len(doc.units) or doc.sentences[at] != doc.sentences[start]:
            yield Sentence(start, at)
            start = at
