"""Marked sentences as documents of the relate room: «[[نوراس|S:ORG]] اشترت [[رمال|O:ORG]]».

A mark is [[surface|role:LABEL]] or [[surface|role:LABEL|id or value]]. Roles: S subject, O object, B speaker, - neither. Without a
third field the surface is the id.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pipeline.config import load
from pipeline.core.spans import VALUE_LABELS, Link, Mention, Relation
from pipeline.normalise.stage import Normaliser
from pipeline.relate import extract
from pipeline.tokenise.stage import Tokeniser

_MARK = re.compile(r"\[\[(.+?)\|(?:([SOB-]):)?([A-Z_]+)(?:\|(.+?))?\]\]")


class Marked(NamedTuple):
    """A document and the ids marked as subject, object and speaker."""

    doc: extract.Document
    subjects: set[str]
    objects: set[str]
    speakers: set[str]


@cache
def _rooms() -> tuple[Normaliser, Tokeniser]:
    config = load()
    return Normaliser(config), Tokeniser(config)


@cache
def knowledge() -> extract.Knowledge:
    return extract.load(load().paths.seeds)


def read(marked: str) -> Marked:
    text: list[str] = []
    spans: list[tuple[int, int, str, str]] = []
    roles: dict[str, set[str]] = {"S": set(), "O": set(), "B": set(), "-": set()}
    at = size = 0
    for found in _MARK.finditer(marked):
        surface, role, label, ident = found.groups()
        size += found.start() - at
        text += [marked[at : found.start()], surface]
        spans.append((size, size + len(surface), label, ident or surface))
        roles[role or "-"].add(ident or surface)
        size += len(surface)
        at = found.end()
    raw = "".join([*text, marked[at:]])
    normalise, tokenise = _rooms()
    sents, tokens = tokenise(normalise(raw))
    mentions, links = [], []
    for start, end, label, ident in spans:
        inside = [number for number, token in enumerate(tokens) if token.end > start and token.start < end]
        value = ident if label in VALUE_LABELS else None
        mentions.append(
            Mention(tokens[inside[0]].sentence, start, end, inside[0], inside[-1], label, 1.0, "test", value)
        )
        links.append(Link(None if value else ident, 1.0, "test"))
    return Marked(extract.Document(raw, sents, tokens, mentions, links), roles["S"], roles["O"], roles["B"])


def relations(marked: str) -> list[Relation]:
    return extract.relations(read(marked).doc, knowledge())


def triples(marked: str, predicate: str | None = None) -> set[tuple[str, str, str]]:
    """Subject, predicate and object of each relation, or of those of one predicate."""
    return {
        (r.subject_id, r.predicate, r.object_id or r.object_value or "")
        for r in relations(marked)
        if predicate in (None, r.predicate)
    }
