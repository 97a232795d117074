from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import main
from pipeline.config import ROOT
from pipeline.core.spans import VALUE_LABELS
from pipeline.evaluate import stress
from pipeline.evaluate.gold import read_gold, unmark
from pipeline.evaluate.stress import Edit, Survival, apply, changed, kinds, survival

if TYPE_CHECKING:
    from pathlib import Path

MARKED = """أعلنت [[علي بابا|ORG|alibaba]] في [[الصين|GPE|china]] أنها أطلقت [[Qwen 3|PRODUCT|qwen-3]] بسعر [[3.5 دولار|MONEY|USD:3.5]].
وقال [[سامي الخوري|PERSON|sami]] إن «[[ليالي القاهرة|WORK_OF_ART|nights]]» كتاب ل[[سامي الخوري|PERSON|sami]]! وعاد [[الخوري|PERSON|sami]] إلى ب[[بيروت|GPE|beirut]]."""
DOC = unmark(MARKED, "doc")
POOLS = {
    ("PERSON", True): ["ليث قباني", "رامي"],
    ("ORG", True): ["شركة الفلك"],
    ("GPE", True): ["الدوحة", "مسقط"],
    ("PRODUCT", False): ["Zeta 9"],
    ("WORK_OF_ART", True): ["بحر الرمال"],
}
KINDS = kinds(POOLS)
GOLDS = read_gold(ROOT / "tests" / "gold" / "dev")
SEEDS = st.integers(0, 10_000)


def surfaces(made: stress.Changed) -> list[str]:
    return [made.text[start:end] for start, end in made.spans]


@pytest.mark.parametrize("kind", KINDS)
@given(seed=SEEDS)
def test_spans_stay_sound_and_seeds_decide(kind: str, seed: int) -> None:
    for doc in (DOC, GOLDS[seed % len(GOLDS)]):
        made = changed(doc, KINDS[kind], seed)
        assert made == changed(doc, KINDS[kind], seed)
        assert len(made.spans) == len(made.touched) == len(doc.entities)
        last = 0
        for start, end in made.spans:
            assert last <= start < end <= len(made.text)
            last = end
        if kind != "renamed":  # mentions say what they said, in other signs
            for e, now in zip(doc.entities, surfaces(made), strict=True):
                assert loosely(now) == loosely(e.text), kind


def loosely(text: str) -> str:
    """What no change but another name can alter."""
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in {"Mn", "Cf"} and c != "ـ"
    )
    bare = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in bare)
    bare = bare.translate(str.maketrans("ةىٱ", "هيا")).lower()
    bare = re.sub(r"[«»\"“”„‘’']", "", bare)
    return re.sub("^ال", "ل", bare)  # للصين


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("hamzas", "اعلنت علي بابا في الصين انها اطلقت"),
        ("last letters", "أعلنت على بابا فى الصين أنها أطلقت"),
        ("digits", "Qwen ٣ بسعر ٣.٥ دولار"),
        ("quotes", "إن ليالي القاهرة كتاب"),
        ("lower", "أطلقت qwen 3"),
        ("joined", "دولار وقال سامي الخوري"),
    ],
)
def test_what_a_change_does(kind: str, text: str) -> None:
    assert text in changed(DOC, KINDS[kind], 1).text


def test_values_and_attached_names_take_no_proclitics() -> None:
    for seed in range(20):
        made = changed(DOC, KINDS["proclitics"], seed)
        before = [made.text[max(0, start - 1) : start] for start, _ in made.spans]
        for e, letter in zip(DOC.entities, before, strict=True):
            if e.label in VALUE_LABELS or e.text[0].isascii():
                assert not letter.strip() or letter in "«"
    twos = {changed(DOC, KINDS["proclitics"], seed).text.split(" في ")[1].split()[0] for seed in range(60)}
    assert {"للصين", "والصين", "بالصين", "وللصين"} <= twos


def test_diacritics_belong_to_the_letter_before() -> None:
    for seed in range(10):
        made = changed(DOC, KINDS["diacritics"], seed)
        for start, end in made.spans:
            assert unicodedata.category(made.text[start]) != "Mn"
            assert unicodedata.category(made.text[end : end + 1] or " ") != "Mn"


def test_an_entity_is_everywhere_called_alike() -> None:
    seen = set()
    for seed in range(40):
        made = changed(DOC, KINDS["renamed"], seed)
        by_name = dict(zip([(e.id, e.text) for e in DOC.entities], surfaces(made), strict=True))
        assert surfaces(made).count(by_name["sami", "سامي الخوري"]) == 2
        assert by_name["sami", "سامي الخوري"] == "ليث قباني"  # of the same length
        assert by_name["sami", "الخوري"] == "قباني"  # and its second word
        assert by_name["qwen-3", "Qwen 3"] == "Zeta 9"
        assert by_name["USD:3.5", "3.5 دولار"] == "3.5 دولار"
        seen.add((by_name["china", "الصين"], by_name["beirut", "بيروت"]))
        assert "بالدوحة" not in made.text  # an article after a proclitic would need another spelling
    assert len(seen) > 1


def test_sentences_are_cut_and_joined_outside_of_mentions() -> None:
    for doc in GOLDS:
        assert all("\n" not in surface for surface in surfaces(changed(doc, KINDS["cut"], 3)))
        joined = changed(doc, KINDS["joined"], 3)
        assert "\n" not in joined.text
        assert surfaces(joined) == [e.text for e in doc.entities]


def test_edits_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="doc: edits overlap at 3"):
        apply(DOC, [Edit(1, 4, "x"), Edit(3, 5, "y")])
    e = DOC.entities[0]
    with pytest.raises(ValueError, match="crosses the edge of «علي بابا»"):
        apply(DOC, [Edit(e.end - 1, e.end + 1, "")])


def test_survival_counts_span_label_and_value() -> None:
    made = apply(DOC, [Edit(0, 0, "ثم "), Edit(DOC.entities[0].start, DOC.entities[0].end, "مانوس")])
    before = {(e.start, e.end, e.label): e.id if e.label == "MONEY" else None for e in DOC.entities[:4]}
    after = {(*span, e.label): None for e, span in zip(DOC.entities, made.spans, strict=True)}
    assert survival(DOC, made, before, after) == Survival(4, 4, 1, 1, 1, 0)
    del after[(*made.spans[0], "ORG")]
    assert survival(DOC, made, before, after) == Survival(4, 3, 1, 0, 1, 0)
    after[(*made.spans[3], "MONEY")] = "USD:3.5"
    assert survival(DOC, made, before, after) == Survival(4, 3, 1, 0, 1, 1)
    assert survival(DOC, made, {}, after) == Survival()


def test_pools_hold_what_no_list_holds() -> None:
    found = stress.pools([DOC], lambda name: name == "علي بابا")
    assert ("ORG", True) not in found
    assert found["PERSON", True] == ["الخوري", "سامي الخوري"]
    assert found["PRODUCT", False] == ["Qwen 3"]
    assert found["GPE", True] == ["الصين"]  # بيروت stands after a proclitic
    assert not any(label in VALUE_LABELS for label, _ in found)


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "doc.json").write_text(DOC.to_json(), "utf-8")
    asked = ["stress", "--gold", str(tmp_path / "gold")]
    done = CliRunner().invoke(main, [*asked, "--kinds", "tatweel, digits", "--json", str(tmp_path / "card.json")])
    assert done.exit_code == 0, done.output
    assert "1 documents, 9 gold mentions" in done.output
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    assert list(card) == ["tatweel", "digits"]
    assert card["digits"]["values_kept"] == card["digits"]["values"] == 1
    assert card["tatweel"]["after"] >= card["tatweel"]["before"] - 2
    assert CliRunner().invoke(main, [*asked, "--kinds", "typos"]).exit_code == 2
    assert CliRunner().invoke(main, ["stress", "--gold", str(tmp_path)]).exit_code == 2
