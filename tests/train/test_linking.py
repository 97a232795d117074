"""What the trees of linking learn from: each name is asked for as it should be, and the evidence knows the right entity."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("onnx")
pytest.importorskip("sklearn.ensemble")

from pipeline.config import load
from pipeline.gazetteer.entries import Spelling
from pipeline.gazetteer.hearing import Ears
from pipeline.gazetteer.keys import fold
from pipeline.train.linking import Case, another, made, miswritten, rows_of, written

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = [
    Spelling("أنثروبيك", "anthropic", ("ORG",), False),
    Spelling("Anthropic", "anthropic", ("ORG",), False),
    Spelling("كازاخستان", "kazakhstan", ("GPE",), False),
]


@pytest.fixture(scope="module")
def ears() -> Ears:
    paths = load().paths
    by_key = {fold(spelling.surface): [spelling] for spelling in KNOWN}
    return Ears(by_key, paths.models, paths.seeds / "lexicons" / "word_frequencies.tsv", learn=True)


def test_names_written_by_hand_are_asked_for_three_times(tmp_path: Path) -> None:
    (tmp_path / "spelt.tsv").write_text("id\tspellings\nanthropic\tأنتروبيك | Antropic\n", "utf-8")
    (tmp_path / "others.tsv").write_text("label\tkind\tnames\nORG\tnear\tأنثروبام\n", "utf-8")
    cases = list(written([tmp_path / "spelt.tsv"], [tmp_path / "others.tsv"], {"anthropic": ("ORG",)}, Random(1)))
    assert [case.entity_id for case in cases] == ["anthropic"] * 6 + [""] * 3
    labels = [case.label for case in cases]
    assert labels[::3] == ["ORG"] * 3
    assert labels[1::3] == [""] * 3
    assert not set(labels[2::3]) & {"", "ORG"}
    assert [case.weight for case in cases[6:8]] == [4.0, 2.0]


def test_the_evidence_knows_what_is_right(ears: Ears) -> None:
    cases = [
        Case("أنتروبيك", "ORG", "anthropic", "spelling"),
        Case("أنتروبيك", "GPE", "anthropic", "another kind of thing"),
        Case("Antropic", "GPE", "anthropic", "in Latin script any kind"),
        Case("أنثروبيك", "ORG", "", "forgotten", forget="anthropic"),
        Case("أنتروبيك", "ORG", "", "other"),
    ]
    rows = rows_of(ears, cases)
    assert [(row.case, row.entity_id, row.truth) for row in rows] == [
        (0, "anthropic", True), (2, "anthropic", True), (4, "anthropic", False),
    ]  # fmt: skip
    assert {"differ", "cross whole", "label same", "rival"} <= dict(rows[0].evidence).keys()


def test_made_names_are_not_those_that_are_listed(ears: Ears) -> None:
    cases = list(made(ears.spellings * 20, Random(3)))
    for case in cases:
        if case.entity_id:
            assert case.but == fold(case.name)
        assert all(row.entity_id != case.forget for row in rows_of(ears, [case]) if case.forget)
    assert {case.source for case in cases} == {"made", "made other", "made, forgotten", "known, forgotten"}
    random = Random(5)
    assert all(miswritten("كازاخستان", random) != "" for _ in range(20))
    assert all(fold(another("كازاخستان", random)) != fold("كازاخستان") for _ in range(50))
