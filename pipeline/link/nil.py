"""Names that no list knows: which of them are one, and their stable ids.

In: the mentions of a document. Out: groups of mentions that are one name there, and ids such as `nil-org-1a2b3c4d5e`,
the same in every document and run.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.core.spans import VALUE_LABELS, Link, Mention
from pipeline.core.tsv import rows
from pipeline.gazetteer.keys import fold

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from pathlib import Path

_BETWEEN = frozenset(" \t\u00a0()[]«»\"'“”‘’/")
_FAR = 4  # characters between the two scripts of one name
_FARTHER = 40  # characters between two names of which words say that they are one


def also_known(path: Path) -> frozenset[str]:
    """The keys of the phrases of seeds/lexicons/also_known.tsv."""
    return frozenset(fold(phrase) for _, (phrase, _) in rows(path, ("phrase", "comment")))


def nil_id(label: str, spellings: Iterable[str]) -> str:
    """The id of an unknown name; of its spellings the Latin one counts, and of several the longest.

    >>> nil_id("ORG", ["نماء كابيتال"]) == nil_id("ORG", ["نماء-كابيتال"])
    True
    >>> nil_id("ORG", ["نماء كابيتال", "Namaa Capital"]) == nil_id("ORG", ["Namaa Capital", "نماء"])
    True
    """
    keys = {fold(spelling) for spelling in spellings}
    key = min(keys, key=lambda k: (not k.isascii(), -len(k), k), default="")
    return f"nil-{label.lower().replace('_', '-')}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def clusters(
    text: str,
    mentions: Sequence[Mention],
    surfaces: Sequence[str],
    links: Sequence[Link | None],
    *,
    also: Container[str] = (),
) -> Iterator[list[int]]:
    """The mentions of each name that has one without a link: the same spelling, its other script, its short form.

    «شراع تك (Shiraa Tech)» is one name in two scripts; «لين» after «جاستن لين» and «شراع» after «شراع تك» are short forms;
    `also` holds the keys of phrases that say so: «شراع تك، المعروفة باسم رياح».
    """
    unknown = [i for i, link in enumerate(links) if link is None]
    if not unknown:
        return
    parent: dict[tuple[str, str], tuple[str, str]] = {}
    keys = [(mention.label, fold(surface)) for mention, surface in zip(mentions, surfaces, strict=True)]

    def root(node: tuple[str, str]) -> tuple[str, str]:
        while (above := parent.get(node, node)) != node:
            node = above
        return node

    loose = {keys[i] for i in unknown}
    for i in range(len(mentions) - 1):
        left, right = mentions[i], mentions[i + 1]
        between = text[left.end : right.start]
        if left.label != right.label or loose.isdisjoint(keys[i : i + 2]):
            continue
        two_scripts = (
            len(between) <= _FAR and _BETWEEN.issuperset(between) and surfaces[i].isascii() != surfaces[i + 1].isascii()
        )
        if two_scripts or (len(between) <= _FARTHER and between.strip() and fold(between) in also):
            parent[root(keys[i])] = root(keys[i + 1])
    seen: set[tuple[str, str]] = set()
    fuller: dict[tuple[str, str], tuple[str, str]] = {}
    for i, mention in enumerate(mentions):
        parts = surfaces[i].split()
        if len(parts) > 1 and mention.label in ("PERSON", "ORG") and keys[i] not in seen:
            seen.add(keys[i])
            for size in range(1, len(parts)):
                part = parts[-size:] if mention.label == "PERSON" else parts[:size]
                fuller.setdefault((mention.label, fold("".join(part))), keys[i])
    for key in loose:
        full = fuller.get(key)
        if full is not None and root(full) != root(key):
            parent[root(key)] = root(full)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, mention in enumerate(mentions):
        if mention.label not in VALUE_LABELS:
            groups[root(keys[i])].append(i)
    yield from (group for group in groups.values() if any(links[i] is None for i in group))
