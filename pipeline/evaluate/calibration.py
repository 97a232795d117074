"""Are scores probabilities? Expected calibration error (Naeini et al. 2015) and the table behind it.

In: the score of each mention that was found, and whether it is right. Out: bins of like scores with their mean score and share of right ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Bin(NamedTuple):
    """Scores from `low` to below the next one's."""

    low: float
    n: int
    mean: float
    right: float


def bins(scored: Sequence[tuple[float, bool]], n: int = 10) -> list[Bin]:
    """The bins, of equal width, that hold any score.

    >>> bins([(0.95, True), (0.91, False), (0.2, False)])
    [Bin(low=0.2, n=1, mean=0.2, right=0.0), Bin(low=0.9, n=2, mean=0.93, right=0.5)]
    """
    groups: dict[int, list[tuple[float, bool]]] = {}
    for score, right in scored:
        groups.setdefault(min(int(score * n), n - 1), []).append((score, right))
    return [
        Bin(k / n, len(group), round(sum(s for s, _ in group) / len(group), 6), sum(r for _, r in group) / len(group))
        for k, group in sorted(groups.items())
    ]


def expected_error(scored: Sequence[tuple[float, bool]], n: int = 10) -> float:
    """The mean distance of score and share of right ones, each bin as heavy as it is full.

    >>> round(expected_error([(0.95, True), (0.91, False), (0.2, False)]), 4)
    0.3533
    """
    total = len(scored)
    return sum(b.n / total * abs(b.mean - b.right) for b in bins(scored, n)) if total else 0.0
