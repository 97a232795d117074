"""Sameness as text: lists to look through, and a table for the data card.

In: gold documents, and raw news where there is some. Out: lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.evaluate import sameness, telling
from pipeline.evaluate.words import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.evaluate.gold import GoldDocument

LEAST = 0.4


class Against(NamedTuple):
    """Raw news of as many words beside ours, and how well a classifier tells the two, by what it is shown."""

    variety: sameness.Variety
    told: dict[str, telling.Told]


def against(docs: Sequence[GoldDocument], news: Sequence[str], *, most: int = 25) -> Against:
    """Compare with raw news."""
    ours = [doc.text for doc in docs]
    shown = {
        "as it stands": (ours, news),
        "folded words without signs, digits 0": ([*map(telling.bare, ours)], [*map(telling.bare, news)]),
    }
    return Against(
        sameness.variety(news, _n_words(docs)),
        {name: telling.tell(left, right, most=most) for name, (left, right) in shown.items()},
    )


def _n_words(docs: Sequence[GoldDocument]) -> int:
    return sum(len(doc.text.split()) for doc in docs)


def lists(docs: Sequence[GoldDocument], *, least: float = LEAST, show: int = 15) -> Iterator[str]:
    """Near-duplicates, openings, words of each predicate, spread of names."""
    raw = {doc.doc_id: doc.text for doc in docs}
    masked = {doc.doc_id: sameness.masked(doc) for doc in docs}
    for name, texts in (("as they stand", raw), ("names masked", masked)):
        pairs = sameness.near_duplicates(texts, least=least)
        yield f"near-duplicate sentences of two documents, {name}: {len(pairs)}"
        for pair in pairs[:show]:
            yield f"  {pair.likeness:.2f} {pair.left}: {pair.left_text[:110]}"
            yield f"       {pair.right}: {pair.right_text[:110]}"
    sents = [sentence for text in masked.values() for sentence in sentences(text)]
    for name, ours in (("documents", [*masked.values()]), ("sentences", sents)):
        for n in (1, 2, 3):
            yield f"first {n} words of {name}: {_counts(sameness.openings(ours, n).most_common(show))}"
    yield "words that state a predicate (share of its statements that the three most frequent could cover):"
    for predicate, n, top, share in sameness.triggers(docs):
        yield f"  {predicate} {n}: {share:.2f}: {_counts(top)}"
    yield "entities by the number of documents they stand in:"
    yield "  " + ", ".join(f"{name} {n}" for name, n, _ in sameness.repeated_names(docs)[:show])


def _counts(found: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {n}" for name, n in found)


def features(beside: Against) -> Iterator[str]:
    """What the classifiers go by."""
    for name, told in beside.told.items():
        yield f"ours or raw news, {name}, {told.pieces} pieces a side: accuracy {told.accuracy:.3f}, AUC {told.auc:.3f}; chance is 0.5"
        yield "  ours:   " + "  ".join(f"«{feature}»" for feature, _ in told.ours)
        yield "  theirs: " + "  ".join(f"«{feature}»" for feature, _ in told.theirs)


def table(docs: Sequence[GoldDocument], beside: Against | None = None, *, least: float = LEAST) -> Iterator[str]:
    """The figures as a Markdown table, raw news beside where it was given."""
    names = sameness.repeated_names(docs)
    bare, idle, n_lines = sameness.gaps(docs)
    ours = sameness.variety([doc.text for doc in docs], _n_words(docs))
    theirs = beside.variety if beside else None
    yield f"| | ours | {'raw news' if beside else ''} |"
    yield "| --- | ---: | ---: |"
    yield f"| words of a document at 10, 50 and 90% | {' · '.join(map(str, sameness.lengths(docs)))} | |"
    yield f"| paragraphs without a name | {bare / max(n_lines, 1):.0%} | |"
    yield f"| paragraphs with names and no statement | {idle / max(n_lines, 1):.0%} | |"
    for name, texts in (
        ("as they stand", {doc.doc_id: doc.text for doc in docs}),
        ("names masked", {doc.doc_id: sameness.masked(doc) for doc in docs}),
    ):
        n_pairs = len(sameness.near_duplicates(texts, least=least))
        yield f"| near-duplicate sentences of two documents (Jaccard ≥ {least}), {name} | {n_pairs} | |"
    for n, share in enumerate(ours.distinct, 1):
        yield f"| distinct {n}-grams in {ours.words:,} words | {share:.3f} | {f'{theirs.distinct[n - 1]:.3f}' if theirs else ''} |"
    yield f"| words seen once, of the distinct | {ours.once:.3f} | {f'{theirs.once:.3f}' if theirs else ''} |"
    covered = sum(n for _, _, n in names[:20]) / max(sum(n for *_, n in names), 1)
    yield f"| share of the mentions that the 20 most spread entities hold | {covered:.0%} | |"
    for name, told in beside.told.items() if beside else ():
        yield f"| told from raw news {name}: accuracy (chance 0.5) · AUC | {told.accuracy:.3f} · {told.auc:.3f} | |"
