"""What training minimises, and how.

In: a batch of windows and a network. Out: one number.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from pipeline.ner.encoder.tags import OURS

if TYPE_CHECKING:
    from pipeline.train.encoder.batches import Batch
    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.network import Network

_FAR = -1e4


class Settings(NamedTuple):
    """How to train. `weights` is how often an epoch reads the documents of each source: gold, the public corpora, raw."""

    layers: int = 12
    epochs: int = 8
    rate: float = 2e-4
    decay: float = 0.9  # of the rate from a layer to the one below
    kept: int = 0  # lowest layers that stay as they are, and with them the embeddings
    batch: int = 8192  # pieces
    dropout: float = 0.1
    weights: tuple[float, ...] = (4.0, 1.0, 1.0, 1.0, 0.0)
    ours: float = 0.5  # weight of what a public corpus says of our tags
    pairs: float = 0.5  # weight of the relations
    taught: float = 1.0  # weight of the teacher, where there is one
    alike: float = 0.0  # weight of the distance between the states of the teacher and the network
    bfloat16: bool = True
    device: str = "cpu"
    workers: int = 0  # processes that make batches ahead
    seed: int = 7


class Torches(NamedTuple):
    """A batch on its device: `known` are the units with a tag, `tags` and `sources` theirs."""

    pieces: Tensor
    places: Tensor
    known: Tensor
    tags: Tensor
    sources: Tensor
    mentions: Tensor
    pairs: Tensor


def placed(batch: Batch, device: str) -> Torches:
    """A batch on its device."""
    known = np.flatnonzero(batch.tags >= 0)
    parts = (batch.pieces, batch.places, known, batch.tags[known], batch.sources[known], batch.mentions, batch.pairs)
    return Torches(*(torch.from_numpy(np.asarray(part, np.int64)).to(device, non_blocking=True) for part in parts))


class Ways(NamedTuple):
    """For each source the tags of its block (0, elsewhere far below), for each tag what it allows of ours (likewise)."""

    blocks: Tensor  # sources × tags
    allowed: Tensor  # tags × our tags
    starts: tuple[int, ...]

    @classmethod
    def of(cls, x: Examples, device: str) -> Ways:
        """The ways of labelling of these examples."""
        starts = x.block_starts.tolist()
        blocks = torch.full((len(starts) - 1, starts[-1]), _FAR)
        for source, (start, end) in enumerate(itertools.pairwise(starts)):
            blocks[source, start:end] = 0
        allowed = torch.where(torch.from_numpy(x.allowed), 0.0, _FAR)
        return cls(blocks.to(device), allowed.to(device), tuple(starts))


def _read(net: Network, batch: Torches, settings: Settings) -> tuple[Tensor, Tensor]:
    """Logits and states of the units in float32; the encoder alone may read in bfloat16.

    The heads meet as many units and pairs as a batch happens to have, and a processor compiles a bfloat16 product anew for each size.
    """
    with torch.autocast(settings.device, torch.bfloat16, enabled=settings.bfloat16):
        read = net.encoder(batch.pieces)
    return net.units(read.float(), batch.places)


def loss(net: Network, batch: Torches, ways: Ways, settings: Settings, teacher: Network | None = None) -> Tensor:
    """The loss of a batch, a sum over: each unit's tag in the block of its corpus, what it allows of ours, relations, the teacher."""
    logits, states = _read(net, batch, settings)
    total: Tensor = logits.new_zeros((), dtype=torch.float32)
    if len(batch.known):
        seen = logits.index_select(0, batch.known)
        total = total + functional.cross_entropy(seen + ways.blocks[batch.sources], batch.tags)
        ours = functional.log_softmax(seen[:, : len(OURS)], 1) + ways.allowed[batch.tags]
        total = total - settings.ours * (torch.logsumexp(ours, 1) * (batch.sources > 0)).mean()
    related = net.related(states, batch.mentions, batch.pairs) if len(batch.pairs) else None
    if related is not None:
        total = total + settings.pairs * functional.cross_entropy(related, batch.pairs[:, 4], ignore_index=-1)
    if teacher is not None:
        with torch.no_grad():
            said, their_states = _read(teacher, batch, settings)
            told = teacher.related(their_states, batch.mentions, batch.pairs) if related is not None else None
        for source, (start, end) in enumerate(zip(ways.starts, ways.starts[1:], strict=False)):
            part = functional.softmax(said[:, start:end], 1) * functional.log_softmax(logits[:, start:end], 1)
            total = total - settings.taught * (1.0 if source == 0 else 0.3) * part.sum(1).mean()
        if related is not None and told is not None:
            part = functional.softmax(told, 1) * functional.log_softmax(related, 1)
            total = total - settings.taught * settings.pairs * part.sum(1).mean()
        if settings.alike:
            away = 1 - functional.cosine_similarity(states, their_states)
            total = total + settings.alike * away.mean()
    return total
