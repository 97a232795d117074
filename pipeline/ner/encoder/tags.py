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
    """The best sequence of tags in which I-X follows B-X or I-X only; at a break (a sentence begins) none goes on.

    Tags stand as in `block`: O, then B and I of each label. `scores` are log-probabilities. Where the best tags of the single
    units of a sentence make a sequence, they are the best one; elsewhere it is looked for (Viterbi).

    >>> scores = np.log(np.array([[0.6, 0.3, 0.1], [0.2, 0.1, 0.7]], np.float32))
    >>> best_tags(scores, [True, False]).tolist(), best_tags(scores, [True, True]).tolist()
    ([1, 2], [0, 0])
    """
    n = len(scores)
    if not n:
        return np.zeros(0, np.int64)
    tags: NDArray[np.int64] = scores.argmax(1).astype(np.int64)
    begins = np.array(breaks, bool)
    begins[0] = True
    before = np.concatenate([[0], tags[:-1]])
    before[begins] = 0
    is_inside = (tags > 0) & (tags % 2 == 0)
    wrong = is_inside & (before != tags) & (before != tags - 1)
    edges = [*np.flatnonzero(begins).tolist(), n]
    sentences = np.cumsum(begins) - 1
    for sentence in dict.fromkeys(sentences[wrong].tolist()):
        start, end = edges[sentence], edges[sentence + 1]
        tags[start:end] = _viterbi(scores[start:end])
    return tags


def _viterbi(scores: Floats) -> NDArray[np.int64]:
    """The best sequence of one sentence."""
    n, width = scores.shape
    begins, insides = np.arange(1, width, 2), np.arange(2, width, 2)
    back_inside = np.zeros((n, len(insides)), np.int64)  # the B or I before an I
    back_other = np.zeros(n, np.int64)  # the best tag before O or any B
    best = np.full(width, _NEVER, np.float32)
    best[0] = 0.0
    for at in range(n):
        top = int(best.argmax())
        best -= best[top]  # only differences matter; sums of a long sentence would come near to _NEVER
        back_other[at] = top
        from_begin, from_inside = best[begins], best[insides]
        back_inside[at] = np.where(from_begin >= from_inside, begins, insides)
        now = np.empty(width, np.float32)
        now[0] = scores[at, 0]
        now[begins] = scores[at, begins]
        now[insides] = np.maximum(from_begin, from_inside) + scores[at, insides]
        best = now
    tags = np.zeros(n, np.int64)
    tag = int(best.argmax())
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
