"""Learns how far patterns and encoder are to be believed about relations, on documents that neither has learnt from.

In: gold documents. Out: judge.json of models/encoder: the weights of a logistic regression on `pipeline.relate.judge.evidence`. The
documents are read by the whole pipeline; a mention that the gold has too takes the gold's id, and a statement is true where the gold's
triples of the document hold it, whatever its status.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy.optimize import minimize

from pipeline.core.batches import unpack
from pipeline.core.spans import VALUE_LABELS, Hint, Link, Mention, Sentence, Token
from pipeline.evaluate.gold import read_gold
from pipeline.relate import extract
from pipeline.relate.stage import candidates
from pipeline.run import plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.config import Config
    from pipeline.evaluate.gold import GoldDocument
    from pipeline.relate.judge import Evidence

log = logging.getLogger(__name__)
_PENALTY = 0.5
_FREE = ("bias",)  # without penalty


def learn(config: Config, folders: Sequence[Path], out: Path) -> None:
    """Learns the weights and writes them."""
    rows = [row for folder in folders for row in examples(config, read_gold(folder))]
    weights = learnt(rows)
    out.write_text(
        json.dumps({name: round(value, 3) for name, value in sorted(weights.items())}, indent=1) + "\n", "utf-8"
    )


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
        seen: list[tuple[Evidence, tuple[int, str, int]]] = []

        def listen(evidence: Evidence, statement: tuple[int, str, int], seen: list = seen) -> float:  # type: ignore[type-arg]
            seen.append((evidence, statement))
            return 0.0

        extract.relations(
            extract.Document(doc.text, sentences, tokens, mentions, links), known, candidates(hints), listen
        )
        truth = {(r.subject, r.predicate, r.object) for r in doc.relations}
        truth |= {(o, p, s) for s, p, o in truth if known.rules.predicates[p].symmetric}
        names = [link.entity_id or mention.value or "" for mention, link in zip(mentions, links, strict=True)]
        found += [(evidence, (names[s], p, names[o]) in truth) for evidence, (s, p, o) in seen]
    return found


def learnt(rows: Sequence[tuple[Evidence, bool]]) -> dict[str, float]:
    """The weights that make the rows most likely, with a penalty on their squares."""
    names = sorted({name for evidence, _ in rows for name, _ in evidence})
    place = {name: k for k, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)))
    for row, (evidence, _) in enumerate(rows):
        for name, value in evidence:
            x[row, place[name]] = value
    y = np.array([truth for _, truth in rows], float)
    penalty = np.array([0.0 if name in _FREE else _PENALTY for name in names])

    def cost(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        p = 1 / (1 + np.exp(-z))
        return float(np.logaddexp(0, z).sum() - y @ z + penalty @ (w * w)), x.T @ (p - y) + 2 * penalty * w

    found = minimize(cost, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    log.info("%d drafts, %d of them true; log-likelihood %.3f a draft", len(rows), int(y.sum()), -found.fun / len(rows))
    return dict(zip(names, found.x.tolist(), strict=True))
