"""Learns how far patterns and encoder are to be believed about relations, on documents that neither has learnt from.

In: gold documents. Out: judge.onnx: boosted trees over `pipeline.relate.judge.evidence` and `pipeline.relate.rivals`. The documents are read
by the whole pipeline; a mention that the gold has too takes the gold's id, and a statement is true where the gold's triples of the document
hold it, whatever its status.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.core.batches import unpack
from pipeline.core.spans import VALUE_LABELS, Hint, Link, Mention, Sentence, Token
from pipeline.evaluate.gold import read_gold
from pipeline.relate import extract
from pipeline.relate.stage import candidates
from pipeline.run import plan
from pipeline.train.forest import learnt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.config import Config
    from pipeline.core.trees import Evidence
    from pipeline.evaluate.gold import GoldDocument
    from pipeline.relate.judge import Statement

log = logging.getLogger(__name__)
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
    out.write_bytes(learnt(rows, _TREES).SerializeToString())


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
