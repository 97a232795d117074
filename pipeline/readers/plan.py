"""Which documents there are: files and containers to records.

In: files. Out: records in a fixed order. Containers (JSONL, JSON, CSV, Parquet) are opened here and read as a stream; text files and
web pages are only named, and read by the workers. What cannot be read is a record too, with its fault.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError, TransientError
from pipeline.readers import csv_rows, json_rows, parquet_rows
from pipeline.readers.bytestreams import opened, packing, plain_suffix
from pipeline.readers.decode import HEAD, sniff
from pipeline.readers.records import Record, sound
from pipeline.readers.rows import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.config import ReadersConfig
    from pipeline.readers.files import File

log = logging.getLogger(__name__)

KINDS = {
    ".txt": "txt", ".text": "txt", ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
}  # fmt: skip
_CONTAINERS = {
    "jsonl": json_rows.jsonl,
    "json": json_rows.documents,
    "csv": csv_rows.table,
    "parquet": parquet_rows.table,
}
_KNOWN = ".txt .html .jsonl .json .csv .tsv .parquet, also .gz and .zst"
_BEGINS = (
    (".html", re.compile(r"<(?:!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE)),
    (".json", re.compile(r"\[\s*[{\[]")),
    (".json", re.compile(r"\{\s*(?:\n|$)")),  # an object over several lines
    (".jsonl", re.compile(r'\{\s*"')),
)


def records(found: Iterable[File], config: ReadersConfig) -> Iterator[tuple[Record, int]]:
    """The records of the files, each with its size in bytes of text, roughly."""
    for file in found:
        suffix, stem = plain_suffix(Path(file.path))
        kind = KINDS.get(suffix)
        if file.fault:
            yield _faulty(file, stem, file.fault), 0
        elif kind is None:
            named = f"{suffix} is" if suffix else "a file without an extension is"
            yield (
                _faulty(file, stem, f"{named} not a kind of file that is read ({_KNOWN}); rename or convert it"),
                file.size,
            )
        elif kind in _CONTAINERS:
            yield from _container(file, stem, kind, config)
        else:
            yield Record(sound(stem), sound(file.path), file.path, kind), file.unpacked()


def _faulty(file: File, name: str, fault: str, place: str = "") -> Record:
    return Record(sound(name), sound(file.path + place), file.path, "txt", fault=fault)


def _container(file: File, stem: str, kind: str, config: ReadersConfig) -> Iterator[tuple[Record, int]]:
    place = n_rows = 0
    try:
        for row in _CONTAINERS[kind](Path(file.path), config):
            place, n_rows = row.place, n_rows + 1
            yield record(row, stem, file.path, config), row.size
    except TransientError:
        raise
    except Exception as error:  # what came before the broken place stays
        why = str(error) if isinstance(error, DocumentError) else f"{type(error).__name__}: {error}"
        if n_rows:
            why = f"cannot be read any further after {n_rows:,} records: {why}"
            yield _faulty(file, f"{stem}-{place + 1}", why, f":{place + 1}"), 0
        else:
            yield _faulty(file, stem, why), 0
    else:
        if not n_rows:
            log.warning("%s holds no records", sound(file.path))


def guessed_suffix(path: Path) -> str:
    """The suffix that a file of unknown name should bear, by its beginning: standard input has no name."""
    with path.open("rb") as file:
        packed = packing(file.read(4))
    try:
        with opened(path, packed) as stream:
            head = stream.read(HEAD)
    except DocumentError:
        head = b""
    if head.startswith(b"PAR1"):
        return ".parquet"
    encoding, mark = sniff(head)
    text = head[mark:].decode(encoding, "replace").lstrip()
    return next((suffix for suffix, begin in _BEGINS if begin.match(text)), ".txt") + packed
