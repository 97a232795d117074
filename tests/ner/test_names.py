"""What the recogniser of names promises, on text written for these tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.spans import LABELS, VALUE_LABELS, Sentence, Token

if TYPE_CHECKING:
    from pipeline.ner.names import Names

Read = Callable[[str], tuple[list[Sentence], list[Token]]]
Find = Callable[[str], list[tuple[str, str]]]


@pytest.fixture(scope="session")
def ids(names: Names, read: Read) -> Callable[[str], dict[str, tuple[str, ...]]]:
    return lambda text: {text[m.start : m.end]: m.candidates for m in names(text, *read(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أعلنت شركة علي بابا الصينية أرباحها.", [("علي بابا", "ORG"), ("الصينية", "NORP")]),
        ("قالت مجموعة علي‌بابا إن أرباحها زادت.", [("علي‌بابا", "ORG")]),
        (
            "تراجعت صادرات كوريا الجنوبية للصين ولليابان.",
            [("كوريا الجنوبية", "GPE"), ("لصين", "GPE"), ("ليابان", "GPE")],
        ),
        ("يقيم في الولايات المتحدة وبالسعودية.", [("الولايات المتحدة", "GPE"), ("السعودية", "GPE")]),
        ("اشترت هواوي السعودية رقائق.", [("هواوي", "ORG"), ("السعودية", "NORP")]),
        ("سافر إلى ولاية كاليفورنيا.", [("كاليفورنيا", "GPE")]),
        ("كيف صارت الأمور هكذا؟", []),
    ],
)
def test_known_names(find: Find, text: str, expected: list[tuple[str, str]]) -> None:
    assert find(text) == expected


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("أطلقت الشركة نموذج DeepSeek للجميع.", "PRODUCT"),
        ("حمّل ملايين الناس تطبيق ديب سيك هذا الأسبوع.", "PRODUCT"),
        ("أعلنت ديب سيك نتائجها.", "ORG"),
        ("ومقر شركة DeepSeek في هانغتشو.", "ORG"),
    ],
)
def test_the_head_noun_tells_the_company_from_its_program(find: Find, text: str, label: str) -> None:
    assert [found for surface, found in find(text) if surface in ("DeepSeek", "ديب سيك")] == [label]


@pytest.mark.parametrize(
    ("text", "surface", "entity"),
    [
        ("تفوق نموذج Qwen 2.5 على غيره.", "Qwen 2.5", "qwen-2.5"),
        ("صدر Qwen9-Max أمس.", "Qwen9-Max", "qwen-9-max"),
        ("نموذج DeepSeek R7 الجديد", "DeepSeek R7", "deepseek-r7"),
        ("نموذج DeepSeek-R7 الجديد", "DeepSeek-R7", "deepseek-r7"),
        ("أطلقت ديب سيك آر 7 أمس.", "ديب سيك آر 7", "deepseek-r7"),
        ("طرحت أبل آيفون 27 برو في الأسواق.", "آيفون 27 برو", "iphone-27-pro"),
        ("يعمل Gemini 9.5 Flash بسرعة.", "Gemini 9.5 Flash", "gemini-9.5-flash"),
        ("يعمل Claude 9.5 Sonnet بسرعة.", "Claude 9.5 Sonnet", "claude-9.5-sonnet"),
        ("معالج Ascend 990X من هواوي", "Ascend 990X", "ascend-990x"),
    ],
)
def test_unseen_versions_of_known_families(
    find: Find, ids: Callable[[str], dict[str, tuple[str, ...]]], text: str, surface: str, entity: str
) -> None:
    assert (surface, "PRODUCT") in find(text)
    assert ids(text)[surface][0].replace("huawei-", "").replace("google-", "") == entity


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("باعت أبل آيفون 15 مليون مرة.", "آيفون"),
        ("أنهت ديب سيك في 3 أسابيع عملها.", "ديب سيك"),
        ("استثمرت أوبن إيه آي 15 مليون دولار.", "أوبن إيه آي"),
    ],
)
def test_a_number_that_counts_something_is_no_version(find: Find, text: str, surface: str) -> None:
    assert surface in [found for found, _ in find(text)]


def test_names_in_hashtags(find: Find) -> None:
    assert find("وسوم: #ديب_سيك #الصين #كلام_عام") == [("ديب_سيك", "ORG"), ("الصين", "GPE")]


def test_a_quoted_family_keeps_its_version(find: Find) -> None:
    assert ("ديب سيك آر 1", "PRODUCT") in find("نموذج الاستدلال «ديب سيك آر 1» الجديد")


def test_the_maker_and_its_model_are_two_names(find: Find) -> None:
    assert find("نموذج OpenAI's o1 الجديد")[:2] == [("OpenAI", "ORG"), ("o1", "PRODUCT")]
    assert [label for _, label in find("نموذج Google Gemini 2.0 الجديد")] == ["ORG", "PRODUCT"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قالت شركة نيزكوم إنها ستتوسع.", ("نيزكوم", "ORG")),
        ("تعمل شركة «الضوء الأزرق» منذ عام.", ("الضوء الأزرق", "ORG")),
        ("شركة سدرة للتأمين رفعت رأسمالها.", ("سدرة للتأمين", "ORG")),
        ("استحوذت ترانيم لابز على منافسها.", ("ترانيم لابز", "ORG")),
        ("درس في جامعة الزهراء التقنية ثم سافر.", ("جامعة الزهراء التقنية", "ORG")),
        ("قالت وزارة التجارة والصناعة السعودية إنها", ("وزارة التجارة والصناعة", "ORG")),
        ("نشرت مجلة دفتر الملاح خبرا.", ("دفتر الملاح", "ORG")),
        ("وصل إلى مطار الفجيرة الدولي أمس.", ("مطار الفجيرة الدولي", "FAC")),
        ("حضر مهرجان الأمواج السينمائي أمس.", ("مهرجان الأمواج السينمائي", "EVENT")),
        ("أطلقت منصة تدعى «سوق الطواويس» خدماتها.", ("سوق الطواويس", "PRODUCT")),
        ("طورت نموذجها اللغوي «نبراس 4» بنفسها.", ("نبراس 4", "PRODUCT")),
        ("شريحة NX-77 الجديدة", ("NX-77", "PRODUCT")),
        ("وقعت مع لومنغارد الكندية عقدا.", ("لومنغارد", "ORG")),
        ("تشتري Brightforge Systems حصة.", ("Brightforge Systems", "ORG")),
    ],
)
def test_unknown_names_are_announced(find: Find, text: str, expected: tuple[str, str]) -> None:
    assert expected in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "قالت الشركة إن الجامعة والوزارة والبنك لن تشارك.",
        "تعمل شركة كبيرة في المدينة.",
        "اجتمع مجلس الإدارة في مركز بيانات.",
        "يستخدم المطورون AI وAPI وGPU في أعمالهم.",
        "وقال الرئيس التنفيذي إن المدير العام غائب.",
        "هذا النموذج مفتوح والتطبيق مجاني.",
    ],
)
def test_common_nouns_are_no_names(find: Find, text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("وقال المهندس بسام الكركي إن العمل بدأ.", "بسام الكركي"),
        ("التقى محمد عبد الرحمن الفلاني أمس.", "محمد عبد الرحمن الفلاني"),
        ("أسسها خالد بن سعيد ومريم العلوي عام 2010.", "مريم العلوي"),
        ("الرئيس التنفيذي لـغوغل سامر الخطيب حضر.", "سامر الخطيب"),
        ("قال يوناس فايدليش، الرئيس التنفيذي، إن", "يوناس فايدليش"),
        ("المستثمر الأميركي ديفيد غرينوود باع حصته.", "ديفيد غرينوود"),
    ],
)
def test_people(find: Find, text: str, surface: str) -> None:
    assert (surface, "PERSON") in find(text)


def test_prepositions_are_no_given_names(find: Find) -> None:
    assert [f for f in find("اتفقوا على أن العمل على المشروع لا يزيد على عام.") if f[1] == "PERSON"] == []


def test_short_forms_of_a_person_later_in_the_document(find: Find) -> None:
    found = find("وقال المهندس بسام الكركي إن العمل بدأ. وأضاف الكركي أنه سيستمر، ثم شكر للكركي جهده أحمد.")
    assert [surface for surface, label in found if label == "PERSON"][:2] == ["بسام الكركي", "الكركي"]


@pytest.mark.parametrize(
    ("text", "arabic", "latin", "label"),
    [
        ("استثمرت زخروفة كابيتال (Zukhrufa Capital) في الشركة.", "زخروفة كابيتال", "Zukhrufa Capital", "ORG"),
        ("قالت ديب سيك (DeepSeek) إنها", "ديب سيك", "DeepSeek", "ORG"),
        ("أطلقت نموذج كورفاكس (Corvax) أمس.", "كورفاكس", "Corvax", "PRODUCT"),
        ("قال المدير يوناس فايدليش (Jonas Weidlich) إنه", "يوناس فايدليش", "Jonas Weidlich", "PERSON"),
        ("شركة شراعات تك Shiraat Tech الناشئة", "شراعات تك", "Shiraat Tech", "ORG"),
    ],
)
def test_two_scripts_side_by_side(find: Find, text: str, arabic: str, latin: str, label: str) -> None:
    found = find(text)
    assert (arabic, label) in found
    assert (latin, label) in found


def test_a_name_found_once_is_found_everywhere(find: Find) -> None:
    text = "أسس مهندسان شركة نيزكوم عام 2010. ثم باعا نيزكوم، ووقعت جهات مع نيزكوم، فصار لنيزكوم فرع."
    assert [surface for surface, label in find(text) if label == "ORG"] == ["نيزكوم"] * 4


def test_an_everyday_word_needs_support(find: Find) -> None:
    assert ("علم", "ORG") not in find("هذا علم نافع.")
    assert ("علم", "ORG") in find("أعلنت شركة علم السعودية أرباحها.")


TEXT = st.lists(
    st.sampled_from(
        ["شركة", "نموذج", "«", "»", "(", ")", "Qwen", "2.5", "DeepSeek", "R1", "محمد", "بن", "عبد", "و", "لـ", "علي", "بابا", "على", "جامعة",
         "للتأمين", "الصينية", "،", ".", "\n", "قال", "الرئيس", "التنفيذي", "نيزكوم", "لابز", "15", "مليون", "-", "باسم", "AI", "كابيتال", "🚀", "ـ", "َ"]
    ),
    max_size=40,
).map(" ".join)  # fmt: skip


@given(TEXT)
def test_mentions_are_ordered_flat_and_on_tokens(names: Names, read: Read, text: str) -> None:
    sentences, tokens = read(text)
    found = names(text, sentences, tokens)
    end = 0
    for m in found:
        assert end <= m.start < m.end <= len(text)
        assert m.label in set(LABELS) - VALUE_LABELS
        assert 0 < m.score <= 1
        assert m.value is None
        assert tokens[m.first].start <= m.start < tokens[m.first].end
        assert m.end == tokens[m.last].end
        assert tokens[m.first].sentence == tokens[m.last].sentence == m.sentence
        end = m.end
    assert found == names(text, sentences, tokens)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "شركة",
        "شركة " * 3000,
        "محمد " * 3000,
        "ا" * 200_000,
        "(" * 3000,
        "«" * 3000,
        "X " * 3000,
        "عبد " * 3000,
        "AI " * 3000,
        "بنك " * 3000,
        "A1 " * 3000,
        "Labs " * 3000,
        "مجموعة علي بابا " * 2000,
        "كيف و" * 3000,
    ],
)
def test_absurd_texts_take_no_time(names: Names, read: Read, text: str) -> None:
    names(text, *read(text))
