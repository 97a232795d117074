"""The verifier must find what is planted."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import load
from pipeline.core.schema import TABLES
from pipeline.evaluate.verify import verify
from pipeline.run.run import run
from tests.conftest import Quiet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = "أعلنت شركة علي بابا الصينية شراكة مع أبل الأمريكية، وأطلقت علي بابا نموذج Qwen 3 في يناير 2025."


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    (folder / "x.txt").write_text(TEXT, "utf-8")
    run(load(), [str(folder / "x.txt")], folder / "out", progress=Quiet())
    return folder / "out"


def change(table: str, edit: Callable[[list[dict[str, Any]]], None]) -> Callable[[Path], None]:
    def apply(out: Path) -> None:
        path = out / "tables" / table / "part-00000.parquet"
        rows = pq.read_table(path).to_pylist()
        edit(rows)
        pq.write_table(pa.Table.from_pylist(rows, TABLES[table]), path)

    return apply


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (change("mentions", lambda rows: rows[0].update(surface="غير ذلك")), "text[start:end]"),
        (change("mentions", lambda rows: rows[0].update(start=rows[0]["start"] + 1)), "text[start:end]"),
        (change("mentions", lambda rows: rows[0].update(label="FIRM")), "label FIRM"),
        (change("mentions", lambda rows: rows[-1].update(value=None, entity_id="x")), "with entity_id"),
        (change("mentions", lambda rows: rows.pop()), "manifest says"),
        (change("tokens", lambda rows: rows[1].update(end=10_000)), "outside"),
        (change("tokens", lambda rows: rows[1].update(stem_start=0)), "stem_start"),
        (change("sentences", lambda rows: rows[0].update(end=rows[0]["end"] - 3)), "outside its sentence"),
        (change("relations", lambda rows: rows[0].update(subject_mention=99)), "not there"),
        (change("relations", lambda rows: rows[0].update(subject_id="someone-else")), "not those of its mentions"),
        (change("relations", lambda rows: rows[0].update(start=0, end=1)), "does not hold its arguments"),
        (change("documents", lambda rows: rows[0].update(text_sha256="0")), "does not fit"),
        (change("tokens", lambda rows: rows[1].update(doc_id="nobody")), "not there"),
        (change("mentions", lambda rows: rows[0].update(sentence=99)), "outside its sentence"),
        (change("relations", lambda rows: rows[0].update(cue_start=5, cue_end=4)), "the cue"),
        (change("relations", lambda rows: rows[0].update(speaker_id="someone")), "its speaker"),
        (change("entities", lambda rows: rows[0].update(n_mentions=99)), "add up to"),
        (change("entities", lambda rows: rows[0].update(entity_id="someone-else")), "table entities lacks"),
        (change("aliases", lambda rows: rows[0].update(n_mentions=99)), "add up to"),
        (change("triples", lambda rows: rows[0].update(status="planned")), "add up to"),
        (change("documents", lambda rows: rows[0].update(duplicate_of="nobody")), "repeat a document"),
        (
            change("rejects", lambda rows: rows.append({"doc_id": "x", "source": "x", "stage": "ner", "error": "y"})),
            "several documents",
        ),
        (lambda out: (out / "tables" / "mentions" / "part-00000.parquet").write_bytes(b"PAR1"), "cannot be read"),
        (lambda out: (out / "tables" / "triples" / "part-00000.parquet").unlink(), "has 0 rows"),
        (lambda out: (out / "manifest.json").unlink(), "not finished"),
    ],
)
def test_planted_faults_are_found(good: Path, tmp_path: Path, break_it: Callable[[Path], None], message: str) -> None:
    assert verify(good).n_violations == 0
    broken = tmp_path / "out"
    shutil.copytree(good, broken)
    break_it(broken)
    verdict = verify(broken)
    assert verdict.n_violations > 0
    assert any(message in violation for violation in verdict.violations), verdict.violations
