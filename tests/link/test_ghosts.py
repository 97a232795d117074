"""Spellings that no list has are linked to their entity, and other names are not."""

from __future__ import annotations

import pytest

from pipeline.config import load
from pipeline.gazetteer.candidates import Candidates
from pipeline.gazetteer.entries import Spelling, spellings
from pipeline.gazetteer.entries import load as load_entries
from pipeline.gazetteer.keys import fold
from pipeline.gazetteer.sounds import Sounds, reading
from pipeline.train import linking
from tests.link import ghosts


@pytest.fixture(scope="module")
def listed() -> set[str]:
    return {fold(s.surface) for e in load_entries(load().paths.seeds / "gazetteer") for s in spellings(e)}


SETS = (*linking.SETS, ghosts.HELD)


@pytest.mark.parametrize(("of", "least"), [*zip(SETS, (300, 100, 297, 249, 249, 298), strict=True)])
def test_there_are_three_spellings_of_each_name_and_none_is_listed(listed: set[str], of: str, least: int) -> None:
    rows = [(entity, spelt.split(" | ")) for entity, spelt in ghosts.rows(f"ghosts{of}.tsv")]
    assert len({entity for entity, _ in rows}) >= least
    assert all(len({fold(name) for name in names}) == 3 for _, names in rows)
    assert [name for _, names in rows for name in names if fold(name) in listed] == []


@pytest.mark.parametrize("of", SETS)
def test_no_distractor_is_listed(listed: set[str], of: str) -> None:
    names = [name for *_, spelt in ghosts.rows(f"distractors{of}.tsv") for name in spelt.split(" | ")]
    assert [name for name in names if fold(name) in listed] == []


def test_what_is_measured_on_has_not_been_learnt_from() -> None:
    def entities(of: str) -> set[str]:
        return {entity for entity, _ in ghosts.rows(f"ghosts{of}.tsv")}

    def others(of: str) -> set[str]:
        return {fold(name) for *_, spelt in ghosts.rows(f"distractors{of}.tsv") for name in spelt.split(" | ")}

    for of in linking.SETS:
        assert not entities(of) & entities(ghosts.HELD)
        assert not others(of) & others(ghosts.HELD)


def test_ghosts_are_linked_and_other_names_are_not() -> None:
    figures = ghosts.measure(given=True)
    assert figures.right / figures.ghosts >= 0.85
    assert figures.other / figures.ghosts <= 0.01
    assert figures.wrong / figures.distractors <= 0.02
    assert figures.ordinary_wrong / figures.ordinary <= 0.01


KNOWN = [
    Spelling("أنثروبيك", "anthropic", ("ORG",), False),
    Spelling("Anthropic", "anthropic", ("ORG",), False),
    Spelling("بنك الكويت الوطني", "nbk", ("ORG",), False),
    Spelling("محمود الأحمد", "m", ("PERSON",), False),
    Spelling("Mahmoud Al-Ahmad", "m", ("PERSON",), False),
    Spelling("محمد رشيد", "r", ("PERSON",), False),
    Spelling("ديفيد هولمارك", "holmark", ("PERSON",), False),
    Spelling("David Holmark", "holmark", ("PERSON",), False),
    Spelling("ألكسندر روبين", "rubin", ("PERSON",), False),
    Spelling("Alexander Rubin", "rubin", ("PERSON",), False),
    Spelling("KBR", "kbr", ("ORG",), False),
    Spelling("جامعة زيورخ", "uzh", ("ORG",), False),
    Spelling("زيورخ", "zurich", ("GPE",), False),
    Spelling("زوريخ", "zurich", ("GPE",), False),
]


@pytest.fixture(scope="module")
def known() -> Candidates:
    paths = load().paths
    return Candidates(KNOWN, models=paths.models, frequencies=paths.seeds / "lexicons" / "word_frequencies.tsv")


@pytest.mark.parametrize(
    ("name", "label", "entity"),
    [
        ("أنتروبيك", "ORG", "anthropic"),
        ("أنثروبك", "PRODUCT", None),  # heard, but as another kind of thing it is less sure
        ("بنك الكويت الصناعي", "ORG", None),  # a word of its own
        ("رشيد الأحمد", "PERSON", None),  # a word of another known name
        ("دافيد هولمارك", "PERSON", "holmark"),  # a known name too, but of the same David
        ("دانيال هولمارك", "PERSON", None),
        ("ديفيد هلمارك", "PERSON", "holmark"),
        ("ألكسندر روبكين", "PERSON", None),  # near as a whole, its second word is not
        ("مطار", "FAC", None),
        ("خبر", "ORG", None),  # a word
        ("كَبر", "ORG", "kbr"),  # a word too, but for its sign
        ("جامعة زوريخ", "ORG", "uzh"),  # two spellings of the town
    ],
)
def test_words_that_are_spelt_right_make_other_names(
    known: Candidates, name: str, label: str, entity: str | None
) -> None:
    heard = known.by_sound(name, label)
    found = heard[0].entity_id if heard and heard[0].likeness >= load().link.min_likeness else None
    assert found == entity or (label == "PRODUCT" and heard[0].entity_id == "anthropic")


def test_without_models_nothing_is_heard() -> None:
    assert Candidates(KNOWN)("أنتروبيك", "ORG") == ()


def test_vowel_signs_are_read_as_letters() -> None:
    listed = Candidates([Spelling("كوين", "qwen", ("PRODUCT",), False)])
    assert [found.entity_id for found in listed("كوِن", "PRODUCT")] == ["qwen"]
    assert listed("كون", "PRODUCT") == ()


def test_blocking_finds_a_spelling_of_which_one_sign_differs() -> None:
    surfaces = ["DeepSeek", "مايكروسوفت", "هواوي", "Qwen", "كوين", ""]
    sounds = Sounds(surfaces)
    for name, wanted in (("دييب سيك", 0), ("مايكروزفت", 1), ("هوواي", 2), ("كون", 3), ("كوان", 4)):
        assert wanted in sounds.near(name), name
    assert Sounds([]).near("كوين") == []
    assert reading("Huawei") == reading("هواوي")


def test_codes_of_a_query_are_those_of_the_table() -> None:
    for name in ("مايكروسوفت", "أنثروبيك", "Samsung Electronics", "كوين"):
        assert Sounds([name]).near(name) == [0]
