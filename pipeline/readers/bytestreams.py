"""Files as streams of bytes, unpacked where their name says so.

In: a path. Out: its bytes; .gz and .zst are unpacked on the way.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, cast

import zstandard

_PACKED = {".gz", ".zst"}


def plain_suffix(path: Path) -> tuple[str, str]:
    """The suffix that names the kind of file, and the stem before it.

    >>> plain_suffix(Path("أخبار.2024.jsonl.gz"))
    ('.jsonl', 'أخبار.2024')
    """
    name = Path(path.stem) if path.suffix.lower() in _PACKED else Path(path.name)
    return name.suffix.lower(), name.stem


def opened(path: Path) -> IO[bytes]:
    """The file's bytes as a stream."""
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    if suffix == ".zst":
        return cast("IO[bytes]", zstandard.open(path, "rb"))
    return path.open("rb")


def content(path: Path, *, most: int) -> bytes:
    """At most `most` + 1 bytes of a file: one more than allowed shows that it is too long, without reading it all."""
    with opened(path) as file:
        return file.read(most + 1)
