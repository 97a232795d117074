"""The recogniser of names without a trained model: known names, product families, cues, persons, and what the
document itself teaches.

In: raw text, sentences, tokens. Out: mentions with the ids that the gazetteer knows for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.gazetteer.automaton import Automaton
from pipeline.gazetteer.candidates import known
from pipeline.gazetteer.entries import load, spellings
from pipeline.ner.board import Board
from pipeline.ner.companies import companies, repeated
from pipeline.ner.cues import heads
from pipeline.ner.evidence import weigh
from pipeline.ner.families import by_bones, extend
from pipeline.ner.heard import heard, mended
from pipeline.ner.lexicon import Lexicon
from pipeline.ner.matches import match
from pipeline.ner.name_cues import Cues
from pipeline.ner.pairs import latin, pairs
from pipeline.ner.persons import persons
from pipeline.ner.spread import spread

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from pipeline.core.spans import Mention, Sentence, Token

_NEAR = (frozenset({"ORG", "PRODUCT", "WORK_OF_ART"}), frozenset({"GPE", "LOC", "FAC"}))


class Names:
    """Recognises PERSON, ORG, GPE, LOC, FAC, PRODUCT, EVENT, WORK_OF_ART and NORP.

    With the folder of `models`, names that no list spells so are found by their sound, too. `without` are ids of the gazetteer that this
    one does not know.
    """

    def __init__(self, seeds: Path, *, models: Path | None = None, without: Collection[str] = ()) -> None:
        self._entries = {entry.id: entry for entry in load(seeds / "gazetteer") if entry.id not in without}
        self.one_label = {entry.id: len(entry.labels) == 1 for entry in self._entries.values()}
        self._ears = known(seeds, models) if models else None
        self._gazetteer = Automaton(spelling for entry in self._entries.values() for spelling in spellings(entry))
        self._sounds = by_bones(self._entries.values())
        self._lexicon = Lexicon(seeds / "lexicons")
        self._cues = Cues(seeds / "lexicons")

    def __call__(self, text: str, sentences: Sequence[Sentence], tokens: Sequence[Token]) -> list[Mention]:
        """The names of a document in reading order."""
        return self.spread(self.known(text, tokens))

    def known(self, text: str, tokens: Sequence[Token]) -> Board:
        """The names that the gazetteer and their surroundings tell."""
        board = Board(text, tokens, self._lexicon)
        match(board, self._gazetteer.find(board.seen), self._entries, self._cues)
        extend(board, self._gazetteer, self._entries, self._sounds)
        pairs(board)
        heads(board)
        companies(board)
        persons(board)
        pairs(board)
        latin(board, self._cues)
        if self._ears is not None:
            heard(board, self._ears)
        weigh(board, self._cues)
        return board

    def mend(self, board: Board) -> None:
        """Names on the board that are cut wrongly, where the gazetteer knows a name that sounds like another cut."""
        if self._ears is not None:
            mended(board, self._ears)

    def spread(self, board: Board) -> list[Mention]:
        """These names and what the document teaches from them."""
        spread(board, board.seen)
        repeated(board)
        return board.mentions()

    def ids(self, surface: str, label: str) -> tuple[str, ...]:
        """The entities that are spelt like this and can have the label, or else one that is near it (a company's name for its product)."""
        spellings = self._gazetteer.lookup(surface)
        fit = [s for s in spellings if label in s.labels]
        near = next((labels for labels in _NEAR if label in labels), frozenset())
        return tuple(dict.fromkeys(s.entity_id for s in fit or [s for s in spellings if not near.isdisjoint(s.labels)]))
