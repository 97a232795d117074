"""Which files there are below the inputs.

In: paths as the user gave them. Out: every file in a fixed order, one at a time, so that memory does not grow with their number;
what cannot be opened is there too, with its fault. Hidden files and folders are left alone.
"""

from __future__ import annotations

import os
import stat
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import ConfigError
from pipeline.readers.bytestreams import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Signs that other programs leave beside documents; none holds any.
_NO_DOCUMENTS = {"_SUCCESS", "_metadata", "_common_metadata", "Thumbs.db", "desktop.ini"}
_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
_GROWTH = 5  # packed text is about this much larger when unpacked


class File(NamedTuple):
    """An input file. `fault` says why it cannot be read."""

    path: str
    size: int
    mtime_ns: int
    fault: str | None = None

    def unpacked(self) -> int:
        """Its size as text, roughly."""
        return self.size * _GROWTH if Path(self.path).suffix.lower() in PACKED else self.size


def files(inputs: Sequence[str], *, but: Path | None = None) -> Iterator[File]:
    """Every input file, sorted by name within each folder; links are followed, each folder is read once, `but` never."""
    for given in inputs:
        if not os.path.lexists(given):
            parent = Path(given).parent
            near = get_close_matches(
                Path(given).name, (entry.name for entry in parent.iterdir()) if parent.is_dir() else (), 1
            )
            raise ConfigError(f"no input {given}" + (f"; did you mean {parent / near[0]}?" if near else ""))
    seen: set[tuple[int, int]] = set()  # folders, so that a link to a folder above ends there
    if but is not None and but.is_dir():
        seen.add((but.stat().st_dev, but.stat().st_ino))
    for given in dict.fromkeys(inputs):
        yield from _below(given, seen) if Path(given).is_dir() else [looked_at(given)]


def _below(folder: str, seen: set[tuple[int, int]]) -> Iterator[File]:
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if not Path(path).is_dir():
            yield looked_at(path)
            continue
        try:
            found = Path(path).stat()
            if (found.st_dev, found.st_ino) in seen:
                continue
            seen.add((found.st_dev, found.st_ino))
            names = sorted((entry.name for entry in Path(path).iterdir()), reverse=True)
        except OSError as error:
            yield File(path, 0, 0, f"the folder cannot be opened: {error.strerror}")
            continue
        waiting += [str(Path(path) / name) for name in names if not name.startswith(".") and name not in _NO_DOCUMENTS]


def looked_at(path: str) -> File:
    """What the file system says of a file now."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError as error:
        broken = Path(path).is_symlink()
        return File(path, 0, 0, f"a broken link: {error.strerror}" if broken else f"cannot be read: {error.strerror}")
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        return File(
            path,
            0,
            found.st_mtime_ns,
            f"{_KINDS.get(kind, 'no file')}, which is not read; standard input is read with --input -",
        )
    if not os.access(path, os.R_OK):
        return File(
            path, found.st_size, found.st_mtime_ns, "cannot be read: permission denied; make it readable with chmod"
        )
    return File(path, found.st_size, found.st_mtime_ns)
