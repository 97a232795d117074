"""How probable a statement is that patterns, the encoder, or both make.

In: drafts with the patterns' score and the encoder's belief. Out: the same with a probability as score.

A logistic regression on what both say, learnt by `pipeline.train.encoder.judge` on documents that neither side has learnt from.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from pipeline.errors import SeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.core.spans import Mention
    from pipeline.relate.drafts import Draft

ENCODER = "encoder"
_FAR = 2  # sentences between two mentions
_LEAST, _MOST = 0.005, 0.995  # beyond these a probability says no more


Evidence = tuple[tuple[str, float], ...]  # what speaks for a statement: names of features with their values


def probability(speaks: Evidence, weights: Mapping[str, float]) -> float:
    """The probability of a statement; features without a weight say nothing.

    >>> probability((("bias", 1.0), ("believed", 1.0)), {"bias": -1.0, "believed": 1.0})
    0.5
    """
    return 1 / (1 + math.exp(-sum(weights.get(name, 0.0) * value for name, value in speaks)))


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


def read(path: Path) -> Callable[[Evidence, object], float]:
    """From evidence (and the statement, which does not matter here) to a probability, by the weights of a file."""
    try:
        weights = dict(json.loads(path.read_text("utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise SeedError(f"{path}: expected the weights of relations: {error!r}") from None
    return lambda speaks, _: probability(speaks, weights)
