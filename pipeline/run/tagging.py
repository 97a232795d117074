"""Text outside of a run: what the recognisers of a configuration find in it, for measuring.

In: texts. Out: spans in code points with labels, by the mentions of the pipeline or by the encoder's tags of a public corpus.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.core.batches import unpack
from pipeline.core.spans import Mention, Token
from pipeline.evaluate import iob
from pipeline.gazetteer.automaton import Automaton
from pipeline.gazetteer.entries import load, spellings
from pipeline.ner.encoder.model import Encoder
from pipeline.ner.encoder.tags import best_tags, log_softmax, spans
from pipeline.ner.names import Names
from pipeline.ner.stage import Ner
from pipeline.ner.weighed import OWN, Said, added, heard, read_weights
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.config import Config

Found = list[tuple[int, int, str]]
_AT_ONCE = 32
_FAR = -12.0  # log-probability below which nothing is told apart
_OURS_SHARE = 0.3  # of our own tags' log-probabilities beside those of a corpus


class Seen(NamedTuple):
    """A text as encoder and rules see it in the labels of a public corpus, by units."""

    scores: NDArray[np.float32]
    said: list[Said]
    places: list[tuple[int, int]]
    stems: list[bool]
    breaks: list[bool]


class Tagger:
    """`mentions` are those of the pipeline, `tags` those of a corpus."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._normalise, self._tokenise = Normalise(config), Tokenise(config)
        lexicons = config.paths.seeds / "lexicons"
        self._labels = iob.read_labels(lexicons / "corpus_labels.tsv")

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder of the configuration."""
        return Encoder(self._config.paths.models, self._config.ner.encoder, threads=self._config.ner.threads)

    @cached_property
    def _names(self) -> Names:
        return Names(self._config.paths.seeds, models=self._config.paths.models)

    @cached_property
    def _ner(self) -> Ner:
        return Ner(self._config)

    def full(self, texts: Sequence[str]) -> Iterator[list[Mention]]:
        """What the configured recognisers find."""
        for at in range(0, len(texts), _AT_ONCE):
            yield from unpack(self._ner(self._batch(texts[at : at + _AT_ONCE])).column("mentions"), Mention._make)

    def mentions(self, texts: Sequence[str]) -> Iterator[Found]:
        """Its spans and labels."""
        for found in self.full(texts):
            yield [(m.start, m.end, m.label) for m in found]

    def tags(self, texts: Sequence[str], scheme: str) -> Iterator[Found]:
        """What encoder and rules together find in the labels of a corpus; the encoder alone where nobody has weighed them."""
        known = read_weights(self.encoder.path / "weights.json")
        if scheme not in known:
            yield from self.alone(texts, scheme)
            return
        tags = self.encoder.tags[scheme]
        for text in texts:
            seen = self.seen(text, scheme)
            scores = log_softmax(added(seen.scores, seen.said, known[scheme], tags))
            chosen = best_tags(scores, seen.breaks)
            yield [(seen.places[s.first][0], seen.places[s.last][1], s.label) for s in spans(tags, scores, chosen)]

    def alone(self, texts: Sequence[str], head: str) -> Iterator[Found]:
        """What the encoder finds with the tags of one head, "gold" for ours; spans begin at stems."""
        for text in texts:
            tokens = unpack(self._batch([text]).column("tokens"), Token._make)[0]
            reading = self.encoder.read(text, tokens)
            scores = log_softmax(self.encoder.block(reading, head))
            sentences = [tokens[unit.token].sentence for unit in reading.units]
            breaks = [not k or sentence != sentences[k - 1] for k, sentence in enumerate(sentences)]
            found = []
            for s in spans(self.encoder.tags[head], scores, best_tags(scores, breaks)):
                stems = [unit.token for unit in reading.units[s.first : s.last + 1] if unit.is_stem]
                if stems:
                    found.append((tokens[stems[0]].stem_start, tokens[stems[-1]].end, s.label))
            yield found

    def seen(self, text: str, scheme: str) -> Seen:
        """One text: the log-probabilities of a corpus' tags, ours taken in, and what the rules say in its labels."""
        tokens = unpack(self._batch([text]).column("tokens"), Token._make)[0]
        reading = self.encoder.read(text, tokens)
        theirs = iob.to_theirs(self._labels, scheme)
        tags = self.encoder.tags[scheme]
        scores = log_softmax(self.encoder.block(reading, scheme))
        mapped = np.full_like(scores, -np.inf)
        ours = log_softmax(self.encoder.block(reading, OWN))
        for number, tag in enumerate(self.encoder.tags[OWN]):
            label = theirs.get(tag[2:])
            place = tags.index(f"{tag[0]}-{label}") if label else 0
            mapped[:, place] = np.logaddexp(mapped[:, place], ours[:, number])
        scores = np.asarray(scores + _OURS_SHARE * np.maximum(mapped, _FAR), np.float32)
        board = self._names.known(text, tokens)
        said = heard(reading, board.names(), [], self._names.one_label)
        said = [s._replace(label=theirs[s.label]) for s in said if s.label in theirs]
        places = [
            (tokens[u.token].stem_start, tokens[u.token].end) if u.is_stem else (tokens[u.token].start, tokens[u.token].stem_start)
            for u in reading.units
        ]  # fmt: skip
        sentences = [tokens[unit.token].sentence for unit in reading.units]
        breaks = [not k or sentence != sentences[k - 1] for k, sentence in enumerate(sentences)]
        return Seen(scores, said, places, [unit.is_stem for unit in reading.units], breaks)

    def _batch(self, texts: Sequence[str]) -> pa.RecordBatch:
        return self._tokenise(self._normalise(pa.RecordBatch.from_pydict({"text": pa.array(texts, pa.string())})))


def tagger(config: Config, scheme: str, *, own: bool) -> Callable[[Sequence[str]], Iterator[Found]]:
    """In a corpus' own labels, or the pipeline's mentions."""
    made = Tagger(config)
    return (lambda texts: made.tags(texts, scheme)) if own else made.mentions


def listed(config: Config) -> Callable[[str], bool]:
    """Whether the gazetteer holds a name in this spelling."""
    gazetteer = Automaton(spelling for entry in load(config.paths.seeds / "gazetteer") for spelling in spellings(entry))
    return lambda name: bool(gazetteer.lookup(name))
