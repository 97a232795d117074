"""Recogniser: a BERT model for token classification, read by CAMeL Tools.

In: the folder of a Hugging Face model. Out: mentions with our labels. Nothing is ever downloaded.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError
from pipeline.ner.align import label_map, mentions, runs, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.core.spans import Mention, Sentence, Token

_HOW = (
    "set ner.camel_model to the folder of a model for token classification (config.json, weights and vocab.txt); "
    "`camel_data -i ner-arabert` puts one into ~/.camel_tools/data/ner/arabert"
)


class Camel:
    """Runs CAMeL Tools' NERecognizer on our own tokens."""

    def __init__(self, model: str, seeds: Path) -> None:
        if not model:
            raise ConfigError(f"the recogniser camel has no model: {_HOW}")
        path = Path(model).expanduser()
        if not (path / "config.json").is_file():
            raise ConfigError(f"ner.camel_model = {model!r} is no folder with a config.json: {_HOW}")
        try:
            with _catalogue():
                from camel_tools.ner import NERecognizer
        except ImportError:
            raise ConfigError("the recogniser camel needs the package camel-tools: pip install camel-tools") from None
        try:
            self._model: Any = NERecognizer(str(path), use_gpu=False)
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(f"ner.camel_model = {model!r} cannot be loaded ({error}): {_HOW}") from None
        self._labels = label_map(seeds / "lexicons", "camel")

    def __call__(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> list[Mention]:
        """The names that the model finds."""
        groups = [[self._word(text, token) for token in group] for _, group in groupby(tokens, attrgetter("sentence"))]
        if not groups:
            return []
        tags = [tag for sentence in self._model.predict(groups) for tag in sentence]
        return mentions(tokens, runs(tags), self._labels, "camel")

    def _word(self, text: str, token: Token) -> str:
        """A word that the model's tokeniser has pieces for: it would drop others in silence and shift all labels."""
        written = word(text, token)
        return written if self._model.tokenizer.tokenize(written) else "."


@contextmanager
def _catalogue() -> Iterator[None]:
    """An empty catalogue of downloads where there is none: CAMeL Tools fetches one from the network at import otherwise."""
    folder = os.environ.get("CAMELTOOLS_DATA") or str(Path.home() / ".camel_tools")
    if (Path(folder) / "catalogue.json").is_file():
        yield
        return
    before = os.environ.get("CAMELTOOLS_DATA")
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / "catalogue.json").write_text(json.dumps({"version": "1.6.0", "packages": {}, "components": {}}))
        os.environ["CAMELTOOLS_DATA"] = empty
        try:
            yield
        finally:
            if before is None:
                del os.environ["CAMELTOOLS_DATA"]
            else:
                os.environ["CAMELTOOLS_DATA"] = before
