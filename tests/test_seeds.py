"""The curated entities: what a person who adds a line can get wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from pipeline.config import load as load_config
from pipeline.gazetteer.entries import Entry, Spelling, _rows, load, spellings
from pipeline.gazetteer.keys import fold, plain
from pipeline.ner.lexicon import Lexicon

SEEDS = load_config().paths.seeds


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, Entry]]:
    return [
        (Path(place).name, entry)
        for file in sorted((SEEDS / "gazetteer").glob("*.tsv"))
        for place, entry in _rows(file)
    ]


def test_there_are_enough_entities(rows: list[tuple[str, Entry]]) -> None:
    assert len(rows) >= 20_000
    curated = [entry for place, entry in rows if not place.startswith("derived_")]
    labels = Counter(entry.labels[0] for entry in curated)
    assert labels["ORG"] >= 1200
    assert labels["PRODUCT"] >= 600
    assert labels["PERSON"] >= 600


def test_files_load_and_lexicons_too() -> None:
    assert load(SEEDS / "gazetteer")
    Lexicon(SEEDS / "lexicons")


def test_ids_are_unique(rows: list[tuple[str, Entry]]) -> None:
    where = defaultdict(list)
    for place, entry in rows:
        where[entry.id].append(place)
    assert {entity: places for entity, places in where.items() if len(places) > 1} == {}


def test_parents_and_countries_exist(rows: list[tuple[str, Entry]]) -> None:
    ids = {entry.id for _, entry in rows}
    dangling = [
        f"{place} {entry.id}: {column} {target!r}"
        for place, entry in rows
        for column, target in (("country", entry.country), ("parent", entry.parent))
        if target and target not in ids
    ]
    assert dangling == []


def test_qids_look_like_wikidata(rows: list[tuple[str, Entry]]) -> None:
    assert [f"{place} {entry.qid}" for place, entry in rows if entry.qid and not entry.qid[1:].isdigit()] == []
    seen = defaultdict(list)
    for place, entry in rows:
        if entry.qid:
            seen[entry.qid].append(place)
    assert {qid: places for qid, places in seen.items() if len(places) > 1} == {}


def test_no_two_entities_share_a_spelling_unless_it_is_marked_common(rows: list[tuple[str, Entry]]) -> None:
    by_key: dict[str, list[tuple[str, Spelling]]] = defaultdict(list)
    for place, entry in rows:
        for spelling in spellings(entry):
            by_key[fold(spelling.surface)].append((place, spelling))
    clashes = []
    for shared in by_key.values():
        for entity in {spelling.entity_id for _, spelling in shared}:
            mine = [(p, s) for p, s in shared if s.entity_id == entity]
            keys = {plain(s.surface) for _, s in mine}
            others = [
                (p, s)
                for p, s in shared
                if s.entity_id != entity and set(s.labels) & _labels(shared, entity)
                # the forms of nationalities are made, and a doubled letter tells the Ossetian from the Laotian
                if s.labels != ("NORP",) or plain(s.surface) in keys
            ]
            if others and not all(s.common for _, s in mine):
                place, spelling = next((p, s) for p, s in mine if not s.common)
                clashes.append(
                    f"{place} {entity} «{spelling.surface}» = {others[0][0]} {others[0][1].entity_id} «{others[0][1].surface}»"
                )
    assert sorted(clashes) == []


def _labels(shared: list[tuple[str, Spelling]], entity: str) -> set[str]:
    return {label for _, spelling in shared if spelling.entity_id == entity for label in spelling.labels}
