"""The generating model: an n-gram model over letter units, read with a beam.

In: a spelling. Out: spellings in the other script with the natural logarithm of their joint probability. A unit is a pair of
a source piece and a target piece («ش»:"sh", «ا»:""); a name is a sequence of units (Bisani and Ney 2008). All hypotheses of
one position are scored at once with numpy.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.gazetteer.transliteration.letters import PRIME as _PRIME
from pipeline.gazetteer.transliteration.lexicon import BEGUN_BITS, is_known

if TYPE_CHECKING:
    from collections.abc import Iterable

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Codes = NDArray[np.uint64]
END = 0  # the unit that ends a name; the start is the context BEGIN
PRIME = np.uint64(_PRIME)
STEP = 1 / 12  # log-probabilities are stored in steps of this many nats


class Pieces(NamedTuple):
    """The units with one source piece: their numbers and targets, and the targets as rows of code points, filled up with 0."""

    units: Ints
    targets: tuple[str, ...]
    letters: Codes


class Model(NamedTuple):
    """N-grams as a tree in breadth-first order; node 0 is the empty context, node k is entry k - 1 of `keys`.

    `keys` is parent * len(units) + unit, ascending. `logp` is of a node's last unit after the others, `backoff` of leaving
    a node for its suffix, `state` the longest suffix of a node that has children: where a hypothesis goes on.
    """

    units: tuple[tuple[str, str], ...]
    keys: Ints
    logp: Floats
    backoff: Floats
    suffix: Ints
    state: Ints
    begin: int
    by_source: dict[str, Pieces]
    longest: int


def build(units: list[tuple[str, str]], unit: Ints, children: Ints, logp: Ints, backoff: Ints) -> Model:
    """The model from its stored arrays: for each node its last unit and its number of children, breadth first.

    `unit`, `logp` and `backoff` have one entry for each node but node 0; `children` and `backoff` have one for node 0 too.
    """
    n = len(unit)
    parent = np.repeat(np.arange(n + 1), children)
    keys = parent * len(units) + unit
    suffix = np.zeros(n + 1, np.int64)
    first = int(children[0])
    # A node's suffix is the child of its parent's suffix with the same unit; parents come first, level by level.
    level_start, level_end = first + 1, first + 1 + int(children[1 : first + 1].sum())
    while level_start < level_end:
        nodes = np.arange(level_start, level_end)
        wanted = suffix[parent[nodes - 1]] * len(units) + unit[nodes - 1]
        suffix[nodes] = np.searchsorted(keys, wanted) + 1
        level_start, level_end = level_end, level_end + int(children[nodes].sum())
    state = np.arange(n + 1)
    for _ in range(12):  # as deep as the tree at most
        barren = (children[state] == 0) & (state != 0)
        if not barren.any():
            break
        state = np.where(barren, suffix[state], state)
    by_source: dict[str, tuple[list[int], list[str]]] = {}
    for number, (source, target) in enumerate(units):
        if number > 1:
            numbers, targets = by_source.setdefault(source, ([], []))
            numbers.append(number)
            targets.append(target)
    table = {source: pieces(np.array(numbers), targets) for source, (numbers, targets) in by_source.items()}
    scores = np.concatenate([[0], -STEP * logp]).astype(np.float32)
    return Model(tuple(units), keys, scores, (-STEP * backoff).astype(np.float32), suffix, state, int(state[2]), table,
                 max(map(len, table), default=0))  # fmt: skip


def pieces(units: Ints, targets: Iterable[str]) -> Pieces:
    """The units of one source piece."""
    texts = tuple(targets)
    width = max(map(len, texts))
    return Pieces(
        units,
        texts,
        np.array([[ord(letter) for letter in text.ljust(width, "\0")] for text in texts], np.uint64).reshape(
            len(texts), width
        ),
    )


def advance(model: Model, states: Ints, units: Ints) -> tuple[Floats, Ints]:
    """Log-probability of each unit after each state, and the state then: two arrays of states × units."""
    shape = (len(states), len(units))
    now = np.repeat(states, len(units))
    unit = np.tile(units, len(states))
    score = np.zeros(len(now), np.float32)
    node = np.zeros(len(now), np.int64)
    open_ = np.arange(len(now))
    while len(open_):
        wanted = now[open_] * len(model.units) + unit[open_]
        place = np.minimum(np.searchsorted(model.keys, wanted), len(model.keys) - 1)
        found = model.keys[place] == wanted
        hit = open_[found]
        node[hit] = place[found] + 1
        score[hit] += model.logp[node[hit]]
        lost = open_[~found & (now[open_] == 0)]  # a unit without a node of its own: cannot be
        score[lost] = -99.0
        open_ = open_[~found & (now[open_] != 0)]
        score[open_] += model.backoff[now[open_]]
        now[open_] = model.suffix[now[open_]]
    return score.reshape(shape), model.state[node].reshape(shape)


class _Beam(NamedTuple):
    """Hypotheses at one position: state of the model, output so far, log-probability."""

    states: Ints
    texts: list[str]
    scores: Floats
    hashes: Codes


def transliterate(
    model: Model, source: str, *, beam: int, width: float = 12.0, prefixes: Ints | None = None
) -> list[tuple[str, float]]:
    """Target spellings of a source spelling with joint log-probabilities, best first; segmentations are summed.

    A hypothesis more than `width` nats behind the best at its position is dropped; with `prefixes` (sorted fingerprints of
    `lexicon`), also one that begins no known word.
    """
    waiting: list[list[_Beam]] = [[] for _ in range(len(source) + 1)]
    waiting[0].append(_Beam(np.array([model.begin]), [""], np.zeros(1, np.float32), np.zeros(1, np.uint64)))
    for place in range(len(source)):
        if not waiting[place]:
            continue
        now = _merged(waiting[place], beam, width)
        waiting[place] = []
        for size in range(1, min(model.longest, len(source) - place) + 1):
            ways = model.by_source.get(source[place : place + size])
            if (
                ways is not None
                and (longer := _extended(model, now, ways, beam=beam, width=width, prefixes=prefixes)) is not None
            ):
                waiting[place + size].append(longer)
    if not waiting[-1]:
        return []
    last = _merged(waiting[-1], beam, width)
    scores, _ = advance(model, last.states, np.array([END]))
    found: dict[str, float] = {}
    for text, score in zip(last.texts, (last.scores + scores[:, 0]).tolist(), strict=True):
        found[text] = _log_sum(found[text], score) if text in found else score
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _log_sum(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def _extended(
    model: Model, now: _Beam, ways: Pieces, *, beam: int, width: float, prefixes: Ints | None
) -> _Beam | None:
    """Each hypothesis with each unit, the best of them: far more ways exist than a beam keeps."""
    scores, states = advance(model, now.states, ways.units)
    total = (now.scores[:, None] + scores).ravel()
    best = np.nonzero(total > total.max() - width - 6.0)[0]
    if prefixes is None:
        best = best[np.argpartition(-total[best], beam * 3)[: beam * 3]] if len(best) > beam * 3 else best
    rows, columns = np.divmod(best, len(ways.units))
    hashes = _continued(now.hashes[rows], ways.letters[columns])
    if prefixes is not None:
        known = is_known(prefixes, (hashes >> np.uint64(64 - BEGUN_BITS)).astype(np.int64))
        best, rows, columns, hashes = best[known], rows[known], columns[known], hashes[known]
        if len(best) > beam * 3:
            top = np.argpartition(-total[best], beam * 3)[: beam * 3]
            best, rows, columns, hashes = best[top], rows[top], columns[top], hashes[top]
    if not len(best):
        return None
    texts = [now.texts[row] + ways.targets[column] for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]
    return _Beam(states.ravel()[best], texts, total[best], hashes)


def _continued(hashes: Codes, letters: Codes) -> Codes:
    """`letters.hash_step` for each letter of each row; products wrap at 64 bits as there."""
    for column in letters.T:
        hashes = np.where(column > 0, (hashes ^ column) * PRIME, hashes)
    return hashes


def _merged(beams: list[_Beam], beam: int, width: float) -> _Beam:
    """All hypotheses of a position, best first; those with the same output and state are one, their probabilities added."""
    found: dict[tuple[int, str], tuple[float, int]] = {}
    for states, texts, scores, hashes in beams:
        for state, text, score, code in zip(states.tolist(), texts, scores.tolist(), hashes.tolist(), strict=True):
            way = (state, text)
            found[way] = (_log_sum(found[way][0], score) if way in found else score, code)
    kept = sorted(found.items(), key=lambda pair: (-pair[1][0], pair[0]))[:beam]
    kept = [pair for pair in kept if pair[1][0] > kept[0][1][0] - width]
    states_now = np.array([state for (state, _), _ in kept])
    scores_now = np.array([score for _, (score, _) in kept], np.float32)
    return _Beam(
        states_now, [text for (_, text), _ in kept], scores_now, np.array([code for _, (_, code) in kept], np.uint64)
    )


def among(model: Model, source: str, targets: set[str], *, beam: int = 120) -> dict[str, float]:
    """Joint log-probabilities of a source with given targets; a target that the beam loses is left out."""
    beginnings = {target[:size] for target in targets for size in range(len(target) + 1)}
    waiting: list[dict[tuple[int, str], float]] = [{} for _ in range(len(source) + 1)]
    waiting[0][model.begin, ""] = 0.0
    for place in range(len(source)):
        now = sorted(waiting[place].items(), key=lambda pair: (-pair[1], pair[0]))[:beam]
        if not now:
            continue
        states = np.array([state for (state, _), _ in now])
        for size in range(1, min(model.longest, len(source) - place) + 1):
            ways = model.by_source.get(source[place : place + size])
            if ways is None:
                continue
            fits = [(row, column, text + piece) for row, ((_, text), _) in enumerate(now)
                    for column, piece in enumerate(ways.targets) if text + piece in beginnings]  # fmt: skip
            scores, after = advance(model, states, ways.units)
            there = waiting[place + size]
            for row, column, text in fits:
                way = (int(after[row, column]), text)
                score = now[row][1] + float(scores[row, column])
                there[way] = _log_sum(there[way], score) if way in there else score
    ends = [(state, text, score) for (state, text), score in waiting[-1].items() if text in targets]
    if not ends:
        return {}
    last, _ = advance(model, np.array([state for state, _, _ in ends]), np.array([END]))
    found: dict[str, float] = {}
    for (_, text, score), end in zip(ends, last[:, 0].tolist(), strict=True):
        found[text] = _log_sum(found[text], score + end) if text in found else score + end
    return found
