"""Repetition is measured: what is alike is found, what only shares words is not."""

from __future__ import annotations

import gzip
import json
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.evaluate import sameness, telling
from pipeline.evaluate.gold import unmark
from pipeline.evaluate.words import fold, words

if TYPE_CHECKING:
    from pathlib import Path

DOCS = [
    unmark("استحوذت [[ألف|ORG|alef]] على شركة [[باء|ORG|baa]] في صفقة كبيرة جدا هذا الشهر\n# alef acquired baa asserted", "x"),
    unmark("استحوذت [[جيم|ORG|jeem]] على شركة [[دال|ORG|dal]] في صفقة كبيرة جدا هذا الشهر\n# jeem acquired dal asserted", "y"),
    unmark("لا شيء في هذا النص يشبه ما قبله. قال [[ألف|ORG|alef]] نعم", "z"),
]  # fmt: skip


def test_masked_sentences_show_the_template() -> None:
    masked = {doc.doc_id: sameness.masked(doc) for doc in DOCS}
    pairs = sameness.near_duplicates(masked, least=0.9)
    assert [(pair.left, pair.right, pair.likeness) for pair in pairs] == [("x", "y", 1.0)]
    plain = sameness.near_duplicates({doc.doc_id: doc.text for doc in DOCS}, least=0.1)
    assert [(pair.left, pair.right) for pair in plain] == [("x", "y")]
    assert plain[0].likeness < 0.6
    assert all(len(sameness.blanked(doc)) == len(doc.text) for doc in DOCS)


@given(st.lists(st.lists(st.sampled_from("ابتثج"), min_size=6, max_size=9), min_size=2, max_size=6))
def test_the_index_finds_what_comparing_all_pairs_finds(sents: list[list[str]]) -> None:
    texts = {f"d{n}": " ".join(sent) for n, sent in enumerate(sents)}

    def shingles(text: str) -> set[tuple[str, ...]]:
        found = words(fold(text))
        return {tuple(found[i : i + 3]) for i in range(len(found) - 2)}

    slow = set()
    for left, right in combinations(texts, 2):
        a, b = shingles(texts[left]), shingles(texts[right])
        if len(a & b) / len(a | b) >= 0.4:
            slow.add((left, right))
    assert {(pair.left, pair.right) for pair in sameness.near_duplicates(texts, least=0.4)} == slow


def test_variety_openings_names_and_paragraphs() -> None:
    assert sameness.variety(["ا ب ا ب"], 100) == sameness.Variety(4, (0.5, 0.6667, 1.0, 1.0), 0.0)
    assert sameness.variety([], 10).distinct == (0.0, 0.0, 0.0, 0.0)
    masked = [sameness.masked(doc) for doc in DOCS]
    assert sameness.openings(masked, 3).most_common(1) == [("استحوذت org علي", 2)]
    assert sameness.repeated_names(DOCS)[0] == ("alef", 2, 2)
    assert sameness.gaps(DOCS) == (0, 1, 3)
    assert sameness.lengths(DOCS) == (11, 11, 11)


def test_triggers_are_the_words_between() -> None:
    other = unmark("[[واو|ORG|waw]] شريكة [[زاي|ORG|zay]]\n# waw partner_of zay asserted", "p")
    found = {predicate: (n, dict(top)) for predicate, n, top, _ in sameness.triggers([*DOCS, other])}
    assert found["partner_of"] == (1, {"شريكه": 1})
    assert found["acquired"][0] == 2
    assert "شركه" not in found["partner_of"][1]
    assert not {"الف", "باء", "جيم", "دال"} & found["acquired"][1].keys()


def test_a_classifier_tells_two_kinds_and_does_not_tell_one(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    ours = [f"أعلنت الشركة نتائجها {'وقفز السهم بقوة ' * 25} {n}" for n in range(12)]
    theirs = [f"هطلت الأمطار {'على شمال البلاد يوم ' * 25} {n}" for n in range(12)]
    told = telling.tell(ours, theirs)
    assert told.accuracy == told.auc == 1.0
    assert any("سهم" in feature for feature, _ in told.ours)
    assert any("مطار" in feature or "بلاد" in feature for feature, _ in told.theirs)
    mixed = [text for pair in zip(ours, theirs, strict=True) for text in pair]
    assert telling.tell(mixed[::2] + mixed[1::2], mixed[1::2] + mixed[::2]).accuracy < 0.8
    with pytest.raises(ConfigError, match="too little text"):
        telling.tell(ours[:1], theirs)


def test_raw_news_is_read_from_jsonl(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": "خبر"}, ensure_ascii=False) + "\n")
    assert list(telling.raw_news(tmp_path / "a.jsonl.gz")) == ["خبر"]
    (tmp_path / "b.jsonl").write_text('{"body": 1}\n', "utf-8")
    with pytest.raises(ConfigError, match="line 1"):
        list(telling.raw_news(tmp_path / "b.jsonl"))
