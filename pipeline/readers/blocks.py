"""A web page to its blocks: the pieces of text that a reader sees as lines of their own.

In: a parsed page. Out: its blocks in the order of the page. A row of a table of figures is one block, its cells parted by « | »; the
cells of a table that only arranges the page are blocks like any others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "option", "p",
    "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul",
})  # fmt: skip
_UNSEEN = frozenset({
    "applet", "audio", "button", "canvas", "datalist", "embed", "frame", "frameset", "head", "iframe", "img", "input", "link", "math", "meta",
    "noframes", "noscript", "object", "script", "select", "source", "style", "svg", "template", "textarea", "track", "video",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_TABLE_PARTS = frozenset({"tr", "td", "th", "tbody", "thead", "tfoot"})
_CELL_CHARS, _CELL_BREAKS, _FEW_CELLS = 250, 2, 4  # a longer cell is a column of the page, not of a table
_LONGEST_NAME = 1000
_DIGITS, _NO_LETTER = re.compile(r"\d+"), re.compile(r"[\W_]+")


class Block(NamedTuple):
    """A line of the page. `links` counts its characters within links, `place` tells where such blocks stand: tags and classes above it."""

    text: str
    links: int
    tag: str
    place: str

    def share_of_links(self) -> float:
        """How much of it is links, between 0 and 1."""
        return self.links / max(1, len(self.text))

    def is_named(self) -> bool:
        """Does the page's author give this place a class or name?"""
        return any(not label.endswith(".") for label in self.place.split("/"))


def unroll_layout_tables(tree: Any) -> None:
    """Turn tables that arrange the page into divisions: those with tables, long texts or lists of lines in their cells."""
    from lxml.etree import iterwalk

    tables: list[_Table] = []
    layout: list[Any] = []
    for event, element in iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag == "table":
                if tables:
                    tables[-1].nested = True
                tables.append(_Table(element))
            elif tables:
                tables[-1].begin(element)
        elif tag == "table" and tables:
            layout += tables.pop().unrolled()
        elif tables and tag in _CELLS:
            tables[-1].in_cell = False
        if event == "end" and tables and tables[-1].in_cell:
            tables[-1].add(element.tail)
    for element in layout:
        element.tag = "div"


class _Table:
    """What tells a table of figures from one that arranges the page."""

    def __init__(self, element: Any) -> None:
        self.own, self.n_cells, self.nested, self.in_cell, self._long = [element], 0, False, False, False
        self._chars = self._breaks = 0

    def begin(self, element: Any) -> None:
        """An element of the table begins."""
        if element.tag in _TABLE_PARTS:
            self.own.append(element)
        if element.tag in _CELLS:
            self.n_cells += 1
            self.in_cell, self._chars, self._breaks = True, 0, 0
        self._breaks += element.tag == "br"
        self._long |= self._breaks > _CELL_BREAKS
        if self.in_cell and element.tag not in _UNSEEN:
            self.add(element.text)

    def add(self, text: str | None) -> None:
        """Text within a cell."""
        self._chars += len(text.strip()) if text else 0
        self._long |= self._chars > _CELL_CHARS

    def unrolled(self) -> list[Any]:
        """Its elements when it arranges the page."""
        return self.own if self.nested or self._long or self.n_cells < _FEW_CELLS else []


def blocks(tree: Any) -> tuple[list[Block], int]:
    """The blocks of a page, and how deeply its elements are nested."""
    from lxml.etree import iterwalk

    found: list[Block] = []
    pieces: list[str] = []
    above: list[str] = []  # labels of the block elements around
    tags: list[str] = ["body"]
    links = in_link = in_cell = depth = deepest = 0

    def flush() -> None:
        nonlocal links
        text = _squeezed("".join(pieces)).strip("| ")
        if text:
            found.append(Block(text, min(links, len(text)), tags[-1], "/".join(above[-3:])))
        pieces.clear()
        links = 0

    def add(text: str | None) -> None:
        nonlocal links
        if text:
            pieces.append(text)
            if in_link:
                links += len(_squeezed(text))

    walker = iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            depth += 1
            deepest = max(depth, deepest)
            _shorten_names(element)
            if tag in _UNSEEN or _hidden(element):
                walker.skip_subtree()
                continue
            if in_cell:
                pieces.append(" " if _is_block(tag) else "")
            elif _is_block(tag):
                flush()
                above.append(_label(element))
                tags.append(tag)
            in_cell += tag in _CELLS
            in_link += tag == "a"
            add(element.text)
            continue
        depth -= 1
        if not (tag in _UNSEEN or _hidden(element)):
            in_cell -= tag in _CELLS
            if in_cell:
                pieces.append(" " if _is_block(tag) else "")
            elif tag in _CELLS:
                pieces.append(" | " if element.getnext() is not None else "")
            elif _is_block(tag):
                flush()
                above.pop()
                tags.pop()
            in_link -= tag == "a"
        add(element.tail)
    flush()
    return found, deepest


def _is_block(tag: str) -> bool:
    return tag in _BLOCKS or "-" in tag  # an element of the page's own, such as amp-carousel


def _shorten_names(element: Any) -> None:
    """What looks through classes and ids would take minutes for one of megabytes."""
    for name in ("class", "id"):
        if len(element.get(name) or "") > _LONGEST_NAME:
            element.set(name, "")


def _hidden(element: Any) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and "display:none" in style.replace(" ", "").lower())


def _label(element: Any) -> str:
    return f"{element.tag}.{_DIGITS.sub('', element.get('class') or element.get('id') or '')}"


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def keys(lines: Iterable[str]) -> list[str]:
    """Lines by their letters and digits alone, to compare what two extractions found.

    >>> keys(["- «أرباح» 12%", ""])
    ['أرباح12', '']
    """
    return [_NO_LETTER.sub("", line) for line in lines]
