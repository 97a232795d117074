"""Reads tab-separated seed files.

In: a path. Out: rows, each with the place to name in an error; a file that cannot be read or a broken line raises SeedError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import SeedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The place and the cells of each line; comments and empty lines are left out."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            yield f"{path}, line {number}", [cell.strip() for cell in line.split("\t")]


def rows(path: Path, *headers: tuple[str, ...], filled: bool = False) -> Iterator[tuple[str, list[str]]]:
    """The place and the cells of each row of a table that has one of the headers.

    No row may begin with an empty cell; in a `filled` table no cell may be empty.
    """
    found = lines(path)
    place, columns = next(found, (str(path), []))
    if tuple(columns) not in headers:
        expected = " or ".join(map(" ".join, headers))
        raise SeedError(f"{place}: expected the header {expected}, tab-separated; found {' '.join(columns)!r}")
    for place, cells in found:
        if len(cells) != len(columns):
            raise SeedError(f"{place}: expected {len(columns)} columns: {' '.join(columns)}; found {len(cells)}")
        if "" in (cells if filled else cells[:1]):
            raise SeedError(f"{place}: expected something in the column {columns[cells.index('')]}; found it empty")
        yield place, cells


def records(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table by the names that its header gives to the columns."""
    _, header = next(lines(path), ("", []))
    return (dict(zip(header, cells, strict=True)) for _, cells in rows(path, tuple(header)))
