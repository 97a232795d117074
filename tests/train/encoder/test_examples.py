from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from pipeline.core.spans import LABELS
from pipeline.ner.encoder.pieces import Pieces
from pipeline.ner.encoder.tags import OURS
from pipeline.train.encoder.examples import Blocks, Examples, blocks, object_types, relations

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.evaluate.gold import Predicate
    from pipeline.train.encoder.corpora import Doc


def test_saved_and_loaded(tiny: Examples, tmp_path: Path) -> None:
    tiny.save(tmp_path / "x.npz")
    for name, array in Examples.load(tmp_path / "x.npz")._asdict().items():
        wanted = getattr(tiny, name)
        assert array.dtype == wanted.dtype
        assert np.array_equal(array, wanted)


def test_pieces_and_units(tiny: Examples, docs: list[Doc], vocabulary: list[tuple[str, float]]) -> None:
    split = Pieces(vocabulary)
    ends = [0, *tiny.unit_ends.tolist()]
    units = [tuple(tiny.pieces[a:b].tolist()) for a, b in itertools.pairwise(ends)]
    wanted = [split(unit) for doc in (*docs, docs[1], docs[0]) for unit in doc.units]
    assert units == wanted
    assert tiny.sources.tolist() == [0, 0, 0, 2, -1]


def test_tags(tiny: Examples, docs: list[Doc], known: Blocks) -> None:
    starts = [0, *tiny.doc_ends.tolist()]
    for number, doc in enumerate(docs):
        tags = tiny.tags[starts[number] : starts[number + 1]]
        for name in doc.names:
            assert OURS[tags[name.first]] == f"B-{name.label}"
            assert {OURS[tag] for tag in tags[name.first + 1 : name.last + 1]} <= {f"I-{name.label}"}
        assert (tags > 0).sum() == sum(name.last + 1 - name.first for name in doc.names)
    assert set(tiny.tags[starts[3] : starts[4]].tolist()) == {known.starts["aqmar"]}
    assert set(tiny.tags[starts[4] :].tolist()) == {-1}  # nobody has looked


def test_mentions_and_pairs(tiny: Examples, docs: list[Doc], predicates: dict[str, Predicate]) -> None:
    classes = relations(list(predicates))
    mentions, pairs = [0, *tiny.mention_ends.tolist()], [0, *tiny.pair_ends.tolist()]
    for number, doc in enumerate(docs):
        rows = tiny.mentions[mentions[number] : mentions[number + 1]].tolist()
        assert rows == [[name.first, name.last, LABELS.index(name.label)] for name in doc.names]
        stated = {
            (subject, classes[relation], object_)
            for subject, object_, _, _, relation in tiny.pairs[pairs[number] : pairs[number + 1]].tolist()
            if relation > 0
        }
        assert stated == {tuple(statement) for statement in doc.relations or ()}
    assert mentions[3] == mentions[4] == mentions[5]  # where nobody has looked for relations there are no pairs
    one = {tuple(row[:2]): row[4] for row in tiny.pairs[: pairs[1]].tolist()}
    assert one[1, 3] == -1  # unsure


def test_what_a_tag_of_a_corpus_allows(known: Blocks, labels: dict[str, dict[str, list[str]]]) -> None:
    def allows(corpus: str, tag: str) -> set[str]:
        row = known.allowed[known.starts[corpus] + known.tags[corpus].index(tag)]
        return {OURS[at] for at in np.flatnonzero(row)}

    assert allows("gold", "B-ORG") == {"B-ORG"}
    assert allows("anercorp", "B-LOC") == {"B-GPE", "B-LOC", "B-FAC"}
    assert allows("anercorp", "I-LOC") == {"I-GPE", "I-LOC", "I-FAC"}
    assert {"O", "B-DATE", "I-DATE"} <= allows("aqmar", "O")
    assert not {"B-PERSON", "I-GPE"} & allows("aqmar", "O")
    assert known.allowed.any(1).all()
    assert known.n_tags == len(known.allowed) == sum(map(len, blocks(labels).tags.values()))


def test_types(predicates: dict[str, Predicate]) -> None:
    types = object_types(predicates)
    assert "ORG" in types["PERSON"]
    assert all(allowed for allowed in types.values())
