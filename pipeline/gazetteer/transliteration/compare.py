"""How strongly two keys sound alike, and the probability that they are one name.

In: keys of single words, or of whole names without spaces. Out: evidence, in log-odds, and calibrated probabilities. Across
scripts two models are asked, the edits and the joint n-grams; within a script the edits, and how much each side loses against itself.
Single words across scripts that are not hopeless then are shown to the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.gazetteer.transliteration.edits import Edits, alone, alone_left, odds
from pipeline.gazetteer.transliteration.joint import Model, among
from pipeline.gazetteer.transliteration.letters import script_of
from pipeline.gazetteer.transliteration.network import Network, log_probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR = -3.0  # log-odds by edits below which the n-grams are not asked
LOST = -10.0  # what a pair that the n-grams cannot read is worth
FAR = -30.0  # what is lost by keys that are not alike at all
ASKED = 0.05  # probability below which the network is not asked


class Comparer(NamedTuple):
    """The models of one comparison: `folded` reads the left side into the right one's letters; None within a script.

    `closely` calibrates the evidence with that of the network.
    """

    edits: Edits
    folded: Model | None
    calibration: tuple[float, ...]
    network: Network | None = None
    closely: tuple[float, ...] = ()


def evidence(comparer: Comparer, left: str, rights: list[str]) -> NDArray[np.float64]:
    """Two columns for each right side: the log-odds, and letters of the shorter side or what is lost against equality."""
    edits, folded = comparer.edits, comparer.folded
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


def closer_evidence(comparer: Comparer, left: str, rights: list[str]) -> NDArray[np.float64]:
    """The network's log-odds for each right side, in the other script: of the Arabic word given the Latin one, which says nearly all."""
    if comparer.network is None:
        raise ValueError("a comparison without a network has no closer evidence")
    if script_of(left) == "arabic":
        read = log_probabilities(comparer.network, rights, [left], "arabic", folded=True)
        return np.asarray(read - alone_left(comparer.edits, left), np.float64)
    read = log_probabilities(comparer.network, [left], rights, "arabic", folded=True)
    return np.asarray(read - [alone(comparer.edits, right) for right in rights], np.float64)


def probability(calibration: tuple[float, ...], found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The calibrated probability of each row of evidence: a weight for each column, then the shift."""
    *weights, shift = calibration
    return np.asarray(1 / (1 + np.exp(-np.clip(found @ weights + shift, -40, 40))))
