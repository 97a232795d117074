"""What people get from `read_tables`."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from pipeline import read_tables
from pipeline.core.schema import TABLES
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_all_tables_with_their_columns(project_run: Path) -> None:
    tables = read_tables(project_run)
    assert {name: list(table.columns) for name, table in tables.items()} == {
        name: schema.names for name, schema in TABLES.items()
    }
    assert (
        len(tables["mentions"])
        == json.loads((project_run / "manifest.json").read_text("utf-8"))["rows"]["mentions"]
        > 1000
    )
    texts = tables["documents"].set_index("doc_id")["text"]
    for row in tables["mentions"].sample(50, random_state=1).itertuples():
        assert texts[row.doc_id][row.start : row.end] == row.surface
    # Numbers that may be missing stay whole numbers, and what is missing is missing.
    assert str(tables["relations"].speaker_mention.dtype) == "int32[pyarrow]"
    values = tables["mentions"][tables["mentions"].label == "MONEY"]
    assert values.entity_id.isna().all()
    assert values.value.str.match("[A-Z]{3}:").all()
    assert tables["triples"].contradicted.dtype == pd.ArrowDtype(TABLES["triples"].field("contradicted").type)
    assert tables["rejects"].empty


def test_only_what_is_asked_for(project_run: Path) -> None:
    assert list(read_tables(str(project_run), "triples", "entities")) == ["triples", "entities"]
    with pytest.raises(ConfigError, match="no table triple; there are documents"):
        read_tables(project_run, "triple")


def test_what_is_no_finished_run_is_refused(project_run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no finished run"):
        read_tables(tmp_path)
    out = tmp_path / "out"
    shutil.copytree(project_run, out)
    (out / "tables" / "triples" / "part-00000.tmp").write_bytes(b"left by a killed run")
    assert len(read_tables(out, "triples")["triples"]) > 100
    record = json.loads((out / "manifest.json").read_text("utf-8"))
    (out / "manifest.json").write_text(json.dumps(record | {"schema_version": 0}), "utf-8")
    with pytest.raises(ConfigError, match="schema version 0"):
        read_tables(out)
    (out / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(ConfigError, match="no finished run"):
        read_tables(out)
