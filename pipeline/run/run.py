"""A whole run: read, work through the parts, reduce, write the manifest.

In: configuration, inputs, output folder. Out: `tables/`, `manifest.json` and a `Summary`. It can be killed at any moment:
every file appears under its name only when it is whole, and the next run makes what is missing.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections import Counter
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core.schema import SCHEMA_VERSION, TABLES
from pipeline.errors import ConfigError
from pipeline.readers.records import sound
from pipeline.reduce import corpus
from pipeline.run import intake, plan
from pipeline.run.on_pool import Item, Make, Result, inline, on_pool
from pipeline.run.parts import FINGERPRINT, LAYER_TABLES, Reject, Report, Worker, part_files, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.config import Config

REDUCE_VERSION = 2
ONLY = (*plan.NAMES, "export", "reduce")
_VERSION = version("istikhraj")
_NAMED = 20  # rejected documents that the summary names
_SMALL = 4_000_000  # bytes that this process reads sooner than it starts others


class Progress(Protocol):
    """Who wants to see how far a run is."""

    def phase(self, name: str, total: int, unit: str) -> None:
        """A phase begins, of so many units."""

    def advance(self, amount: int) -> None:
        """So many units are done."""


class Summary(NamedTuple):
    """What a run did. `rows` counts each table; `rejects` are the first few; `did_nothing` says that all was up to date."""

    out: Path
    n_in: int
    n_documents: int
    rows: dict[str, int]
    rejects: list[Reject]
    n_rejects: int
    seconds: float
    did_nothing: bool
    failed: str | None


def run(
    config: Config,
    given: Sequence[str],
    out: Path,
    *,
    limit: int | None = None,
    only: str | None = None,
    progress: Progress,
) -> Summary:
    """Bring the output folder up to date with the inputs, the configuration, the seeds and the models."""
    began = time.perf_counter()
    stages = plan.planned(config)
    if wrong := plan.problems(stages):
        raise ConfigError("\n".join(wrong))
    with _lock(out):
        found = intake.inputs(given, config, out, limit=limit) if given else None
        state = intake.recorded(out)
        old = manifest(out)
        if found and only is None and _up_to_date(out, old, _fingerprint(config, stages, found.fingerprint)):
            return _summary(config, out, old, began, did_nothing=True)
        unread = found is not None and state.get("fingerprint") != found.fingerprint
        damaged = not intake.intact(out)
        if found is None and (not state or damaged):
            raise ConfigError(f"{out} holds no finished documents; give --input")
        if only == "reduce" and any(len(_table_files(out, t)) != len(part_files(out)) for t in LAYER_TABLES):
            raise ConfigError(
                f"--only reduce needs the tables of every part in {out / 'tables'}; run without --only first"
            )
        # From here on the tables may be of two minds; without its manifest the folder holds no finished run.
        if only not in plan.NAMES:
            (out / "manifest.json").unlink(missing_ok=True)
        _sweep(out)
        if found and (unread or damaged):
            state = _read(config, found, out, limit, progress)
        seconds: dict[str, float] = {}
        rejects: list[Reject] = []
        n_rejects = 0
        for report in _work(config, out, only, state, progress) if only != "reduce" else ():
            for stage, spent in report.seconds.items():
                seconds[stage] = seconds.get(stage, 0.0) + spent
            rejects += report.rejects[: _NAMED - len(rejects)]
            n_rejects += len(report.rejects)
        spent = time.perf_counter() - began
        if only in plan.NAMES:
            n_docs = state["n_documents"]
            return Summary(out, n_docs, n_docs, {}, rejects, n_rejects, spent, did_nothing=False, failed=None)
        rows = _reduce(config, out, seconds, progress)
        record = {
            "istikhraj": _VERSION,
            "schema_version": SCHEMA_VERSION,
            # What only one step was made again for is not known to be up to date.
            "fingerprint": "" if only else _fingerprint(config, stages, state["fingerprint"]),
            "stages": {stage.name: stage.fingerprint for stage in stages},
            "config": config.model_dump(mode="json", exclude={"paths"}),
            "seeds": plan.file_hashes(config.paths.seeds, ("**/*.tsv", "**/*.toml", "**/*.jsonl")),
            "models": plan.file_hashes(config.paths.models, ("manifest.toml", "*/*")),
        }
        if only:
            record |= {key: old[key] for key in ("stages", "config", "seeds", "models") if key in old}
        record |= {
            "inputs": state,
            "parts": len(part_files(out)),
            "rows": {table: _count(out, table) for table in LAYER_TABLES} | rows,
            "bytes": {table: _size(out, table) for table in TABLES},
            "words": _words(out),
            "rejected": _rejected(out),
            "seconds": {name: round(spent, 3) for name, spent in seconds.items()}
            | {"total": round(time.perf_counter() - began, 3)},
        }
        _write_json(out / "manifest.json", record)
        return _summary(config, out, record, began, did_nothing=False)


def manifest(out: Path) -> dict[str, Any]:
    """The manifest of an output folder; empty when there is none."""
    try:
        found = json.loads((out / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_up_to_date(config: Config, given: Sequence[str], out: Path, *, limit: int | None = None) -> bool:
    """Would a run find nothing to do?"""
    found = intake.inputs(given, config, out, limit=limit)
    return _up_to_date(out, manifest(out), _fingerprint(config, plan.planned(config), found.fingerprint))


def _fingerprint(config: Config, stages: Sequence[plan.PlannedStage], documents: str) -> str:
    seeds = plan.file_hashes(config.paths.seeds, ("gazetteer/*.tsv", "relations/predicates.tsv"))
    return plan.digest([documents, [stage.fingerprint for stage in stages], SCHEMA_VERSION, REDUCE_VERSION, seeds])


def _up_to_date(out: Path, record: dict[str, Any], fingerprint: str) -> bool:
    """Was all this made already, and is every table still as the finished run left it?"""
    return record.get("fingerprint") == fingerprint and record.get("bytes") == {t: _size(out, t) for t in TABLES}


def _jobs(config: Config) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return config.run.jobs or cores or 1


def _read(config: Config, found: intake.Inputs, out: Path, limit: int | None, progress: Progress) -> dict[str, Any]:
    (out / "documents" / "inputs.json").unlink(missing_ok=True)
    progress.phase("read", found.size, "bytes")
    units = intake.units(found, config, out, limit=limit)
    jobs = 1 if found.size < _SMALL else _jobs(config)
    names = set(_handed_out(partial(intake.Reader, config.readers, out), units, config, jobs, progress))
    _forget_others(out, names)
    files = part_files(out)
    with corpus.connection(out, memory_mb=config.reduce.memory_mb, threads=_jobs(config)) as database:
        duplicates = corpus.duplicates(database, files)
        metadata = {FINGERPRINT: intake.content(out).encode()}
        corpus.write_batches(out / "documents" / "duplicates.parquet", corpus.DUPLICATES, duplicates, metadata)
    counts = Counter(n_documents=0, n_rejects=0, n_chars=0)
    for file in files:
        lengths = pq.read_table(file, columns=["n_chars"]).column(0)
        counts.update(n_documents=len(lengths), n_rejects=len(stamp(file)[1]), n_chars=pc.sum(lengths).as_py() or 0)
    state = {
        "given": [sound(path) for path in found.given],
        "fingerprint": found.fingerprint,
        "n_files": found.n_files,
        **counts,
    }
    _write_json(out / "documents" / "inputs.json", state)
    return state


def _handed_out(
    make: Make[Item, Result], items: Iterable[Item], config: Config, jobs: int, progress: Progress
) -> Iterator[Result]:
    """Starting processes costs more than a little work: what one process does, this one does."""
    retries = config.run.retries
    if jobs <= 1 or config.run.executor == "inline":
        return inline(make, items, retries=retries, advance=progress.advance)
    return on_pool(make, items, jobs=jobs, retries=retries, advance=progress.advance)


def _sweep(out: Path) -> None:
    """Remove what a killed run left under temporary names."""
    for pattern in ("*.tmp", "*/*.tmp", "*/*/*.tmp"):
        for path in out.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _forget_others(out: Path, names: set[str]) -> None:
    """Remove the parts of an earlier, larger input."""
    for folder in [out / "documents", *(out / "layers").glob("*"), *(out / "tables" / table for table in LAYER_TABLES)]:
        for file in folder.glob("part-*.parquet"):
            if file.stem not in names:
                file.unlink()


def _work(config: Config, out: Path, only: str | None, state: dict[str, Any], progress: Progress) -> Iterator[Report]:
    progress.phase(only or "extract", state["n_chars"], "chars")
    names = [file.stem for file in part_files(out)]
    duplicates = stamp(out / "documents" / "duplicates.parquet")[0]
    make = partial(Worker, config, out, duplicates, only)
    return _handed_out(make, names, config, min(_jobs(config), len(names)), progress)


def _reduce(config: Config, out: Path, seconds: dict[str, float], progress: Progress) -> dict[str, int]:
    began = time.perf_counter()
    progress.phase("reduce", len(corpus.CORPUS_TABLES), "tables")
    rows = {}
    with corpus.connection(out, memory_mb=config.reduce.memory_mb, threads=_jobs(config)) as database:
        for name, batches in corpus.tables(database, out / "tables", config.paths.seeds):
            rows[name] = corpus.write_batches(out / "tables" / name / "part-00000.parquet", TABLES[name], batches, {})
            progress.advance(1)
    seconds["reduce"] = time.perf_counter() - began
    return rows


def _table_files(out: Path, table: str) -> list[Path]:
    return sorted((out / "tables" / table).glob("part-*.parquet"))


def _count(out: Path, table: str) -> int:
    return sum(pq.read_metadata(file).num_rows for file in _table_files(out, table))


def _size(out: Path, table: str) -> int:
    return sum(file.stat().st_size for file in _table_files(out, table))


def _words(out: Path) -> int:
    kinds = pa.array(["word", "latin", "number"])
    columns = (pq.read_table(file, columns=["kind"]).column(0) for file in _table_files(out, "tokens"))
    return sum(pc.sum(pc.is_in(column, kinds)).as_py() or 0 for column in columns)


def _rejected(out: Path) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for file in _table_files(out, "rejects"):
        counts.update(pq.read_table(file, columns=["stage"]).column(0).to_pylist())
    return dict(sorted(counts.items()))


def _summary(config: Config, out: Path, record: dict[str, Any], began: float, *, did_nothing: bool) -> Summary:
    named = (row for file in _table_files(out, "rejects") for row in pq.read_table(file).slice(0, _NAMED).to_pylist())
    rejects = [Reject(**row) for row in islice(named, _NAMED)]
    n_in = record["inputs"]["n_documents"] + record["inputs"]["n_rejects"]
    n_rejects, n_documents = record["rows"]["rejects"], record["rows"]["documents"]
    failed = None
    if n_in and n_rejects / n_in > config.run.max_reject_rate:
        failed = f"{n_rejects} of {n_in} documents were rejected, more than run.max_reject_rate = {config.run.max_reject_rate}"
    spent = time.perf_counter() - began
    return Summary(out, n_in, n_documents, record["rows"], rejects, n_rejects, spent, did_nothing, failed)


def _write_json(path: Path, value: dict[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
    temporary.replace(path)


@contextmanager
def _lock(out: Path) -> Iterator[None]:
    """One run at a time writes to a folder; the lock goes with the process that holds it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        file = (out / ".lock").open("w")
    except OSError as error:
        raise ConfigError(f"cannot write to {out}: {error.strerror}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"another run is writing to {out}") from None
        yield
