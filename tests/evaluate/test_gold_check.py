"""Proof of a corpus: each kind of damage is found, and nothing is found in a sound one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import SeedError
from pipeline.evaluate.gold import Predicate, build, check, unmark
from pipeline.evaluate.gold_check import prove, require, second
from pipeline.evaluate.gold_statistics import sharing, statistics, table, unseen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORG = frozenset({"ORG"})
BOTH = frozenset({"ORG", "PRODUCT"})
PREDICATES = {
    "acquired": Predicate(ORG, ORG, symmetric=False),
    "partner_of": Predicate(ORG, ORG, symmetric=True),
    "part_of": Predicate(BOTH, BOTH, symmetric=False, same=True),
    "developed_by": Predicate(frozenset({"PRODUCT"}), ORG, symmetric=False),
}
TRAIN = "اشترت [[ألف|ORG|alef]] شركة [[باء|ORG|baa]] [[عام 2020|DATE|DATE:2020]]\n# alef acquired baa asserted\n"
TEST = "اشترت [[ألِف|ORG|alef]] شركة [[جيم|ORG|jeem]]\n# alef acquired jeem planned\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, marked in (("train/marked/x", TRAIN), ("test/marked/y", TEST)):
        file = tmp_path / "gold" / f"{name}.txt"
        file.parent.mkdir(parents=True)
        file.write_text(marked, "utf-8")
    (tmp_path / "texts").mkdir()
    assert build(tmp_path / "gold", tmp_path / "texts", PREDICATES)[1] == []
    return tmp_path


def test_a_sound_corpus_has_no_problem(corpus: Path) -> None:
    docs, problems = prove(corpus / "gold", corpus / "texts", PREDICATES)
    assert problems == []
    assert {split: [doc.doc_id for doc in found] for split, found in docs.items()} == {"train": ["x"], "test": ["y"]}


def record(change: Callable[[dict], object]) -> Callable[[Path], object]:
    def damage(root: Path) -> None:
        file = root / "gold" / "train" / "x.json"
        found = json.loads(file.read_text("utf-8"))
        change(found)
        file.write_text(json.dumps(found, ensure_ascii=False), "utf-8")

    return damage


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (record(lambda r: r.update(sha256="0")), "sha256 is not that of the text"),
        (record(lambda r: r.update(doc_id="z")), "expected x"),
        (record(lambda r: r["entities"][0].update(start=7)), "is wrong or overlaps"),
        (record(lambda r: r["relations"].pop()), "not in step with its marks"),
        (lambda root: (root / "texts" / "x.txt").write_text("غيره", "utf-8"), "is not the text of x"),
        (lambda root: (root / "texts" / "y.txt").unlink(), "is not the text of y"),
        (lambda root: (root / "gold/train/marked/x.txt").unlink(), "has no marked form"),
        (lambda root: (root / "gold/train/marked/w.txt").write_text(TEST, "utf-8"), "has no stored form"),
        (lambda root: (root / "gold/test/y.json").unlink(), "run `istikhraj gold build`"),
        (lambda root: (root / "gold/test/x.json").write_bytes((root / "gold/train/x.json").read_bytes()), "stands in train already"),
        (lambda root: (root / "gold/test/v.json").write_bytes((root / "gold/train/x.json").read_bytes()), "has the text of train/x"),
    ],
)  # fmt: skip
def test_damage_is_found(corpus: Path, damage: Callable[[Path], object], problem: str) -> None:
    damage(corpus)
    problems = prove(corpus / "gold", corpus / "texts", PREDICATES)[1]
    assert any(problem in found for found in problems), problems


def test_a_folder_of_marked_texts_is_checked_by_its_marks_alone(corpus: Path) -> None:
    docs, problems = prove(corpus / "gold" / "train" / "marked", None, PREDICATES)
    assert len(docs["marked"]) == 1
    assert problems == []
    (corpus / "gold/train/marked/x.txt").write_text("[[ألف|FIRM|alef]]", "utf-8")
    assert "unknown label" in prove(corpus / "gold" / "train" / "marked", None, PREDICATES)[1][0]


@pytest.mark.parametrize(
    ("marked", "problem"),
    [
        ("[[ألف|ORG|Alef Corp]]", "cannot have the id"),
        ("[[ألف|ORG|alef_corp]]", "cannot have the id"),
        ("[[20%|PERCENT|USD:20]]", "cannot have the id"),
        ("[[5 دولارات|MONEY|PCT:5]]", "cannot have the id"),
        ("[[2020|DATE|2020]]", "cannot have the id"),
        ("[[5 رقائق|QUANTITY|QTY:5]]", "cannot have the id"),
        ("[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# baa partner_of alef asserted", "alphabetical order"),
        ("[[ألف|ORG|alef]] [[باء|PRODUCT|baa]]\n# alef part_of baa asserted", "different labels"),
        ("[[ألف|ORG|alef]]\n# alef acquired alef asserted", "are the same"),
        ("[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# alef acquired baa asserted\n# alef acquired baa asserted", "states it already"),
    ],
)  # fmt: skip
def test_what_one_document_cannot_say(marked: str, problem: str) -> None:
    assert any(problem in found for found in check(unmark(marked, "x"), PREDICATES))


@pytest.mark.parametrize(
    "marked",
    [
        "[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# alef acquired baa claimed by=baa\n# alef acquired baa negated",
        "[[ألف|ORG|alef]] تطبيق [[ألف|PRODUCT|alef]]\n# alef developed_by alef asserted",
        "[[400 نموذج كبير|QUANTITY|QTY:400:large model]] [[5 يورو|MONEY|EUR:5]]",
    ],
)
def test_what_it_may_say(marked: str) -> None:
    assert list(check(unmark(marked, "x"), PREDICATES)) == []


def test_statistics_and_the_share_of_unseen_names() -> None:
    train, test = (
        statistics([unmark(text.rstrip(), name)], listed={"alef"}) for name, text in (("x", TRAIN), ("y", TEST))
    )
    assert (train.documents, train.words, train.labels["ORG"], train.labels["DATE"]) == (1, 6, 2, 1)
    assert (train.predicates["acquired"], train.statuses["asserted"], train.triples, train.unlisted) == (1, 1, 1, 1)
    new = unseen(test, train)
    assert (new.names, new.all_names, new.ids, new.all_ids) == (1, 2, 1, 2)  # «ألِف» is «ألف»
    assert sharing({"train": train, "test": test}) == []
    assert sharing({"train": train}) == []
    assert len(sharing({"train": test, "test": test})) == 2
    lines = list(table({"train": train, "test": test}))
    assert "| documents | 1 | 1 | 2 |" in lines
    assert "| distinct entities | 2 | 2 | 3 |" in lines
    assert "| distinct names never in train |  | 50% |  |" in lines
    assert {line.count("|") for line in lines} == {5}


def test_documents_annotated_twice_are_counted(corpus: Path) -> None:
    assert second(corpus / "gold") == set()
    (corpus / "gold" / "second").mkdir()
    (corpus / "gold" / "second" / "x.txt").write_text(TRAIN, "utf-8")
    docs, problems = prove(corpus / "gold", corpus / "texts", PREDICATES)
    assert problems == []
    assert statistics(docs["train"], twice=second(corpus / "gold")).twice == 1


def test_nothing_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="no gold documents"):
        require(prove(tmp_path, None, PREDICATES)[0], tmp_path)
