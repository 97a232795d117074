"""How strongly two keys sound alike, and the probability that they are one name.

In: keys of single words, or of whole names without spaces. Out: evidence, in log-odds, and calibrated probabilities. Across
scripts two models are asked, the edits and the joint n-grams; within a script the edits, and how much each side loses against itself.
Single words across scripts that are not hopeless then are shown to the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.gazetteer.transliteration.edits import Edits, alone, alone_left, odds
from pipeline.gazetteer.transliteration.joint import Model, among, transliterate
from pipeline.gazetteer.transliteration.letters import script_of
from pipeline.gazetteer.transliteration.network import Network, log_probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR = -3.0  # log-odds by edits below which the n-grams are not asked
LOST = -10.0  # what a pair that the n-grams cannot read is worth
FAR = -30.0  # what is lost by keys that are not alike at all
ASKED = 0.02  # probability below which the network is not asked
FREE = 10  # readings that are kept when a word is read freely
UNREAD = -30.0  # what a reading that the n-grams do not have lies behind


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
    """Three columns for each right side, in the other script: the network's log-odds of the Arabic word given the Latin one, and of the
    Latin word given the Arabic one, and how far the n-grams' reading of the left side as the right one lies behind their best.
    """
    if comparer.network is None or comparer.folded is None:
        raise ValueError("a comparison without a network has no closer evidence")
    is_arabic = script_of(left) == "arabic"
    arabic, latin = ([left], rights) if is_arabic else (rights, [left])
    to_arabic = log_probabilities(comparer.network, latin, arabic, "arabic", folded=True)
    to_latin = log_probabilities(comparer.network, arabic, latin, "latin", folded=True)
    own, others = alone_left(comparer.edits, left), np.array([alone(comparer.edits, right) for right in rights])
    of_arabic, of_latin = (own, others) if is_arabic else (others, own)
    read = among(comparer.folded, left, set(rights))
    free = transliterate(comparer.folded, left, beam=FREE)
    best = free[0][1] if free else 0.0
    behind = [max(read.get(right, UNREAD) - best, UNREAD) for right in rights]
    return np.column_stack([to_arabic - of_arabic, to_latin - of_latin, behind])


def probability(calibration: tuple[float, ...], found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The calibrated probability of each row of evidence: a weight for each column, then the shift."""
    *weights, shift = calibration
    return np.asarray(1 / (1 + np.exp(-np.clip(found @ weights + shift, -40, 40))))
