"""The network: a small recurrent one that reads a name both ways and writes it letter by letter in the other script.

In: spellings. Out: spellings with log-probabilities, and the log-probability of one spelling given another. NumPy alone computes it: names
are short and the network small. `pipeline.train.transliteration_network` trains the same in torch; matrices are stored in int8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.gazetteer.transliteration.letters import ARABIC_SPELT, LATIN_SPELT

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
END = 1  # the sign that ends a name; 0 fills up
START = {("arabic", False): 2, ("latin", False): 3, ("arabic", True): 4, ("latin", True): 5}  # script, whether folded
_FIRST = 6
_LETTERS = ARABIC_SPELT + LATIN_SPELT
_SIGNS = {letter: number for number, letter in enumerate(_LETTERS, _FIRST)}
N_SIGNS = len(_LETTERS) + _FIRST
NEVER = np.float32(-1e9)


class Cell(NamedTuple):
    """A gated recurrent unit: weights and shifts of what comes in and of what is kept, for reset, update and new state.

    Where letters come in, `into` has what each sign brings, computed once.
    """

    into: Floats
    shift: Floats
    kept: Floats
    kept_shift: Floats


class Network(NamedTuple):
    """`ahead` and `back` read, `begin` starts the writer, `first` writes on, `query` asks what was read, `second` decides."""

    ahead: Cell
    back: Cell
    begin: tuple[Floats, Floats]
    first: Cell
    query: tuple[Floats, Floats]
    merge: tuple[Floats, Floats]
    second: Cell
    out: tuple[Floats, Floats]


class Read(NamedTuple):
    """Sources that were read: what each letter means in its word, which are letters at all, and how the writer starts."""

    letters: Floats
    filled: NDArray[np.bool_]
    start: Floats


def coded(spelling: str) -> list[int]:
    """The numbers of the letters; a letter that the network does not know raises KeyError."""
    return [_SIGNS[letter] for letter in spelling]


def assembled(arrays: dict[str, Any]) -> Network:
    """The network from its stored arrays, named as torch names them."""

    def get(name: str) -> Floats:
        array = arrays[name].astype(np.float32)
        return np.ascontiguousarray((array * arrays[f"{name}.step"].astype(np.float32)[:, None]).T if array.ndim > 1 else array)  # fmt: skip

    def plain(name: str) -> tuple[Floats, Floats]:
        return get(f"{name}.weight"), get(f"{name}.bias")

    def cell(name: str, end: str = "l0") -> Cell:
        return Cell(*(get(f"{name}.{what}_{end}") for what in ("weight_ih", "bias_ih", "weight_hh", "bias_hh")))

    def of_letters(cell: Cell) -> Cell:
        return cell._replace(into=get("letters.weight").T @ cell.into + cell.shift)

    return Network(
        of_letters(cell("reader")), of_letters(cell("reader", "l0_reverse")), plain("begin"), of_letters(cell("first")),
        plain("query"), plain("merge"), cell("second"), plain("out"),
    )  # fmt: skip


def stored(weights: dict[str, Any]) -> dict[str, NDArray[Any]]:
    """Arrays to store: matrices in int8 with a step for each row, the rest in half precision."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, value in weights.items():
        array = np.asarray(value, np.float32)
        if array.ndim == 1:
            arrays[name] = array.astype(np.float16)
            continue
        step = (np.maximum(np.abs(array).max(1), 1e-4) / 127).astype(np.float16)
        arrays[name] = np.clip(np.rint(array / step.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
        arrays[f"{name}.step"] = step
    return arrays


def read(network: Network, sources: Sequence[str]) -> Read:
    """Reads all sources at once."""
    codes = [coded(source) for source in sources]
    signs = np.zeros((len(codes), max(map(len, codes))), np.int64)
    for row, code in enumerate(codes):
        signs[row, : len(code)] = code
    filled = signs > 0
    places = range(signs.shape[1])
    found = []
    for cell, order in ((network.ahead, places), (network.back, places[::-1])):
        state = np.zeros((len(codes), cell.kept.shape[0]), np.float32)
        states = [state] * len(places)
        for place in order:
            # Past its end a name keeps its state.
            state = np.where(filled[:, place, None], _next(cell, cell.into[signs[:, place]], state), state)
            states[place] = state
        found.append(np.stack(states, 1))
    last = np.concatenate([found[0][:, -1], found[1][:, 0]], 1)
    return Read(np.concatenate(found, 2), filled, np.tanh(last @ network.begin[0] + network.begin[1]))


def log_probabilities(
    network: Network, sources: Sequence[str], targets: Sequence[str], script: str, *, folded: bool
) -> Floats:
    """Of each target given its source; a single source stands for all targets, a single target for all sources.

    Targets of one source that begin alike are written together as far as they do.
    """
    n = max(len(sources), len(targets))
    signs = np.zeros((n, max(map(len, targets)) + 1), np.int64)
    for row in range(n):
        code = [*coded(targets[row if len(targets) > 1 else 0]), END]
        signs[row, : len(code)] = code
    seen = read(network, sources)
    state = _State(seen.start, np.zeros_like(seen.start))
    last = np.full(len(sources), START[script, folded])
    at = np.arange(n) if len(sources) > 1 else np.zeros(n, np.int64)  # the row of `state` of each target
    total = np.zeros(n, np.float32)
    going = np.arange(n)
    for wanted in signs.T:
        state, scores = _step(network, seen, last, state)
        total[going] += scores[at[going], wanted[going]]
        going = going[wanted[going] != END]
        if not len(going):
            break
        ways, at[going] = np.unique(at[going] * N_SIGNS + wanted[going], return_inverse=True)
        rows, last = np.divmod(ways, N_SIGNS)
        state = _State(state.first[rows], state.second[rows])
        if len(sources) > 1:
            seen = Read(seen.letters[rows], seen.filled[rows], seen.start)
    return total


def written(network: Network, source: str, script: str, *, beam: int) -> list[tuple[str, float]]:
    """The most probable spellings in that script, `beam` of them at most, best first."""
    seen = read(network, [source])
    state = _State(seen.start, np.zeros_like(seen.start))
    last = np.array([START[script, False]])
    texts, scores = [""], np.zeros(1, np.float32)
    found: list[tuple[str, float]] = []
    for _ in range(2 * len(source) + 4):
        state, each = _step(network, seen, last, state)
        total = scores[:, None] + each
        found += [(text, score) for text, score in zip(texts, total[:, END].tolist(), strict=True) if text]
        found = sorted(found, key=lambda pair: (-pair[1], pair[0]))[:beam]
        flat = total[:, _FIRST:].ravel()
        best = np.argsort(-flat, kind="stable")[:beam]
        if len(found) == beam:  # what is longer is less probable: nothing below the last of a full list can enter it
            best = best[flat[best] > found[-1][1]]
        if not len(best):
            break
        rows, letters = np.divmod(best, len(_LETTERS))
        texts = [texts[row] + _LETTERS[letter] for row, letter in zip(rows.tolist(), letters.tolist(), strict=True)]
        last, scores, state = letters + _FIRST, flat[best], _State(state.first[rows], state.second[rows])
    return found


class _State(NamedTuple):
    """Of the writer's two layers."""

    first: Floats
    second: Floats


def _step(network: Network, seen: Read, last: Ints, state: _State) -> tuple[_State, Floats]:
    """The state after one sign more, and the log-probability of each sign then."""
    first = _next(network.first, network.first.into[last], state.first)
    asked = first @ network.query[0] + network.query[1]
    if len(seen.letters) == 1:
        weight = asked @ seen.letters[0].T
    else:
        weight = np.where(seen.filled, (seen.letters @ asked[:, :, None])[:, :, 0], NEVER)
    weight = np.exp(weight - weight.max(1, keepdims=True))
    weight /= weight.sum(1, keepdims=True)
    context = weight @ seen.letters[0] if len(seen.letters) == 1 else (weight[:, None] @ seen.letters)[:, 0]
    merged = np.tanh(np.concatenate([first, context], 1) @ network.merge[0] + network.merge[1])
    second = _next(network.second, merged @ network.second.into + network.second.shift, state.second)
    scores = (second + merged) @ network.out[0] + network.out[1]
    scores -= scores.max(1, keepdims=True)
    return _State(first, second), np.asarray(scores - np.log(np.exp(scores).sum(1, keepdims=True)), np.float32)


def _next(cell: Cell, into: Floats, state: Floats) -> Floats:
    """The state after one letter; `into` is what the letter brings, shifted."""
    size = state.shape[1]
    kept = state @ cell.kept + cell.kept_shift
    gates = 1 / (1 + np.exp(-(into[:, : 2 * size] + kept[:, : 2 * size])))
    new = np.tanh(into[:, 2 * size :] + gates[:, :size] * kept[:, 2 * size :])
    return np.asarray(new + gates[:, size:] * (state - new), np.float32)
