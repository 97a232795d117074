"""Versions of product families, those no list has yet included: Qwen3-Max, DeepSeek R1, آيفون 15 برو, ديب سيك آر 1.

In: names on the board. Out: PRODUCT names that hold their version, with the id `family-version` before the family's own.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.gazetteer.entries import spellings
from pipeline.gazetteer.keys import likeness, skeleton
from pipeline.ner.board import Board, Name
from pipeline.ner.shapes import RARE, is_counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.gazetteer.automaton import Automaton
    from pipeline.gazetteer.entries import Entry, Spelling

_NUMBER = re.compile(r"\d{1,4}(\.\d{1,2}){0,2}")
_YEAR = re.compile("(19|20)..")
_CODE = re.compile(r"(?=.*\d)[a-z]{0,3}\d{0,4}(\.\d{1,2})?[a-z]{0,3}\d{0,3}")
_SPLIT = re.compile(r"(?<=[a-z])-|(?<=[a-z])(?=\d)|(?<=\d)-")
_MIN_BONES = 3
_MIN_LIKENESS = 0.85
_TAILS = "abcdsxk"  # letters that follow the number of a model: 910 سي
_LONGEST = 4  # words of a version


def by_bones(entries: Iterable[Entry]) -> dict[str, list[Spelling]]:
    """The products of one word by their consonants, for spellings that no list has."""
    found: dict[str, list[Spelling]] = {}
    for entry in entries:
        if entry.labels[0] == "PRODUCT":
            for spelling in spellings(entry):
                if len(bones := skeleton(spelling.surface)) >= _MIN_BONES and " " not in spelling.surface:
                    found.setdefault(bones, []).append(spelling)
    return found


def extend(
    board: Board, gazetteer: Automaton, entries: Mapping[str, Entry], sounds: Mapping[str, Sequence[Spelling]]
) -> None:
    """Gives every family name on the board the version that follows it, and finds families inside Latin words."""
    for at in board.latin:
        if board.owner[at] is None:
            _inside(board, at, gazetteer, entries)
    for at, word in enumerate(board.words):
        if (
            word.log10 < RARE
            and word.kind == "word"
            and board.joined(at, at + 1)
            and board.words[at + 1].kind in ("latin", "number")
            and board.owner[at] is None
        ):
            _sounding(board, at, sounds)
    _merge(board)
    for name in board.names():
        if name.ids and _is_family(name, entries):
            last, slug = _version(board, name)
            if last > name.last:
                board.put(_versioned(board, name, last, slug, entries))
    _merge(board)


def _merge(board: Board) -> None:
    """«ديب سيك» and «آر 1» side by side are one name where the second belongs to the first: deepseek, deepseek-r1."""
    for left, right in pairwise(board.names()):
        beside = (
            right.first == left.last + 1
            and right.start == board.tokens[right.first].start
            and board.joined(left.first, right.last)
        )
        if (
            beside
            and left.ids
            and right.ids
            and right.label == "PRODUCT"
            and right.ids[0].startswith(left.ids[0] + "-")
        ):
            board.put(Name(left.first, right.last, left.start, right.end, "PRODUCT", right.score, "family", right.ids))


def _sounding(board: Board, at: int, sounds: Mapping[str, Sequence[Spelling]]) -> None:
    """«جالكسي S24»: a strange word before a version that sounds like a known product."""
    if not _CODE.fullmatch(board.tokens[at + 1].norm) or is_counted(board, at + 2):
        return
    word = board.words[at].key
    alike = [(likeness(word, s.surface), s.entity_id) for s in sounds.get(skeleton(word), ())]
    best = max(alike, default=(0.0, ""))
    if best[0] >= _MIN_LIKENESS:
        board.put(board.name(at, at, "PRODUCT", 0.7, "family", (best[1],)))


def _is_family(name: Name, entries: Mapping[str, Entry]) -> bool:
    entry = entries.get(name.ids[0])
    return entry is not None and "PRODUCT" in entry.labels


def _versioned(board: Board, name: Name, last: int, slug: str, entries: Mapping[str, Entry]) -> Name:
    """The name with its version: a known id where there is one, else the made one and its family."""
    family = name.ids[0]
    made = f"{family}-{slug}"
    ids = (made,) if made in entries else (made, family)
    return Name(name.first, last, name.start, board.tokens[last].end, "PRODUCT", 0.9, "family", ids)


def _inside(board: Board, at: int, gazetteer: Automaton, entries: Mapping[str, Entry]) -> None:
    """QwQ-32B, Qwen3-Max: a family and its version in one Latin word, the longest family first."""
    stem = board.tokens[at].stem
    for cut in reversed([m.start() for m in _SPLIT.finditer(stem)]):
        head, tail = stem[:cut], stem[cut:].lstrip("-")
        known = [s for s in gazetteer.lookup(head) if "PRODUCT" in s.labels]
        if known and all(_is_piece(board, piece) for piece in tail.split("-")):
            name = board.name(at, at, "PRODUCT", 0.9, "family", (known[0].entity_id,))
            board.put(_versioned(board, name, at, tail, entries))
            return


def _is_piece(board: Board, piece: str) -> bool:
    """Whether a part of a Latin word can belong to a version."""
    return bool(_CODE.fullmatch(piece) or board.lexicon.suffix(piece) or (piece.isalpha() and len(piece) < 9))


def _version(board: Board, name: Name) -> tuple[int, str]:
    """The last token and the slug of the version that follows a name; the name's own last token where none does."""
    tokens = board.tokens
    is_maker = name.label == "ORG"
    pieces: list[str] = []
    last, at, has_number = name.last, name.last + 1, False
    while at < len(tokens) and tokens[at].sentence == tokens[name.first].sentence and len(pieces) < _LONGEST:
        if board.owner[at] is not None and not _CODE.fullmatch(tokens[at].norm) and not board.words[at].suffix:
            break
        if tokens[at].norm == "-" and tokens[at].start == tokens[at - 1].end:
            at += 1
            continue
        piece, taken = _piece(board, at, has_number)
        if not piece or (is_maker and not pieces and (piece.isdigit() or piece.isalpha())):
            break
        pieces.append(piece)
        at += taken
        last, has_number = at - 1, has_number or any(c.isdigit() for c in piece)
    return last, _join(pieces)


def _join(pieces: list[str]) -> str:
    """The slug of a version; a single letter after a number belongs to it: 910, c → 910c."""
    slug = ""
    for piece in pieces:
        slug += piece if not slug or (len(piece) == 1 and slug[-1].isdigit()) else "-" + piece
    return slug


def _piece(board: Board, at: int, has_number: bool) -> tuple[str, int]:
    """One piece of a version at a token and how many tokens it takes; ("", 0) where there is none."""
    token, word = board.tokens[at], board.words[at]
    if word.proclitics:
        return "", 0
    if token.kind == "number":
        return (
            (token.norm, 1)
            if not has_number and _NUMBER.fullmatch(token.norm) and not is_counted(board, at + 1)
            else ("", 0)
        )
    if token.kind == "latin":
        parts = token.norm.split("-")
        return (token.norm, 1) if all(_CODE.fullmatch(p) or board.lexicon.suffix(p) for p in parts) else ("", 0)
    if word.suffix and token.kind != "symbol":
        return word.suffix, 1
    if word.letter and has_number and word.letter in _TAILS and not board.tokens[at].norm.startswith("ا"):
        return word.letter, 1
    before = board.tokens[at - 1]
    if word.letter and not has_number and before.norm == "-" and before.end == token.start:  # أوريون-إكس
        return word.letter, 1
    if word.letter and not has_number and at + 1 < len(board.tokens) and _NUMBER.fullmatch(board.tokens[at + 1].norm):
        follows = board.words[at + 2] if board.joined(at, at + 2) else None
        is_in = token.norm == "في" and (
            bool(_YEAR.fullmatch(board.tokens[at + 1].norm)) or (follows is not None and _is_noun(board, at + 2))
        )
        if is_in or is_counted(board, at + 2):
            return "", 0
        return word.letter + board.tokens[at + 1].norm, 2
    return "", 0


def _is_noun(board: Board, at: int) -> bool:
    """Whether the word may be counted by the number before it: «ديب سيك في 3 أسابيع» names no version."""
    word = board.words[at]
    return word.kind == "word" and board.owner[at] is None and len(word.key) > 3 and not word.key.startswith("ال")
