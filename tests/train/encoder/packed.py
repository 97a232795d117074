"""A tiny model in the packed form of multilingual-e5-small, with known weights."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from pipeline.train.encoder.convert import _PARTS, _Q4, BLOCK

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HIDDEN, INNER, HEADS, POSITIONS = 64, 128, 2, 300


def quantised(values: NDArray[np.float32]) -> tuple[bytes, NDArray[np.float32]]:
    """Blocks of 32 weights, and what they are read back as."""
    rows = values.reshape(-1, BLOCK)
    scales = (np.abs(rows).max(1, keepdims=True) / 7 + 1e-6).astype(np.float16)
    levels = np.clip(np.rint(rows / scales.astype(np.float32)), -8, 7).astype(np.int8)
    blocks = np.zeros(len(rows), _Q4)
    blocks["scale"] = scales[:, 0]
    low, high = (levels[:, :16] + 8).astype(np.uint8), (levels[:, 16:] + 8).astype(np.uint8)
    blocks["nibbles"] = low | (high << 4)
    return blocks.tobytes(), (levels * scales.astype(np.float32)).reshape(values.shape).astype(np.float32)


def write(path: Path, pieces: list[tuple[str, float]], *, layers: int, seed: int = 1) -> dict[str, NDArray[np.float32]]:
    """Writes the file and returns the arrays that should be read from it."""
    random = np.random.default_rng(seed)
    tensors: list[tuple[str, int, int, bytes]] = []
    wanted: dict[str, NDArray[np.float32]] = {}

    def matrix(short: str, long: str, shape: tuple[int, int]) -> None:
        raw, wanted[long] = quantised(random.normal(0, 0.1, shape).astype(np.float32))
        tensors.append((short, 1, shape[0] * shape[1], raw))

    def floats(short: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
        tensors.append((short, 0, values.size, values.astype("<f4").tobytes()))
        return values

    matrix("emb.word", "words.weight", (len(pieces), HIDDEN))
    positions = floats("emb.pos", random.normal(0, 0.1, (POSITIONS, HIDDEN)).astype(np.float32))
    kind = floats("emb.type", random.normal(0, 0.1, (1, HIDDEN)).astype(np.float32))
    wanted["positions.weight"] = positions + kind[0]
    wanted["embedded.weight"] = floats("emb.ln.w", np.ones(HIDDEN, np.float32))
    wanted["embedded.bias"] = floats("emb.ln.b", np.zeros(HIDDEN, np.float32))
    shapes = {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
    for layer in range(layers):
        for short, long in _PARTS.items():
            stem, what = short.split(".")
            shape = shapes.get(stem, (HIDDEN, HIDDEN))
            name = f"layers.{layer}.{long}"
            if what == "w" and "ln" not in stem:
                matrix(f"l{layer}.{short}", name, shape)
            else:
                first = 1.0 if what == "w" else 0.0
                wanted[name] = floats(
                    f"l{layer}.{short}", (first + random.normal(0, 0.01, shape[0])).astype(np.float32)
                )

    texts = [piece.encode() for piece, _ in pieces]
    blob = b"".join(texts)
    head = b"E5S1" + struct.pack("<i", 1)
    head += struct.pack("<7ifi", HIDDEN, layers, HEADS, INNER, len(pieces), POSITIONS, 1, 1e-12, BLOCK)
    head += struct.pack("<5i", len(pieces), 0, 1, 2, 3) + struct.pack("<Q", len(blob))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    head += np.array([score for _, score in pieces], "<f4").tobytes() + blob
    head += struct.pack("<iI", 0, 3) + b"abc" + struct.pack("<i", len(tensors))
    offset = len(head) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in tensors)
    directory, body = b"", b""
    for name, code, count, raw in tensors:
        directory += (
            struct.pack("<H", len(name))
            + name.encode()
            + struct.pack("<BIQQ", code, count, offset + len(body), len(raw))
        )
        body += raw
    path.write_bytes(head + directory + body)
    return wanted
