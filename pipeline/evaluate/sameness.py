"""How much the documents of a corpus resemble each other: a corpus written by few hands repeats itself in ways that one
document does not show.

In: gold documents. Out: near-duplicate sentences between documents, distinct n-grams, frequent openings, the words that
state each predicate, and names that stand in many documents.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS
from pipeline.evaluate.words import fold, sentences, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.evaluate.gold import GoldDocument

SHINGLE = 3  # words
_LEAST_WORDS = 6  # shorter sentences are headlines, menus and «اقرأ أيضا»
_COMMON_SHINGLE = 50  # a shingle of more sentences joins nobody


class Pair(NamedTuple):
    """Two sentences of two documents, and the share of their shingles that both have (Jaccard)."""

    likeness: float
    left: str
    right: str
    left_text: str
    right_text: str


class Variety(NamedTuple):
    """Distinct n-grams over all, for n from 1 to 4, in the first `words` words; and the words seen once among the distinct."""

    words: int
    distinct: tuple[float, ...]
    once: float


def masked(doc: GoldDocument) -> str:
    """The text with each mention replaced by its label, so that a sentence told of two companies is one sentence.

    Line breaks stay where they are.
    """
    pieces, at = [], 0
    for e in doc.entities:
        pieces += [doc.text[at : e.start], f" {e.label} "]
        at = e.end
    return "".join([*pieces, doc.text[at:]])


def blanked(doc: GoldDocument) -> str:
    """The text with spaces in place of all mentions: offsets stay."""
    pieces, at = [], 0
    for e in doc.entities:
        pieces += [doc.text[at : e.start], " " * (e.end - e.start)]
        at = e.end
    return "".join([*pieces, doc.text[at:]])


def near_duplicates(texts: Mapping[str, str], *, least: float = 0.4) -> list[Pair]:
    """Pairs of sentences of different documents that share their shingles, most alike first.

    Exact Jaccard over an index of shingles; no sampling, so that a corpus of some thousand sentences is compared wholly.

    >>> a = "وقالت الشركة في بيان لها إن المنتج الجديد سيطرح في الأسواق قريبا"
    >>> near_duplicates({"x": a, "y": a + " جدا", "z": "لا شيء من هذا"})[0][:3]
    (0.909, 'x', 'y')
    """
    sents = [(doc_id, sentence) for doc_id, text in texts.items() for sentence in sentences(text)]
    shingles = [_shingles(sentence) for _, sentence in sents]
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, found in enumerate(shingles):
        for shingle in found:
            index[shingle].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in index.values():
        if len(numbers) <= _COMMON_SHINGLE:
            shared.update((a, b) for i, a in enumerate(numbers) for b in numbers[i + 1 :] if sents[a][0] != sents[b][0])
    pairs = []
    for (a, b), both in shared.items():
        likeness = both / (len(shingles[a]) + len(shingles[b]) - both)
        if likeness >= least:
            pairs.append(Pair(round(likeness, 3), sents[a][0], sents[b][0], sents[a][1], sents[b][1]))
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.left, pair.right))


def _shingles(sentence: str) -> set[tuple[str, ...]]:
    folded = words(fold(sentence))
    if len(folded) < _LEAST_WORDS:
        return set()
    return set(zip(*(folded[i:] for i in range(SHINGLE)), strict=False))


def variety(texts: Iterable[str], n_words: int) -> Variety:
    """Distinct n-grams of the first `n_words` words; compare only figures of the same number of words.

    >>> variety(["كان يا ما كان"], 4).distinct[:2]
    (0.75, 1.0)
    """
    running = list(chain.from_iterable(words(fold(text)) for text in texts))[:n_words]
    grams = [list(zip(*(running[i:] for i in range(n)), strict=False)) for n in range(1, 5)]
    counts = Counter(running)
    return Variety(
        len(running),
        tuple(round(len(set(found)) / len(found), 4) if found else 0.0 for found in grams),
        round(sum(n == 1 for n in counts.values()) / len(counts), 4) if counts else 0.0,
    )


def openings(texts: Iterable[str], n: int) -> Counter[str]:
    """The first `n` words of each text or sentence, folded; with masked names an opening shows its shape."""
    found = (words(fold(text))[:n] for text in texts)
    return Counter(" ".join(first) for first in found if len(first) == n)


def triggers(docs: Sequence[GoldDocument], *, most: int = 6) -> Iterator[tuple[str, int, list[tuple[str, int]], float]]:
    """For each predicate: the number of its statements, the words that stand most often between subject and object (or just
    before both, where nothing stands between), and the share of the most frequent three of them.

    Function words are left out by comparing with all predicates: a word counts by how much more often it stands here.
    """
    by_predicate: dict[str, Counter[str]] = defaultdict(Counter)
    n_statements: Counter[str] = Counter()
    for doc in docs:
        for r in doc.relations:
            n_statements[r.predicate] += 1
            by_predicate[r.predicate].update(set(_between(doc, r.line, r.subject, r.object)))
    everywhere = sum(by_predicate.values(), Counter[str]())
    total = n_statements.total()
    for predicate, n in n_statements.most_common():
        counts = by_predicate[predicate]
        telling = [(w, c) for w, c in counts.items() if c / n >= 2 * everywhere[w] / total and len(w) > 2]
        top = sorted(telling, key=lambda pair: -pair[1])[:most]
        yield predicate, n, top, round(sum(c for _, c in top[:3]) / n, 3)


def _between(doc: GoldDocument, line: int, subject: str, object_: str) -> list[str]:
    """The unmarked words between the nearest mentions of two ids in a line, or the four words before them."""
    text = blanked(doc)
    there = [e for e in doc.entities if e.line == line]
    pairs = [
        (min(a.end, b.end), max(a.start, b.start), min(a.start, b.start))
        for a in there
        for b in there
        if a.id == subject and b.id == object_ and a is not b
    ]
    if not pairs:
        return []
    end, start, first = min(pairs, key=lambda span: span[1] - span[0])
    between = words(fold(text[end:start]))
    begin = doc.text.rfind("\n", 0, first) + 1
    return between or words(fold(text[begin:first]))[-4:]


def repeated_names(docs: Sequence[GoldDocument]) -> list[tuple[str, int, int]]:
    """Entities by the number of documents they stand in: id, documents, mentions; most first."""
    mentions: Counter[str] = Counter()
    where: dict[str, set[str]] = defaultdict(set)
    for doc in docs:
        for e in doc.entities:
            if e.label not in VALUE_LABELS:
                mentions[e.id] += 1
                where[e.id].add(doc.doc_id)
    return sorted(((i, len(where[i]), mentions[i]) for i in mentions), key=lambda row: (-row[1], -row[2], row[0]))


def lengths(docs: Sequence[GoldDocument]) -> tuple[int, int, int]:
    """Words of a document: the tenth, fiftieth and ninetieth percentile."""
    counts = sorted(len(doc.text.split()) for doc in docs) or [0]
    at = [counts[min(len(counts) - 1, len(counts) * share // 100)] for share in (10, 50, 90)]
    return at[0], at[1], at[2]


def gaps(docs: Sequence[GoldDocument]) -> tuple[int, int, int]:
    """Sentences without a name, with names but no statement in their line, and all: natural text has many of the first two."""
    bare = idle = n = 0
    for doc in docs:
        stating = {r.line for r in doc.relations}
        for number, line in enumerate(doc.text.split("\n"), 1):
            if len(line.split()) < _LEAST_WORDS:
                continue
            n += 1
            if not any(e.line == number and e.label not in VALUE_LABELS for e in doc.entities):
                bare += 1
            elif number not in stating:
                idle += 1
    return bare, idle, n
