"""A web page to its article.

In: the bytes of an HTML page. Out: the article's text, one paragraph a line, headline first, without menus, teasers and other
boilerplate; its title, address and date. Which blocks of the page belong to the article is decided by trafilatura (Barbaresi 2021),
chosen by measuring on Arabic pages (`python -m tests.bench.html`); order, lines and table rows are those of the page.
"""

from __future__ import annotations

import codecs
import logging
import re
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import DocumentError
from pipeline.readers.blocks import Block, blocks, keys, unroll_layout_tables
from pipeline.readers.decode import decode
from pipeline.readers.metadata import Metadata, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

_CHARSET = re.compile(
    rb"""<(?:meta[^>]{0,200}charset|\?xml[^>]{0,80}encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^<>]*>|<!--[^<>]*-->|<[!?][^<>]*>")
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKS, _ALEF = re.compile("[\u064b-\u0652\u0640\u200e\u200f]"), re.compile("[أإآٱ]")
_LARGEST, _DEEPEST, _COMPARED = 5_000_000, 256, 2_000_000_000  # beyond these a page is read without finding its article
_LINKS = 0.5  # a block with a larger share of links leads elsewhere
_SHORT = 20  # letters; a shorter block must be a whole line of the article
_FAR, _ISLAND = 4, 0.1
_STANDFIRST_BLOCKS, _STANDFIRST_CHARS = 7, 40  # between headline and text; shorter ones are names and dates
_TITLE_SPACES = 2  # a shorter part of a title is the name of the site or section
_LONGEST_DULL = 300
_SENSIBLE = re.compile(r"cp125\d|cp720|cp864|iso8859-\d+|koi8-[ru]|mac-arabic|gb\w+|big5\w*|shift_jis|euc_\w+")
_NAMES = {"cp1256": "windows-1256", "iso8859-6": "iso-8859-6", "cp1252": "windows-1252", "iso8859-1": "windows-1252"}


class Page(NamedTuple):
    """What a page holds."""

    text: str
    title: str | None
    url: str | None
    published_at: str | None


def decode_page(raw: bytes) -> tuple[str, str]:
    """The text of a page and its encoding. What the page declares counts only where the bytes leave a choice: pages lie.

    >>> decode_page('<meta charset="iso-8859-1"><p>أعلنت الشركة أرباحها'.encode("windows-1256"))[1]
    'windows-1256'
    """
    return decode(raw, declared_encoding(raw))


def declared_encoding(raw: bytes) -> str | None:
    """The encoding that a page declares in its head, where it is a sensible one.

    >>> declared_encoding(b'<html><head><meta charset="windows-1256">'), declared_encoding(b'<meta charset="rot13">')
    ('windows-1256', None)
    """
    found = _CHARSET.search(raw[:4096])
    try:
        name = codecs.lookup(found[1].decode()).name if found else ""
    except LookupError:
        return None
    return _NAMES.get(name, name) if _SENSIBLE.fullmatch(name) else None


def extract(page: str, skip_lines: Sequence[str] = (), skip_starts: Sequence[str] = ()) -> Page:
    """The article of a page. Left out are lines that lead elsewhere: those that are one of `skip_lines` and those that begin with one of `skip_starts`."""
    tree = _parsed(page) if len(page) <= _LARGEST else None
    if tree is None:
        return _page(_plain(page), None, Metadata())
    about = metadata(tree)
    unroll_layout_tables(tree)
    found, depth = blocks(tree)
    voted = _voted(tree) if depth <= _DEEPEST else []
    kept = _article(found, voted) if voted else [block.share_of_links() < _LINKS for block in found]
    dull = _Dull(skip_lines, skip_starts)
    kept = [keep and not dull(block.text) for block, keep in zip(found, kept, strict=True)]
    headline = _headline(found, kept, about)
    if headline is not None:
        _keep_standfirst(found, kept, headline, dull)
    lines = [block.text for block, keep in zip(found, kept, strict=True) if keep]
    if about.body and len(_key(about.body)) > 2 * len(_key("".join(lines))):
        lines = [*about.titles[:1], *_plain(about.body)]  # the page shows it only after its scripts have run
    # Where no article was recognised: everything that can be read, rather than nothing.
    lines = lines or [block.text for block in found] or _plain(page)
    return _page(lines, found[headline].text if headline is not None else None, about)


def _page(lines: list[str], headline: str | None, about: Metadata) -> Page:
    if not lines:
        raise DocumentError("a web page without text; perhaps it holds only frames, images or scripts")
    return Page(
        "\n".join(lines), about.title or headline or next(iter(about.titles), None), about.url, about.published_at
    )


def _parsed(page: str) -> Any:
    """The tree of a page; None where it is nested so deeply that the parser gives up."""
    from lxml.etree import ParserError, XMLSyntaxError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(page.replace("\x00", "").encode(), parser=parser)
    except (ParserError, XMLSyntaxError, ValueError):
        return None
    return None if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log) else tree


def _voted(tree: Any) -> list[str]:
    """The lines that trafilatura takes for the article."""
    from trafilatura import bare_extraction  # imported late: 0.3 s that a run on text files need not spend

    try:
        found = bare_extraction(tree, favor_precision=True, with_metadata=False, include_comments=False)
    except Exception as error:  # a page that it cannot read is read without it
        log.debug("trafilatura: %r", error)
        return []
    return (found.text or "").splitlines() if found is not None else []


def _article(found: list[Block], voted: list[str]) -> list[bool]:
    """Which blocks belong to the article."""
    voted_keys, names = keys(voted), keys(block.text for block in found)
    lines, whole = set(voted_keys), "".join(voted_keys)
    if len(found) * len(whole) > _COMPARED:
        whole = ""  # so many blocks are compared line by line only
    kept = [bool(name) and (name in lines or (len(name) >= _SHORT and name in whole)) for name in names]
    if not any(kept):
        return [block.share_of_links() < _LINKS for block in found]
    first, last = kept.index(True), _last(kept)
    # What stands where other blocks of the article stand belongs to it; behind its end only where the place has a name.
    places = {block.place for block, keep in zip(found, kept, strict=True) if keep}
    for i in range(first, len(found)):
        if (
            not kept[i]
            and found[i].place in places
            and found[i].share_of_links() < _LINKS
            and (i < last or found[i].is_named())
        ):
            kept[i] = True
    # A heading belongs to the text that follows it.
    for i in range(_last(kept) - 1, max(first - 2, -1), -1):
        kept[i] = kept[i] or (found[i].tag in _HEADINGS and kept[i + 1] and found[i].share_of_links() < _LINKS)
    _drop_islands(found, kept)
    return kept


def _last(kept: list[bool]) -> int:
    return len(kept) - 1 - kept[::-1].index(True)


def _drop_islands(found: list[Block], kept: list[bool]) -> None:
    """Drop little groups of blocks far from the rest and in other places than the rest: they belong to the page, not to the article."""
    groups: list[list[int]] = []
    for i in (i for i, keep in enumerate(kept) if keep):
        if groups and i - groups[-1][-1] <= _FAR:
            groups[-1].append(i)
        else:
            groups.append([i])
    sizes = [sum(len(found[i].text) for i in group) for group in groups]
    main = {found[i].place for i in groups[sizes.index(max(sizes))]}
    for group, size in zip(groups, sizes, strict=True):
        if size < _ISLAND * sum(sizes) and not main & {found[i].place for i in group}:
            for i in group:
                kept[i] = False


def _headline(found: list[Block], kept: list[bool], about: Metadata) -> int | None:
    """The block before the text that repeats the page's title; failing that, its only main heading."""
    titles = {
        key
        for key in keys(title for title in about.titles if title == about.title or title.count(" ") >= _TITLE_SPACES)
        if key
    }
    before = range(kept.index(True) + 1 if any(kept) else len(found))
    same = [i for i in before if _key(found[i].text) in titles]
    if same:
        return max(same, key=lambda i: (len(found[i].text), found[i].tag in _HEADINGS, i))
    main = [i for i, block in enumerate(found) if block.tag == "h1"]
    return main[0] if len(main) == 1 and main[0] in before and found[main[0]].share_of_links() < _LINKS else None


def _keep_standfirst(found: list[Block], kept: list[bool], headline: int, dull: _Dull) -> None:
    """Keep the headline and the sentences that stand between it and the text."""
    first = kept.index(True) if any(kept) else headline
    if first - headline <= _STANDFIRST_BLOCKS:
        for i in range(headline + 1, first):
            block = found[i]
            kept[i] = len(block.text) >= _STANDFIRST_CHARS and block.share_of_links() < _LINKS and not dull(block.text)
    kept[headline] = True


class _Dull:
    """Recognises lines that lead elsewhere, whatever their spelling of alef and vowels."""

    def __init__(self, lines: Sequence[str], starts: Sequence[str]) -> None:
        self._lines, self._starts = frozenset(map(_folded, lines)), tuple(map(_folded, starts))

    def __call__(self, text: str) -> bool:
        if len(text) > _LONGEST_DULL:
            return False
        folded = _folded(text)
        return folded in self._lines or (bool(self._starts) and folded.startswith(self._starts))


def _folded(text: str) -> str:
    return _ALEF.sub("ا", _MARKS.sub("", text)).strip(" :.…-–—•|»«*›‹")


def _key(text: str) -> str:
    return keys([text])[0]


def _plain(page: str) -> list[str]:
    """The text of a page without a parser, in time linear to its length."""
    lines, at, unseen = [[""]], 0, ""
    for tag in _TAG.finditer(page):
        name = (tag[2] or "").lower()
        if not unseen:
            lines[-1].append(page[at : tag.start()])
            if name not in _INLINE:
                lines.append([])
            if name in _UNSEEN and not tag[1]:
                unseen = name
        elif name == unseen and tag[1]:
            unseen = ""
        at = tag.end()
    if not unseen:
        lines[-1].append(page[at:])
    texts = (unescape("".join(pieces)) for pieces in lines)
    return [line for text in texts for piece in text.splitlines() if (line := " ".join(piece.split()))]
