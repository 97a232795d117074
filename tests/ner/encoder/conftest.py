from __future__ import annotations

import pytest

from pipeline.config import load
from pipeline.ner.encoder.model import Encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder(load().paths.models)
