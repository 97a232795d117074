"""The encoder as an ONNX graph in int8, built node by node, and the last layers of the head of relations in float32.

In: the sizes and float32 arrays of `network`. Out: a model with the inputs `pieces` (int64, one window with <s> and </s>) and
`firsts` (int64, the place of each unit's first piece), and the outputs `logits` (units × tags) and `states` (units × hidden).

One window is one call, without padding: matrices are quantised by the largest value of the whole input, so a window that shared a
call with others would be read a little differently in other company. Weights have seven bits and a scale for each column, activations
are uint8 with a scale for each call, embeddings int8 with a scale for each row. With eight bits the sum of two products does not fit
into the 16 bits of a processor without VNNI, and it would read otherwise than its neighbour. The signs <s> and </s> are attended to when
there is nothing else to attend to and have values ten times larger than words; in the feed-forward blocks they have a scale of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx
    from numpy.typing import NDArray

_FUSED = "com.microsoft"
_EPSILON = 1e-12
_MOST = 63  # of a weight


class _Graph:
    """Nodes and constants as they are written down."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **settings: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, name=output, **settings))
        return output

    def matrix(self, name: str, weight: NDArray[Any], bias: NDArray[Any]) -> list[str]:
        """The constants of a matrix (out × in) and its bias, as a product takes them."""
        columns = weight.T
        scale = np.maximum(np.abs(columns).max(0), 1e-8) / _MOST
        return [
            self.constant(f"{name}.weight", np.clip(np.rint(columns / scale), -_MOST, _MOST).astype(np.int8)),
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            "",
            self.constant(f"{name}.bias", bias.astype(np.float32)),
        ]

    def product(self, x: str, matrix: list[str], name: str) -> str:
        """X times a matrix, plus its bias."""
        return self.node("DynamicQuantizeMatMul", [x, *matrix], name, _FUSED)

    def split(self, x: str, outputs: list[str]) -> None:
        self.nodes.append(helper.make_node("Split", [x], outputs, name=f"{x}.split", axis=-1))

    def added_norm(self, x: str, other: str, name: str, weight: NDArray[Any], bias: NDArray[Any]) -> str:
        both = self.node("Add", [x, other], f"{name}.sum")
        inputs = [both, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=_EPSILON)


def built(arrays: Mapping[str, NDArray[Any]], *, layers: int, heads: int) -> onnx.ModelProto:
    """The graph of these weights."""
    g = _Graph()
    words = arrays["words.weight"]
    scale = np.maximum(np.abs(words).max(1, keepdims=True), 1e-8) / 127
    g.constant("words", np.clip(np.rint(words / scale), -127, 127).astype(np.int8))
    g.constant("words.scale", scale.astype(np.float32))
    g.constant("positions", arrays["positions.weight"].astype(np.float32))
    for name, value in (("first", [0]), ("one", [1]), ("minus.one", [-1]), ("edges", [0, -1]), ("ones", [1, 1])):
        g.constant(name, np.array(value, np.int64))
    rows = g.node("Cast", [g.node("Gather", ["words", "pieces"], "rows")], "rows.float", to=TensorProto.FLOAT)
    rows = g.node("Mul", [rows, g.node("Gather", ["words.scale", "pieces"], "rows.scale")], "embedded.words")
    places = g.node("Slice", ["positions", "first", g.node("Shape", ["pieces"], "length")], "embedded.places")
    x = g.node("Unsqueeze", [rows, "first"], "embedded.rows")
    x = g.added_norm(
        x, g.node("Unsqueeze", [places, "first"], "embedded.at"), "embedded", arrays["embedded.weight"], arrays["embedded.bias"]
    )  # fmt: skip
    for layer in range(layers):
        x = _layer(g, x, f"layers.{layer}", arrays, heads)
    x = g.node("Squeeze", [x, "first"], "read")
    states = g.node("Gather", [x, "firsts"], "states")
    head = g.constant("head.weight", arrays["head.weight"].T.astype(np.float32))
    logits = g.node("MatMul", [states, head], "logits.bare")
    g.node("Add", [logits, g.constant("head.bias", arrays["head.bias"].astype(np.float32))], "logits")
    number = TensorProto.FLOAT
    graph = helper.make_graph(
        g.nodes,
        "istikhraj-encoder",
        [
            helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n_pieces"]),
            helper.make_tensor_value_info("firsts", TensorProto.INT64, ["n_units"]),
        ],
        [
            helper.make_tensor_value_info("logits", number, ["n_units", len(arrays["head.bias"])]),
            helper.make_tensor_value_info("states", number, ["n_units", words.shape[1]]),
        ],
        g.constants,
    )
    return _model(graph)


def paired(arrays: Mapping[str, NDArray[Any]]) -> onnx.ModelProto:
    """The graph from what two mentions are as subject (`one`), as object (`other`) and what else is known of the pair (`rest`), each
    pairs × width, to `shares`, the probabilities of the relations (`Network.related`).
    """
    g = _Graph()

    def matrix(name: str) -> str:
        return g.constant(f"{name}.weight", arrays[f"{name}.weight"].T.astype(np.float32))

    both = g.node("MatMul", [g.node("Mul", ["one", "other"], "both"), matrix("product")], "product")
    summed = g.node("Sum", ["one", "other", "rest", both], "summed")
    bent = g.node("Gelu", [summed], "bent", _FUSED)
    deeper = g.node("Gelu", [g.node("MatMul", [bent, matrix("deeper")], "deeper")], "deeper.bent", _FUSED)
    hidden = g.node("Add", [bent, deeper], "hidden")
    logits = g.node("MatMul", [hidden, matrix("relation")], "logits.bare")
    bias = g.constant("relation.bias", arrays["relation.bias"].astype(np.float32))
    g.node("Softmax", [g.node("Add", [logits, bias], "logits")], "shares", axis=1)
    width, relations = arrays["product.weight"].shape[0], len(arrays["relation.bias"])

    def info(name: str, columns: int) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n_pairs", columns])

    inputs = [info(name, width) for name in ("one", "other", "rest")]
    graph = helper.make_graph(g.nodes, "istikhraj-pairs", inputs, [info("shares", relations)], g.constants)
    return _model(graph)


def _model(graph: Any) -> onnx.ModelProto:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="istikhraj")


def _layer(g: _Graph, x: str, name: str, arrays: Mapping[str, NDArray[Any]], heads: int) -> str:
    def part(of: str) -> tuple[NDArray[Any], NDArray[Any]]:
        return arrays[f"{name}.{of}.weight"], arrays[f"{name}.{of}.bias"]

    weights, biases = zip(*(part(of) for of in ("query", "key", "value")), strict=True)
    asked = [f"{name}.{of}" for of in ("query", "key", "value")]
    matrix = g.matrix(f"{name}.asked", np.concatenate(weights), np.concatenate(biases))
    g.split(g.product(x, matrix, f"{name}.asked"), asked)
    mixed = g.node("MultiHeadAttention", asked, f"{name}.mixed", _FUSED, num_heads=heads)
    output = g.product(mixed, g.matrix(f"{name}.output", *part("output")), f"{name}.output")
    x = g.added_norm(output, x, f"{name}.attended", *part("attended"))
    up, down = (g.matrix(f"{name}.{of}", *part(of)) for of in ("up", "down"))
    apart = {
        "words": g.node("Slice", [x, "one", "minus.one", "one"], f"{name}.words"),
        "signs": g.node("Gather", [x, "edges"], f"{name}.signs", axis=1),
    }
    for of, rows in apart.items():
        bent = g.node("Gelu", [g.product(rows, up, f"{rows}.up")], f"{rows}.bent", _FUSED)
        apart[of] = g.product(bent, down, f"{rows}.down")
    g.nodes.append(
        helper.make_node(
            "Split", [apart["signs"], "ones"], [f"{name}.start", f"{name}.end"], name=f"{name}.parted", axis=1
        )
    )
    fed = g.node("Concat", [f"{name}.start", apart["words"], f"{name}.end"], f"{name}.joined", axis=1)
    return g.added_norm(fed, x, f"{name}.fed", *part("fed"))
