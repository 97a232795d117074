"""Relations from names that are given: how good relate is when ner and link make no mistake.

In: texts with the mentions and ids of their gold. Out: rows of the tables mentions and relations, for `evaluate.score.compare`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.core import batches, schema
from pipeline.core.spans import VALUE_LABELS, Hint, Link, Mention, Relation, Token
from pipeline.run import plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.config import Config
    from pipeline.evaluate.gold import GoldDocument

_SOURCE = "gold"


def rows(config: Config, docs: Sequence[GoldDocument]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The mentions of the gold as table rows, and the relations that relate finds among them."""
    stages = {stage.name: stage.make for stage in plan.planned(config)}
    batch = _texts(docs)
    for name in ("normalise", "tokenise"):
        batch = stages[name](config)(batch)
    tokens = batches.unpack(batch.column("tokens"), Token._make)
    mentions = [given(doc, inside) for doc, inside in zip(docs, tokens, strict=True)]
    links = [
        [Link(None if entity.label in VALUE_LABELS else entity.id, 1.0, _SOURCE) for entity in doc.entities]
        for doc in docs
    ]
    hints = _hints(config, docs, tokens, mentions)
    columns = (batches.pack("mentions", mentions), batches.pack("links", links), batches.pack("hints", hints))
    batch = batches.append(batch, schema.layer("mentions", "links", "hints"), *columns)
    found = batches.unpack(stages["relate"](config)(batch).column("relations"), Relation._make)
    return [
        {**mention._asdict(), "doc_id": doc.doc_id, "entity_id": link.entity_id}
        for doc, inside, linked in zip(docs, mentions, links, strict=True)
        for mention, link in zip(inside, linked, strict=True)
    ], [
        {**relation._asdict(), "doc_id": doc.doc_id}
        for doc, told in zip(docs, found, strict=True)
        for relation in told
    ]  # fmt: skip


def _hints(
    config: Config, docs: Sequence[GoldDocument], tokens: Sequence[list[Token]], mentions: Sequence[list[Mention]]
) -> list[list[Hint]]:
    """What the encoder believes of given mentions; nothing where relate does not ask it."""
    if not config.relate.encoder:
        return [[] for _ in docs]
    from pipeline.ner.encoder.model import Encoder
    from pipeline.ner.encoder.related import Relations

    encoder = Encoder(config.paths.models, config.ner.encoder, threads=config.ner.threads)
    related = Relations(encoder.path, least=config.ner.min_hint, threads=config.ner.threads)
    return [related(encoder.read(doc.text, own), some) for doc, own, some in zip(docs, tokens, mentions, strict=True)]


def given(doc: GoldDocument, tokens: Sequence[Token]) -> list[Mention]:
    """The mentions of a gold document on its tokens. A span that cuts a token takes the whole one."""
    starts, ends = [token.start for token in tokens], [token.end for token in tokens]
    found = []
    for entity in doc.entities:
        first = min(bisect_right(ends, entity.start), len(tokens) - 1)
        last = max(first, bisect_left(starts, entity.end) - 1)
        value = entity.id if entity.label in VALUE_LABELS else None
        found.append(Mention(tokens[first].sentence, entity.start, entity.end, first, last, entity.label, 1.0, _SOURCE, value))  # fmt: skip
    return found


def _texts(docs: Iterable[GoldDocument]) -> pa.RecordBatch:
    """The documents as a reader would give them."""
    columns: dict[str, list[Any]] = {name: [] for name in schema.DOCUMENTS.names}
    for doc in docs:
        known = {"doc_id": doc.doc_id, "source": _SOURCE, "n_chars": len(doc.text), "text": doc.text, "text_sha256": ""}
        for name, values in columns.items():
            values.append(known.get(name))
    return pa.RecordBatch.from_pydict(columns, schema.DOCUMENTS)
