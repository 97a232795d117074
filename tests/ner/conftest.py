from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.config import load
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise.stage import Tokeniser

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.core.spans import Sentence, Token


@pytest.fixture(scope="session")
def read() -> Callable[[str], tuple[list[Sentence], list[Token]]]:
    config = load()
    normalise, tokenise = Normaliser(config), Tokeniser(config)
    return lambda text: tokenise(normalise(text), text)
