from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from pipeline.config import ROOT, Config, load
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_base_holds_every_key() -> None:
    base = tomllib.loads((ROOT / "configs" / "base.toml").read_text("utf-8"))
    for section, field in Config.model_fields.items():
        if section != "paths":
            assert set(base[section]) == set(field.annotation.model_fields)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "overlay", sorted(p for p in (ROOT / "configs").glob("*.toml") if p.stem != "base"), ids=lambda p: p.stem
)
def test_every_overlay_loads_and_changes_something(overlay: Path) -> None:
    assert load([overlay]) != load()


def test_later_settings_win(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.toml"
    overlay.write_text("[run]\njobs = 3\n", "utf-8")
    assert load([overlay]).run.jobs == 3
    assert load([overlay], ["run.jobs=1"]).run.jobs == 1
    assert load((), ["ner.recognisers=['names']"]).ner.recognisers == ("names",)
    assert load((), ["ner.spacy_model=ar_my_model"]).ner.spacy_model == "ar_my_model"


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("run.job=2", "did you mean run.jobs"),
        ("runs.jobs=2", "did you mean run"),
        ("run.jobs=-1", "run.jobs"),
        ("jobs=2", "expected section.key=value"),
        ("run.jobs", "expected section.key=value"),
    ],
)
def test_wrong_settings_are_refused_with_the_nearest_name(assignment: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load((), [assignment])


def test_wrong_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the project's own are: base"):
        load([tmp_path / "none.toml"])
    broken = tmp_path / "broken.toml"
    broken.write_text("[run\n", "utf-8")
    with pytest.raises(ConfigError, match=r"broken.toml"):
        load([broken])


def test_fingerprint_depends_on_the_named_sections_only() -> None:
    one, other = load(), load((), ["run.jobs=7"])
    assert one.fingerprint("ner", "link") == other.fingerprint("link", "ner")
    assert one.fingerprint("run") != other.fingerprint("run")
