from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ConfigError
from pipeline.run.layers import layers
from tests.run.small import settings

if TYPE_CHECKING:
    from pathlib import Path


def test_the_layers_of_a_run(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from tests.run.small import go

    text = "أعلنت شركة علي بابا الصينية إنفاق 5 ملايين دولار."
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.txt").write_text(text, "utf-8")
    go(tmp_path / "in", tmp_path / "out")
    batch = layers(settings(), {"x": text}, "ner")
    assert batch.schema.names[-2:] == ["mentions", "hints"]
    assert "relations" not in batch.schema.names
    stored = pq.read_table(tmp_path / "out" / "layers" / "ner").column("mentions").to_pylist()
    assert batch.column("mentions").to_pylist() == stored
    with pytest.raises(ConfigError, match="expected one of normalise"):
        layers(settings(), {"x": text}, "nerr")
