"""The room's door: names and values of each document.

In: `text`, `sentences` and `tokens`. Out: the layer `mentions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.core.batches import append, pack, unpack
from pipeline.core.schema import layer
from pipeline.core.spans import Mention, Sentence, Token
from pipeline.errors import ConfigError
from pipeline.ner.combine import combine, ranks

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from pipeline.config import Config
    from pipeline.ner.recogniser import Recogniser


def _values(config: Config) -> Recogniser:
    from pipeline.ner.values import Values

    return Values(config.paths.seeds)


def _names(config: Config) -> Recogniser:
    from pipeline.ner.names import Names

    return Names(config.paths.seeds, models=config.paths.models)


def _camel(config: Config) -> Recogniser:
    from pipeline.ner.camel import Camel

    return Camel(config.ner.camel_model, config.paths.seeds)


def _stanza(config: Config) -> Recogniser:
    from pipeline.ner.stanza import Stanza

    return Stanza(config.ner.stanza_model, config.paths.seeds)


def _spacy(config: Config) -> Recogniser:
    from pipeline.ner.spacy import Spacy

    return Spacy(config.ner.spacy_model, config.paths.seeds)


# Imported when the configuration asks for them: a default run never loads torch.
RECOGNISERS: dict[str, Callable[[Config], Recogniser]] = {
    "values": _values, "names": _names, "camel": _camel, "stanza": _stanza, "spacy": _spacy,
}  # fmt: skip


class Ner:
    """Runs the recognisers of the configuration and combines what they find."""

    name = "ner"
    version = 3
    reads = ("text", "sentences", "tokens")
    writes = layer("mentions")
    needs = ("ner",)
    seeds = ("gazetteer/*.tsv", "lexicons/*.tsv")
    models: tuple[str, ...] = ("manifest.toml", "transliteration/*", "linking/*")

    def __init__(self, config: Config) -> None:
        unknown = [name for name in config.ner.recognisers if name not in RECOGNISERS]
        if unknown:
            raise ConfigError(
                f"ner.recognisers: no recogniser {unknown[0]!r}; expected some of {', '.join(RECOGNISERS)}"
            )
        self._recognisers = [RECOGNISERS[name](config) for name in config.ner.recognisers]
        self._rank = ranks(config.ner.precedence)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the column `mentions`."""
        texts: list[Any] = batch.column("text").to_pylist()
        sentences = unpack(batch.column("sentences"), Sentence._make)
        tokens = unpack(batch.column("tokens"), Token._make)
        mentions = [self._mentions(*doc) for doc in zip(texts, sentences, tokens, strict=True)]
        return append(batch, self.writes, pack("mentions", mentions))

    def _mentions(self, text: str, sentences: list[Sentence], tokens: list[Token]) -> list[Mention]:
        return combine([recognise(text, sentences, tokens) for recognise in self._recognisers], self._rank)
