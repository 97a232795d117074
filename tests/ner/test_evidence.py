"""Names that no list has, found by what stands beside them. Every name here is invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import SeedError
from pipeline.ner.name_cues import Cues

if TYPE_CHECKING:
    from pathlib import Path

Find = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("تستحوذ الشركة على حصة في فيولينغ خلال أشهر.", "فيولينغ", "ORG"),
        ("أبرمت الوزارة شراكة طويلة مع ناربيس.", "ناربيس", "ORG"),
        ("قد تعود ناربيس، الشركة المطورة للرقائق، إلى السوق.", "ناربيس", "ORG"),
        ("وهي الرقائق التي صممتها كورفاند في العام الماضي.", "كورفاند", "ORG"),
        ("ومن المستثمرين غوغل وناربيس وكورفاند.", "كورفاند", "ORG"),
        ("تتعاون مع إس زد كي في أوروبا.", "إس زد كي", "ORG"),
        ("طرحت الشركة روبوت المحادثة ليكسوران هذا الشهر.", "ليكسوران", "PRODUCT"),
        ("يتفوق على كانفيرو في السرعة.", "كانفيرو", "PRODUCT"),
        ("صعد سهم مطاحن الوادي الأزرق.", "مطاحن الوادي الأزرق", "ORG"),
        ("تعاونت مع موانئ زرناب أمس.", "موانئ زرناب", "ORG"),
        ("تعمل مجموعة الفنطاس في النقل.", "الفنطاس", "ORG"),
        ("تتبع لمجموعة الروابي القابضة.", "الروابي القابضة", "ORG"),
        ("ووقعت «الرمث» اتفاقية.", "الرمث", "ORG"),
    ],
)
def test_neighbours_tell_what_a_strange_word_is(find: Find, text: str, name: str, label: str) -> None:
    assert (name, label) in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "قال إن موانئ الخليج مزدحمة.",
        "أصدرت الشركة نسخا مصغرة.",
        "تملك الهواتف مقبس السماعة القديم.",
        "طرحت نماذج مفتوحة الأوزان ونموذج أوزان مفتوحة.",
        "في ملعب قولف قريب.",
    ],
)
def test_common_words_stay_words(find: Find, text: str) -> None:
    assert not [name for name, label in find(text) if label in ("ORG", "PRODUCT", "FAC")]


def test_cues_of_all_places_are_added_up(find: Find) -> None:
    one = "انضم إلى كورفاند."
    assert ("كورفاند", "ORG") not in find(one)
    assert find(one + " وغادر كورفاند.").count(("كورفاند", "ORG")) == 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ليس هارلون فيسك، مستشارها الأمريكي، من المؤسسين.", "هارلون فيسك"),
        ("جاء على لسان ناطقته بيدرا هولوبان: نعم.", "بيدرا هولوبان"),
        ("أسسها المهندسان نايجل تونر وسايموس نولدر.", "سايموس نولدر"),
        ("وكان مؤسسها كارل باي غائبا.", "كارل باي"),
        ("أسسها جون كوليماند القادم من ايرلندا.", "جون كوليماند"),
        ("مؤسسا الشركة هما أوليفر هايدمن ورشا النجار.", "رشا النجار"),
    ],
)
def test_people(find: Find, text: str, name: str) -> None:
    assert (name, "PERSON") in find(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("تعمل حافلات زوران E6 تجربة.", "زوران E6"),
        ("عن جهاز بوريام S النرويجي.", "بوريام S"),
        ("كشف الستار عن «ندى 2» أمس.", "ندى 2"),
        ("باعت الشركة هاتف Nothing X9 بسعر أقل.", "Nothing X9"),
        ("اختبرنا هاتف فوكسان 12 ألترا أمس.", "فوكسان 12 ألترا"),
        ("وحاسوب زينوبوك إس 14 وساعة ذكية.", "زينوبوك إس 14"),
    ],
)
def test_a_code_belongs_to_the_product_before_it(find: Find, text: str, name: str) -> None:
    assert (name, "PRODUCT") in find(text)


def test_stock_exchanges(find: Find) -> None:
    assert ("سوق الرافدين المالية", "ORG") in find("أدرجت في سوق الرافدين المالية قبل عام.")
    assert not [name for name, label in find("تراجع سوق العقار أمس.") if label == "ORG"]


def test_a_year_is_no_version(find: Find) -> None:
    assert ("كلود", "PRODUCT") in find("طرحت أنثروبيك نموذج كلود في 2023.")


def test_known_letters_within_a_longer_row_of_letters_are_no_name(find: Find) -> None:
    assert ("بي بي", "ORG") not in find("باعت الأصول مجموعة بي بي إف التشيكية.")


def test_broken_cues(tmp_path: Path) -> None:
    (tmp_path / "name_cues.tsv").write_text("cue\tside\tlabel\tweight\nسهم\tbefore\tORG\tmuch\n", "utf-8")
    with pytest.raises(SeedError, match="much"):
        Cues(tmp_path)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("تتعاون الوزارة مع تيك توك.", "ORG"),
        ("الرئيس التنفيذي لـتيك توك.", "ORG"),
        ("حمّل الملايين تطبيق تيك توك.", "PRODUCT"),
        ("بعد تأسيس تيك توك بعام.", "ORG"),
        ("تحدث مستخدمو تيك توك عنه.", "PRODUCT"),
    ],
)
def test_company_or_product(find: Find, text: str, label: str) -> None:
    assert ("تيك توك", label) in find(text)


def test_a_preposition_does_not_begin_a_known_name(find: Find) -> None:
    assert not [name for name, _ in find("استحوذت على باي فاست.") if name == "على باي"]


def test_a_place_after_a_preposition_is_no_part_of_an_event(find: Find) -> None:
    assert ("شنغهاي", "GPE") in find("شاركت الشركة في معرض بـشنغهاي أمس.")


def test_a_company_that_has_a_given_name(find: Find) -> None:
    found = find("أعلنت شركة تيماء للهيدروجين أرباحها. ويقف خلف تيماء صندوقان، بعدما اشترت تيماء رخصته.")
    assert found.count(("تيماء", "ORG")) == 2
    assert not [name for name, label in found if label == "PERSON"]


def test_share_buttons(find: Find) -> None:
    assert ("إكس", "PRODUCT") in find("شارك على: فيسبوك | إكس | واتساب")
