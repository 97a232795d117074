"""Do the tables hold what they promise?

In: the folder of a run. Out: how many spans, statements and documents were checked, and every violation: a surface that is not
`text[start:end]`, a span outside its sentence or document, evidence that ends before its arguments, a reference to nothing,
a table that does not add up.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipeline.core.schema import TABLES
from pipeline.core.spans import LABELS, STATUSES, VALUE_LABELS
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NOWHERE = (0, -1)  # the sentence of a row whose sentence is not there

# What the corpus-wide tables must say, by what the other tables add up to.
_SUMS = {
    "entities": (
        "select entity_id, n_mentions, n_docs from entities",
        "select entity_id, count(*), count(distinct doc_id) from mentions where entity_id is not null group by all",
    ),
    "aliases": (
        "select entity_id, sum(n_mentions)::bigint, min(first_doc_id) from aliases group by all",
        "select entity_id, count(*), min(doc_id) from mentions where entity_id is not null group by all",
    ),
    "triples": (
        "select subject_id, predicate, object, status, n_docs, n_statements, first_doc_id, last_doc_id from triples",
        "select subject_id, predicate, coalesce(object_id, object_value), status, count(distinct doc_id), count(*), min(doc_id), max(doc_id)"
        " from relations group by all",
    ),
}
_NONE = {
    "is the id of several documents": "select doc_id from (select doc_id from documents union all select doc_id from rejects) "
    "group by doc_id having count(*) > 1",
    "is said to repeat a document that is not there or has another text": "select d.doc_id from documents d "
    "left join documents o on o.doc_id = d.duplicate_of where d.duplicate_of is not null "
    "and d.duplicate_of not in (select doc_id from rejects) and o.text_sha256 is distinct from d.text_sha256",
}


class Verdict(NamedTuple):
    """`checked` counts what was looked at; `violations` holds at most `most` of the `n_violations`."""

    checked: dict[str, int]
    violations: list[str]
    n_violations: int


def verify(out: Path, *, most: int = 20) -> Verdict:
    """Check every row of every table of a run, part by part, and then what the parts add up to."""
    tables = out / "tables"
    parts = sorted(file.name for file in (tables / "documents").glob("part-*.parquet"))
    if not parts:
        raise ConfigError(f"{out} holds no tables; expected the --out folder of a run")
    checked: Counter[str] = Counter()
    violations: list[str] = []
    n_violations = 0
    for check in (*(partial(_part, tables, part, checked) for part in parts), partial(_whole, out, checked)):
        for problem in _survived(check):
            n_violations += 1
            if len(violations) < most:
                violations.append(problem)
    return Verdict(dict(checked), violations, n_violations)


def _survived(check: Callable[[], Iterator[str]]) -> Iterator[str]:
    """The problems that a check finds; that it finds a damaged file is one too."""
    try:
        yield from check()
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        yield f"a table cannot be read: {error}"


def _rows(tables: Path, name: str, part: str) -> list[dict[str, Any]]:
    table = pq.read_table(tables / name / part)
    if table.schema.remove_metadata() != TABLES[name].remove_metadata():
        raise ConfigError(f"{tables / name / part} was written by another version; run `istikhraj run` again")
    return table.to_pylist()  # type: ignore[no-any-return]


def _part(tables: Path, part: str, checked: Counter[str]) -> Iterator[str]:
    documents = {row["doc_id"]: row for row in _rows(tables, "documents", part)}
    for doc_id, doc in documents.items():
        checked["documents"] += 1
        if doc["n_chars"] != len(doc["text"]) or doc["text_sha256"] != hashlib.sha256(doc["text"].encode()).hexdigest():
            yield f"{part}: document {doc_id}: n_chars or text_sha256 does not fit its text"
    texts = {doc_id: doc["text"] for doc_id, doc in documents.items()}
    sentences: dict[tuple[str, int], tuple[int, int]] = {}
    for name in ("sentences", "tokens"):
        last = ("", 0)
        for row in _rows(tables, name, part):
            checked[name] += 1
            doc_id, start, end = row["doc_id"], row["start"], row["end"]
            where = f"{part}: {name} {doc_id} {start}-{end}"
            text = texts.get(doc_id, "")
            if not 0 <= start < end <= len(text):
                yield f"{where}: outside the text, or of a document that is not there"
            if (doc_id == last[0] and start < last[1]) or text[start:end] != text[start:end].strip():
                yield f"{where}: overlaps the one before, or is not trimmed"
            last = (doc_id, end)
            if name == "sentences":
                sentences[doc_id, row["sentence"]] = (start, end)
            else:
                low, high = sentences.get((doc_id, row["sentence"]), _NOWHERE)
                if not (low <= start <= row["stem_start"] < end <= high):
                    yield f"{where}: outside its sentence, or stem_start outside the token"
    mentions: dict[tuple[str, int], dict[str, Any]] = {}
    for row in _rows(tables, "mentions", part):
        checked["mentions"] += 1
        doc_id, start, end = row["doc_id"], row["start"], row["end"]
        where = f"{part}: mention {doc_id} {start}-{end} «{row['surface']}»"
        low, high = sentences.get((doc_id, row["sentence"]), _NOWHERE)
        if not row["surface"] or texts.get(doc_id, "")[start:end] != row["surface"]:
            yield f"{where}: text[start:end] is {texts.get(doc_id, '')[start:end]!r}"
        if not low <= start < end <= high:
            yield f"{where}: outside its sentence {low}-{high}"
        if row["label"] not in LABELS or not 0 <= row["score"] <= 1:
            yield f"{where}: label {row['label']} or score {row['score']}"
        if (row["label"] in VALUE_LABELS) != (row["entity_id"] is None) or (row["label"] in VALUE_LABELS) != (
            row["value"] is not None
        ):
            yield f"{where}: a {row['label']} with entity_id {row['entity_id']} and value {row['value']}"
        before = mentions.get((doc_id, row["mention"] - 1))
        if before and before["end"] > start:
            yield f"{where}: overlaps «{before['surface']}»"
        mentions[doc_id, row["mention"]] = row
    for row in _rows(tables, "relations", part):
        checked["relations"] += 1
        yield from _relation(part, row, mentions, len(texts.get(row["doc_id"], "")))
    for row in _rows(tables, "rejects", part):
        checked["rejects"] += 1
        if row["doc_id"] in documents or not row["error"]:
            yield f"{part}: reject {row['doc_id']}: it is a document too, or has no reason"


def _relation(
    part: str, row: dict[str, Any], mentions: dict[tuple[str, int], dict[str, Any]], length: int
) -> Iterator[str]:
    doc_id = row["doc_id"]
    where = f"{part}: relation {doc_id} {row['relation']} ({row['subject_id']} {row['predicate']} {row['object_id'] or row['object_value']})"
    subject, object_ = (mentions.get((doc_id, row[role])) for role in ("subject_mention", "object_mention"))
    if not subject or not object_:
        yield f"{where}: refers to a mention that is not there"
        return
    if subject["entity_id"] != row["subject_id"] or (object_["entity_id"], object_["value"]) != (
        row["object_id"],
        row["object_value"],
    ):
        yield f"{where}: its ids are not those of its mentions"
    if not 0 <= row["start"] < row["end"] <= length or row["status"] not in STATUSES:
        yield f"{where}: evidence {row['start']}-{row['end']}, status {row['status']}"
    speaker = mentions.get((doc_id, row["speaker_mention"]), {}) if row["speaker_mention"] is not None else {}
    if row["speaker_id"] != speaker.get("entity_id"):
        yield f"{where}: its speaker is not that of its mention"
    if row["cue_start"] is not None and not 0 <= row["cue_start"] < row["cue_end"] <= length:
        yield f"{where}: the cue {row['cue_start']}-{row['cue_end']} is outside the text"
    # Arguments may stand in earlier sentences where references stand for them («طرحته الشركة»), but never in a later one.
    if max(subject["end"], object_["end"]) > row["end"]:
        yield f"{where}: the evidence {row['start']}-{row['end']} does not hold its arguments"


def _whole(out: Path, checked: Counter[str]) -> Iterator[str]:
    try:
        manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        yield f"{out}/manifest.json is missing or broken: the run was not finished"
        return
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as database:
        database.execute("set temp_directory = ?", [spill])
        for table, n_rows in manifest["rows"].items():
            files = [str(file) for file in sorted((out / "tables" / table).glob("part-*.parquet"))]
            rows = ds.dataset(files, TABLES[table], format="parquet")
            database.register(table, rows)
            checked[table] = rows.count_rows()
            if checked[table] != n_rows:
                yield f"table {table} has {checked[table]} rows, the manifest says {n_rows}"
        for table, (said, true) in _SUMS.items():
            for row in database.sql(f"({said}) except ({true})").fetchall():
                yield f"table {table}: {row} is not what the other tables add up to"
            for row in database.sql(f"({true}) except ({said})").fetchall():
                yield f"table {table} lacks {row}"
        for problem, query in _NONE.items():
            for (doc_id,) in database.sql(query).fetchall():
                yield f"documents: {doc_id} {problem}"
    n_in = manifest["inputs"]["n_documents"] + manifest["inputs"]["n_rejects"]
    if checked["documents"] + checked["rejects"] != n_in:
        yield f"{n_in} documents in, but {checked['documents']} out and {checked['rejects']} rejected"
