"""The room's door: names and values of each document.

In: `text`, `sentences` and `tokens`. Out: the layer `mentions`, and `hints`: pairs of mentions that the encoder believes to be related,
from the same reading of the document (none without the encoder).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.core.batches import append, pack, unpack
from pipeline.core.schema import layer
from pipeline.core.spans import Hint, Mention, Sentence, Token
from pipeline.errors import ConfigError
from pipeline.ner.combine import combine, ranks

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from pipeline.config import Config
    from pipeline.ner.recogniser import Recogniser
    from pipeline.ner.weighed import Weighed


def _values(config: Config) -> Recogniser:
    from pipeline.ner.values import Values

    return Values(config.paths.seeds)


def _names(config: Config) -> Recogniser:
    from pipeline.ner.names import Names

    return Names(config.paths.seeds, models=config.paths.models if config.ner.by_sound else None)


def _weighed(config: Config) -> Weighed:
    from pipeline.ner.weighed import load

    ner = config.ner
    return load(config.paths.seeds, config.paths.models, ner.encoder, threads=ner.threads, least=ner.min_hint)


def _crf(config: Config) -> Recogniser:
    from pipeline.ner.crf.recogniser import load

    return load(config.paths.seeds, config.paths.models)


def _camel(config: Config) -> Recogniser:
    from pipeline.ner.camel import Camel

    return Camel(config.ner.camel_model, config.paths.seeds)


def _stanza(config: Config) -> Recogniser:
    from pipeline.ner.stanza import Stanza

    return Stanza(config.ner.stanza_model, config.paths.seeds)


def _spacy(config: Config) -> Recogniser:
    from pipeline.ner.spacy import Spacy

    return Spacy(config.ner.spacy_model, config.paths.seeds)


ENCODER = "encoder"  # the rules of "values" and "names", weighed against the encoder
# Imported when the configuration asks for them: a default run never loads torch.
RECOGNISERS: dict[str, Callable[[Config], Recogniser]] = {
    "values": _values, "names": _names, "crf": _crf, "camel": _camel, "stanza": _stanza, "spacy": _spacy,
}  # fmt: skip


class Ner:
    """Runs the recognisers of the configuration and combines what they find."""

    name = "ner"
    version = 6
    reads = ("text", "sentences", "tokens")
    writes = layer("mentions", "hints")
    needs = ("ner",)
    seeds = ("gazetteer/*.tsv", "lexicons/*.tsv")
    models = ("encoder/*", "crf/*", "transliteration/*", "linking/*", "manifest.toml")

    def __init__(self, config: Config) -> None:
        wanted = config.ner.recognisers
        unknown = [name for name in wanted if name not in {ENCODER, *RECOGNISERS}]
        if unknown:
            raise ConfigError(
                f"ner.recognisers: no recogniser {unknown[0]!r}; expected some of {', '.join((ENCODER, *RECOGNISERS))}"
            )
        self._weighed = _weighed(config) if ENCODER in wanted else None
        self._others = [RECOGNISERS[name](config) for name in wanted if name != ENCODER]
        self._rank = ranks(config.ner.precedence)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the columns `mentions` and `hints`."""
        texts: list[Any] = batch.column("text").to_pylist()
        sentences = unpack(batch.column("sentences"), Sentence._make)
        tokens = unpack(batch.column("tokens"), Token._make)
        found = [self._found(*doc) for doc in zip(texts, sentences, tokens, strict=True)]
        mentions = pack("mentions", [mentions for mentions, _ in found])
        return append(batch, self.writes, mentions, pack("hints", [hints for _, hints in found]))

    def _found(self, text: str, sentences: list[Sentence], tokens: list[Token]) -> tuple[list[Mention], list[Hint]]:
        groups = [recognise(text, sentences, tokens) for recognise in self._others]
        if self._weighed is None:
            return combine(groups, self._rank), []
        first, reading = self._weighed.read(text, sentences, tokens)
        mentions = combine([first, *groups], self._rank)
        return mentions, self._weighed.related(reading, mentions)
