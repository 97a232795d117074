"""Whole runs: parts, resuming, rejects, executors. What is killed at any moment ends with the tables of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.schema import TABLES
from pipeline.errors import ConfigError
from pipeline.evaluate.verify import verify
from pipeline.run import parts
from pipeline.run.run import manifest
from tests import corpus
from tests.conftest import Quiet, documents
from tests.run.small import command, contents, go, tables

if TYPE_CHECKING:
    from pathlib import Path


def test_tables_have_their_schemas_and_are_true(undisturbed: Path) -> None:
    for name, schema in TABLES.items():
        for file in (undisturbed / "tables" / name).glob("*.parquet"):
            assert pq.read_schema(file).remove_metadata() == schema
    verdict = verify(undisturbed)
    assert verdict.violations == []
    assert verdict.checked["mentions"] > 100


def test_a_second_run_does_nothing(texts: Path, undisturbed: Path) -> None:
    before = contents(undisturbed)
    stamps = {file: file.stat().st_mtime_ns for file in undisturbed.rglob("*.parquet")}
    progress = Quiet()
    assert go(texts, undisturbed, progress=progress).did_nothing
    assert progress.phases == []
    assert contents(undisturbed) == before
    assert {file: file.stat().st_mtime_ns for file in undisturbed.rglob("*.parquet")} == stamps


@pytest.mark.parametrize("settings", [("run.executor=pool", "run.jobs=2"), ("run.docs_per_batch=64",)])
def test_executors_and_batch_sizes_give_the_same_bytes(
    texts: Path, undisturbed: Path, tmp_path: Path, settings: tuple[str, ...]
) -> None:
    go(texts, tmp_path, *settings)
    assert contents(tmp_path) == contents(undisturbed)


def test_part_size_changes_no_row(texts: Path, undisturbed: Path, tmp_path: Path) -> None:
    go(texts, tmp_path, "run.docs_per_part=7")
    assert tables(tmp_path) == tables(undisturbed)


def test_a_killed_run_goes_on(texts: Path, undisturbed: Path, tmp_path: Path) -> None:
    rng, killed = random.Random(5), 0
    for _ in range(2):
        process = subprocess.Popen(
            command(texts, tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        began = len(list(tmp_path.rglob("*.parquet")))
        deadline = time.monotonic() + 120
        # Kill at some point after it has begun to write something new.
        wanted = began + rng.randint(1, 12)
        while process.poll() is None and len(list(tmp_path.rglob("*.parquet"))) < wanted:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
    assert killed > 0
    done = subprocess.run(command(texts, tmp_path), capture_output=True, text=True, check=True)
    assert "18 documents" in done.stdout
    assert contents(tmp_path) == contents(undisturbed)
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_broken_or_missing_file_is_made_again(texts: Path, undisturbed: Path, tmp_path: Path) -> None:
    go(texts, tmp_path)
    (tmp_path / "layers" / "ner" / "part-00001.parquet").write_bytes(b"PAR1 truncated")
    (tmp_path / "tables" / "mentions" / "part-00001.parquet").unlink()
    (tmp_path / "tables" / "tokens" / "part-00002.parquet").write_bytes(b"")
    (tmp_path / "manifest.json").unlink()
    assert not go(texts, tmp_path).did_nothing
    assert contents(tmp_path) == contents(undisturbed)


def test_a_changed_setting_makes_its_stage_and_what_follows_again(texts: Path, tmp_path: Path) -> None:
    go(texts, tmp_path)
    stamps = {file: file.stat().st_mtime_ns for file in (tmp_path / "layers").rglob("*.parquet")}
    go(texts, tmp_path, "link.min_score=0.99")
    changed = {file.parent.name for file, stamp in stamps.items() if file.stat().st_mtime_ns != stamp}
    assert changed == {"link", "relate"}


def test_only_makes_one_layer_again(texts: Path, undisturbed: Path, tmp_path: Path) -> None:
    go(texts, tmp_path)
    stamps = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.parquet")}
    go(None, tmp_path, only="ner")
    changed = {file.parent.name for file, stamp in stamps.items() if file.stat().st_mtime_ns != stamp}
    assert changed == {"ner"}
    go(None, tmp_path, only="reduce")
    assert contents(tmp_path) == contents(undisturbed)


def test_a_smaller_input_leaves_nothing_of_the_larger_one(texts: Path, tmp_path: Path) -> None:
    go(texts, tmp_path / "one")
    go(texts, tmp_path / "one", limit=5)
    go(texts, tmp_path / "two", limit=5)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


class Poisoned:
    """A stage that fails on one document."""

    name, version, needs, seeds, models = "ner", 1, (), (), ()
    reads: tuple[str, ...] = ("text",)
    writes = pa.schema([pa.field("mentions", parts.pa.list_(pa.int32()))])

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        self.calls += 1
        if any("سم" in text for text in batch.column("text").to_pylist()):
            raise ValueError("poison")
        lengths = pa.array([[len(text)] for text in batch.column("text").to_pylist()], pa.list_(pa.int32()))
        return pa.RecordBatch.from_arrays([*batch.columns, lengths], schema=pa.schema([*batch.schema, *self.writes]))


@pytest.mark.parametrize("bad", [(), (0,), (6,), (2, 3), tuple(range(7))])
def test_the_guilty_document_is_found_by_halving(bad: tuple[int, ...]) -> None:
    stage = Poisoned()
    batch = documents(["سم" if i in bad else "ماء" * i for i in range(7)])
    after, rejects = parts.guarded(stage, batch)  # type: ignore[arg-type]
    assert [reject.doc_id for reject in rejects] == [f"d{i}" for i in bad]
    assert all(reject.stage == "ner" and "poison" in reject.error for reject in rejects)
    assert after.column("doc_id").to_pylist() == [f"d{i}" for i in range(7)]
    assert after.column("mentions").to_pylist() == [[] if i in bad else [3 * i] for i in range(7)]
    assert stage.calls <= 1 + 2 * 3 * max(len(bad), 0) + 2 * len(bad)


def test_rejected_documents_are_counted_and_named(tmp_path: Path) -> None:
    folder = corpus.write(tmp_path / "texts", 9)
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    summary = go(folder, tmp_path / "out", "run.max_reject_rate=0.3")
    assert (summary.n_in, summary.n_documents, summary.n_rejects, summary.failed) == (12, 9, 3, None)
    assert {(row.doc_id, row.stage) for row in summary.rejects} == {
        ("binary", "read"),
        ("empty", "read"),
        ("picture", "read"),
    }
    assert verify(tmp_path / "out").violations == []
    assert "max_reject_rate" in str(go(folder, tmp_path / "out", "run.max_reject_rate=0.2").failed)


def test_equal_names_and_equal_texts_both_stay(tmp_path: Path) -> None:
    corpus.write(tmp_path / "texts" / "a", 2)
    corpus.write(tmp_path / "texts" / "b", 2)
    go(tmp_path / "texts", tmp_path / "out", "run.docs_per_part=1")
    rows = pq.read_table(tmp_path / "out" / "tables" / "documents").to_pylist()
    assert {row["doc_id"]: row["duplicate_of"] for row in rows} == {
        "doc0000": None, "doc0001": None, "doc0000~2": "doc0000", "doc0001~2": "doc0001",
    }  # fmt: skip


def test_one_run_at_a_time(texts: Path, tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ConfigError, match="another run"):
            go(texts, tmp_path)


def test_no_input(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no input"):
        go(tmp_path / "nothing", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    assert go(tmp_path / "empty", tmp_path / "out").n_documents == 0


def test_the_manifest_tells_what_was_done(undisturbed: Path) -> None:
    record = manifest(undisturbed)
    assert record["inputs"]["n_documents"] == record["rows"]["documents"] == 18
    assert set(record["rows"]) == set(TABLES)
    assert "lexicons/proclitics.tsv" in record["seeds"]
    assert record["config"]["run"]["docs_per_part"] == 4
