"""The comparing model: the odds that two keys spell one name, summed over all ways to pair their letters.

In: one key and many others, in letters of `letters.py`. Out: for each pair log P(pair as one name) - log P(left) - log P(right).
A pair is a sequence of edits, each a piece of either side with a probability («ش»~"sch", «كس»~"x", ""~"e"); the sides
alone are letter trigrams. All candidates are computed together, one position after the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
SIZES = ((1, 0), (0, 1), (1, 1), (1, 2), (1, 3), (2, 1), (3, 1))  # letters of the left piece and of the right one


class Trigrams(NamedTuple):
    """log P(letter | two letters before); 0 is the edge of a word."""

    alphabet: dict[str, int]
    table: Floats


class Edits(NamedTuple):
    """`table[row, column]` is the probability of an edit; row 0 and column 0 are pieces that the model does not know."""

    rows: dict[str, int]
    columns: dict[str, int]
    table: Floats
    left: Trigrams
    right: Trigrams
    edge: float  # log-probability of ending


def surprise(trigrams: Trigrams, key: str) -> float:
    """log P(key) as a word of its own script."""
    a = b = 0
    total = 0.0
    for letter in [*key, ""]:
        c = trigrams.alphabet.get(letter, 0)
        total += trigrams.table[a, b, c]
        a, b = b, c
    return float(total)


def pieces(numbers: dict[str, int], key: str, longest: int) -> list[list[int]]:
    """For each size 1 to `longest` the numbers of the pieces that end at each letter, 0 where unknown."""
    get = numbers.get
    return [[get(key[end - size : end], 0) if end >= size else 0 for end in range(1, len(key) + 1)] for size in range(1, longest + 1)]


def odds(edits: Edits, left: str, rights: list[str]) -> Floats:
    """The log-odds of `left` with each of `rights`; an empty key has none (-99).

    Time: about 20 µs a pair in lists of 50, 1 ms for one pair.
    """
    if not left or not rights:
        return np.full(len(rights), -99.0, np.float32)
    order = sorted(range(len(rights)), key=lambda k: len(rights[k]))
    result = np.empty(len(rights), np.float32)
    for start in range(0, len(order), 512):
        batch = order[start : start + 512]
        result[batch] = _batch(edits, left, [rights[k] for k in batch])
    return result


def _batch(edits: Edits, left: str, rights: list[str]) -> Floats:
    lengths = np.array([len(right) for right in rights])
    width = int(lengths.max())
    columns = np.zeros((3, len(rights), width), np.int64)
    for number, right in enumerate(rights):
        if right:
            columns[:, number, : len(right)] = _columns(edits, right)
    row = np.array(pieces(edits.rows, left, 3))
    nothing_left, nothing_right = edits.rows[""], edits.columns[""]
    # gain[size][i] is a matrix of candidates × positions: the probability of the edit that ends at letter i of the left side.
    gain = {(di, dj): [edits.table[row[di - 1, i] if di else nothing_left][columns[dj - 1] if dj else nothing_right]
                       for i in range(len(left) if di else 1)] for di, dj in SIZES}  # fmt: skip
    before: list[Floats] = []
    for i in range(len(left) + 1):
        # What comes from earlier rows is added for all positions at once; only insertions run along the row.
        now = np.zeros((width + 1, len(rights)), np.float64)
        for di, dj in SIZES:
            if 0 < di <= i:
                weight = gain[di, dj][i - 1]
                if dj == 0:
                    now += before[i - di] * weight
                elif dj <= width:
                    now[dj:] += before[i - di][: width + 1 - dj] * weight.T[dj - 1 :]
        if i == 0:
            now[0] = 1.0
        insertion = gain[0, 1][0].T
        for j in range(1, width + 1):
            now[j] += now[j - 1] * insertion[j - 1]
        before.append(now)
    joint = before[-1][lengths, np.arange(len(rights))]
    alone = np.array([_alone(edits.right, right) for right in rights]) + _alone(edits.left, left)
    scores = np.log(np.maximum(joint, 1e-280)) + edits.edge - alone
    return np.where(lengths > 0, scores, -99.0).astype(np.float32)


_cache: dict[tuple[int, str], Ints] = {}


def _columns(edits: Edits, right: str) -> Ints:
    place = (id(edits.columns), right)
    found = _cache.get(place)
    if found is None:
        if len(_cache) > 100_000:
            _cache.clear()
        found = _cache[place] = np.array(pieces(edits.columns, right, 3))
    return found


_surprises: dict[tuple[int, str], float] = {}


def _alone(trigrams: Trigrams, key: str) -> float:
    place = (id(trigrams.alphabet), key)
    found = _surprises.get(place)
    if found is None:
        if len(_surprises) > 100_000:
            _surprises.clear()
        found = _surprises[place] = surprise(trigrams, key)
    return found
