"""What goes wrong around a run: damaged files, changed minds, full disks, interruptions. In the end the tables are those of an undisturbed run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.schema import TABLES
from pipeline.errors import ConfigError, TransientError
from pipeline.run import intake, parts, plan, run
from tests import corpus
from tests.conftest import Quiet, documents
from tests.run.small import command, contents, go, settings, tables

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER = 'normalise.rules=["unicode", "marks"]'


@pytest.fixture
def out(undisturbed: Path, tmp_path: Path) -> Path:
    shutil.copytree(undisturbed, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture(scope="module")
def otherwise(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("otherwise")
    go(texts, folder, OTHER)
    return folder


def scrambled(file: Path) -> None:
    """The footer stays, so that only who reads the rows sees it."""
    content = bytearray(file.read_bytes())
    content[4:200] = bytes(byte ^ 0x5A for byte in content[4:200])
    file.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "gone": Path.unlink,
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-20]),
    "foreign": lambda file: file.write_text('{"fingerprint": "x"}', "utf-8"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_made_again(texts: Path, undisturbed: Path, out: Path, damage: str) -> None:
    for file in ("tables/mentions/part-00001.parquet", "tables/triples/part-00000.parquet"):
        DAMAGES[damage](out / file)
    assert not go(texts, out).did_nothing
    assert contents(out) == contents(undisturbed)
    for file in ("documents/duplicates.parquet", "documents/part-00001.parquet", "layers/ner/part-00002.parquet"):
        DAMAGES[damage](out / file)
    assert go(texts, out).did_nothing  # the tables are whole
    DAMAGES[damage](out / "manifest.json")
    DAMAGES[damage](out / "documents" / "inputs.json")
    go(texts, out)
    assert contents(out) == contents(undisturbed)


@pytest.mark.parametrize("file", ["documents/part-00001.parquet", "layers/tokenise/part-00001.parquet"])
def test_damaged_rows_are_found_when_they_are_read(texts: Path, otherwise: Path, out: Path, file: str) -> None:
    scrambled(out / file)
    rules = OTHER if file.startswith("documents") else "link.min_score=0.99"
    if file.startswith("documents"):
        with pytest.raises((TransientError, OSError)):
            go(texts, out, rules)
    go(texts, out, rules)
    if rules == OTHER:
        assert contents(out) == contents(otherwise)


def test_without_its_documents_one_stage_cannot_be_made(out: Path) -> None:
    (out / "documents" / "part-00001.parquet").unlink()
    with pytest.raises(ConfigError, match="no finished documents"):
        go(None, out, only="ner")


class Stopped(Exception):
    pass


@pytest.mark.parametrize("after", [0, 7, 30])
def test_a_run_with_other_settings_that_stopped_leaves_no_mixture(
    texts: Path, undisturbed: Path, otherwise: Path, out: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    written = []

    def write(path: Path, *arguments: Any) -> None:
        if len(written) == after:
            path.with_suffix(".tmp").write_bytes(b"half a file")
            raise Stopped
        written.append(path)
        whole(path, *arguments)

    whole = parts.write
    monkeypatch.setattr(parts, "write", write)
    with pytest.raises(Stopped):
        go(texts, out, OTHER)
    monkeypatch.undo()
    half = out.with_name("half")
    shutil.copytree(out, half)
    assert not go(texts, out).did_nothing
    assert contents(out) == contents(undisturbed)
    go(texts, half, OTHER)
    assert contents(half) == contents(otherwise)
    assert not [*out.rglob("*.tmp"), *half.rglob("*.tmp")]


@pytest.mark.parametrize("only", run.ONLY)
def test_one_stage_made_with_other_settings_is_not_taken_for_a_whole_run(
    texts: Path, undisturbed: Path, otherwise: Path, out: Path, only: str
) -> None:
    go(None, out, OTHER, only=only)
    there = out.with_name("there")
    shutil.copytree(out, there)
    go(texts, out, OTHER)
    assert contents(out) == contents(otherwise)
    go(texts, there)
    assert tables(there) == tables(undisturbed)


def test_only_does_its_stage_again_even_when_it_is_up_to_date(undisturbed: Path, out: Path) -> None:
    for only in run.ONLY:
        folder = "tables/mentions" if only == "export" else "tables/triples" if only == "reduce" else f"layers/{only}"
        before = {file: file.stat().st_mtime_ns for file in (out / folder).glob("*.parquet")}
        go(None, out, only=only)
        assert all(file.stat().st_mtime_ns > stamp for file, stamp in before.items())
    assert contents(out) == contents(undisturbed)


def test_only_says_what_it_lacks(texts: Path, tmp_path: Path, out: Path) -> None:
    with pytest.raises(ConfigError, match="give --input"):
        go(None, tmp_path / "new", only="ner")
    with pytest.raises(ConfigError, match=r"ner needs .*layers/tokenise.*run without --only first"):
        go(texts, tmp_path / "new", only="ner")
    with pytest.raises(ConfigError, match="reduce needs the tables of every part"):
        go(None, tmp_path / "new", only="reduce")
    go(texts, tmp_path / "new", only="normalise")
    (out / "layers" / "relate" / "part-00001.parquet").unlink()
    with pytest.raises(ConfigError, match=r"export needs .*layers/relate"):
        go(None, out, only="export")


def test_the_results_may_lie_among_the_inputs(tmp_path: Path) -> None:
    folder = corpus.write(tmp_path / "in", 3)
    (tmp_path / "elsewhere").mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    for place in (folder / "out", folder / "link"):
        assert go(folder, place).n_in == 3
        assert go(folder, place).did_nothing
        with pytest.raises(ConfigError, match="lies in the folder of the results"):
            go(place / "tables", place)
        shutil.rmtree(place.resolve())
        (tmp_path / "elsewhere").mkdir(exist_ok=True)


@pytest.mark.parametrize(
    "name", ["a b", "خرج", "it's", "a[x]*b", "q?", "x=1/label=GPE", "{a,b}", "_under", "-dash", "new\nline"]
)
def test_folders_of_any_name(
    texts: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    go(texts, Path(name))
    assert contents(Path(name)) == contents(undisturbed)
    assert go(texts, tmp_path / name).did_nothing


def test_inputs_that_change(tmp_path: Path) -> None:
    folder, out = corpus.write(tmp_path / "in", 10), tmp_path / "out"
    go(folder, out)
    texts = sorted(folder.iterdir())
    texts[5].write_text("أعلنت شركة علي بابا الصينية أرباحها يوم الاثنين.", "utf-8")
    (folder / "a-first.txt").write_text("وصل وزير الطاقة إلى الرياض.", "utf-8")
    texts[8].unlink()
    go(folder, out)
    go(folder, tmp_path / "new")
    assert contents(out) == contents(tmp_path / "new")
    swapped = [str(texts[1]), str(texts[0])]
    run.run(settings(), swapped, out, progress=Quiet())
    assert [row["doc_id"] for row in tables(out)["documents"]] == ["doc0001", "doc0000"]


def test_a_full_disk_is_a_transient_error(texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        Path(arguments[1]).write_bytes(b"PAR1")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parts.pq, "write_table", full)
    with pytest.raises(TransientError, match="No space left"):
        go(texts, tmp_path)
    assert not list(tmp_path.rglob("*.tmp"))


class Failing:
    """A stage that raises what it is told to."""

    name, version, needs, seeds, models = "ner", 1, (), (), ()
    reads: tuple[str, ...] = ("text",)
    writes = parts.pa.schema([])

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, batch: Any) -> Any:
        raise self.error


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep"), ValueError("سم"), ConfigError("late")])
def test_whatever_a_document_provokes_is_a_reject(error: Exception) -> None:
    after, rejects = parts.guarded(Failing(error), documents(["أ", "ب"]))  # type: ignore[arg-type]
    assert after.num_rows == 2
    assert [reject.error.partition(":")[0] for reject in rejects] == [type(error).__name__] * 2


@pytest.mark.parametrize(
    ("error", "raised"),
    [(KeyboardInterrupt(), KeyboardInterrupt), (OSError("disk"), TransientError), (SystemExit(), SystemExit)],
)
def test_what_no_document_provokes_is_none(error: BaseException, raised: type[BaseException]) -> None:
    with pytest.raises(raised):
        parts.guarded(Failing(error), documents(["أ", "ب"]))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="on nothing"):
        parts.guarded(Failing(ValueError("on nothing")), documents([]))  # type: ignore[arg-type]


def children(session: int) -> set[str]:
    """The processes that a run of this session has started: other runs on the machine have theirs."""
    told = subprocess.run(["ps", "-ww", "-eo", "pid,sess,args"], capture_output=True, text=True, check=True).stdout
    found = [line.split(maxsplit=2) for line in told.splitlines()]
    return {pid for pid, of, args in found if of == str(session) and "multiprocessing.spawn" in args}


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_an_interrupted_run_leaves_no_process_behind(texts: Path, tmp_path: Path, number: int, status: int) -> None:
    process = subprocess.Popen(
        command(texts, tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a suite in the background ignores it
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not children(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if number == signal.SIGINT:  # Ctrl-C reaches the whole group
        os.killpg(process.pid, number)
    else:
        os.kill(process.pid, number)
    _, errors = process.communicate()
    assert process.returncode == status
    if number == signal.SIGINT:
        # A worker that is broken off while Python starts it may add Python's own words.
        assert errors.startswith("istikhraj: interrupted; the same command goes on where it stopped\n")
    while children(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_equal_tables_whatever_the_seed_of_hashes(tmp_path: Path) -> None:
    given = corpus.write(tmp_path / "in", 30, lines=40)
    for seed in ("1", "2"):
        words = command(given, tmp_path / seed, "run.executor=inline", "run.docs_per_part=100")
        subprocess.run(words, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
    one, two = tables(tmp_path / "1"), tables(tmp_path / "2")
    for name in TABLES:
        assert one[name] == two[name], f"{name} depends on the order of a set"


def test_the_documents_know_whether_they_are_intact(out: Path) -> None:
    assert intake.intact(out)
    parts.write(out / "documents" / "part-00009.parquet", parts.pa.table({}), plan.digest("more"))
    assert not intake.intact(out)
