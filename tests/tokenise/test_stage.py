"""The doors of normalise and tokenise: one batch in, the same batch with more columns out."""

from __future__ import annotations

import pickle

import pyarrow as pa
import pytest

from pipeline import config
from pipeline.core import batches
from pipeline.core.spans import Sentence, Token
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise

TEXTS = [
    "أعلنت شركة «ديب سيك» (DeepSeek) أمس نموذجها R1.\nوقال مؤسسها إنَّ كلفته ٥٫٦ ملايين دولار.",
    "",
    "\u200f \n",
    "لـعلي بابا أكثر من ٢٠٠ نموذج، وللصين غيرها.",
    "َُِ",
]


@pytest.fixture(scope="module")
def stages() -> tuple[Normalise, Tokenise]:
    settings = config.load()
    return Normalise(settings), Tokenise(settings)


def run(stages: tuple[Normalise, Tokenise], texts: list[str]) -> pa.RecordBatch:
    batch = pa.record_batch({"text": pa.array(texts, pa.string())})
    for stage in stages:
        batch = stage(batch)
    return batch


def test_columns_and_rows(stages) -> None:
    batch = run(stages, TEXTS)
    assert batch.schema.names == ["text", "norm", "sentences", "tokens"]
    assert batch.column("text").to_pylist() == TEXTS
    assert batch.column("tokens").type == stages[1].writes.field("tokens").type
    assert [len(row) for row in batch.column("sentences").to_pylist()] == [2, 0, 0, 1, 0]


def test_what_comes_back(stages) -> None:
    batch = run(stages, TEXTS)
    sentences = batches.unpack(batch.column("sentences"), Sentence._make)
    tokens = batches.unpack(batch.column("tokens"), Token._make)
    text = TEXTS[3]
    assert [text[s.start : s.end] for s in sentences[3]] == [text]
    first = tokens[3][0]
    assert (text[first.start : first.end], text[first.stem_start : first.end], first.norm, first.stem) == (
        "لـعلي",
        "علي",
        "لعلي",
        "علي",
    )
    second = [token for token in tokens[0] if token.sentence == 1]
    assert TEXTS[0][second[0].start : second[0].end] == "وقال"
    assert [token.norm for token in tokens[0] if token.kind == "number"] == ["5.6"]


def test_splitting_the_batch_changes_nothing(stages) -> None:
    whole = run(stages, TEXTS)
    for cut in range(len(TEXTS) + 1):
        parts = pa.Table.from_batches([run(stages, TEXTS[:cut]), run(stages, TEXTS[cut:])])
        assert parts.combine_chunks().to_pylist() == whole.to_pylist()
    sliced = stages[1](stages[0](pa.record_batch({"text": TEXTS}).slice(1, 3)))
    assert sliced.to_pylist() == whole.slice(1, 3).to_pylist()


def test_an_empty_batch(stages) -> None:
    batch = run(stages, [])
    assert batch.num_rows == 0
    assert batch.schema.names == ["text", "norm", "sentences", "tokens"]


def test_classes_and_config_pickle() -> None:
    for made in (Normalise, Tokenise, config.load()):
        assert pickle.loads(pickle.dumps(made)) == made
