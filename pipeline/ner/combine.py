"""One flat set of mentions out of several recognisers.

In: the mentions of each recogniser and the order of precedence of their sources. Out: non-overlapping mentions in
reading order; the same input gives the same output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.core.spans import Mention


def ranks(precedence: Sequence[str]) -> dict[str, int]:
    """The rank of each source. Each string of `precedence` names sources of one rank; the first is best.

    >>> ranks(["gazetteer values", "latin"])
    {'gazetteer': 0, 'values': 0, 'latin': 1}
    """
    return {source: rank for rank, sources in enumerate(precedence) for source in sources.split()}


def combine(groups: Iterable[Sequence[Mention]], rank: Mapping[str, int]) -> list[Mention]:
    """Where mentions overlap, the better rank wins, then the longer span, the higher score, the earlier recogniser.

    A source without a rank comes last.

    >>> from pipeline.core.spans import Mention
    >>> year = Mention(0, 3, 7, 1, 1, "DATE", 1.0, "values", "DATE:2024")
    >>> name = Mention(0, 0, 7, 0, 1, "EVENT", 0.9, "gazetteer", None, ("expo-2024",))
    >>> combine([[year], [name]], ranks(["gazetteer values"])) == [name]
    True
    """
    mentions = [mention for group in groups for mention in group]
    last = len(rank)
    best_first = sorted(mentions, key=lambda m: (rank.get(m.source, last), m.start - m.end, -m.score))
    taken: set[int] = set()
    kept: list[Mention] = []
    for mention in best_first:
        places = range(mention.first, mention.last + 1)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(mention)
    kept.sort(key=lambda m: m.start)
    return kept
