from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.core import tsv
from pipeline.errors import SeedError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("word", "kind")


def table(folder: Path, content: str) -> Path:
    path = folder / "words.tsv"
    path.write_text(content, "utf-8")
    return path


def test_rows_have_their_places(tmp_path: Path) -> None:
    path = table(tmp_path, '# comment\n\nword\tkind\n \t\nد \t"title\n# comment\r\nكم\u2028\t\r\n')
    assert list(tsv.rows(path, HEADER)) == [(f"{path}, line 5", ["د", '"title']), (f"{path}, line 7", ["كم", ""])]
    assert list(tsv.records(path)) == [{"word": "د", "kind": '"title'}, {"word": "كم", "kind": ""}]
    assert next(tsv.lines(path)) == (f"{path}, line 3", list(HEADER))


def test_a_table_may_have_one_of_several_headers(tmp_path: Path) -> None:
    path = table(tmp_path, "word\tkind\nد\ttitle\n")
    assert len(list(tsv.rows(path, ("word",), HEADER))) == 1
    with pytest.raises(SeedError, match="line 1: expected the header word or kind word, tab-separated"):
        list(tsv.rows(path, ("word",), ("kind", "word")))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("# comment\nword\nد\n", "words.tsv, line 2: expected the header word kind, tab-separated; found 'word'"),
        ("", "words.tsv: expected the header word kind"),
        ("word\tkind\nد\n", "words.tsv, line 2: expected 2 columns: word kind; found 1"),
        ("word\tkind\nد\ttitle\tx\n", "words.tsv, line 2: expected 2 columns: word kind; found 3"),
        ("word\tkind\n\ttitle\n", "words.tsv, line 2: expected something in the column word"),
    ],
)
def test_a_broken_table_names_its_line(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(SeedError, match=message):
        list(tsv.rows(table(tmp_path, content), HEADER))


def test_no_cell_of_a_filled_table_is_empty(tmp_path: Path) -> None:
    path = table(tmp_path, "word\tkind\nد\ttitle\nكم\t\n")
    with pytest.raises(SeedError, match="line 3: expected something in the column kind; found it empty"):
        list(tsv.rows(path, HEADER, filled=True))


def test_a_row_of_another_width_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="line 2: expected 2 columns"):
        list(tsv.records(table(tmp_path, "word\tkind\nد\n")))
    assert list(tsv.records(table(tmp_path, ""))) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"gone\.tsv: cannot be read"):
        list(tsv.rows(tmp_path / "gone.tsv", HEADER))
    (tmp_path / "latin.tsv").write_bytes(b"\xe9")
    with pytest.raises(SeedError, match=r"latin\.tsv: cannot be read"):
        list(tsv.rows(tmp_path / "latin.tsv", HEADER))
