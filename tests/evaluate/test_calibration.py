from __future__ import annotations

from random import Random

from pipeline.evaluate.calibration import bins, expected_error


def test_true_probabilities_have_no_error() -> None:
    random = Random(1)
    scores = [random.random() for _ in range(20_000)]
    assert expected_error([(score, random.random() < score) for score in scores]) < 0.02
    assert expected_error([(score, random.random() < score**3) for score in scores]) > 0.15


def test_every_score_is_in_a_bin() -> None:
    scored = [(0.0, False), (1.0, True), (0.999, True), (0.1, False)]
    assert sum(b.n for b in bins(scored)) == 4
    assert bins([]) == []
    assert expected_error([]) == 0.0
    assert expected_error([(1.0, True), (0.0, False)]) == 0.0
