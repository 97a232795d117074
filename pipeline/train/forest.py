"""Boosted trees over named evidence, as a graph that `pipeline.core.trees` reads.

In: cases, each with what speaks for it, its truth and its weight. Out: an ONNX graph from `evidence` (cases × names) to `probability`.
"""

from __future__ import annotations

import json
import logging
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper
from sklearn.ensemble import GradientBoostingClassifier

from pipeline.core.trees import FEATURES, columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import onnx

    from pipeline.core.trees import Evidence

log = logging.getLogger(__name__)
_NODE = (
    "nodes_treeids",
    "nodes_nodeids",
    "nodes_featureids",
    "nodes_values",
    "nodes_modes",
    "nodes_truenodeids",
    "nodes_falsenodeids",
)
_LEAF = ("target_treeids", "target_nodeids", "target_ids", "target_weights")


def learnt(
    rows: Sequence[tuple[Evidence, bool]], settings: Mapping[str, Any], weights: Sequence[float] | None = None
) -> onnx.ModelProto:
    """The trees that make the rows most likely; `settings` are those of scikit-learn's classifier."""
    names = sorted({name for evidence, _ in rows for name, _ in evidence})
    x, y = columns([evidence for evidence, _ in rows], names), np.array([truth for _, truth in rows])
    trees = GradientBoostingClassifier(**settings).fit(x, y, sample_weight=weights)
    told = np.log(trees.predict_proba(x)[np.arange(len(y)), y.astype(int)]).mean()
    log.info("%d cases, %d of them true; log-likelihood %.3f a case", len(rows), int(y.sum()), told)
    return forest(trees, names)


def forest(trees: GradientBoostingClassifier, names: Sequence[str]) -> onnx.ModelProto:
    """Boosted trees as a graph from `evidence` (cases × names) to `probability`."""
    found: dict[str, Any] = {name: [] for name in _NODE + _LEAF}
    for number, (estimator,) in enumerate(trees.estimators_):
        tree = estimator.tree_
        for node in range(tree.node_count):
            is_leaf = tree.children_left[node] < 0
            threshold = np.float32(tree.threshold[node])
            if threshold > tree.threshold[node]:  # a float32 that is at most the one is at most the other
                threshold = np.nextafter(threshold, np.float32(-np.inf))
            row = (
                number, node, max(0, int(tree.feature[node])), 0.0 if is_leaf else float(threshold), "LEAF" if is_leaf else "BRANCH_LEQ",
                max(0, int(tree.children_left[node])), max(0, int(tree.children_right[node])),
            )  # fmt: skip
            for name, value in zip(_NODE, row, strict=True):
                found[name].append(value)
            if is_leaf:
                for name, value in zip(
                    _LEAF, (number, node, 0, trees.learning_rate * float(tree.value[node, 0, 0])), strict=True
                ):
                    found[name].append(value)
    share = float(trees.init_.class_prior_[1])
    first = math.log(share / (1 - share))
    nodes = [
        helper.make_node(
            "TreeEnsembleRegressor", ["evidence"], ["odds"], domain="ai.onnx.ml", n_targets=1, base_values=[first], **found
        ),
        helper.make_node("Sigmoid", ["odds"], ["probability"]),
    ]  # fmt: skip
    number = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "istikhraj-trees",
        [helper.make_tensor_value_info("evidence", number, ["n", len(names)])],
        [helper.make_tensor_value_info("probability", number, ["n", 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="istikhraj")
    helper.set_model_props(model, {FEATURES: json.dumps(list(names))})
    return model
