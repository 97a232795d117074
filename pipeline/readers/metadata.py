"""What a web page states of itself: title, address and date of publication.

In: a parsed page. Out: a `Metadata`. JSON-LD and meta elements are believed in this order; nothing is guessed from the text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

from pipeline.readers.dates import iso
from pipeline.readers.records import sound

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARTICLE = re.compile(r"article|posting|report", re.IGNORECASE)
_TITLE_CUT = re.compile(r"\s+[|–—:\-«»]+\s+|:\s+")
_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish_date", "pubdate", "date", "dcterms.created", "dc.date.created", "cxenseparse:recs:publishtime",
)  # fmt: skip
_LONGEST = 1000


class Metadata(NamedTuple):
    """`title` is the article's own; `titles` are all texts that may be its headline; `body` is the article where JSON-LD holds it."""

    title: str | None = None
    titles: tuple[str, ...] = ()
    url: str | None = None
    published_at: str | None = None
    body: str | None = None


def metadata(tree: Any) -> Metadata:
    """Read the head and the JSON-LD of a page."""
    stated = _meta(tree)
    linked = _linked(tree)
    whole = next((_text(e) for e in tree.iter("title")), "")
    own = [stated.get("og:title"), linked.get("headline"), stated.get("twitter:title")]
    titles = [
        sound(" ".join(t.split())[:_LONGEST])
        for t in (*own, whole, *_TITLE_CUT.split(whole))
        if isinstance(t, str) and t.strip()
    ]
    dates = [linked.get("datePublished"), *(stated.get(name) for name in _DATES), *_times(tree)]
    body = linked.get("articleBody")
    return Metadata(
        titles[0] if any(isinstance(t, str) and t.strip() for t in own) else None,
        tuple(dict.fromkeys(titles)),
        _url(tree, stated, linked),
        next((date for stated_date in dates if isinstance(stated_date, str) and (date := iso(stated_date))), None),
        sound(body) if isinstance(body, str) and body.strip() else None,
    )


def _meta(tree: Any) -> dict[str, str]:
    """The first value of each meta element, by its lower-case name."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name, content = (
            element.get("property") or element.get("name") or element.get("itemprop"),
            element.get("content"),
        )
        if name and content and content.strip():
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _linked(tree: Any) -> dict[str, Any]:
    """The object of the page's JSON-LD that describes an article."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            value = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for described in _objects(value):
            kind = described.get("@type")
            if _ARTICLE.search(" ".join(map(str, kind)) if isinstance(kind, list) else str(kind)):
                return described
    return {}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    for described in value if isinstance(value, list) else [value]:
        if isinstance(described, dict):
            yield described
            graph = described.get("@graph")
            yield from (inner for inner in (graph if isinstance(graph, list) else ()) if isinstance(inner, dict))


def _times(tree: Any) -> Iterator[str | None]:
    """Times that are marked as the date of publication, and the only time of a page."""
    times = list(tree.iter("time"))
    marked = [
        e
        for e in times
        if e.get("pubdate") is not None or e.get("itemprop") == "datePublished" or "published" in (e.get("class") or "")
    ]
    for element in marked or (times if len(times) == 1 else ()):
        yield element.get("datetime")
    for element in tree.iterfind(".//*[@itemprop='datePublished']"):
        yield element.get("content") or element.get("datetime") or _text(element)


def _url(tree: Any, stated: dict[str, str], linked: dict[str, Any]) -> str | None:
    canonical = next((e.get("href") for e in tree.iter("link") if (e.get("rel") or "").lower() == "canonical"), None)
    main = linked.get("mainEntityOfPage")
    main = main.get("@id") if isinstance(main, dict) else main
    base = stated.get("og:url") or next((e.get("href") for e in tree.iter("base")), None) or ""
    for address in (canonical, stated.get("og:url"), main, linked.get("url")):
        if isinstance(address, str) and address.strip():
            try:
                whole = urljoin(base, address.strip())
            except ValueError:
                continue
            if whole.startswith(("http://", "https://")):
                return sound(whole[:_LONGEST])
    return None


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
