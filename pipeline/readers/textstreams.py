"""Files as streams of text or of UTF-8 lines, whatever their encoding.

In: a path. Out: a stream and the name of the encoding, decided by the beginning of the file. Broken bytes of UTF-8 come as halves of
surrogate pairs, so that they can be told from a U+FFFD of the text itself; `rows.record` mends them.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol, TextIO, cast

from pipeline.readers.bytestreams import opened
from pipeline.readers.decode import HEAD, refuse_binary, sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Lines(Protocol):
    """A stream that gives lines of UTF-8."""

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, or `size` bytes of it (characters, where it was recoded)."""


@contextmanager
def opened_text(path: Path, *, newline: str) -> Iterator[tuple[TextIO, str]]:
    """The text of a file without its byte order mark; `newline` as for `open`."""
    with opened(path) as raw:
        stream, encoding = _sniffed(raw)
        with io.TextIOWrapper(stream, encoding, errors=_errors(encoding), newline=newline) as text:
            yield text, encoding


@contextmanager
def opened_lines(path: Path) -> Iterator[tuple[Lines, str]]:
    """The lines of a file as UTF-8; those of a UTF-8 file are not decoded."""
    with opened(path) as raw:
        stream, encoding = _sniffed(raw)
        yield (stream if encoding == "utf-8" else _Recoded(stream, encoding)), encoding


def _sniffed(raw: IO[bytes]) -> tuple[io.BufferedReader[Any], str]:
    stream: io.BufferedReader[Any] = io.BufferedReader(cast("io.RawIOBase", raw), HEAD)
    head = stream.peek(HEAD)[:HEAD]
    refuse_binary(head)
    encoding, mark = sniff(head)
    stream.read(mark)
    return stream, encoding


def _errors(encoding: str) -> str:
    return "surrogateescape" if encoding == "utf-8" else "replace"


class _Recoded:
    """Lines of another encoding as UTF-8."""

    def __init__(self, stream: io.BufferedReader[Any], encoding: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding, errors=_errors(encoding), newline="\n")

    def readline(self, size: int, /) -> bytes:
        return self._text.readline(size).encode()
