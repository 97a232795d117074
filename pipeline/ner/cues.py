"""Unknown names that a word announces: شركة نماء, جامعة المنصورة, نموذج «راوي 2», منصة تدعى سوق المرسى.

In: names on the board. Out: more of them, with the label of their head noun, which stays outside or belongs to them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.ner.lexicon import ACTS, COMMON
from pipeline.ner.shapes import (
    LONGEST,
    RARE,
    complement,
    has_article,
    is_code,
    is_foreign,
    is_lil,
    is_plain,
    is_split,
    name_end,
)

if TYPE_CHECKING:
    from pipeline.ner.board import Board, Name

_LONGEST_QUOTE = 6
_EVERYDAY = -4.0  # a word as common as this is no name, though quoted
_PLURAL = re.compile("(ال)?ا..ا.")  # أوزان, الأبعاد: no unknown product is called so
_INSIDE = ("GPE", "LOC", "PERSON")  # known names that belong to a name with its head: جامعة واشنطن
_PLACES = ("GPE", "LOC", "FAC")
_OUTSIDE = ("outside", "made", "media", "site")
_VERBAL = ("actor", "launch", "stop", "owner")


def heads(board: Board) -> None:
    """Puts down the names after head nouns and after «باسم», «تُدعى»."""
    for at, word in enumerate(board.words):
        if board.owner[at] is None:
            if word.head is not None:
                _after(board, at, *word.head)
            elif word.use == "joiner":
                _joined(board, at)


def called_with(board: Board, name: Name) -> tuple[int, str]:
    """The first token and the label of a place with the noun that it is called with: جزيرة كاسوس, whoever found «كاسوس»."""
    at = name.first - 1
    if name.label not in _PLACES or not board.joined(at, name.first) or board.owner[at] is not None:
        return name.first, name.label
    label, reach = board.words[at].head or ("", "")
    if label not in _PLACES or reach != "inside" or has_article(board, at) or is_split(board, name.first):
        return name.first, name.label
    return at, label


def _after(board: Board, head: int, label: str, reach: str) -> None:
    """Puts down the name after one head noun."""
    at = head + 1
    if not board.joined(head, at):
        return
    article = has_article(board, head)
    if reach == "market":
        last = _market(board, head)
        if last > head:
            board.put(board.name(head, last, label, 0.8, "cue"))
        return
    if reach == "house":  # left to what stands beside it
        return
    if board.is_open(at):
        _quoted(board, at, label)
        return
    if not article and reach not in _OUTSIDE:
        last = _chain(board, head, reach)
        if last > head and label == "FAC" and board.words[last].use in ("company", "more"):
            label = "ORG"  # مجمع تاسيلينا القابضة
        elif last > head:
            board.put(board.name(head, last, label, 0.8, "cue"))
            return
    if (
        not article
        and reach in ("media", "agency", "site")
        and _is_idafa(board, at)
        and (reach != "site" or _speaks(board, head, at + 2))
    ):
        board.put(board.name(at, at + 1, label, 0.7, "cue"))
        return
    if article and label in ("ORG", "EVENT"):
        last = _definite_chain(board, head)
        if last > head:
            board.put(board.name(head, last, label, 0.8, "cue"))
            return
    skipped = 0
    if article or _has_owner(board, head) or not _is_rare_name(board, at, label):
        while skipped < 3 and board.joined(head, at) and _is_adjective(board, at):
            at, skipped = at + 1, skipped + 1
    if skipped and board.joined(head, at) and board.is_open(at):
        _quoted(board, at, label)
    elif board.joined(head, at) and (skipped or not article):
        owner = board.owner[at]
        if label == "PRODUCT" and owner is not None and owner.label == "ORG" and owner.source == "gazetteer":
            _maker_and_product(board, owner)
            return
        last = name_end(board, at, label=label, limit=RARE if skipped or label in ("GPE", "LOC") else COMMON)
        if (
            last >= at
            and board.is_free(at + 1, last)
            and not (label == "PRODUCT" and last == at and _PLURAL.fullmatch(board.words[at].key))
        ):
            is_product = label == "ORG" and board.words[at].kind == "latin" and is_code(board.raw(last))
            name = board.name(at, last, "PRODUCT" if is_product else label, 0.75, "cue")
            board.put(
                name._replace(start=board.tokens[at].start) if not skipped and board.words[at].kind == "word" else name
            )


def _has_owner(board: Board, head: int) -> bool:
    """Whether a head noun has a pronoun: نموذجها, أداته."""
    return board.raw(head).endswith(("ها", "ه", "هم", "هما", "نا"))


def _is_rare_name(board: Board, at: int, label: str) -> bool:
    """Whether a rare word with the article is the name right after its head noun: مجموعة الفنطاس."""
    if label != "ORG" or not has_article(board, at) or board.owner[at] is not None or board.words[at].log10 > RARE:
        return False
    return is_plain(board, at) and (
        not (board.joined(at, at + 1) and has_article(board, at + 1)) or board.words[at + 1].use in ("company", "more")
    )


def _market(board: Board, head: int) -> int:
    """The last token of «سوق السيب المالي», «سوق مسقط للأوراق المالية», or the head."""
    for at in range(head + 2, head + 5):
        if (
            not board.joined(head, at)
            or board.words[at - 1].kind != "word"
            or is_split(board, at - 1)
            or board.words[at - 1].use in ("trade", "stop")
        ):
            return head
        if board.words[at].use == "exchange":
            return at if not is_lil(board, at) else complement(board, at)
    return head


def _speaks(board: Board, head: int, after: int) -> bool:
    """Whether a verb of speech stands before a head noun or after the name: «ذكر موقع ...», «موقع ... نقل»."""
    before = head and (board.words[head - 1].role == "speech" or board.words[head - 1].use in ACTS)
    follows = board.joined(head, after) and (board.words[after].role == "speech" or board.words[after].use in ACTS)
    return bool(before or follows)


def _maker_and_product(board: Board, maker: Name) -> None:
    """«بطاقة أبل كارد»: the company's name and strange words after it are the product."""
    last = maker.last
    while board.joined(maker.first, last + 1) and board.owner[last + 1] is None and is_foreign(board, last + 1):
        last += 1
    if last > maker.last:
        board.put(board.name(maker.first, last, "PRODUCT", 0.75, "cue"))


def _joined(board: Board, at: int) -> None:
    """«شركة صغيرة باسم X», «منصة تُدعى X»: the label is that of the nearest head noun before."""
    label = next((w.head[0] for w in reversed(board.words[max(0, at - 5) : at]) if w.head is not None), "")
    if board.is_open(at + 1):
        _quoted(board, at + 1, label or ("PERSON" if board.joined(at, at + 2) and board.words[at + 2].given else "ORG"))
    elif label and board.joined(at, at + 1) and board.owner[at + 1] is None:
        last = name_end(board, at + 1, label=label, limit=RARE)
        if last > at:
            board.put(board.name(at + 1, last, label, 0.7, "cue"))


def _quoted(board: Board, opening: int, label: str) -> None:
    """The whole of a short quotation is a name; one that is known already stays as it is."""
    if board.raw(opening) in "([":
        return
    if board.is_open(opening + 1) and board.joined(opening, opening + 1):  # ''doubled''
        opening += 1
    for end in range(opening + 2, min(len(board.tokens), opening + _LONGEST_QUOTE + 2)):
        if not board.joined(opening, end):
            return
        if board.is_close(end) and board.raw(end) not in ")]":
            first, last = opening + 1, end - 1
            owner = board.owner[first]
            is_known = owner is not None and (owner.source == "family" or (owner.first == first and owner.last == last))
            everyday = first == last and board.words[first].log10 > _EVERYDAY
            if not is_known and not everyday and not any(board.words[i].use in _VERBAL for i in range(first, last + 1)):
                is_product = label == "ORG" and board.words[last].kind == "number"
                board.put(board.name(first, last, "PRODUCT" if is_product else label, 0.85, "cue"))
            return


def _is_adjective(board: Board, at: int) -> bool:
    """Whether a word only describes the head noun before it."""
    owner = board.owner[at]
    if owner is not None:
        return owner.label == "NORP"
    return board.words[at].use == "adjective" or (
        has_article(board, at) and is_plain(board, at) and not is_split(board, at)
    )


def _is_idafa(board: Board, at: int) -> bool:
    """A noun without the article and one with it: دفتر التجار, صدى الرافدين."""
    if not board.joined(at, at + 1) or not board.is_free(at, at + 1):
        return False
    return (
        is_plain(board, at)
        and is_plain(board, at + 1)
        and not has_article(board, at)
        and has_article(board, at + 1)
        and not (is_split(board, at) or is_split(board, at + 1))
        and not board.words[at].key.endswith("يه")
    )


def _chain(board: Board, head: int, reach: str, *, nested: bool = False) -> int:
    """The last token of a name that its head noun begins, or the head: وزارة التجارة والصناعة, جامعة الملك سعود, بنك الضفاف."""
    at = head + 1
    if not board.joined(head, at):
        return head
    word, owner = board.words[at], board.owner[at]
    anything = reach in ("inside", "strict", "ministry", "body", "fund")
    unsure = (
        owner is not None and owner.first == owner.last and owner.label in ("ORG", "PRODUCT") and has_article(board, at)
    )
    if owner is not None and not (unsure and board.words[head].head == ("ORG", reach)):
        last = owner.last
        if (
            owner.label not in _INSIDE
            or owner.start > board.tokens[at].start
            or not (anything or (board.joined(head, last + 1) and is_lil(board, last + 1)))
        ):
            return head
    elif anything and word.head is not None and word.head[1] == "inside" and not has_article(board, at) and not nested:
        last = _chain(board, at, "inside", nested=True)  # جامعة وادي قنوبين
        if last == at:
            return head
    elif (
        anything
        and is_plain(board, at)
        and not is_split(board, at)
        and board.joined(head, at + 1)
        and is_lil(board, at + 1)
    ) or (has_article(board, at) and word.use in ("", "trade") and not is_split(board, at) and reach != "strict"):
        last = at
    elif reach in ("inside", "ministry", "body") and board.joined(head, at + 1) and _is_idafa(board, at):
        last = at + 1
    elif anything and word.kind == "word":
        last = name_end(board, at, label="ORG", limit=RARE if reach == "strict" else COMMON)
        if last < at or (
            reach == "fund"
            and (is_foreign(board, at) or board.words[last].use in ("company", "more") or word.kind == "latin")
        ):
            return head
    else:
        return head
    return _lengthen(board, head, last, coordinates=reach in ("ministry", "body"))


def _lengthen(board: Board, head: int, last: int, *, coordinates: bool) -> int:
    """Adjectives, «والصناعة» and «للتنمية» after the first noun of a name with its head."""
    while board.joined(head, last + 1) and last + 1 - head < LONGEST + 1:
        at = last + 1
        if board.owner[at] is not None or board.words[at].kind != "word":
            break
        if is_lil(board, at):
            return complement(board, at)
        coordinated = coordinates and board.tokens[at].norm.startswith("و") and has_article(board, last)
        if not (has_article(board, at) and board.words[at].use in ("", "trade") and not board.words[at].role):
            break
        if is_split(board, at) and not coordinated:
            break
        last = at
    return last


def _definite_chain(board: Board, head: int) -> int:
    """«الهيئة السعودية للبيانات», «المؤتمر العالمي للجوال»: article, adjectives, and ل with a noun make a name."""
    at = head + 1
    while board.joined(head, at) and at - head <= 3 and _is_adjective(board, at) and board.words[at].use != "adjective":
        at += 1
    if at == head + 1 or not board.joined(head, at) or not is_lil(board, at):
        return head
    return complement(board, at) if complement(board, at) >= at else head
