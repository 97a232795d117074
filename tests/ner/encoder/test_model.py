"""The shipped encoder: it reads everything, everywhere alike, and refuses files that are not its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.config import load
from pipeline.core.spans import Sentence, Token
from pipeline.errors import ConfigError, SeedError
from pipeline.ner.encoder import model
from pipeline.ner.encoder.model import Encoder
from pipeline.ner.encoder.tags import OURS, best_tags, log_softmax, spans
from pipeline.ner.encoder.units import units
from pipeline.ner.stage import Ner
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise
from tests.conftest import TEXTS, documents

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

Read = Callable[[str], tuple[list[Sentence], list[Token]]]
MODELS = load().paths.models
NAME = "أعلن الرئيس المصري عبد الفتاح السيسي في القاهرة "
FILLER = "ذلك أن كثيرا من الناس قالوا في هذا الأمر كلاما طويلا "  # ten words


def named(encoder: Encoder, text: str, tokens: list[Token]) -> list[tuple[int, str, str]]:
    reading = encoder.read(text, tokens)
    scores = log_softmax(encoder.block(reading, "gold"))
    return [
        (
            tokens[reading.units[s.first].token].start,
            text[tokens[reading.units[s.first].token].stem_start : tokens[reading.units[s.last].token].end],
            s.label,
        )
        for s in spans(OURS, scores, best_tags(scores, [False] * len(scores)))
    ]


def test_a_sentence_of_5000_words_loses_nothing(encoder: Encoder, read: Read) -> None:
    text = FILLER * 250 + NAME + FILLER * 250 + NAME.strip()
    tokens = [token._replace(sentence=0) for token in read(text)[1]]
    assert len(text.split()) > 5000
    reading = encoder.read(text, tokens)
    assert reading.units == units(text, tokens)
    assert len(reading.logits) == len(reading.states) == len(reading.units)
    assert np.isfinite(reading.logits).all()
    found = named(encoder, text, tokens)
    for start in (text.index(NAME), text.rindex(NAME.strip())):
        here = {(surface, label) for at, surface, label in found if start <= at < start + len(NAME)}
        assert {("عبد الفتاح السيسي", "PERSON"), ("القاهرة", "GPE")} <= here


def test_the_whole_stage_finds_names_in_it_too() -> None:
    config = load(assignments=["tokenise.max_sentence_chars=1000000"])
    text = FILLER * 250 + NAME + FILLER * 250 + NAME.strip()
    (row,) = Ner(config)(Tokenise(config)(Normalise(config)(documents([text])))).to_pylist()
    assert len({token["sentence"] for token in row["tokens"]}) == 1
    found = [(text[m["start"] : m["end"]], m["label"]) for m in row["mentions"]]
    assert found.count(("عبد الفتاح السيسي", "PERSON")) == 2
    assert found.count(("القاهرة", "GPE")) == 2


def test_context_on_both_sides_of_a_cut(encoder: Encoder, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever windows are cut, nearly the same is read."""
    text = (NAME + FILLER) * 12
    tokens = [token._replace(sentence=0) for token in read(text)[1]]
    whole = encoder.read(text, tokens).logits[:, : len(OURS)].argmax(1)
    monkeypatch.setattr(model, "WINDOW", 97)
    cut = encoder.read(text, tokens).logits[:, : len(OURS)].argmax(1)
    assert (whole == cut).mean() > 0.97


def tokenised(texts: list[str]) -> pa.RecordBatch:
    config = load()
    return Tokenise(config)(Normalise(config)(documents(texts)))


def test_a_document_is_read_alike_alone_and_in_company() -> None:
    ner = Ner(load())
    texts = [*TEXTS, FILLER * 40 + NAME]
    together = ner(tokenised(texts)).select(["mentions", "hints"]).to_pylist()
    for text, row in zip(texts, together, strict=True):
        assert ner(tokenised([text])).select(["mentions", "hints"]).to_pylist() == [row]
    backwards = ner(tokenised(texts[::-1])).select(["mentions", "hints"]).to_pylist()
    assert backwards[::-1] == together


def test_threads_change_nothing(encoder: Encoder, read: Read) -> None:
    text = (NAME + FILLER) * 5
    tokens = read(text)[1]
    two = Encoder(MODELS, threads=2).read(text, tokens)
    assert np.allclose(two.logits, encoder.read(text, tokens).logits, atol=1e-3)


def test_a_document_without_words(encoder: Encoder) -> None:
    reading = encoder.read("", [])
    assert reading.units == []
    assert encoder.block(reading, "gold").shape == (0, len(OURS))


def test_an_unknown_way_of_labelling(encoder: Encoder) -> None:
    with pytest.raises(ConfigError, match=r"no tags 'conll'; expected one of gold, anercorp, aqmar, wikifane"):
        encoder.block(encoder.read("", []), "conll")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(MODELS / "encoder", tmp_path / "encoder")
    shutil.copy(MODELS / "manifest.toml", tmp_path)
    return tmp_path


def test_files_that_are_not_the_manifests(copied: Path) -> None:
    with (copied / "encoder" / "encoder.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(SeedError, match=r"encoder\.onnx: expected SHA-256"):
        Encoder(copied)
    (copied / "encoder" / "encoder.onnx").unlink()
    with pytest.raises(SeedError, match=r"has no file .*encoder\.onnx"):
        Encoder(copied)


def test_a_graph_that_is_none(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copied / "encoder" / "encoder.onnx").write_bytes(b"no graph")
    files = {file.name: file for file in (copied / "encoder").iterdir()}
    monkeypatch.setattr(model, "proven", lambda *_: (files, {}))
    with pytest.raises(SeedError, match="holds no encoder that can be read"):
        Encoder(copied)
