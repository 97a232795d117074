"""Where documents contradict each other, with both sentences.

In: the flat tables relations, sentences and documents of all parts, and the view `predicates` (`corpus.tables`). Out: rows of the table
contradictions: one document asserts or claims what another denies («denied»), or two give different values for a predicate that has
only one («values»: the value with most documents beside each other one). Of many statements the first by document id stands for all.
Dates of which one says more than the other («2022», «30 November 2022», «November») do not contradict each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    import pyarrow as pa

# Whether two values can be one: a date that breaks off earlier, or leaves its year open (X), allows each that goes on.
AGREE = """
create or replace macro agree(one, other) as
    one = other or (one like 'DATE:%' and other like 'DATE:%' and (
        regexp_matches(one, '^' || replace(other, 'X', '.')) or regexp_matches(other, '^' || replace(one, 'X', '.'))))
"""

_QUERY = """
with statements as (
    select doc_id, relation, subject_id, predicate, coalesce(object_id, object_value) as object, status, sentence
    from read_parquet($relations, hive_partitioning = false)
),
counted as (
    select subject_id, predicate, object, status = 'negated' as denied,
           count(distinct doc_id) as n_docs, min((doc_id, relation)) as first
    from statements where status in ('asserted', 'claimed', 'negated') group by all
),
valued as (
    select subject_id, predicate, object, count(distinct doc_id) as n_docs, min((doc_id, relation)) as first
    from statements join predicates using (predicate) where single_valued and status = 'asserted' group by all
),
best as (
    select subject_id, predicate, arg_max(object, (n_docs, first)) as object from valued
    group by all having count(*) > 1
),
pairs as (
    select 'denied' as kind, said.subject_id, said.predicate, said.first as one, no.first as other, said.n_docs, no.n_docs as other_n_docs
    from counted said join counted no using (subject_id, predicate, object) where not said.denied and no.denied
    union all
    select 'values', one.subject_id, one.predicate, one.first, other.first, one.n_docs, other.n_docs
    from best join valued one using (subject_id, predicate, object)
    join valued other on other.subject_id = best.subject_id and other.predicate = best.predicate and not agree(other.object, best.object)
),
wanted as (select one as place from pairs union select other from pairs),
quoted as (
    select (s.doc_id, s.relation) as place, s.doc_id, s.object, s.status,
           substring(d.text, lines.start + 1, lines."end" - lines.start) as said
    from statements s join wanted on wanted.place = (s.doc_id, s.relation)
    join read_parquet($sentences, hive_partitioning = false) lines on lines.doc_id = s.doc_id and lines.sentence = s.sentence
    join read_parquet($documents, hive_partitioning = false) d on d.doc_id = s.doc_id
)
select subject_id, predicate, kind, a.object, a.status, n_docs, a.doc_id, a.said as sentence,
       b.object as other_object, b.status as other_status, other_n_docs, b.doc_id as other_doc_id, b.said as other_sentence
from pairs join quoted a on a.place = pairs.one join quoted b on b.place = pairs.other
order by subject_id, predicate, kind, a.object, other_object
"""


def contradictions(
    database: duckdb.DuckDBPyConnection, *, relations: list[str], sentences: list[str], documents: list[str]
) -> Iterable[pa.RecordBatch]:
    """The rows of the table contradictions, in a fixed order."""
    files = {"relations": relations, "sentences": sentences, "documents": documents}
    rows: Iterable[pa.RecordBatch] = database.sql(_QUERY, params=files).to_arrow_reader()
    return rows
