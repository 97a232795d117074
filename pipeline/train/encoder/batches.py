"""Batches of windows for training: whole sentences together, windows of like length together.

In: `Examples` and a seeded generator. Out: padded arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.ner.encoder.pieces import END, PAD, START
from pipeline.ner.encoder.windows import Window, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from pipeline.train.encoder.examples import Examples

    Ints = NDArray[np.int32]

OVERLAP = 32


class Batch(NamedTuple):
    """`pieces`: windows × length, padded. `firsts`, `tags`, `sources`: windows × units, padded with 0, -1 and -1.

    `mentions` and `pairs` are of all windows in a row; mentions name units by window × width + unit.
    """

    pieces: Ints
    firsts: Ints
    tags: Ints
    sources: Ints
    mentions: Ints
    pairs: Ints


class Place(NamedTuple):
    """A window of a document."""

    doc: int
    window: Window
    n_pieces: int


class Loader:
    """Cuts documents into windows and packs windows into batches."""

    def __init__(self, examples: Examples) -> None:
        self.x = examples
        self._unit_starts = np.concatenate([[0], examples.unit_ends])
        self._doc_starts = np.concatenate([[0], examples.doc_ends])
        self._mention_starts = np.concatenate([[0], examples.mention_ends])
        self._pair_starts = np.concatenate([[0], examples.pair_ends])
        self._lengths = np.diff(self._unit_starts)

    def places(self, docs: Sequence[int], most: int) -> list[Place]:
        """The windows of some documents."""
        found = []
        for doc in docs:
            first, end = self._doc_starts[doc], self._doc_starts[doc + 1]
            lengths = self._lengths[first:end].tolist()
            for window in windows(lengths, self.x.sentences[first:end].tolist(), most=most, overlap=OVERLAP):
                n_pieces = int(self._unit_starts[first + window.end] - self._unit_starts[first + window.first])
                found.append(Place(int(doc), window, n_pieces))
        return found

    def batches(self, places: Sequence[Place], budget: int, random: Generator | None = None) -> Iterator[Batch]:
        """Batches of at most `budget` pieces, padding included; in random order where there is a generator."""
        order = sorted(places, key=lambda place: place.n_pieces)
        groups: list[list[Place]] = [[]]
        for place in order:
            if groups[-1] and (len(groups[-1]) + 1) * (place.n_pieces + 2) > budget:
                groups.append([])
            groups[-1].append(place)
        turns = range(len(groups)) if random is None else random.permutation(len(groups))
        for turn in turns:
            if groups[turn]:
                yield self.batch(groups[turn])

    def batch(self, group: Sequence[Place]) -> Batch:
        """One batch."""
        n = len(group)
        length = max(place.n_pieces for place in group) + 2
        width = max(place.window.end - place.window.first for place in group)
        pieces = np.full((n, length), PAD, np.int32)
        firsts, tags, sources = (np.full((n, width), fill, np.int32) for fill in (0, -1, -1))
        mentions, pairs, n_mentions = [], [], 0
        for row, (doc, window, n_pieces) in enumerate(group):
            first, end = (int(self._doc_starts[doc] + at) for at in (window.first, window.end))
            start = self._unit_starts[first]
            pieces[row, 0], pieces[row, n_pieces + 1] = START, END
            pieces[row, 1 : n_pieces + 1] = self.x.pieces[start : start + n_pieces]
            size = end - first
            firsts[row, :size] = self._unit_starts[first:end] - start + 1
            tags[row, :size] = self.x.tags[first:end]
            sources[row, :size] = self.x.sources[doc]
            seen, related = self._related(doc, window, row * width, n_mentions)
            mentions.append(seen)
            pairs.append(related)
            n_mentions += len(seen)
        return Batch(pieces, firsts, tags, sources, np.concatenate(mentions), np.concatenate(pairs))

    def _related(self, doc: int, window: Window, unit: int, mention: int) -> tuple[Ints, Ints]:
        """The mentions and pairs of a window, its first unit being `unit` and its first mention `mention` of the batch."""
        mentions = self.x.mentions[self._mention_starts[doc] : self._mention_starts[doc + 1]]
        inside = (mentions[:, 0] >= window.first) & (mentions[:, 1] < window.end)
        numbers = np.cumsum(inside) - 1 + mention
        pairs = self.x.pairs[self._pair_starts[doc] : self._pair_starts[doc + 1]]
        pairs = pairs[inside[pairs[:, 0]] & inside[pairs[:, 1]]] if len(pairs) else pairs
        seen = mentions[inside]
        seen[:, :2] += unit - window.first
        pairs[:, :2] = numbers[pairs[:, :2]]
        return seen, pairs
