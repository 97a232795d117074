"""The pieces that Arabic news needs.

In: the pieces of a base and the units of texts and of the gazetteer's names. Out: the base with the rows of the pieces that are used, of
all letters, and of the most frequent Latin pieces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ner.encoder.pieces import UNKNOWN, Pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.train.encoder.convert import Base

N_LATIN = 10_000
_ARABIC = re.compile("[▁\u0621-\u064a]+")
_LATIN = re.compile("[▁!-~]+")


def pruned(base: Base, units: Iterable[str]) -> Base:
    """The base with fewer pieces; the order stays, the first four are the signs of begin, padding, end and unknown.

    The mask's row becomes the unknown piece's: both say «read it from its surroundings».
    """
    split = Pieces(base.pieces)
    used = {number for unit in set(units) for number in split(unit)}
    latin = 0
    kept = []
    for number, (piece, _) in enumerate(base.pieces[:-1]):
        is_latin = bool(_LATIN.fullmatch(piece))
        latin += is_latin
        letter = len(piece.strip("▁")) <= 1 and (is_latin or _ARABIC.fullmatch(piece))
        if number <= UNKNOWN or number in used or letter or (is_latin and latin <= N_LATIN) or _ARABIC.fullmatch(piece):
            kept.append(number)
    words = base.arrays["words.weight"][kept]
    words[UNKNOWN] = base.arrays["words.weight"][len(base.pieces) - 1]  # <mask> stands last
    return base._replace(arrays={**base.arrays, "words.weight": words}, pieces=[base.pieces[k] for k in kept])


def write(base: Base) -> str:
    """The text of the vocabulary file."""
    return "".join(f"{piece}\t{score:.5g}\n" for piece, score in base.pieces)


def halves(base: Base) -> dict[str, np.ndarray]:
    """The arrays in float16: what four bits held loses nothing that matters."""
    return {name: array.astype(np.float16) for name, array in base.arrays.items()}
