"""The project's own gold: it is sound, it is in step with its texts, and the pipeline does not fall below its floors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.config import ROOT
from pipeline.evaluate import report
from pipeline.evaluate.card import filled
from pipeline.evaluate.gold import check, read_gold, read_predicates, splits, unmark
from pipeline.evaluate.gold_check import prove, second
from pipeline.evaluate.gold_statistics import sharing, statistics, table
from pipeline.evaluate.score import Scores, score
from pipeline.evaluate.verify import verify
from pipeline.gazetteer import entries

if TYPE_CHECKING:
    from pathlib import Path

GOLD = ROOT / "tests" / "gold"
SETS = splits(GOLD)
MEASURED = [name for name, folder in SETS.items() if (folder / "floors.toml").is_file()]
MARKED = [file for folder in SETS.values() for file in sorted((folder / "marked").glob("*.txt"))]
PREDICATES = read_predicates(ROOT / "seeds" / "relations" / "predicates.tsv")


@pytest.mark.parametrize("file", MARKED, ids=lambda file: file.stem)
def test_gold_is_sound_and_in_step_with_its_marks(file: Path) -> None:
    doc = unmark(file.read_bytes().decode().rstrip("\n"), file.stem)
    assert list(check(doc, PREDICATES)) == []
    assert (file.parent.parent / f"{file.stem}.json").read_text("utf-8") == doc.to_json(), "run `make gold`"
    assert (ROOT / "seeds" / "documents" / f"{file.stem}.txt").read_bytes().decode() == doc.text, "run `make gold`"


@pytest.fixture(scope="module", params=MEASURED)
def scored(request: pytest.FixtureRequest, project_run: Path) -> tuple[Path, Scores]:
    folder = SETS[request.param]
    return folder, score(
        project_run / "tables", read_gold(folder), {name for name, p in PREDICATES.items() if p.symmetric}
    )


def test_the_corpus_is_proven_and_the_card_up_to_date() -> None:
    docs, problems = prove(GOLD, ROOT / "seeds" / "documents", PREDICATES)
    listed = {entry.id for entry in entries.load(ROOT / "seeds" / "gazetteer")}
    found = {split: statistics(part, listed=listed, twice=second(GOLD)) for split, part in docs.items()}
    assert [*problems, *sharing(found)] == []
    card = (GOLD / "CARD.md").read_text("utf-8")
    assert filled(card, "statistics", table(found)) == card, "run `make gold`"


def test_there_is_enough_gold() -> None:
    docs = [doc for folder in SETS.values() for doc in read_gold(folder)]
    assert len(docs) == len(MARKED) >= 16
    assert sum(len(doc.entities) for doc in docs) >= 2500
    assert sum(len(doc.relations) for doc in docs) >= 1000


def test_the_pipeline_stays_above_its_floors(scored: tuple[Path, Scores]) -> None:
    folder, scores = scored
    fallen = report.below(scores, folder / "floors.toml")
    assert fallen == [], "\n".join([*fallen, *report.lines(scores)])


def test_every_span_is_true(project_run: Path) -> None:
    verdict = verify(project_run)
    assert verdict.violations == []
    assert verdict.checked["mentions"] > 1000
    assert verdict.checked["relations"] > 100
