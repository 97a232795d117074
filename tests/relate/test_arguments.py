"""Who did it, and to whom: lists, parentheses, word orders, references, values."""

from __future__ import annotations

import pytest

from tests.relate.marked import read, relations, triples


@pytest.mark.parametrize(
    "text",
    [
        "أطلقت شركة [[نوراس|ORG]] نموذج [[سحاب|PRODUCT]].",
        "[[نوراس|ORG]] تطلق [[سحاب|PRODUCT]]",
        "أطلقت [[نوراس|ORG]]، المدعومة من [[رمال|ORG]]، نموذج [[سحاب|PRODUCT]].",
        "وكانت [[نوراس|ORG]] ([[Noras|ORG|نوراس]])، التي يقودها [[سالم الراوي|PERSON]]، قد أطلقت نموذجها [[سحاب|PRODUCT]].",
        "أُطلق نموذج [[سحاب|PRODUCT]] من قبل شركة [[نوراس|ORG]].",
        "تم إطلاق نموذج [[سحاب|PRODUCT]] من قبل [[نوراس|ORG]].",
        "أعلنت [[نوراس|ORG]] إطلاق [[سحاب|PRODUCT]].",
        "يعتمد البنك على [[سحاب|PRODUCT]] الذي طورته [[نوراس|ORG]].",
        "أما [[نوراس|ORG]]، ومقرها [[أوسلو|GPE]]، فأصدرت [[سحاب|PRODUCT]].",
        "كشفت [[نوراس|ORG]] في [[أوسلو|GPE]] أمس عن نموذج [[سحاب|PRODUCT]].",
        "طرحت [[نوراس|ORG]] نموذجا لغويا، وأطلقت بعده [[سحاب|PRODUCT]].",
        "هاتف جديد من [[نوراس|ORG]]. وأطلقت الشركة معه تطبيق [[سحاب|PRODUCT]].",
    ],
)
def test_one_fact_in_many_orders(text: str) -> None:
    assert ("سحاب", "developed_by", "نوراس") in triples(text)


def test_lists_are_taken_apart() -> None:
    text = "تتصدر شركات [[نرويجية|NORP|norway]] مثل [[نوراس|ORG]] و[[رمال|ORG]] و[[أفق|ORG]] السوق."
    assert triples(text, "country") == {(name, "country", "norway") for name in ("نوراس", "رمال", "أفق")}
    text = "تفوق [[سحاب|PRODUCT]] على [[غيمة|PRODUCT]]، [[رعد|PRODUCT]] و[[برق|PRODUCT]]."
    assert triples(text) == {("سحاب", "outperforms", name) for name in ("غيمة", "رعد", "برق")}


def test_respectively_gives_each_its_own() -> None:
    text = "جمعت [[نوراس|ORG]] و[[رمال|ORG]] [[5 ملايين دولار|MONEY|USD:5000000]] و[[7 ملايين دولار|MONEY|USD:7000000]] على التوالي."
    assert triples(text, "raised") == {("نوراس", "raised", "USD:5000000"), ("رمال", "raised", "USD:7000000")}
    assert len(triples(text.replace(" على التوالي", ""), "raised")) == 4


def test_a_parenthesis_belongs_to_its_name() -> None:
    text = "استحوذت [[نوراس|ORG]]، ومقرها [[أوسلو|GPE]]، على [[رمال|ORG]]، التي أسسها [[سالم|PERSON]] والمدعومة من [[أفق|ORG]]."
    found = triples(text)
    assert ("نوراس", "headquartered_in", "أوسلو") in found
    assert ("نوراس", "acquired", "رمال") in found
    assert ("رمال", "founded_by", "سالم") in found


def test_a_value_goes_to_one_statement() -> None:
    text = "استحوذت [[نوراس|ORG]] على [[رمال|ORG]] في صفقة بلغت قيمتها [[مليار دولار|MONEY|USD:1000000000]]."
    assert triples(text) == {("نوراس", "acquired", "رمال"), ("رمال", "costs", "USD:1000000000")}


def test_dates_belong_to_the_release() -> None:
    text = "أصدرت [[نوراس|ORG]] نموذج [[سحاب|PRODUCT]] في [[مايو 2024|DATE|DATE:2024-05]]، وافتتحت مكتبا في [[2025|DATE|DATE:2025]]."
    assert triples(text, "released_in") == {("سحاب", "released_in", "DATE:2024-05")}


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        ("اشتهرت شركة [[نوراس|ORG]] سريعا. وأطلقت الشركة تطبيق [[مرسال|PRODUCT]].", ("مرسال", "developed_by", "نوراس")),
        ("ظهرت [[نوراس|ORG]] في [[2019|DATE]]. أسسها [[سالم|PERSON]].", ("نوراس", "founded_by", "سالم")),
        ("تنمو [[نوراس|ORG]] بسرعة، وقال رئيسها التنفيذي [[سالم|PERSON]] إنها رابحة.", ("سالم", "works_for", "نوراس")),
        ("قالت [[نوراس|ORG]] إن نموذجها [[سحاب|PRODUCT]] جاهز.", ("سحاب", "developed_by", "نوراس")),
        (
            "تعاون [[صندوق رمال|ORG]] مع [[نوراس|ORG]]. ومقر الصندوق [[أوسلو|GPE]].",
            ("صندوق رمال", "headquartered_in", "أوسلو"),
        ),
        (
            "نفى [[سالم|PERSON]]، مدير [[نوراس|ORG]]، أن تكون شركته قد استحوذت على [[رمال|ORG]].",
            ("نوراس", "acquired", "رمال"),
        ),
        ("طرحت [[نوراس|ORG]] هاتفا. وقالت الشركة [[النرويجية|NORP|norway]] إنه رخيص.", ("نوراس", "country", "norway")),
    ],
)
def test_references(text: str, triple: tuple[str, str, str]) -> None:
    assert triple in triples(text)


def test_the_bank_is_no_company() -> None:
    text = "وقّع [[بنك الأفق|ORG]] عقدا مع شركة [[نوراس|ORG]]. وأطلقت الشركة تطبيق [[مرسال|PRODUCT]]."
    assert triples(text, "developed_by") == {("مرسال", "developed_by", "نوراس")}


def test_mere_nearness_states_nothing() -> None:
    assert (
        triples("حضر ممثلو [[نوراس|ORG]] و[[رمال|ORG]] و[[سالم|PERSON]] في [[أوسلو|GPE]] عرض [[سحاب|PRODUCT]].")
        == set()
    )


def test_a_people_or_region_is_no_country() -> None:
    assert triples("قالت صحيفة [[المدار|ORG]] [[العربية|NORP|arab-world]] ذلك.") == set()


def test_symmetric_statements_are_written_once_in_order() -> None:
    for text in ("عقدت [[ب|ORG|b]] شراكة مع [[أ|ORG|a]].", "عقدت [[أ|ORG|a]] شراكة مع [[ب|ORG|b]]."):
        assert triples(text) == {("a", "partner_of", "b")}


def test_the_role_is_kept_in_its_words() -> None:
    (relation,) = relations("قال [[سالم|PERSON]]، رئيس مجلس إدارة [[نوراس|ORG]]، ذلك.")
    assert relation.qualifier == "رئيس مجلس إدارة"


def test_the_evidence_holds_trigger_and_arguments() -> None:
    marked = "أمس، وكما كان منتظرا، استحوذت شركة [[نوراس|ORG]] على شركة [[رمال|ORG]] بعد عام."
    (relation,) = relations(marked)
    doc = read(marked).doc
    assert doc.text[relation.start : relation.end] == "استحوذت شركة نوراس على شركة رمال"
    assert relation.sentence == 0


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        (
            "تنشط [[نوراس|ORG]] و[[رمال|ORG]] في المدينة. واستحوذت الأولى على الثانية في [[2020|DATE|DATE:2020]].",
            ("نوراس", "acquired", "رمال"),
        ),
        ("اندمجت [[نوراس|ORG]] و[[رمال|ORG]]، بعدما اشترت الثانية الأولى.", ("رمال", "acquired", "نوراس")),
        (
            "اشتدت المنافسة على [[نوراس|ORG]] و[[رمال|ORG]]. ومقر الأولى [[أوسلو|GPE]].",
            ("نوراس", "headquartered_in", "أوسلو"),
        ),
        (
            "ظهر [[سحاب|PRODUCT]] و[[غيمة|PRODUCT]] معا. ويتفوق الثاني على الأول منذ [[2024|DATE|DATE:2024]].",
            ("غيمة", "outperforms", "سحاب"),
        ),
        (
            "التقى ممثلو [[نوراس|ORG]] و[[رمال|ORG]] أمس. وتتعاون الشركتان في [[أوسلو|GPE]].",
            ("رمال", "partner_of", "نوراس"),
        ),
    ],
)
def test_the_first_the_second_and_both(text: str, triple: tuple[str, str, str]) -> None:
    assert triple in triples(text)


@pytest.mark.parametrize(
    "text",
    [
        "تنشط [[نوراس|ORG]] و[[رمال|ORG]] في المدينة. واستحوذت الشركة الأولى عالميا على الاهتمام.",
        "تنشط [[نوراس|ORG]] و[[رمال|ORG]] في المدينة. واستحوذت [[أفق|ORG]] في المرة الثانية على حصة.",
    ],
)
def test_an_ordinal_beside_a_noun_is_no_name(text: str) -> None:
    assert not {triple for triple in triples(text) if triple[1] == "acquired"}
