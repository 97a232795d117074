"""How good a network is on documents to measure on, while it is trained.

In: a network and `Examples`. Out: span F1 by source, and of relations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from pipeline.ner.encoder.tags import best_tags, log_softmax, spans
from pipeline.train.encoder.batches import Loader
from pipeline.train.encoder.loss import Settings, placed
from pipeline.train.encoder.network import PAD

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.network import Network


class Shipped:
    """The int8 graph in the place of a network, one window at a time; the relations are those of the network on its states."""

    def __init__(self, graph: Path, net: Network) -> None:
        import onnxruntime

        self._session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
        self.related = net.related

    def to(self, _: str) -> Shipped:
        """Itself: it is read on the processor."""
        return self

    def eval(self) -> Shipped:
        """Itself: it learns nothing."""
        return self

    def __call__(self, pieces: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and states of the units of one window."""
        asked = {"pieces": pieces[0][pieces[0] != PAD].numpy(), "firsts": places.numpy()}
        logits, states = self._session.run(None, asked)
        return torch.from_numpy(logits), torch.from_numpy(states)


@torch.no_grad()
def measured(net: Network | Shipped, x: Examples, settings: Settings) -> dict[str, float]:
    """Span F1 of each source in its own block, of the relations given the mentions, on documents to measure on."""
    net.to(settings.device).eval()
    if isinstance(net, Shipped):
        settings = settings._replace(batch=1, device="cpu", bfloat16=False)
    loader = Loader(x)
    counts: dict[str, list[int]] = {}
    related = [0, 0, 0]
    for batch in loader.batches(loader.places(range(len(x.doc_ends)), 192), settings.batch):
        there = placed(batch, settings.device)
        with torch.autocast(settings.device, torch.bfloat16, enabled=settings.bfloat16):
            logits, states = net(there.pieces, there.places)
            pairs = net.related(states, there.mentions, there.pairs) if len(batch.pairs) else None
        if pairs is not None:
            found, truth = pairs.float().argmax(1).cpu().numpy(), batch.pairs[:, 4]
            sure = truth >= 0
            related[0] += int(((found == truth) & (truth > 0)).sum())
            related[1] += int(((found > 0) & sure).sum())
            related[2] += int((truth > 0).sum())
        rows = logits.float().cpu().numpy()
        end = 0
        for size in batch.counts:
            begin, end = end, end + int(size)
            source = int(batch.sources[begin])
            if source < 0:
                continue
            start, stop = int(x.block_starts[source]), int(x.block_starts[source + 1])
            scores = log_softmax(rows[begin:end, start:stop])
            names = ["O", *(f"{p}-{k}" for k in range((stop - start) // 2) for p in "BI")]
            have = {s[:3] for s in spans(names, scores, best_tags(scores, [False] * int(size)))}
            want = {s[:3] for s in spans(names, scores, (batch.tags[begin:end] - start).astype(np.int64))}
            count = counts.setdefault(f"source {source}", [0, 0, 0])
            for k, part in enumerate((have & want, have, want)):
                count[k] += len(part)
    counts["relations"] = related
    return {
        name: round(2 * right / (found + want), 4) if found + want else 0.0
        for name, (right, found, want) in counts.items()
    }
