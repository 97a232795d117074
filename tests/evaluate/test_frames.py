"""The corpus as pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import load_gold
from pipeline.config import ROOT
from pipeline.errors import SeedError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_projects_corpus() -> None:
    gold = load_gold(ROOT / "tests" / "gold")
    assert list(gold) == ["documents", "mentions", "relations"]
    texts = gold["documents"].set_index("doc_id")["text"]
    assert {"train", "dev"} <= set(gold["documents"]["split"])
    for m in gold["mentions"].sample(300, random_state=0).itertuples():
        assert texts[m.doc_id][m.start : m.end] == m.surface
    assert (gold["mentions"]["entity_id"].isna() != gold["mentions"]["value"].isna()).all()
    assert (gold["relations"]["object_id"].isna() != gold["relations"]["object_value"].isna()).all()
    ids = set(gold["mentions"]["entity_id"].dropna())
    assert set(gold["relations"]["subject_id"]) <= ids
    assert set(gold["relations"]["object_id"].dropna()) <= ids
    assert str(gold["mentions"]["start"].dtype) == "Int64"


def test_one_split_and_no_corpus(tmp_path: Path) -> None:
    dev = load_gold(ROOT / "tests" / "gold" / "dev")
    assert set(dev["documents"]["split"]) == {"dev"}
    with pytest.raises(SeedError, match="no gold documents"):
        load_gold(tmp_path)
