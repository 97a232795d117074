"""Unknown people: runs of given and family names, and rare words after a role or a verb of speech.

In: names on the board. Out: more PERSON names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.ner.lexicon import UNSEEN
from pipeline.ner.shapes import RARE, has_article, is_foreign, is_inflected, is_plain

if TYPE_CHECKING:
    from pipeline.ner.board import Board

_RARE = -5.5
_FAMILY = -4.9  # a family name with the article may be this common
_EVERYDAY = -3.6  # a word as common as this is a name only if it is spelt like one: علي, not على
_SINGLE = -4.2
_FIRST = -4.4  # an unlisted first name before a listed family name may be this common
_AND = -5.3  # so may a first name be after another person and «و»
_SURE = -4.6  # a family name after an office and a given name may be this common
_LONGEST = 6
_GIVEN = ("given", "given-common")
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")


def persons(board: Board) -> None:
    """Puts down every person that given names or a role reveal."""
    _companies(board)
    taken = -1
    for at, word in enumerate(board.words):
        if at <= taken or word.kind != "word":
            continue
        if word.given or word.use == "patronym" or (word.log10 < _FIRST and word.plain and not word.article):
            last, ids = _person(board, at)
            if last >= at:
                board.put(board.name(at, last, "PERSON", 0.8, "person", ids))
                taken = last


def _companies(board: Board) -> None:
    """Rare given names that a company of the document has: after «شركة تيماء للهيدروجين», «تيماء» is no person."""
    found = [n for n in board.names() if n.label == "ORG" and n.source != "gazetteer" and board.words[n.first].given]
    companies = {board.words[n.first].key: n for n in found if board.words[n.first].log10 < RARE}
    for at, word in enumerate(board.words) if companies else ():
        if word.key in companies and board.owner[at] is None:
            company = companies[word.key]
            board.put(
                board.name(at, at, company.label, 0.65, "spread", company.ids if company.first == company.last else ())
            )


def _person(board: Board, at: int) -> tuple[int, tuple[str, ...]]:
    """The last token of a person's name that begins at a token, or -1, and the ids of a known short name within it."""
    word = board.words[at]
    none: tuple[str, ...] = ()
    if not _is_open(board, at) or (word.role and board.joined(at, at + 1) and board.owner[at + 1] is not None):
        return -1, none
    given = _given(board, at)
    if given == "particle" and word.use != "patronym":
        return _particled(board, at), none
    cued = ""
    if not (given in _GIVEN or word.use == "patronym"):
        cued = _cue(board, at) or _cue_after(board, at)
        if not cued or not _is_strange(board, at, cued):
            return -1, none
    last, known, ids = _run(board, at)
    cued = cued or _cue(board, at) or _title(board, last + 1)
    if last == at:
        titled = cued == "role" and board.joined(at - 1, at) and has_article(board, at - 1)
        return (at if titled and given == "given" and word.log10 < _SINGLE else -1), none
    if given == "given-common" and cued == "speech" and word.log10 > _EVERYDAY:
        return -1, none  # قال لي
    if given == "given" or (word.use == "patronym" and (cued or known > 1)):
        return last, ids
    if given == "given-common" and board.owner[at] is None:
        surely = cued or known > 1 or (has_article(board, at + 1) and board.words[at + 1].log10 < UNSEEN)
        return (last if surely else -1), ids
    return (last if cued or (known > 1 and given) else -1), ids


def _particled(board: Board, at: int) -> int:
    """The last token of «فان دير ليندن» after a verb of speech or an office, or -1."""
    last = at + 1
    doubled = board.joined(at, last) and board.words[last].given == "particle"
    if (board.words[at].log10 > _EVERYDAY and not doubled) or not _cue(board, at):
        return -1
    while board.joined(at, last) and board.words[last].given == "particle":
        last += 1
    return last if board.joined(at, last) and board.owner[last] is None and _is_scarce(board, last) else -1


def _given(board: Board, at: int) -> str:
    """The kind of name that a word is; an everyday word must be spelt as the name is, hamzas included."""
    word = board.words[at]
    if not word.given or word.log10 < _EVERYDAY:
        return word.given
    written = _MARKS.sub("", board.text[board.start(at) : board.tokens[at].end])
    return word.given if written in board.lexicon.written else ""


def _is_open(board: Board, at: int) -> bool:
    """Whether no name stands here, but for a lone adjective such as تركي that is a given name too."""
    owner = board.owner[at]
    if owner is None:
        return True
    if owner.label != "NORP" or owner.first != owner.last or has_article(board, at) or not board.words[at].given:
        return False
    return board.joined(at, at + 1) and (has_article(board, at + 1) or bool(board.words[at + 1].given))


def _run(board: Board, at: int) -> tuple[int, int, tuple[str, ...]]:
    """The last token of a run of name words, how many of them are known as names, and the ids of a known one."""
    words = board.words
    first = _given(board, at)
    last, known, unknown = at, int(bool(first)), int(not first)
    i = at + 1
    if words[at].use == "patronym":
        if not board.joined(at, i) or words[i].kind != "word" or words[i].proclitics or board.owner[i] is not None:
            return at, 0, ()
        known, last, i = 1 + int(bool(_given(board, i)) or words[at].key == "عبد"), i, i + 1
    while board.joined(at, i) and i - at < _LONGEST:
        word, owner, given = words[i], board.owner[i], _given(board, i)
        if owner is not None:
            if (
                owner.label == "PERSON"
                and owner.first == i
                and owner.start == board.tokens[i].start
                and (first or owner.last == i)
            ):
                return owner.last, known + 1, owner.ids
            nationality = owner.label == "NORP" and has_article(board, i) and not word.key.endswith("ه")
            if (
                last == at
                and first in _GIVEN
                and owner.first == owner.last
                and (nationality or (owner.label == "ORG" and given == "family"))
            ):
                return i, known + 1, ()  # مريم العلوي, ريتا شلهوب
            break
        if word.kind != "word" or word.proclitics:
            break
        if given == "particle":
            if (
                not board.joined(at, i + 1)
                or words[i + 1].kind != "word"
                or words[i + 1].proclitics
                or board.owner[i + 1] is not None
            ):
                break
            if word.use != "patronym" and not (_given(board, i + 1) or words[i + 1].log10 < _RARE):
                break
            last, i, known = i + 1, i + 2, known + 1
            continue
        if given:
            known += 1
        elif unknown < 2 and _is_family(board, i, known):
            if has_article(board, i) and words[at].key in board.lexicon.foreign:
                break  # جون كوليسون القادمان
            unknown += 1
        elif last == at and first in _GIVEN and _cue(board, at) in ("role", "and") and _is_surname(board, i):
            unknown += 1
        else:
            break
        last, i = i, i + 1
    return last, known, ()


def _is_strange(board: Board, at: int, cued: str) -> bool:
    """Whether a word that no list of names has may begin a name after a cue; a verb of speech wants a stranger one."""
    word = board.words[at]
    if cued == "and" and board.joined(at, at + 1) and not board.words[at + 1].proclitics:
        return is_foreign(board, at) or (
            word.log10 < _AND and is_plain(board, at) and not has_article(board, at) and _is_scarce(board, at + 1)
        )
    if cued != "role":
        return is_foreign(board, at)
    if board.joined(at, at + 1) and board.words[at + 1].given == "family" and not board.words[at + 1].proclitics:
        return word.log10 < _FIRST and is_plain(board, at) and not has_article(board, at)
    return (
        word.log10 < _RARE
        and len(word.key) > 1
        and is_plain(board, at)
        and not (has_article(board, at) or is_inflected(board, at))
    )


def _is_family(board: Board, at: int, known: int) -> bool:
    """Whether a word may be a family name: a rare one, or after a given name one with the article."""
    word = board.words[at]
    if len(word.key) < 3 or not (is_plain(board, at) or (known and word.use == "company")):
        return False
    if has_article(board, at):
        return word.log10 < (_FAMILY if known else _RARE)
    if word.key.endswith(("ها", "هم", "هما")) or "ً" in board.raw(at) or word.verb:
        return False
    return (
        word.log10 < _RARE
        and not word.key.startswith("لال")
        and (not is_inflected(board, at) or (known > 0 and word.log10 < UNSEEN and not word.key.endswith("ته")))
    )


def _is_surname(board: Board, at: int) -> bool:
    """Whether a word can only be a family name after an office and a given name: «أسسها نايجل تون», «مؤسسها كارل باي»."""
    word = board.words[at]
    if word.use in ("company", "more"):
        return True
    return (
        word.log10 < _SURE
        and len(word.key) > 2
        and is_plain(board, at)
        and not (has_article(board, at) or is_inflected(board, at))
    )


def _cue(board: Board, at: int) -> str:
    """The kind of the role before a token: «المهندس», «الرئيس الأميركي», «وقال»; "and" after «و» and another person."""
    words = board.words
    before = at - 1
    if not board.joined(before, at):
        return ""
    conjunction = words[at].proclitics == 1 and board.tokens[at].norm[0] in "وف"
    if words[at].proclitics and not conjunction:
        return ""  # «الرئيس التنفيذي لتوصيلة»: what follows ل is no person's name
    owner = board.owner[before]
    if owner is not None and owner.label == "PERSON":
        return "and" if conjunction else ""
    if owner is not None and owner.label == "NORP":
        if not words[before].key.endswith(("ه", "ات", "ين", "ون")):
            return "role"
        before = owner.first - 1
        if not board.joined(before, at):
            return ""
    return words[before].role or _long_role(board, before)


def _cue_after(board: Board, at: int) -> str:
    """A title after two strange words: «إيفان شبيغل، الرئيس التنفيذي», «هارلان فوس، مستشارها»."""
    if not (
        _is_scarce(board, at) and board.joined(at, at + 1) and (_is_scarce(board, at + 1) or board.words[at + 1].given)
    ):
        return ""
    return _title(board, at + 2) or _title(board, at + 3)


def _is_scarce(board: Board, at: int) -> bool:
    """Whether a word is rare, has neither article nor inflection, and no lexicon knows it."""
    word = board.words[at]
    return (
        word.log10 < RARE
        and len(word.key) > 2
        and is_plain(board, at)
        and not (has_article(board, at) or is_inflected(board, at))
    )


def _title(board: Board, at: int) -> str:
    """Whether a comma or bracket and an office follow."""
    if (
        board.joined(at, at + 1)
        and board.raw(at) in "،,(-"
        and board.words[at + 1].role == "role"
        and board.owner[at + 1] is None
    ):
        return "role"
    return ""


def _long_role(board: Board, last: int) -> str:
    """Whether a role of several words ends at a token."""
    if board.words[last].bare in board.lexicon.long_role_ends:
        for first in (last - 1, last - 2):
            if (
                board.joined(first, last)
                and tuple(w.bare for w in board.words[first : last + 1]) in board.lexicon.long_roles
            ):
                return "role"
    return ""
