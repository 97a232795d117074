"""The comparing model: the odds that two keys spell one name, summed over all ways to pair their letters.

In: one key and many others, in letters of `letters.py`. Out: for each pair log P(pair as one name) - log P(left) - log P(right).
A pair is a sequence of edits, each a piece of either side with a probability («ش»~"sch", «كس»~"x", ""~"e"). A side alone is
half its letter trigrams, half what the edits say of it whatever the other side. All candidates are computed together, one position after the other.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_FEW = 500  # pairs of letters up to which plain loops are faster than arrays
SIZES = ((1, 0), (0, 1), (1, 1), (1, 2), (1, 3), (2, 1), (3, 1))  # letters of the left piece and of the right one


class Trigrams(NamedTuple):
    """Logarithm of P(letter | two letters before); 0 is the edge of a word."""

    alphabet: dict[str, int]
    table: Floats


class Edits(NamedTuple):
    """`table[row, column]` is the probability of an edit; row 0 and column 0 are pieces that the model does not know."""

    rows: dict[str, int]
    columns: dict[str, int]
    table: Floats
    left: Trigrams
    right: Trigrams
    row_mass: Floats  # sums of the table
    column_mass: Floats
    listed: list[list[float]]  # the table once more: reading a number from a list is faster
    columns_seen: dict[str, Ints]  # what was computed for a right side before; emptied when it has grown
    alone_seen: dict[str, float]


def assembled(rows: dict[str, int], columns: dict[str, int], table: Floats, left: Trigrams, right: Trigrams) -> Edits:
    """The model of these parts."""
    return Edits(rows, columns, table, left, right, table.sum(1), table.sum(0), table.tolist(), {}, {})


def turned(edits: Edits) -> Edits:
    """The same with the sides exchanged; `SIZES` holds each size both ways round."""
    return assembled(edits.columns, edits.rows, np.ascontiguousarray(edits.table.T), edits.right, edits.left)


def marginal(numbers: dict[str, int], mass: Floats, key: str) -> float:
    """Logarithm of P(key) as one side of a pair, whatever the other side."""
    silent = 1.0 - float(mass[numbers[""]])  # edits without a letter on this side change nothing
    ways = [1.0]
    for end in range(1, len(key) + 1):
        ways.append(
            sum(
                ways[end - size] * float(mass[numbers.get(key[end - size : end], 0)])
                for size in (1, 2, 3)
                if size <= end
            )
            / silent
        )
    return float(np.log(max(ways[-1], 1e-280)) - np.log(silent))


def surprise(trigrams: Trigrams, key: str) -> float:
    """Logarithm of P(key) as a word of its own script."""
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
    return [
        [get(key[end - size : end], 0) if end >= size else 0 for end in range(1, len(key) + 1)]
        for size in range(1, longest + 1)
    ]


def odds(edits: Edits, left: str, rights: list[str]) -> Floats:
    """The log-odds of `left` with each of `rights`; an empty key has none (-99).

    Time: about 20 µs a pair in lists of 50, 0.1 ms for one pair.
    """
    if not left or not rights:
        return np.full(len(rights), -99.0, np.float32)
    if sum(map(len, rights)) * len(left) < _FEW:
        known = alone_left(edits, left)
        few = np.array([_one(edits, left, right) for right in rights], np.float32) - np.float32(known)
        return np.where(few < -90, -99.0, few)
    order = sorted(range(len(rights)), key=lambda k: len(rights[k]))
    known = alone_left(edits, left)
    result = np.empty(len(rights), np.float32)
    for start in range(0, len(order), 512):
        batch = order[start : start + 512]
        result[batch] = _batch(edits, left, [rights[k] for k in batch]) - known
    return np.where(result < -90, -99.0, result)


def _one(edits: Edits, left: str, right: str) -> float:
    """`_batch` for one pair, in plain loops."""
    if not right:
        return -99.0
    table = edits.listed
    first, second, third = pieces(edits.columns, right, 3)
    nothing = table[edits.rows[""]]
    added = [nothing[column] for column in first]  # letters of the right side that have none on the left
    dropped = edits.columns[""]
    width = len(right)
    blank = [0.0] * (width + 1)
    before = [1.0] + [0.0] * width
    for j in range(1, width + 1):
        before[j] = before[j - 1] * added[j - 1]
    earlier, earliest = blank, blank
    for i, (one, two, three) in enumerate(zip(*pieces(edits.rows, left, 3), strict=True)):
        row, pair, triple = table[one], table[two], table[three]
        drop = row[dropped]
        now = [before[0] * drop, *blank[1:]]
        for j in range(1, width + 1):
            column = first[j - 1]
            total = before[j] * drop + before[j - 1] * row[column] + now[j - 1] * added[j - 1]
            if j > 1:
                total += before[j - 2] * row[second[j - 1]]
                if j > 2:
                    total += before[j - 3] * row[third[j - 1]]
            if i:
                total += earlier[j - 1] * pair[column]
                if i > 1:
                    total += earliest[j - 1] * triple[column]
            now[j] = total
        earliest, earlier, before = earlier, before, now
    return math.log(max(before[-1], 1e-280)) - alone(edits, right)


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
    before: list[NDArray[np.float64]] = []
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
    known = np.array([alone(edits, right) for right in rights])
    return np.where(lengths > 0, np.log(np.maximum(joint, 1e-280)) - known, -99.0).astype(np.float32)


def _columns(edits: Edits, right: str) -> Ints:
    found = edits.columns_seen.get(right)
    if found is None:
        if len(edits.columns_seen) > 100_000:
            edits.columns_seen.clear()
        found = edits.columns_seen[right] = np.array(pieces(edits.columns, right, 3))
    return found


def alone(edits: Edits, key: str) -> float:
    """Logarithm of P(key) on the right side, whatever the left one is."""
    found = edits.alone_seen.get(key)
    if found is None:
        if len(edits.alone_seen) > 100_000:
            edits.alone_seen.clear()
        found = edits.alone_seen[key] = (
            surprise(edits.right, key) + marginal(edits.columns, edits.column_mass, key)
        ) / 2
    return found


def alone_left(edits: Edits, key: str) -> float:
    """Logarithm of P(key) on the left side."""
    return (surprise(edits.left, key) + marginal(edits.rows, edits.row_mass, key)) / 2
