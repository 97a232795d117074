"""How probable a statement is that patterns, the encoder, or both make.

In: drafts with the patterns' score and the encoder's belief. Out: for each a probability.

Boosted trees (Friedman 2001) over what both say, learnt by `pipeline.train.encoder.judge` on documents that neither side has learnt from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.trees import Trees, log_odds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.core.spans import Mention
    from pipeline.core.trees import Evidence
    from pipeline.relate.drafts import Draft

ENCODER = "encoder"
_FAR = 2  # sentences between two mentions
_LEAST = 0.005  # nearer to 0 or 1 a probability says no more


Statement = tuple[int, str, int]  # subject, predicate, object; mentions by their numbers


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
    return log_odds(probability, _LEAST)


def read(path: Path) -> Callable[[Sequence[Evidence], object], Sequence[float]]:
    """From evidence (and the statements, which do not matter here) to probabilities, by the trees of a file."""
    trees = Trees(path)
    return lambda evidence, _: trees(evidence)
