"""What linking promises: one entity, one id, in both scripts and in every document."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import load
from pipeline.core.spans import Link, Mention, Sentence, Token
from pipeline.link.nil import nil_id
from pipeline.link.stage import Linker
from pipeline.ner.names import Names

Read = Callable[[str], tuple[list[Sentence], list[Token]]]
Links = Callable[[str], list[tuple[str, str | None, str]]]


@pytest.fixture(scope="session")
def linker() -> Linker:
    return Linker(load())


@pytest.fixture(scope="session")
def links(linker: Linker, read: Read) -> Links:
    names = Names(load().paths.seeds)

    def run(text: str) -> list[tuple[str, str | None, str]]:
        mentions = names(text, *read(text))
        return [
            (text[m.start : m.end], k.entity_id, k.link_method)
            for m, k in zip(mentions, linker.link(text, mentions), strict=True)
        ]

    return run


@pytest.mark.parametrize(
    ("text", "surface", "entity"),
    [
        ("أعلنت علي بابا أرباحها.", "علي بابا", "alibaba"),
        ("أعلنت Alibaba أرباحها.", "Alibaba", "alibaba"),
        ("اشترت شركة سامسونغ مصنعا.", "سامسونغ", "samsung"),
        ("اشترت شركة سامسونج مصنعا.", "سامسونج", "samsung"),
        ("تراجع الاقتصاد الصيني.", "الصيني", "china"),
        ("زار المسؤولون الأميركيون العاصمة.", "الأميركيون", "united-states"),
        ("أطلقت الشركة نموذج DeepSeek R1.", "DeepSeek R1", "deepseek-r1"),
    ],
)
def test_known_names_have_their_id(links: Links, text: str, surface: str, entity: str) -> None:
    assert {s: e for s, e, _ in links(text)}[surface] == entity


def test_an_unseen_version_has_an_id_of_its_family(links: Links) -> None:
    assert ("Qwen 77-Max", "qwen-77-max", "family") in links("صدر نموذج Qwen 77-Max أمس.")


def test_both_scripts_of_an_unknown_name_share_a_nil_id(links: Links) -> None:
    found = links("استثمرت شركة زخروفة كابيتال (Zukhrufa Capital) في الأردن، وقالت زخروفة كابيتال إنها راضية.")
    ids = {entity for surface, entity, _ in found if surface in ("زخروفة كابيتال", "Zukhrufa Capital")}
    assert len(ids) == 1
    assert str(ids.pop()).startswith("nil-org-")


def test_a_nil_id_is_the_same_in_every_document_and_either_script(links: Links) -> None:
    first = {s: e for s, e, _ in links("استثمرت شركة زخروفة كابيتال (Zukhrufa Capital) في الأردن.")}
    second = {s: e for s, e, _ in links("قالت شركة Zukhrufa Capital إنها ستتوسع.")}
    assert first["زخروفة كابيتال"] == second["Zukhrufa Capital"]


def test_short_forms_of_a_person_have_the_full_names_id(links: Links) -> None:
    found = links("وقال المهندس بسام الكركي إن العمل بدأ. وأضاف الكركي أنه سيستمر.")
    assert len({entity for surface, entity, _ in found if "الكركي" in surface}) == 1
    assert [surface for surface, _, _ in found if "الكركي" in surface] == ["بسام الكركي", "الكركي"]


def test_short_forms_of_a_company(links: Links) -> None:
    found = links("تأسست شركة سدرين للتأمين (Sidreen Insurance) في مسقط. وقالت سدرين إن أرباحها زادت.")
    assert len({entity for surface, entity, _ in found if surface.startswith(("سدرين", "Sidreen"))}) == 1


@pytest.mark.parametrize("phrase", ["، المعروفة أيضاً باسم ", " (المعروفة باسم ", "، واسمها السابق «"])
def test_words_say_that_two_names_are_one(linker: Linker, phrase: str) -> None:
    text = f"زخروفة كابيتال{phrase}نيزكوم"
    found = linker.link(text, [mention(text, "زخروفة كابيتال"), mention(text, "نيزكوم")])
    assert found[0].entity_id == found[1].entity_id
    other = "زخروفة كابيتال مع نيزكوم"
    apart = linker.link(other, [mention(other, "زخروفة كابيتال"), mention(other, "نيزكوم")])
    assert apart[0].entity_id != apart[1].entity_id


def test_what_only_bears_the_name_of_a_known_thing_names_nobody_else_after_it(linker: Linker) -> None:
    text = "زخروفة كابيتال، المعروفة باسم نوفا"  # Amazon's Nova is a product
    first, _ = linker.link(text, [mention(text, "زخروفة كابيتال"), mention(text, "نوفا", candidates=("amazon-nova",))])
    assert str(first.entity_id).startswith("nil-org-")
    text = "زخروفة كابيتال، المعروفة باسم علي بابا"
    first, _ = linker.link(text, [mention(text, "زخروفة كابيتال"), mention(text, "علي بابا", candidates=("alibaba",))])
    assert first.entity_id == "alibaba"


def mention(
    text: str, surface: str, label: str = "ORG", candidates: tuple[str, ...] = (), value: str | None = None
) -> Mention:
    start = text.index(surface)
    return Mention(0, start, start + len(surface), 0, 0, label, 0.9, "test", value, candidates)


def test_values_have_no_entity(linker: Linker) -> None:
    text = "20%"
    assert linker.link(text, [mention(text, "20%", "PERCENT", value="PCT:20")]) == [Link(None, 1.0, "value")]


def test_an_unlisted_spelling_is_found_by_its_sound(linker: Linker) -> None:
    text = "وقالت أنثروبيكك إنها"
    link = linker.link(text, [mention(text, "أنثروبيكك")])[0]
    assert link.entity_id == "anthropic"
    for wrong in ("نيزكوم", "زخروفة كابيتال", "ترانيم"):
        assert str(linker.link(wrong, [mention(wrong, wrong)])[0].entity_id).startswith("nil-org-")


def test_the_label_decides_between_entities(linker: Linker) -> None:
    text = "السعودية"
    nationality = linker.link(text, [mention(text, text, "NORP", ("saudi-arabia",))])[0]
    assert nationality.entity_id == "saudi-arabia"


@given(st.text(min_size=1, max_size=12), st.sampled_from(["ORG", "PERSON", "WORK_OF_ART"]))
def test_nil_ids_are_slugs_and_forget_spaces(name: str, label: str) -> None:
    made = nil_id(label, [name])
    assert made == nil_id(label, [name + " "]) == nil_id(label, [f" {name}"])
    assert made.isascii()
    assert made.startswith("nil-" + label.lower().replace("_", "-"))


SURFACES = ["نيزكوم", "Nizcom", "بسام الكركي", "الكركي", "علي بابا", "سدرين للتأمين", "سدرين", "Sidreen"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(SURFACES),
            st.sampled_from(["ORG", "PERSON", "PRODUCT", "DATE"]),
            st.sampled_from([" ", " (", ") ", "، و"]),
        ),
        max_size=10,
    )
)
def test_one_link_a_mention_and_the_same_name_is_the_same_entity(
    linker: Linker, parts: list[tuple[str, str, str]]
) -> None:
    text, mentions = "", []
    for surface, label, between in parts:
        mentions.append(Mention(0, len(text), len(text) + len(surface), 0, 0, label, 0.9, "test"))
        text += surface + between
    found = linker.link(text, mentions)
    assert len(found) == len(mentions)
    by_name: dict[tuple[str, str], set[str | None]] = {}
    for (surface, label, _), link in zip(parts, found, strict=True):
        assert (link.entity_id is None) == (label == "DATE")
        by_name.setdefault((label, surface), set()).add(link.entity_id)
    assert all(len(ids) == 1 for ids in by_name.values())
