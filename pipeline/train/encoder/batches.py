"""Batches of windows for training: whole sentences together, windows of like length together.

In: `Examples` and a seeded generator. Out: padded arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.ner.encoder.pairs import contexts
from pipeline.ner.encoder.pieces import END, PAD, START
from pipeline.ner.encoder.windows import Window, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from pipeline.train.encoder.examples import Examples

    Ints = NDArray[np.int32]

OVERLAP = 32
_STEP = 32  # lengths of windows are rounded up to a multiple


class Batch(NamedTuple):
    """`pieces`: windows × length, padded. The units of all windows stand in a row.

    `places` are where their first pieces are (window × length + place), `counts` how many each window has. `mentions` name units of
    the row, `pairs` name mentions, and the units of the row around and between them.
    """

    pieces: Ints
    places: Ints
    counts: Ints
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
        """Batches of at most `budget` pieces, padding included; in random order where there is a generator.

        There are few lengths, and but for the last batch of a length all have as many windows: a graphics card likes what it has seen.
        """
        by_length: dict[int, list[Place]] = {}
        for place in places:
            by_length.setdefault(-(-(place.n_pieces + 2) // _STEP) * _STEP, []).append(place)
        groups = []
        for length, alike in sorted(by_length.items()):
            if random is not None:
                random.shuffle(alike)
            size = max(1, budget // length)
            groups += [(length, alike[at : at + size]) for at in range(0, len(alike), size)]
        for turn in range(len(groups)) if random is None else random.permutation(len(groups)):
            yield self.batch(*groups[turn])

    def batch(self, length: int, group: Sequence[Place]) -> Batch:
        """One batch."""
        pieces = np.full((len(group), length), PAD, np.int32)
        columns: dict[str, list[Ints]] = {name: [] for name in Batch._fields[1:]}
        n_units = n_mentions = 0
        for row, (doc, window, n_pieces) in enumerate(group):
            first, end = (int(self._doc_starts[doc] + at) for at in (window.first, window.end))
            start = self._unit_starts[first]
            pieces[row, 0], pieces[row, n_pieces + 1] = START, END
            pieces[row, 1 : n_pieces + 1] = self.x.pieces[start : start + n_pieces]
            mentions, pairs = self._related(doc, window, n_units, n_mentions)
            found = {
                "places": self._unit_starts[first:end] - start + 1 + row * length,
                "counts": np.array([end - first]),
                "tags": self.x.tags[first:end],
                "sources": np.full(end - first, self.x.sources[doc]),
                "mentions": mentions,
                "pairs": pairs,
            }
            for name, values in found.items():
                columns[name].append(values.astype(np.int32))
            n_units += end - first
            n_mentions += len(mentions)
        return Batch(pieces, **{name: np.concatenate(parts) for name, parts in columns.items()})

    def _related(self, doc: int, window: Window, unit: int, mention: int) -> tuple[Ints, Ints]:
        """The mentions and pairs of a window, its first unit being `unit` and its first mention `mention` of the batch."""
        mentions = self.x.mentions[self._mention_starts[doc] : self._mention_starts[doc + 1]]
        inside = (mentions[:, 0] >= window.first) & (mentions[:, 1] < window.end)
        numbers = np.cumsum(inside) - 1 + mention
        pairs = self.x.pairs[self._pair_starts[doc] : self._pair_starts[doc + 1]]
        pairs = pairs[inside[pairs[:, 0]] & inside[pairs[:, 1]]] if len(pairs) else pairs
        seen = mentions[inside]
        seen[:, :2] -= window.first
        pairs[:, :2] = numbers[pairs[:, :2]]
        first = self._doc_starts[doc]
        sentences = self.x.sentences[first + window.first : first + window.end]
        around = contexts(seen, pairs[:, :2] - mention, sentences) + unit
        seen[:, :2] += unit
        return seen, np.concatenate([pairs, around], 1)
