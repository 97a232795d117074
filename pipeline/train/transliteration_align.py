"""Learns by EM which pieces of two spellings stand for each other (many-to-one: «ش»~sch, «كس»~x, ""~e).

In: pairs of words in two alphabets. Out: the probability of each edit, the log-likelihood of each pair, and the best way to
cut each pair into edits. Pairs of equal lengths are computed together.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from pipeline.gazetteer.transliteration.edits import SIZES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Groups = list[tuple[int, int, Ints, dict[tuple[int, int, int], Ints]]]


class Aligner:
    """The lattices of all pairs: `codes` numbers the edits, `groups` holds for each cell of a lattice the edits that end there."""

    def __init__(self, pairs: list[tuple[str, str]], weights: list[float]) -> None:
        self.weights = np.array(weights, float)
        self._left = sorted({letter for left, _ in pairs for letter in left})
        self._right = sorted({letter for _, right in pairs for letter in right})
        left_number = {letter: k + 1 for k, letter in enumerate(self._left)}
        right_number = {letter: k + 1 for k, letter in enumerate(self._right)}
        by_length: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, (left, right) in enumerate(pairs):
            by_length[len(left), len(right)].append(number)
        self.groups: Groups = []
        for (n_left, n_right), numbers in by_length.items():
            left_letters = np.array([[left_number[letter] for letter in pairs[k][0]] for k in numbers])
            right_letters = np.array([[right_number[letter] for letter in pairs[k][1]] for k in numbers])
            cells = {}
            for size, (di, dj) in enumerate(SIZES):
                for i in range(di, n_left + 1):
                    for j in range(dj, n_right + 1):
                        code = np.zeros(len(numbers), np.int64)
                        for x in range(i - di, i):
                            code = code * 128 + left_letters[:, x]
                        for y in range(j - dj, j):
                            code = code * 128 + right_letters[:, y]
                        cells[i, j, size] = code * 16 + size
            self.groups.append((n_left, n_right, np.array(numbers), cells))
        every = np.concatenate([code for group in self.groups for code in group[3].values()])
        self.codes, seen = np.unique(every, return_counts=True)
        for group in self.groups:
            for cell, code in group[3].items():
                group[3][cell] = np.searchsorted(self.codes, code).astype(np.int32)
        size_of = self.codes % 16
        self._long = np.array([max(size) > 1 for size in SIZES])[size_of]
        one_sided = np.array([0 in size for size in SIZES])[size_of]
        start = np.where(self._long, 0.3, np.where(one_sided, 0.05, 1.0)) * np.where(seen < 5, 0.01, 1.0)
        self.probability: Floats = start / start.sum()
        self.loglike: Floats = np.zeros(len(pairs))

    def edit(self, number: int) -> tuple[str, str]:
        """The two pieces of an edit."""
        code = int(self.codes[number])
        di, dj = SIZES[code % 16]
        code //= 16
        right = left = ""
        for _ in range(dj):
            right, code = self._right[code % 128 - 1] + right, code // 128
        for _ in range(di):
            left, code = self._left[code % 128 - 1] + left, code // 128
        return left, right

    def learn(self, rounds: int, *, discount: float) -> None:
        """EM; `discount` is taken from the count of each edit of more than one letter, so that rare ones die out."""
        for _ in range(rounds):
            counts = self._expect()
            counts = np.where(self._long, np.maximum(counts - discount, 0), counts)
            share = counts / counts.sum()
            self.probability = np.where(self._long, share, np.maximum(share, 1e-9))

    def _expect(self) -> Floats:
        counts = np.zeros(len(self.codes))
        for n_left, n_right, numbers, cells in self.groups:
            here = {cell: self.probability[edit] for cell, edit in cells.items()}
            before = {(0, 0): np.ones(len(numbers))}
            after = {(n_left, n_right): np.ones(len(numbers))}
            grid = [(i, j) for i in range(n_left + 1) for j in range(n_right + 1)]
            for i, j in grid[1:]:
                before[i, j] = sum(
                    (
                        before[i - di, j - dj] * here[i, j, size]
                        for size, (di, dj) in enumerate(SIZES)
                        if i >= di and j >= dj
                    ),
                    np.zeros(len(numbers)),
                )
            for i, j in grid[-2::-1]:
                after[i, j] = sum(
                    (
                        after[i + di, j + dj] * here[i + di, j + dj, size]
                        for size, (di, dj) in enumerate(SIZES)
                        if i + di <= n_left and j + dj <= n_right
                    ),
                    np.zeros(len(numbers)),
                )
            total = np.maximum(before[n_left, n_right], 1e-300)
            self.loglike[numbers] = np.log(total)
            share = self.weights[numbers] / total
            for (i, j, size), edit in cells.items():
                di, dj = SIZES[size]
                np.add.at(counts, edit, before[i - di, j - dj] * here[i, j, size] * after[i, j] * share)
        return counts

    def best(self) -> list[list[tuple[str, str]]]:
        """For each pair its most probable sequence of edits."""
        logp = np.log(np.maximum(self.probability, 1e-30))
        ways: list[list[tuple[str, str]]] = [[] for _ in self.weights]
        names = [self.edit(number) for number in range(len(self.codes))]
        for n_left, n_right, numbers, cells in self.groups:
            score = {(0, 0): np.zeros(len(numbers))}
            chosen = {}
            for i in range(n_left + 1):
                for j in range(n_right + 1):
                    if i or j:
                        sizes = [size for size, (di, dj) in enumerate(SIZES) if i >= di and j >= dj]
                        options = np.stack(
                            [score[i - SIZES[s][0], j - SIZES[s][1]] + logp[cells[i, j, s]] for s in sizes]
                        )
                        score[i, j] = options.max(0)
                        chosen[i, j] = np.array(sizes)[options.argmax(0)]
            for k, number in enumerate(numbers.tolist()):
                i, j = n_left, n_right
                way = []
                while i or j:
                    size = int(chosen[i, j][k])
                    way.append(names[cells[i, j, size][k]])
                    i, j = i - SIZES[size][0], j - SIZES[size][1]
                ways[number] = way[::-1]
        return ways
