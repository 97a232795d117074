"""The best sequence against all sequences, one by one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ner.encoder.tags import OURS, best_tags, block, log_softmax, spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TAGS = block(["PER", "LOC"])


def is_allowed(tags: Sequence[int], breaks: Sequence[bool]) -> bool:
    for at, tag in enumerate(tags):
        if TAGS[tag].startswith("I-"):
            before = TAGS[tags[at - 1]] if at and not breaks[at] else "O"
            if before[2:] != TAGS[tag][2:]:
                return False
    return True


def slowly(scores: NDArray[np.float32], breaks: Sequence[bool]) -> float:
    return max(
        float(sum(scores[at, tag] for at, tag in enumerate(tags)))
        for tags in itertools.product(range(len(TAGS)), repeat=len(scores))
        if is_allowed(tags, breaks)
    )


@given(
    seed=st.integers(0, 10_000),
    breaks=st.lists(st.booleans(), min_size=1, max_size=5),
    sharp=st.sampled_from([0.3, 1.0, 5.0]),
)
def test_best_tags_are_the_best_of_all(seed: int, breaks: list[bool], sharp: float) -> None:
    logits = np.random.default_rng(seed).normal(size=(len(breaks), len(TAGS))).astype(np.float32) * sharp
    scores = log_softmax(logits)
    tags = best_tags(scores, breaks)
    assert is_allowed(tags.tolist(), breaks)
    assert float(scores[np.arange(len(tags)), tags].sum()) == pytest.approx(slowly(scores, breaks), abs=1e-4)


def test_a_long_unlikely_sentence_keeps_the_rules() -> None:
    """Sums of log-probabilities far below what stands for «never»."""
    scores = np.full((30_000, len(TAGS)), -20.0, np.float32)
    scores[:, 2] = -1.0  # I-PER everywhere
    scores[20_000, 2:4] = -90.0, -1.0
    for breaks in ([False] * len(scores), [at % 1000 == 0 for at in range(len(scores))]):
        tags = best_tags(scores, breaks)
        assert is_allowed(tags.tolist(), breaks)
        assert tags[20_000] == 3
        assert (tags == 2).mean() > 0.99


def test_nothing() -> None:
    assert best_tags(np.zeros((0, len(TAGS)), np.float32), []).tolist() == []


@given(seed=st.integers(0, 1000), n=st.integers(0, 12))
def test_spans_tile_the_tags(seed: int, n: int) -> None:
    scores = log_softmax(np.random.default_rng(seed).normal(size=(n, len(TAGS))).astype(np.float32) * 3)
    tags = best_tags(scores, [False] * n)
    found = list(spans(TAGS, scores, tags))
    assert [at for s in found for at in range(s.first, s.last + 1)] == np.flatnonzero(tags).tolist()
    for s in found:
        assert TAGS[tags[s.first]] == f"B-{s.label}"
        assert 0 < s.score <= 1


def test_blocks() -> None:
    assert block(["PER"]) == ("O", "B-PER", "I-PER")
    assert len(OURS) == 27
