"""Small runs: a few documents in several parts, and a gazetteer that loads in no time."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.config import ROOT, Config, load
from pipeline.core.schema import TABLES
from pipeline.run.run import Summary, run
from tests.conftest import Quiet


@cache
def seeds() -> Path:
    """The project's seeds with the first entities of each kind, and the patterns of companies alone."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(ROOT / "seeds", folder / "seeds", ignore=shutil.ignore_patterns("documents"))
    for file in (folder / "seeds" / "gazetteer").glob("*.tsv"):
        file.write_text("\n".join(file.read_text("utf-8").split("\n")[:40]) + "\n", "utf-8")
    for file in (folder / "seeds" / "relations" / "patterns").glob("*.toml"):
        if file.stem != "companies":
            file.unlink()
    return folder / "seeds"


def assignments(*more: str) -> list[str]:
    """The settings of a small run."""
    return [f"paths.seeds={seeds()}", "run.executor=inline", "run.docs_per_part=4", "run.docs_per_batch=3", *more]


def settings(*more: str) -> Config:
    """The configuration of a small run."""
    return load((), assignments(*more))


def go(given: Path | None, out: Path, *more: str, progress: Any = None, **options: Any) -> Summary:
    """A small run."""
    return run(settings(*more), [str(given)] if given else [], out, progress=progress or Quiet(), **options)


def command(given: Path, out: Path, *more: str) -> list[str]:
    """The command line of a small run in two processes."""
    words = [sys.executable, "-m", "pipeline.cli", "run", "--input", str(given), "--out", str(out), "--jobs", "2"]
    return [*words, *(word for assignment in assignments("run.executor=pool", *more) for word in ("--set", assignment))]


def tables(out: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {name: pq.read_table(out / "tables" / name).to_pylist() for name in TABLES}


def contents(out: Path) -> dict[str, bytes]:
    """All Parquet files of an output folder."""
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in sorted(out.rglob("*.parquet"))}
