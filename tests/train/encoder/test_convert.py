from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.errors import ConfigError
from pipeline.train.encoder import convert
from tests.train.encoder import packed

if TYPE_CHECKING:
    from pathlib import Path

PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁علي", -3.5), ("<mask>", 0.0)]


def test_a_packed_model_is_read_back(tmp_path: Path) -> None:
    wanted = packed.write(tmp_path / "e5.bin", PIECES, layers=2)
    base = convert.read(tmp_path / "e5.bin")
    assert (base.hidden, base.layers, base.heads, base.inner) == (64, 2, 2, 128)
    assert base.pieces == PIECES
    assert base.arrays.keys() == wanted.keys()
    for name, array in wanted.items():
        assert base.arrays[name].shape == array.shape
        assert np.allclose(base.arrays[name], array, atol=1e-6), name


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"PK\3\4 and so on")
    with pytest.raises(ConfigError, match=r"other\.bin is no packed e5 model: it begins with b'PK"):
        convert.read(tmp_path / "other.bin")
