"""The recogniser of the fast tier: the rules and the CRF, which sees what they say and what stands around.

In: raw text, sentences, tokens. Out: mentions. A value is kept where the CRF leaves it as the grammars read it; a name that the rules had
found keeps its ids and source; what both together have found then spreads over the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ner.crf.model import NAME, Scorer
from pipeline.ner.crf.model import load as load_scorer
from pipeline.ner.crf.tags import VALUE, best_tags, spans, sure
from pipeline.ner.names import Names
from pipeline.ner.values import Values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.core.spans import Mention, Sentence, Token
    from pipeline.ner.board import Board, Name

_WITHIN = 5.0  # tags whose bound is so far below the best of their token are never taken: 38 of 55,000 tags differ, in a twelfth of the time
_LEAST = 1e-6  # probability of a tag


class Crf:
    """Calls the rules, then the CRF, and lets the document's names spread."""

    def __init__(self, values: Values, names: Names, scorer: Scorer) -> None:
        self._values, self._names, self._scorer = values, names, scorer

    def __call__(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> list[Mention]:
        """The mentions of a document."""
        values = self._values(text, sentences, tokens)
        board = self._names.known(text, tokens)
        kept = self._weigh(board, values) if tokens else []
        return [*kept, *self._names.spread(board)]

    def _weigh(self, board: Board, values: Sequence[Mention]) -> list[Mention]:
        """Writes the names on the board that rules and CRF together believe, and returns the values."""
        scores = self._scorer(board, values)
        breaks = [not at or token[0] != board.tokens[at - 1][0] for at, token in enumerate(board.tokens)]
        tags = best_tags(scores, self._scorer.transitions, breaks, within=_WITHIN)
        by_place = {(n.first, n.last, n.label): n for n in board.names()}
        values_at = {(m.first, m.last): m for m in values}
        board.owner[:] = [None] * len(board.owner)
        kept = []
        found = list(spans(tags))
        probable = np.log(np.maximum(sure(scores, self._scorer.transitions, tags, breaks), _LEAST)) if found else None
        for first, last, kind in found:
            assert probable is not None
            score = float(np.exp(probable[first : last + 1].mean()))
            if kind == VALUE:
                value = values_at.get((first, last))
                if value is not None:
                    kept.append(value._replace(score=score))
            elif (first, last, kind) in by_place:
                board.put(by_place[first, last, kind]._replace(score=score))
            else:
                board.put(self._new(board, first, last, kind, score))
        return kept

    def _new(self, board: Board, first: int, last: int, label: str, score: float) -> Name:
        name = board.name(first, last, label, score, NAME)
        return name._replace(ids=self._names.ids(board.text[name.start : name.end], label))


def load(seeds: Path, models: Path) -> Crf:
    """The recogniser with the project's rules and weights."""
    return Crf(Values(seeds), Names(seeds), load_scorer(models))
