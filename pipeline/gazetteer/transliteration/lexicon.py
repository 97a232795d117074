"""Which spellings are words or names that somebody uses: a set of fingerprints with a class each.

In: spellings. Out: the class of each, 0 for a spelling that is not known. Only 40 bits of a hash are kept of a word, so the
set is small and gives no list away; a wrong hit happens once in about a million questions. Of how words begin fewer bits are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.gazetteer.transliteration.letters import spelling_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

BITS = 40
BEGUN_BITS = 28  # of how words begin, where a wrong hit costs nothing: one in 150
N_LISTS, N_NAMES, N_ZIPF = 7, 3, 8
N_FEATURES = N_LISTS + N_NAMES + N_ZIPF


def word_class(n_lists: int, zipf: float, *, names: int) -> int:
    """A class from the number of word lists that have the word, its frequency, and which lists of names have it: 0 none, 1 those
    of cities and Arabs, 2 that of persons of the world.

    >>> word_class(12, 4.1, names=1)
    160
    """
    lists = n_lists if n_lists < 4 else 4 if n_lists < 6 else 5 if n_lists < 9 else 6
    frequency = 0 if n_lists == 0 else min(max(int(2 * zipf) - 1, 1), N_ZIPF - 1)
    return lists + N_LISTS * (names + N_NAMES * frequency)


def class_features(classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """A one in the column of each part of the class."""
    values = np.zeros((len(classes), N_FEATURES))
    row = np.arange(len(classes))
    values[row, classes % N_LISTS] = 1.0
    values[row, N_LISTS + classes // N_LISTS % N_NAMES] = 1.0
    values[row, N_LISTS + N_NAMES + classes // (N_LISTS * N_NAMES)] = 1.0
    return values


class Lexicon(NamedTuple):
    """Fingerprints in ascending order and the class of each."""

    prints: NDArray[np.int64]
    classes: NDArray[np.uint8]


def fingerprints(spellings: list[str], *, bits: int = BITS) -> NDArray[np.int64]:
    """The upper bits of the hashes."""
    return np.array([spelling_hash(spelling) >> (64 - bits) for spelling in spellings], np.int64)


def make(classes: dict[str, int]) -> Lexicon:
    """The lexicon of words with their classes, 1 to 255.

    >>> known = make({"samsung": 3, "علي": 1})
    >>> classes_of(known, ["samsung", "samsong", "علي"]).tolist()
    [3, 0, 1]
    """
    words = list(classes)
    prints, first = np.unique(fingerprints(words), return_index=True)
    return Lexicon(prints, np.array([classes[words[k]] for k in first], np.uint8))


def classes_of(lexicon: Lexicon, spellings: list[str]) -> NDArray[np.int64]:
    """The class of each spelling."""
    if not spellings or not len(lexicon.prints):
        return np.zeros(len(spellings), np.int64)
    wanted = fingerprints(spellings)
    place = np.minimum(np.searchsorted(lexicon.prints, wanted), len(lexicon.prints) - 1)
    return np.where(lexicon.prints[place] == wanted, lexicon.classes[place], 0).astype(np.int64)


def is_known(prints: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the wanted fingerprints are among the sorted ones."""
    return np.asarray(prints[np.minimum(np.searchsorted(prints, wanted), len(prints) - 1)] == wanted)


def prefixes(words: Iterable[str]) -> NDArray[np.int64]:
    """The sorted fingerprints of all beginnings of the words."""
    begun = sorted({word[:size] for word in words for size in range(1, len(word) + 1)})
    return np.unique(fingerprints(begun, bits=BEGUN_BITS))


def gaps_of(prints: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Sorted fingerprints to store: the gaps between them, low, middle and high bytes apart."""
    gaps = np.diff(prints, prepend=0).astype("<i8").view(np.uint8).reshape(-1, 8)
    return np.ascontiguousarray(gaps[:, : BITS // 8].T)


def prints_of(gaps: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The fingerprints from their stored gaps.

    >>> prints_of(gaps_of(prefixes(["سام"]))).tolist() == prefixes(["سام"]).tolist()
    True
    """
    wide = np.zeros((gaps.shape[1], 8), np.uint8)
    wide[:, : BITS // 8] = gaps.T
    return np.cumsum(wide.view("<i8").ravel())
