"""Counts for the models: n-grams of units with modified Kneser-Ney smoothing, and letter trigrams.

In: sequences of units, words. Out: the arrays that `joint.build` and `edits.Trigrams` read.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from pipeline.gazetteer.transliteration.edits import Trigrams
from pipeline.gazetteer.transliteration.joint import STEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Gram = tuple[int, ...]
END, BEGIN = 0, 1


def units_of(ways: list[list[tuple[str, str]]], *, least: int) -> tuple[list[tuple[str, str]], list[Gram]]:
    """Numbered units and the ways as sequences of them; ways with a unit seen fewer than `least` times are left out.

    What has no source letter joins the unit before it (at the start the unit after), so that reading never inserts.
    """
    joined = [_without_insertions(way) for way in ways]
    seen = Counter(unit for way in joined for unit in way)
    units = [("", ""), ("", ""), *sorted(unit for unit, count in seen.items() if count >= least and unit[0])]
    number = {unit: k for k, unit in enumerate(units) if k > BEGIN}
    return units, [tuple(number[unit] for unit in way) for way in joined if all(unit in number for unit in way)]


def _without_insertions(way: list[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    waiting = ""
    for source, target in way:
        if source:
            joined.append((source, waiting + target))
            waiting = ""
        elif joined:
            joined[-1] = (joined[-1][0], joined[-1][1] + target)
        else:
            waiting += target
    return joined


def ngrams(sequences: list[Gram], *, order: int, least: int, n_units: int) -> dict[str, NDArray[np.integer]]:
    """The model's arrays (see `joint.build`): interpolated Kneser-Ney, n-grams of three and more seen `least` times or more."""
    counts = _counts(sequences, order)
    probability = _smoothed(counts, order, n_units)
    kept: list[list[Gram]] = [[] for _ in range(order + 1)]
    kept[1] = [(unit,) for unit in range(n_units)]
    alive: set[Gram] = set(kept[1])
    for n in range(2, order + 1):
        kept[n] = sorted(gram for gram, count in counts[n].items() if gram[:-1] in alive and (n < 3 or count >= least))
        alive = set(kept[n])
    nodes = [gram for level in kept for gram in level]
    below: dict[Gram, list[Gram]] = defaultdict(list)
    for gram in nodes:
        below[gram[:-1]].append(gram)
    unit = np.array([gram[-1] for gram in nodes], np.uint16)
    n_children = np.array([len(below.get(gram, ())) for gram in [(), *nodes]], np.uint16)
    logp = [_steps(probability(gram)) for gram in nodes]
    backoff = [0]
    for gram in nodes:
        followers = below.get(gram, ())
        if followers:
            rest = 1 - sum(probability(follower) for follower in followers)
            shorter = 1 - sum(probability(follower[1:]) for follower in followers)
            backoff.append(_steps(max(rest, 1e-6) / max(shorter, 1e-6)))
        else:
            backoff.append(0)
    return {
        "unit": unit,
        "children": n_children,
        "logp": np.array(logp, np.uint8),
        "backoff": np.array(backoff, np.uint8),
    }


def _steps(probability: float) -> int:
    return min(255, max(0, round(-math.log(max(probability, 1e-12)) / STEP)))


def _counts(sequences: list[Gram], order: int) -> list[Counter[Gram]]:
    """Counts of the longest n-grams; of shorter ones in how many contexts they occur (those at the start: how often)."""
    raw: list[Counter[Gram]] = [Counter() for _ in range(order + 1)]
    for sequence in sequences:
        line = (BEGIN, *sequence, END)
        for end in range(2, len(line) + 1):
            for n in range(1, min(order, end) + 1):
                raw[n][line[end - n : end]] += 1
    counts = [*raw[:-1], raw[-1]]
    for n in range(order - 1, 0, -1):
        counts[n] = Counter(gram[1:] for gram in raw[n + 1])
        counts[n].update({gram: count for gram, count in raw[n].items() if gram[0] == BEGIN})
    return counts


def _smoothed(counts: list[Counter[Gram]], order: int, n_units: int) -> Callable[[Gram], float]:
    """P(last unit | the others), discounted by how often n-grams are seen once, twice and more (Chen and Goodman 1998)."""
    discounts: list[tuple[float, ...]] = [()]
    totals: list[dict[Gram, list[float]]] = [{}]
    for n in range(1, order + 1):
        of = Counter(min(count, 4) for count in counts[n].values())
        n1, n2, n3, n4 = (of[k] + 0.5 for k in (1, 2, 3, 4))
        y = n1 / (n1 + 2 * n2)
        d = (0.0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
        discounts.append((0.0, *(min(max(d[k], 0.2 * k), k - 0.05) for k in (1, 2, 3))))
        total: dict[Gram, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for gram, count in counts[n].items():
            context = total[gram[:-1]]
            context[0] += count
            context[1] += discounts[n][min(count, 3)]
        totals.append(dict(total))
    memo: dict[Gram, float] = {}

    def probability(gram: Gram) -> float:
        found = memo.get(gram)
        if found is None:
            n = len(gram)
            shorter = probability(gram[1:]) if n > 1 else 1 / n_units
            total = totals[n].get(gram[:-1])
            count = counts[n].get(gram, 0)
            found = (
                shorter
                if total is None
                else (max(count - discounts[n][min(count, 3)], 0) + total[1] * shorter) / total[0]
            )
            memo[gram] = found
        return found

    return probability


def trigrams(words: list[str], alphabet: str) -> Trigrams:
    """Interpolated (Witten-Bell) letter trigrams; 0 is the edge of a word."""
    number = {letter: k + 1 for k, letter in enumerate(alphabet)}
    size = len(alphabet) + 1
    counts = np.zeros((size, size, size))
    for word in words:
        a = b = 0
        for letter in [*word, ""]:
            c = number.get(letter, 0)
            counts[a, b, c] += 1
            a, b = b, c
    single = (counts.sum((0, 1)) + 0.5) / (counts.sum() + 0.5 * size)
    double = _backed_off(counts.sum(0), single)
    return Trigrams(number, np.log(_backed_off(counts, double)).astype(np.float32))


def _backed_off(counts: NDArray[np.float64], shorter: NDArray[np.float64]) -> NDArray[np.float64]:
    total, types = counts.sum(-1, keepdims=True), np.maximum((counts > 0).sum(-1, keepdims=True), 1)
    return np.asarray((counts + types * shorter) / (total + types))
