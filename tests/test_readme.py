"""What the README shows is true: its commands exist and its code runs on the tables of the quick start."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.config import ROOT
from pipeline.core.schema import TABLES

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text("utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_of_the_readme_runs(number: int, project_run: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(project_run)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    done = subprocess.run([sys.executable, "-c", PYTHON[number]], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_readme_shows_pandas_and_duckdb() -> None:
    assert any("read_tables" in block for block in PYTHON)
    assert any("duckdb" in block for block in PYTHON)


def test_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+(?: [a-z-]+)*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    known = {name for line in targets for name in line.split()}
    used = set(re.findall(r"(?:`|^    )make ([a-z-]+)", README, re.MULTILINE))
    assert {"extract", "test"} <= used
    assert used <= known


def test_commands_of_the_readme_exist() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for command in set(re.findall(r"istikhraj ([a-z-]+)", README)) - {"is"}:
        assert re.search(rf"^\s+{command}\b", help_text, re.MULTILINE), command


def test_every_table_and_column_is_in_the_readme() -> None:
    for table, schema in TABLES.items():
        line = next(line for line in README.splitlines() if line.startswith(f"| `{table}`"))
        missing = [name for name in schema.names if f"{name}" not in line]
        assert not missing, f"{table}: {missing}"
