"""The tags of the CRF and the best sequence of them.

In: a score for each token and tag, and for each pair of tags. Out: tags. The kinds of values have one tag in common: the grammars know
which kind it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.core.spans import LABELS, VALUE_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

VALUE = "VALUE"
KINDS = (*(label for label in LABELS if label not in VALUE_LABELS), VALUE)
TAGS = ("O", *(f"{position}-{kind}" for kind in KINDS for position in "BI"))
NEVER = -1e4
_NAMED = np.arange(len(TAGS)) > 0
_BEGINS, _INSIDES = np.arange(1, len(TAGS), 2), np.arange(2, len(TAGS), 2)


def tag_kind(label: str) -> str:
    """The kind of a label.

    >>> tag_kind("ORG"), tag_kind("DATE")
    ('ORG', 'VALUE')
    """
    return VALUE if label in VALUE_LABELS else label


def legal(transitions: Floats) -> Floats:
    """Transitions (from × to) in which I-X follows B-X and I-X only."""
    out = transitions.copy()
    for inside in range(2, len(TAGS), 2):
        wrong = np.ones(len(TAGS), bool)
        wrong[[inside - 1, inside]] = False
        out[wrong, inside] = NEVER
    return out


def best_tags(scores: Floats, transitions: Floats, breaks: Sequence[bool], *, within: float) -> list[int]:
    """The best sequence of tags of a document (Viterbi); at a break (a sentence begins) nothing goes on.

    Tags whose score is farther than `within` below the best of their token are left out: most tokens have one left, and cost nothing.

    >>> zero = np.zeros((len(TAGS), len(TAGS)), np.float32)
    >>> scores = np.full((2, len(TAGS)), -9, np.float32); scores[0, 1] = scores[1, 2] = 1
    >>> best_tags(scores, legal(zero), [True, False], within=20), best_tags(scores, legal(zero), [True, True], within=20)
    ([1, 2], [1, 0])
    """
    if not len(scores):
        return []
    # The most that a step to a tag can bring counts for the tag itself, so that what is left of the steps only takes away.
    gains = transitions.max(0)
    scores = scores + gains * ~np.array(breaks, bool)[:, None]
    steps = transitions - gains
    likely = scores - scores.max(1, keepdims=True)
    kept = _bounds(likely, steps) >= -within
    kept[:, 0] = True
    many = np.flatnonzero(kept.any(1, where=_NAMED))
    out = [0] * len(scores)
    if not len(many):
        return out
    # Between tokens that can only be O lie stretches of others, each with a best sequence of its own.
    rows, tags = np.nonzero(kept[many])
    ends = np.cumsum(np.bincount(rows)).tolist()
    candidates, worths, moves, places = tags.tolist(), scores[many[rows], tags].tolist(), steps.tolist(), many.tolist()
    at = 0
    while at < len(places):
        last = at
        while last + 1 < len(places) and places[last + 1] == places[last] + 1:
            last += 1
        alive, worth = [0], [0.0]  # the candidates of the token before, and the worth of the best sequence to each
        back: list[list[int]] = []  # for each candidate of each token the place of the best one before it
        for k in range(at, last + 1):
            low, high = ends[k - 1] if k else 0, ends[k]
            now = candidates[low:high]
            came, new = [], []
            is_break = breaks[places[k]]
            for tag, own in zip(now, worths[low:high], strict=True):
                if is_break:
                    most = max(worth)
                    came.append(worth.index(most))
                    new.append(most + own + (NEVER if tag and not tag % 2 else 0.0))
                elif len(alive) == 1:
                    came.append(0)
                    new.append(worth[0] + moves[alive[0]][tag] + own)
                else:
                    reached = [w + moves[before][tag] for w, before in zip(worth, alive, strict=True)]
                    most = max(reached)
                    came.append(reached.index(most))
                    new.append(most + own)
            back.append(came)
            alive, worth = now, new
        after = places[last] + 1
        if after < len(scores) and not breaks[after]:
            worth = [w + moves[tag][0] for w, tag in zip(worth, alive, strict=True)]
        place = worth.index(max(worth))
        for k in range(last, at - 1, -1):
            out[places[k]] = candidates[(ends[k - 1] if k else 0) + place]
            place = back[k - at][place]
        at = last + 1
    return out


def _bounds(likely: Floats, steps: Floats) -> Floats:
    """How good a sequence with each tag can be at most, compared with the best tag alone, as far as the tokens beside it tell.

    A step costs what it costs from and to O, and within a name; from and to other tags it costs nothing here.
    """
    before, after = np.zeros_like(likely), np.zeros_like(likely)
    named = likely[:, 1:].max(1, keepdims=True)
    before[1:] = np.maximum(likely[:-1, :1] + steps[0], named[:-1])
    before[1:, 2::2] = np.maximum(
        likely[:-1, 1::2] + steps[_BEGINS, _INSIDES], likely[:-1, 2::2] + steps[_INSIDES, _INSIDES]
    )
    after[:-1] = np.maximum(likely[1:, :1] + steps[:, 0], named[1:])
    bounds = likely + np.minimum(before, 0) + np.minimum(after, 0)
    return np.asarray(bounds - bounds.max(1, keepdims=True), np.float32)


def sure(scores: Floats, transitions: Floats, tags: Sequence[int], breaks: Sequence[bool]) -> Floats:
    """How probable each tag is when those beside it are right."""
    chosen = np.array(tags, np.int64)
    beside = scores.astype(np.float32, copy=True)
    inner = ~np.array(breaks[1:], bool)
    beside[1:][inner] += transitions[chosen[:-1][inner]]
    beside[:-1][inner] += transitions[:, chosen[1:][inner]].T
    beside -= beside.max(1, keepdims=True)
    shares = np.exp(beside)
    return np.asarray(shares[np.arange(len(chosen)), chosen] / shares.sum(1), np.float32)


def spans(tags: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """First and last token and kind of each run of tags.

    >>> list(spans([0, 3, 4, 3]))
    [(1, 2, 'ORG'), (3, 3, 'ORG')]
    """
    first = -1
    for at, tag in enumerate([*tags, 0]):
        if first >= 0 and (not tag or tag % 2):
            yield first, at - 1, TAGS[tags[first]][2:]
            first = -1
        if tag and first < 0:
            first = at
