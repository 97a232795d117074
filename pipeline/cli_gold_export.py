"""What `istikhraj gold export` writes: the corpus as IOB2, spaCy DocBin, CSV or Parquet.

In: documents by split. Out: files in a folder, and a line for each.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from pipeline.core.batches import unpack
from pipeline.core.spans import Token
from pipeline.evaluate.frames import COLUMNS, rows
from pipeline.export.docbin import Annotated, docbin
from pipeline.export.iob import Labelled, lines, tagged
from pipeline.run.layers import layers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.config import Config
    from pipeline.evaluate.gold import GoldDocument

FORMATS = ("iob", "docbin", "csv", "parquet")


def export(docs: dict[str, list[GoldDocument]], to: str, out: Path, config: Config) -> Iterator[str]:
    """Write the corpus; says what was written."""
    out.mkdir(parents=True, exist_ok=True)
    if to in {"csv", "parquet"}:
        yield from _flat(docs, to, out)
        return
    for split, part in docs.items():
        found = _annotated(part, config)
        if to == "iob":
            path = out / f"{split}.iob"
            written = [line for one in found for line in lines(one.doc_id, one.text, one.tagged)]
            path.write_text("\n".join(written) + "\n", "utf-8")
        else:
            path = out / f"{split}.spacy"
            docbin(found).to_disk(path)
        n_pieces, cut = sum(len(one.tagged.pieces) for one in found), sum(one.tagged.cut for one in found)
        yield f"{path}: {len(found)} documents, {n_pieces} pieces, {cut} of them cut by a span and not by the tokeniser"


def _annotated(docs: list[GoldDocument], config: Config) -> list[Annotated]:
    batch = layers(config, {doc.doc_id: doc.text for doc in docs}, "tokenise")
    found = []
    for doc, tokens in zip(docs, unpack(batch.column("tokens"), Token._make), strict=True):
        spans = [Labelled(e.start, e.end, e.label, e.id) for e in doc.entities]
        statements = [relation._asdict() for relation in doc.relations]
        found.append(Annotated(doc.doc_id, doc.text, tagged(tokens, spans), spans, statements))
    return found


def _flat(docs: dict[str, list[GoldDocument]], to: str, out: Path) -> Iterator[str]:
    for name, found in rows(docs).items():
        path = out / f"{name}.{to}"
        if to == "csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS[name])
                writer.writerows(found)
        else:
            import pyarrow as pa
            import pyarrow.parquet as pq

            columns = [list(column) for column in zip(*found, strict=True)] or [[] for _ in COLUMNS[name]]
            pq.write_table(pa.table(dict(zip(COLUMNS[name], columns, strict=True))), path)
        yield f"{path}: {len(found)} rows"
