"""How probable a statement is that patterns, the encoder, or both make.

In: drafts with the patterns' score and the encoder's belief. Out: for each a probability.

Boosted trees (Friedman 2001) over what both say, learnt by `pipeline.train.encoder.judge` on documents that neither side has learnt from.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np

from pipeline.core.sessions import session
from pipeline.errors import ConfigError, SeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.core.spans import Mention
    from pipeline.relate.drafts import Draft

ENCODER = "encoder"
FEATURES = "features"  # where a graph of the judge keeps the names of its columns
_FAR = 2  # sentences between two mentions
_LEAST, _MOST = 0.005, 0.995  # beyond these a probability says no more


Evidence = tuple[tuple[str, float], ...]  # what speaks for a statement: names of features with their values
Statement = tuple[int, str, int]  # subject, predicate, object; mentions by their numbers


def columns(evidence: Sequence[Evidence], names: Sequence[str]) -> NDArray[np.float32]:
    """A row for each statement; what no column is named after says nothing.

    >>> columns([(("bias", 1.0), ("believed", 0.5)), (("strange", 1.0),)], ["believed", "bias"]).tolist()
    [[0.5, 1.0], [0.0, 0.0]]
    """
    place = {name: number for number, name in enumerate(names)}
    found = np.zeros((len(evidence), len(names)), np.float32)
    for row, speaks in enumerate(evidence):
        for name, value in speaks:
            if name in place:
                found[row, place[name]] = value
    return found


def evidence(draft: Draft, mentions: tuple[Mention, Mention]) -> Evidence:
    """The features of a draft between two mentions: of the patterns, of the encoder, of both, of the names and their places."""
    belief = logit(draft.believed)
    named = logit(min(mention.score for mention in mentions))
    found = [("bias", 1.0), ("believed", belief), ("named", named), (f"of {draft.predicate}", 1.0)]
    if draft.rule == ENCODER:
        found.append(("alone", 1.0))
        if draft.worded:
            found += [("worded", 1.0), ("worded believed", belief), (f"worded {draft.predicate}", 1.0)]
    else:
        found += [("pattern", 1.0), ("pattern score", logit(draft.score)), ("pattern believed", belief)]
        found.append((f"pattern {draft.predicate}", 1.0))
    away = abs(mentions[0].sentence - mentions[1].sentence)
    if away:
        found += [("apart", 1.0), ("apart believed", belief)]
    if away > _FAR:
        found += [("far", 1.0), ("far believed", belief)]
    return tuple(found)


def logit(probability: float) -> float:
    """The logarithm of the odds, within bounds."""
    p = min(max(probability, _LEAST), _MOST)
    return math.log(p / (1 - p))


def read(path: Path) -> Callable[[Sequence[Evidence], object], Sequence[float]]:
    """From evidence (and the statements, which do not matter here) to probabilities, by the trees of a file."""
    try:
        trees = session(path, threads=1)
        names = json.loads(trees.get_modelmeta().custom_metadata_map[FEATURES])
    except ConfigError:
        raise
    except Exception as error:  # onnxruntime has a kind of its own for each thing that can be wrong with a graph
        raise SeedError(f"{path}: expected the trees that judge relations: {error!r}") from None

    def judge(evidence: Sequence[Evidence], _: object) -> Sequence[float]:
        (found,) = trees.run(None, {"evidence": columns(evidence, names)})
        return [float(probability) for probability in found.ravel()]

    return judge
