"""The corpus-wide tables, from small flat tables written by hand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.schema import DOCUMENTS, TABLES
from pipeline.errors import TransientError
from pipeline.readers.records import sha256
from pipeline.reduce import corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

GAZETTEER = """\
# قائمة صغيرة
id\tlabels\tname_en\tname_ar\taliases\tcommon\tcountry\tkind\tparent\tqid
alibaba\tORG\tAlibaba\tعلي بابا\t\t\tchina\tcompany\t\tQ1359568
c-sharp\tPRODUCT,ORG\tC#\tسي "شارب"\t'\t\t\tlanguage\t\tQ2370
kalila\tORG\t\tكليلة\t\t\t\t\t\t
"""
PREDICATES = """\
# comment
predicate\tdomain\trange\tsymmetric\tproperty\tsingle_valued\tgloss
acquired\tORG\tORG\tno\t-\tno\ttook # over
country\tORG\tGPE\tno\tP17\tyes\tis of
developed_by\tPRODUCT\tORG\tno\tP178\tclause\twas made by
released_in\tPRODUCT\tDATE\tno\tP577\tyes\tcame out in
"""


def mention(
    doc_id: str, entity_id: str | None, surface: str, label: str = "ORG", source: str = "gazetteer"
) -> dict[str, Any]:
    numbers = {"mention": 0, "sentence": 0, "start": 0, "end": len(surface), "score": 1.0, "link_score": 1.0}
    return {
        "doc_id": doc_id,
        "entity_id": entity_id,
        "surface": surface,
        "label": label,
        "source": source,
        "link_method": "exact",
        **numbers,
    }


def statement(doc_id: str, subject: str, predicate: str, thing: str, status: str = "asserted") -> dict[str, Any]:
    numbers = {
        "relation": 0,
        "subject_mention": 0,
        "object_mention": 1,
        "sentence": 0,
        "start": 0,
        "end": 1,
        "score": 1.0,
    }
    value = ":" in thing
    ids = {"object_id": None if value else thing, "object_value": thing if value else None}
    return {
        "doc_id": doc_id,
        "subject_id": subject,
        "predicate": predicate,
        "status": status,
        "rule": "r",
        **ids,
        **numbers,
    }


def write(folder: Path, table: str, parts: Iterable[list[dict[str, Any]]]) -> None:
    (folder / table).mkdir(parents=True, exist_ok=True)
    for number, rows in enumerate(parts):
        pq.write_table(pa.Table.from_pylist(rows, TABLES[table]), folder / table / f"part-{number:05d}.parquet")


def reduce(
    folder: Path,
    mentions: Iterable[list[dict[str, Any]]] = ([],),
    relations: Iterable[list[dict[str, Any]]] = ([],),
    threads: int = 1,
) -> Mapping[str, list[dict[str, Any]]]:
    (folder / "seeds" / "gazetteer").mkdir(parents=True, exist_ok=True)
    (folder / "seeds" / "relations").mkdir(exist_ok=True)
    (folder / "seeds" / "gazetteer" / "a.tsv").write_text(GAZETTEER, "utf-8")
    (folder / "seeds" / "relations" / "predicates.tsv").write_text(PREDICATES, "utf-8")
    write(folder / "tables", "mentions", mentions)
    stated = [[row | {"relation": number} for number, row in enumerate(part)] for part in relations]
    write(folder / "tables", "relations", stated)
    doc_ids = sorted({row["doc_id"] for part in stated for row in part})
    texts = {doc_id: f"عنوان\nجملة {doc_id}." for doc_id in doc_ids}
    empty = {"source": "", "n_chars": 0, "text_sha256": ""}
    write(folder / "tables", "documents", [[{"doc_id": d, "text": text, **empty} for d, text in texts.items()]])
    lines = [{"doc_id": d, "sentence": 0, "start": 6, "end": len(text)} for d, text in texts.items()]
    write(folder / "tables", "sentences", [lines])
    made = {}
    with corpus.connection(folder, memory_mb=256, threads=threads) as database:
        for name, batches in corpus.tables(database, folder / "tables", folder / "seeds"):
            corpus.write_batches(folder / f"{name}.parquet", TABLES[name], batches, {})
            made[name] = pq.read_table(folder / f"{name}.parquet", schema=TABLES[name]).to_pylist()
    assert not list(folder.glob("*.tmp"))
    return made


def test_a_known_entity_has_the_names_and_label_of_the_gazetteer(tmp_path: Path) -> None:
    first = [mention("a", "alibaba", "مجموعة علي بابا"), mention("a", "alibaba", "Alibaba", "PRODUCT")]
    second = [mention("b", "c-sharp", "C#", "ORG"), mention("b", "kalila", "كليلة")]
    assert reduce(tmp_path, [first, second])["entities"] == [
        {"entity_id": "alibaba", "label": "ORG", "name_en": "Alibaba", "name_ar": "علي بابا", "qid": "Q1359568", "is_nil": False, "n_mentions": 2, "n_docs": 1, "same_as": None},
        {"entity_id": "c-sharp", "label": "PRODUCT", "name_en": "C#", "name_ar": 'سي "شارب"', "qid": "Q2370", "is_nil": False, "n_mentions": 1, "n_docs": 1, "same_as": None},
        {"entity_id": "kalila", "label": "ORG", "name_en": None, "name_ar": "كليلة", "qid": None, "is_nil": False, "n_mentions": 1, "n_docs": 1, "same_as": None},
    ]  # fmt: skip


def test_an_unknown_entity_is_called_by_its_most_frequent_spelling_in_each_script(tmp_path: Path) -> None:
    spellings = ["شراع تك", "شراع تك", "شراع", "Shiraa Tech", "Shiraa", "Shiraa"]
    rows = [mention(f"d{i % 2}", "nil-org-1", spelling) for i, spelling in enumerate(spellings)]
    rows.append(mention("d9", "nil-org-1", "شراع تك", "PRODUCT"))
    (entity,) = reduce(tmp_path, [rows[:3], rows[3:]])["entities"]
    assert entity == {
        "entity_id": "nil-org-1", "label": "ORG", "name_en": "Shiraa", "name_ar": "شراع تك", "qid": None, "is_nil": True, "n_mentions": 7, "n_docs": 3, "same_as": None,
    }  # fmt: skip


def test_unknown_names_of_different_documents_are_one_where_a_pair_says_so(tmp_path: Path) -> None:
    rows = [
        mention("a", "nil-org-1", "شراع تك", source="pair"),
        mention("a", "nil-org-1", "Shiraa Tech", source="pair"),
        mention("b", "nil-org-2", "شِراع تك"),
        mention("b", "nil-product-3", "شراع تك", "PRODUCT"),  # another kind of thing
        mention("c", "nil-org-4", "SHIRAA-TECH"),
        mention("c", "nil-org-5", "شراع"),
        mention("d", "alibaba", "Alibaba Cloud", source="pair"),
        mention("d", "alibaba", "علي بابا كلاود", source="pair"),
        mention("e", "nil-org-6", "علي بابا كلاود"),
        mention("f", "nil-org-7", "نماء تك", source="pair"),
        mention("f", "nil-org-7", "Namaa", source="pair"),
        mention("g", "nil-org-8", "نماء تك", source="pair"),
        mention("g", "nil-org-8", "Nama Tech", source="pair"),
        mention("h", "nil-org-9", "نماء تك"),  # of two pairs, who knows which
    ]
    same = {row["entity_id"]: row["same_as"] for row in reduce(tmp_path, [rows[:5], rows[5:]])["entities"]}
    assert {entity: other for entity, other in same.items() if other} == {
        "nil-org-2": "nil-org-1",
        "nil-org-4": "nil-org-1",
        "nil-org-6": "alibaba",
    }


def test_aliases_are_counted_by_spelling_and_script(tmp_path: Path) -> None:
    rows = [
        mention("b", "nil-org-1", "شراع\n تك", source="cue"),
        mention("a", "nil-org-1", "شراع تك", source="latin"),
        mention("a", "nil-org-1", "شراع تك", source="latin"),
        mention("a", "nil-org-1", "Shiraa"),
        mention("a", "nil-org-1", "شراع Tech"),
        mention("a", "nil-org-1", "42"),
        mention("a", None, "خمسة", "QUANTITY"),
    ]
    aliases = reduce(tmp_path, [rows])["aliases"]
    assert [
        (row["alias"], row["script"], row["source"], row["n_mentions"], row["first_doc_id"]) for row in aliases
    ] == [
        ("42", "arabic", "gazetteer", 1, "a"),
        ("Shiraa", "latin", "gazetteer", 1, "a"),
        ("شراع Tech", "mixed", "gazetteer", 1, "a"),
        ("شراع تك", "arabic", "latin", 3, "a"),
    ]


def test_a_triple_counts_its_statements_and_documents(tmp_path: Path) -> None:
    rows = [
        statement("b", "alibaba", "acquired", "kalila"),
        statement("a", "alibaba", "acquired", "kalila"),
        statement("a", "alibaba", "acquired", "kalila"),
        statement("a", "alibaba", "acquired", "kalila", "claimed"),
        statement("a", "alibaba", "acquired", "USD:5"),
        statement("a", "qwen", "developed_by", "alibaba"),
        statement("a", "qwen", "unheard_of", "alibaba"),
    ]
    triples = reduce(tmp_path, relations=[rows[:2], rows[2:]])["triples"]
    assert [tuple(row.values()) for row in triples] == [
        ("alibaba", "acquired", "USD:5", None, "asserted", 1, 1, "a", "a", False),
        ("alibaba", "acquired", "kalila", None, "asserted", 2, 3, "a", "b", False),
        ("alibaba", "acquired", "kalila", None, "claimed", 1, 1, "a", "a", False),
        ("qwen", "developed_by", "alibaba", "P178", "asserted", 1, 1, "a", "a", False),
        ("qwen", "unheard_of", "alibaba", None, "asserted", 1, 1, "a", "a", False),
    ]


@pytest.mark.parametrize(
    ("statements", "contradicted"),
    [
        ([("acquired", "kalila", "asserted"), ("acquired", "kalila", "negated")], [True, True]),
        ([("acquired", "kalila", "claimed"), ("acquired", "kalila", "negated")], [True, True]),
        ([("acquired", "kalila", "planned"), ("acquired", "kalila", "negated")], [False, False]),
        (
            [("acquired", "kalila", "asserted"), ("acquired", "kalila", "negated"), ("acquired", "kalila", "planned")],
            [True, True, False],
        ),
        ([("acquired", "kalila", "asserted"), ("acquired", "dimna", "negated")], [False, False]),
        ([("acquired", "kalila", "asserted"), ("acquired", "dimna", "asserted")], [False, False]),
        ([("country", "china", "asserted"), ("country", "japan", "asserted")], [True, True]),
        ([("country", "china", "asserted"), ("country", "japan", "claimed")], [False, False]),
        ([("country", "china", "asserted"), ("country", "china", "claimed")], [False, False]),
        ([("developed_by", "china", "asserted"), ("developed_by", "japan", "asserted")], [False, False]),
    ],
)
def test_contradictions(tmp_path: Path, statements: list[tuple[str, str, str]], contradicted: list[bool]) -> None:
    parts = [[statement(f"d{i}", "alibaba", *said)] for i, said in enumerate(statements)]
    found = {
        (row["predicate"], row["object"], row["status"]): row["contradicted"]
        for row in reduce(tmp_path, relations=parts)["triples"]
    }
    assert [found[said] for said in statements] == contradicted


def test_a_contradiction_shows_both_sentences(tmp_path: Path) -> None:
    said = [
        ("d2", "acquired", "kalila", "asserted"), ("d1", "acquired", "kalila", "claimed"), ("d3", "acquired", "kalila", "negated"),
        ("d4", "acquired", "dimna", "planned"), ("d5", "acquired", "dimna", "negated"),
    ]  # fmt: skip
    rows = [statement(doc_id, "alibaba", *what) for doc_id, *what in said]
    (found,) = reduce(tmp_path, relations=[rows[:2], rows[2:]])["contradictions"]
    assert found == {
        "subject_id": "alibaba", "predicate": "acquired", "kind": "denied", "object": "kalila",
        "status": "claimed", "n_docs": 2, "doc_id": "d1", "sentence": "جملة d1.",
        "other_object": "kalila", "other_status": "negated", "other_n_docs": 1, "other_doc_id": "d3", "other_sentence": "جملة d3.",
    }  # fmt: skip


def test_two_values_of_a_single_valued_predicate_contradict(tmp_path: Path) -> None:
    said = [("d1", "japan"), ("d2", "china"), ("d3", "china"), ("d4", "korea")]
    rows = [statement(doc_id, "alibaba", "country", thing) for doc_id, thing in said]
    found = reduce(tmp_path, relations=[rows])["contradictions"]
    assert [(row["kind"], row["object"], row["n_docs"], row["other_object"], row["other_doc_id"]) for row in found] == [
        ("values", "china", 2, "japan", "d1"),
        ("values", "china", 2, "korea", "d4"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("DATE:2022-11-30", "DATE:2022-11", False),
        ("DATE:2022", "DATE:2022-11", False),
        ("DATE:XXXX-11", "DATE:2022-11-30", False),
        ("DATE:XXXX-11", "DATE:2022-12-30", True),
        ("DATE:2022-11-30", "DATE:2022-11-29", True),
        ("USD:20", "USD:200", True),
    ],
)
def test_a_date_that_says_less_contradicts_none_that_says_more(
    tmp_path: Path, one: str, other: str, contradict: bool
) -> None:
    rows = [statement(doc_id, "chatgpt", "released_in", value) for doc_id, value in (("d1", one), ("d2", other))]
    made = reduce(tmp_path, relations=[rows])
    assert [row["contradicted"] for row in made["triples"]] == [contradict, contradict]
    assert bool(made["contradictions"]) is contradict


def test_an_empty_corpus_gives_empty_tables(tmp_path: Path) -> None:
    assert reduce(tmp_path) == {"entities": [], "aliases": [], "triples": [], "contradictions": []}


IDS = st.sampled_from(["alibaba", "nil-org-1", "nil-org-2", "it's", 'a"b', "$x", "c-sharp"])
SURFACES = st.sampled_from(["علي بابا", "Alibaba", "علي  بابا", "'", '"', "A\tب", "Ali؛", "\\", "عـلي"])
MENTIONS = st.lists(
    st.builds(mention, st.sampled_from("abcd"), IDS, SURFACES, st.sampled_from(["ORG", "GPE"])), max_size=12
)
STATUS = st.sampled_from(["asserted", "claimed", "negated", "planned"])
STATEMENTS = st.lists(
    st.builds(statement, st.sampled_from("abcd"), IDS, st.sampled_from(["acquired", "country"]), IDS, STATUS),
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mentions=MENTIONS, statements=STATEMENTS, at=st.integers(0, 12), threads=st.sampled_from([1, 3]))
def test_counts_and_order_are_those_of_a_slow_twin_however_the_parts_are_cut(
    tmp_path: Path, mentions: list[dict[str, Any]], statements: list[dict[str, Any]], at: int, threads: int
) -> None:
    made = reduce(tmp_path, [mentions[:at], mentions[at:]], [statements[:at], statements[at:]], threads)
    assert [(r["entity_id"], r["n_mentions"], r["n_docs"]) for r in made["entities"]] == [
        (e, sum(m["entity_id"] == e for m in mentions), len({m["doc_id"] for m in mentions if m["entity_id"] == e}))
        for e in sorted({m["entity_id"] for m in mentions})
    ]
    spelled = Counter((m["entity_id"], " ".join(m["surface"].split())) for m in mentions)
    assert [(r["entity_id"], r["alias"], r["n_mentions"]) for r in made["aliases"]] == [
        (*key, spelled[key]) for key in sorted(spelled, key=lambda key: (key[0].encode(), key[1].encode()))
    ]
    said = Counter((s["subject_id"], s["predicate"], s["object_id"], s["status"]) for s in statements)
    assert [
        ((r["subject_id"], r["predicate"], r["object"], r["status"]), r["n_statements"]) for r in made["triples"]
    ] == [(key, said[key]) for key in sorted(said)]


def test_the_first_of_equal_texts_is_the_original(tmp_path: Path) -> None:
    parts = [["أ", "ب"], ["أ", "أ", "ت"], ["ب"]]
    files, number = [], 0
    for i, texts in enumerate(parts):
        rows = []
        for text in texts:
            # ids run backwards: the order of reading decides, not that of the ids
            rows.append(
                {"doc_id": f"d{9 - number}", "source": "x", "n_chars": 1, "text": text, "text_sha256": sha256(text)}
            )
            number += 1
        files.append(tmp_path / f"part-{i:05d}.parquet")
        pq.write_table(pa.Table.from_pylist(rows, DOCUMENTS), files[-1])
    with corpus.connection(tmp_path, memory_mb=256, threads=2) as database:
        found = [row for batch in corpus.duplicates(database, files) for row in batch.to_pylist()]
        assert list(corpus.duplicates(database, [])) == []
    assert found == [
        {"doc_id": "d4", "duplicate_of": "d8"},
        {"doc_id": "d6", "duplicate_of": "d9"},
        {"doc_id": "d7", "duplicate_of": "d9"},
    ]


def test_folders_whose_names_look_like_patterns(tmp_path: Path) -> None:
    for name in ("a*", "ab", "[x]", "x", "label=GPE", "it's"):
        made = reduce(
            tmp_path / name, [[mention("a", "alibaba", name)]], [[statement("a", "alibaba", "acquired", name)]]
        )
        assert [row["alias"] for row in made["aliases"]] == [name]
        assert [row["label"] for row in made["entities"]] == ["ORG"]
        assert [row["object"] for row in made["triples"]] == [name]


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    reduce(tmp_path)
    (tmp_path / "tables" / "mentions" / "part-00001.parquet").write_bytes(b"PAR1 is not all")
    with (
        pytest.raises(TransientError, match="part-00001"),
        corpus.connection(tmp_path, memory_mb=256, threads=1) as database,
    ):
        list(corpus.tables(database, tmp_path / "tables", tmp_path / "seeds"))
