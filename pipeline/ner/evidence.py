"""Unknown names that no single rule is sure of: what stands beside them is added up over the whole document.

In: names on the board. Out: more ORG, PRODUCT and PERSON names: strange words, names of letters, and rare words that
enough cues announce («تستحوذ على فيرنال», «فيرنال، الشركة المطورة»).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.gazetteer.keys import fold, plain
from pipeline.ner.lexicon import ACTS, COMMON
from pipeline.ner.name_cues import VOTED, Cues
from pipeline.ner.shapes import RARE, has_article, is_code, is_foreign, is_inflected, is_plain

if TYPE_CHECKING:
    from pipeline.ner.board import Board

_LONGEST = 4  # words of a name
_FAR = 4  # tokens between the words of a cue
_SCARCE = -4.8  # so scarce is a word that begins a name before a strange one
_LONE = -4.2  # so scarce are the words of a quotation that may be a name
_AGAINST = 5.0  # so much is needed against a rule that found a place
_NOUN = -4.2  # and a noun after a trade: «مطاحن الجبل», but not «خطوط الإنتاج»
_LETTER = -3.2  # أو and في are names of letters too, but commoner than this
_ENOUGH = {"strange": 2.0, "rare": 2.0, "house": 2.0, "quoted": 3.0}
_OUTSIDE = ("outside", "made")


def weigh(board: Board, cues: Cues) -> None:
    """Puts down the strange and rare words of which the document says often enough what they are.

    Twice, since a name found stands beside others: «غوغل وإنتل وسيلز فورس».
    """
    if _round(board, cues):
        _round(board, cues)


def _round(board: Board, cues: Cues) -> bool:
    """One pass over the document; whether it found a name."""
    any_found = False
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    kinds: dict[str, str] = {}
    words, taken = board.words, -1
    quoted = {
        at + 1
        for at, word in enumerate(words)
        if word.kind == "punct" and board.is_open(at) and board.raw(at) not in "(["
    }
    for at, word in enumerate(words):
        if at <= taken or word.kind != "word" or not (word.log10 < RARE or word.letter or word.head or at in quoted):
            continue
        if at in quoted and board.owner[at] is None:
            last = _quoted(board, at)
            if last >= at:
                key = fold(board.text[board.tokens[at].start : board.tokens[last].end])
                found[key].append((at, last))
                kinds.setdefault(key, "quoted")
                taken = last
                continue
        if word.head is not None and word.head[1] == "house" and board.owner[at] is None and not has_article(board, at):
            last = _house(board, at)
            if last > at:
                key = fold(board.text[board.start(at) : board.tokens[last].end])
                found[key].append((at, last))
                kinds[key] = "house"
                taken = last
        elif (word.log10 < RARE or word.letter) and board.owner[at] is None:
            last, kind = _run(board, at)
            if last >= at:
                first = _widen(board, at, cues)
                key = fold(board.text[board.start(first) : board.tokens[last].end])
                found[key].append((first, last))
                if kinds.get(key) != "strange":
                    kinds[key] = kind
                taken = last
    known = (
        {fold(board.text[n.start : n.end]): n.label for n in board.names() if n.source != "gazetteer"} if found else {}
    )
    for key, places in found.items():
        votes: dict[str, float] = dict.fromkeys(("", *VOTED), 0.0)
        for first, last in places:
            if kinds[key] != "rare" or not _is_construct(board, last):
                _vote(board, first, last, cues, votes)
        enough = _ENOUGH[kinds[key]] if known.get(key, "ORG") in VOTED else _AGAINST
        first, last = places[0]
        if kinds[key] == "house":
            votes["PRODUCT"] = 0
        if (
            first == last
            or kinds[key] in ("house", "quoted")
            or any(w.use in ("company", "more") or w.letter for w in board.words[first : last + 1])
        ):
            votes["PERSON"] = 0
        label, most = max(((label, votes[label]) for label in VOTED), key=lambda pair: pair[1])
        if most and most + (min(votes[""], 1) if label != "PERSON" else 0) >= enough:
            any_found = True
            for first, last in places:
                name = board.name(first, last, label, 0.6, "weighed")
                board.put(name._replace(start=board.tokens[first].start) if board.is_open(first - 1) else name)
    return any_found


def votes_of(board: Board, first: int, last: int, cues: Cues) -> dict[str, float]:
    """What stands beside one place of a name, by label ("" for any); head nouns before it not counted, whose maker may follow them."""
    votes = dict.fromkeys(("", *VOTED), 0.0)
    _vote(board, first, last, cues, votes, heads=False)
    return votes


def _run(board: Board, at: int) -> tuple[int, str]:
    """The last token of a run of strange, rare or letter words that begins at a token, and its kind; before `at` where none does."""
    words = board.words
    last = at
    if words[at].letter and words[at].log10 < _LETTER:
        while (
            board.joined(at, last + 1)
            and words[last + 1].letter
            and not words[last + 1].proclitics
            and board.owner[last + 1] is None
        ):
            last += 1
        while last > at and words[last].log10 > _LETTER:
            last -= 1
        while (
            last > at
            and board.joined(at, last + 1)
            and words[last + 1].use == "company"
            and board.owner[last + 1] is None
        ):
            last += 1
        if last > at:
            return last, "strange"
        if words[at].log10 > RARE:
            return at - 1, ""
    kind = "strange" if is_foreign(board, at) else "rare"
    if kind == "rare" and (
        words[at].log10 > RARE or not is_plain(board, at) or has_article(board, at) or is_inflected(board, at)
    ):
        return at - 1, ""
    if (
        len(words[at].key) < 3
        or words[at].given == "given"
        or (kind == "rare" and board.lexicon.is_accusative(board.tokens[at].stem))
    ):
        return at - 1, ""
    while board.joined(at, last + 1) and last - at + 1 < _LONGEST and _goes_on(board, last + 1):
        last += 1
    return last, kind


def _quoted(board: Board, first: int) -> int:
    """The last token of a quotation of one or two words that could be a name, none of them strange, or the token before it."""
    last = first
    while board.joined(first, last + 1) and not board.is_close(last + 1):
        last += 1
        if last - first > 1:
            return first - 1
    fits = all(w.plain and w.log10 < _LONE and (w.article or w.log10 > RARE) for w in board.words[first : last + 1])
    fits = fits and all(board.owner[i] is None for i in range(first, last + 1))
    return last if fits and board.joined(first, last + 1) and not board.words[first].verb else first - 1


def _house(board: Board, head: int) -> int:
    """The last token of a name that begins with a trade: موانئ السدرة, مطاحن الجبل الأخضر, طيران السموم; the head where none does."""
    last, words = head, board.words
    while board.joined(head, last + 1) and last - head < 3:
        at = last + 1
        owner = board.owner[at]
        if words[at].kind != "word" or words[at].proclitics:
            break
        if owner is not None:
            if owner.label not in ("GPE", "LOC") or last > head or owner.first != at:
                break
            last = owner.last
        elif last == head:
            limit = _NOUN if has_article(board, at) else COMMON
            if (
                words[at].role
                or words[at].use not in ("", "trade")
                or words[at].log10 > limit
                or is_inflected(board, at)
            ):
                break
            last = at
        elif (
            is_plain(board, at)
            and has_article(board, at)
            and (has_article(board, last) or board.owner[last] is not None)
        ):
            last = at
        else:
            break
    return last


def _is_construct(board: Board, last: int) -> bool:
    """Whether a word with the article follows a rare word, which then is a noun or verb: مقبس السماعة, أزاحت الروسية."""
    after = last + 1
    if not board.joined(last, after) or not has_article(board, after) or board.words[after].proclitics:
        return False
    owner = board.owner[after]
    if owner is not None and owner.label == "NORP" and not board.words[last].key.endswith("ت"):
        return False
    return board.words[after].use not in ("more", "adjective", "stop")


def _widen(board: Board, at: int, cues: Cues) -> int:
    """The word before a strange one where it is no common word and no cue: «ديب» in «ديب سيك»."""
    before, word = at - 1, board.words[at]
    if word.proclitics or not board.joined(before, at) or board.owner[before] is not None:
        return at
    left = board.words[before]
    free = left.kind == "word" and left.log10 < _SCARCE and is_plain(board, before) and not has_article(board, before)
    if (
        not free
        or is_inflected(board, before)
        or plain(board.tokens[before].stem) in cues.sides["before"]
        or len(left.key) < 3
    ):
        return at
    return before


def _goes_on(board: Board, at: int) -> bool:
    """Whether a word goes on with the name before it."""
    word = board.words[at]
    if board.owner[at] is not None or word.proclitics:
        return False
    if word.kind != "word":
        return word.kind == "latin" and (
            is_code(board.raw(at)) or (len(board.raw(at)) == 1 and board.raw(at).isupper())
        )
    if word.use in ("company", "more") or word.suffix or (word.letter and word.log10 < _LETTER):
        return True
    return word.log10 < RARE and is_plain(board, at) and not has_article(board, at) and not is_inflected(board, at)


def _vote(board: Board, first: int, last: int, cues: Cues, votes: dict[str, float], *, heads: bool = True) -> None:
    """Adds what one place of a name says."""
    words = board.words
    if any(words[i].use == "company" for i in range(first + 1, last + 1)):
        votes["ORG"] += 1
    if last > first and (words[last].suffix or (words[last].kind == "latin" and words[first].kind == "word")):
        votes["PRODUCT"] += 1
    if last - first > 1 and all(w.letter for w in words[first : last + 1]) and not _is_acronym(board, first, last):
        votes["ORG"] += 2
    before = first - 1
    if board.is_open(before):
        if board.is_close(last + 1) and board.raw(before) not in "([":
            votes[""] += 1
        before -= 1
        if before > 0 and board.raw(before) == "و":  # كوين و«هدهد»
            left = board.owner[before - 1 - board.is_close(before - 1)]
            if left is not None and left.label in VOTED:
                votes[left.label] += 2
    after = last + 1
    while board.joined(first, after) and board.is_close(after):
        after += 1
    _vote_before(board, first, before, cues, votes)
    label = _head(board, before) if heads and (before < first - 1 or not words[first].proclitics) else ""
    if label in VOTED:
        votes[label] += 2
    if board.joined(first, after):
        _vote_after(board, last, after, cues, votes)


def _is_acronym(board: Board, first: int, last: int) -> bool:
    """Whether names of letters spell an everyday acronym: جي بي إس."""
    return board.lexicon.is_acronym("".join(word.letter for word in board.words[first : last + 1]))


def _vote_before(board: Board, first: int, before: int, cues: Cues, votes: dict[str, float]) -> None:
    words = board.words
    conjunction = words[first].proclitics == 1 and board.tokens[first].norm[0] == "و" and before == first - 1
    if not board.joined(before, first):
        return
    left = board.owner[before]
    if conjunction:
        if left is not None and left.label in VOTED:
            votes[left.label] += 2
        return
    if words[first].proclitics and before == first - 1:
        if words[before].role == "role" and board.tokens[first].norm[0] == "ل":  # الرئيس التنفيذي لـ X
            votes["ORG"] += 2
        return
    if board.raw(before) in "،,":
        left = board.owner[before - 1] if before else None
        if left is not None and left.label in VOTED:
            votes[left.label] += 0.5
        return
    if left is not None:
        return
    word = words[before]
    for cue in cues.sides["before"].get(plain(board.tokens[before].stem), ()) or cues.sides["before"].get(
        plain(board.tokens[before].norm), ()
    ):
        if not cue.rest or _stands(board, cue.rest, before):
            votes[cue.label] += cue.weight
    if word.use in ACTS and not word.role:
        maker = any(
            o is not None and o.label == "ORG"
            for o in board.owner[max(0, before - 3) : before]
            if board.joined(before - 3, before)
        )
        votes["PRODUCT" if maker and word.use == "launch" else "ORG"] += 1.0 if maker else 2.0
    elif word.use == "topic":
        votes["ORG"] += 1
    elif word.role:
        votes["PERSON"] += 1 if word.role == "speech" else 2


def _stands(board: Board, rest: tuple[str, ...], before: int) -> bool:
    """Whether the other words of a cue stand shortly before its last one."""
    near = {
        form
        for i in range(max(0, before - _FAR), before)
        if board.joined(i, before)
        for form in (plain(board.tokens[i].stem), plain(board.tokens[i].norm))
    }
    return all(word in near or "ال" + word in near for word in rest)


def _head(board: Board, before: int) -> str:
    """The label of a head noun before a name, with words that have the article between: روبوت المحادثة X."""
    words = board.words
    for i in range(before, before - 3, -1):
        if not board.joined(i, before):
            return ""
        head = words[i].head
        if head is not None:
            return head[0] if head[1] in _OUTSIDE else ""
        owner = board.owner[i]
        if not (has_article(board, i) and (owner is None or owner.label == "NORP")):
            return ""
    return ""


def _vote_after(board: Board, last: int, after: int, cues: Cues, votes: dict[str, float]) -> None:
    words = board.words
    owner = board.owner[after]
    if owner is not None:
        if owner.label in VOTED and words[after].proclitics == 1 and board.tokens[after].norm[0] == "و":
            votes[owner.label] += 1.5
        elif owner.label == "NORP" and has_article(board, after) and words[after].key.endswith("ه"):
            votes["ORG"] += 2
        return
    side = "after"
    if board.raw(after) in "،,":
        after, side = after + 1, "comma"
        if not board.joined(last, after):
            return
    for near in (board.tokens[after].norm, board.tokens[after].stem):
        fit = cues.sides[side].get(plain(near), ())
        for cue in fit:
            if not cue.rest or (board.joined(after, after + 1) and plain(board.tokens[after + 1].norm) == cue.rest[0]):
                votes[cue.label] += cue.weight
        if fit:
            return
    if side == "after" and words[after].use == "modal" and board.joined(after, after + 1):  # أن X قد تستحوذ
        after += 1
    word = words[after]
    if side == "comma":
        if word.role == "role":
            votes["PERSON"] += 2
            return
        while board.joined(last, after) and words[after].use in ("link", "compare"):  # وهي شركة, أكبر شركة
            after += 1
        head = words[after].head if board.joined(last, after) else None
        if head is not None and head[1] in _OUTSIDE and head[0] in VOTED and not words[after].key.endswith("ها"):
            votes[head[0]] += 2
    elif word.use in ACTS:
        votes["ORG"] += 2 if word.key[:1] == "ت" or word.key[-1:] == "ت" else 1
    elif word.use == "compare":
        votes["PRODUCT"] += 1
