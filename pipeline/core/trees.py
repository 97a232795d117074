"""Boosted trees in an ONNX graph, over named evidence.

In: a file; then for each case what speaks for it, names of features with their values. Out: probabilities.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np

from pipeline.core.sessions import session
from pipeline.errors import ConfigError, SeedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FEATURES = "features"  # where a graph keeps the names of its columns

Evidence = tuple[tuple[str, float], ...]


def log_odds(probability: float, least: float) -> float:
    """The logarithm of the odds of a probability, taken to be no nearer to 0 or 1 than `least`.

    >>> round(log_odds(0.9, 0.005), 3), log_odds(1.0, 0.005) == log_odds(0.995, 0.005)
    (2.197, True)
    """
    p = min(max(probability, least), 1 - least)
    return math.log(p / (1 - p))


def columns(evidence: Sequence[Iterable[tuple[str, float]]], names: Sequence[str]) -> NDArray[np.float32]:
    """A row for each case; what no column is named after says nothing.

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


class Trees:
    """Boosted trees (Friedman 2001) that `pipeline.train.forest` has learnt."""

    def __init__(self, path: Path) -> None:
        try:
            self._trees = session(path, threads=1)
            self._names = json.loads(self._trees.get_modelmeta().custom_metadata_map[FEATURES])
        except ConfigError:
            raise
        except Exception as error:  # onnxruntime has a kind of its own for each thing that can be wrong with a graph
            raise SeedError(f"{path}: expected boosted trees over named evidence: {error!r}") from None

    def __call__(self, evidence: Sequence[Iterable[tuple[str, float]]]) -> list[float]:
        """The probability of each case."""
        if not evidence:
            return []
        (found,) = self._trees.run(None, {"evidence": columns(evidence, self._names)})
        return [float(probability) for probability in found.ravel()]
