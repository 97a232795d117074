"""Names that no list spells so: strange words that sound like a known name («ديبسك», «طرامب»).

In: names on the board, what the gazetteer hears. Out: more names, with the id that they sound like (`heard`), and names cut where the
one that they sound like begins and ends (`mended`). Only words that nobody has seen are asked for, and only what is nearly sure is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.gazetteer.automaton import letters_after
from pipeline.ner.shapes import RARE, has_article, is_foreign, is_inflected, is_plain, is_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.gazetteer.candidates import Candidate, Candidates
    from pipeline.ner.board import Board, Name

_LONGEST = 3  # words of a name
_SURE = {1: 0.9, 2: 0.85, 3: 0.85}  # probability that a name of so many words needs
_AS_LISTED = 0.95  # probability from which a name is as good as one that a list has
_SURE_OF_LABEL = 0.8  # that a name needs whose label somebody else knows
_RIVAL = 0.5  # an entity as probable as this leaves no other one sure
_KINDS = frozenset({"ORG", "PRODUCT", "PERSON", "GPE", "LOC"})
_SCARCE = -4.6  # so scarce is a word beside a strange one
_LETTERS = 4  # a shorter word is not listened to by itself


def heard(board: Board, candidates: Candidates) -> None:
    """Puts down strange words, alone or with those beside them, that sound like one known name."""
    at = 0
    while at < len(board.words):
        last = _listen(board, at, candidates) if _is_strange(board, at) else at
        at = last + 1


def mended(board: Board, candidates: Candidates) -> None:
    """Cuts names that nobody knows so that somebody does, where that is sure: the letter before one («فسبوك», read as ف and سبوك) or a word
    beside it («كوكا قولا») belongs to it, a word of it does not, or it is an entity of another kind, likelier than its own.
    """
    for name in board.names():
        if name.ids or name.label not in _KINDS or board.words[name.first].kind != "word":
            continue
        own = max((c.likeness for c in candidates(board.text[name.start : name.end], name.label)), default=0.0)
        best: tuple[float, Name] | None = None
        for first, last, start in _cuts(board, name):
            end = board.tokens[last].end
            size = last - first + 1
            is_whole = (start, last) == (name.start, name.last)
            if size not in _SURE:
                continue
            is_split = any(board.words[at].proclitics for at in range(name.last + 1, last + 1))  # تيم كوق
            of_label = _AS_LISTED if is_split else _SURE_OF_LABEL
            of_any = max(of_label, name.score, 0.0 if is_whole else _SURE[size])
            found = _best(board.text[start:end], candidates, of_any, name.label, of_label)
            if found is not None and found.likeness > max(own, best[0] if best else 0.0):
                label = name.label if name.label in found.labels else found.labels[0]
                cut = name._replace(first=first, last=last, start=start, end=end, label=label, ids=(found.entity_id,))
                best = found.likeness, cut
        if best is not None:
            board.put(best[1])


def _cuts(board: Board, name: Name) -> Iterator[tuple[int, int, int]]:
    """First and last token and first letter of what a name could be instead."""
    first, last = name.first, name.last
    if all(is_unseen(board, at) for at in range(first, last + 1)):
        yield first, last, name.start  # of another kind
    for start in _letters(board, first):
        yield first, last, start
    after = last
    while after - last < _LONGEST - 1 and _belongs(board, after + 1, last):
        after += 1
        yield first, after, name.start
    if not board.words[first].proclitics and _belongs(board, first - 1, first):
        yield first - 1, last, board.start(first - 1)
    for shorter in range(first, last):
        if not is_foreign(board, shorter):
            return
        if board.tokens[shorter + 1].norm.startswith("ل"):  # «شركة لينوفو لتطوير البنية»
            yield first, shorter, name.start


def _letters(board: Board, at: int) -> list[int]:
    """Where a name would begin to which some of the letters belonged that were taken for proclitics."""
    return [letters_after(board.text, board.tokens[at], n) for n in range(board.words[at].proclitics)]


def _belongs(board: Board, at: int, beside: int) -> bool:
    """Whether a word beside a name could be a part of it."""
    if not board.joined(min(at, beside), max(at, beside)):
        return False
    return board.words[at].kind == "word" and board.words[at].head is None and _is_scarce(board, at)


def _is_scarce(board: Board, at: int) -> bool:
    """Whether a word is as scarce and as plain as those of foreign names are."""
    return board.words[at].log10 < _SCARCE and is_plain(board, at) and not is_inflected(board, at)


def _listen(board: Board, at: int, candidates: Candidates) -> int:
    """The last token of the name that holds a strange word, the longest first; the word itself where there is none."""
    for size in range(_LONGEST, 0, -1):
        for first in range(at - size + 1, at + 1):
            last = first + size - 1
            if not _fits(board, first, last, at):
                continue
            name = board.name(first, last, "", 0.7, "heard")
            for start in (name.start, *_letters(board, first)):
                best = _best(board.text[start : name.end], candidates, _SURE[size])
                if best is not None:
                    source = "gazetteer" if best.likeness >= _AS_LISTED else name.source
                    board.put(name._replace(start=start, label=best.labels[0], source=source, ids=(best.entity_id,)))
                    return last
    return at


def _best(
    surface: str, candidates: Candidates, of_any: float, label: str = "", of_label: float = 1.0
) -> Candidate | None:
    """The entity that a surface sounds like where one is sure and no other is near: one of a label or of any, each as sure as is asked."""
    if " " not in surface and len(surface) < _LETTERS:
        return None
    for found, least in ((candidates(surface, label) if label else (), of_label), (candidates.heard(surface), of_any)):
        alike = [c for c in found if c.method == "sound" and c.likeness > _RIVAL]
        if alike and alike[0].likeness >= least and len({c.entity_id for c in alike}) == 1:
            return alike[0]
    return None


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
        if i != strange and not (word.given or _is_scarce(board, i)):
            return False
        if i != strange and has_article(board, i) and word.log10 > RARE:
            return False
    return True
