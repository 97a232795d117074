from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline import config
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise.stage import Tokeniser

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.core.spans import Sentence, Token


@pytest.fixture(scope="session")
def tokenise() -> Callable[[str], tuple[list[Sentence], list[Token]]]:
    """Raw text to sentences and tokens, with the project's own settings."""
    settings = config.load()
    normaliser, tokeniser = Normaliser(settings), Tokeniser(settings)
    return lambda text: tokeniser(normaliser(text), text)
