"""The derived part of the gazetteer: what is kept of the sources, and the files as they lie there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.config import load as load_config
from pipeline.train import gazetteer
from pipeline.train.gazetteer import Row, Words, kept, lines

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = load_config().paths.seeds


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(SEEDS / "lexicons")


def place(*names: str, people: int = 50_000, entity: str = "x", english: str = "X") -> Row:
    return Row(entity, "GPE", english, names, "", "city", "", people)


def person(name: str) -> Row:
    return Row("q1", "PERSON", "", (name,), "", "person", "Q1", 0)


@pytest.mark.parametrize(
    ("row", "names", "common"),
    [
        (place("زخرنوفا"), ["زخرنوفا"], ["زخرنوفا"]),  # a town needs support
        (place("زخرنوفا", people=2_000_000), ["زخرنوفا"], []),
        (place("النور"), [], []),  # an everyday word
        (place("ريسيفي"), [], []),  # two everyday words without their space
        (place("بانه"), [], []),  # a proclitic and a word
        (place("محمود"), [], []),  # a given name
        (place("رور"), [], []),  # short
        (place("سان زخرنوفا"), ["سان زخرنوفا"], []),
        (place("زخر في نوفا"), [], []),
        (person("محمد علي"), [], []),  # anybody
        (person("هيرونيموس فبريسوس"), ["هيرونيموس فبريسوس"], []),
        (person("رونالدينيو"), [], []),  # one word
    ],
)
def test_what_is_kept(words: Words, row: Row, names: list[str], common: list[str]) -> None:
    assert kept(row, words) == (names, common)


def test_a_spelling_goes_to_the_first_and_what_is_known_stays_out(words: Words) -> None:
    rows = [
        place("زخرنوفا", entity="z", english="Zakh"),
        place("زخرنوفا", entity="y", english="Other"),
        place("ترنبورغا", entity="z", english="Trn"),
        place("شلدونيا", entity="known", english="Known"),
    ]
    made = list(lines(rows, words, {"known"}, {"known-x"}, set()))
    assert [line.split("\t")[0] for line in made] == ["z", "z-x"]


def test_facts_of_two_kinds_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "P19.jsonl").write_text(
        '{"sub_uri": "Q1", "sub_label": "زيد", "obj_uri": "Q2", "obj_label": "بلفاست، أيرلندا"}\n'
        '{"sub_uri": "Q3", "sub_label": "فرقة (باند)", "obj_uri": "Q2", "obj_label": "بلفاست، أيرلندا"}\n',
        "utf-8",
    )
    (tmp_path / "P178.jsonl").write_text(
        '{"sub_uri": "Q1", "sub_label": "زيد", "obj_uri": "Q9", "obj_label": "أبل"}\n', "utf-8"
    )
    assert [(row.entity_id, row.names_ar) for row in gazetteer.facts(tmp_path)] == [("q2", ("بلفاست",))]


@pytest.mark.parametrize("file", sorted((SEEDS / "gazetteer").glob("derived_*.tsv")), ids=lambda file: file.stem)
def test_derived_files_name_their_source_and_licence(file: Path) -> None:
    head = [line for line in file.read_text("utf-8").splitlines()[:5] if line.startswith("#")]
    assert "Derived from" in head[0]
    assert "Licence" in head[1]


def test_no_derived_everyday_word_goes_unmarked(words: Words) -> None:
    unmarked = []
    for file in (SEEDS / "gazetteer").glob("derived_*.tsv"):
        for line in file.read_text("utf-8").splitlines()[1:]:
            if not line.startswith("#"):
                cells = line.split("\t")
                common = cells[5].split(" | ")
                unmarked += [
                    w
                    for w in (cells[3], *cells[4].split(" | "))
                    if " " not in w and w not in common and words.share(w) > -6.3
                ]
    assert unmarked == []
