"""The command line: exit statuses, messages, and that it answers fast."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pipeline.cli import main
from tests import corpus
from tests.run.small import seeds

if TYPE_CHECKING:
    from pathlib import Path


def istikhraj(*arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[str]:
    if arguments[0] == "run" and not any("paths.seeds" in argument for argument in arguments):
        arguments = (*arguments, "--set", f"paths.seeds={seeds()}")
    done = subprocess.run([sys.executable, "-m", "pipeline.cli", *arguments], capture_output=True, input=given)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("cli")
    texts = corpus.write(folder / "texts", 3)
    done = istikhraj("run", "--input", str(texts), "--out", str(folder / "out"))
    assert done.returncode == 0, done.stderr
    assert "3 documents read, 3 extracted, 0 rejected in " in done.stdout
    assert done.stderr == ""  # no bar where nobody looks
    return texts, folder / "out"


def test_again_there_is_nothing_to_do(finished: tuple[Path, Path]) -> None:
    texts, out = finished
    assert "Nothing to do" in istikhraj("run", "--input", str(texts), "--out", str(out)).stdout


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from pipeline.cli import main; print(*[m for m in ('pyarrow', 'numpy', 'pydantic', 'rich.progress', 'duckdb') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []


@pytest.mark.parametrize(("given", "kept"), [(None, "1"), ("3", "3")])
def test_numpy_has_one_thread_in_each_process(monkeypatch: pytest.MonkeyPatch, given: str | None, kept: str) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given or "")
    if given is None:
        monkeypatch.delenv("OMP_NUM_THREADS")
    assert CliRunner().invoke(main, ["run", "--help"]).exit_code == 0
    assert os.environ["OMP_NUM_THREADS"] == kept


def test_standard_input(tmp_path: Path) -> None:
    lines = "\n".join(
        json.dumps({"id": f"n{i}", "text": "أعلنت شركة علي بابا الصينية أرباحها."}, ensure_ascii=False)
        for i in range(3)
    )
    done = istikhraj("run", "--input", "-", "--out", str(tmp_path / "a"), given=lines.encode())
    assert "3 documents read, 3 extracted" in done.stdout, done.stderr
    done = istikhraj(
        "run", "--input", "-", "--out", str(tmp_path / "b"), given="أعلنت شركة علي بابا الصينية أرباحها.".encode()
    )
    assert "1 documents read, 1 extracted" in done.stdout, done.stderr


def test_compressed_jsonl(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"text": "وصل وزير الطاقة إلى الرياض."}\nnot json\n')
    done = istikhraj(
        "run",
        "--input",
        str(tmp_path / "news.jsonl.gz"),
        "--out",
        str(tmp_path / "out"),
        "--set",
        "run.max_reject_rate=0.5",
    )
    assert done.returncode == 0
    assert "2 documents read, 1 extracted, 1 rejected" in done.stdout
    assert "news.jsonl.gz:2" in done.stdout
    failed = istikhraj("run", "--input", str(tmp_path / "news.jsonl.gz"), "--out", str(tmp_path / "out"))
    assert failed.returncode == 1
    assert "max_reject_rate" in failed.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--out", "x"), "give --input"),
        (("run", "--input", "/no/such/file", "--out", "OUT"), "no input /no/such/file"),
        (("run", "--input", ".", "--out", "OUT", "--set", "run.job=1"), "did you mean run.jobs"),
        (("run", "--input", ".", "--out", "OUT", "--only", "nerr"), "expected one of"),
        (("run", "--input", ".", "--out", "OUT", "--config", "none"), "the project's own are"),
        (("run", "--only", "ner", "--out", "OUT"), "give --input"),
        (("run", "--only", "ner", "--limit", "5", "--out", "OUT"), "give --input"),
        (("run", "--input", "OUT", "--out", "OUT"), "lies in the folder of the results"),
        (("run", "--input", ".", "--out", "/proc/x"), "cannot write to /proc/x"),
        (("run", "--input", ".", "--out", "OUT", "--config", "/tmp"), "Is a directory"),
        (("gold", "build", "OUT"), "no marked documents"),
        (("verify", "OUT"), "holds no tables"),
        (("eval", "--gold", "OUT", "--out", "OUT"), "no gold documents"),
        (("run", "--wrong",), "No such option"),
    ],
)  # fmt: skip
def test_wrong_usage_is_status_2_and_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = istikhraj(*(argument.replace("OUT", str(tmp_path)) for argument in arguments))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_dry_run_writes_nothing(finished: tuple[Path, Path], tmp_path: Path) -> None:
    done = istikhraj("run", "--input", str(finished[0]), "--out", str(tmp_path / "out"), "--dry-run")
    assert "Would read 3 files" in done.stdout
    assert not (tmp_path / "out").exists()
    done = istikhraj("run", "--input", str(finished[0]), "--out", str(finished[1]), "--dry-run")
    assert "Would do nothing" in done.stdout


def test_explain_verify_eval_and_only(finished: tuple[Path, Path]) -> None:
    _, out = finished
    assert "No problems." in istikhraj("explain").stdout
    verified = istikhraj("verify", str(out))
    assert verified.returncode == 0
    assert "100% of spans" in verified.stdout
    assert istikhraj("run", "--only", "link", "--out", str(out)).returncode == 0
    unrelated = istikhraj("eval", "--gold", str(corpus.ROOT / "tests" / "gold" / "train"), "--out", str(out))
    assert unrelated.returncode == 2
    assert "run the pipeline on the gold's texts first" in unrelated.stderr


def test_floors_that_are_not_there(project_run: Path) -> None:
    done = istikhraj(
        "eval", "--gold", str(corpus.ROOT / "tests" / "gold" / "train"), "--out", str(project_run), "--floors", "none"
    )
    assert done.returncode == 2
    assert "none holds no floors" in done.stderr


def test_the_bar_tells_that_it_starts_and_how_fast_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import time

    from pipeline.progress import Bar

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "120")
    with Bar() as bar:
        bar.phase("extract", 100, "chars")
        bar._progress.refresh()
        for _ in range(5):
            time.sleep(0.05)
            bar.advance(10)
        lines = [
            str(column.render(bar._progress.tasks[0])) for column in bar._progress.columns if hasattr(column, "render")
        ]
    assert any("chars/s" in line for line in lines)
    assert any(line.startswith("0:00:") for line in lines)  # time left


def test_a_broken_seed_is_named(tmp_path: Path, finished: tuple[Path, Path]) -> None:
    import shutil

    shutil.copytree(corpus.ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "seeds" / "gazetteer" / "companies.tsv").write_text("id\tlabels\nx\n", "utf-8")
    done = istikhraj(
        "run", "--input", str(finished[0]), "--out", str(tmp_path / "out"), "--set", f"paths.seeds={tmp_path / 'seeds'}"
    )
    assert done.returncode == 2
    assert "companies.tsv" in done.stderr
    assert "Traceback" not in done.stderr
