"""Frames: one line of a table gives all wordings of a verb or a relational noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import SeedError
from pipeline.relate import extract
from tests.relate import marked
from tests.relate.test_patterns import append, copy

if TYPE_CHECKING:
    from pathlib import Path

FRAME = "sue-one\tsued\tS\t*\t-\tsue\tsue.n\tsue.doer\tsue.done\t0.6\n"
SUITOR = "suitor-of\tsued\tS\tORG\tل\tsuitor\t0.6\n"


@pytest.fixture(scope="module")
def courts(tmp_path_factory: pytest.TempPathFactory) -> extract.Knowledge:
    """A predicate that has a frame and no pattern."""
    folder = tmp_path_factory.mktemp("seeds")
    relations = copy(folder) / "relations"
    append(relations / "predicates.tsv", "sued\tORG\tORG\tno\t-\tno\tno\ttook to court\n")
    append(
        relations / "words.tsv",
        "sue\tverb\tقاضى/يقاضي\nsue.n\tmasdar\tمقاضاة\nsue.doer\tadj\tمقاضي\nsue.done\tadj\tمقاضى\nsuitor\tadj\tخصيم\n",
    )
    append(relations / "frames.tsv", FRAME)
    append(relations / "nouns.tsv", SUITOR)
    return extract.load(folder)


@pytest.mark.parametrize(
    "text",
    [
        "قاضت شركة [[نوراس|ORG]] في لندن شركة [[رمال|ORG]].",
        "[[نوراس|ORG]] تقاضي [[رمال|ORG]].",
        "أفلست [[رمال|ORG]] التي قاضتها [[نوراس|ORG]] قبل عام.",
        "أفلست [[رمال|ORG]] في الصيف، وقاضتها [[نوراس|ORG]].",
        "تعتزم [[نوراس|ORG]] مقاضاة [[رمال|ORG]].",
        "فاجأت مقاضاة [[نوراس|ORG]] ل[[رمال|ORG]] الجميع.",
        "تمت مقاضاة [[رمال|ORG]] من قبل [[نوراس|ORG]].",
        "تعد [[نوراس|ORG]]، خصيمة [[رمال|ORG]]، الأقوى.",
        "صمدت [[رمال|ORG]]، وانهارت خصيمتها [[نوراس|ORG]].",
    ],
)
def test_one_line_reads_all_wordings(courts: extract.Knowledge, text: str) -> None:
    found = extract.relations(marked.read(text).doc, courts)
    assert ("نوراس", "sued", "رمال") in {(r.subject_id, r.predicate, r.object_id) for r in found}


@pytest.mark.parametrize(
    "text",
    [
        "قاضت [[نوراس|ORG]] خصما مجهولا، وربحت [[رمال|ORG]] المناقصة.",
        "قال مدير [[نوراس|ORG]] إن المحكمة بعيدة عن [[رمال|ORG]].",
        "اشترت [[نوراس|ORG]] مكتبا من [[رمال|ORG]] وقاضت شخصا.",
    ],
)
def test_a_frame_does_not_reach_into_other_clauses(courts: extract.Knowledge, text: str) -> None:
    assert not [r for r in extract.relations(marked.read(text).doc, courts) if r.predicate == "sued"]


def test_a_pattern_wins_over_a_frame() -> None:
    (relation,) = marked.relations("استحوذت [[نوراس|S:ORG]] على [[رمال|O:ORG]].")
    assert relation.rule == "acquire-verb"


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("frames.tsv", FRAME.replace("sued", "likes").replace("sue", "buy"), "no predicate 'likes'"),
        ("frames.tsv", "x\tacquired\tQ\t*\t-\tbuy\t-\t-\t-\t0.6\n", "expected S or O"),
        ("frames.tsv", "x\tacquired\tS:CAT\t*\t-\tbuy\t-\t-\t-\t0.6\n", "labels"),
        ("nouns.tsv", "x\tacquired\tS\t*\t-\tnope\t0.6\n", "nope: no class"),
    ],
)
def test_a_broken_frame_names_its_place(tmp_path: Path, file: str, line: str, expected: str) -> None:
    append(copy(tmp_path) / "relations" / file, line)
    with pytest.raises(SeedError, match=expected) as raised:
        extract.load(tmp_path)
    assert file in str(raised.value)
