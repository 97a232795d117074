"""Names that no list spells so: strange words that sound like a known name («ديبسك», «طرامب»).

In: names on the board, what the gazetteer hears. Out: more names, with the id that they sound like. Only words that nobody has seen
and that no rule has taken are asked for, and only what is nearly sure is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ner.shapes import RARE, has_article, is_foreign, is_inflected, is_plain

if TYPE_CHECKING:
    from pipeline.gazetteer.candidates import Candidate, Candidates
    from pipeline.ner.board import Board

_LONGEST = 3  # words of a name
_SURE = {1: 0.9, 2: 0.8, 3: 0.8}  # probability that a name of so many words needs
_LETTERS = 4  # a shorter word is not listened to by itself


def heard(board: Board, candidates: Candidates) -> None:
    """Puts down strange words, alone or with those beside them, that sound like one known name."""
    at = 0
    while at < len(board.words):
        last = _listen(board, at, candidates) if _is_strange(board, at) else at
        at = last + 1


def _listen(board: Board, at: int, candidates: Candidates) -> int:
    """The last token of the name that holds a strange word, the longest first; the word itself where there is none."""
    for size in range(_LONGEST, 0, -1):
        for first in range(at - size + 1, at + 1):
            last = first + size - 1
            if not _fits(board, first, last, at):
                continue
            surface = board.text[board.start(first) : board.tokens[last].end]
            best = _best(surface, size, candidates)
            if best is not None:
                board.put(board.name(first, last, best.labels[0], 0.7, "heard", (best.entity_id,)))
                return last
    return at


def _best(surface: str, size: int, candidates: Candidates) -> Candidate | None:
    """The entity that a surface sounds like whatever its kind, where one is sure and no other is near."""
    if size == 1 and len(surface) < _LETTERS:
        return None
    found = [c for c in candidates.heard(surface) if c.method == "sound"]
    if not found or found[0].likeness < _SURE[size]:
        return None
    rivals = [c for c in found[1:] if c.entity_id != found[0].entity_id and c.likeness > 0.5]
    return None if rivals else found[0]


def _is_strange(board: Board, at: int) -> bool:
    return board.owner[at] is None and board.words[at].kind == "word" and is_foreign(board, at)


def _fits(board: Board, first: int, last: int, strange: int) -> bool:
    """Whether all words but the strange one may be part of an unlisted name, free and in one sentence."""
    if first < 0 or not board.joined(first, last) or not board.is_free(first, last):
        return False
    for i in range(first, last + 1):
        word = board.words[i]
        if word.kind != "word" or (i > first and word.proclitics) or word.head is not None:
            return False
        if i != strange and not (
            word.given or (word.log10 < _SCARCE and is_plain(board, i) and not is_inflected(board, i))
        ):
            return False
        if i != strange and has_article(board, i) and word.log10 > RARE:
            return False
    return True


_SCARCE = -4.6  # so scarce is a word beside a strange one
