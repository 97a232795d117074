"""The shipped model read back as a base, to learn on from it.

In: the folder models/encoder. Out: float32 arrays by the names of `network`, heads included, and the pieces. What the stored bits held
is all that the shipped model had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.ner.encoder import pieces as vocabulary
from pipeline.train.encoder.convert import Base

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def read(folder: Path) -> Base:
    """The base that `export` wrote to this folder."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(folder / "encoder.onnx").graph
    stored = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    arrays: dict[str, NDArray[Any]] = {
        "words.weight": stored["words"] * stored["words.scale"],
        "positions.weight": stored["positions"],
    }
    for name, values in stored.items():
        part = name.removesuffix(".weight")
        if name.endswith(".bias") or (name.endswith(".weight") and values.dtype != np.int8):
            arrays[name] = values.T if name == "head.weight" else values
        elif name.endswith(".weight"):
            arrays[name] = (values * stored[f"{part}.scale"]).T
    layers = sum(name.endswith(".asked.weight") for name in arrays)
    for layer in range(layers):
        for kind in ("weight", "bias"):
            thirds = np.split(arrays.pop(f"layers.{layer}.asked.{kind}"), 3)
            for of, third in zip(("query", "key", "value"), thirds, strict=True):
                arrays[f"layers.{layer}.{of}.{kind}"] = third
    with np.load(folder / "relations.npz") as related:
        arrays |= {name: related[name] for name in related.files}
    for constant in onnx.load(folder / "pairs.onnx").graph.initializer:
        values = numpy_helper.to_array(constant)
        arrays[constant.name] = values.T if values.ndim == 2 else values
    inner, hidden = arrays["layers.0.up.weight"].shape
    arrays = {name: np.ascontiguousarray(values, np.float32) for name, values in arrays.items()}
    return Base(hidden, layers, hidden // 32, inner, arrays, vocabulary.read(folder / "pieces.tsv"))
