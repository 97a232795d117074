"""Names written in two scripts side by side: ديب سيك (DeepSeek), «شراع تك» Shiraa Tech; and Latin words in Arabic text.

In: names on the board. Out: more of them; both halves of a pair have one label and the same ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.gazetteer.keys import likeness
from pipeline.ner.companies import is_compared, is_model
from pipeline.ner.evidence import votes_of

if TYPE_CHECKING:
    from pipeline.ner.board import Board, Name
    from pipeline.ner.name_cues import Cues

_MIN_LIKENESS = 0.72
_LONGEST = 5


def pairs(board: Board) -> None:
    """Joins Latin runs with the Arabic name before them, in brackets or not."""
    taken = -1
    for at in board.latin:
        if at > taken:
            taken = _run(board, at)
            _pair(board, at, taken)


def latin(board: Board, cues: Cues) -> None:
    """Latin words that nothing explains: names of companies, or products where they look like a model number."""
    taken = -1
    for at in board.latin:
        if at > taken and board.owner[at] is None:
            last = at
            while board.joined(at, last + 1) and _follows(board, last + 1):
                last += 1
            if last - at < _LONGEST and _is_name(board, at, last):
                label = (
                    "PRODUCT"
                    if is_model(board, at, last) or is_compared(board, at)
                    else "PERSON"
                    if is_person(board, at, last)
                    else "ORG"
                )
                if label == "ORG":
                    votes = votes_of(board, at, last, cues)
                    label = "PRODUCT" if votes["PRODUCT"] > votes["ORG"] else label
                board.put(board.name(at, last, label, 0.6, "latin"))
            taken = last


def is_person(board: Board, first: int, last: int) -> bool:
    """Whether a Latin run begins with a given name and has two to four capitalised words, none of them a company's."""
    words = board.words[first : last + 1]
    if (
        not 1 < len(words) < 5
        or any(w.use == "company" for w in words)
        or not all(board.raw(i)[0].isupper() for i in range(first, last + 1))
    ):
        return False
    return words[0].given == "given" or (
        words[0].given == "given-common" and bool(_role_before(board, first) or words[-1].given)
    )


def _role_before(board: Board, at: int) -> str:
    return board.words[at - 1].role if board.joined(at - 1, at) else ""


def _follows(board: Board, at: int) -> bool:
    """Whether a Latin word goes on with the name before it."""
    return board.words[at].kind == "latin" and board.owner[at] is None and not board.words[at].proclitics


def _run(board: Board, at: int) -> int:
    """The last token of a run of Latin words, numbers within it included."""
    last = at
    while board.joined(at, last + 1) and last - at < _LONGEST and board.words[last + 1].kind in ("latin", "number"):
        if board.words[last + 1].kind == "number" and not (
            board.joined(last, last + 2) and board.words[last + 2].kind in ("latin", "punct")
        ):
            break
        last += 1
    return last


def _is_name(board: Board, first: int, last: int) -> bool:
    """Whether a Latin run looks like a name: capitals, and not only acronyms of everyday use."""
    raw = [board.raw(i) for i in range(first, last + 1)]
    if not any(c.isupper() for c in "".join(raw)):
        return False
    return not all(
        board.words[i].use in ("acronym", "more", "company") or board.words[i].kind == "number"
        for i in range(first, last + 1)
    )


def _pair(board: Board, first: int, last: int) -> None:
    """Looks for the Arabic half before a Latin run and names both."""
    left = first - 1
    if board.joined(left, first) and board.raw(left) in "([":
        if not board.is_close(last + 1):
            return
        left -= 1
    while board.joined(left, first) and board.is_close(left):
        left -= 1
    if not board.joined(left, first) or board.words[left].kind not in ("word", "number"):
        return
    inner = board.owner[first]
    if inner is not None and (inner.first, inner.last) != (first, last):
        if inner.first != first:
            return
        if inner.label == "ORG" and is_model(board, first, last):  # «نورس إكس 2 (Nawras X2)», where Nawras is a company
            inner = None
        else:
            last = inner.last
    latin_name = board.text[board.start(first) : board.tokens[last].end]
    arabic = board.owner[left]
    if arabic is not None:
        if arabic.label == "NORP":
            return
        alike = likeness(board.text[arabic.start : arabic.end], latin_name)
        bracketed = left < first - 1
        wider, start = (
            _like(board, left, latin_name, over=arabic) if alike < _MIN_LIKENESS and inner is None else (-1, -1)
        )
        if 0 <= wider < arabic.first:  # مداد كلاود (Midad Cloud), where only كلاود is known
            for name in (
                board.name(wider, left, "ORG", 0.85, "pair")._replace(start=start),
                board.name(first, last, "ORG", 0.85, "pair"),
            ):
                board.put(name._replace(label=_label(board, wider, first, last)))
        elif inner is None and bracketed and _is_name(board, first, last):
            same = alike >= _MIN_LIKENESS or latin_name.isupper() or not arabic.ids
            board.put(board.name(first, last, arabic.label, 0.8, "pair", arabic.ids if same else ()))
        elif (
            inner is not None
            and arabic.ids == ()
            and (alike >= _MIN_LIKENESS or bracketed)
            and inner.label != arabic.label
        ):
            board.put(arabic._replace(label=inner.label, ids=inner.ids))
        elif inner is not None and set(inner.ids) & set(arabic.ids) and inner.label != arabic.label:
            board.put(inner._replace(label=arabic.label))
        return
    best, start = _like(board, left, latin_name)
    if best < 0 or (inner is None and not _is_name(board, first, last)):
        return
    label = (
        inner.label
        if inner is not None
        else "PRODUCT"
        if is_model(board, first, last) or board.words[left].kind == "number"
        else _label(board, best, first, last)
    )
    ids = inner.ids if inner is not None else ()
    board.put(board.name(best, left, label, 0.85, "pair", ids)._replace(start=start))
    if inner is None:
        board.put(board.name(first, last, label, 0.85, "pair", ids))


def _like(board: Board, left: int, latin_name: str, *, over: Name | None = None) -> tuple[int, int]:
    """The first token and the start of the Arabic words up to `left` that sound like the Latin name, or -1.

    Letters that the tokeniser took for proclitics may belong to the name: كنزينة (Kanzina).
    """
    best, found = _MIN_LIKENESS, (-1, -1)
    for first in range(left, max(-1, left - _LONGEST), -1):
        if (
            not board.joined(first, left)
            or board.words[first].kind not in ("word", "number")
            or board.owner[first] not in (None, over)
        ):
            break
        token = board.tokens[first]
        alike = 0.0
        for start in dict.fromkeys((token.stem_start, token.start)):
            alike = (
                1.0
                if _are_initials(board, first, left, latin_name)
                else likeness(board.text[start : board.tokens[left].end], latin_name)
            )
            if alike > best:
                best, found = alike, (first, start)
        if board.tokens[first].stem_start > board.tokens[first].start and alike < best:
            break
    return found


def _are_initials(board: Board, first: int, last: int, latin_name: str) -> bool:
    """Whether the Arabic names of letters spell the Latin name or its first word: آي إتش إس (IHS Towers)."""
    letters = "".join(word.letter for word in board.words[first : last + 1])
    return last - first + 1 == len(letters) > 1 and latin_name.split()[0].casefold() == letters


def _label(board: Board, first: int, latin_first: int, latin_last: int) -> str:
    """The label of an unknown pair: what a head noun before it says, a person where a given name begins it, else ORG."""
    words = board.words
    for back in range(1, 4):
        i = first - back
        if not board.joined(i, first):
            break
        head = words[i].head
        if head is not None:
            return head[0]
        if words[i].role:
            return "PERSON"
        if words[i].use == "launch" or (
            words[i].key == "عن" and any(w.use == "launch" for w in words[max(0, i - 5) : i])
        ):
            return "PRODUCT"
        if not (board.is_open(i) or words[i].key.startswith("ال")):
            break
    return "PERSON" if words[first].given == "given" or is_person(board, latin_first, latin_last) else "ORG"
