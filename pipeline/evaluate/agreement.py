"""How far two annotations of the same texts agree.

In: gold documents of two people. Out: `Agreement`: F1 of spans, of spans with labels, of triples and of statements by line, and
the share of equal ids, values and statuses where both marked the same. F1 is the same whoever is taken for the gold.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS
from pipeline.errors import SeedError
from pipeline.evaluate.score import PRF, prf

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pipeline.evaluate.gold import GoldDocument, GoldRelation


class Agreement(NamedTuple):
    """The figures over the documents that both annotated. `kappa` is Cohen's for the statuses of shared triples."""

    n_docs: int
    n_first: int
    spans: PRF
    labelled: PRF
    labels: dict[str, PRF]
    ids: PRF
    values: PRF
    triples: PRF
    predicates: dict[str, PRF]
    statements: PRF
    statuses: PRF
    kappa: float
    differences: list[str]


def agreement(
    first: Sequence[GoldDocument], second: Sequence[GoldDocument], symmetric: Collection[str] = ()
) -> Agreement:
    """Compare. Raises SeedError when no document stands in both, or the texts of one differ."""
    left, right = {doc.doc_id: doc for doc in first}, {doc.doc_id: doc for doc in second}
    shared = sorted(left.keys() & right.keys())
    if not shared:
        raise SeedError("no document stands in both annotations")
    for doc_id in shared:
        if left[doc_id].text != right[doc_id].text:
            raise SeedError(
                f"{doc_id}: the two annotations have different texts, {_first_difference(left[doc_id].text, right[doc_id].text)}"
            )
    a, b = [left[i] for i in shared], [right[i] for i in shared]
    spans = [_mentions(docs) for docs in (a, b)]
    both = spans[0].keys() & spans[1].keys()
    named = [key for key in both if key[3] not in VALUE_LABELS]
    valued = [key for key in both if key[3] in VALUE_LABELS]
    triples = [_triples(docs, symmetric) for docs in (a, b)]
    stated = [{(doc.doc_id, r.line, *_ends(r, symmetric)) for doc in docs for r in doc.relations} for docs in (a, b)]
    common = sorted(triples[0].keys() & triples[1].keys())
    statuses = [(triples[0][key], triples[1][key]) for key in common]
    return Agreement(
        n_docs=len(shared),
        n_first=len(left),
        spans=prf({key[:3] for key in spans[0]}, {key[:3] for key in spans[1]}),
        labelled=prf(spans[0].keys(), spans[1].keys()),
        labels={
            label: prf([k for k in spans[0] if k[3] == label], [k for k in spans[1] if k[3] == label])
            for label in sorted({k[3] for k in spans[0].keys() | spans[1].keys()})
        },
        ids=_equal(named, spans),
        values=_equal(valued, spans),
        triples=prf(triples[0].keys(), triples[1].keys()),
        predicates={
            p: prf([k for k in triples[0] if k[2] == p], [k for k in triples[1] if k[2] == p])
            for p in sorted({k[2] for k in triples[0].keys() | triples[1].keys()})
        },
        statements=prf(stated[0], stated[1]),
        statuses=PRF(sum(x == y for x, y in statuses), len(common), len(common)),
        kappa=kappa(statuses),
        differences=[*_span_differences(spans), *_triple_differences(triples)],
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa: agreement beyond what the frequencies of the answers alone would give.

    >>> kappa([("a", "a"), ("b", "b")]), kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")])
    (1.0, 0.0)
    """
    if not pairs:
        return 0.0
    n = len(pairs)
    left, right = Counter(x for x, _ in pairs), Counter(y for _, y in pairs)
    seen = sum(x == y for x, y in pairs) / n
    chance = sum(count * right[answer] for answer, count in left.items()) / n**2
    return 1.0 if chance == 1 else (seen - chance) / (1 - chance)


def _mentions(docs: Sequence[GoldDocument]) -> dict[tuple[str, int, int, str], tuple[str, str]]:
    """Id or value, and surface, of each labelled span."""
    return {(doc.doc_id, e.start, e.end, e.label): (e.id, e.text) for doc in docs for e in doc.entities}


def _ends(r: GoldRelation, symmetric: Collection[str]) -> tuple[str, str, str]:
    ends = sorted((r.subject, r.object)) if r.predicate in symmetric else [r.subject, r.object]
    return ends[0], r.predicate, ends[1]


def _triples(docs: Sequence[GoldDocument], symmetric: Collection[str]) -> dict[tuple[str, str, str, str], str]:
    """The statuses of each triple of a document, in one word."""
    found: dict[tuple[str, str, str, str], set[str]] = {}
    for doc in docs:
        for r in doc.relations:
            found.setdefault((doc.doc_id, *_ends(r, symmetric)), set()).add(r.status)
    return {key: "/".join(sorted(statuses)) for key, statuses in found.items()}


def _equal(
    keys: Sequence[tuple[str, int, int, str]], spans: Sequence[dict[tuple[str, int, int, str], tuple[str, str]]]
) -> PRF:
    return PRF(sum(spans[0][key][0] == spans[1][key][0] for key in keys), len(keys), len(keys))


def _first_difference(left: str, right: str) -> str:
    at = next((i for i, (x, y) in enumerate(zip(left, right, strict=False)) if x != y), min(len(left), len(right)))
    return f"first at {at}: {left[at : at + 20]!r} and {right[at : at + 20]!r}"


def _span_differences(spans: Sequence[dict[tuple[str, int, int, str], tuple[str, str]]]) -> Iterator[str]:
    for name, here, there in (("first", spans[0], spans[1]), ("second", spans[1], spans[0])):
        for key in sorted(here.keys() - there.keys()):
            yield f"{key[0]} at {key[1]}: only the {name}: {key[3]} «{here[key][1]}» {here[key][0]}"
    for key in sorted(spans[0].keys() & spans[1].keys()):
        if spans[0][key][0] != spans[1][key][0]:
            yield f"{key[0]} at {key[1]}: {key[3]} «{spans[0][key][1]}»: {spans[0][key][0]} or {spans[1][key][0]}"


def _triple_differences(triples: Sequence[dict[tuple[str, str, str, str], str]]) -> Iterator[str]:
    for name, here, there in (("first", triples[0], triples[1]), ("second", triples[1], triples[0])):
        for key in sorted(here.keys() - there.keys()):
            yield f"{key[0]}: only the {name}: {' '.join(key[1:])} {here[key]}"
    for key in sorted(triples[0].keys() & triples[1].keys()):
        if triples[0][key] != triples[1][key]:
            yield f"{key[0]}: {' '.join(key[1:])}: {triples[0][key]} or {triples[1][key]}"


def table(found: Agreement, docs_words: int) -> Iterator[str]:
    """The figures as a Markdown table."""
    yield f"{found.n_docs} documents annotated twice, {docs_words:,} words; {found.n_docs / found.n_first:.0%} of {found.n_first}"
    yield ""
    yield "| | F1 or share | first | second | both |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    rows = [("spans", found.spans), ("spans with label", found.labelled), *found.labels.items()]
    rows += [("triples", found.triples), *found.predicates.items(), ("statements, by line", found.statements)]
    for name, figures in rows:
        yield f"| {name} | {figures.f1:.3f} | {figures.gold:,} | {figures.found:,} | {figures.right:,} |"
    for name, figures in (("same id", found.ids), ("same value", found.values), ("same status", found.statuses)):
        yield f"| {name}, where both marked it | {figures.p:.3f} | {figures.gold:,} | {figures.found:,} | {figures.right:,} |"
    yield f"| status, Cohen's κ | {found.kappa:.3f} | | | |"
