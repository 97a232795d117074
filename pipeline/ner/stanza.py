"""Recogniser: a Stanza NER model that the user has downloaded or trained.

In: the path of a model (.pt). Out: mentions with our labels. Nothing is ever downloaded.
"""

from __future__ import annotations

import tempfile
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError
from pipeline.ner.align import label_map, mentions, runs, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.core.spans import Mention, Sentence, Token

_HOW = (
    "set ner.stanza_model to a Stanza NER model for Arabic (.pt): stanza.download('ar', processors='tokenize,ner') fetches one "
    "into ~/stanza_resources/ar/ner/, with the word vectors and character models that it needs beside it"
)


class Stanza:
    """Runs Stanza's NER on our own tokens."""

    def __init__(self, model: str, seeds: Path) -> None:
        if not model:
            raise ConfigError(f"the recogniser stanza has no model: {_HOW}")
        path = Path(model).expanduser()
        if not path.is_file():
            raise ConfigError(f"ner.stanza_model = {model!r} is no file: {_HOW}")
        try:
            import stanza
        except ImportError:
            raise ConfigError("the recogniser stanza needs the package stanza: pip install stanza") from None
        with tempfile.TemporaryDirectory() as folder:  # Stanza wants a list of its resources even where it needs none
            (Path(folder) / "resources.json").write_text("{}")
            try:
                self._read = stanza.Pipeline(
                    "ar", dir=folder, processors="tokenize,ner", tokenize_pretokenized=True, ner_model_path=str(path),
                    allow_unknown_language=True, download_method=None, use_gpu=False, verbose=False, **_companions(path),
                )  # fmt: skip
            except Exception as error:  # whatever a broken or foreign file makes torch raise
                raise ConfigError(f"ner.stanza_model = {model!r} cannot be loaded ({error}): {_HOW}") from None
        self._labels = label_map(seeds / "lexicons", "stanza")

    def __call__(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> list[Mention]:
        """The names that the model finds."""
        if not tokens:
            return []
        doc = self._read(
            [
                [word(text, token).replace(" ", "") for token in group]
                for _, group in groupby(tokens, attrgetter("sentence"))
            ]
        )
        tags = [token.ner for sentence in doc.sentences for token in sentence.tokens]
        return mentions(tokens, runs(tags), self._labels, "stanza")


def _companions(path: Path) -> dict[str, str]:
    """The word vectors and character models in their usual folders beside a downloaded model."""
    root = path.parent.parent
    found = {
        "ner_pretrain_path": sorted(root.glob("pretrain/*.pt")),
        "ner_forward_charlm_path": sorted(root.glob("forward_charlm/*.pt")),
        "ner_backward_charlm_path": sorted(root.glob("backward_charlm/*.pt")),
    }
    return {key: str(files[0]) for key, files in found.items() if files}
