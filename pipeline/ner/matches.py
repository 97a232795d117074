"""Known names: which spelling of the gazetteer a stretch of text stands for, and with which label.

In: the automaton's hits. Out: names on the board; a spelling that is an everyday word too needs support from its
surroundings or from the rest of the document.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipeline.gazetteer.keys import plain
from pipeline.ner.board import Board, Name
from pipeline.ner.evidence import votes_of
from pipeline.ner.lexicon import ACTS, COMMON
from pipeline.ner.shapes import RARE, has_article, is_counted, is_lil

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.gazetteer.automaton import Hit
    from pipeline.gazetteer.entries import Entry, Spelling
    from pipeline.ner.name_cues import Cues

_LOOK_BACK = 3  # tokens before a name in which a head noun still speaks of it
_FREE = -4.0  # a word as common as this is not the beginning of a name written as one word
_VOTED = 2.0  # so much must stand beside an everyday word that is to be a company
_SEPARATORS = ("،", ",", "|", "·", "•", "/")
_FUNCTION = -3.0  # a word as common as this begins a name only where it is spelt as the name is
_LETTER = -3.2  # أو and في are names of letters too, but commoner than this
_ENGLISH_RUN = 4  # this many Latin words in a row are foreign text


class Reading(NamedTuple):
    """One way to read a hit: a label and the ids that can have it, best first."""

    hit: Hit
    label: str
    ids: tuple[str, ...]
    supported: bool
    headed: bool = False


class Around(NamedTuple):
    """What the hits of a document say about their neighbours: nationalities by first token, companies and products by last
    and first token.
    """

    norp: dict[int, str]
    makers: set[int]
    products: set[int]


def match(board: Board, hits: Sequence[Hit], entries: dict[str, Entry], cues: Cues) -> None:
    """Puts the known names down: first those that are sure, then the everyday words that the sure ones support."""
    around = Around(
        {hit.first: hit.spellings[0].entity_id for hit in hits if "NORP" in hit.spellings[0].labels},
        {hit.last for hit in hits if {"ORG", "PRODUCT"}.intersection(hit.spellings[0].labels) and hit.how == "word"},
        {hit.first for hit in hits if hit.spellings[0].labels == ("PRODUCT",)},
    )
    readings = [reading for hit in hits if (reading := _read(board, hit, entries, around, cues)) is not None]
    readings = _without_makers(readings)
    sure = _longest([reading for reading in readings if reading.supported])
    known = {entity for reading in sure for entity in reading.ids}
    changed = {r.hit[:4]: r for r in _as_companies(board, sure)}
    listed = _listed(board, readings, sure)
    by_first: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_first[hit.first].append(hit)
    kept = [
        changed.get(r.hit[:4], r) for r in readings if r.supported or r.hit[:4] in listed or known.intersection(r.ids)
    ]
    for reading in _longest(kept):
        hit = _without_nationality(board, _without_head(board, reading, by_first), around)
        score = 0.95 if reading.supported else 0.8
        board.put(Name(hit.first, hit.last, hit.start, hit.end, reading.label, score, "gazetteer", reading.ids))


def _as_companies(board: Board, sure: Sequence[Reading]) -> list[Reading]:
    """«ميسترال» is the company where the document names «ميسترال إيه آي» too and no head noun says otherwise."""
    words = board.words
    fuller: dict[str, tuple[str, ...]] = {}
    for reading in sure:
        first, last = reading.hit.first, reading.hit.last
        if (
            reading.label == "ORG"
            and last > first
            and all(w.use in ("company", "more") for w in words[first + 1 : last + 1])
        ):
            fuller[words[first].key] = reading.ids
    return [
        reading._replace(label="ORG", ids=(*ids, *reading.ids))
        for reading in sure
        if reading.label == "PRODUCT"
        and not reading.headed
        and reading.hit.first == reading.hit.last
        and (ids := fuller.get(words[reading.hit.first].key))
    ]


def _listed(board: Board, readings: Sequence[Reading], sure: Sequence[Reading]) -> set[tuple[int, ...]]:
    """The places of everyday words in a row with sure names of the same label: «أدنوك وطاقة ومبادلة»."""
    ends = {reading.hit.last: reading.label for reading in sure}
    starts = {reading.hit.first: reading.label for reading in sure}
    found: set[tuple[int, ...]] = set()
    for reading in readings:
        first, last, label = reading.hit.first, reading.hit.last, reading.label
        after = last + 1
        if reading.supported or not first:
            continue
        left = (
            ends.get(first - 1)
            if board.tokens[first].norm[0] == "و"
            else ends.get(first - 2)
            if board.raw(first - 1) in _SEPARATORS
            else ""
        )
        right = ""
        if after < len(board.tokens):
            right = (
                starts.get(after, "")
                if board.tokens[after].norm[0] == "و"
                else starts.get(after + 1, "")
                if board.raw(after) in _SEPARATORS
                else ""
            )
        between = ends.get(first - 1) == starts.get(after) == label  # شارك: فيسبوك إكس واتساب
        if label in (left, right) or between:
            found.add(reading.hit[:4])
            ends[last] = label
    return found


def _longest(readings: Sequence[Reading]) -> list[Reading]:
    """From left to right, the longest of what overlaps; among equals the first spelling."""
    best: list[Reading] = []
    for reading in sorted(readings, key=lambda r: (r.hit.first, -r.hit.last, r.hit.start)):
        if not best or reading.hit.first > best[-1].hit.last:
            best.append(reading)
    return best


def _without_makers(readings: Sequence[Reading]) -> list[Reading]:
    """«Google Gemini» is the maker and its product, where both are known by themselves."""
    at = {(reading.hit.first, reading.hit.last): reading for reading in readings}
    makers: dict[int, list[int]] = {}
    for first, last in at:
        if any("ORG" in s.labels for s in at[first, last].hit.spellings):
            makers.setdefault(first, []).append(last)
    kept = []
    for reading in readings:
        first, last = reading.hit.first, reading.hit.last
        rest = [at.get((end + 1, last)) for end in makers.get(first, ()) if end < last]
        if reading.label != "PRODUCT" or not any(
            r is not None and r.ids[0] == reading.ids[0] and r.label == "PRODUCT" for r in rest
        ):
            kept.append(reading)
    return kept


def _written(board: Board, hit: Hit) -> tuple[Spelling, ...]:
    """The spellings that a hit can really be: none where it is an everyday word, a counted number or a lone head noun."""
    spellings = hit.spellings
    first, last = hit.first, hit.last
    word = board.words[first]
    single = first == last
    if hit.how != "word":
        weak = hit.end - hit.start < 5 or (single and word.log10 > COMMON) or all(s.common for s in spellings)
        if hit.first < hit.last and hit.how == "guess":  # وسام ألتمان, but not باي كان, واي في
            weak = weak or board.tokens[first].norm[0] != "و" or bool(word.letter)
        if weak or spellings[0].labels == ("NORP",):
            return ()
        if hit.how == "article" and not any(label in ("PRODUCT", "ORG") for s in spellings for label in s.labels):
            return ()
    if single and word.log10 > COMMON:  # a doubled letter more or less makes another word of an everyday one: كييف, كيف
        written = plain(
            "ا" + board.text[hit.start : hit.end] if is_lil(board, first) else board.text[hit.start : hit.end]
        )
        spellings = tuple(s for s in spellings if plain(s.surface) == written)
    if any(last - first >= len(s.surface.split()) for s in spellings) and any(
        w.log10 > _FREE for w in board.words[first : last + 1] if not (w.letter or w.use == "patronym")
    ):  # كانت إس is not كانتاس
        return ()
    if last > first and word.log10 > _FUNCTION:  # «على باي» is not علي باي
        written = board.text[hit.start : board.tokens[first].end]
        spellings = tuple(s for s in spellings if s.surface.split()[0] == written)
    if last > first and _in_letters(board, first, last):
        return ()
    counted = board.words[last].kind == "number" and last > first and is_counted(board, last + 1)
    quoted = board.is_open(first - 1) and board.is_close(last + 1)
    return (
        ()
        if counted or (single and word.head is not None and not has_article(board, first) and not quoted)
        else spellings
    )


def _in_letters(board: Board, first: int, last: int) -> bool:
    """Whether names of letters are part of a longer row of them: «بي بي» in «بي بي إف»."""
    words = board.words
    if any(not w.letter for w in words[first : last + 1]):
        return False
    after = last + 1
    return (
        board.joined(first, after)
        and bool(words[after].letter)
        and words[after].log10 < _LETTER
        and not words[after].proclitics
    )


def _read(board: Board, hit: Hit, entries: dict[str, Entry], around: Around, cues: Cues) -> Reading | None:
    """The best reading of a hit, or None where it is no name at all."""
    spellings = _written(board, hit)
    first, last = hit.first, hit.last
    if not spellings:
        return None
    head = _head_before(board, first)
    if spellings[0].labels == ("NORP",) and first and board.words[first - 1].use == "language":
        return None  # اللغة الصينية
    if head == "made":
        head = "PRODUCT" if any(s.labels[0] == "PRODUCT" for s in spellings) else ""
    common = all(spelling.common for spelling in spellings)
    if head == "PRODUCT" and last + 1 in around.products and any("ORG" in s.labels for s in spellings):
        head = "ORG"  # نموذج Google Gemini
    if head and head in {label for s in spellings for label in s.labels}:
        fit = [s for s in spellings if head in s.labels]
        return Reading(hit, head, _ids(fit, spellings), supported=True, headed=True)
    ranked = sorted(spellings, key=lambda s: s.common)
    supported = not common or _is_supported(board, hit, ranked, entries, around.norp, cues)
    label = _label(board, hit, ranked, around.makers, cues)
    return Reading(hit, label, _ids([s for s in ranked if label in s.labels], ranked), supported)


def _label(board: Board, hit: Hit, spellings: Sequence[Spelling], makers: set[int], cues: Cues) -> str:
    """The label that fits the surroundings: verbs and offices of companies, adjectives after names."""
    labels = [label for spelling in spellings for label in spelling.labels]
    first, last = hit.first, hit.last
    if len(set(labels)) == 1:
        return labels[0]
    if "NORP" in labels:  # السعودية, العمانية
        before = first - 1
        while board.joined(before, first) and board.is_close(before):
            before -= 1
        describes = board.joined(before, first) and hit.start == board.tokens[first].start
        noun = describes and (_is_noun(board, before) or before in makers or before < first - 1)
        if noun or "GPE" in labels:
            return "NORP" if noun else "GPE"
    if "ORG" in labels and "PRODUCT" in labels:
        around = [
            board.words[i].use for i in (first - 2, first - 1, last + 1) if board.joined(min(i, first), max(i, last))
        ]
        votes = votes_of(board, first, last, cues)
        if ACTS.intersection(around) or "owner" in around[:2]:
            votes["ORG"] += 2
        if votes["ORG"] != votes["PRODUCT"]:
            return "ORG" if votes["ORG"] > votes["PRODUCT"] else "PRODUCT"
    return labels[0]


def _is_noun(board: Board, at: int) -> bool:
    """Whether a nationality after this word describes it: a word with the article, a head noun, a strange word."""
    word = board.words[at]
    return has_article(board, at) or word.head is not None or word.kind == "latin" or word.log10 < RARE


def _ids(first: Sequence[Spelling], rest: Sequence[Spelling]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.entity_id for s in (*first, *rest)))


def _head_before(board: Board, at: int) -> str:
    """The label that a head noun shortly before a token announces: نموذج «كوين», شركة الرقائق الأميركية إنفيديا."""
    words = board.words
    for back in range(1, _LOOK_BACK + 1):
        i = at - back
        if not board.joined(i, at):
            return ""
        head = words[i].head
        if head:
            return "" if head[1] == "strict" else head[1] if head[1] == "made" else head[0]
        if not (board.is_open(i) or words[i].use in ("adjective", "joiner") or words[i].key.startswith("ال")):
            return ""
    return ""


def _is_supported(
    board: Board, hit: Hit, spellings: Sequence[Spelling], entries: dict[str, Entry], norp: dict[int, str], cues: Cues
) -> bool:
    """Whether the surroundings show that an everyday word is a name here."""
    first, last = hit.first, hit.last
    words = board.words
    label = spellings[0].labels[0]
    if words[first].kind == "latin":
        surface = board.text[hit.start : hit.end]
        return any(c.isupper() for c in surface) and not _in_english(board, first, last)
    if board.is_open(first - 1) and board.is_close(last + 1) and board.raw(first - 1) not in "([":
        return True
    if label in ("GPE", "LOC"):
        return _is_place(board, hit)
    if (
        label == "PRODUCT"
        and not words[first].letter
        and board.joined(last, last + 1)
        and words[last + 1].kind == "number"
        and not is_counted(board, last + 2)
    ):
        return True
    if label == "PERSON":
        return bool(first and words[first - 1].role)
    if label in ("ORG", "PRODUCT") and not words[first].key.startswith("ال"):
        if votes_of(board, first, last, cues)[label] >= _VOTED:
            return True
        if (first and words[first - 1].use in (*ACTS, "owner")) or (
            last + 1 < len(words) and words[last + 1].use in ACTS
        ):
            return True
        if words[first].log10 < RARE and not words[first].given:
            return True
    after = norp.get(last + 1)
    return after is not None and any(after == entries[s.entity_id].country for s in spellings if s.entity_id in entries)


def _is_place(board: Board, hit: Hit) -> bool:
    """Whether an everyday word stands where places do: «في فاس», «بمسقط», «إلى حمص», «ومقرها صحار»."""
    token, before = board.tokens[hit.first], hit.first - 1
    if hit.start > token.start and token.norm[:1] in ("ب", "ل"):
        return True
    return board.joined(before, hit.first) and board.words[before].use == "place" and hit.start == token.start


def _in_english(board: Board, first: int, last: int) -> bool:
    """Whether a Latin word stands within a run of Latin words, that is in foreign text."""
    lo, hi = first, last
    words = board.words
    while lo > 0 and words[lo - 1].kind == "latin" and hi - lo < _ENGLISH_RUN:
        lo -= 1
    while hi + 1 < len(words) and words[hi + 1].kind == "latin" and hi - lo < _ENGLISH_RUN:
        hi += 1
    return hi - lo >= _ENGLISH_RUN


def _without_nationality(board: Board, hit: Hit, around: Around) -> Hit:
    """«وزارة التجارة الأميركية» is a ministry and its nationality."""
    head = board.words[hit.first].head
    if head is None or head[1] != "ministry" or hit.last - hit.first < 2 or hit.last not in around.norp:
        return hit
    return hit._replace(last=hit.last - 1, end=board.tokens[hit.last - 1].end)


def _without_head(board: Board, reading: Reading, by_first: dict[int, list[Hit]]) -> Hit:
    """A listed «مجموعة علي بابا» stands for the shorter name when that is listed too: generic heads stay outside."""
    hit = reading.hit
    head = board.words[hit.first].head
    if head is None or head[1] != "outside" or hit.first == hit.last:
        return hit
    for other in by_first[hit.first + 1]:
        if (
            other.last == hit.last
            and other.how == "word"
            and any(s.entity_id == reading.ids[0] for s in other.spellings)
        ):
            return other
    return hit
