"""Flat tables from layers, against a slow and obvious twin."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.batches import pack
from pipeline.core.schema import LAYER_TYPES, TABLES
from pipeline.core.spans import Link, Mention, Relation, Sentence, Token
from pipeline.export.tables import flat_tables
from tests.conftest import documents

ROWS = {"sentences": Sentence, "tokens": Token, "mentions": Mention, "links": Link, "relations": Relation}
TEXTS = st.text(alphabet="ابتثج كـَ\u200f🚀A1", max_size=12)


@st.composite
def a_document(draw: st.DrawFn) -> tuple[str, dict[str, list[Any]]]:
    """A text and its layers, in lists of the tuples of core.spans."""
    text = draw(TEXTS)
    starts = draw(st.lists(st.integers(0, max(len(text) - 1, 0)), max_size=3 if text else 0))
    spans = [(start, draw(st.integers(start + 1, len(text)))) for start in starts]
    mentions = [
        Mention(0, *span, 0, 0, "ORG", 0.5, "cue", draw(st.sampled_from([None, "USD:5"])), ("x",) * i)
        for i, span in enumerate(spans)
    ]
    links = [Link(draw(st.sampled_from([None, "alibaba"])), 0.25, "exact") for _ in mentions]
    relation = Relation(0, 0, "a", "acquired", None, "USD:5", "asserted", None, None, 0, 0, 1, 2, 3, "دور", 1.0, "r")
    return text, {
        "sentences": [Sentence(*span) for span in spans],
        "tokens": [Token(0, start, end, start, text[start:end], "س", "word") for start, end in spans],
        "mentions": mentions,
        "links": links,
        "relations": [relation._replace(score=float(i)) for i in range(draw(st.integers(0, 2)))],
    }


def a_part(docs: list[tuple[str, dict[str, list[Any]]]]) -> pa.Table:
    table = pa.Table.from_batches([documents([text for text, _ in docs])])
    for layer in ROWS:
        column = pack(layer, [layers[layer] for _, layers in docs])
        table = table.append_column(pa.field(layer, LAYER_TYPES[layer], nullable=False), column)
    return table


def twin(docs: list[tuple[str, dict[str, list[Any]]]], rejected: set[str]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {
        name: [] for name in ("documents", "sentences", "tokens", "mentions", "relations")
    }
    for number, (text, layers) in enumerate(docs):
        doc_id = f"d{number}"
        if doc_id in rejected:
            continue
        found["documents"].append((doc_id, text))
        for table in ("sentences", "tokens", "relations"):
            found[table] += [(doc_id, i, *row) for i, row in enumerate(layers[table])]
        for i, (mention, link) in enumerate(zip(layers["mentions"], layers["links"], strict=True)):
            named = {
                **mention._asdict(),
                **link._asdict(),
                "doc_id": doc_id,
                "mention": i,
                "surface": text[mention.start : mention.end],
            }
            found["mentions"].append(tuple(named[name] for name in TABLES["mentions"].names))
    return found


@given(
    docs=st.lists(a_document(), max_size=5),
    rejected=st.sets(st.integers(0, 5)),
    at=st.integers(0, 5),
    chunks=st.booleans(),
)
def test_tables_are_those_of_the_slow_twin(
    docs: list[tuple[str, dict[str, list[Any]]]], rejected: set[int], at: int, chunks: bool
) -> None:
    part = a_part(docs)
    if chunks:  # the batches of a run, glued together
        part = pa.concat_tables([part.slice(0, at), part.slice(at)])
    rejects = [(f"d{number}", f"d{number}.txt", "ner", "ValueError: سمّ") for number in sorted(rejected)]
    tables = flat_tables(part, rejects, {"d1": "d0"})
    assert {name: table.schema for name, table in tables.items()} == {name: TABLES[name] for name in tables}
    expected = twin(docs, {row[0] for row in rejects})
    rows = {name: [tuple(row.values()) for row in table.to_pylist()] for name, table in tables.items()}
    assert [(row[0], row[TABLES["documents"].names.index("text")]) for row in rows["documents"]] == expected[
        "documents"
    ]
    assert {row[0]: row[-1] for row in rows["documents"]} == {
        doc_id: "d0" if doc_id == "d1" else None for doc_id, _ in expected["documents"]
    }
    for name in ("sentences", "tokens", "mentions", "relations"):
        assert rows[name] == expected[name], name
    assert rows["rejects"] == rejects


@given(docs=st.lists(a_document(), min_size=1, max_size=5), at=st.integers(0, 4), length=st.integers(0, 5))
def test_a_slice_of_a_part_gives_the_rows_of_its_documents(
    docs: list[tuple[str, dict[str, list[Any]]]], at: int, length: int
) -> None:
    tables, whole = flat_tables(a_part(docs).slice(at, length), [], {}), flat_tables(a_part(docs), [], {})
    kept = {f"d{number}" for number in range(at, at + length)}
    for name, table in tables.items():
        assert table.to_pylist() == [row for row in whole[name].to_pylist() if row["doc_id"] in kept]


def test_nothing_comes_of_nothing() -> None:
    for part in (a_part([]), a_part([("", {layer: [] for layer in ROWS})])):
        tables = flat_tables(part, [], {})
        assert {name: len(table) for name, table in tables.items() if name != "documents"} == dict.fromkeys(
            ("sentences", "tokens", "mentions", "relations", "rejects"), 0
        )
        assert len(tables["documents"]) == len(part)
