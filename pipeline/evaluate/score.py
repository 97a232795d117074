"""Tables against gold: precision, recall and F1.

In: the tables mentions and relations of a run, and gold documents. Out: `Scores`: mentions strict (start, end and label) and
by boundaries, by label; entity clusters by B³ (Bagga and Baldwin 1998) over the named mentions found strictly; normalised
values; triples (each subject, predicate, object once a document) and by predicate; status and speaker of the triples found.
Ids are compared after each has been mapped to the gold id that its mentions carry most often, so that only what is one
entity counts and not how it is called.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.dataset as ds

from pipeline.core.spans import VALUE_LABELS
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence
    from pathlib import Path

    from pipeline.evaluate.gold import GoldDocument

MentionKey = tuple[str, int, int, str]
TripleKey = tuple[str, str, str, str]


class Evidence(NamedTuple):
    """What found a triple, and the span of the text that it read; the first of several."""

    rule: str
    start: int
    end: int


class PRF(NamedTuple):
    """Precision, recall and F1 of what was found."""

    right: int
    found: int
    gold: int

    @property
    def p(self) -> float:
        """Precision: the share of the found that is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def r(self) -> float:
        """Recall: the share of the gold that was found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


class Scores(NamedTuple):
    """All figures of a comparison, and the keys behind them for the report of errors."""

    n_docs: int
    mentions: PRF
    boundaries: PRF
    labels: dict[str, PRF]
    clusters_b3: float
    values: PRF
    triples: PRF
    predicates: dict[str, PRF]
    status: PRF
    missed_mentions: list[MentionKey]
    false_mentions: list[MentionKey]
    wrong_values: list[tuple[MentionKey, str | None, str]]
    missed_triples: list[TripleKey]
    false_triples: list[TripleKey]
    wrong_status: list[tuple[TripleKey, str, str]]
    evidence: dict[TripleKey, Evidence]


def prf(gold: Collection[Hashable], found: Collection[Hashable]) -> PRF:
    """Compare two sets."""
    return PRF(len(set(gold) & set(found)), len(found), len(gold))


def b_cubed(pairs: Sequence[tuple[str, str]]) -> float:
    """B³ F1 of (system id, gold id) of each mention: do the mentions with one id belong together, and are they all there?

    >>> b_cubed([("a", "x"), ("a", "x"), ("b", "y")])
    1.0
    """
    system, gold, both = Counter(s for s, _ in pairs), Counter(g for _, g in pairs), Counter(pairs)
    if not pairs:
        return 0.0
    p = sum(n * n / system[s] for (s, _), n in both.items()) / len(pairs)
    r = sum(n * n / gold[g] for (_, g), n in both.items()) / len(pairs)
    return 2 * p * r / (p + r)


def read_table(tables: Path, name: str, columns: list[str], doc_ids: Collection[str]) -> list[dict[str, Any]]:
    """Some columns of a table, of some documents."""
    files = [str(file) for file in sorted((tables / name).glob("*.parquet"))]
    if not files:
        raise ConfigError(f"{tables} holds no table {name}; expected the folder `tables` of a run")
    wanted = ds.field("doc_id").isin(list(doc_ids))
    rows: list[dict[str, Any]] = (
        ds.dataset(files, format="parquet").to_table(columns=columns, filter=wanted).to_pylist()
    )
    return rows


def score(tables: Path, gold: Sequence[GoldDocument], symmetric: Collection[str]) -> Scores:
    """Compare the tables of a run with gold documents."""
    doc_ids = [doc.doc_id for doc in gold]
    missing = set(doc_ids) - {row["doc_id"] for row in read_table(tables, "documents", ["doc_id"], doc_ids)}
    if missing:
        raise ConfigError(
            f"{tables} holds no document {', '.join(sorted(missing)[:5])}; run the pipeline on the gold's texts first"
        )
    mentions = read_table(tables, "mentions", ["doc_id", "start", "end", "label", "entity_id", "value"], doc_ids)
    relations = read_table(
        tables,
        "relations",
        ["doc_id", "subject_id", "predicate", "object_id", "object_value", "status", "rule", "start", "end"],
        doc_ids,
    )
    return compare(gold, mentions, relations, symmetric)


def compare(
    gold: Sequence[GoldDocument],
    mentions: Iterable[dict[str, Any]],
    relations: Iterable[dict[str, Any]],
    symmetric: Collection[str],
) -> Scores:
    """Compare rows of the tables mentions and relations with gold documents."""
    wanted = {(d.doc_id, e.start, e.end, e.label): e.id for d in gold for e in d.entities}
    found = {
        (m["doc_id"], m["start"], m["end"], m["label"]): m["value"] if m["label"] in VALUE_LABELS else m["entity_id"]
        for m in mentions
    }
    # In an order, so that of two ids with as many votes the same one is always taken.
    hits = sorted(wanted.keys() & found.keys())
    named = [key for key in hits if key[3] not in VALUE_LABELS]
    valued = [key for key in hits if key[3] in VALUE_LABELS]
    wrong_values = [(key, found[key], wanted[key]) for key in valued if _value(found[key]) != _value(wanted[key])]

    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for key in named:
        if found[key]:
            votes[found[key]][wanted[key]] += 1
    to_gold = {system: counter.most_common(1)[0][0] for system, counter in votes.items()}

    def triple(doc_id: str, subject: str, predicate: str, object_: str) -> TripleKey:
        ends = sorted((subject, object_)) if predicate in symmetric else [subject, object_]
        return doc_id, ends[0], predicate, ends[1]

    stated: dict[TripleKey, set[str]] = defaultdict(set)
    for doc in gold:
        for r in doc.relations:
            stated[triple(doc.doc_id, r.subject, r.predicate, r.object)].add(r.status)
    extracted: dict[TripleKey, set[str]] = defaultdict(set)
    evidence: dict[TripleKey, Evidence] = {}
    for row in relations:
        subject, object_ = row["subject_id"], row["object_id"] or row["object_value"]
        said = triple(row["doc_id"], to_gold.get(subject, subject), row["predicate"], to_gold.get(object_, object_))
        extracted[said].add(row["status"])
        evidence.setdefault(said, Evidence(row.get("rule", ""), row.get("start", 0), row.get("end", 0)))
    shared = stated.keys() & extracted.keys()
    wrong_status = [
        (key, "/".join(sorted(extracted[key])), "/".join(sorted(stated[key])))
        for key in sorted(shared)
        if not stated[key] & extracted[key]
    ]
    return Scores(
        n_docs=len(gold),
        mentions=prf(wanted.keys(), found.keys()),
        boundaries=prf({key[:3] for key in wanted}, {key[:3] for key in found}),
        labels={
            label: prf([k for k in wanted if k[3] == label], [k for k in found if k[3] == label])
            for label in sorted({k[3] for k in wanted.keys() | found.keys()})
        },
        clusters_b3=b_cubed([(found[key] or f"none-{key}", wanted[key]) for key in named]),
        values=PRF(len(valued) - len(wrong_values), len(valued), len(valued)),
        triples=prf(stated.keys(), extracted.keys()),
        predicates={
            p: prf([k for k in stated if k[2] == p], [k for k in extracted if k[2] == p])
            for p in sorted({k[2] for k in stated.keys() | extracted.keys()})
        },
        status=PRF(len(shared) - len(wrong_status), len(shared), len(shared)),
        missed_mentions=sorted(wanted.keys() - found.keys()),
        false_mentions=sorted(found.keys() - wanted.keys()),
        wrong_values=wrong_values,
        missed_triples=sorted(stated.keys() - extracted.keys()),
        false_triples=sorted(extracted.keys() - stated.keys()),
        wrong_status=wrong_status,
        evidence=evidence,
    )


def _value(value: str | None) -> str | None:
    """A value as it is compared: what a quantity counts may be named in other words."""
    return ":".join(value.split(":")[:2]) if value and value.startswith("QTY:") else value
