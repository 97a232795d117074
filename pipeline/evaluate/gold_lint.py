"""Places of a gold corpus where a mistake of annotation is likely. Every finding is a question, not a verdict.

In: gold documents, the spellings of the gazetteer, head nouns, and the values that the project's grammars read in the texts.
Out: findings, document by document; `KINDS` says what each kind means.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS
from pipeline.evaluate.words import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipeline.core.spans import Mention
    from pipeline.evaluate.gold import GoldDocument, GoldEntity

KINDS = {
    "unmarked": "a name that is marked elsewhere in the document",
    "listed": "a name of the gazetteer that is not marked",
    "value": "a date, amount, percentage or quantity that the grammars read and nobody marked",
    "reading": "a value that the grammars read otherwise",
    "id": "the gazetteer knows this name under another id",
    "label": "the gazetteer gives this id other labels",
    "labels": "one id with labels that do not go together",
    "boundary": "a span that begins or ends inside a word, or takes in a proclitic, a head noun or a quotation mark",
    "far": "a statement whose subject or object stands neither in its line nor in the two before",
    "country": "a nationality beside a name, and no statement that joins them",
    "role": "a post between a person and an organisation, and no statement that joins them",
    "speaker": "a claim without a speaker, or a speaker without a claim",
    "ids": "one name under several ids in the corpus, or ids that differ in hyphens and dots only",
    "reused": "an id that the gazetteer does not know, in several documents",
}
# Labels that one id may carry together: a country and its people, a company and its service, a paper and its title …
_TOGETHER = (
    frozenset({"GPE", "NORP", "LOC"}), frozenset({"ORG", "PRODUCT", "WORK_OF_ART"}), frozenset({"ORG", "FAC", "GPE"}),
    frozenset({"ORG", "EVENT", "WORK_OF_ART"}), frozenset({"ORG", "NORP"}), frozenset({"LOC", "FAC", "GPE"}),
)  # fmt: skip
_PROCLITICS = re.compile(r"[وف]?[أا]?[بلكس]{0,2}(?:ال)?ـ*(?:لل)?")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
_QUOTES = frozenset("«»\"“”„'’‘()[]،؛:.")
_BESIDE = re.compile(r"[\s«»\"“”()‏‎]*")
_LONGEST_ROLE = 45  # characters between a person and the organisation
_LEAST_LISTED = 4  # letters of a gazetteer name that is looked for in running text
_WIDE = 30


class Listed(NamedTuple):
    """What the gazetteer knows of a folded spelling: ids, and whether it is an everyday word too."""

    ids: frozenset[str]
    common: bool


class Finding(NamedTuple):
    """One question: a kind of KINDS, the document, the line (0 = the whole document), and what is there."""

    kind: str
    doc_id: str
    line: int
    what: str


def lint(
    docs: Sequence[GoldDocument],
    *,
    spellings: Mapping[str, Listed],
    labels: Mapping[str, Collection[str]],
    heads: Collection[str],
    roles: Collection[str],
    found: Mapping[str, Sequence[Mention]],
) -> Iterator[Finding]:
    """The findings. `labels` are the gazetteer's labels of an id, `heads` and `roles` folded words
    that stand before names, `found` the values that the grammars read, by doc_id.
    """
    for doc in docs:
        yield from _unmarked(doc, spellings)
        yield from _values(doc, found.get(doc.doc_id, ()))
        yield from _known(doc, spellings, labels)
        yield from _boundaries(doc, heads)
        yield from _statements(doc)
        yield from _unstated(doc, roles)
    yield from _across(docs, labels)


def _line(doc: GoldDocument, offset: int) -> int:
    return doc.text.count("\n", 0, offset) + 1


def _context(doc: GoldDocument, start: int, end: int) -> str:
    left, right = doc.text[max(0, start - _WIDE) : start], doc.text[end : end + _WIDE]
    return f"{left}⟦{doc.text[start:end]}⟧{right}".replace("\n", " ⏎ ")


def _gaps(doc: GoldDocument) -> Iterator[tuple[int, int]]:
    """The stretches of text between mentions."""
    at = 0
    for e in doc.entities:
        yield at, e.start
        at = e.end
    yield at, len(doc.text)


def _names(doc: GoldDocument) -> list[GoldEntity]:
    return [e for e in doc.entities if e.label not in VALUE_LABELS]


def _unmarked(doc: GoldDocument, spellings: Mapping[str, Listed]) -> Iterator[Finding]:
    """Names of the document or of the gazetteer in text that nobody marked."""
    marked = {fold(e.text): e for e in _names(doc) if len(e.text) > 1}
    longest = max([4, *(len(name.split()) for name in marked)])
    for start, end in _gaps(doc):
        words = [(m.start() + start, m.end() + start) for m in re.finditer(r"[^\s«»\"“”()،؛:!؟]+", doc.text[start:end])]
        taken = -1
        for i, (first, _) in enumerate(words):
            if first < taken:
                continue
            for length in range(min(longest, len(words) - i), 0, -1):
                last = words[i + length - 1][1]
                hit = _name(doc.text[first:last].rstrip("."), marked, spellings)
                if hit:
                    kind, name = hit
                    yield Finding(kind, doc.doc_id, _line(doc, first), f"{name}: {_context(doc, first, last)}")
                    taken = last
                    break


def _name(surface: str, marked: Mapping[str, GoldEntity], spellings: Mapping[str, Listed]) -> tuple[str, str] | None:
    """Which kind of finding a stretch of unmarked words is, with the name in it; proclitics before it are allowed."""
    whole = fold(surface)
    for key in dict.fromkeys((whole, *(whole[n:] for n in (1, 2) if _PROCLITICS.fullmatch(whole[:n])))):
        if key in marked:
            return "unmarked", f"«{marked[key].text}» {marked[key].label} {marked[key].id}"
        listed = spellings.get(key)
        if listed and not listed.common and len(key) >= _LEAST_LISTED and (" " in key or key == whole):
            return "listed", f"«{key}» {'/'.join(sorted(listed.ids)[:3])}"
    return None


def _values(doc: GoldDocument, found: Iterable[Mention]) -> Iterator[Finding]:
    for m in found:
        if m.label not in VALUE_LABELS:
            continue
        there = [e for e in doc.entities if e.start < m.end and m.start < e.end]
        where = _context(doc, m.start, m.end)
        if not there:
            yield Finding("value", doc.doc_id, _line(doc, m.start), f"{m.label} {m.value}: {where}")
        elif len(there) > 1 or there[0].label not in VALUE_LABELS:
            continue
        elif (there[0].start, there[0].end, there[0].label) != (m.start, m.end, m.label):
            e = there[0]
            if doc.text[m.start : m.end] == f"قبل {e.text}":  # before a period it stays outside
                continue
            yield Finding("reading", doc.doc_id, e.line, f"«{e.text}» {e.label}, the grammars «{where}» {m.label}")
        elif _comparable(there[0].id) != _comparable(m.value or ""):
            yield Finding(
                "reading", doc.doc_id, there[0].line, f"«{there[0].text}» {there[0].id}, the grammars {m.value}"
            )


def _comparable(value: str) -> str:
    return ":".join(value.split(":")[:2]) if value.startswith("QTY:") else value


def _known(
    doc: GoldDocument, spellings: Mapping[str, Listed], labels: Mapping[str, Collection[str]]
) -> Iterator[Finding]:
    """Ids and labels against the gazetteer; each question once a document."""
    seen: set[tuple[str, str, str]] = set()
    for e in _names(doc):
        key = (fold(e.text), e.label, e.id)
        if key in seen:
            continue
        seen.add(key)
        listed = spellings.get(key[0])
        rivals = {i for i in listed.ids if e.label in labels[i] or e.label == "NORP"} if listed else set()
        if listed and rivals and e.id not in listed.ids:
            known = f"{e.id} is listed too" if e.id in labels else f"{e.id} is not listed"
            rest = ", an everyday word too" if listed.common else ""
            yield Finding(
                "id",
                doc.doc_id,
                e.line,
                f"«{e.text}» {e.label} {e.id}; {known}; the gazetteer: {'/'.join(sorted(rivals))}{rest}",
            )
        elif e.id in labels and e.label not in labels[e.id] and not _go_together({e.label, *labels[e.id]}):
            yield Finding(
                "label", doc.doc_id, e.line, f"«{e.text}» {e.label} {e.id}; the gazetteer: {','.join(labels[e.id])}"
            )


def _go_together(labels: set[str]) -> bool:
    return len(labels) == 1 or any(labels <= group for group in _TOGETHER)


def _boundaries(doc: GoldDocument, heads: Collection[str]) -> Iterator[Finding]:
    ids = {(fold(e.text), e.id) for e in doc.entities}
    for e in doc.entities:
        before = re.search(r"[^\W\d_]*ـ*\Z", doc.text[max(0, e.start - 12) : e.start])
        prefix = before[0] if before else ""
        after = doc.text[e.end : e.end + 1]
        words = fold(e.text).split()
        why = ""
        if prefix and _ARABIC.search(e.text[0]) and not _PROCLITICS.fullmatch(prefix):
            why = f"begins inside a word, after «{prefix}»"
        elif after and _ARABIC.match(after) and _ARABIC.match(e.text[-1]):
            why = "ends inside a word"
        elif e.text[0] in _QUOTES or (e.text[-1] in _QUOTES and e.text[-1] != "."):
            why = "begins or ends with a sign"
        elif e.text[0] in "وفبلكس" and (fold(e.text[1:]), e.id) in ids:
            why = "begins with a proclitic"
        elif e.label in {"ORG", "PRODUCT", "PERSON"} and len(words) > 1 and words[0].removeprefix("ال") in heads:
            why = f"begins with the head noun «{words[0]}»"
        if why:
            yield Finding(
                "boundary", doc.doc_id, e.line, f"«{e.text}» {e.label} {why}: {_context(doc, e.start, e.end)}"
            )


def _statements(doc: GoldDocument) -> Iterator[Finding]:
    lines: dict[str, set[int]] = defaultdict(set)
    for e in doc.entities:
        lines[e.id].add(e.line)
    for r in doc.relations:
        triple = f"{r.subject} {r.predicate} {r.object} {r.status}"
        for role, name in (("subject", r.subject), ("object", r.object)):
            if lines[name] and not any(0 <= r.line - line <= _back(doc, r.line) for line in lines[name]):
                yield Finding(
                    "far",
                    doc.doc_id,
                    r.line,
                    f"{triple}: the {role} stands in line {min(lines[name], key=lambda n: abs(n - r.line))}",
                )
        if (r.status == "claimed") != bool(r.speaker) and r.status in {"claimed", "asserted"}:
            yield Finding("speaker", doc.doc_id, r.line, f"{triple} by={r.speaker}")


def _unstated(doc: GoldDocument, roles: Collection[str]) -> Iterator[Finding]:
    """Neighbours that a nationality or a post joins, without a statement of it anywhere in the document."""
    joined = {frozenset((r.subject, r.object)) for r in doc.relations}
    for left, right in pairwise(_names(doc)):
        if left.line != right.line or frozenset((left.id, right.id)) in joined:
            continue
        gap, kinds = doc.text[left.end : right.start], {left.label, right.label}
        where = _context(doc, left.start, right.end)
        if "NORP" in kinds and kinds & {"ORG", "PERSON", "PRODUCT"} and _BESIDE.fullmatch(gap):
            yield Finding("country", doc.doc_id, left.line, f"{left.id} and {right.id}: {where}")
        elif kinds == {"PERSON", "ORG"} and len(gap) <= _LONGEST_ROLE and not re.search(r"[.؛\n]", gap):
            words = [word.removeprefix("ال") for word in fold(gap).replace("،", " ").split()]
            if any(word in roles for word in words):
                yield Finding("role", doc.doc_id, left.line, f"{left.id} and {right.id}: {where}")


def _back(doc: GoldDocument, line: int) -> int:
    """How many lines back the second line with text before this one stands; blank lines do not count."""
    lines = doc.text.split("\n")
    above = [n for n in range(1, line) if lines[n - 1].strip()]
    return line - above[-2] if len(above) > 1 else line


def _across(docs: Sequence[GoldDocument], listed: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """What only several documents together show."""
    yield from _several_ids(docs)
    places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for doc in docs:
        for e in _names(doc):
            places[e.id][e.label].append(doc.doc_id)
    for entity_id, by_label in sorted(places.items()):
        doc_ids = sorted({doc_id for ids in by_label.values() for doc_id in ids})
        if not _go_together(set(by_label)):
            where = "; ".join(f"{label} in {', '.join(sorted(set(ids))[:4])}" for label, ids in by_label.items())
            yield Finding("labels", doc_ids[-1], 0, f"{entity_id}: {where}")
        if entity_id not in listed and len(doc_ids) > 1:
            yield Finding("reused", doc_ids[-1], 0, f"{entity_id}: {', '.join(doc_ids)}")


def _several_ids(docs: Sequence[GoldDocument]) -> Iterator[Finding]:
    groups: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)  # what is alike → id → the last document
    for doc in docs:
        for e in _names(doc):
            groups[f"«{fold(e.text)}» {e.label}", ""][e.id] = doc.doc_id
            groups["ids", re.sub(r"[^a-z0-9]", "", e.id)][e.id] = doc.doc_id
    for (what, _), by_id in sorted(groups.items()):
        if len(by_id) > 1:
            where = ", ".join(f"{entity_id} in {doc_id}" for entity_id, doc_id in by_id.items())
            yield Finding("ids", list(by_id.values())[-1], 0, f"{what}: {where}")
