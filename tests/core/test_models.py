from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from pipeline.core.models import proven
from pipeline.errors import SeedError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def models(tmp_path: Path) -> Path:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "weights.bin").write_bytes(b"1234")
    digest = hashlib.sha256(b"1234").hexdigest()
    (tmp_path / "manifest.toml").write_text(f'[tiny]\nversion = 3\n[tiny.files]\n"weights.bin" = "{digest}"\n', "utf-8")
    return tmp_path


def test_proven_files_and_their_table(models: Path) -> None:
    files, table = proven(models, "tiny")
    assert files == {"weights.bin": models / "tiny" / "weights.bin"}
    assert table["version"] == 3


def test_another_file_than_the_manifest_says(models: Path) -> None:
    (models / "tiny" / "weights.bin").write_bytes(b"1235")
    with pytest.raises(SeedError, match=r"weights\.bin: expected SHA-256 [0-9a-f]{64} as .*manifest\.toml says, found"):
        proven(models, "tiny")


def test_a_missing_file(models: Path) -> None:
    (models / "tiny" / "weights.bin").unlink()
    with pytest.raises(SeedError, match=r"the model tiny has no file .*weights\.bin .*expected by .*manifest\.toml"):
        proven(models, "tiny")


def test_a_model_that_the_manifest_does_not_know(models: Path) -> None:
    with pytest.raises(SeedError, match=r"manifest\.toml: expected a table \[large\] with its files"):
        proven(models, "large")
    with pytest.raises(SeedError, match=r"manifest\.toml: expected a table \[tiny\]"):
        proven(models / "nowhere", "tiny")
