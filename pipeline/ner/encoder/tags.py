"""The tags of the encoder's head, one block for each way of labelling, and reading spans from their logits.

In: logits of units (units × tags of one block). Out: spans of units with a label and a probability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.core.spans import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

OURS = ("O", *(f"{position}-{label}" for label in LABELS for position in "BI"))
_NEVER = -1e4


class Span(NamedTuple):
    """Units `first..last`, both inclusive."""

    first: int
    last: int
    label: str
    score: float


def block(labels: Iterable[str]) -> tuple[str, ...]:
    """The tags of a way of labelling.

    >>> block(["PER"])
    ('O', 'B-PER', 'I-PER')
    """
    return ("O", *(f"{position}-{label}" for label in labels for position in "BI"))


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities of each row."""
    shifted = logits - logits.max(1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)), np.float32)


def best_tags(scores: Floats, breaks: Sequence[bool]) -> NDArray[np.int64]:
    """The best sequence of tags in which I-X follows B-X or I-X only (Viterbi); at a break (a sentence begins) none goes on.

    Tags stand as in `block`: O, then B and I of each label. `scores` are log-probabilities.

    >>> scores = np.log(np.array([[0.6, 0.3, 0.1], [0.2, 0.1, 0.7]], np.float32))
    >>> best_tags(scores, [True, False]).tolist(), best_tags(scores, [True, True]).tolist()
    ([1, 2], [0, 0])
    """
    n, width = scores.shape
    begins, insides = np.arange(1, width, 2), np.arange(2, width, 2)
    back_inside = np.zeros((n, len(insides)), np.int64)  # the B or I before an I
    back_other = np.zeros(n, np.int64)  # the best tag before O or any B
    best = np.full(width, _NEVER, np.float32)
    best[0] = 0.0
    for at in range(n):
        top = int(best.argmax())
        back_other[at] = top
        from_begin, from_inside = best[begins], best[insides]
        came = np.where(from_begin >= from_inside, begins, insides)
        back_inside[at] = came
        best_inside = np.full(len(insides), _NEVER, np.float32) if breaks[at] else np.maximum(from_begin, from_inside)
        now = np.empty(width, np.float32)
        now[0] = best[top] + scores[at, 0]
        now[begins] = best[top] + scores[at, begins]
        now[insides] = best_inside + scores[at, insides]
        best = now
    tags = np.zeros(n, np.int64)
    tag = int(best.argmax()) if n else 0
    for at in range(n - 1, -1, -1):
        tags[at] = tag
        tag = int(back_inside[at, tag // 2 - 1]) if tag and tag % 2 == 0 else int(back_other[at])
    return tags


def spans(tags: Sequence[str], scores: Floats, chosen: NDArray[np.int64]) -> Iterator[Span]:
    """The spans of a sequence of tags; a span's score is the geometric mean of the probabilities of its tags."""
    at = 0
    while at < len(chosen):
        tag = int(chosen[at])
        last = at
        if tag:
            while last + 1 < len(chosen) and chosen[last + 1] == tag + 1:
                last += 1
            rows = np.arange(at, last + 1)
            yield Span(at, last, tags[tag][2:], float(np.exp(scores[rows, chosen[rows]].mean())))
        at = last + 1
