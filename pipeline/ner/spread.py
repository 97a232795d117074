"""What a document teaches about itself: a name found surely once is found everywhere in it, short forms included.

In: names on the board and the view of the document. Out: more of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.gazetteer.automaton import Automaton, View
from pipeline.gazetteer.entries import Spelling
from pipeline.gazetteer.keys import fold
from pipeline.ner.board import Board, Name
from pipeline.ner.lexicon import COMMON
from pipeline.ner.shapes import RARE, is_counted, is_lil

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALONE = -5.0  # so must a name of one word
_SHORT = -4.6  # a short form must be rarer than this, log10 share of running words
_SPREADS = frozenset({"PERSON", "ORG", "PRODUCT", "EVENT", "FAC", "WORK_OF_ART", "GPE", "LOC"})


def spread(board: Board, seen: View) -> None:
    """Finds the names of the document again where no name stands yet."""
    names = [name for name in board.names() if name.label in _SPREADS]
    forms: dict[str, tuple[Name, bool]] = {}
    for name in names:
        if name.source != "gazetteer" and name.first < name.last:
            forms.setdefault(board.text[name.start : name.end], (name, False))
    for name in names:
        for form in _short_forms(board, name):
            forms.setdefault(form, (name, True))
    for name in names:
        if name.source != "gazetteer" and name.first == name.last and _is_rare(board, name.first, _ALONE):
            forms.setdefault(board.text[name.start : name.end], (name, False))
    forms = {form: known for form, known in forms.items() if seen.keys.count(fold(form)) > 1}
    if not forms:
        return
    known = list(forms.values())
    automaton = Automaton(Spelling(form, str(i), (), False) for i, form in enumerate(forms))
    taken = -1
    for hit in automaton.find(seen):
        if (
            hit.first <= taken
            or not board.is_free(hit.first, hit.last)
            or (hit.how == "guess" and hit.end - hit.start < 4)
        ):
            continue
        name, is_short = known[int(hit.spellings[0].entity_id)]
        ids = () if is_short and name.source == "family" else name.ids
        last, end = hit.last, hit.end
        after = last + 1
        is_version = (
            board.joined(last, after) and board.words[after].kind == "number" and not is_counted(board, after + 1)
        )
        if (
            name.label == "PERSON"
            and is_short
            and board.joined(hit.first - 1, hit.first)
            and board.words[hit.first - 1].key == "في"
        ):
            continue  # a company may have the name of its founder
        if name.label == "PRODUCT" and is_version and board.owner[after] is None:
            last, end = after, board.tokens[after].end
        board.put(Name(hit.first, last, hit.start, end, name.label, 0.7, "spread", ids))
        taken = last


def _surface(board: Board, first: int, last: int) -> str:
    return board.text[board.start(first) : board.tokens[last].end]


def _is_rare(board: Board, at: int, limit: float) -> bool:
    word = board.words[at]
    return (word.log10 < limit if word.kind == "word" else word.use != "acronym") and len(word.key) > 2


def _short_forms(board: Board, name: Name) -> Iterator[str]:
    """The family name of a person, a company without its «للتأمين» or «كابيتال», a model's bare version or family."""
    words, first, last = board.words, name.first, name.last
    if first == last:
        return
    if name.label == "PERSON":
        if _is_rare(board, last, _SHORT) and words[last - 1].given != "particle":
            yield _surface(board, last, last)
        elif words[last - 1].given == "particle" and last - 1 > first:
            yield _surface(board, last - 1, last)
    elif name.label == "ORG" and name.source != "gazetteer":
        end = next((i - 1 for i in range(first + 1, last + 1) if is_lil(board, i)), last)
        while end > first and words[end].use in ("company", "more"):
            end -= 1
        if end == last and last - first == 1 and words[first].kind == "latin":
            end = first
        if end == first and words[first].given and words[first].log10 > RARE:
            return
        if end < last and (end > first or _is_rare(board, first, _SHORT)) and words[first].head is None:
            yield board.text[name.start : board.tokens[end].end]
    elif name.label == "PRODUCT" and words[last].kind in ("latin", "number"):
        raw = board.raw(last)
        if words[last].kind == "latin" and any(c.isdigit() for c in raw) and any(c.isalpha() for c in raw):
            yield raw
        if name.source != "gazetteer" and (last - first > 1 or _is_rare(board, first, COMMON)):
            yield board.text[name.start : board.tokens[last - 1].end]
