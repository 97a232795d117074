"""Each kind of question is asked where it should be, and not in a sound document."""

from __future__ import annotations

import pytest

from pipeline.core.spans import Mention
from pipeline.evaluate.gold import unmark
from pipeline.evaluate.gold_lint import KINDS, Finding, Listed, lint

LABELS = {"alibaba": ("ORG",), "china": ("GPE",), "apple": ("ORG",), "meta": ("ORG",), "acme": ("ORG",)}
SPELLINGS = {
    "علي بابا": Listed(frozenset({"alibaba"}), common=False),
    "الصين": Listed(frozenset({"china"}), common=False),
    "ابل": Listed(frozenset({"apple"}), common=True),
    "meta": Listed(frozenset({"meta"}), common=False),
}
SOUND = """\
قال [[تيم كوك|PERSON|tim-cook]]، الرئيس التنفيذي لشركة [[أبل|ORG|apple]]، إن [[علي بابا|ORG|alibaba]] [[الصينية|NORP|china]] شريك ل[[لبنك|ORG|acme]].
# tim-cook works_for apple asserted
# alibaba country china asserted
وفي [[يناير|DATE|DATE:XXXX-01]] اشترت [[علي بابا|ORG|alibaba]] [[5 رقائق|QUANTITY|QTY:5:chip]]"""


def ask(*marked: str, found: dict[str, list[Mention]] | None = None) -> list[Finding]:
    docs = [unmark(text, f"d{number}") for number, text in enumerate(marked)]
    return list(
        lint(docs, spellings=SPELLINGS, labels=LABELS, heads={"شركه"}, roles={"رييس", "مدير"}, found=found or {})
    )


def value(marked: str, surface: str, label: str, read: str) -> dict[str, list[Mention]]:
    start = unmark(marked, "d0").text.index(surface)
    return {"d0": [Mention(0, start, start + len(surface), 0, 0, label, 1.0, "values", read)]}


def test_a_sound_document_raises_no_question() -> None:
    found = value(SOUND, "5 رقائق", "QUANTITY", "QTY:5:رقاقه")
    assert ask(SOUND, found=found) == []


@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("[[ألف|ORG|alef]] ثم وألف", "unmarked"),
        ("اشترت علي بابا المبنى", "listed"),
        ("[[علي بابا|ORG|ali-baba-group]]", "id"),
        ("[[كوكب|PERSON|alibaba]]", "label"),
        ("ذهب المهندس [[ندس|ORG|nds]] المه[[ندس|ORG|nds]]", "boundary"),
        ("[[ألف|ORG|alef]] [[وألف|ORG|alef]]", "boundary"),
        ("[[شركة ألف|ORG|alef]]", "boundary"),
        ("[[«ألف»|ORG|alef]]", "boundary"),
        ("[[ألف|ORG|alef]]ات", "boundary"),
        ("[[ألف|ORG|alef]]\nس\nص\n[[باء|ORG|baa]]\n# alef acquired baa asserted", "far"),
        ("[[باء|ORG|baa]]\n# baa acquired alef asserted\n[[ألف|ORG|alef]]", "far"),
        ("[[ألف|ORG|alef]] [[باء|ORG|baa]]\n# alef acquired baa claimed", "speaker"),
        ("[[ألف|ORG|alef]] ([[Alef|ORG|alef]]) [[الصينية|NORP|china]]", "country"),
        ("[[الصيني|NORP|china]] [[لي|PERSON|li]]", "country"),
        ("[[لي|PERSON|li]]، المدير العام في [[ألف|ORG|alef]]", "role"),
    ],
)
def test_one_question(marked: str, kind: str) -> None:
    assert kind in {finding.kind for finding in ask(marked)}
    assert kind in KINDS


@pytest.mark.parametrize(
    ("marked", "kind"),
    [
        ("[[ألف|ORG|alef]] ثم مألف", "unmarked"),  # another word
        ("أكل أبل", "listed"),  # an everyday word too
        ("[[أبل|ORG|apple-records]]", "label"),
        ("[[ديب|ORG|d]] [[سيك|PRODUCT|d]]", "labels"),  # a company and its program
        ("[[ألف|ORG|alef]]\n\n\nس\n[[باء|ORG|baa]]\n# alef acquired baa asserted", "far"),  # blank lines do not count
        ("[[لي|PERSON|li]] في مدير. [[ألف|ORG|alef]]", "role"),  # another sentence
        ("[[ألف|ORG|alef]]، و[[الصينية|NORP|china]]", "country"),
        ("ك[[ألف|ORG|alef]] وب[[ألف|ORG|alef]] لـ[[ألف|ORG|alef]]", "boundary"),
        ("عنوان\n[[ألف|ORG|alef]]", "boundary"),
    ],
)
def test_no_question(marked: str, kind: str) -> None:
    assert kind not in {finding.kind for finding in ask(marked)}


@pytest.mark.parametrize(
    ("marked", "surface", "label", "read", "kind"),
    [
        ("دفعت 5 دولارات", "5 دولارات", "MONEY", "USD:5", "value"),
        ("دفعت [[5 دولارات|MONEY|USD:6]]", "5 دولارات", "MONEY", "USD:5", "reading"),
        ("دفعت 5 [[دولارات|MONEY|USD:5]]", "5 دولارات", "MONEY", "USD:5", "reading"),
        ("دفعت [[5 دولارات|MONEY|USD:5]]", "5 دولارات", "MONEY", "USD:5", ""),
        ("[[مسبار 5|PRODUCT|probe-5]]", "5", "QUANTITY", "QTY:5:x", ""),
    ],
)
def test_values(marked: str, surface: str, label: str, read: str, kind: str) -> None:
    assert {finding.kind for finding in ask(marked, found=value(marked, surface, label, read))} == (
        {kind} if kind else set()
    )


def test_documents_together() -> None:
    kinds = {
        f.kind: f
        for f in ask("[[ألف|ORG|alef]] [[جيم|ORG|gem-1]]", "[[ألف|ORG|aleph]] [[ها|ORG|gem1]] [[س|PERSON|gem-1]]")
    }
    assert "alef in d0, aleph in d1" in next(f.what for f in ask("[[ألف|ORG|alef]]", "[[ألف|ORG|aleph]]"))
    assert set(kinds) == {"ids", "labels", "reused"}
    assert kinds["reused"].what == "gem-1: d0, d1"
    assert all(finding.doc_id == "d1" for finding in kinds.values())
