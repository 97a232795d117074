"""What another source believes runs through the same status, speaker and evidence."""

from __future__ import annotations

import pytest

from pipeline.config import load
from pipeline.relate import extract
from pipeline.relate.candidates import Candidate
from pipeline.relate.judge import read
from tests.relate import marked

RULE = "pairs-1"


def believed(text: str, predicate: str, *, subject: int = 0, thing: int = 1) -> list[extract.Relation]:
    candidate = Candidate(subject, predicate, thing, 0.7, RULE)
    return extract.judged(marked.read(text).doc, marked.knowledge(), [candidate])


@pytest.mark.parametrize(
    ("text", "first", "status", "speaker"),
    [
        ("صارت [[نوراس|ORG]] سيدة القرار في [[رمال|ORG]].", 0, "asserted", None),
        ("لم تصبح [[نوراس|ORG]] سيدة القرار في [[رمال|ORG]].", 0, "negated", None),
        ("نفى ناطق أن تكون [[نوراس|ORG]] قد وضعت يدها على [[رمال|ORG]].", 0, "negated", None),
        ("ذكرت [[المدار|ORG]] أن [[نوراس|ORG]] باتت سيدة القرار في [[رمال|ORG]].", 1, "claimed", "المدار"),
        ("تعتزم [[نوراس|ORG]] التهام [[رمال|ORG]].", 0, "planned", None),
    ],
)
def test_status_and_speaker_are_judged(text: str, first: int, status: str, speaker: str | None) -> None:
    (relation,) = believed(text, "acquired", subject=first, thing=first + 1)
    assert (relation.status, relation.speaker_id, relation.rule) == (status, speaker, RULE)
    doc = marked.read(text).doc
    assert "رمال" in doc.text[relation.start : relation.end]
    assert "نوراس" in doc.text[relation.start : relation.end]


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("[[نوراس|ORG]] اليوم في عهدة [[رمال|ORG]]، ولم تطلق شيئا بعد.", "owned_by"),
        ("لا تملك [[نوراس|ORG]] أمرها، بل هي في عهدة [[رمال|ORG]].", "owned_by"),
        ("تعتزم [[نوراس|ORG]] وصاحب فكرتها [[سالم الراوي|PERSON]] شراء أرض.", "founded_by"),
    ],
)
def test_negations_and_plans_of_something_else_do_not_count(text: str, predicate: str) -> None:
    (relation,) = believed(text, predicate)
    assert relation.status == "asserted"


def test_a_candidate_of_the_wrong_type_is_left_out() -> None:
    assert believed("صارت [[نوراس|ORG]] سيدة القرار في [[أوسلو|GPE]].", "acquired") == []


def test_a_candidate_from_afar_stands_where_its_later_mention_does() -> None:
    far = "ظهرت [[نوراس|ORG]].\nمر عام.\nمر عام.\nمر عام.\nوجاءت [[رمال|ORG]].\n"
    (relation,) = believed(far, "acquired")
    assert (relation.subject_mention, relation.object_mention, relation.sentence) == (0, 1, 4)
    assert marked.read(far).doc.text[relation.start : relation.end] == "وجاءت رمال."


def test_both_sources_together_are_surer_and_keep_the_words_of_the_pattern() -> None:
    doc = marked.read("لم تستحوذ [[نوراس|ORG]] على [[رمال|ORG]].").doc
    judge = read(load().paths.models / "encoder" / "judge.onnx")
    known = marked.knowledge()._replace(least=0.0)
    (alone,) = extract.relations(doc, known, judge=judge)
    (both,) = extract.relations(doc, known, [Candidate(0, "acquired", 1, 0.7, RULE)], judge)
    assert both.status == alone.status == "negated"
    assert both.score > alone.score
    pattern, _, source = both.rule.partition("+")
    assert (pattern.removesuffix("-verb"), source) == ("acquire", RULE)


def test_a_candidate_beside_patterns_adds_what_they_miss() -> None:
    doc = marked.read("استحوذت [[نوراس|ORG]] على [[رمال|ORG]]، وباتت في خلاف مع [[أفق|ORG]].").doc
    rows = extract.relations(doc, marked.knowledge(), [Candidate(0, "competes_with", 2, 0.6, RULE)])
    assert {(r.predicate, r.rule) for r in rows} == {("acquired", "acquire-verb"), ("competes_with", RULE)}
