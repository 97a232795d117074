"""CSV and TSV files to rows, one at a time.

In: a path. Out: `Row`s named by the first line; the place is the line where the row begins. A row that is broken (a quotation mark
never closed, too few or too many columns) costs that row: reading goes on at the next line. In a TSV a quotation mark that makes
no sense is a character like any other.
"""

from __future__ import annotations

import csv
from collections import deque
from typing import TYPE_CHECKING, TextIO

from pipeline.errors import DocumentError
from pipeline.readers.bytestreams import plain_suffix
from pipeline.readers.rows import Row, Rows
from pipeline.readers.textstreams import opened_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.config import ReadersConfig

_DELIMITERS = ",;\t|"
_ROOM = 2  # a row has other columns than the text, and quotation marks in it are written twice


def table(path: Path, config: ReadersConfig) -> Rows:
    """Each row of the table after its header."""
    csv.field_size_limit(2**31 - 1)  # `_Lines` sees to it that none is too long
    with opened_text(path, newline="") as (file, encoding):
        lines = _Lines(file, _ROOM * config.max_chars)
        delimiter = "\t" if plain_suffix(path)[0] == ".tsv" else max(_DELIMITERS, key=lines.first().count)
        try:
            names = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            raise DocumentError(f"the first line, which names the columns, is broken: {error}") from None
        for place, fields, size in _rows(lines, delimiter, len(names)):
            yield Row(
                place,
                fields if isinstance(fields, DocumentError) else dict(zip(names, fields, strict=True)),
                encoding,
                2 * size,
            )


class _Lines:
    """The lines of a file for csv.reader, which can be put back."""

    def __init__(self, file: TextIO, longest: int) -> None:
        self._file, self._longest, self._number = file, longest, 0
        self._back: deque[tuple[int, str | None]] = deque()
        self.row: list[tuple[int, str | None]] = []  # the lines of the row that is being read
        self.size = 0

    def first(self) -> str:
        """The next line, which stays the next."""
        self._back.append(self._next())
        return self._back[0][1] or ""

    def _next(self) -> tuple[int, str | None]:
        """A number and its line; None instead of one that is too long."""
        if self._back:
            return self._back.popleft()
        self._number += 1
        line = self._file.readline(self._longest + 1)
        if len(line) <= self._longest:
            return self._number, line
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(1 << 20)
        return self._number, None

    def begin(self) -> None:
        self.row, self.size = [], 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        number, line = self._next()
        if line == "":
            raise StopIteration
        self.row.append((number, line))
        self.size += len(line or "")
        if line is None:
            raise DocumentError(f"a line of more than {self._longest:,} characters (readers.max_chars)")
        if self.size > self._longest:
            raise DocumentError(
                f"a row of more than {self._longest:,} characters (readers.max_chars), or a quotation mark that is never closed"
            )
        return line

    def put_back(self) -> None:
        """All lines of the row but its first."""
        self._back.extendleft(reversed(self.row[1:]))


def _rows(lines: _Lines, delimiter: str, width: int) -> Iterator[tuple[int, list[str] | DocumentError, int]]:
    """Each row with its place and size in characters."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        fields: list[str] | DocumentError
        try:
            fields = next(reader)
        except StopIteration:
            return
        except DocumentError as error:
            fields = error
        except csv.Error as error:
            fields = DocumentError(f'broken quotation marks ({error}); inside a quoted field " is written ""')
        if delimiter == "\t" and (plain := _unquoted(lines.row, fields, width)):
            fields = plain
            lines.put_back()
        elif isinstance(fields, DocumentError):
            lines.put_back()
        elif not fields:
            continue  # an empty line
        elif len(fields) != width:
            fields = DocumentError(f"{len(fields)} columns, expected {width} as in the first line")
            lines.put_back()
        yield lines.row[0][0], fields, lines.size


def _unquoted(row: list[tuple[int, str | None]], fields: list[str] | DocumentError, width: int) -> list[str] | None:
    """The first line of a row of TSV cut at its tabs, where its quotation marks are not meant as such."""
    if isinstance(fields, list) and len(row) == 1:
        return None
    cut = [
        (line or "").rstrip("\r\n").split("\t") for _, line in (row[:1] if isinstance(fields, DocumentError) else row)
    ]
    return cut[0] if all(len(line) == width for line in cut) else None
