"""How names and values bear what happens to text: gold documents changed in one way at a time, and what is still found in them.

In: gold documents, what is found in their texts before and after a change. Out: changed texts with the gold's spans moved along, and for
each kind of change the share of the mentions found before that are found after, with span and label.

Every change is a list of `Edit`s. No edit crosses the edge of a mention, so the new span of a mention is known and not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.evaluate.gold import GoldDocument, GoldEntity

Found = Mapping[tuple[int, int, str], "str | None"]  # start, end and label of what is found → its value
Pools = Mapping[tuple[str, bool], Sequence[str]]  # names by label and whether they are in Arabic letters

_LETTER = re.compile("[\u0621-\u064a]")
_MARK = re.compile("[\u064b-\u0652\u0670\u0640]")
_LATIN = re.compile("[A-Za-z]")
_DIGITS = re.compile(r"[0-9\u0660-\u0669]+")
_JOINS_NEXT = frozenset("بتثجحخسشصضطظعغفقكلمنهيئ")
_PROCLITICS = ("و", "ف", "ب", "ل", "ك", "وب", "ول")
_VOWELS = "\u064e\u064f\u0650\u0652"
_UNSEEN = "\u200c\u200d\u200e\u200f"
_QUOTES = frozenset("«»\"“”„‘’'")
_SWAPPED_ENDS = str.maketrans("ىية", "يىه")
_BARE = str.maketrans("أإآٱ", "اااا")
_OTHER_DIGITS = str.maketrans("0123456789٠١٢٣٤٥٦٧٨٩", "٠١٢٣٤٥٦٧٨٩0123456789")
_STOP = re.compile(r"[.!؟?]?[ \t]*\n+|[.!؟?][ \t]+")
_CUT = 9  # words of a piece of a cut sentence
_KEPT = frozenset({"NORP", *VALUE_LABELS})  # these are words of the language, not names that another could bear


class Edit(NamedTuple):
    """The text from `start` to `end` becomes `text`."""

    start: int
    end: int
    text: str


class Changed(NamedTuple):
    """A changed text, and for each mention of the gold its new span and whether it or its neighbours have changed."""

    text: str
    spans: list[tuple[int, int]]
    touched: list[bool]


class Survival(NamedTuple):
    """Of the gold mentions found before: how many, and how many are found after; likewise of those that the change touched,
    and the values: how many were found both times, and how many of them are the same.
    """

    before: int = 0
    after: int = 0
    touched: int = 0
    touched_after: int = 0
    values: int = 0
    values_kept: int = 0

    def plus(self, other: Survival) -> Survival:
        """The counts of both."""
        return Survival(*(a + b for a, b in zip(self, other, strict=True)))


def apply(doc: GoldDocument, edits: Iterable[Edit]) -> Changed:
    """The text of a document after some edits.

    Raises ValueError where edits overlap or cross the edge of a mention.

    >>> from pipeline.evaluate.gold import unmark
    >>> doc = unmark("في [[الصين|GPE|china]] اليوم", "x")
    >>> changed = apply(doc, [Edit(3, 3, "ل"), Edit(3, 4, "")])
    >>> changed.text, changed.text[slice(*changed.spans[0])]
    ('في للصين اليوم', 'لصين')
    """
    ordered = sorted(edits, key=lambda edit: edit[:2])
    parts, at = [], 0
    for edit in ordered:
        if edit.start < at:
            raise ValueError(f"{doc.doc_id}: edits overlap at {edit.start}")
        parts += [doc.text[at : edit.start], edit.text]
        at = edit.end
    parts.append(doc.text[at:])
    spans, touched = [], []
    for e in doc.entities:
        start, end, is_touched = e.start, e.end, False
        for edit in ordered:
            inside = e.start <= edit.start and edit.end <= e.end
            if edit.start < e.end and edit.end > e.start and not inside:
                raise ValueError(f"{doc.doc_id}: the edit at {edit.start} crosses the edge of «{e.text}»")
            grows = len(edit.text) - (edit.end - edit.start)
            start += grows * (edit.end <= e.start)
            end += grows * (edit.start < e.end)
            is_touched = is_touched or (edit.end >= e.start - 1 and edit.start <= e.end + 1)
        spans.append((start, end))
        touched.append(is_touched)
    return Changed("".join(parts), spans, touched)


def survival(doc: GoldDocument, changed: Changed, before: Found, after: Found) -> Survival:
    """What of a document's gold mentions is found in both texts."""
    total = Survival()
    for e, (start, end), touched in zip(doc.entities, changed.spans, changed.touched, strict=True):
        old, new = (e.start, e.end, e.label), (start, end, e.label)
        if old not in before:
            continue
        lives = new in after
        valued = lives and e.label in VALUE_LABELS
        kept = valued and before[old] == after[new]
        total = total.plus(Survival(1, lives, touched, touched and lives, valued, kept))
    return total


def pools(docs: Iterable[GoldDocument], is_listed: Callable[[str], bool]) -> dict[tuple[str, bool], list[str]]:
    """The names of documents that no list holds, by label and script."""
    found: dict[tuple[str, bool], set[str]] = {}
    for doc in docs:
        for e in doc.entities:
            if e.label not in _KEPT and not _is_attached(doc.text, e) and not is_listed(e.text):
                found.setdefault((e.label, _is_arabic(e.text)), set()).add(e.text)
    return {key: sorted(names) for key, names in sorted(found.items())}


def _is_arabic(text: str) -> bool:
    return bool(_LETTER.search(text))


def _is_attached(text: str, e: GoldEntity) -> bool:
    """Whether a proclitic (and maybe a tatweel) stands right before a mention."""
    return e.start > 0 and bool(_LETTER.match(text[e.start - 1]) or _MARK.match(text[e.start - 1]))


def _names(doc: GoldDocument) -> Iterator[GoldEntity]:
    return (e for e in doc.entities if e.label not in VALUE_LABELS)


def proclitics(doc: GoldDocument, random: Random) -> Iterator[Edit]:
    """Proclitics before Arabic names that have none."""
    for e in _names(doc):
        if not _LETTER.match(e.text[0]) or _is_attached(doc.text, e) or random.random() < 0.3:
            continue
        proclitic = random.choice(_PROCLITICS)
        yield Edit(e.start, e.start, proclitic)
        if proclitic.endswith("ل") and e.text.startswith("ال"):
            yield Edit(e.start, e.start + 1, "")  # للصين


def tatweel(doc: GoldDocument, random: Random) -> Iterator[Edit]:
    """One tatweel in each word of an Arabic name, between letters that join."""
    for e in _names(doc):
        for word in re.finditer(r"\S+", e.text):
            places = [
                at
                for at in range(e.start + word.start(), e.start + word.end() - 1)
                if doc.text[at] in _JOINS_NEXT and _LETTER.match(doc.text[at + 1])
            ]
            if places:
                at = random.choice(places)
                yield Edit(at, at + 1, doc.text[at] + "ـ")


def diacritics(doc: GoldDocument, random: Random) -> Iterator[Edit]:
    """Vowel signs on four of ten letters, everywhere."""
    for at, letter in enumerate(doc.text):
        after = doc.text[at + 1 : at + 2]
        if _LETTER.match(letter) and letter not in "اىآ" and not _MARK.match(after) and random.random() < 0.4:
            yield Edit(at, at + 1, letter + random.choice(_VOWELS))


def hamzas(doc: GoldDocument, _: Random) -> Iterator[Edit]:
    """No hamza on or under an alef."""
    return _replaced(doc.text, _BARE, lambda _: True)


def last_letters(doc: GoldDocument, _: Random) -> Iterator[Edit]:
    """ى for ي, ي for ى and ه for ة at the end of words."""
    text = doc.text
    return _replaced(
        text,
        _SWAPPED_ENDS,
        lambda at: at > 0 and bool(_LETTER.match(text[at - 1])) and not _LETTER.match(text[at + 1 : at + 2]),
    )


def _replaced(text: str, table: Mapping[int, int], where: Callable[[int], bool]) -> Iterator[Edit]:
    for at, letter in enumerate(text):
        other = letter.translate(table)
        if other != letter and where(at):
            yield Edit(at, at + 1, other)


def digits(doc: GoldDocument, _: Random) -> Iterator[Edit]:
    """Digits of the other script, but for those of Latin words (GPT-4)."""
    for word in re.finditer(r"\S+", doc.text):
        if not _LATIN.search(word[0]):
            for number in _DIGITS.finditer(doc.text, word.start(), word.end()):
                for at in range(number.start(), number.end()):
                    yield Edit(at, at + 1, doc.text[at].translate(_OTHER_DIGITS))


def renamed(names: Pools) -> Callable[[GoldDocument, Random], Iterator[Edit]]:
    """Other names of the same label, script and, where there is one, length; an entity is everywhere called alike."""

    def edits(doc: GoldDocument, random: Random) -> Iterator[Edit]:
        taken = {e.text for e in doc.entities}
        new: dict[tuple[str, str, str], str] = {}
        for e in sorted(doc.entities, key=lambda e: (-len(e.text.split()), e.start)):
            key = (e.id, e.label, e.text)
            if e.label in _KEPT or key in new:
                continue
            choices = [name for name in names.get((e.label, _is_arabic(e.text)), ()) if name not in taken]
            alike = [name for name in choices if len(name.split()) == len(e.text.split())]
            name = _part_of(new, e) or (random.choice(alike or choices) if choices else "")
            if name:
                new[key] = name
                taken.add(name)
        for e in doc.entities:
            other = new.get((e.id, e.label, e.text), e.text)
            if other != e.text and not (
                _is_attached(doc.text, e) and (other.startswith("ال") or not _is_arabic(other))
            ):
                yield Edit(e.start, e.end, other)

    return edits


def _part_of(new: Mapping[tuple[str, str, str], str], e: GoldEntity) -> str:
    """The same words of the new name where the mention is a part of a longer one of its entity («الخوري» of «سامي الخوري»)."""
    words = e.text.split()
    for (entity, _, old), name in new.items():
        whole, others = old.split(), name.split()
        if entity == e.id and len(whole) == len(others) > len(words):
            for at in range(len(whole) - len(words) + 1):
                if whole[at : at + len(words)] == words:
                    return " ".join(others[at : at + len(words)])
    return ""


def _is_inside(doc: GoldDocument, start: int, end: int) -> bool:
    return any(e.start < end and start < e.end for e in doc.entities)


def cut(doc: GoldDocument, random: Random) -> Iterator[Edit]:
    """A line break after every few words, but never in a mention."""
    wait = _CUT
    for space in re.finditer(" ", doc.text):
        wait -= 1
        if wait <= 0 and not _is_inside(doc, *space.span()):
            yield Edit(*space.span(), "\n")
            wait = random.randint(_CUT - 3, _CUT + 3)


def joined(doc: GoldDocument, _: Random) -> Iterator[Edit]:
    """No full stops at the ends of sentences and no line breaks."""
    for stop in _STOP.finditer(doc.text):
        start = stop.start()
        while start < stop.end() and _is_inside(doc, start, start + 1):
            start += 1  # a full stop that belongs to a name
        if start < stop.end() and not _is_inside(doc, start, stop.end()):
            yield Edit(start, stop.end(), " ")


def quotes(doc: GoldDocument, _: Random) -> Iterator[Edit]:
    """No quotation marks."""
    return (Edit(at, at + 1, "") for at, sign in enumerate(doc.text) if sign in _QUOTES)


def unseen(doc: GoldDocument, random: Random) -> Iterator[Edit]:
    """Zero-width signs and signs of direction before, after and between the letters of names."""
    for e in _names(doc):
        dice = random.random()
        sign = random.choice(_UNSEEN)
        if dice < 0.3 and not _is_attached(doc.text, e):
            yield Edit(e.start, e.start, sign)
        elif dice < 0.6 and not _LETTER.match(doc.text[e.end : e.end + 1]):
            yield Edit(e.end, e.end, sign)
        elif len(e.text) > 1:
            at = random.randint(e.start + 1, e.end - 1)
            yield Edit(at, at, sign)


def lower(doc: GoldDocument, _: Random) -> Iterator[Edit]:
    """Latin letters in small."""
    return (Edit(at, at + 1, letter.lower()) for at, letter in enumerate(doc.text) if "A" <= letter <= "Z")


def kinds(names: Pools) -> dict[str, Callable[[GoldDocument, Random], Iterator[Edit]]]:
    """All kinds of change by name; `names` are those that `renamed` gives."""
    return {
        "proclitics": proclitics, "tatweel": tatweel, "diacritics": diacritics, "hamzas": hamzas, "last letters": last_letters,
        "digits": digits, "renamed": renamed(names), "cut": cut, "joined": joined, "quotes": quotes, "zero-width": unseen, "lower": lower,
    }  # fmt: skip


def changed(doc: GoldDocument, change: Callable[[GoldDocument, Random], Iterator[Edit]], seed: int) -> Changed:
    """A document after a change; its choices come from the seed and the document's name."""
    return apply(doc, change(doc, Random(f"{seed} {doc.doc_id}")))


def lines(table: Mapping[str, Survival], n_docs: int, n_gold: int) -> Iterator[str]:
    """The card: a row for each kind of change."""
    first = next(iter(table.values()), Survival())
    yield f"{n_docs} documents, {n_gold} gold mentions, {first.before} found before any change"
    yield f"{'':14}{'survive':>9}{'touched':>9}{'survive':>9}{'values':>9}{'kept':>7}"
    for kind, s in table.items():
        touched = f"{s.touched_after / s.touched:9.3f}" if s.touched else f"{'-':>9}"
        values = f"{s.values_kept / s.values:7.3f}" if s.values else f"{'-':>7}"
        yield f"{kind:14}{s.after / max(1, s.before):9.3f}{s.touched:9}{touched}{s.values:9}{values}"
