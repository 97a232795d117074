"""The laws of a stage (pipeline.core.stage), on every entry of STAGES, on real and on absurd text."""

from __future__ import annotations

import pickle
from importlib import import_module
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.schema import DOCUMENTS
from pipeline.run.plan import NAMES, STAGES, planned, problems
from tests.conftest import TEXTS, documents

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.core.stage import Stage

ARABIC = st.text(
    alphabet=st.sampled_from("ابتدرسعلكمنهويةىأإآءؤئ ٱگپچ\u064b\u0651ـ\u200f\n.،؛؟!«»()٪%$٠١٢٣123٫,:-/ABcd"),
    max_size=60,
)
WORDS = st.lists(st.sampled_from(" ".join(TEXTS[:3]).split()), max_size=25).map(" ".join)
ANY = st.lists(st.one_of(st.sampled_from(TEXTS), ARABIC, WORDS, st.text(max_size=30)), max_size=5)


@pytest.fixture(scope="module")
def stages(config: Config) -> dict[str, Stage]:
    return {name: getattr(import_module(module), cls)(config) for name, module, cls in STAGES}


def before(stages: dict[str, Stage], name: str, texts: list[str]) -> pa.RecordBatch:
    """What a stage gets: the documents with the layers of the stages before it."""
    batch = documents([text.replace("\x00", "") for text in texts])
    for earlier in NAMES[: NAMES.index(name)]:
        batch = stages[earlier](batch)
    return batch


@pytest.mark.parametrize("name", NAMES)
@given(texts=ANY, at=st.integers(0, 5))
def test_laws(stages: dict[str, Stage], name: str, texts: list[str], at: int) -> None:
    stage, batch = stages[name], before(stages, name, texts)
    copy = batch.to_pylist()
    after = stage(batch)
    # 1, 2: the same rows, untouched, and exactly the columns that were promised
    assert batch.to_pylist() == copy
    assert after.schema.names == [*batch.schema.names, *stage.writes.names]
    assert after.select(batch.schema.names).equals(batch)
    assert [after.schema.field(field.name).type for field in stage.writes] == [field.type for field in stage.writes]
    # 2: nothing else is read
    narrow = batch.select([column for column in batch.schema.names if column in stage.reads or column in {"doc_id"}])
    assert stage(narrow).select(stage.writes.names).equals(after.select(stage.writes.names))
    # 3: splitting the batch changes nothing
    at = min(at, batch.num_rows)
    halves = pa.Table.from_batches([stage(batch.slice(0, at)), stage(batch.slice(at))])
    assert halves.to_pylist() == after.to_pylist()
    # 4: the same again
    assert stage(batch).to_pylist() == after.to_pylist()
    # 5: every span lies within its text
    for row in after.to_pylist():
        for column in set(stage.writes.names) - {"norm", "links", "hints"}:
            for span in row[column]:
                assert 0 <= span["start"] < span["end"] <= len(row["text"])


@pytest.mark.parametrize(("module", "cls"), [row[1:] for row in STAGES], ids=NAMES)
def test_class_and_config_pickle(module: str, cls: str, config: Config) -> None:
    make = getattr(import_module(module), cls)
    assert pickle.loads(pickle.dumps(make)) is make
    assert pickle.loads(pickle.dumps(config)) == config


def test_every_stage_takes_an_empty_batch(stages: dict[str, Stage]) -> None:
    batch = documents([])
    for name in NAMES:
        batch = stages[name](batch)
    assert batch.num_rows == 0
    assert batch.schema.names[: len(DOCUMENTS)] == DOCUMENTS.names


def test_the_plan_has_no_problems(config: Config) -> None:
    stages = planned(config)
    assert problems(stages) == []
    assert problems(stages[1:]) != []  # the check can fail
    assert [stage.name for stage in stages] == list(NAMES)
