"""Variants keep every mention: its label, its entity, its order, and a surface that the change explains."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import load
from pipeline.core.spans import VALUE_LABELS
from pipeline.train.encoder import augment

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.train.encoder.corpora import Doc

SEEDS = st.integers(0, 100_000)


def surfaces(doc: Doc) -> list[tuple[str, ...]]:
    return [doc.units[name.first : name.last + 1] for name in doc.names]


def outside(doc: Doc) -> list[str]:
    inside = {at for name in doc.names for at in range(name.first, name.last + 1)}
    return [unit for at, unit in enumerate(doc.units) if at not in inside]


def check(old: Doc, new: Doc) -> None:
    assert len(new.units) == len(new.sentences)
    assert list(new.sentences) == sorted(new.sentences)
    assert [(name.label, name.key) for name in new.names] == [(name.label, name.key) for name in old.names]
    last = -1
    for name in new.names:
        assert last < name.first <= name.last < len(new.units)
        assert len({new.sentences[at] for at in range(name.first, name.last + 1)}) == 1
        last = name.last
    assert (new.relations, new.unsure, new.source) == (old.relations, old.unsure, old.source)


@given(seed=SEEDS, share=st.floats(0, 1))
def test_renamed(docs: list[Doc], seed: int, share: float) -> None:
    pools = augment.pools(docs) | {("ORG", True): [("شركة", "نجم", "الليل"), ("قمر",)]}
    for doc in docs:
        new = augment.renamed(doc, pools, Random(seed), share=share)
        check(doc, new)
        assert outside(new) == outside(doc)
        by_entity: dict[tuple[str, tuple[str, ...]], set[tuple[str, ...]]] = {}
        for name, before, after in zip(doc.names, surfaces(doc), surfaces(new), strict=True):
            by_entity.setdefault((name.key, before), set()).add(after)
            if name.label in VALUE_LABELS:
                assert after == before
            assert after == before or after in pools[name.label, augment.is_arabic("".join(before))]
        assert all(len(written) == 1 for written in by_entity.values())  # everywhere alike
        assert surfaces(augment.renamed(doc, pools, Random(seed), share=0)) == surfaces(doc)


@given(seed=SEEDS, share=st.floats(0, 1))
def test_clitic(docs: list[Doc], seed: int, share: float) -> None:
    for doc in docs:
        new = augment.clitic(doc, Random(seed), share=share)
        check(doc, new)
        assert surfaces(new) == surfaces(doc)
        added = len(new.units) - len(doc.units)
        assert 0 <= added <= len(doc.names)
        assert [unit for unit in outside(new) if unit not in augment._PROCLITICS] == [
            unit for unit in outside(doc) if unit not in augment._PROCLITICS
        ]
    assert any(len(augment.clitic(doc, Random(seed), share=1.0).units) > len(doc.units) for doc in docs)


@given(seed=SEEDS)
def test_respelled(docs: list[Doc], seed: int) -> None:
    loose = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي"})
    for doc in docs:
        new = augment.respelled(doc, Random(seed))
        check(doc, new)
        assert [unit.translate(loose).lower() for unit in new.units] == [
            unit.translate(loose).lower() for unit in doc.units
        ]


@given(seed=SEEDS, share=st.floats(0, 1))
def test_unbound(docs: list[Doc], seed: int, share: float) -> None:
    for doc in docs:
        new = augment.unbound(doc, Random(seed), share=share)
        check(doc, new)
        assert new.units == doc.units
        # sentences only run together: where two units were of one sentence they still are
        assert all(
            new.sentences[at] == new.sentences[at - 1]
            for at in range(1, len(doc.units))
            if doc.sentences[at] == doc.sentences[at - 1]
        )
    assert set(augment.unbound(docs[0], Random(seed), share=1.0).sentences) == {docs[0].sentences[0]}


def test_one_seed_one_variant(docs: list[Doc]) -> None:
    pools = augment.pools(docs)
    for change in (
        lambda doc, random: augment.renamed(doc, pools, random, share=0.5),
        lambda doc, random: augment.clitic(doc, random, share=0.5),
        augment.respelled,
    ):
        assert [change(doc, Random(3)) for doc in docs] == [change(doc, Random(3)) for doc in docs]


def test_pools_by_label_and_script(docs: list[Doc]) -> None:
    found = augment.pools(docs)
    assert found["ORG", True] == [("علي", "بابا"), ("مانوس",), ("ميتا",)]
    assert ("ORG", False) not in found


@pytest.mark.parametrize("seed", range(5))
def test_invented_names(seed: int) -> None:
    made = augment.invented(["شمس", "قمر"], Random(seed), 50)
    assert len(made["ORG", True]) == 50
    assert all(1 <= len(name) <= 4 and all(name) for name in made["ORG", True])


def test_everyday_words_are_words(tmp_path: Path) -> None:
    table = tmp_path / "frequencies.tsv"
    table.write_text("# made up\nlog10\tstems\n-1.5\tالتي\n-4.2\tسحابة نهر خطوة\n-7.7\tقسطاس\n", "utf-8")
    assert augment.everyday(table) == ["سحابة", "خطوة"]
    found = augment.everyday(load().paths.seeds / "lexicons" / "word_frequencies.tsv")
    assert len(found) > 3000
    assert all(augment.is_arabic(word) for word in found)
