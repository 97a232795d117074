"""The measures of transliteration, on examples small enough to count by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.errors import SeedError
from pipeline.evaluate import transliteration as measure
from pipeline.evaluate.transliteration import Pair
from pipeline.evaluate.transliteration_baselines import CAMEL, camel, letters

if TYPE_CHECKING:
    from pathlib import Path


def test_three_formats_are_read(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("sami\tس ا م ي\t3\n# comment\n\nسامي\tsami\nسامي\tsamy\t2\nسامي\tسامي\t1\n", "utf-8")
    assert measure.read(path) == [Pair("سامي", "sami", 3), Pair("سامي", "sami", 1), Pair("سامي", "samy", 2)]
    path.write_text("سامي\n", "utf-8")
    with pytest.raises(SeedError, match="line 1"):
        measure.read(path)


def test_figures_of_generation() -> None:
    pairs = [Pair("سامي", "Sami", 1), Pair("رامي", "rami", 1), Pair("إيمان", "éman", 1), Pair("نور", "nour", 1)]
    lists = {"سامي": ["sami"], "رامي": ["ramy", "rami"], "إيمان": ["eman"], "نور": []}
    figures = measure.generated(
        lambda name, top: [(x, 0.5) for x in lists[name][:top]], pairs, direction="latin", top=5
    )
    assert (figures.n, figures.top1, figures.top, figures.mrr) == (4, 0.25, 0.5, 0.375)
    assert (figures.top1_folded, figures.top_folded) == (0.5, 0.75)
    assert figures.cer == pytest.approx((0 + 1 + 1 + 4) / 16)


def test_finding_counts_ties_against() -> None:
    scores = np.array([[0.9, 0.1, 0.0], [0.2, 0.2, 0.1], [0.3, 0.1, 0.8]])
    assert measure.found(scores, axis=1)[0] == pytest.approx(2 / 3)
    assert measure.found(scores, axis=0)[0] == pytest.approx(1.0)


def test_neighbours_are_never_right_answers() -> None:
    pairs = [Pair("سامي", "sami", 1), Pair("سامي", "samy", 1), Pair("سمو", "samu", 1), Pair("رامي", "rami", 1)]
    asked: list[tuple[str, list[str]]] = []
    scores, truths = measure.decisions(
        lambda name, names: asked.append((name, list(names))) or [0.0] * len(names), pairs[:1], pairs
    )
    assert asked == [("سامي", ["sami", "samu", "rami"])]
    assert truths == [True, False, False]
    assert len(scores) == 3


def test_distinct_names_have_distinct_spellings() -> None:
    assert measure.distinct([Pair("أحمد", "Ahmed", 1), Pair("احمد", "Ahmad", 1), Pair("سعد", "ahméd", 1), Pair("علي", "ali", 1)]) == [
        Pair("أحمد", "Ahmed", 1), Pair("علي", "ali", 1)]  # fmt: skip


def test_baselines_write_one_spelling() -> None:
    assert letters("latin")("كريم", 5) == [("krim", 1.0)]
    assert letters("arabic")("Karim", 5) == [("كاريم", 1.0)]
    pytest.importorskip("camel_tools")
    assert [camel(scheme)("كريم", 1)[0][0] for scheme in CAMEL["latin"]] == ["krym"] * 4
    assert camel("bw2ar")("krym", 1) == [("كريم", 1.0)]
