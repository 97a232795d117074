"""Learns how far the rules and the encoder are to be believed, on documents that neither has learnt from.

In: gold documents, the exported encoder. Out: weights.json of models/encoder. The weights maximise the likelihood of the gold tags of all
units under `pipeline.ner.weighed.added`, with a penalty on their squares.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import minimize

from pipeline.evaluate import iob
from pipeline.evaluate.gold import read_gold
from pipeline.ner.encoder.model import Encoder
from pipeline.ner.encoder.tags import OURS, log_softmax
from pipeline.ner.names import Names
from pipeline.ner.values import Values
from pipeline.ner.weighed import OWN, Said, Weights, added, heard
from pipeline.run.tagging import Tagger
from pipeline.train.encoder.corpora import Reader, gold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.config import Config

log = logging.getLogger(__name__)
_PENALTY = 0.3
_LEAST = 10  # names of a source; from fewer nothing is learnt of it


class Case(NamedTuple):
    """A document: the encoder's log-probabilities, what the rules say, the gold tags."""

    scores: NDArray[np.float32]
    said: list[Said]
    tags: NDArray[np.int64]


def cases(config: Config, folders: Sequence[Path]) -> list[Case]:
    """The documents of some folders as both sides see them."""
    encoder, names, values = (
        Encoder(config.paths.models, config.ner.encoder),
        Names(config.paths.seeds, models=config.paths.models),
        Values(config.paths.seeds),
    )
    reader = Reader(config)
    found = []
    for folder in folders:
        golds = read_gold(folder)
        for doc, text, tokens in zip(
            gold(reader, folder), [g.text for g in golds], reader.tokens([g.text for g in golds]), strict=True
        ):
            reading = encoder.read(text, tokens)
            board = names.known(text, tokens)
            said = heard(reading, board.names(), values(text, [], tokens), names.one_label)
            tags = np.zeros(len(doc.units), np.int64)
            for name in doc.names:
                tags[name.first : name.last + 1] = OURS.index(f"I-{name.label}")
                tags[name.first] = OURS.index(f"B-{name.label}")
            found.append(Case(log_softmax(encoder.block(reading, "gold")), said, tags))
    return found


def learnt(docs: Sequence[Case], labels: Sequence[str] = OURS) -> Weights:
    """The best weights."""
    often = Counter(s.source for case in docs for s in case.said)
    docs = [case._replace(said=[s for s in case.said if often[s.source] >= _LEAST]) for case in docs]
    sources = sorted({s.source for case in docs for s in case.said})
    both = sorted({f"{s.source} {s.label}" for case in docs for s in case.said})
    keys = [*sources, *both]

    n, k = len(sources), len(keys)
    inside = list(range(2, len(labels), 2))

    def weights(x: NDArray[np.float64]) -> Weights:
        named = dict(zip(keys, x[2 : 2 + k].tolist(), strict=True))
        rest = [
            dict(zip(sources, x[2 + k + n * part : 2 + k + n * (part + 1)].tolist(), strict=True)) for part in range(3)
        ]
        return Weights(float(np.exp(x[0])), named, float(x[1]), *rest)

    def cost(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        now = weights(x)
        total = _PENALTY * float(x @ x)
        slope = 2 * _PENALTY * x
        for case in docs:
            scores = log_softmax(added(case.scores, case.said, now, labels))
            rows = np.arange(len(scores))
            total -= float(scores[rows, case.tags].sum())
            error = np.exp(scores).astype(np.float64)
            error[rows, case.tags] -= 1
            slope[0] += float((error * case.scores).sum()) * now.scale
            free = np.ones(len(scores), bool)
            for s in case.said:
                begin = labels.index(f"B-{s.label}")
                worth = error[s.first, begin] + error[s.first + 1 : s.last + 1, begin + 1].sum()
                slope[2 + keys.index(s.source)] += worth
                slope[2 + keys.index(f"{s.source} {s.label}")] += worth
                place = 2 + k + sources.index(s.source)
                slope[place] += error[s.first : s.last + 1, 0].sum()
                slope[place + n] += error[s.first, inside].sum()
                slope[place + 2 * n] += error[s.last + 1 : s.last + 2, inside].sum()
                free[s.first : s.last + 1] = False
            slope[1] += error[free, 0].sum()
        return total, slope

    found = minimize(cost, np.zeros(2 + k + 3 * n), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    log.info("log-likelihood a unit: %.4f", -found.fun / sum(len(case.tags) for case in docs))
    return weights(found.x)


def corpus_cases(config: Config, sentences: Sequence[iob.Sentence], scheme: str) -> list[Case]:
    """The texts of a public corpus as both sides see them, in its labels."""
    tagger = Tagger(config)
    found = []
    for text, places in iob.documents(sentences):
        seen = tagger.seen(text, scheme)
        tags = np.zeros(len(seen.scores), np.int64)
        found.append(Case(seen.scores, seen.said, tags))
        numbers = {tag: number for number, tag in enumerate(tagger.encoder.tags[scheme])}
        words = [place for row in places for place in row]
        truth = [tag for sentence in sentences[: len(places)] for tag in sentence.tags]
        sentences = sentences[len(places) :]
        before = -1
        for unit, (start, end) in enumerate(seen.places):
            word = next((k for k, (a, b) in enumerate(words) if a < end and b > start), -1)
            tag = truth[word] if word >= 0 else "O"
            if tag[0] == "B" and word == before and tags[unit - 1]:
                tag = f"I{tag[1:]}"  # the units of one word
            tags[unit] = numbers[tag] if seen.stems[unit] else 0
            before = word if seen.stems[unit] else before
    return found


def weigh(config: Config, folders: Sequence[Path], out: Path, *, corpora: Mapping[str, Sequence[iob.Sentence]]) -> None:
    """Learns the weights for our labels and for those of the public corpora, on what they call development, and writes them."""
    found = {OWN: learnt(cases(config, folders))}
    for scheme, sentences in corpora.items():
        tags = Encoder(config.paths.models, config.ner.encoder).tags[scheme]
        found[scheme] = learnt(corpus_cases(config, sentences, scheme), tags)
    rounded = {
        name: {
            part: {k: round(v, 3) for k, v in value.items()} if isinstance(value, dict) else round(value, 3)
            for part, value in weights._asdict().items()
        }
        for name, weights in found.items()
    }
    out.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
