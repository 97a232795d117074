"""How strongly two keys sound alike, and the probability that they are one name.

In: keys of single words, or of whole names without spaces. Out: evidence, in log-odds, and calibrated probabilities. Across
scripts two models are asked, the edits and the joint n-grams; within a script the edits, and how much each side loses against itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.gazetteer.transliteration.edits import Edits, alone, alone_left, odds
from pipeline.gazetteer.transliteration.joint import Model, among

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR = -3.0  # log-odds by edits below which the n-grams are not asked
LOST = -10.0  # what a pair that the n-grams cannot read is worth
FAR = -30.0  # what is lost by keys that are not alike at all


class Comparer(NamedTuple):
    """The models of one comparison: `folded` reads the left side into the right one's letters; None within a script."""

    edits: Edits
    folded: Model | None
    calibration: tuple[float, float, float]


def evidence(comparer: Comparer, left: str, rights: list[str]) -> NDArray[np.float64]:
    """Two columns for each right side: the log-odds, and letters of the shorter side or what is lost against equality."""
    edits, folded, _ = comparer
    found = np.zeros((len(rights), 2))
    found[:, 0] = np.maximum(odds(edits, left, rights), -60.0)
    if folded is None:
        found[:, 1] = FAR
        itself = max(float(odds(edits, left, [left])[0]), 0.0)
        for k in np.nonzero(found[:, 0] > NEAR)[0].tolist():
            other = float(odds(edits, rights[k], [rights[k]])[0])
            found[k, 1] = found[k, 0] - (itself + other) / 2
        return found
    near = np.nonzero(found[:, 0] > NEAR)[0].tolist()
    if near:
        joint = among(folded, left, {rights[k] for k in near})
        known = alone_left(edits, left)
        for k in near:
            read = joint[rights[k]] - known - alone(edits, rights[k]) if rights[k] in joint else found[k, 0] + LOST
            found[k, 0] = (found[k, 0] + read) / 2
    found[:, 1] = [min(len(left), len(right)) for right in rights]
    return found


def probability(comparer: Comparer, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The calibrated probability of each row of evidence."""
    first, second, shift = comparer.calibration
    return np.asarray(1 / (1 + np.exp(-np.clip(found[:, 0] * first + found[:, 1] * second + shift, -40, 40))))
