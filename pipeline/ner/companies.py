"""Unknown names that show by themselves what they are: ترميز لابز, لولو للتجزئة, لومنفورج الكندية, سنبلة 2.

In: names on the board. Out: more ORG and PRODUCT names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.ner.board import Name
from pipeline.ner.lexicon import ACTS, COMMON, UNSEEN
from pipeline.ner.shapes import (
    LONGEST,
    RARE,
    complement,
    has_article,
    is_code,
    is_counted,
    is_foreign,
    is_inflected,
    is_latin_name,
    is_lil,
    is_plain,
    is_split,
    name_end,
)  # fmt: skip

if TYPE_CHECKING:
    from pipeline.ner.board import Board

_CODED = -4.9  # a word before a Latin code: جالكسي S24
_EVERYDAY = -4.6  # a word of a company's name before «لابز» is rarer than this
_FUNCTION = -3.3  # the commonest words count nothing
_NEVER = -8.0  # log10 share of a word that was never seen
_NEAR = 12  # tokens between the two names of a comparison
_AGAIN = 3  # occurrences that make a foreign word a name
_LETTERS = re.compile("[A-Z]{1,2}")
_VERSION = re.compile(r"\d{1,4}(\.\d{1,2})?")
_NATIONAL = ("ORG", "GPE", "NORP")


def companies(board: Board) -> None:
    """Names that a word of company names, a trade or a nationality ends, and names with a number."""
    for at, word in enumerate(board.words):
        if word.kind == "word":
            if word.use == "company":
                _before_company_word(board, at)
            elif word.use == "trade" and is_lil(board, at):
                _before_trade(board, at)
        elif word.kind == "number" or (
            word.kind == "latin" and (is_code(board.raw(at)) or (word.suffix and board.owner[at] is None))
        ):
            _numbered(board, at)
        elif word.use == "company" or (word.use == "more" and word.kind == "latin"):
            _before_company_word(board, at)
        elif word.kind == "latin" and board.owner[at] is None and _LETTERS.fullmatch(board.raw(at)):
            _lettered(board, at)
    for name in board.names():
        if name.label == "NORP":
            _before_nationality(board, name.first)
        elif name.label == "ORG" and name.source == "gazetteer":
            _longer(board, name)
    for at, word in enumerate(board.words):
        if word.proclitics and word.log10 < RARE:
            _after_office(board, at)


def _before_company_word(board: Board, at: int) -> None:
    """The words before «لابز», «كابيتال», Labs make a name with it."""
    first = at - 1
    if not board.joined(first, at) or is_split(board, at):
        return
    here = board.owner[at]
    if here is not None and not (
        here.first == here.last == at and board.owner[first] is None and board.words[first].log10 < COMMON
    ):
        return
    if board.words[at].kind == "latin":
        maker = board.owner[first]
        if maker is not None:
            if (
                maker.label == "ORG"
                and maker.last == first
                and board.words[first].kind == "latin"
                and at - maker.first < LONGEST
            ):
                board.put(board.name(maker.first, at, "ORG", 0.75, "cue"))
            return
        while (
            at - first < LONGEST
            and board.joined(first - 1, at)
            and is_latin_name(board, first - 1)
            and board.owner[first - 1] is None
        ):
            first -= 1
        if not is_latin_name(board, first):
            return
    else:
        before = board.owner[first]
        if before is not None:
            if before.label not in _NATIONAL or before.first != before.last or has_article(board, first):
                return
        elif (
            not (is_plain(board, first) or board.words[first].use == "company")
            or board.words[first].log10 > _EVERYDAY
            or board.words[first].given == "given"
        ):
            return
    last = at
    while (
        board.joined(at, last + 1)
        and board.owner[last + 1] is None
        and board.words[last + 1].use in ("company", "more")
    ):
        last += 1
    board.put(board.name(first, last, "ORG", 0.8, "cue"))


def _before_trade(board: Board, at: int) -> None:
    """«لولو للتجزئة»: a rare word or a known company, and ل with a trade."""
    first = at - 1
    if board.owner[at] is not None or not board.joined(first, at) or board.words[first].kind != "word":
        return
    before = board.owner[first]
    if before is not None:
        is_long_place = before.label == "LOC" and before.last > before.first  # بحر العرب للطاقة
        if not is_long_place and (before.label != "ORG" or before.source not in ("gazetteer", "cue")):
            return
        first = before.first
    elif not is_plain(board, first) or board.words[first].log10 > RARE or is_inflected(board, first):
        return
    board.put(board.name(first, complement(board, at), "ORG", 0.75, "cue"))


def _before_nationality(board: Board, at: int) -> None:
    """«لومنفورج الكندية»: foreign words and a feminine nationality with the article are a company."""
    first = at
    if not (has_article(board, at) and board.words[at].key.endswith("ه")):
        return
    while (
        first > 0
        and at - first < 3
        and board.joined(first - 1, at)
        and board.owner[first - 1] is None
        and is_foreign(board, first - 1)
    ):
        first -= 1
        if is_split(board, first):
            break
    if first < at:
        board.put(board.name(first, at - 1, "ORG", 0.7, "cue"))


def repeated(board: Board) -> None:
    """A foreign word that the document says again and again is the name of a company."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, word in enumerate(board.words):
        if word.log10 < UNSEEN and board.owner[at] is None and is_foreign(board, at):
            places[word.key].append(at)
    for found in places.values():
        if len(found) >= _AGAIN and len(board.words[found[0]].key) > 3:
            label = "PRODUCT" if any(is_compared(board, at) for at in found) else "ORG"
            for at in found:
                board.put(board.name(at, at, label, 0.55, "spread"))


def _longer(board: Board, name: Name) -> None:
    """«تاليس ألينيا سبيس»: words never seen after a known company make another name with it."""
    last = name.last
    while board.joined(name.first, last + 1) and last - name.last < 2 and board.owner[last + 1] is None:
        word = board.words[last + 1]
        if word.proclitics or not (
            word.use in ("company", "more") or (word.log10 < _NEVER and is_foreign(board, last + 1))
        ):
            break
        last += 1
    if last > name.last and board.words[name.first].kind == "word":
        board.put(Name(name.first, last, name.start, board.tokens[last].end, "ORG", 0.7, "cue"))


def _numbered(board: Board, at: int) -> None:
    """«سنبلة 2», «DrillMate 12»: a rare word and a number that counts nothing are a product."""
    token, first = board.tokens[at], at - 1
    hyphen = board.joined(first, at) and board.tokens[first].norm == "-" and board.tokens[first].end == token.start
    if hyphen:
        first -= 1
    while at - first < 4 and board.joined(first - 1, at) and board.words[first].letter and board.owner[first] is None:
        first -= 1
    if not board.joined(first, at) or board.owner[at] is not None:
        return
    if token.kind == "number" and (not _VERSION.fullmatch(token.norm) or is_counted(board, at + 1)):
        return
    word, owner = board.words[first], board.owner[first]
    if word.kind == "latin":
        is_maker = (
            owner is not None
            and owner.label == "ORG"
            and not hyphen
            and (is_code(board.raw(at)) or bool(board.words[at].suffix))
        )
        if (owner is not None and owner.source not in ("pair", "latin") and not is_maker) or not is_latin_name(
            board, first
        ):
            return
        start = owner.first if owner is not None else first
        while (
            owner is None
            and at - start < LONGEST
            and board.joined(start - 1, at)
            and is_latin_name(board, start - 1)
            and board.owner[start - 1] is None
        ):
            start -= 1
        board.put(board.name(start, at, "PRODUCT", 0.75, "cue"))
    elif (
        hyphen
        and owner is not None
        and owner.first == owner.last
        and owner.source == "gazetteer"
        and len(token.norm) < 3
    ):
        board.put(board.name(first, at, "PRODUCT", 0.7, "cue"))
    elif owner is None and token.kind == "latin" and board.words[at].suffix and not is_code(board.raw(at)):
        return
    elif (
        owner is None
        and _is_product_word(board, first, at)
        and (token.kind == "latin" or (len(token.norm) < 4 and not _is_noun(board, at + 1)))
    ):
        last = at
        while board.joined(at, last + 1) and board.words[last + 1].suffix:
            last += 1
        board.put(board.name(first, last, "PRODUCT", 0.7, "cue"))


def _lettered(board: Board, at: int) -> None:
    """«بوريال S», «أوروس OS»: one or two capitals after a product's name or a strange word."""
    first = at - 1
    if not board.joined(first, at) or (board.joined(at, at + 1) and board.words[at + 1].kind == "latin"):
        return
    owner = board.owner[first]
    if owner is not None:
        if owner.label == "PRODUCT" and owner.source == "cue" and board.words[first].kind == "word":
            board.put(board.name(owner.first, at, "PRODUCT", 0.7, "cue"))
    elif is_foreign(board, first) and (board.words[at].use != "acronym" or len(board.raw(at)) < 3):
        board.put(board.name(first, at, "PRODUCT", 0.65, "cue"))


def _is_product_word(board: Board, first: int, last: int) -> bool:
    """Whether a word may be the name of a product: rare, without article or inflection; less rare in quotes or where it is compared."""
    word = board.words[first]
    limit = RARE
    if board.words[last].kind == "latin":
        limit = _CODED
    elif (
        (board.is_open(first - 1) and board.is_close(last + 1))
        or is_compared(board, first)
        or (board.joined(last, last + 1) and board.words[last + 1].use == "compare")
    ):
        limit = _EVERYDAY
    elif word.given:
        return False
    return (
        word.log10 < limit
        and len(word.key) > 1
        and is_plain(board, first)
        and not (has_article(board, first) or is_lil(board, first) or is_inflected(board, first))
    )


def _is_noun(board: Board, at: int) -> bool:
    """Whether a word after a number may be what it counts: neither a sign nor a function word nor a verb."""
    if not board.joined(at - 1, at) or board.owner[at] is not None:
        return False
    word = board.words[at]
    return (
        word.kind == "word" and word.log10 < _FUNCTION and not is_split(board, at) and word.use not in (*ACTS, "stop")
    )


def _after_office(board: Board, at: int) -> None:
    """«الرئيس التنفيذي لتوصيلة»: a rare word after an office and ل is a company."""
    token = board.tokens[at]
    if not token.norm.startswith("ل") or board.owner[at] is not None or is_lil(board, at):
        return
    if board.joined(at - 1, at) and board.words[at - 1].role == "role" and is_plain(board, at):
        last = name_end(board, at, label="ORG", limit=0.0)
        board.put(board.name(at, max(at, last), "ORG", 0.7, "cue"))


def is_compared(board: Board, at: int) -> bool:
    """Whether a name is compared with a product before it: «تفوق X 2 على Y», «X أسرع من Y»."""
    words = board.words
    if (
        at < 2
        or not board.joined(at - 2, at)
        or "compare" not in (words[at - 2].use, words[at - 3].use if at > 2 else "")
    ):
        return False
    sentence = board.tokens[at].sentence
    for back in range(at - 3, max(-1, at - _NEAR), -1):
        owner = board.owner[back]
        if board.tokens[back].sentence != sentence:
            return False
        if owner is not None and owner.label in ("ORG", "PRODUCT"):
            return owner.label == "PRODUCT"
    return False


def is_model(board: Board, first: int, last: int) -> bool:
    """Whether a Latin run ends as names of products do: in a number, a code or a word such as Pro."""
    word = board.words[last]
    return word.kind == "number" or is_code(board.raw(last)) or (last > first and bool(word.suffix))
