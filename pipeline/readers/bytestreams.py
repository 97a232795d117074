"""Files as streams of bytes, unpacked where their name says so.

In: a path. Out: its bytes; .gz and .zst are unpacked on the way. A file that is cut off, damaged or not what its name says is a
DocumentError, also in the middle of reading; a disk or network that fails is a TransientError.
"""

from __future__ import annotations

import errno
import gzip
import io
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pyarrow as pa

from pipeline.errors import DocumentError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKED = {".gz": "gzip", ".zst": "Zstandard"}
# Failures of a disk or network, not of the file: the part is tried again.
_PASSING = {
    errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENOTCONN, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
}  # fmt: skip
_MAGIC = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}


def plain_suffix(path: Path) -> tuple[str, str]:
    """The suffix that names the kind of file, and the stem before it.

    >>> plain_suffix(Path("أخبار.2024.jsonl.gz"))
    ('.jsonl', 'أخبار.2024')
    """
    name = Path(path.stem) if path.suffix.lower() in PACKED else Path(path.name)
    return name.suffix.lower(), name.stem


def packing(head: bytes) -> str:
    """The suffix that packed content should bear, by its first bytes; empty when it is not packed.

    >>> packing(gzip.compress("خبر".encode())), packing("خبر".encode())
    ('.gz', '')
    """
    return next((suffix for suffix, magic in _MAGIC.items() if head.startswith(magic)), "")


@contextmanager
def opened(path: Path, suffix: str | None = None) -> Iterator[IO[bytes]]:
    """The file's bytes as a stream; `suffix` overrules the packing that its name tells."""
    suffix = path.suffix.lower() if suffix is None else suffix
    try:
        with path.open("rb") as raw:
            if suffix not in PACKED:
                yield raw
                return
            head = raw.peek(4)[:4]
            if head and not packing(head) == suffix:
                raise DocumentError(
                    f"named {suffix}, but not packed with {PACKED[suffix]}; rename it to what it is, or fetch it again"
                )
            with _unpacked(raw, suffix) as file:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(suffix, error) from None
    except OSError as error:
        if error.errno is None:  # what pyarrow says of damaged content
            raise _damaged(suffix, error) from None
        if error.errno in _PASSING:
            raise TransientError(f"{path}: {error.strerror}") from error
        raise DocumentError(f"cannot be read: {error.strerror}") from None


def _unpacked(raw: IO[bytes], suffix: str) -> IO[bytes]:
    if suffix == ".gz":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=raw, mode="rb"))
    # pyarrow and not zstandard: it notices when a file is cut off.
    return io.BufferedReader(pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd"), 1 << 18)


def _damaged(suffix: str, error: Exception) -> DocumentError:
    return DocumentError(
        f"the {PACKED.get(suffix, 'packed')} file is cut off or damaged ({error}); fetch or pack it again"
    )


def content(path: Path, *, most: int) -> bytes:
    """The bytes of a file; at most `most` + 1 of them, which shows that it is too long without reading it all."""
    with opened(path) as file:
        return file.read(most + 1)
