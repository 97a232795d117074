"""The words: inflection, folding, ambiguous forms, cues."""

from __future__ import annotations

import pytest

from pipeline.config import load
from pipeline.relate import inflect, lexicon

FOLDER = load().paths.seeds / "relations"
AFFIXES = lexicon.affixes(FOLDER)
WORDS = lexicon.load(FOLDER, ())


@pytest.mark.parametrize(
    ("past", "present", "forms"),
    [
        (
            "أطلق",
            "يطلق",
            {"اطلقت": "", "اطلقوا": "", "تطلق": "", "يطلقون": "", "اطلقته": "ه", "تطلقها": "ها", "نطلق": ""},
        ),
        ("اشترى", "يشتري", {"اشترت": "", "اشترتها": "ها", "اشتراه": "ه", "تشتر": "", "يشترون": "", "اشترينا": ""}),
        ("نما", "ينمو", {"ينمو": "", "تنمو": ""}),
    ],
)
def test_verbs(past: str, present: str, forms: dict[str, str]) -> None:
    made = dict([*inflect.past(past, AFFIXES), *inflect.present(present, AFFIXES)])
    assert {form: made.get(form) for form in forms} == forms


def test_nouns() -> None:
    made = dict(inflect.noun("شراء", AFFIXES))
    assert {form: made.get(form) for form in ("الشراء", "شراءها", "شرائها", "شراؤه")} == {
        "الشراء": "",
        "شراءها": "ها",
        "شرائها": "ها",
        "شراؤه": "ه",
    }
    assert dict(inflect.noun("شراكة", AFFIXES))["شراكتها"] == "ها"


def test_teh_marbuta_tells_an_institution_from_a_founder() -> None:
    institution, founder = WORDS.find("مؤسسه", "ة"), WORDS.find("مؤسسه", "ه")
    assert institution is not None
    assert founder is not None
    assert "head.org" in institution.classes
    assert not institution.pronoun
    assert "founder" in founder.classes
    assert founder.pronoun == "ه"


def test_a_form_can_be_verb_and_noun() -> None:
    word = WORDS.words["طرح"]
    assert {"launch", "launch.n", "#past", "#masdar"} <= word.classes
    assert word.symbol in WORDS.symbols["launch"] & WORDS.symbols["launch.n"]


def test_symbols_are_few() -> None:
    assert len(frozenset().union(*WORDS.symbols.values())) < 400


def test_cues_inflect() -> None:
    for form in ("تعتزم", "يعتزمون", "نفت", "تنفي", "قالت", "يقول", "لم"):
        assert WORDS.cues[form]
