from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import corpus
from tests.run.small import go

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus.write(tmp_path_factory.mktemp("texts"), 18)


@pytest.fixture(scope="session")
def undisturbed(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    summary = go(texts, out)
    assert summary.n_documents == 18
    assert summary.rows["mentions"] > 100
    return out
