from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.config import load
from pipeline.ner.names import Names
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


@pytest.fixture(scope="session")
def names() -> Names:
    return Names(load().paths.seeds)


@pytest.fixture(scope="session")
def find(
    names: Names, read: Callable[[str], tuple[list[Sentence], list[Token]]]
) -> Callable[[str], list[tuple[str, str]]]:
    return lambda text: [(text[m.start : m.end], m.label) for m in names(text, *read(text))]
