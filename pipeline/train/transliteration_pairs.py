"""Chooses the pairs of names that may be learnt from, and makes pairs within one script of them.

In: pairs as read. Out: pairs of single words that share nothing with what is held out; spellings of one name in one script.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from pipeline.gazetteer.transliteration.letters import arabic_key, latin_key

if TYPE_CHECKING:
    from pipeline.evaluate.transliteration import Pair


def usable(pairs: list[Pair], held_out: list[Pair]) -> list[Pair]:
    """Pairs of single words of usual length, neither of whose keys occurs in `held_out`."""
    arabic = {arabic_key(pair.arabic) for pair in held_out}
    latin = {latin_key(pair.latin) for pair in held_out}
    kept = []
    for pair in pairs:
        left, right = arabic_key(pair.arabic), latin_key(pair.latin)
        if 0 < len(left) <= 14 and 0 < len(right) <= 18 and left not in arabic and right not in latin:
            kept.append(pair)
    return kept


def parted(pairs: list[Pair], *, share: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    """A larger and a smaller part without a common key in either script."""
    order = sorted(pairs)
    Random(seed).shuffle(order)
    tested = order[: int(len(order) * share)]
    return usable(order[len(tested) :], tested), tested


def variants(pairs: list[tuple[str, str]], *, most: int = 8) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs of Arabic keys with a common Latin key, and of Latin keys with a common Arabic one, each in both orders."""
    by_latin: dict[str, set[str]] = defaultdict(set)
    by_arabic: dict[str, set[str]] = defaultdict(set)
    for arabic, latin in pairs:
        by_latin[latin].add(arabic)
        by_arabic[arabic].add(latin)
    made = []
    for groups in (by_latin, by_arabic):
        found = []
        for group in groups.values():
            for left, right in combinations(sorted(group)[:most], 2):
                found += [(left, right), (right, left)]
        made.append(found)
    return made[0], made[1]
