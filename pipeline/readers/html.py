"""A web page to its article.

In: the text of an HTML page. Out: the article's text without menus, teasers and other boilerplate, its title, address and
date. The extraction is trafilatura's (Barbaresi 2021), chosen by measuring on Arabic pages: see tests/readers/pages.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.errors import DocumentError

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)


class Page(NamedTuple):
    """What a page holds."""

    text: str
    title: str | None
    url: str | None
    published_at: str | None


def declared_encoding(raw: bytes) -> str | None:
    """The encoding that a page declares in its head, where it names one that Python knows.

    >>> declared_encoding(b'<html><head><meta charset="windows-1256">')
    'windows-1256'
    """
    found = _CHARSET.search(raw[:4096])
    if not found:
        return None
    name = found[1].decode()
    try:
        "".encode(name)
    except LookupError:
        return None
    return name


def extract(page: str) -> Page:
    """The article of a page."""
    from trafilatura import bare_extraction, html2txt  # imported late: 0.3 s that a run on text files need not spend

    found = bare_extraction(page, with_metadata=True, include_comments=False, include_tables=True, favor_recall=False, deduplicate=False)
    if found is not None and found.text and found.text.strip():
        return Page(found.text, found.title, found.url, found.date)
    # No article was recognised: everything that can be read, rather than nothing.
    text = html2txt(page)
    if not text or not text.strip():
        raise DocumentError("a web page without text")
    return Page(text, None, None, None)
