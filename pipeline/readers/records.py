"""What the readers hand to a run: records that still have to be decoded, and documents that have been.

A `Record` names one document before it is read; it is small and pickles, so that decoding and the extraction of web pages
happen in the workers.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

HALF_PAIR = re.compile("[\ud800-\udfff]")


class Record(NamedTuple):
    """One document to read.

    `path` is the file that holds it and `source` what the tables show («news.jsonl:17»). `kind` is txt or html. `body` is
    the content where the record came out of a container (JSONL, CSV, Parquet, standard input); None means that the file at
    `path` is the document. `encoding` is that of the container. `fault` says why the record cannot be read: it becomes a reject.
    """

    doc_id: str
    source: str
    path: str
    kind: str
    body: str | None = None
    encoding: str | None = None
    url: str | None = None
    title: str | None = None
    published_at: str | None = None
    fault: str | None = None


class Document(NamedTuple):
    """One document as it was read: the columns of `core.schema.DOCUMENTS`."""

    doc_id: str
    source: str
    url: str | None
    title: str | None
    published_at: str | None
    lang: str | None
    encoding: str | None
    n_chars: int
    text: str
    text_sha256: str


def sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def sound(name: str) -> str:
    r"""A name that every table can hold: file names and escapes may hold bytes that are no characters, and NUL.

    >>> sound("خبر\udce3\x00")
    'خبر\ufffd'
    """
    return name.replace("\x00", "") if name.isascii() else HALF_PAIR.sub("\ufffd", name).replace("\x00", "")
