"""What a corpus teaches is shown to a person, and only what the person accepts reaches the seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.schema import DOCUMENTS, TABLES
from pipeline.errors import ConfigError, SeedError
from pipeline.gazetteer.entries import load, spellings
from pipeline.reduce import review
from tests.reduce.test_corpus import GAZETTEER, mention

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "أعلنت شراع تك (Shiraa Tech) شراكة مع عليبابه"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    rows = [
        {**mention("a", "nil-org-1", "شراع تك", source="pair"), "start": 6, "end": 13},
        {**mention("a", "nil-org-1", "Shiraa Tech", source="pair"), "start": 15, "end": 26},
        {**mention("a", "alibaba", "عليبابه", source="cue"), "start": 37, "end": 44, "link_method": "sound"},
        {**mention("b", "alibaba", "عليبابه", source="cue"), "start": 37, "end": 44, "link_method": "sound"},
        {**mention("a", "alibaba", "علي بابا"), "link_method": "alias"},
        {**mention("a", "nil-org-2", "نيزكوم"), "link_method": "nil"},
    ]
    documents = [
        {"doc_id": d, "source": "s", "n_chars": len(TEXT), "text": TEXT, "text_sha256": "x"} for d in ("a", "b")
    ]
    schema = pa.schema([*DOCUMENTS, pa.field("duplicate_of", pa.string())])
    for name, made, how in (("mentions", rows, TABLES["mentions"]), ("documents", documents, schema)):
        (tmp_path / "tables" / name).mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(made, how), tmp_path / "tables" / name / "part-00000.parquet")
    return tmp_path / "tables"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "gazetteer"
    folder.mkdir()
    header, *rows = GAZETTEER.splitlines()[1:]
    (folder / "a.tsv").write_text(
        "\n".join([header, "# قائمة صغيرة", *(row for row in rows if row.startswith("alibaba"))]) + "\n", "utf-8"
    )
    return folder


def listed(seeds: Path) -> list[str]:
    return [review.key(s.surface) for entry in load(seeds) for s in spellings(entry)]


def test_proposals_carry_counts_and_evidence(tables: Path, seeds: Path) -> None:
    found = review.proposals(tables, listed(seeds), ())
    assert [(p.what, p.entity_id, p.spelling or (p.name_en, p.name_ar), p.n_mentions, p.n_docs) for p in found] == [
        ("alias", "alibaba", "عليبابه", 2, 2),
        ("entity", "shiraa-tech", ("Shiraa Tech", "شراع تك"), 2, 1),
    ]
    assert "[عليبابه]" in found[0].evidence
    assert review.proposals(tables, [*listed(seeds), review.key("عليبابه")], ["entity\tshiraa-tech\tشراع تك"]) == []


def test_accepted_lines_reach_the_seeds_and_refused_ones_are_remembered(tables: Path, seeds: Path) -> None:
    alias, entity = review.proposals(tables, listed(seeds), ())
    assert review.accept(seeds, [alias, entity]) == (0, 0, 0)  # nobody has decided
    assert review.accept(seeds, [alias._replace(verdict="+"), entity._replace(verdict="+")]) == (1, 1, 0)
    known = {entry.id: entry for entry in load(seeds)}
    assert known["alibaba"].aliases == ("عليبابه",)
    assert (known["shiraa-tech"].name_ar, known["shiraa-tech"].labels) == ("شراع تك", ("ORG",))
    assert review.proposals(tables, listed(seeds), ()) == []
    assert review.accept(seeds, [alias._replace(verdict="+"), entity._replace(verdict="+")]) == (
        0,
        0,
        0,
    )  # twice is once
    assert review.accept(seeds, [entity._replace(verdict="-")]) == (0, 0, 1)
    assert (seeds / review.REFUSED).read_text("utf-8") == "entity\tshiraa-tech\tشراع تك\n"
    assert not list(seeds.glob("*.tmp"))


def test_a_reviewed_file_is_read_as_it_was_written(tables: Path, seeds: Path, tmp_path: Path) -> None:
    found = review.proposals(tables, listed(seeds), ())
    file = tmp_path / "review.tsv"
    file.write_text("\n".join(["\t".join(review.COLUMNS), *("\t".join(map(str, p)) for p in found)]) + "\n", "utf-8")
    assert review.read(file) == found


@pytest.mark.parametrize(
    "line", ["!\talias\tx\tORG\t\t\tx\t1\t1\t", "+\talias\tx", "+\talias\tx\tORG\t\t\tx\tmany\t1\t"]
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "review.tsv"
    file.write_text("\t".join(review.COLUMNS) + "\n" + line + "\n", "utf-8")
    with pytest.raises(SeedError, match="line 2"):
        review.read(file)


def test_unknown_ids_and_empty_folders(seeds: Path, tmp_path: Path) -> None:
    stranger = review.Proposal("+", "alias", "nobody", "ORG", "", "", "x", 1, 1, "")
    with pytest.raises(SeedError, match="nobody"):
        review.accept(seeds, [stranger])
    with pytest.raises(ConfigError, match="no mentions"):
        review.proposals(tmp_path, (), ())
