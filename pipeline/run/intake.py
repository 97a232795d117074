"""The reading phase: inputs to documents parts.

In: paths. Out: `documents/part-*.parquet`, `documents/inputs.json` (what they were made from) and
`documents/duplicates.parquet`. Documents in = documents read + rejects, always.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from pipeline.core.schema import DOCUMENTS
from pipeline.errors import ConfigError, DocumentError, TransientError
from pipeline.readers.files import files, looked_at
from pipeline.readers.plan import guessed_suffix, records
from pipeline.readers.read import read
from pipeline.run.parts import Part, Reject, is_made, part_files, stamp, write
from pipeline.run.plan import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.config import Config, ReadersConfig
    from pipeline.readers.records import Document, Record

READERS_VERSION = 2


class Unit(NamedTuple):
    """The records of one documents part. `size` is in bytes of input."""

    name: str
    fingerprint: str
    records: list[Record]
    size: int


class Inputs(NamedTuple):
    """The input files as they are now, and a fingerprint of them and of all settings that the reading depends on.

    `given` are files and folders; the files are not kept in memory. `size` is in bytes of text, roughly.
    """

    given: list[str]
    n_files: int
    fingerprint: str
    size: int


def inputs(given: Sequence[str], config: Config, out: Path, *, limit: int | None) -> Inputs:
    """Find the input files. Standard input («-») is kept as a file of the output folder, so that a run can be resumed."""
    for path in given:
        if path != "-" and out.resolve() in (Path(path).resolve(), *Path(path).resolve().parents):
            raise ConfigError(f"the input {path} lies in the folder of the results, {out}; give another --out")
    sources = [_spool(out) if path == "-" else path for path in given]
    seen, n_files, size = hashlib.sha256(), 0, 0
    for file in files(sources, but=out):
        seen.update(repr(file).encode())
        n_files, size = n_files + 1, size + file.unpacked()
    settings = [
        READERS_VERSION,
        config.fingerprint("readers"),
        config.run.docs_per_part,
        config.run.chars_per_part,
        limit,
    ]
    return Inputs(sources, n_files, digest([settings, seen.hexdigest()]), size)


def _spool(out: Path) -> str:
    """Standard input as a file, named after what it begins like; the same input again leaves the file as it is."""
    folder = out / "input"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "stdin.tmp").open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    path = folder / f"stdin{guessed_suffix(folder / 'stdin.tmp')}"
    if path.exists() and filecmp.cmp(folder / "stdin.tmp", path, shallow=False):
        (folder / "stdin.tmp").unlink()
        return str(path)
    return str((folder / "stdin.tmp").replace(path))


def recorded(out: Path) -> dict[str, Any]:
    """What the documents of the output folder were made from; empty when the reading was never finished."""
    try:
        found = json.loads((out / "documents" / "inputs.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    expected = {"fingerprint", "n_files", "n_documents", "n_rejects", "n_chars"}
    return found if isinstance(found, dict) and expected <= found.keys() else {}


def content(out: Path) -> str:
    """The fingerprint of all documents parts that are there: what `duplicates.parquet` was made from."""
    return digest([stamp(file)[0] for file in part_files(out)])


def intact(out: Path) -> bool:
    """Are all documents parts as the reading left them?"""
    return is_made(out / "documents" / "duplicates.parquet", content(out))


def units(found: Inputs, config: Config, out: Path, *, limit: int | None) -> Iterator[Unit]:
    """Cut the records into parts, always in the same way."""
    settings = config.run
    batch: list[Record] = []
    size = number = 0
    for record, n_bytes in _unique(records(files(found.given, but=out), config.readers), out, limit):
        if batch and (len(batch) >= settings.docs_per_part or size + n_bytes > 2 * settings.chars_per_part):
            yield _unit(number, batch, size, config)
            batch, size, number = [], 0, number + 1
        batch.append(record)
        size += n_bytes
    if batch or not number:  # an empty input is one empty part, so that every table exists
        yield _unit(number, batch, size, config)


def _unit(number: int, batch: list[Record], size: int, config: Config) -> Unit:
    def identity(record: Record) -> list[object]:
        if record.body is not None or record.fault:
            return [*record]
        return [*record, *looked_at(record.path)]

    key = [READERS_VERSION, config.fingerprint("readers"), [identity(record) for record in batch]]
    return Unit(f"part-{number:05d}", digest(key), batch, size)


def _unique(found: Iterable[tuple[Record, int]], out: Path, limit: int | None) -> Iterator[tuple[Record, int]]:
    """Give every record an id of its own: the second «x» becomes «x~2». The ids seen wait on disk, not in memory."""
    path = out / "documents" / "ids.tmp"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    seen = sqlite3.connect(path, isolation_level=None)
    try:
        seen.execute("pragma journal_mode = off")
        seen.execute("pragma synchronous = off")
        seen.execute("create table ids (id text primary key, times integer) without rowid")
        seen.execute("begin")
        claim = "insert into ids values (?, 1) on conflict do update set times = times + 1 returning times"
        for number, (record, size) in enumerate(found):
            if limit is not None and number >= limit:
                return
            doc_id = record.doc_id
            while (times := seen.execute(claim, (doc_id,)).fetchone()[0]) > 1:
                doc_id = f"{record.doc_id}~{times}"
            yield record._replace(doc_id=doc_id), size
    finally:
        seen.close()
        path.unlink(missing_ok=True)


class Reader:
    """Reads units: the worker of the reading phase."""

    def __init__(self, config: ReadersConfig, out: Path, advance: Callable[[int], None]) -> None:
        self.config, self.out, self.advance = config, out, advance

    def __call__(self, unit: Unit) -> str:
        """Make one documents part, unless it is there; returns its name."""
        path = Part(self.out, unit.name).documents()
        if stamp(path)[0].partition(":")[0] != unit.fingerprint:
            documents, rejects = [], []
            for record in unit.records:
                try:
                    documents.append(read(record, self.config))
                except TransientError:
                    raise
                except Exception as error:  # whatever a file holds must not stop the others
                    why = str(error) if isinstance(error, DocumentError) else f"{type(error).__name__}: {error}"
                    rejects.append(Reject(record.doc_id, record.source, "read", why[:500]))
            write(path, _table(documents), f"{unit.fingerprint}:{_content(documents, rejects)}", rejects)
        self.advance(unit.size)
        return unit.name


def _content(documents: list[Document], rejects: list[Reject]) -> str:
    return digest([[[*d._replace(text="")] for d in documents], rejects])


def _table(documents: list[Document]) -> pa.Table:
    columns = list(zip(*documents, strict=True)) or [()] * len(DOCUMENTS)
    return pa.Table.from_arrays(
        [pa.array(c, f.type) for c, f in zip(columns, DOCUMENTS, strict=True)], schema=DOCUMENTS
    )
