"""Learns how far patterns and encoder are to be believed about relations, on documents that neither has learnt from.

In: gold documents. Out: judge.onnx: boosted trees over `pipeline.relate.judge.evidence` and `pipeline.relate.rivals`. The documents are read
by the whole pipeline; a mention that the gold has too takes the gold's id, and a statement is true where the gold's triples of the document
hold it, whatever its status.
"""

from __future__ import annotations

import json
import logging
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from onnx import TensorProto, helper
from sklearn.ensemble import GradientBoostingClassifier

from pipeline.core.batches import unpack
from pipeline.core.spans import VALUE_LABELS, Hint, Link, Mention, Sentence, Token
from pipeline.evaluate.gold import read_gold
from pipeline.relate import extract
from pipeline.relate.judge import FEATURES, columns
from pipeline.relate.stage import candidates
from pipeline.run import plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import onnx

    from pipeline.config import Config
    from pipeline.evaluate.gold import GoldDocument
    from pipeline.relate.judge import Evidence, Statement

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
# Chosen on the articles of the corpus's fifth round and dev.
_TREES: dict[str, Any] = {
    "n_estimators": 200,
    "learning_rate": 0.08,
    "max_depth": 4,
    "min_samples_leaf": 20,
    "subsample": 0.7,
    "max_features": 0.3,
    "random_state": 7,
}


def learn(config: Config, folders: Sequence[Path], out: Path) -> None:
    """Learns the trees and writes them."""
    rows = [row for folder in folders for row in examples(config, read_gold(folder))]
    out.write_bytes(learnt(rows).SerializeToString())


def examples(config: Config, docs: Sequence[GoldDocument]) -> list[tuple[Evidence, bool]]:
    """The evidence of every draft of the documents, and whether the gold says the same."""
    stages = {stage.name: stage.make(config) for stage in plan.planned(config) if stage.name != "relate"}
    known = extract.load(config.paths.seeds, max_tokens=config.relate.max_tokens)
    found: list[tuple[Evidence, bool]] = []
    for doc in docs:
        batch = pa.RecordBatch.from_pydict(
            {"doc_id": pa.array([doc.doc_id]), "text": pa.array([doc.text], pa.string())}
        )
        for name in ("normalise", "tokenise", "ner", "link"):
            batch = stages[name](batch)
        sentences = unpack(batch.column("sentences"), Sentence._make)[0]
        tokens = unpack(batch.column("tokens"), Token._make)[0]
        mentions = unpack(batch.column("mentions"), Mention._make)[0]
        links = unpack(batch.column("links"), Link._make)[0]
        hints = unpack(batch.column("hints"), Hint._make)[0]
        ids = {(entity.start, entity.end): entity.id for entity in doc.entities}
        links = [
            link
            if mention.label in VALUE_LABELS
            else Link(ids.get((mention.start, mention.end), link.entity_id), 1.0, "gold")
            for mention, link in zip(mentions, links, strict=True)
        ]
        seen: list[tuple[Evidence, Statement]] = []

        def listen(evidence: Sequence[Evidence], statements: Sequence[Statement], seen: list = seen) -> list[float]:  # type: ignore[type-arg]
            seen.extend(zip(evidence, statements, strict=True))
            return [0.0] * len(evidence)

        extract.relations(
            extract.Document(doc.text, sentences, tokens, mentions, links), known, candidates(hints), listen
        )
        truth = {(r.subject, r.predicate, r.object) for r in doc.relations}
        truth |= {(o, p, s) for s, p, o in truth if known.rules.predicates[p].symmetric}
        names = [link.entity_id or mention.value or "" for mention, link in zip(mentions, links, strict=True)]
        found += [(evidence, (names[s], p, names[o]) in truth) for evidence, (s, p, o) in seen]
    return found


def learnt(rows: Sequence[tuple[Evidence, bool]]) -> onnx.ModelProto:
    """The trees that make the rows most likely."""
    names = sorted({name for evidence, _ in rows for name, _ in evidence})
    x, y = columns([evidence for evidence, _ in rows], names), np.array([truth for _, truth in rows])
    trees = GradientBoostingClassifier(**_TREES).fit(x, y)
    told = np.log(trees.predict_proba(x)[np.arange(len(y)), y.astype(int)]).mean()
    log.info("%d drafts, %d of them true; log-likelihood %.3f a draft", len(rows), int(y.sum()), told)
    return forest(trees, names)


def forest(trees: GradientBoostingClassifier, names: Sequence[str]) -> onnx.ModelProto:
    """Boosted trees as a graph from `evidence` (statements × names) to `probability`."""
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
        "istikhraj-judge",
        [helper.make_tensor_value_info("evidence", number, ["n", len(names)])],
        [helper.make_tensor_value_info("probability", number, ["n", 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="istikhraj")
    helper.set_model_props(model, {FEATURES: json.dumps(list(names))})
    return model
