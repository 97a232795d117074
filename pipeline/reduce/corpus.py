"""Corpus-wide tables by DuckDB over the Parquet parts.

In: the output folder with its documents parts or flat tables. Out: `duplicates`, and the tables entities, aliases, triples
and contradictions, in a fixed order. Memory is bounded by the configuration, not by the corpus.
"""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.core.tsv import records
from pipeline.errors import TransientError
from pipeline.reduce.contradictions import AGREE, contradictions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

DUPLICATES = pa.schema([("doc_id", pa.string()), ("duplicate_of", pa.string())])

# The first document of equal texts, in the order in which they were read, is the original.
_DUPLICATES = """
with numbered as (
    select doc_id, text_sha256, filename, file_row_number,
           count(*) over same as n, first_value(doc_id) over (same order by filename, file_row_number) as original
    from read_parquet($documents, filename = true, file_row_number = true, hive_partitioning = false)
    window same as (partition by text_sha256)
)
select doc_id, original as duplicate_of from numbered where n > 1 and doc_id <> original order by doc_id
"""

_MENTIONS = """
create or replace temp view named as
select doc_id, entity_id, label, regexp_replace(surface, '\\s+', ' ', 'g') as alias, source,
       regexp_replace(translate(lower(regexp_replace(surface, '[\u0640\u064b-\u065f\u0670]', '', 'g')), 'أإآٱىة', 'اااايه'),
                      '[^0-9a-zء-ي]+', '', 'g') as key,
       case when regexp_matches(surface, '[A-Za-z]') then 'latin' else 'arabic' end as written
from read_parquet({mentions}, hive_partitioning = false) where entity_id is not null
"""

# Unknown names of different documents that are one: a spelling in one script has the entity whose pair of spellings in both scripts
# («شراع تك (Shiraa Tech)») holds it, where there is one such entity of that kind and not two.
_SAME = """
create or replace temp table same as
with kinds as (
    select distinct entity_id, key, written, source = 'pair' as paired, lower(replace(label, '_', '-')) as kind
    from named where length(key) > 3
),
pairs as (select entity_id, kind from kinds group by all having count(distinct written) = 2 and bool_or(paired or entity_id like 'nil-%')),
owners as (
    select kind, key, min(entity_id) as owner from kinds join pairs using (entity_id, kind)
    group by kind, key having count(distinct entity_id) = 1
)
select entity_id, min(owner) as same_as from kinds join owners using (kind, key)
where entity_id like 'nil-%' and (entity_id, kind) not in (select (entity_id, kind) from pairs)
group by entity_id having count(distinct owner) = 1
"""

# An unknown entity is called by its most frequent spelling in each script.
_ENTITIES = """
with by_alias as (select entity_id, alias, count(*) as n from named group by all),
names as (
    select entity_id,
           arg_max(alias, (n, alias)) filter (where regexp_matches(alias, '[A-Za-z]')) as latin,
           arg_max(alias, (n, alias)) filter (where regexp_matches(alias, '[ء-ي]')) as arabic
    from by_alias group by entity_id
),
labels as (
    select entity_id, arg_max(label, (n, label)) as label
    from (select entity_id, label, count(*) as n from named group by all) group by entity_id
),
counts as (select entity_id, count(*) as n_mentions, count(distinct doc_id) as n_docs from named group by entity_id)
select entity_id, coalesce(known.label, labels.label) as label, coalesce(known.name_en, latin) as name_en,
       coalesce(known.name_ar, arabic) as name_ar, qid, entity_id like 'nil-%' as is_nil, n_mentions, n_docs, same_as
from counts join names using (entity_id) join labels using (entity_id) left join known on known.id = entity_id left join same using (entity_id)
order by entity_id
"""

_ALIASES = """
select entity_id, alias,
       case when not regexp_matches(alias, '[A-Za-z]') then 'arabic' when regexp_matches(alias, '[ء-ي]') then 'mixed' else 'latin' end as script,
       arg_max(source, (n, source)) as source, sum(n)::bigint as n_mentions, min(first_doc_id) as first_doc_id
from (select entity_id, alias, source, count(*) as n, min(doc_id) as first_doc_id from named group by all)
group by entity_id, alias order by entity_id, alias
"""

# Contradicted: asserted here and denied there, or two asserted values for a predicate that can have only one.
_TRIPLES = """
with statements as (
    select doc_id, subject_id, predicate, coalesce(object_id, object_value) as object, status
    from read_parquet($relations, hive_partitioning = false)
),
counted as (
    select subject_id, predicate, object, status, count(distinct doc_id) as n_docs, count(*) as n_statements,
           min(doc_id) as first_doc_id, max(doc_id) as last_doc_id
    from statements group by all
),
denied as (
    select subject_id, predicate, object from counted
    group by all having bool_or(status = 'negated') and bool_or(status in ('asserted', 'claimed'))
),
valued as (
    select subject_id, predicate, object from counted join predicates using (predicate)
    where single_valued and status = 'asserted'
),
several as (
    select distinct subject_id, predicate from valued one join valued other using (subject_id, predicate)
    where not agree(one.object, other.object)
)
select subject_id, predicate, object, property, status, n_docs, n_statements, first_doc_id, last_doc_id,
       (denied.object is not null and status in ('asserted', 'claimed', 'negated'))
       or (several.predicate is not null and status = 'asserted') as contradicted
from counted left join predicates using (predicate)
left join denied using (subject_id, predicate, object) left join several using (subject_id, predicate)
order by subject_id, predicate, object, status
"""


@contextmanager
def connection(out: Path, *, memory_mb: int, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that keeps within its memory and spills to a folder of the output."""
    spill = out / "spill.tmp"
    database = duckdb.connect()
    try:
        database.execute("set memory_limit = ?", [f"{memory_mb}MB"])
        database.execute("set temp_directory = ?", [str(spill)])
        database.execute("set threads = ?", [threads])
        yield database
    except duckdb.Error as error:  # memory, disk or a damaged table
        raise TransientError(f"corpus-wide tables of {out}: {error}") from error
    finally:
        database.close()
        shutil.rmtree(spill, ignore_errors=True)


def duplicates(database: duckdb.DuckDBPyConnection, documents: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    """The documents whose text stood in an earlier one: columns of DUPLICATES."""
    if documents:
        yield from database.sql(_DUPLICATES, params={"documents": _literal(documents)}).to_arrow_reader()


def tables(
    database: duckdb.DuckDBPyConnection, tables_folder: Path, seeds: Path
) -> Iterator[tuple[str, Iterable[pa.RecordBatch]]]:
    """The corpus-wide tables, one after the other; each must be used up before the next."""
    database.register("known", _known(sorted((seeds / "gazetteer").glob("*.tsv"))))
    database.register("predicates", _predicates(seeds / "relations" / "predicates.tsv"))
    mentions, relations = (
        _literal(sorted((tables_folder / name).glob("part-*.parquet"))) for name in ("mentions", "relations")
    )
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in mentions)
    database.execute(_MENTIONS.format(mentions=f"[{quoted}]"))  # a view takes no parameters
    database.execute(_SAME)
    database.execute(AGREE)
    yield "entities", database.sql(_ENTITIES).to_arrow_reader()
    yield "aliases", database.sql(_ALIASES).to_arrow_reader()
    yield "triples", database.sql(_TRIPLES, params={"relations": relations}).to_arrow_reader()
    sentences, documents = (
        _literal(sorted((tables_folder / name).glob("part-*.parquet"))) for name in ("sentences", "documents")
    )
    yield "contradictions", contradictions(database, relations=relations, sentences=sentences, documents=documents)


def _literal(files: Sequence[Path]) -> list[str]:
    """Names that DuckDB does not take for patterns."""
    return [re.sub(r"[*?\[]", r"[\g<0>]", str(file)) for file in files]


def _known(gazetteer: Sequence[Path]) -> pa.Table:
    columns: dict[str, list[str | None]] = {name: [] for name in ("id", "label", "name_en", "name_ar", "qid")}
    for row in (row for file in gazetteer for row in records(file)):
        columns["id"].append(row["id"])
        columns["label"].append(row["labels"].split(",")[0])
        for name in ("name_en", "name_ar", "qid"):
            columns[name].append(row.get(name) or None)
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _predicates(file: Path) -> pa.Table:
    rows = list(records(file))
    return pa.table({
        "predicate": pa.array([row["predicate"] for row in rows], pa.string()),
        "property": pa.array([row["property"].strip("-") or None for row in rows], pa.string()),
        "single_valued": pa.array([row["single_valued"] == "yes" for row in rows], pa.bool_()),
    })  # fmt: skip


def write_batches(
    path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch], metadata: dict[bytes, bytes]
) -> int:
    """Write batches as they come, under a temporary name until they are complete; returns the number of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary, rows = path.with_suffix(".tmp"), 0
    with pq.ParquetWriter(temporary, schema.with_metadata(metadata), compression="zstd") as writer:
        for batch in batches:
            columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            rows += batch.num_rows
    temporary.replace(path)
    return rows


CORPUS_TABLES = ("entities", "aliases", "triples", "contradictions")
