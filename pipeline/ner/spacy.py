"""Recogniser: a spaCy pipeline that the user has trained or installed.

In: a folder or package name with a component that sets `doc.ents`. Out: mentions with our labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ConfigError
from pipeline.ner.align import covering, label_map, mentions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.core.spans import Mention, Sentence, Token

_HOW = (
    "set ner.spacy_model to the folder or package name of a spaCy pipeline that finds names (spacy train writes such a folder); "
    "spaCy has no pretrained Arabic pipeline of its own"
)


class Spacy:
    """Runs a spaCy pipeline on the raw text of each sentence."""

    def __init__(self, model: str, seeds: Path) -> None:
        if not model:
            raise ConfigError(f"the recogniser spacy has no model: {_HOW}")
        try:
            import spacy
        except ImportError:
            raise ConfigError("the recogniser spacy needs the package spacy: pip install spacy") from None
        try:
            self._read = spacy.load(model)
        except OSError as error:
            raise ConfigError(f"ner.spacy_model = {model!r} cannot be loaded ({error}): {_HOW}") from None
        self._labels = label_map(seeds / "lexicons", "spacy")

    def __call__(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> list[Mention]:
        """The names that the pipeline finds, cut to our tokens."""
        docs = self._read.pipe(text[sentence.start : sentence.end] for sentence in sentences)
        spans = [
            (sentence.start + entity.start_char, sentence.start + entity.end_char, entity.label_)
            for sentence, doc in zip(sentences, docs, strict=True)
            for entity in doc.ents
        ]
        return mentions(tokens, covering(tokens, spans), self._labels, "spacy")
