"""Text outside of a run: what the recognisers of a configuration find in it, for measuring.

In: texts. Out: spans in code points with labels, by the mentions of the pipeline or by the encoder's tags of a public corpus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.core.batches import unpack
from pipeline.core.spans import Mention, Token
from pipeline.gazetteer.automaton import Automaton
from pipeline.gazetteer.entries import load, spellings
from pipeline.ner.encoder.model import Encoder
from pipeline.ner.encoder.tags import best_tags, log_softmax, spans
from pipeline.ner.stage import Ner
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.config import Config

Found = list[tuple[int, int, str]]
_AT_ONCE = 32


class Tagger:
    """`mentions` are those of the pipeline, `tags` those of one head of the encoder."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._normalise, self._tokenise = Normalise(config), Tokenise(config)
        self._ner: Ner | None = None

    def full(self, texts: Sequence[str]) -> Iterator[list[Mention]]:
        """What the configured recognisers find."""
        self._ner = self._ner or Ner(self._config)
        for batch in self._batches(texts):
            yield from unpack(self._ner(batch).column("mentions"), Mention._make)

    def mentions(self, texts: Sequence[str]) -> Iterator[Found]:
        """Its spans and labels."""
        for found in self.full(texts):
            yield [(m.start, m.end, m.label) for m in found]

    def tags(self, texts: Sequence[str], head: str) -> Iterator[Found]:
        """What the encoder finds with the tags of one head, "gold" for ours; spans begin at stems."""
        encoder = Encoder(self._config.paths.models)
        for batch in self._batches(texts):
            tokenised = unpack(batch.column("tokens"), Token._make)
            for text, tokens in zip(batch.column("text").to_pylist(), tokenised, strict=True):
                reading = encoder.read(text, tokens)
                scores = log_softmax(encoder.block(reading, head))
                sentences = [tokens[unit.token].sentence for unit in reading.units]
                breaks = [not k or sentence != sentences[k - 1] for k, sentence in enumerate(sentences)]
                found = []
                for s in spans(encoder.tags[head], scores, best_tags(scores, breaks)):
                    stems = [unit.token for unit in reading.units[s.first : s.last + 1] if unit.is_stem]
                    if stems:
                        found.append((tokens[stems[0]].stem_start, tokens[stems[-1]].end, s.label))
                yield found

    def _batches(self, texts: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for at in range(0, len(texts), _AT_ONCE):
            some = pa.array(texts[at : at + _AT_ONCE], pa.string())
            yield self._tokenise(self._normalise(pa.RecordBatch.from_pydict({"text": some})))


def tagger(config: Config, scheme: str, *, own: bool) -> Callable[[Sequence[str]], Iterator[Found]]:
    """The encoder's own tags of a corpus, or the pipeline's mentions."""
    made = Tagger(config)
    return (lambda texts: made.tags(texts, scheme)) if own else made.mentions


def listed(config: Config) -> Callable[[str], bool]:
    """Whether the gazetteer holds a name in this spelling."""
    gazetteer = Automaton(spelling for entry in load(config.paths.seeds / "gazetteer") for spelling in spellings(entry))
    return lambda name: bool(gazetteer.lookup(name))
