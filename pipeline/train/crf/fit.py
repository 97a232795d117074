"""Trains the CRF and writes its weights.

In: silver documents, gold documents. Out: weights.npz. Training is CRFsuite's averaged perceptron (Collins 2002).
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.ner.crf.features import TEMPLATES
from pipeline.ner.crf.model import Weights, write
from pipeline.ner.crf.tags import TAGS
from pipeline.train.crf.examples import FORGETS, Features, gold_variants, strings, symbols
from pipeline.train.crf.silver import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.config import Config
    from pipeline.train.crf.examples import Example

log = logging.getLogger(__name__)
_LEAST_SYMBOL = 4  # times that a symbol of a column is seen
_SCALE = 32.0  # steps of the weights: 1/32
_OFTEN = 3  # times that a gold document is learnt from


def gather(
    config: Config, silver: Path, gold: Sequence[Path], *, unread: str, docs: int, seed: int
) -> tuple[Features, list[Example]]:
    """All that is learnt from. `unread` are the first letters of the gold documents that nobody read who wrote rules."""
    features = Features(config)
    silvers = read(silver)
    silvers = silvers[:docs] if docs else silvers
    golds, made, names = gold_variants(config, gold, seed)
    examples = list(features.examples(silvers, [0] * len(silvers)))
    examples += features.examples(made, [k % len(FORGETS) for k in range(len(made))])
    new = [doc for doc, name in zip(golds, names, strict=True) if name[0] in unread]
    old = [doc for doc, name in zip(golds, names, strict=True) if name[0] not in unread]
    originals = [*features.examples(new, [0] * len(new)), *features.examples(old, [k % 2 + 1 for k in range(len(old))])]
    examples += originals * _OFTEN
    log.info(
        "%d silver, %d gold, %d variants, %d tokens",
        len(silvers),
        len(golds),
        len(made),
        sum(len(x.tags) for x in examples),
    )
    return features, examples


def learn(features: Features, examples: Sequence[Example], *, settings: dict[str, float]) -> Weights:
    """The weights that CRFsuite's averaged perceptron finds."""
    import pycrfsuite

    columns = symbols(examples, _LEAST_SYMBOL)
    known = {name: {symbol: k for k, symbol in enumerate(column, 1)} for name, column in columns.items()}
    trainer = pycrfsuite.Trainer(algorithm="ap", verbose=False)
    trainer.set_params(settings)
    for example in examples:
        for rows, tags in strings(example, features, known):
            trainer.append(rows, tags)
    log.info("features are made")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        trainer.train(str(path))
        log.info("%s", trainer.logparser.last_iteration)
        tagger = pycrfsuite.Tagger()
        tagger.open(str(path))
        return weights_of(tagger.info(), columns)


def fit(
    config: Config,
    silver: Path,
    gold: Sequence[Path],
    out: Path,
    *,
    unread: str,
    docs: int,
    turns: int,
    least: int,
    temperature: float,
    seed: int,
) -> None:
    """Learns from silver and gold, and writes weights.npz to `out`."""
    features, examples = gather(config, silver, gold, unread=unread, docs=docs, seed=seed)
    weights = learn(features, examples, settings={"max_iterations": turns, "feature.minfreq": least})
    weights = cooled(weights, temperature)
    out.mkdir(parents=True, exist_ok=True)
    path = out / "weights.npz"
    write(path, weights, scale=_SCALE)
    log.info(
        "%d attributes and %d of templates, %.1f MB",
        len(weights.own),
        sum(map(len, weights.together)),
        path.stat().st_size / 1e6,
    )
    log.info("for manifest.toml: %s = %s", path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def cooled(weights: Weights, temperature: float) -> Weights:
    """Weights divided by a temperature: a perceptron's have no scale of their own."""
    own = {key: row / temperature for key, row in weights.own.items()}
    together = [{key: row / temperature for key, row in table.items()} for table in weights.together]
    return Weights(weights.transitions / temperature, own, weights.symbols, together)


def weights_of(info: Any, columns: dict[str, list[str]]) -> Weights:
    """The weights of a model of CRFsuite."""
    number = {tag: k for k, tag in enumerate(TAGS)}
    transitions = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for (before, after), weight in info.transitions.items():
        transitions[number[before], number[after]] = weight
    own: dict[str, Any] = {}
    together: list[dict[tuple[int, ...], Any]] = [{} for _ in TEMPLATES]
    for (attribute, tag), weight in info.state_features.items():
        table: dict[Any, Any] = own
        key: Any = attribute
        if attribute[0] == "#":
            place, _, symbols_ = attribute[1:].partition(":")
            table, key = together[int(place)], tuple(json.loads(symbols_))
        row = table.get(key)
        if row is None:
            row = table[key] = np.zeros(len(TAGS), np.float32)
        row[number[tag]] = weight
    return Weights(transitions, own, columns, together)
