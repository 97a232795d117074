"""The direction of dependencies: cli → run → rooms → core; rooms do not know each other."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipeline"
ROOMS = (
    "readers",
    "normalise",
    "tokenise",
    "gazetteer",
    "ner",
    "link",
    "relate",
    "reduce",
    "export",
    "evaluate",
    "train",
)
MAY_ALSO = {"ner": {"gazetteer"}, "link": {"gazetteer"}, "run": set(ROOMS), "train": {*ROOMS, "run"}}
HEAVY = {"torch", "stanza", "camel_tools", "transformers", "ray", "pyspark", "spacy", "trafilatura", "pandas"}


def imported(file: Path, *, top: bool = False) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    nodes = tree.body if top else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("room", [*ROOMS, "run", "core"])
def test_rooms_do_not_import_each_other(room: str) -> None:
    allowed = {room, "core", "errors", "config"} | MAY_ALSO.get(room, set())
    for file in sorted((PACKAGE / room).rglob("*.py")):
        for name in imported(file):
            if name.startswith("pipeline."):
                assert name.split(".")[1] in allowed, f"{file} imports {name}"


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_modules_are_short_and_say_what_they_are(file: Path) -> None:
    source = file.read_text("utf-8")
    assert source.count("\n") <= 400
    if source.strip():
        assert ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_heavy_packages_are_imported_late(file: Path) -> None:
    if "train" not in file.parts:
        assert not {name.split(".")[0] for name in imported(file, top=True)} & HEAVY


def test_a_default_run_needs_neither_torch_nor_pandas() -> None:
    code = (
        "import sys, importlib; from pipeline.run.plan import STAGES; import pipeline.run.run\n"
        "for _, module, _ in STAGES: importlib.import_module(module)\n"
        f"print(*sorted([m for m in {sorted(HEAVY)!r} if m in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert found == []
