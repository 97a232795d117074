"""Units in pieces of the encoder's vocabulary (a unigram model, Kudo 2018).

In: a file of pieces with their log-probabilities, one a line. Out: for each unit the numbers of its pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenizers import Tokenizer, models

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START, PAD, END, UNKNOWN = range(4)
_SPACE = "▁"
_REMEMBERED = 200_000
_MOST = 24  # pieces of one unit; an address or a serial number does not fill a window


def read(path: Path) -> list[tuple[str, float]]:
    """The pieces of a vocabulary file and their log-probabilities."""
    rows = (line.split("\t") for line in path.read_text("utf-8").split("\n") if line)
    return [(piece, float(score)) for piece, score in rows]


class Pieces:
    """Splits units and remembers them: running text repeats itself."""

    def __init__(self, vocabulary: Sequence[tuple[str, float]]) -> None:
        self._model = Tokenizer(models.Unigram(list(vocabulary), unk_id=UNKNOWN))
        self._space = self._model.token_to_id(_SPACE)
        self._known: dict[str, tuple[int, ...]] = {}

    def __call__(self, unit: str) -> tuple[int, ...]:
        """The numbers of a unit's pieces, at least one."""
        found = self._known.get(unit)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[unit] = self._split(unit)
        return found

    def _split(self, unit: str) -> tuple[int, ...]:
        numbers = self._model.encode(_SPACE + unit).ids
        # A bare space before a piece tells nothing: every unit begins with one.
        if len(numbers) > 1 and numbers[0] == self._space:
            numbers = numbers[1:]
        return tuple(numbers[:_MOST]) or (UNKNOWN,)
