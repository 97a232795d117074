from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import SeedError
from pipeline.evaluate import report
from pipeline.evaluate.gold import Predicate, build, check, read_either, read_gold, splits, unmark
from pipeline.evaluate.score import PRF, b_cubed, compare

if TYPE_CHECKING:
    from pathlib import Path

PREDICATES = {
    "acquired": Predicate(frozenset({"ORG"}), frozenset({"ORG"}), symmetric=False),
    "partner_of": Predicate(frozenset({"ORG"}), frozenset({"ORG"}), symmetric=True),
    "raised": Predicate(frozenset({"ORG"}), frozenset({"MONEY"}), symmetric=False),
}
MARKED = """\
أعلنت [[ألف|ORG|alef]] شراء [[باء|ORG|baa]] و[[جيم|ORG|jeem]]
# alef acquired baa claimed by=alef
وجمعت [[ألف|ORG|alef]] [[5 ملايين دولار|MONEY|USD:5000000]]
# alef raised USD:5000000 asserted
"""


def test_marks_become_offsets() -> None:
    doc = unmark(MARKED.rstrip("\n"), "x")
    assert doc.text == "أعلنت ألف شراء باء وجيم\nوجمعت ألف 5 ملايين دولار"
    assert [doc.text[e.start : e.end] for e in doc.entities] == ["ألف", "باء", "جيم", "ألف", "5 ملايين دولار"]
    assert [e.line for e in doc.entities] == [1, 1, 1, 2, 2]
    assert doc.relations[0]._asdict() == {
        "line": 1,
        "subject": "alef",
        "predicate": "acquired",
        "object": "baa",
        "status": "claimed",
        "speaker": "alef",
    }
    assert list(check(doc, PREDICATES)) == []


@pytest.mark.parametrize(
    ("marked", "problem"),
    [
        ("[[ألف|FIRM|alef]]", "unknown label"),
        ("[[ألف|ORG|USD:5]]", "cannot have the id or value"),
        ("[[5|MONEY|five]]", "cannot have the id or value"),
        ("[[ألف |ORG|alef]]", "white space"),
        ("[[ألف|ORG]]", "a mark is broken"),
        ("[[ألف|ORG|alef]]\n# alef acquired baa asserted", "baa is not marked"),
        ("[[ألف|ORG|alef]] [[مصر|GPE|egypt]]\n# alef acquired egypt asserted", "the object is GPE"),
        ("[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# alef bought baa asserted", "unknown predicate"),
        ("[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# alef acquired baa sure", "unknown status"),
        (
            "[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# alef acquired baa claimed by=reuters",
            "the speaker reuters is not marked",
        ),
    ],
)
def test_the_checker_finds(marked: str, problem: str) -> None:
    assert any(problem in found for found in check(unmark(marked, "x"), PREDICATES))


def test_stored_gold_comes_back(tmp_path: Path) -> None:
    for name in ("train/marked", "test/marked", "texts"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "train" / "marked" / "x.txt").write_text(MARKED, "utf-8")
    (tmp_path / "test" / "marked" / "y.txt").write_text(MARKED, "utf-8")
    (tmp_path / "train" / "marked" / "broken.txt").write_text("[[ألف|FIRM|alef]]", "utf-8")
    docs, problems = build(tmp_path, tmp_path / "texts", PREDICATES)
    assert docs == {name: [unmark(MARKED.rstrip("\n"), doc_id)] for name, doc_id in (("train", "x"), ("test", "y"))}
    assert {name: read_gold(folder) for name, folder in splits(tmp_path).items()} == docs
    assert sorted(file.name for file in (tmp_path / "texts").iterdir()) == ["x.txt", "y.txt"]
    assert len(problems) == 1
    (tmp_path / "train" / "bad.json").write_text("{}", "utf-8")
    with pytest.raises(SeedError, match=r"bad.json"):
        read_gold(tmp_path / "train")


def test_a_folder_of_marked_texts_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(MARKED, "utf-8")
    assert splits(tmp_path) == {tmp_path.name: tmp_path}
    assert read_either(tmp_path) == [unmark(MARKED.rstrip("\n"), "x")]


def row(start: int, end: int, label: str, entity_id: str | None, value: str | None = None) -> dict[str, Any]:
    return {"doc_id": "x", "start": start, "end": end, "label": label, "entity_id": entity_id, "value": value}


def relation(
    subject: str, predicate: str, object_id: str | None, value: str | None = None, status: str = "asserted"
) -> dict[str, Any]:
    return {
        "doc_id": "x",
        "subject_id": subject,
        "predicate": predicate,
        "object_id": object_id,
        "object_value": value,
        "status": status,
    }


def test_scores() -> None:
    doc = unmark(MARKED.rstrip("\n"), "x")
    spans = [(e.start, e.end) for e in doc.entities]
    mentions = [
        row(*spans[0], "ORG", "e1"), row(*spans[1], "ORG", "e2"), row(*spans[2], "PERSON", "e3"), row(*spans[3], "ORG", "e1"),
        row(*spans[4], "MONEY", None, "USD:50"), row(0, 5, "ORG", "e9"),
    ]  # fmt: skip
    relations = [
        relation("e1", "acquired", "e2"),
        relation("e1", "raised", None, "USD:5000000"),
        relation("e2", "acquired", "e1"),
    ]
    scores = compare([doc], mentions, relations, {"partner_of"})
    assert scores.mentions == PRF(4, 6, 5)
    assert scores.boundaries == PRF(5, 6, 5)
    assert scores.labels["ORG"] == PRF(3, 4, 4)
    assert scores.values == PRF(0, 1, 1)
    assert scores.clusters_b3 == 1.0
    assert scores.triples == PRF(2, 3, 2)
    assert scores.status == PRF(1, 2, 2)  # claimed, found as asserted
    assert scores.false_triples == [("x", "baa", "acquired", "alef")]
    assert any("⟦باء⟧" in line or "⟦جيم⟧" in line for line in report.errors(scores, [doc]))
    assert report.record(scores)["mentions.p"] == round(4 / 6, 4)


def test_symmetric_predicates_have_no_direction() -> None:
    doc = unmark("[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# alef partner_of baa asserted", "x")
    mentions = [row(e.start, e.end, "ORG", e.id) for e in doc.entities]
    assert compare([doc], mentions, [relation("baa", "partner_of", "alef")], {"partner_of"}).triples == PRF(1, 1, 1)
    assert compare([doc], mentions, [relation("baa", "partner_of", "alef")], set()).triples == PRF(0, 1, 1)


def test_b_cubed_punishes_merging_and_splitting() -> None:
    assert b_cubed([("a", "x"), ("a", "y")]) == pytest.approx(2 / 3)
    assert b_cubed([("a", "x"), ("b", "x")]) == pytest.approx(2 / 3)
    assert b_cubed([]) == 0.0


def test_floors(tmp_path: Path) -> None:
    doc = unmark(MARKED.rstrip("\n"), "x")
    scores = compare([doc], [], [], set())
    floors = tmp_path / "floors.toml"
    floors.write_text('"mentions.f1" = 0.5\n"triples.p" = 0.0\n', "utf-8")
    assert report.below(scores, floors) == ["mentions.f1 is 0.0000, its floor 0.5"]
    assert json.dumps(report.record(scores))


def test_of_two_gold_entities_that_one_id_covers_the_first_is_taken() -> None:
    """Votes that are even must not fall by the order of a set: the same tables have the same score every time."""
    names = [f"name-{k}" for k in range(12)]
    marked = (
        "".join(f"[[شركة{k}|ORG|{name}]]\n" for k, name in enumerate(names)) + f"# name-0 acquired {names[-1]} asserted"
    )
    marked += "\n[[دال|ORG|dal]]\n# name-0 acquired dal asserted"
    gold = unmark(marked, "x")
    one = {"doc_id": "x", "value": None}
    mentions = [
        {**one, "start": e.start, "end": e.end, "label": "ORG", "entity_id": e.id if e.id == "dal" else "merged"}
        for e in gold.entities
    ]
    relation = {
        "doc_id": "x",
        "subject_id": "merged",
        "predicate": "acquired",
        "object_id": "dal",
        "object_value": None,
    }
    scores = compare([gold], mentions, [{**relation, "status": "asserted"}], set())
    assert scores.triples.p == 1.0  # merged is name-0, the first
