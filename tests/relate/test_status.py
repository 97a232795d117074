"""Is it so, and who says so: the hard sentences of hard.tsv, cues, speakers, composition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.relate import marked

if TYPE_CHECKING:
    from pipeline.core.spans import Relation

ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "hard.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith(("#", "status\t"))
]


def stated(sentence: str, predicate: str) -> list[Relation]:
    example = marked.read(sentence)
    symmetric = marked.knowledge().rules.predicates[predicate].symmetric
    pair = (next(iter(example.subjects)), next(iter(example.objects)))
    return [
        r
        for r in marked.relations(sentence)
        if r.predicate == predicate
        and (
            (r.subject_id, r.object_id or r.object_value) == pair or (symmetric and (r.object_id, r.subject_id) == pair)
        )
    ]


def test_there_are_enough_hard_sentences() -> None:
    assert len(ROWS) >= 200
    assert len({sentence for _, _, sentence in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("status", "predicate", "sentence"), ROWS)
def test_hard_sentences(status: str, predicate: str, sentence: str) -> None:
    found = {r.status for r in stated(sentence, predicate)}
    assert found == (set() if status == "none" else {status})


def one(sentence: str, predicate: str) -> Relation:
    (relation,) = stated(sentence, predicate)
    return relation


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("قالت وكالة [[المدار|B:ORG]] إن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]].", "المدار"),
        ("استحوذت [[نوراس|S:ORG]] على [[رمال|O:ORG]]، بحسب [[سالم الراوي|B:PERSON]].", "سالم الراوي"),
        (
            "وقال رئيس مجلس إدارة [[أفق|-:ORG]] [[سالم الراوي|B:PERSON]] إن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]].",
            "سالم الراوي",
        ),
        (
            'وقالت [[ليلى قباني|B:PERSON]]، مديرة [[أفق|-:ORG]]: "استحوذت [[نوراس|S:ORG]] على [[رمال|O:ORG]]".',
            "ليلى قباني",
        ),
        ("كشفت [[أفق|B:ORG]] عن تقرير جديد، قائلة إن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]].", "أفق"),
        ("أعلنت [[أفق|B:ORG]] أن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]].", "أفق"),
        (
            "نقلت صحيفة [[المدار|B:ORG]] عن مصادر أن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]]، وأن الصفقة كبيرة.",
            "المدار",
        ),
    ],
)
def test_speakers(sentence: str, speaker: str) -> None:
    relation = one(sentence, "acquired")
    assert (relation.status, relation.speaker_id) == ("claimed", speaker)


def test_the_speaker_is_kept_whatever_the_status() -> None:
    relation = one("قالت [[أفق|B:ORG]] إن [[نوراس|S:ORG]] لن تشتري [[رمال|O:ORG]].", "acquired")
    assert (relation.status, relation.speaker_id) == ("negated", "أفق")


def test_what_a_company_announces_of_itself_is_asserted() -> None:
    assert one("أعلنت [[نوراس|S:ORG]] أنها استحوذت على [[رمال|O:ORG]].", "acquired").status == "asserted"
    assert one("قالت [[نوراس|S:ORG]] إنها استحوذت على [[رمال|O:ORG]].", "acquired").status == "claimed"


def test_the_cue_is_kept() -> None:
    sentence = "نفت [[نوراس|S:ORG]] أمس استحواذها على [[رمال|O:ORG]]."
    relation = one(sentence, "acquired")
    text = marked.read(sentence).doc.text
    assert text[relation.cue_start : relation.cue_end] == "نفت"
    assert one("استحوذت [[نوراس|S:ORG]] على [[رمال|O:ORG]].", "acquired").cue_start is None


def test_a_cue_stays_in_its_clause() -> None:
    text = "لم تشتر [[نوراس|ORG]] شركة [[رمال|ORG]]، لكن [[أفق|ORG]] استحوذت على [[رمال|ORG]]."
    found = {(r.subject_id, r.status) for r in marked.relations(text) if r.predicate == "acquired"}
    assert found == {("نوراس", "negated"), ("أفق", "asserted")}


def test_what_a_phrase_presupposes_is_asserted_in_any_report() -> None:
    text = "نفت شركة [[نوراس|ORG]] [[النرويجية|NORP|norway]]، ومقرها [[أوسلو|GPE]]، أنها طورت [[سحاب|PRODUCT]]."
    found = {(r.predicate, r.status) for r in marked.relations(text)}
    assert found == {("country", "asserted"), ("headquartered_in", "asserted"), ("developed_by", "negated")}


def test_an_answer_is_the_claim_of_who_is_interviewed() -> None:
    text = "حوار مع [[سالم الراوي|PERSON]] مؤسس [[نوراس|ORG]]\nس: وماذا بعد؟\nج: نموذج [[سحاب|PRODUCT]] يتفوق على [[غيمة|PRODUCT]]. وسنطلق [[برق|PRODUCT]] قريبا.\n"
    found = {r.predicate + " " + r.subject_id: (r.status, r.speaker_id, r.object_id) for r in marked.relations(text)}
    assert found["outperforms سحاب"] == ("claimed", "سالم الراوي", "غيمة")
    assert found["developed_by برق"][0::2] == ("planned", "نوراس")


def test_who_denies_is_the_speaker() -> None:
    relation = one("نفت [[أفق|B:ORG]] استحواذ [[نوراس|S:ORG]] على [[رمال|O:ORG]].", "acquired")
    assert (relation.status, relation.speaker_id) == ("negated", "أفق")
    nobody = one("نفى ناطق أن تكون [[نوراس|S:ORG]] قد استحوذت على [[رمال|O:ORG]].", "acquired")
    assert (nobody.status, nobody.speaker_id) == ("negated", None)


def test_sources_without_a_name_are_no_speaker() -> None:
    text = "فازت [[أفق|-:ORG]].\nقال محللون إن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]]."
    assert (one(text, "acquired").status, one(text, "acquired").speaker_id) == ("claimed", None)


def test_what_a_company_plans_of_itself_has_no_speaker() -> None:
    relation = one("قالت [[نوراس|S:ORG]] إنها تعتزم شراء [[رمال|O:ORG]].", "acquired")
    assert (relation.status, relation.speaker_id) == ("planned", None)


def test_a_name_in_a_relative_clause_or_a_seat_does_not_speak_for_the_company() -> None:
    text = "تعمل [[أفق|-:ORG]] في [[أوسلو|-:GPE]].\nقالت الشركة، التي أسسها [[سالم الراوي|-:PERSON]] ومقرها [[أوسلو|-:GPE]]، إن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]]."
    assert one(text, "acquired").speaker_id == "أفق"


@pytest.mark.parametrize("word", ["بقدر", "بينهم", "الذي كتب وأطلق"])
def test_a_word_that_only_looks_like_a_verb_of_saying_reports_nothing(word: str) -> None:
    text = f"عرف [[سالم الراوي|-:PERSON]] الخبر {word} فعلم الناس أن [[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]]."
    assert (one(text, "acquired").status, one(text, "acquired").speaker_id) == ("asserted", None)


SAID = "[[نوراس|S:ORG]] استحوذت على [[رمال|O:ORG]]"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (f"[[سالم الراوي|-:PERSON]]: {SAID}.", "سالم الراوي"),
        (f"- [[ليلى قباني|-:PERSON]] : طيب. {SAID}.\n- [[سالم الراوي|-:PERSON]]: نعم.", "ليلى قباني"),
        (f"لقاء مع [[سالم الراوي|-:PERSON]]\n- ماذا جرى؟\nعندنا خبر. {SAID}.\n- وبعد؟\nنحن بخير.", "سالم الراوي"),
        # Nobody says «I»: a text that answers its own questions.
        (f"سيرة [[سالم الراوي|-:PERSON]]\nماذا جرى؟\n{SAID}.\nوماذا بعد؟\nلا شيء.", None),
        (f"سيرة [[سالم الراوي|-:PERSON]]\nج: {SAID}.", None),
        # Nobody names himself.
        (f"لقاء مع [[سالم الراوي|-:PERSON]]\nج: عندنا خبر عن [[سالم الراوي|-:PERSON]]. {SAID}.", None),
    ],
)
def test_the_lines_of_a_conversation_are_claims_of_their_speakers(text: str, speaker: str | None) -> None:
    relation = one(text, "acquired")
    assert (relation.status, relation.speaker_id) == ("claimed" if speaker else "asserted", speaker)
