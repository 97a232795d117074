"""A whole run: read, work through the parts, reduce, write the manifest.

In: configuration, inputs, output folder. Out: `tables/`, `manifest.json` and a `Summary`. It can be killed at any moment:
every file appears under its name only when it is whole, and the next run makes what is missing.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pyarrow.parquet as pq

from pipeline.config import Config
from pipeline.core.schema import SCHEMA_VERSION, TABLES
from pipeline.errors import ConfigError
from pipeline.reduce import corpus
from pipeline.run import intake, plan
from pipeline.run.on_pool import inline, on_pool
from pipeline.run.parts import FINGERPRINT, LAYER_TABLES, Part, Reject, Report, Worker, part_names, stamp

REDUCE_VERSION = 1
ONLY = (*plan.NAMES, "export", "reduce")


class Progress(Protocol):
    """Who wants to see how far a run is."""

    def phase(self, name: str, total: int, unit: str) -> None:
        """A phase begins, of so many units."""

    def advance(self, amount: int) -> None:
        """So many units are done."""


class Summary(NamedTuple):
    """What a run did. `rows` counts each table; `did_nothing` says that all was up to date."""

    out: Path
    n_in: int
    n_documents: int
    rows: dict[str, int]
    rejects: list[Reject]
    n_rejects: int
    did_nothing: bool
    failed: str | None


def run(config: Config, given: Sequence[str], out: Path, *, limit: int | None = None, only: str | None = None, progress: Progress) -> Summary:
    """Bring the output folder up to date with the inputs, the configuration, the seeds and the models."""
    began = time.perf_counter()
    stages = plan.planned(config)
    if wrong := plan.problems(stages):
        raise ConfigError("\n".join(wrong))
    with _lock(out):
        found = intake.inputs(given, config, out, limit=limit) if given else None
        state = intake.recorded(out)
        if found is None and not state:
            raise ConfigError(f"{out} holds no finished documents; give --input")
        fingerprint = plan.digest([
            found.fingerprint if found else state["fingerprint"], [s.fingerprint for s in stages], SCHEMA_VERSION, REDUCE_VERSION,
            plan.file_hashes(config.paths.seeds, ("gazetteer/*.tsv", "relations/predicates.tsv")),
        ])  # fmt: skip
        old = manifest(out)
        if only is None and old.get("fingerprint") == fingerprint and _whole(out, old):
            return _summary(config, out, old, did_nothing=True)
        if found and state.get("fingerprint") != found.fingerprint:
            state = _read(config, found, out, limit, progress)
        duplicates = stamp(out / "documents" / "duplicates.parquet")[0]
        reports = list(_work(config, out, duplicates, only, state, progress)) if only != "reduce" else []
        if only in plan.NAMES:
            return _partial(config, out, reports)
        rows = _reduce(config, out, progress)
        record = {
            "istikhraj": version("istikhraj"),
            "schema_version": SCHEMA_VERSION,
            "fingerprint": fingerprint,
            "config": config.model_dump(mode="json", exclude={"paths"}),
            "seeds": plan.file_hashes(config.paths.seeds, ("**/*.tsv", "**/*.toml", "**/*.jsonl")),
            "models": plan.file_hashes(config.paths.models, ("manifest.toml", "*/*")),
            "inputs": state,
            "rows": {table: _count(out, table) for table in LAYER_TABLES} | rows,
            "parts": list(part_names(out)),
            "seconds": _added(reports, time.perf_counter() - began),
        }
        _write_json(out / "manifest.json", record)
        return _summary(config, out, record, did_nothing=False)


def manifest(out: Path) -> dict[str, Any]:
    """The manifest of an output folder; empty when there is none."""
    try:
        found = json.loads((out / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _jobs(config: Config) -> int:
    return config.run.jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else config.run.jobs or os.cpu_count() or 1


def _read(config: Config, found: intake.Inputs, out: Path, limit: int | None, progress: Progress) -> dict[str, Any]:
    progress.phase("read", found.size, "bytes")
    (out / "documents" / "inputs.json").unlink(missing_ok=True)
    (out / "manifest.json").unlink(missing_ok=True)
    units = intake.units(found, config, out, limit=limit)
    make = partial(intake.Reader, config.readers, out)
    small = found.size < 4_000_000  # starting processes costs more than reading this much
    jobs = _jobs(config)
    done = (
        inline(make, units, retries=config.run.retries)
        if small or jobs == 1 or config.run.executor == "inline"
        else on_pool(make, units, jobs=jobs, retries=config.run.retries)
    )
    names = []
    for name, size in done:
        names.append(name)
        progress.advance(size)
    _forget_others(out, set(names))
    files = [str(Part(out, name).documents()) for name in sorted(names)]
    with corpus.connection(out, memory_mb=config.reduce.memory_mb, threads=jobs) as database:
        duplicates = out / "documents" / "duplicates.parquet"
        content = plan.digest([stamp(Path(file))[0] for file in files])
        corpus.write_batches(duplicates, corpus.DUPLICATES, corpus.duplicates(database, files), {FINGERPRINT: content.encode()})
    metadata = [(pq.read_metadata(file).num_rows, len(stamp(Path(file))[1])) for file in files]
    state = {
        "fingerprint": found.fingerprint,
        "n_files": found.n_files,
        "n_documents": sum(n for n, _ in metadata),
        "n_rejects": sum(n for _, n in metadata),
        "n_chars": sum(pq.read_table(file, columns=["n_chars"]).column(0).to_numpy().sum().item() for file in files),
    }
    _write_json(out / "documents" / "inputs.json", state)
    return state


def _forget_others(out: Path, names: set[str]) -> None:
    """Remove the parts of an earlier, larger input, and what a killed run left under temporary names."""
    for folder in [out / "documents", *(out / "layers").glob("*"), *(out / "tables").glob("*")]:
        corpus_wide = folder.parent.name == "tables" and folder.name not in LAYER_TABLES
        for file in folder.glob("part-*"):
            if file.suffix == ".tmp" or (file.stem not in names and not corpus_wide):
                file.unlink()


def _work(config: Config, out: Path, duplicates: str, only: str | None, state: dict[str, Any], progress: Progress) -> Iterator[Report]:
    names = list(part_names(out))
    make = partial(Worker, config, out, duplicates, only=only)
    progress.phase(only or "extract", state["n_chars"], "chars")
    jobs = min(_jobs(config), len(names))
    if jobs <= 1 or config.run.executor == "inline":
        worker = make()
        yield from inline(lambda: partial(worker, progress=progress.advance), names, retries=config.run.retries)
        return
    for report in on_pool(make, names, jobs=jobs, retries=config.run.retries):
        progress.advance(report.n_chars)
        yield report


def _reduce(config: Config, out: Path, progress: Progress) -> dict[str, int]:
    progress.phase("reduce", len(corpus.CORPUS_TABLES), "tables")
    rows = {}
    with corpus.connection(out, memory_mb=config.reduce.memory_mb, threads=_jobs(config)) as database:
        for name, batches in corpus.tables(database, out / "tables", config.paths.seeds):
            rows[name] = corpus.write_batches(out / "tables" / name / "part-00000.parquet", TABLES[name], batches, {})
            progress.advance(1)
    return rows


def _count(out: Path, table: str) -> int:
    return sum(pq.read_metadata(file).num_rows for file in (out / "tables" / table).glob("part-*.parquet"))


def _whole(out: Path, record: dict[str, Any]) -> bool:
    """Are all the files of a finished run there?"""
    parts = [out / "tables" / table / f"{name}.parquet" for table in LAYER_TABLES for name in record["parts"]]
    return all(file.exists() for file in [*parts, *(out / "tables" / t / "part-00000.parquet" for t in corpus.CORPUS_TABLES)])


def _summary(config: Config, out: Path, record: dict[str, Any], *, did_nothing: bool) -> Summary:
    rejects = [Reject(**row) for file in sorted((out / "tables" / "rejects").glob("part-*.parquet")) for row in pq.read_table(file).slice(0, 20).to_pylist()]
    n_in = record["inputs"]["n_documents"] + record["inputs"]["n_rejects"]
    n_rejects, n_documents = record["rows"]["rejects"], record["rows"]["documents"]
    failed = None
    if n_in and n_rejects / n_in > config.run.max_reject_rate:
        failed = f"{n_rejects} of {n_in} documents were rejected, more than run.max_reject_rate = {config.run.max_reject_rate}"
    return Summary(out, n_in, n_documents, record["rows"], rejects[:20], n_rejects, did_nothing, failed)


def _partial(config: Config, out: Path, reports: list[Report]) -> Summary:
    rejects = [reject for report in reports for reject in report.rejects]
    n_docs = sum(report.n_docs for report in reports)
    return Summary(out, n_docs, n_docs, {}, rejects[:20], len(rejects), did_nothing=False, failed=None)


def _added(reports: list[Report], total: float) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for report in reports:
        for stage, spent in report.seconds.items():
            seconds[stage] = seconds.get(stage, 0.0) + spent
    return {stage: round(spent, 3) for stage, spent in seconds.items()} | {"total": round(total, 3)}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
    temporary.replace(path)


@contextmanager
def _lock(out: Path) -> Iterator[None]:
    """One run at a time writes to a folder; the lock goes with the process that holds it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write to {out}: {error}") from None
    with (out / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(f"another run is writing to {out}") from None
        yield


