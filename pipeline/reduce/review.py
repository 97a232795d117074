"""New spellings and names that a corpus has taught, for a person to accept or refuse, and what is accepted into the seeds.

In: the tables of a run, seeds/gazetteer. Out: review lines, the likelier first; changed seed files. A line of the review begins
with ?, which a person changes to + (take it) or - (never ask again).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from pipeline.core import tsv
from pipeline.errors import ConfigError, SeedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

COLUMNS = (
    "verdict",
    "what",
    "entity_id",
    "label",
    "name_en",
    "name_ar",
    "spelling",
    "n_mentions",
    "n_docs",
    "evidence",
)
ACCEPTED, REFUSED = "accepted.tsv", "refused.txt"
_SEEDS = ("id", "labels", "name_en", "name_ar", "aliases", "common", "country", "kind", "parent", "qid")
_AROUND = 60  # characters of evidence on either side

# Spellings of known entities that were heard, paired or explained but stand in no list; and unknown names with both scripts side by side.
_LEARNT = """
with named as (
    select doc_id, entity_id, label, start, "end", regexp_replace(surface, '\\s+', ' ', 'g') as spelling, source, link_method
    from read_parquet($mentions, hive_partitioning = false) where entity_id is not null
),
first as (
    select entity_id, spelling, count(*) as n_mentions, count(distinct doc_id) as n_docs, mode(label) as label,
           bool_or(link_method = 'sound' or (source = 'pair' and link_method in ('alias', 'document')) or link_method = 'document') as learnt,
           bool_or(source = 'pair') as paired, arg_min({'doc': doc_id, 'beg': start, 'fin': "end"}, (doc_id, start)) as place
    from named group by all
)
select first.entity_id, first.label, spelling, n_mentions, n_docs, learnt, paired,
       substr(text, greatest(1, place.beg + 1 - $around), least(place.beg, $around)) as before, substr(text, place.fin + 1, $around) as after
from first join read_parquet($documents, hive_partitioning = false) as d on d.doc_id = place.doc
where learnt or entity_id like 'nil-%' order by n_docs desc, n_mentions desc, entity_id, spelling
"""


class Proposal(NamedTuple):
    """A line of the review; `what` is alias (of a known entity) or entity (a new one)."""

    verdict: str
    what: str
    entity_id: str
    label: str
    name_en: str
    name_ar: str
    spelling: str
    n_mentions: int
    n_docs: int
    evidence: str


def proposals(tables: Path, listed: Iterable[str], refused: Iterable[str]) -> list[Proposal]:
    """What the tables teach beyond the keys `listed`; `refused` lines are left out."""
    known, never = set(listed), set(refused)
    mentions, documents = (
        [str(f) for f in sorted((tables / t).glob("part-*.parquet"))] for t in ("mentions", "documents")
    )
    if not mentions:
        raise ConfigError(f"{tables} holds no mentions; expected the tables of a run")
    with duckdb.connect() as database:
        rows = database.execute(_LEARNT, {"mentions": mentions, "documents": documents, "around": _AROUND}).fetchall()
    found: list[Proposal] = []
    unknown: dict[str, list[tuple[str, str, int, int, bool, str]]] = {}
    for entity, label, spelling, n_mentions, n_docs, learnt, paired, before, after in rows:
        evidence = " ".join(f"{before}[{spelling}]{after}".split())
        if entity.startswith("nil-"):
            unknown.setdefault(entity, []).append((label, spelling, n_mentions, n_docs, paired, evidence))
        elif learnt and key(spelling) not in known:
            found.append(Proposal("?", "alias", entity, label, "", "", spelling, n_mentions, n_docs, evidence))
    for spellings in unknown.values():
        latin = next((s for s in spellings if s[1].isascii() and s[4]), None)
        arabic = next((s for s in spellings if not s[1].isascii() and s[4]), None)
        if latin and arabic and slug(latin[1]) and known.isdisjoint((key(latin[1]), key(arabic[1]))):
            counts = (sum(s[2] for s in spellings), max(s[3] for s in spellings))
            found.append(Proposal("?", "entity", slug(latin[1]), latin[0], latin[1], arabic[1], "", *counts, arabic[5]))
    found.sort(key=lambda p: (-p.n_docs, -p.n_mentions, p.entity_id, p.spelling))
    return [p for p in found if refusal(p) not in never]


def key(spelling: str) -> str:
    """A spelling without marks, spaces, signs and hamza seats.

    >>> key("ديب-سيك") == key("ديب سيك"), key("أنثروبيك")
    (True, 'انثروبيك')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", spelling) if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_ـ]+", "", bare).replace("ى", "ي").replace("ة", "ه")


def slug(name: str) -> str:
    """An id made of a Latin name.

    >>> slug("Shiraa Tech")
    'shiraa-tech'
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", bare).strip("-.")


def refusal(proposal: Proposal) -> str:
    """What is remembered of a refused line."""
    return f"{proposal.what}\t{proposal.entity_id}\t{proposal.spelling or proposal.name_ar}"


def read(path: Path) -> list[Proposal]:
    """A reviewed file; a line that is none raises SeedError with its number."""
    found = []
    for place, cells in tsv.lines(path):
        if cells[0] == COLUMNS[0]:
            continue
        if len(cells) != len(COLUMNS) or cells[0] not in ("?", "+", "-") or cells[1] not in ("alias", "entity"):
            raise SeedError(
                f"{place}: expected ?, + or -, then alias or entity, in {len(COLUMNS)} columns: {' '.join(COLUMNS)}"
            )
        try:
            what, entity_id, label, name_en, name_ar, spelling = cells[1:7]
            counts = int(cells[7]), int(cells[8])
            found.append(Proposal(cells[0], what, entity_id, label, name_en, name_ar, spelling, *counts, cells[9]))
        except ValueError:
            raise SeedError(f"{place}: expected counts in columns 8 and 9") from None
    return found


def accept(folder: Path, reviewed: Sequence[Proposal]) -> tuple[int, int, int]:
    """Moves accepted lines into the seed files and remembers the refused; returns how many spellings, entities and refusals."""
    files = {file: file.read_text("utf-8").split("\n") for file in sorted(folder.glob("*.tsv"))}
    places = {
        line.split("\t")[0]: (file, number)
        for file, lines in files.items()
        for number, line in enumerate(lines)
        if number and line.strip() and not line.startswith("#")
    }
    target = folder / ACCEPTED
    n_aliases = n_entities = 0
    for proposal in (p for p in reviewed if p.verdict == "+"):
        if proposal.what == "alias":
            if proposal.entity_id not in places:
                raise SeedError(f"{proposal.entity_id!r} stands in no file of {folder}; expected the id of an entity")
            file, number = places[proposal.entity_id]
            cells = files[file][number].split("\t")
            aliases = [alias for alias in (part.strip() for part in cells[4].split("|")) if alias]
            if proposal.spelling not in (*aliases, cells[2], cells[3]):
                cells[4] = " | ".join([*aliases, proposal.spelling])
                files[file][number] = "\t".join(cells)
                n_aliases += 1
        elif proposal.entity_id not in places:
            lines = files.setdefault(target, ["\t".join(_SEEDS), ""])
            row = (proposal.entity_id, proposal.label, proposal.name_en, proposal.name_ar, "", "", "", "", "", "")
            lines.insert(len(lines) - 1, "\t".join(row))
            places[proposal.entity_id] = (target, len(lines) - 2)
            n_entities += 1
    refused = [refusal(p) for p in reviewed if p.verdict == "-"]
    for file, lines in files.items():
        _write(file, "\n".join(lines))
    if refused:
        old = (folder / REFUSED).read_text("utf-8").splitlines() if (folder / REFUSED).exists() else []
        _write(folder / REFUSED, "\n".join(sorted({*old, *refused})) + "\n")
    return n_aliases, n_entities, len(refused)


def _write(file: Path, text: str) -> None:
    """Under a temporary name first, and only what changes."""
    if file.exists() and file.read_text("utf-8") == text:
        return
    temporary = file.with_suffix(".tmp")
    temporary.write_text(text, "utf-8")
    temporary.replace(file)
