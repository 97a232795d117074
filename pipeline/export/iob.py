"""Annotated documents as IOB2: one piece a line, sentences apart.

In: text, tokens and labelled spans of a document. Out: pieces, their tags, and lines of tab-separated text. A piece is a word
without its proclitics, or the proclitics before it, so that a span «علي بابا» in «لعلي بابا» is exact. Where a span begins or
ends inside a piece all the same, the piece is cut there: `cut` says how often.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.core.spans import Token


class Labelled(NamedTuple):
    """A span with its label and its entity id or normalised value."""

    start: int
    end: int
    label: str
    id: str


class Piece(NamedTuple):
    """A token, or the proclitics or the stem of one; raw offsets."""

    sentence: int
    start: int
    end: int


class Tagged(NamedTuple):
    """Pieces, the tag and the id of each, and how many were cut because a boundary of a span lay inside."""

    pieces: list[Piece]
    tags: list[str]
    ids: list[str]
    cut: int


def tagged(tokens: Sequence[Token], spans: Sequence[Labelled]) -> Tagged:
    """The pieces of a document with their tags; spans are in order and do not overlap."""
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    pieces: list[Piece] = []
    cut = 0
    for token in tokens:
        bounds = [token.start, token.end]
        if token.start < token.stem_start < token.end:
            bounds.insert(1, token.stem_start)
        inside = edges[bisect_right(edges, token.start) : bisect_left(edges, token.end)]
        inside = [edge for edge in inside if edge not in bounds]
        cut += len(inside)
        bounds = sorted([*bounds, *inside])
        pieces += [Piece(token.sentence, *pair) for pair in pairwise(bounds)]
    tags, ids = [], []
    left = iter(spans)
    span = next(left, None)
    for piece in pieces:
        while span and span.end <= piece.start:
            span = next(left, None)
        if span and span.start <= piece.start and piece.end <= span.end:
            tags.append(f"{'B' if piece.start == span.start else 'I'}-{span.label}")
            ids.append(span.id if piece.start == span.start else "")
        else:
            tags.append("O")
            ids.append("")
    return Tagged(pieces, tags, ids, cut)


def lines(doc_id: str, text: str, found: Tagged) -> Iterator[str]:
    """The document as lines: form, tag, start, end, id or value; a comment with the doc_id before, a blank line after a sentence."""
    yield f"# doc_id = {doc_id}"
    sentence = 0
    for piece, tag, entity_id in zip(found.pieces, found.tags, found.ids, strict=True):
        if piece.sentence != sentence:
            yield ""
            sentence = piece.sentence
        yield f"{text[piece.start : piece.end]}\t{tag}\t{piece.start}\t{piece.end}\t{entity_id or '_'}"
    yield ""
