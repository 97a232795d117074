"""What an unknown word looks like, and how far an unknown name goes.

In: the board and a token. Out: yes or no, or the last token of a name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.ner.lexicon import UNSEEN

if TYPE_CHECKING:
    from pipeline.ner.board import Board

RARE = -5.7  # log10 share of running words below which a word goes on with a name
_FUNCTION = -2.9  # في and أو are letters' names too, but commoner than this
_NUMBERED = -4.0  # a word before a number is the name of a product though it be as common as this
_VOWELLED = 1.5  # so much commoner may a word be that has vowel signs where others have none
LONGEST = 6  # tokens of a name
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9.\-]{2,}")


def is_split(board: Board, at: int) -> bool:
    """Whether proclitics stand before the word."""
    return board.words[at].proclitics > 0


def has_article(board: Board, at: int) -> bool:
    """Whether the word has the article."""
    return board.words[at].article


def is_plain(board: Board, at: int) -> bool:
    """Whether no lexicon knows the word for anything but a word."""
    return board.words[at].plain


def is_unseen(board: Board, at: int) -> bool:
    """Whether no lexicon knows an Arabic-script word, however it ends."""
    word = board.words[at]
    return word.log10 < UNSEEN and word.plain and not word.article


def is_foreign(board: Board, at: int) -> bool:
    """Whether an Arabic-script word is unseen and shows no Arabic inflection: تيرافون, أوستفنت."""
    word = board.words[at]
    return is_unseen(board, at) and len(word.key) > 2 and "ً" not in board.raw(at) and not word.inflected


def is_inflected(board: Board, at: int) -> bool:
    """Whether a word ends or begins as verbs and words with pronouns do."""
    word, raw = board.words[at], board.raw(at)
    pronoun = raw.endswith("ه") and len(word.key) > 3 and not word.given  # اتصاله; a name would end in ة
    return word.inflected or pronoun or "ً" in raw


def is_lil(board: Board, at: int) -> bool:
    """Whether the word is للـ with a noun: للتأمين."""
    norm = board.tokens[at].norm
    return norm.startswith(("لل", "ولل", "فلل")) and len(norm) > 4


def is_counted(board: Board, at: int) -> bool:
    """Whether the token after a number is what it counts, or makes another number of it."""
    if not board.joined(at - 1, at):
        return False
    word = board.words[at]
    return (
        (word.use == "unit" and not (word.proclitics and board.tokens[at].norm[0] == "و"))
        or word.kind == "number"
        or board.raw(at) in "%٪$€£"
    )


def is_code(raw: str) -> bool:
    """Whether a Latin word looks like a model: R4, NX-9, MI300X."""
    return bool(_CODE.fullmatch(raw))


def is_latin_name(board: Board, at: int) -> bool:
    """Whether a Latin word looks like a name: a capital somewhere, and no everyday acronym."""
    return board.words[at].kind == "latin" and board.words[at].use != "acronym" and any(map(str.isupper, board.raw(at)))


def complement(board: Board, at: int) -> int:
    """The last token of «للتأمين», «للذكاء الاصطناعي», «للخدمات النفطية» that begins at a token, or the token before it."""
    if not (is_lil(board, at) and board.owner[at] is None):
        return at - 1
    last = at
    while board.joined(at, last + 1) and last - at < 2 and board.owner[last + 1] is None:
        after = last + 1
        joined = is_split(board, after) and not board.tokens[after].norm.startswith("و")
        if (
            joined
            or not has_article(board, after)
            or board.words[after].use in ("stop", "unit")
            or board.words[after].role
        ):
            break
        last = after
    return last


def name_end(board: Board, at: int, *, label: str, limit: float) -> int:
    """The last token of an unknown name that begins at a token, or the token before it where none does.

    A name begins with a Latin name or with a word rarer than `limit`, and goes on with rare words, words of company
    names and «للتأمين»; a PRODUCT may end in a number.
    """
    last = at - 1
    while board.joined(at, last + 1) and last + 1 - at < LONGEST:
        i = last + 1
        word = board.words[i]
        if board.owner[i] is not None and not _goes_with(board, i):
            break
        if word.kind == "latin":
            if not (is_latin_name(board, i) or (i > at and word.use == "more")) or (
                i > at and board.words[i - 1].kind != "latin" and not is_code(board.raw(i))
            ):
                break
        elif word.kind == "number":
            if label != "PRODUCT" or i == at or is_counted(board, i + 1):
                break
            while (
                board.joined(at, i + 1) and board.words[i + 1].suffix and not board.words[i + 1].proclitics
            ):  # فوكس 12 ألترا
                i += 1
            return i
        elif label == "PRODUCT" and word.letter and not word.proclitics and _ends_in_number(board, i):
            pass
        elif i == at:
            if not _begins(board, at, label, _NUMBERED if label == "PRODUCT" and _ends_in_number(board, at) else limit):
                break
        elif is_lil(board, i) and label in ("ORG", "FAC", "EVENT") and not board.tokens[i].norm.startswith("و"):
            return complement(board, i)
        elif label == "PRODUCT" and word.suffix:
            pass
        elif word.use not in ("company", "more") and not (
            is_plain(board, i) and not is_split(board, i) and _goes_on(board, i)
        ):
            break
        last = i
    return last


def _ends_in_number(board: Board, at: int) -> bool:
    """Whether a number that counts nothing follows a word, over names of letters: ملح 2, جي تي إكس 580."""
    after = at + 1
    while board.joined(at, after) and board.words[after].letter and board.words[after].log10 < _FUNCTION:
        after += 1
    return board.joined(at, after) and board.words[after].kind == "number" and not is_counted(board, after + 1)


def _goes_with(board: Board, at: int) -> bool:
    """Whether a known word is part of a longer unknown name: «الفاو» before «للخدمات», «نخيل» before «فنتشرز»."""
    after = at + 1
    return board.joined(at, after) and (
        board.words[after].use == "company" or (is_lil(board, after) and board.words[after].use == "trade")
    )


def _begins(board: Board, at: int, label: str, limit: float) -> bool:
    """Whether an Arabic word can begin an unknown name."""
    word = board.words[at]
    if (
        not is_plain(board, at)
        or len(word.key) < 2
        or board.lexicon.is_accusative(board.tokens[at].stem)
        or (is_split(board, at) and not _is_one_word(board, at))
    ):
        return False
    after = at + 1
    if board.joined(at, after) and board.words[after].use in ("company", "more"):
        return word.log10 < -3.8
    for follow in (after, after + 1):  # شركة نور الفاو للخدمات
        if board.joined(at, follow) and is_lil(board, follow) and board.words[follow].use == "trade":
            return word.log10 < -4.0
        if not board.joined(at, follow) or not is_plain(board, follow) or is_split(board, follow):
            break
    if label == "PRODUCT" and has_article(board, at):
        limit = min(limit, UNSEEN)  # نموذج الاستدلال
    if board.is_vowelled(at) and not word.verb:
        limit += _VOWELLED
    return word.log10 < limit and not is_inflected(board, at) and not (word.key.endswith("ي") and word.log10 > UNSEEN)


def _is_one_word(board: Board, at: int) -> bool:
    """Whether the tokeniser has cut a name such as كنزينة: its rest is unseen, and no preposition follows a head noun."""
    return board.words[at].log10 < UNSEEN and len(board.tokens[at].stem) > 2 and not is_lil(board, at)


def _goes_on(board: Board, at: int) -> bool:
    """Whether a word goes on with an unknown name: a rare one, or any before «للخدمات»."""
    if len(board.words[at].key) < 2:
        return False
    if has_article(board, at - 1):
        return has_article(board, at) and board.words[at].log10 < RARE
    if board.joined(at, at + 1) and is_lil(board, at + 1) and board.words[at + 1].use == "trade":
        return True
    return board.words[at].log10 < RARE and not is_inflected(board, at)
