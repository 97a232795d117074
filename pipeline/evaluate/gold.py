"""Gold documents: from inline marks to text with stand-off annotation, checked.

In: a marked text, the form in which people write and correct gold:

    أعلنت [[علي بابا|ORG|alibaba]] إطلاق [[Qwen 3|PRODUCT|qwen-3]]
    # qwen-3 developed_by alibaba asserted

A line that begins with «# » states a relation of the line above it: subject, predicate, object, status and, where someone
says so, by=speaker. Out: `GoldDocument`, whose offsets are those of the text without the marks, or a list of problems.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import LABELS, STATUSES
from pipeline.core.tsv import records
from pipeline.errors import SeedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPLITS = ("train", "dev", "test")

_MARK = re.compile(r"\[\[([^\[\]|]+)\|([A-Z_]+)\|([^\[\]|\s]+(?: [^\[\]|\s]+)*)\]\]")
_SLUG = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_FORMS = {
    "DATE": re.compile(r"DATE:\S+"),
    "MONEY": re.compile(r"(?!QTY|PCT)[A-Z]{3}:\S+"),
    "PERCENT": re.compile(r"PCT:\S+"),
    "QUANTITY": re.compile(r"QTY:[^:\s]+:\S.*"),
}


class GoldEntity(NamedTuple):
    """A mention of the gold: raw offsets, label, and the entity's id or the normalised value."""

    start: int
    end: int
    label: str
    text: str
    id: str
    line: int


class GoldRelation(NamedTuple):
    """A statement of the gold, by the line (from 1) that makes it."""

    line: int
    subject: str
    predicate: str
    object: str
    status: str
    speaker: str | None


class GoldDocument(NamedTuple):
    """A text with its annotation."""

    doc_id: str
    text: str
    entities: list[GoldEntity]
    relations: list[GoldRelation]

    def to_json(self) -> str:
        """The stored form."""
        record = {
            "doc_id": self.doc_id,
            "sha256": hashlib.sha256(self.text.encode()).hexdigest(),
            "text": self.text,
            "entities": [entity._asdict() for entity in self.entities],
            "relations": [relation._asdict() for relation in self.relations],
        }
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


class Predicate(NamedTuple):
    """The types that a predicate takes."""

    domain: frozenset[str]
    range: frozenset[str]
    symmetric: bool
    same: bool = False  # the object has the label of the subject


def unmark(marked: str, doc_id: str) -> GoldDocument:
    """The text without its marks, and what they say.

    >>> doc = unmark("ل[[لصين|GPE|china]] رأي", "x")
    >>> doc.text, doc.entities[0][:4]
    ('للصين رأي', (1, 5, 'GPE', 'لصين'))
    """
    texts: list[str] = []
    entities: list[GoldEntity] = []
    relations: list[GoldRelation] = []
    offset = 0
    for line in marked.split("\n"):
        if line.startswith("# "):
            subject, predicate, rest = [*line[2:].strip().split(" ", 2), "", ""][:3]
            # an object may hold spaces only as a value; status and speaker stand last
            *words, status = rest.split(" by=")[0].split(" ")
            speaker = rest.split(" by=")[1].strip() if " by=" in rest else None
            relations.append(GoldRelation(len(texts), subject, predicate, " ".join(words), status, speaker))
            continue
        pieces, at, length = [], 0, 0
        for mark in _MARK.finditer(line):
            pieces += [line[at : mark.start()], mark[1]]
            length += mark.start() - at
            start = offset + length
            length += len(mark[1])
            entities.append(GoldEntity(start, offset + length, mark[2], mark[1], mark[3], len(texts) + 1))
            at = mark.end()
        texts.append("".join([*pieces, line[at:]]))
        offset += len(texts[-1]) + 1
    return GoldDocument(doc_id, "\n".join(texts), entities, relations)


def check(doc: GoldDocument, predicates: dict[str, Predicate]) -> Iterator[str]:
    """What is wrong with a gold document; nothing when it is sound."""
    labels: dict[str, set[str]] = {}
    last = 0
    for e in doc.entities:
        where = f"{doc.doc_id} line {e.line} «{e.text}»"
        if doc.text[e.start : e.end] != e.text or e.start < last:
            yield f"{where}: the span {e.start}-{e.end} is wrong or overlaps the one before"
        if e.label not in LABELS:
            yield f"{where}: unknown label {e.label}"
        elif not _FORMS.get(e.label, _SLUG).fullmatch(e.id):
            yield f"{where}: {e.label} cannot have the id or value {e.id}"
        if e.text != e.text.strip():
            yield f"{where}: the span begins or ends with white space"
        last = e.end
        labels.setdefault(e.id, set()).add(e.label)
    if "[[" in doc.text or "]]" in doc.text:
        yield f"{doc.doc_id}: a mark is broken: {doc.text[max(0, doc.text.find('[[')) :][:60]!r}"
    stated: set[GoldRelation] = set()
    for r in doc.relations:
        where = f"{doc.doc_id} line {r.line} «{r.subject} {r.predicate} {r.object}»"
        if r in stated:
            yield f"{where}: the line states it already"
        stated.add(r)
        if r.predicate not in predicates:
            yield f"{where}: unknown predicate"
            continue
        if r.status not in STATUSES:
            yield f"{where}: unknown status {r.status}"
        for role, name, allowed in (
            ("subject", r.subject, predicates[r.predicate].domain),
            ("object", r.object, predicates[r.predicate].range),
        ):
            if name not in labels:
                yield f"{where}: the {role} {name} is not marked in the document"
            elif not labels[name] & allowed:
                yield f"{where}: the {role} is {'/'.join(sorted(labels[name]))}, expected {'/'.join(sorted(allowed))}"
        if predicates[r.predicate].same and not labels.get(r.subject, set()) & labels.get(r.object, set()):
            yield f"{where}: subject and object have different labels"
        if r.subject == r.object and len(labels.get(r.subject, ())) < 2:
            yield f"{where}: subject and object are the same"
        if predicates[r.predicate].symmetric and r.subject > r.object:
            yield f"{where}: a symmetric relation is written once, ids in alphabetical order"
        if r.speaker and r.speaker not in labels:
            yield f"{where}: the speaker {r.speaker} is not marked in the document"


def read_predicates(path: Path) -> dict[str, Predicate]:
    """The table of predicates of seeds/relations."""
    rows = list(records(path))

    def labels(cell: str) -> frozenset[str]:
        return frozenset(re.split(r"[ ,|]+", cell))

    # "=" as range: the object has the label of the subject
    ranges = {row["predicate"]: row["domain"] if row["range"] == "=" else row["range"] for row in rows}
    return {
        row["predicate"]: Predicate(
            labels(row["domain"]), labels(ranges[row["predicate"]]), row["symmetric"] == "yes", row["range"] == "="
        )
        for row in rows
    }


def read_marked(folder: Path) -> list[GoldDocument]:
    """The marked documents of a folder: NAME.txt with inline marks; a line break at the end is not part of the text."""
    return [unmark(file.read_bytes().decode("utf-8").rstrip("\n"), file.stem) for file in sorted(folder.glob("*.txt"))]


def read_gold(folder: Path) -> list[GoldDocument]:
    """The stored gold documents of a folder: NAME.json with doc_id, text, entities and relations."""
    docs = []
    for file in sorted(folder.glob("*.json")):
        try:
            record = json.loads(file.read_text("utf-8"))
            entities = [
                GoldEntity(e["start"], e["end"], e["label"], e["text"], e["id"], e.get("line", 0))
                for e in record["entities"]
            ]
            relations = [
                GoldRelation(r.get("line", 0), r["subject"], r["predicate"], r["object"], r["status"], r.get("speaker"))
                for r in record["relations"]
            ]
            docs.append(GoldDocument(record["doc_id"], record["text"], entities, relations))
        except (ValueError, KeyError, TypeError) as error:
            raise SeedError(f"{file} is no gold document: {error!r}") from None
    return docs


def splits(root: Path) -> dict[str, Path]:
    """The folders of a corpus by the name of their split; a folder without such folders is one split of its own name."""
    return {name: root / name for name in SPLITS if (root / name).is_dir()} or {root.name: root}


def read_either(folder: Path) -> list[GoldDocument]:
    """The documents of a split: stored ones, or else marked ones in `marked` or in the folder itself."""
    return read_gold(folder) or read_marked(folder / "marked") or read_marked(folder)


def build(root: Path, texts: Path, predicates: dict[str, Predicate]) -> tuple[dict[str, list[GoldDocument]], list[str]]:
    """Every marked document of every split to its text and its stored form.

    Returns the sound documents by split, and all problems. Broken ones are not written.
    """
    docs: dict[str, list[GoldDocument]] = {}
    problems: list[str] = []
    texts.mkdir(parents=True, exist_ok=True)
    for split, folder in splits(root).items():
        docs[split] = []
        for doc in read_marked(folder / "marked"):
            if wrong := list(check(doc, predicates)):
                problems += wrong
                continue
            docs[split].append(doc)
            (texts / f"{doc.doc_id}.txt").write_bytes(doc.text.encode())
            (folder / f"{doc.doc_id}.json").write_text(doc.to_json(), "utf-8")
    return docs, problems
