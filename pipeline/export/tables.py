"""Row-aligned layers to flat tables.

In: one part with all its layers, one row a document. Out: the tables documents, sentences, tokens, mentions, relations and
rejects of `core.schema.TABLES`. A rejected document is in `rejects` and in no other table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def flat_tables(
    part: pa.Table, rejects: Sequence[tuple[str, str, str, str]], duplicate_of: Mapping[str, str]
) -> dict[str, pa.Table]:
    """All tables of a part. `rejects` holds (doc_id, source, stage, error)."""
    rejected = pa.array(sorted({row[0] for row in rejects}), pa.string())
    part = part.filter(pc.invert(pc.is_in(part.column("doc_id"), value_set=rejected))).combine_chunks()
    doc_ids = part.column("doc_id").combine_chunks() if part.num_rows else pa.array([], pa.string())
    found = pa.array([duplicate_of.get(doc_id) for doc_id in doc_ids.to_pylist()], pa.string())
    columns = {name: _one(part, name) for name in ("sentences", "tokens", "mentions", "links", "relations")}
    mentions, links = columns["mentions"], columns["links"]
    surfaces = _surfaces(part.column("text").to_pylist(), mentions)
    return {
        "documents": part.select(TABLES["documents"].names[:-1])
        .append_column("duplicate_of", found)
        .cast(TABLES["documents"]),
        "sentences": _flat("sentences", doc_ids, "sentence", columns["sentences"]),
        "tokens": _flat("tokens", doc_ids, "token", columns["tokens"]),
        "mentions": _flat("mentions", doc_ids, "mention", mentions, _fields(links.flatten()) | {"surface": surfaces}),
        "relations": _flat("relations", doc_ids, "relation", columns["relations"]),
        "rejects": pa.Table.from_pylist(
            [dict(zip(TABLES["rejects"].names, row, strict=True)) for row in rejects], TABLES["rejects"]
        ),
    }


def _one(part: pa.Table, name: str) -> pa.ListArray:
    column = part.column(name)
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _fields(struct: pa.StructArray) -> dict[str, pa.Array]:
    return {field.name: struct.field(i) for i, field in enumerate(struct.type)}


def _flat(
    table: str, doc_ids: pa.Array, number: str, column: pa.ListArray, more: dict[str, pa.Array] | None = None
) -> pa.Table:
    """One row for each element of the lists, with the document's id and the element's number in it."""
    lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False).astype(np.int64)
    parents = np.repeat(np.arange(len(lengths)), lengths)
    firsts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    values: dict[str, Any] = _fields(column.flatten()) | (more or {})
    values |= {
        "doc_id": doc_ids.take(pa.array(parents)),
        number: pa.array(np.arange(len(parents)) - firsts, pa.int32()),
    }
    schema = TABLES[table]
    return pa.Table.from_arrays([values[name] for name in schema.names], schema=schema)


def _surfaces(texts: list[str], mentions: pa.ListArray) -> pa.Array:
    flat, offsets = mentions.flatten(), mentions.offsets.to_numpy()
    starts, ends = (flat.field(i).to_numpy() for i in (1, 2))
    offsets = offsets - offsets[0]
    return pa.array(
        [text[s:e] for i, text in enumerate(texts) for s, e in zip(starts[offsets[i] : offsets[i + 1]], ends[offsets[i] : offsets[i + 1]], strict=True)],
        pa.string(),
    )  # fmt: skip
