"""The recogniser of the default run: the rules and the encoder, weighed against each other unit by unit.

In: raw text, sentences, tokens. Out: mentions, and the encoder's reading of the document.

The encoder gives each unit a probability for each tag. A name or value that the rules found adds to its tags what its source has proven
to be worth, and a unit without one adds to "O" (`weights.json`, learnt by `pipeline.train.encoder.weigh` on documents that neither
side has learnt from). The best sequence of tags is the answer; its scores are probabilities.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.core.spans import VALUE_LABELS, Mention
from pipeline.errors import SeedError
from pipeline.ner.cues import called_with
from pipeline.ner.encoder.model import NAME, Encoder
from pipeline.ner.encoder.related import Relations
from pipeline.ner.encoder.tags import OURS, best_tags, log_softmax, spans
from pipeline.ner.names import Names
from pipeline.ner.occurrences import drawn_together
from pipeline.ner.values import Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.core.spans import Sentence, Token
    from pipeline.ner.board import Board, Name
    from pipeline.ner.encoder.model import Reading
    from pipeline.ner.encoder.units import Unit

    Floats = NDArray[np.float32]

OWN = "gold"  # the block of our labels
_COMMON = -4.5  # log10 of the share of running words from which on a word means many things
ENCODER, GAZETTEER, ONE_LABEL = "encoder", "gazetteer", "gazetteer one"


class Weights(NamedTuple):
    """How far both sides are to be believed.

    `scale` multiplies the encoder's log-probabilities; `named` by "source" and "source label" is added to a tag that the
    rules say, `empty` to "O" where they say nothing, `against` to "O" where they say something. `opens` is added to all
    tags inside a name at the first unit of what they say, `closes` to those at the unit after its last.
    """

    scale: float
    named: dict[str, float]
    empty: float
    against: dict[str, float]
    opens: dict[str, float]
    closes: dict[str, float]


def read_weights(path: Path) -> dict[str, Weights]:
    """The weights of a file: `OWN` for our labels, others by the name of a public corpus."""
    try:
        return {name: Weights(**weights) for name, weights in json.loads(path.read_text("utf-8")).items()}
    except (OSError, TypeError, ValueError) as error:
        raise SeedError(f"{path}: expected the weights of rules and encoder: {error!r}") from None


class Said(NamedTuple):
    """What the rules say of the units `first..last`."""

    first: int
    last: int
    label: str
    source: str


def heard(reading: Reading, names: Sequence[Name], values: Sequence[Mention], only: Mapping[str, bool]) -> list[Said]:
    """What names and values say, in units.

    A name of the gazetteer whose entities can have one label and no other (`only` by their ids) has the source `ONE_LABEL`.
    """
    stems = {unit.token: number for number, unit in enumerate(reading.units) if unit.is_stem}

    def source(name: Name) -> str:
        is_sure = name.source == GAZETTEER and all(only.get(entity, False) for entity in name.ids)
        return ONE_LABEL if is_sure else name.source

    said = [Said(stems[n.first], stems[n.last], n.label, source(n)) for n in names]
    return said + [Said(stems[m.first], stems[m.last], m.label, m.source) for m in values]


def added(scores: Floats, said: Sequence[Said], weights: Weights, tags: Sequence[str] = OURS) -> Floats:
    """The encoder's log-probabilities with what the rules say, in any block of tags whose labels the rules' are."""
    inside = range(2, len(tags), 2)
    out = scores * weights.scale
    free = np.ones(len(out), bool)
    for name in said:
        worth = weights.named.get(name.source, 0.0) + weights.named.get(f"{name.source} {name.label}", 0.0)
        begin = tags.index(f"B-{name.label}")
        out[name.first, begin] += worth
        out[name.first + 1 : name.last + 1, begin + 1] += worth
        out[name.first : name.last + 1, 0] += weights.against.get(name.source, 0.0)
        out[name.first, inside] += weights.opens.get(name.source, 0.0)
        out[name.last + 1 : name.last + 2, inside] += weights.closes.get(name.source, 0.0)
        free[name.first : name.last + 1] = False
    out[free, 0] += weights.empty
    return out


class Weighed:
    """Calls the rules, then the encoder, and lets the document's names spread from what both together have found."""

    def __init__(self, values: Values, names: Names, encoder: Encoder, weights: Weights, relations: Relations) -> None:
        self._values, self._names, self._encoder, self._weights = values, names, encoder, weights
        self.related = relations

    def read(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> tuple[list[Mention], Reading]:
        """The mentions of a document and its reading."""
        reading = self._encoder.read(text, tokens)
        values = self._values(text, sentences, tokens)
        board = self._names.known(text, tokens)
        scores = log_softmax(self._encoder.block(reading, OWN))
        kept = self._weigh(board, values, reading, scores) if len(scores) else []
        return [*kept, *self._names.spread(board)], reading

    def _weigh(self, board: Board, values: Sequence[Mention], reading: Reading, scores: Floats) -> list[Mention]:
        """Writes the names that both sides together believe on the board, and returns the values."""
        tokens = board.tokens
        names = board.names()
        both = log_softmax(added(scores, heard(reading, names, values, self._names.one_label), self._weights))
        both = drawn_together(both, [_rare(board, unit) for unit in reading.units])
        sentences = [tokens[unit.token].sentence for unit in reading.units]
        breaks = [not k or sentence != sentences[k - 1] for k, sentence in enumerate(sentences)]
        by_place: dict[tuple[int, int, str], Any] = {(n.first, n.last, n.label): n for n in names}
        values_at = {(m.first, m.last, m.label): m for m in values}
        unread: dict[tuple[int, int, str], float] = {}
        board.owner[:] = [None] * len(board.owner)
        kept = []
        for span in spans(OURS, both, best_tags(both, breaks)):
            start = span.first + (not reading.units[span.first].is_stem)
            end = span.last - (not reading.units[span.last].is_stem)
            if start > end:
                continue  # proclitics alone
            first, last = reading.units[start].token, reading.units[end].token
            place = (first, last, span.label)
            if span.label in VALUE_LABELS:
                if place in values_at:
                    kept.append(values_at[place]._replace(score=span.score))
                else:
                    unread[place] = span.score
            elif place in by_place:
                board.put(by_place[place]._replace(score=span.score))
            else:
                board.put(self._new(board, first, last, span.label, span.score))
        told = self._values.told(board.text, tokens, unread)
        kept += [value._replace(score=unread[value.first, value.last, value.label]) for value in told]
        for name in board.names():
            first, label = called_with(board, name)
            if first < name.first:
                board.put(self._new(board, first, name.last, label, name.score))
        self._names.mend(board)
        return kept

    def _new(self, board: Board, first: int, last: int, label: str, score: float) -> Name:
        name = board.name(first, last, label, score, ENCODER)
        return name._replace(ids=self._names.ids(board.text[name.start : name.end], label))


def _rare(board: Board, unit: Unit) -> str:
    """The key of a word that is too rare to mean many things, or nothing."""
    word = board.words[unit.token]
    return word.key if unit.is_stem and word.kind in ("word", "latin") and word.log10 < _COMMON else ""


def load(seeds: Path, models: Path, name: str = NAME, *, threads: int, least: float) -> Weighed:
    """The recogniser with the project's rules and an encoder of the project; `least` is the probability below which a relation is no hint."""
    encoder = Encoder(models, name, threads=threads)
    weights = read_weights(encoder.path / "weights.json")[OWN]
    relations = Relations(encoder.path, least=least, threads=threads)
    return Weighed(Values(seeds), Names(seeds, models=models), encoder, weights, relations)
