"""All documents as one archive of arrays, which is what training reads: no text, no rooms, no seeds needed there.

In: documents of units, the pieces, the table of labels. Out: `Examples`, saved as .npz.

The tags of all ways of labelling stand in one row of logits: ours first, then a block for each public corpus. A unit has a tag in the
block of its corpus, and the set of our tags that it allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.core.spans import LABELS
from pipeline.ner.encoder.pairs import candidates
from pipeline.ner.encoder.tags import OURS, block
from pipeline.train.encoder.corpora import GOLD, RAW, Doc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.evaluate.gold import Predicate

    Ints = NDArray[np.int32]


class Blocks(NamedTuple):
    """Where the tags of each way of labelling stand in a row of logits, and what each of their tags allows of ours."""

    tags: dict[str, tuple[str, ...]]
    starts: dict[str, int]
    allowed: NDArray[np.bool_]  # all tags × our tags
    n_tags: int


class Examples(NamedTuple):
    """Documents, end to end. Ends are half-open: document k has the units doc_ends[k - 1] to doc_ends[k]."""

    pieces: Ints
    unit_ends: Ints  # in pieces
    sentences: Ints  # of each unit
    tags: Ints  # of each unit, in the row of all tags; -1 where nobody has looked
    doc_ends: Ints  # in units
    sources: Ints  # of each document: 0 gold, 1 and on the public corpora, -1 raw
    mentions: Ints  # first unit (within the document), last unit, label
    mention_ends: Ints  # in mentions, of each document
    pairs: Ints  # subject, object (mentions within the document), bucket, standing, relation (0 none, -1 unsure)
    pair_ends: Ints  # in pairs, of each document
    allowed: NDArray[np.bool_]
    block_starts: Ints  # of each source's tags in the row, and at the end the length of the row

    def save(self, path: Path) -> None:
        """Writes the archive."""
        np.savez_compressed(path, **self._asdict())

    @classmethod
    def load(cls, path: Path) -> Examples:
        """Reads it."""
        with np.load(path) as arrays:
            return cls(**{name: arrays[name] for name in cls._fields})


def blocks(corpora: Mapping[str, Mapping[str, Sequence[str]]]) -> Blocks:
    """The blocks of ours and of the corpora; `corpora` maps each label of a corpus to what it can be in ours."""
    tags = {GOLD: OURS} | {name: block(label for label in labels if label != "O") for name, labels in corpora.items()}
    starts, at = {}, 0
    for name, names in tags.items():
        starts[name] = at
        at += len(names)
    allowed = np.zeros((at, len(OURS)), bool)
    for name, names in tags.items():
        for k, tag in enumerate(names):
            position, _, label = tag.partition("-")
            ours = [label or "O"] if name == GOLD else corpora[name][label or "O"]
            for our in ours:
                if our == "O":
                    allowed[starts[name] + k, 0] = True
                elif label:
                    allowed[starts[name] + k, OURS.index(f"{position}-{our}")] = True
                else:  # where the corpus marks nothing we may begin or be inside
                    allowed[starts[name] + k, [OURS.index(f"B-{our}"), OURS.index(f"I-{our}")]] = True
    return Blocks(tags, starts, allowed, at)


def relations(predicates: Sequence[str]) -> tuple[str, ...]:
    """The classes of pairs: none first."""
    return ("", *predicates)


def object_types(predicates: Mapping[str, Predicate]) -> dict[str, frozenset[str]]:
    """The labels that an object can have, by the label of the subject."""
    found: dict[str, set[str]] = {}
    for predicate in predicates.values():
        for label in predicate.domain:
            found.setdefault(label, set()).update(predicate.range)
    return {label: frozenset(labels) for label, labels in found.items()}


def examples(
    docs: Sequence[Doc], split: Callable[[str], Sequence[int]], known: Blocks, predicates: Mapping[str, Predicate]
) -> Examples:
    """The arrays of these documents."""
    sources = list(known.tags)
    classes = {name: k for k, name in enumerate(relations(list(predicates)))}
    types = object_types(predicates)
    found: dict[str, list[int] | list[tuple[int, ...]]] = {name: [] for name in Examples._fields[:10]}
    add: dict[str, list] = found  # type: ignore[type-arg]
    for doc in docs:
        for unit in doc.units:
            add["pieces"].extend(split(unit))
            add["unit_ends"].append(len(add["pieces"]))
        add["sentences"].extend(doc.sentences)
        add["tags"].extend(_tags(doc, known))
        add["doc_ends"].append(len(add["unit_ends"]))
        add["sources"].append(sources.index(doc.source) if doc.source != RAW else -1)
        if doc.relations is not None:
            add["mentions"].extend((name.first, name.last, LABELS.index(name.label)) for name in doc.names)
            add["pairs"].extend(_pairs(doc, classes, types, predicates))
        add["mention_ends"].append(len(add["mentions"]))
        add["pair_ends"].append(len(add["pairs"]))
    shapes = {"mentions": (-1, 3), "pairs": (-1, 5)}
    arrays = {name: np.array(values, np.int32).reshape(shapes.get(name, -1)) for name, values in found.items()}
    starts = np.array([*known.starts.values(), known.n_tags], np.int32)
    return Examples(**arrays, allowed=known.allowed, block_starts=starts)


def _tags(doc: Doc, known: Blocks) -> list[int]:
    if doc.source == RAW:
        return [-1] * len(doc.units)
    start, names = known.starts[doc.source], known.tags[doc.source]
    tags = [start] * len(doc.units)
    for name in doc.names:
        begin = start + names.index(f"B-{name.label}")
        tags[name.first : name.last + 1] = [begin] + [begin + 1] * (name.last - name.first)
    return tags


def _pairs(
    doc: Doc, classes: Mapping[str, int], types: Mapping[str, frozenset[str]], predicates: Mapping[str, Predicate]
) -> list[tuple[int, int, int, int, int]]:
    stated: dict[tuple[int, int], int] = {}
    unsure = set(doc.unsure)
    for s in doc.relations or ():
        pair = (s.subject, s.object)
        if predicates[s.predicate].symmetric and s.subject > s.object:
            pair = (s.object, s.subject)  # between two the first in the text is the subject
        if predicates[s.predicate].symmetric:
            unsure.add((pair[1], pair[0]))
        stated[pair] = classes[s.predicate]
    mentions = [(name.first, name.last, name.label) for name in doc.names]
    names = [" ".join(doc.units[name.first : name.last + 1]) for name in doc.names]
    near = candidates(mentions, [doc.sentences[name.first] for name in doc.names], names, types)
    rows = []
    for subject, object_, bucket, standing in near:
        key = (subject, object_)
        is_itself = doc.names[subject].key == doc.names[object_].key
        relation = stated.get(key, -1 if key in unsure or is_itself else 0)
        rows.append((subject, object_, bucket, standing, relation))
    return rows
