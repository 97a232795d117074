"""Which entity each mention of a document refers to.

In: raw text, mentions, the known entities. Out: one `Link` a mention. Known spellings give candidates, for names that no list
has those that sound the same; label, country, the document's other names and how common a spelling is rank them; what is not
sure gets a NIL id, the same for every form that the document shows to be one name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS, Link, Mention
from pipeline.gazetteer.candidates import Candidate, Candidates
from pipeline.gazetteer.hearing import kin
from pipeline.link.nil import clusters, nil_id

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from pipeline.gazetteer.entries import Entry

_VALUE = Link(None, 1.0, "value")
_NO_LABEL, _NO_KIN, _COMMON, _COUNTRY, _AGAIN = -0.2, -0.4, -0.1, 0.05, 0.1
_NEAR = 0.05  # two entities that sound as alike as this are told apart by their surroundings or not at all
_HELD = 0.04  # what the company and its country, neighbours and repetitions add to what a name sounds like


class Thresholds(NamedTuple):
    """`score`: below it a mention is a NIL. `likeness`: so probably must an unlisted spelling be that of its entity."""

    score: float
    likeness: float


def rank(
    text: str,
    mentions: Sequence[Mention],
    *,
    entries: Mapping[str, Entry],
    candidates: Candidates,
    least: Thresholds,
    also: Container[str] = (),
) -> list[Link]:
    """The links of a document in the order of its mentions."""
    surfaces = [text[mention.start : mention.end] for mention in mentions]
    around = Counter(candidate for mention in mentions for candidate in mention.candidates)
    links = [
        _VALUE if mention.label in VALUE_LABELS else _known(mention, surface, around, entries, candidates, least)
        for mention, surface in zip(mentions, surfaces, strict=True)
    ]
    for group in clusters(text, mentions, surfaces, links, also=also):
        known = [link for i in group if (link := links[i]) is not None and _is_kind(mentions[i].label, link, entries)]
        fullest = max(group, key=lambda i: (len(surfaces[i]), -i))
        shared = (
            Link(Counter(link.entity_id for link in known).most_common(1)[0][0], 0.7, "document")
            if known
            else Link(nil_id(mentions[fullest].label, [surfaces[i] for i in group]), 0.0, "nil")
        )
        for i in group:
            links[i] = links[i] or shared
    return [link for link in links if link is not None]


def _is_kind(label: str, link: Link, entries: Mapping[str, Entry]) -> bool:
    """Whether a mention has a label of its entity; what only bears its name («نوفا», a firm) names nobody else after it."""
    entry = entries.get(link.entity_id or "")
    return entry is None or label in entry.labels


def _known(
    mention: Mention,
    surface: str,
    around: Mapping[str, int],
    entries: Mapping[str, Entry],
    candidates: Candidates,
    least: Thresholds,
) -> Link | None:
    """The best known entity for one mention, or None."""
    if mention.candidates:
        first = mention.candidates[0]
        if first not in entries:  # a version that no list has, under a family that one has
            return Link(first, 0.8, "family")
        if len(mention.candidates) == 1 or mention.label == "NORP":
            return Link(first, 0.95, "alias")
        found = [
            Candidate(c, entries[c].labels, 1.0, "alias", common=False) for c in mention.candidates if c in entries
        ]
    else:
        found = list(candidates(surface, mention.label))
        if found and found[0].method == "sound":
            return _sounding(found, around, entries, least)
    best: Link | None = None
    for candidate in found:
        score = _score(candidate, mention, around, entries[candidate.entity_id])
        if score >= least.score and (best is None or score > best.link_score):
            best = Link(candidate.entity_id, round(score, 3), candidate.method)
    return best


def _sounding(
    found: Sequence[Candidate],
    around: Mapping[str, int],
    entries: Mapping[str, Entry],
    least: Thresholds,
) -> Link | None:
    """The entity that an unlisted spelling surely stands for, or None where none is sure or two are."""
    scored = sorted(
        (
            candidate.likeness + _HELD * (not around.keys().isdisjoint(_neighbours(entries[candidate.entity_id]))),
            candidate.entity_id,
        )
        for candidate in found
    )
    score, entity_id = scored[-1]
    if score < least.likeness or (len(scored) > 1 and scored[-2][0] > score - _NEAR):
        return None
    return Link(entity_id, round(min(score, 0.99), 3), "sound")


def _neighbours(entry: Entry) -> set[str]:
    """The entities whose being in the document speaks for one: itself, its country, what it belongs to."""
    return {entry.id, entry.country, entry.parent} - {""}


def _score(candidate: Candidate, mention: Mention, around: Mapping[str, int], entry: Entry) -> float:
    """From 0 to 1: how well a candidate fits the mention and its document."""
    score = 0.85 * candidate.likeness
    if mention.label not in candidate.labels:
        score += _NO_LABEL if set(kin(mention.label)) & set(candidate.labels) else _NO_KIN
    if candidate.common:
        score += _COMMON
    if entry.country in around or entry.parent in around:
        score += _COUNTRY
    if around.get(entry.id, 0) > (entry.id in mention.candidates):
        score += _AGAIN
    return min(1.0, max(0.0, score))
