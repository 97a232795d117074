"""What is in a gold corpus, by split, and how much of a split is new against train.

In: gold documents by split. Out: figures, and the Markdown table of the data card.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import LABELS, STATUSES, VALUE_LABELS
from pipeline.evaluate.words import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipeline.evaluate.gold import GoldDocument

LEAST_UNSEEN = 1 / 3


class Statistics(NamedTuple):
    """The figures of one split. `names` are distinct folded surfaces of names, `ids` the distinct entities behind them."""

    documents: int
    words: int
    labels: Counter[str]
    predicates: Counter[str]
    statuses: Counter[str]
    triples: int
    names: frozenset[str]
    ids: frozenset[str]
    unlisted: int
    twice: int


class Unseen(NamedTuple):
    """How many distinct names and ids of a split never occur in train, and how many there are."""

    names: int
    all_names: int
    ids: int
    all_ids: int

    @property
    def of_names(self) -> float:
        """The share of the names."""
        return self.names / self.all_names if self.all_names else 0.0

    @property
    def of_ids(self) -> float:
        """The share of the ids."""
        return self.ids / self.all_ids if self.all_ids else 0.0


def statistics(
    docs: Sequence[GoldDocument], *, listed: Collection[str] = (), twice: Collection[str] = ()
) -> Statistics:
    """The figures of some documents. `listed` are the ids of the gazetteer, `twice` the doc_ids with a second annotation."""
    named = [e for doc in docs for e in doc.entities if e.label not in VALUE_LABELS]
    relations = [(doc.doc_id, r) for doc in docs for r in doc.relations]
    return Statistics(
        documents=len(docs),
        words=sum(len(doc.text.split()) for doc in docs),
        labels=Counter(e.label for doc in docs for e in doc.entities),
        predicates=Counter(r.predicate for _, r in relations),
        statuses=Counter(r.status for _, r in relations),
        triples=len({(doc_id, r.subject, r.predicate, r.object) for doc_id, r in relations}),
        names=frozenset(fold(e.text) for e in named),
        ids=frozenset(e.id for e in named),
        unlisted=sum(e.id not in listed for e in named),
        twice=len({doc.doc_id for doc in docs} & set(twice)),
    )


def unseen(split: Statistics, train: Statistics) -> Unseen:
    """What of a split is new."""
    return Unseen(
        len(split.names - train.names), len(split.names), len(split.ids - train.ids), len(split.ids)
    )  # fmt: skip


def sharing(found: Mapping[str, Statistics]) -> list[str]:
    """Whether enough of the test's names and entities are new; a problem for each that is not."""
    if not found.get("test") or not found["test"].documents or "train" not in found:
        return []
    new = unseen(found["test"], found["train"])
    return [
        f"test: {share:.3f} of its distinct {what} never occur in train, expected at least {LEAST_UNSEEN:.3f}"
        for what, share in (("names", new.of_names), ("ids", new.of_ids))
        if share < LEAST_UNSEEN
    ]


def table(found: Mapping[str, Statistics]) -> Iterator[str]:
    """The figures as a Markdown table, one column a split and one for all."""
    columns = [*found.values()]
    yield "| | " + " | ".join([*found, *(["all"] if len(found) > 1 else [])]) + " |"
    yield "| --- |" + " ---: |" * (len(columns) + (len(columns) > 1))

    def row(name: str, counts: Sequence[int]) -> str:
        cells = [*counts, *([sum(counts)] if len(counts) > 1 else [])]
        return f"| {name} | " + " | ".join(f"{n:,}" for n in cells) + " |"

    def union(name: str, sets: Sequence[frozenset[str]]) -> str:
        cells = [*map(len, sets), *([len(frozenset().union(*sets))] if len(sets) > 1 else [])]
        return f"| {name} | " + " | ".join(f"{n:,}" for n in cells) + " |"

    yield row("documents", [s.documents for s in columns])
    yield row("of them annotated twice", [s.twice for s in columns])
    yield row("words", [s.words for s in columns])
    yield row("**mentions**", [s.labels.total() for s in columns])
    for label in LABELS:
        yield row(label, [s.labels[label] for s in columns])
    yield row("names not in the gazetteer (mentions)", [s.unlisted for s in columns])
    yield union("distinct names", [s.names for s in columns])
    yield union("distinct entities", [s.ids for s in columns])
    if "train" in found and len(found) > 1:
        new = [unseen(s, found["train"]) for s in columns]
        for name, shares in (("names", [n.of_names for n in new]), ("entities", [n.of_ids for n in new])):
            cells = ["" if split == "train" else f"{share:.0%}" for split, share in zip(found, shares, strict=True)]
            yield f"| distinct {name} never in train | " + " | ".join([*cells, ""]) + " |"
    yield row("**statements**", [s.predicates.total() for s in columns])
    yield row("distinct triples of a document", [s.triples for s in columns])
    for predicate, _ in sum((s.predicates for s in columns), Counter[str]()).most_common():
        yield row(predicate, [s.predicates[predicate] for s in columns])
    for status in STATUSES:
        yield row(f"status {status}", [s.statuses[status] for s in columns])
