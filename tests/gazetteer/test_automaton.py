from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import load as load_config
from pipeline.core.spans import Sentence, Token
from pipeline.errors import SeedError
from pipeline.gazetteer.automaton import Automaton, Hit, view
from pipeline.gazetteer.candidates import Candidates
from pipeline.gazetteer.entries import COLUMNS, Spelling, demonym_forms, load, spellings
from pipeline.gazetteer.keys import fold

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[[str], tuple[list[Sentence], list[Token]]]


def spelling(surface: str, entity: str = "x") -> Spelling:
    return Spelling(surface, entity, ("ORG",), common=False)


def found(read: Read, text: str, *names: str) -> list[str]:
    _, tokens = read(text)
    return [text[hit.start : hit.end] for hit in Automaton(map(spelling, names)).find(view(text, tokens))]


@pytest.mark.parametrize(
    ("text", "name", "surface"),
    [
        ("أعلنت ديب سيك أمس", "ديب سيك", "ديب سيك"),
        ("أعلنت ديبسيك أمس", "ديب سيك", "ديبسيك"),
        ("أعلنت ديب-سيك أمس", "ديب سيك", "ديب-سيك"),
        ("أعلنت ديب سيك أمس", "ديبسيك", "ديب سيك"),
        ("وسامسونغ أيضا", "سامسونغ", "سامسونغ"),
        ("وبسامسونغ أيضا", "سامسونغ", "سامسونغ"),
        ("لـعلي بابا", "علي بابا", "علي بابا"),
        ("نما صادرات للصين", "الصين", "لصين"),
        ("وللصين رأي", "الصين", "لصين"),
        ("بالصين", "الصين", "الصين"),
        ("كوريا الجنوبية", "كوريا الجنوبية", "كوريا الجنوبية"),
        ("أنشأتها قطر للطاقة", "قطر للطاقة", "قطر للطاقة"),
        ("قالت OPENAI إن", "OpenAI", "OPENAI"),
        ("قالت Open AI إن", "OpenAI", "Open AI"),
        ("شركة AT&T الأميركية", "AT&T", "AT&T"),
        ("شَرِكة هُوَاوِي", "هواوي", "هُوَاوِي"),
        ("سامســونج", "سامسونج", "سامســونج"),
    ],
)
def test_a_name_is_found_in_every_dress(read: Read, text: str, name: str, surface: str) -> None:
    assert surface in found(read, text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("الميتافيزيقا", "ميتا"),  # within a word
        ("ميتان", "ميتا"),
        ("قال علي. بابا نويل", "علي بابا"),  # over the end of a sentence
        ("علي، بابا", "علي بابا"),  # over a comma
        ("Metadata", "Meta"),
        ("H1000", "H100"),
    ],
)
def test_a_name_is_not_found_inside_other_words(read: Read, text: str, name: str) -> None:
    assert found(read, text, name) == []


def test_overlapping_names_are_all_reported_longest_first(read: Read) -> None:
    assert found(read, "غوغل ديب مايند", "غوغل", "غوغل ديب مايند", "ديب مايند") == [
        "غوغل ديب مايند",
        "غوغل",
        "ديب مايند",
    ]


WORDS = ["ديب", "سيك", "علي", "بابا", "و", "الصين", "للصين", "ميتا", "AI", "Open", "بي", "إم", "-", "،", "وديب"]


@given(
    st.lists(st.sampled_from(WORDS), max_size=12),
    st.sets(st.sampled_from(["ديب سيك", "علي بابا", "الصين", "ميتا", "Open AI", "بي إم", "ديب"])),
)
def test_like_looking_up_every_stretch_of_tokens(read: Read, words: list[str], names: set[str]) -> None:
    """The slow twin: the key of every stretch of whole tokens, from every start that the automaton allows."""
    text = " ".join(words)
    _, tokens = read(text)
    automaton = Automaton(map(spelling, sorted(names)))
    keys = {fold(name) for name in names}
    slow = set()
    for first in range(len(tokens)):
        for last in range(first, len(tokens)):
            stretch = tokens[first : last + 1]
            if (
                tokens[first].norm in "-،"
                or tokens[last].norm in "-،"
                or any(t.norm == "،" for t in stretch)
                or stretch[-1].sentence != stretch[0].sentence
            ):
                continue
            rest = "".join(" " + t.norm for t in stretch[1:])
            for start, head in (
                (tokens[first].start, tokens[first].norm),
                (tokens[first].stem_start, tokens[first].stem),
            ):
                if fold(head + rest) in keys:
                    slow.add((first, last, start))
    fast = {(hit.first, hit.last, hit.start) for hit in automaton.find(view(text, tokens)) if hit.how == "word"}
    assert slow <= fast
    assert {(h[0], h[1]) for h in fast} <= {(h[0], h[1]) for h in slow}


@pytest.mark.parametrize("text", ["", "\n", "ـ" * 50, "\u064b" * 100, "ا" * 100_000, "😀‏‎ \u202e", "()[]«»"])
def test_absurd_texts_pass(read: Read, text: str) -> None:
    _, tokens = read(text)
    hits: list[Hit] = Automaton([spelling("اا"), spelling("ديب سيك")]).find(view(text, tokens))
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)


def test_no_spelling_at_all(read: Read) -> None:
    assert found(read, "أي نص") == []


def test_a_quarter_of_a_million_spellings_load_in_seconds() -> None:
    letters = "ابتجدرسعفقكلمنهوي"
    many = [spelling("".join(letters[(i * 7 + i // 17**k) % 17] for k in range(6)) + f" {i:x}") for i in range(250_000)]
    start = time.process_time()
    Automaton(many)
    assert time.process_time() - start < 6


def test_demonyms_in_all_forms_lead_to_the_country(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text(
        "\t".join([*COLUMNS, "demonyms"]) + "\n" + "china\tGPE\tChina\tالصين\t\t\t\tcountry\t\tQ148\tصيني\n"
        "us\tGPE\tUnited States\tأميركا\t\t\t\tcountry\t\tQ30\tأميركي | أمريكي ; أميركان\n"
        "korea\tGPE\tSouth Korea\tكوريا الجنوبية\t\t\t\tcountry\t\tQ884\tكوري جنوبي\n",
        "utf-8",
    )  # fmt: skip
    known = Automaton(s for entry in load(tmp_path) for s in spellings(entry))
    for form in ("صيني", "الصينية", "صينيون", "الصينيين", "صينيات", "صينياً", "صينيا", "صينيتين"):
        assert next((s.entity_id, s.labels) for s in known.lookup(form)) == ("china", ("NORP",)), form
    assert known.lookup("الأميركان")[0].entity_id == "us"
    assert known.lookup("الكورية الجنوبية")[0].entity_id == "korea"
    assert known.lookup("الصين")[0].labels == ("GPE",)
    assert "الصينيات" in demonym_forms(["صيني"])


ROW = "x\tORG\tX\tإكس\t\t\t\tcompany\t\t"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("X y\tORG\tX\t\t\t\t\t\t\t", "id"),
        ("x\tFIRM\tX\t\t\t\t\t\t\t", "FIRM"),
        ("x\tMONEY\tX\t\t\t\t\t\t\t", "MONEY"),
        ("x\tORG\t\t\t\t\t\t\t\t", "no name"),
        ("x\tORG\tX\t\t\tY\t\t\t\t", "common"),
        ("x\tORG\tX", "expected 10 columns"),
        (ROW + "\n" + ROW, "one row"),
    ],
)
def test_a_broken_row_names_its_file_and_line(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "firms.tsv").write_text("\t".join(COLUMNS) + "\n" + row + "\n", "utf-8")
    with pytest.raises(SeedError, match=rf"firms\.tsv, line \d.*{message}"):
        load(tmp_path)


def test_candidates_by_key_and_by_sound() -> None:
    known = Candidates(
        [spelling("DeepSeek", "deepseek"), spelling("Databricks", "databricks"), spelling("سامسونغ", "samsung")],
        models=load_config().paths.models,
    )
    assert [c.entity_id for c in known("دييب سيك", "ORG")] == ["deepseek"]
    assert [c.entity_id for c in known("Samsung", "ORG")] == ["samsung"]
    assert known("ديب سيك", "ORG")[0].likeness > 0.7
    assert known("Deep Seek", "ORG")[0].method == "key"
    assert known("نون", "ORG") == ()
