"""The weights of the CRF, and the scores of a document's tokens.

In: the folder of models; then a board and the values of a document. Out: a score for each token and tag.

A feature is an attribute of a word seen from some tokens away, or symbols of some columns together; each has a weight for some tags. What a
distinct word adds to its own token and to its neighbours is added up once and remembered, so a token costs a look-up and a sum.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.core.models import proven
from pipeline.errors import SeedError
from pipeline.ner.crf.features import (
    COLUMNS,
    EDGE,
    NONE,
    SAYING,
    SLOTS,
    TEMPLATES,
    attributes,
    columns,
    kind_of,
    word_class,
)
from pipeline.ner.crf.tags import TAGS, legal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.core.spans import Mention
    from pipeline.ner.board import Board
    from pipeline.ner.crf.features import Kind
    from pipeline.ner.lexicon import Word

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

NAME = "crf"
_SLOTS = tuple(SLOTS)
_FAR = max(map(abs, _SLOTS))
_MOST = 60_000  # distinct words remembered
_SIEVE = 2**21 - 1
_BESIDE = sorted({pair for template in TEMPLATES for pair in template if pair[1]})


class Weights(NamedTuple):
    """`own` has an attribute with its slot ("-1:wقال") → weights by tag; `symbols` the symbols of each column, the edge of the sentence
    first; `together` the symbols of a template's columns, by number → weights by tag.
    """

    transitions: Floats
    own: dict[str, Floats]
    symbols: dict[str, list[str]]
    together: list[dict[tuple[int, ...], Floats]]


def write(path: Path, weights: Weights, *, scale: float) -> None:
    """Writes weights in steps of 1/scale, as whole numbers, zeros left out."""
    arrays: dict[str, Any] = {"transitions": weights.transitions, "scale": np.float32(scale), "tags": _bytes(TAGS)}
    groups: list[tuple[str, dict[Any, Floats]]] = [("own", weights.own)]
    groups += [(f"together{k}", table) for k, table in enumerate(weights.together)]
    for name, table in groups:
        keys = sorted(table)
        rows = np.round(np.array([table[key] for key in keys], np.float32).reshape(-1, len(TAGS)) * scale)
        tells = np.flatnonzero(rows.any(axis=1))
        keys, rows = [keys[k] for k in tells], rows[tells]
        places = np.flatnonzero(rows)
        arrays[f"{name}.gaps"] = np.diff(places, prepend=0).astype(np.uint32)
        arrays[f"{name}.values"] = np.clip(rows.reshape(-1)[places], -127, 127).astype(np.int8)
        arrays[f"{name}.keys"] = _bytes(keys) if name == "own" else np.array(keys, np.uint16).T
    for column, symbols in weights.symbols.items():
        arrays[f"symbols.{column}"] = _bytes(symbols)
    np.savez_compressed(path, **arrays)


def read(path: Path) -> Weights:
    """The weights of a file.

    Raises SeedError where it holds none, or those of other tags.
    """
    try:
        with np.load(path) as archive:
            found = {name: archive[name] for name in archive.files}
        if _strings(found["tags"]) != list(TAGS):
            raise ValueError(f"tags {_strings(found['tags'])}, expected {list(TAGS)}")

        def rows(name: str, n: int) -> Floats:
            flat = np.zeros(n * len(TAGS), np.float32)
            flat[np.cumsum(found[f"{name}.gaps"], dtype=np.int64)] = found[f"{name}.values"] / found["scale"]
            return flat.reshape(n, len(TAGS))

        own = _strings(found["own.keys"])
        together = []
        for k in range(len(TEMPLATES)):
            keys = list(zip(*found[f"together{k}.keys"].tolist(), strict=True))
            together.append(dict(zip(keys, rows(f"together{k}", len(keys)), strict=True)))
        symbols = {column: _strings(found[f"symbols.{column}"]) for column in COLUMNS}
        return Weights(found["transitions"], dict(zip(own, rows("own", len(own)), strict=True)), symbols, together)
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise SeedError(f"{path} holds no weights of the recogniser that can be read: {error!r}") from None


def _bytes(strings: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(strings).encode(), np.uint8)


def _strings(raw: NDArray[np.uint8]) -> list[str]:
    return raw.tobytes().decode().split("\n")


def _shifted(slot: int) -> tuple[slice, slice]:
    """The places that have something so far away, and where it is."""
    return (slice(-slot, None), slice(None, slot)) if slot < 0 else (slice(None, -slot), slice(slot, None))


class Scorer:
    """Scores tokens."""

    def __init__(self, weights: Weights) -> None:
        self.transitions = legal(weights.transitions)
        self._places: dict[str, int] = {}  # of an attribute in `_own`: what it adds to all slots
        for feature in weights.own:
            self._places.setdefault(feature.partition(":")[2], len(self._places))
        self._own = np.zeros((len(self._places), len(_SLOTS), len(TAGS)), np.float32)
        for feature, row in weights.own.items():
            slot, _, attribute = feature.partition(":")
            self._own[self._places[attribute], _SLOTS.index(int(slot))] = row
        self._numbers = {
            column: {s: k for k, s in enumerate(symbols, 1)} for column, symbols in weights.symbols.items()
        }
        self._kinds: dict[Any, int] = {}
        self._sums = np.zeros((1024, len(_SLOTS), len(TAGS)), np.float32)
        self._of_kind = np.zeros((1024, 2), np.int64)  # the numbers of its symbols in the columns word and cls
        # The features of all templates in one sorted list; a feature of unknown symbols is in none.
        sizes = [[len(weights.symbols[column]) + 1 for column, _ in template] for template in TEMPLATES]
        keys, rows = [], []
        self._steps: list[list[int]] = []
        self._offsets: list[int] = []
        offset = 0
        for template, table in zip(sizes, weights.together, strict=True):
            steps = [int(np.prod(template[k + 1 :], dtype=np.int64)) for k in range(len(template))]
            self._steps.append(steps)
            self._offsets.append(offset)
            for key, row in table.items():
                keys.append(offset + sum(step * number for step, number in zip(steps, key, strict=True)))
                rows.append(row)
            offset += int(np.prod(template, dtype=np.int64))
        order = np.argsort(np.array(keys, np.int64))
        self._keys = np.append(np.array(keys, np.int64)[order], np.iinfo(np.int64).max)
        self._rows = np.array(rows, np.float32).reshape(-1, len(TAGS))[order]
        self._sieve = np.zeros(_SIEVE + 1, bool)  # of keys by their last bits: most that are asked for are none
        self._sieve[self._keys[:-1] & _SIEVE] = True
        self._silent = {name: self._numbers[name].get(NONE, 0) for name in COLUMNS[2:]}

    def __call__(self, board: Board, values: Sequence[Mention]) -> Floats:
        """Tokens × tags."""
        n = len(board.tokens)
        if not n:
            return np.zeros((0, len(TAGS)), np.float32)
        sentences = np.array([token[0] for token in board.tokens])
        kinds = self._kinds_of(board)
        scores = self._sums[kinds, _SLOTS.index(0)]
        same = {}
        for slot in _SLOTS:
            away = abs(slot)
            if not slot or away >= n:
                continue
            here, there = _shifted(slot)
            same[slot] = joined = sentences[here] == sentences[there]
            scores[here] += self._sums[kinds[there], _SLOTS.index(slot)] * joined[:, None]
        return self._together(board, values, kinds, same, scores)

    def _together(
        self,
        board: Board,
        values: Sequence[Mention],
        kinds: Ints,
        same: Mapping[int, NDArray[np.bool_]],
        scores: Floats,
    ) -> Floats:
        """The scores with what symbols say together."""
        n = len(kinds)
        seen: dict[tuple[str, int], Ints] = {("word", 0): self._of_kind[kinds, 0], ("cls", 0): self._of_kind[kinds, 1]}
        for name, column in zip(COLUMNS[2:], columns(board, values), strict=True):
            seen[name, 0] = np.array(list(map(self._numbers[name].get, column, repeat(0))), np.int64)
        for name, slot in _BESIDE:
            seen[name, slot] = out = np.ones(n, np.int64)  # the edge
            if abs(slot) < n:
                here, there = _shifted(slot)
                np.copyto(out[here], seen[name, 0][there], where=same[slot])
        says = {
            pair: (column != 1) & (column != self._silent[pair[0]])
            for pair, column in seen.items()
            if pair[0] in self._silent
        }
        keys = np.empty((len(TEMPLATES), n), np.int64)
        asked = np.ones((len(TEMPLATES), n), bool)
        for k, template in enumerate(TEMPLATES):
            key = self._offsets[k] + seen[template[0]] * self._steps[k][0]
            for pair, step in zip(template[1:], self._steps[k][1:], strict=True):
                key += seen[pair] * step
            keys[k] = key
            if k in SAYING:
                first, *others = SAYING[k]
                say = says[template[first]]
                for place in others:
                    say = say | says[template[place]]
                asked[k] = say
        asked &= self._sieve[keys & _SIEVE]
        owners, numbers = np.nonzero(asked.T)
        wanted = keys[numbers, owners]
        found = np.searchsorted(self._keys, wanted)
        right = self._keys[found] == wanted
        found, owners = found[right], owners[right]
        if len(found):
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            scores[owners[starts]] += np.add.reduceat(self._rows[found], starts)
        return scores

    def _kinds_of(self, board: Board) -> Ints:
        known, text = self._kinds, board.text
        if len(known) > _MOST:
            known.clear()
        out = []
        for token, word in zip(board.tokens, board.words, strict=True):
            key = token[4:7] if token[6] != "latin" else text[token[1] : token[2]]
            number = known.get(key)
            if number is None:
                number = known[key] = len(known)
                self._learn(number, kind_of(token, text), word)
            out.append(number)
        return np.array(out, np.int64)

    def _learn(self, number: int, kind: Kind, word: Word) -> None:
        """Adds up what a distinct word says."""
        if number >= len(self._sums):
            self._sums = np.concatenate([self._sums, np.zeros_like(self._sums)])
            self._of_kind = np.concatenate([self._of_kind, np.zeros_like(self._of_kind)])
        places = self._places
        known = [places[attribute] for attribute in attributes(kind, word) if attribute in places]
        self._sums[number] = self._own[known].sum(0)
        symbols = (word.key or kind.norm, word_class(kind, word))
        self._of_kind[number] = [self._numbers[c].get(s, 0) for c, s in zip(COLUMNS, symbols, strict=False)]


def load(models: Path) -> Scorer:
    """The scorer of the project's weights, proven by the manifest."""
    files, _ = proven(models, NAME)
    weights = read(files["weights.npz"])
    if any(symbols[0] != EDGE for symbols in weights.symbols.values()):
        raise SeedError(f"{files['weights.npz']}: expected the symbol {EDGE} first in each column")
    return Scorer(weights)
