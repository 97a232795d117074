from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

from pipeline.config import load
from pipeline.core.spans import Token
from pipeline.train.crf import silver
from pipeline.train.crf.examples import tags_of, written
from pipeline.train.encoder.corpora import GOLD, Doc, Name

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_document_of_units_is_written_with_its_names() -> None:
    units = ("قال", "ل", "الصين", "و", "«", "مهد", "تك", "»", "،", "ب", "باسل", "حداد", ".", "عاد", "باسل")
    names = (
        Name(2, 2, "GPE", "china"),
        Name(5, 6, "ORG", "mahd"),
        Name(10, 11, "PERSON", "b"),
        Name(14, 14, "PERSON", "b"),
    )
    text, marks = written(Doc(GOLD, "x", units, (0,) * 13 + (1, 1), names))
    assert text == "قال للصين و«مهد تك»، بباسل حداد.\nعاد باسل"
    assert [(text[start:end], label) for start, end, label in marks] == [
        ("لصين", "GPE"), ("مهد تك", "ORG"), ("باسل حداد", "PERSON"), ("باسل", "PERSON"),
    ]  # fmt: skip


def test_marks_become_tags_and_values_have_one_kind() -> None:
    text = "في علي بابا عام 2024"
    tokens, at = [], 0
    for word in text.split():
        tokens.append(Token(0, at, at + len(word), at, word, word, "word"))
        at += len(word) + 1
    assert tags_of(tokens, [(12, 20, "DATE"), (3, 11, "ORG")]) == ["O", "B-ORG", "I-ORG", "B-VALUE", "I-VALUE"]


def test_silver_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "news.jsonl"
    texts = [f"زار الرئيس مدينة تونس يوم {day} مارس." for day in range(1, 8)]
    source.write_text("\n".join(json.dumps({"text": text}) for text in texts), "utf-8")
    monkeypatch.setattr(silver, "_A_FILE", 3)
    config = load((), ['ner.recognisers=["values","names"]'])
    silver.silver(config, source, tmp_path / "out", docs=0, seed=1)
    files = sorted((tmp_path / "out").glob("*.jsonl"))
    assert len(files) == 3
    first = silver.read(tmp_path / "out")
    assert sorted(text for text, _ in first) == sorted(texts)
    assert all(any("تونس" in text[start:end] for start, end, _ in marks) for text, marks in first)
    kept = files[0].stat().st_mtime_ns
    files[1].unlink()
    (tmp_path / "out" / "broken.new").write_text("{", "utf-8")
    silver.silver(config, source, tmp_path / "out", docs=0, seed=1)
    assert silver.read(tmp_path / "out") == first
    assert files[0].stat().st_mtime_ns == kept
    silver.silver(config, source, tmp_path / "less", docs=4, seed=1)
    shuffled = list(texts)
    Random(1).shuffle(shuffled)
    assert [text for text, _ in silver.read(tmp_path / "less")] == shuffled[:4]
