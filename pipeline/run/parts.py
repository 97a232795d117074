"""One part of the corpus: its files, and the work on it.

In: the name of a documents part. Out: its layers and its tables, each written to a temporary name and renamed, each with
the fingerprint of what it was made from in its Parquet metadata. What is there with the right fingerprint is not made
again; anything else is.
"""

from __future__ import annotations

import gc
import json
import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core.schema import DOCUMENTS
from pipeline.errors import ConfigError, TransientError
from pipeline.export.tables import flat_tables
from pipeline.run import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pipeline.config import Config
    from pipeline.core.stage import Stage

log = logging.getLogger(__name__)

FINGERPRINT, REJECTS = b"istikhraj.fingerprint", b"istikhraj.rejects"
LAYER_TABLES = ("documents", "sentences", "tokens", "mentions", "relations", "rejects")
_ERROR_CHARS = 500


class Reject(NamedTuple):
    """A document that a stage could not process, and why."""

    doc_id: str
    source: str
    stage: str
    error: str


class Report(NamedTuple):
    """What was done for a part. `seconds` by stage counts only work done now, and apart from it what loading the stages took."""

    part: str
    n_docs: int
    rejects: list[Reject]
    seconds: dict[str, float]


class Part(NamedTuple):
    """The files of one part below the output folder."""

    out: Path
    name: str

    def documents(self) -> Path:
        """The documents as they were read."""
        return self.out / "documents" / f"{self.name}.parquet"

    def layer(self, stage: str) -> Path:
        """What a stage wrote."""
        return self.out / "layers" / stage / f"{self.name}.parquet"

    def table(self, table: str) -> Path:
        """A flat table."""
        return self.out / "tables" / table / f"{self.name}.parquet"


def write(path: Path, table: pa.Table | pa.RecordBatch, fingerprint: str, rejects: Iterable[Reject] = ()) -> None:
    """Write Parquet under a temporary name, then rename: a file with its final name is whole."""
    batch_table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
    metadata = {FINGERPRINT: fingerprint.encode(), REJECTS: json.dumps(list(rejects), ensure_ascii=False).encode()}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    try:
        pq.write_table(
            batch_table.replace_schema_metadata(metadata), temporary, compression="zstd", compression_level=1
        )
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise TransientError(f"{path}: {error}") from error


def stamp(path: Path) -> tuple[str, list[Reject]]:
    """The fingerprint and rejects of a file; an absent, truncated or foreign one has the empty fingerprint."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
        return metadata[FINGERPRINT].decode(), [Reject(*row) for row in json.loads(metadata.get(REJECTS, b"[]"))]
    except (OSError, KeyError, ValueError, TypeError, pa.ArrowException):
        return "", []


def is_made(path: Path, fingerprint: str) -> bool:
    """Is the file there, and made from just this?"""
    return stamp(path)[0] == fingerprint


def _table(path: Path, **options: Any) -> pa.Table:
    try:
        return pq.read_table(path, **options)
    except (OSError, pa.ArrowException) as error:
        path.unlink(missing_ok=True)
        raise TransientError(f"{path} was damaged and has to be made again: {error}") from error


class Worker:
    """Holds the stages of a process: each is loaded once, when first needed, and then serves every part.

    `only` names one stage, or «export»: it is done again, from the layers that are there, whatever they were made from.
    """

    def __init__(
        self, config: Config, out: Path, duplicates: str, only: str | None, advance: Callable[[int], None]
    ) -> None:
        self.config, self.out, self.duplicates, self.only, self.advance = config, out, duplicates, only, advance
        self.planned = plan.planned(config)
        self._loaded: dict[str, Stage] = {}

    def stage(self, name: str) -> Stage:
        """The loaded stage."""
        if name not in self._loaded:
            make = next(stage.make for stage in self.planned if stage.name == name)
            self._loaded[name] = make(self.config)
        return self._loaded[name]

    def __call__(self, name: str) -> Report:
        """Bring one part up to date."""
        part = Part(self.out, name)
        n_docs = pq.read_metadata(part.documents()).num_rows
        layers = self._fingerprints(part)
        tables = plan.tables_fingerprint(layers, self.duplicates)
        if self.only:
            todo, export = [s.name for s in self.planned if s.name == self.only], self.only == "export"
        else:
            todo = [s.name for s in self.planned if not is_made(part.layer(s.name), layers[s.name])]
            export = not all(is_made(part.table(t), tables) for t in LAYER_TABLES)
        if not todo and not export:
            self.advance(_n_chars(_table(part.documents(), columns=["n_chars"])))
            return Report(name, n_docs, self._rejects(part), {})

        table = self._read(part, todo, export)
        seconds: dict[str, float] = {}
        with _timed(seconds, "load"):
            for stage in todo:
                self.stage(stage)
        _calm_collector()
        pieces = []
        failed: dict[str, list[Reject]] = {s: [] for s in todo}
        empty = pa.RecordBatch.from_pylist([], schema=table.schema)
        for batch in table.to_batches(max_chunksize=self.config.run.docs_per_batch) or [empty]:
            for stage in todo:
                with _timed(seconds, stage):
                    batch, bad = guarded(self.stage(stage), batch)
                failed[stage] += bad
            pieces.append(batch)
            self.advance(_n_chars(batch))
        whole = pa.Table.from_batches(pieces)
        for stage in todo:
            columns = next(s.make for s in self.planned if s.name == stage).writes.names
            write(part.layer(stage), whole.select(columns), layers[stage], failed[stage])
        rejects = self._rejects(part)
        if export:
            with _timed(seconds, "export"):
                for table_name, flat in flat_tables(whole, rejects, self._duplicates(whole)).items():
                    write(part.table(table_name), flat, tables)
        log.info("%s: %d documents, %s", name, n_docs, ", ".join(f"{s} {t:.2f} s" for s, t in seconds.items()))
        return Report(name, n_docs, rejects, seconds)

    def _fingerprints(self, part: Part) -> dict[str, str]:
        """The fingerprint that each layer should have; for `only`, those that the other layers do have."""
        # A documents part is stamped «what it was read from : what it holds»; the layers depend on the latter alone.
        documents = stamp(part.documents())[0].partition(":")[2]
        if not self.only:
            return plan.chain(self.planned, documents)
        there = {s.name: stamp(part.layer(s.name))[0] for s in self.planned if s.name != self.only}
        needed = {column for s in self.planned if self.only in (s.name, "export") for column in s.make.reads}
        for stage in self.planned:
            wanted = self.only == "export" or needed.intersection(stage.make.writes.names)
            if wanted and not there.get(stage.name, "made now"):
                raise ConfigError(
                    f"{self.only} needs {part.layer(stage.name)}, which is not there; run without --only first"
                )
        return plan.chain(self.planned, documents, there)

    def _read(self, part: Part, todo: list[str], export: bool) -> pa.Table:
        """The documents with every layer that is ready and needed."""
        ready = [s for s in self.planned if s.name not in todo]
        needed = {column for s in self.planned if s.name in todo for column in s.make.reads}
        table = _table(part.documents(), schema=DOCUMENTS)
        for stage in ready:
            columns = [c for c in stage.make.writes.names if c in needed or (export and c != "norm")]
            if columns:
                layer = _table(part.layer(stage.name), columns=columns)
                for column in columns:
                    table = table.append_column(stage.make.writes.field(column), layer.column(column))
        return table.combine_chunks()

    def _rejects(self, part: Part) -> list[Reject]:
        """All rejects of the part, one a document: what failed first is the reason."""
        files = [part.documents(), *(part.layer(s.name) for s in self.planned)]
        first: dict[str, Reject] = {}
        for reject in (reject for file in files for reject in stamp(file)[1]):
            first.setdefault(reject.doc_id, reject)
        return list(first.values())

    def _duplicates(self, table: pa.Table) -> dict[str, str]:
        wanted = pc.is_in(pc.field("doc_id"), value_set=table.column("doc_id").combine_chunks())
        found = pq.read_table(self.out / "documents" / "duplicates.parquet", filters=wanted)
        return dict(zip(found.column("doc_id").to_pylist(), found.column("duplicate_of").to_pylist(), strict=True))


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start


def _n_chars(table: pa.Table | pa.RecordBatch) -> int:
    return pc.sum(table.column("n_chars")).as_py() or 0


def _calm_collector() -> None:
    """Let Python's cycle collector look seldom: tokens and mentions hold no cycles, and looking through them took a third of the time."""
    gc.set_threshold(100_000, 50, 1000)


def guarded(stage: Stage, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Reject]]:
    """Run a stage; when it fails, halve the batch until the guilty document stands alone, and give that one empty layers."""
    try:
        return stage(batch), []
    except OSError as error:
        raise TransientError(f"{stage.name}: {error}") from error
    except Exception as error:  # whatever a document provokes must not stop the others
        if not batch.num_rows:
            raise
        if batch.num_rows == 1:
            doc_id, source = (batch.column(c)[0].as_py() for c in ("doc_id", "source"))
            log.warning("%s: document %s is rejected: %r", stage.name, doc_id, error)
            reject = Reject(doc_id, source, stage.name, f"{type(error).__name__}: {error}"[:_ERROR_CHARS])
            return empty_layers(stage, batch), [reject]
    middle = batch.num_rows // 2
    halves = [guarded(stage, half) for half in (batch.slice(0, middle), batch.slice(middle))]
    joined = pa.Table.from_batches([half for half, _ in halves]).combine_chunks().to_batches()[0]
    return joined, [reject for _, bad in halves for reject in bad]


def empty_layers(stage: Stage, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with layers that hold nothing."""
    columns = list(batch.columns)
    for field in stage.writes:
        nothing = [] if pa.types.is_list(field.type) else {"text": "", "starts": [], "ends": []}
        columns.append(pa.array([nothing] * batch.num_rows, type=field.type))
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema([*batch.schema, *stage.writes]))


def part_files(out: Path) -> list[Path]:
    """The documents parts, in order."""
    return sorted((out / "documents").glob("part-*.parquet"))
