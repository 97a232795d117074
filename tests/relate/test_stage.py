"""The door: batches in, relations out, and text that is no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import ROOT, load
from pipeline.core import batches
from pipeline.core.spans import Relation
from pipeline.relate import extract
from pipeline.relate.stage import Relate
from tests.relate import marked

if TYPE_CHECKING:
    from pipeline.config import Config

TEXTS = (
    "استحوذت [[نوراس|ORG]] على [[رمال|ORG]]. وأطلقت الشركة [[سحاب|PRODUCT]].",
    "",
    "بلا أسماء ولا علاقات.",
    "[[نوراس|ORG]]",
    "قالت [[نوراس|ORG]] إن [[سحاب|PRODUCT]] يتفوق على [[غيمة|PRODUCT]]!",
)
LAYERS = ("sentences", "tokens", "mentions", "links")


def batch(texts: tuple[str, ...] = TEXTS) -> pa.RecordBatch:
    docs = [marked.read(text).doc for text in texts]
    columns = {"text": pa.array([doc.text for doc in docs], pa.string())}
    columns |= {name: batches.pack(name, [getattr(doc, name) for doc in docs]) for name in LAYERS}
    columns["hints"] = batches.pack("hints", [[] for _ in docs])
    return pa.RecordBatch.from_pydict(columns)


@pytest.fixture(scope="module")
def stage() -> Relate:
    return Relate(load([ROOT / "configs" / "fast.toml"]))


def test_a_batch_may_be_cut_anywhere(stage: Relate) -> None:
    whole = stage(batch())
    assert whole.schema.names == ["text", *LAYERS, "hints", "relations"]
    assert whole.column("relations").type == stage.writes.field("relations").type
    for cut in range(len(TEXTS) + 1):
        parts = [stage(part) for part in (batch().slice(0, cut), batch().slice(cut))]
        assert pa.Table.from_batches(parts) == pa.Table.from_batches([whole])
    rows = batches.unpack(whole.column("relations"), Relation._make)
    assert [len(row) for row in rows] == [2, 0, 0, 0, 1]


def test_the_same_again(stage: Relate) -> None:
    assert stage(batch()).equals(stage(batch()))


def test_long_sentences_are_read_in_windows(config: Config) -> None:
    filler = "كلمة " * 300
    text = (
        f"{filler} استحوذت [[نوراس|ORG]] على [[رمال|ORG]] {filler} وأطلقت [[أفق|ORG]] تطبيق [[مرسال|PRODUCT]] {filler}"
    )
    known = extract.load(config.paths.seeds, max_tokens=50)
    found = {(r.subject_id, r.predicate, r.object_id) for r in extract.relations(marked.read(text).doc, known)}
    assert {("نوراس", "acquired", "رمال"), ("مرسال", "developed_by", "أفق")} <= found
    assert len(extract._windows((0, 1000), 50)) == 39


def test_scores_can_be_asked_for(config: Config) -> None:
    sure = extract.load(config.paths.seeds, min_score=1.0)
    assert extract.relations(marked.read(TEXTS[0]).doc, sure) == []


PARTS = (
    "[[نوراس|ORG]]", "[[رمال|ORG]]", "[[سحاب|PRODUCT]]", "[[سالم|PERSON]]", "[[أوسلو|GPE]]", "[[نرويجية|NORP]]", "[[2024|DATE]]",
    "[[مليار|MONEY]]", "استحوذت", "على", "أطلقت", "التي", "،", ".", "لم", "قد", "إن", "قال", "وقالت", "شركة", "الشركة", "مؤسس", "ومقرها",
    "رئيسها", "(", ")", ":", '"', "بحسب", "نموذجها", "من", "و", "أما", "ج:", "\n", "؟", "على التوالي", "كلمة", "🚀", "\u200f", "ـــ",
)  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=40))
def test_any_jumble_gives_valid_relations(parts: list[str]) -> None:
    doc = marked.read(" ".join(parts)).doc
    for r in extract.relations(doc, marked.knowledge()):
        assert 0 <= r.start < r.end <= len(doc.text)
        assert (r.object_id is None) != (r.object_value is None)
        assert r.subject_id
        assert r.subject_id != r.object_id
        predicate = marked.knowledge().rules.predicates[r.predicate]
        assert doc.mentions[r.subject_mention].label in predicate.domain
        assert doc.mentions[r.object_mention].label in predicate.range
        # Both arguments stand in the evidence, or were said before it.
        for number in (r.subject_mention, r.object_mention):
            mention = doc.mentions[number]
            assert mention.start < r.end
            assert mention.sentence < r.sentence or mention.start >= r.start
        assert 0 <= r.score <= 1
        assert (r.cue_start is None) == (r.cue_end is None)
