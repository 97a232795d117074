"""The head of relations learns on alone, from the states that the exported encoder gives.

In: the weights, the int8 graph, `Examples`. Out: the weights with another head of relations.

The states are those of the run: in int8, of its windows, so that also pairs are learnt whose mentions two windows have read. They are
computed once, and an epoch takes a minute or two.
"""

from __future__ import annotations

import itertools
import logging
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.core.sessions import session
from pipeline.ner.encoder.model import windowed
from pipeline.ner.encoder.pairs import contexts
from pipeline.train.encoder.export import RELATED
from pipeline.train.encoder.fit import schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.random import Generator
    from numpy.typing import NDArray

    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.loss import Settings
    from pipeline.train.encoder.network import Network

log = logging.getLogger(__name__)

_HEAD = (*RELATED, "product", "deeper", "relation")
_UNITS = 4096  # of a batch


class Read(NamedTuple):
    """A document as the exported encoder has read it: `states` of its units (float16), `mentions`, `pairs` with their contexts."""

    states: NDArray[np.float16]
    mentions: NDArray[np.int32]
    pairs: NDArray[np.int32]


def read(graph: Path, x: Examples, docs: Sequence[int], *, threads: int = 1) -> list[Read]:
    """The documents of these numbers, those without a pair left out."""
    encoder = session(graph, threads=threads)
    units, doc_starts, mention_starts, pair_starts = (
        np.concatenate([[0], ends]) for ends in (x.unit_ends, x.doc_ends, x.mention_ends, x.pair_ends)
    )
    found, begun = [], time.perf_counter()
    for done, doc in enumerate(docs, 1):
        pairs = x.pairs[pair_starts[doc] : pair_starts[doc + 1]]
        if len(pairs):
            first, end = doc_starts[doc : doc + 2]
            sentences = x.sentences[first:end]
            split = [x.pieces[start:stop].tolist() for start, stop in itertools.pairwise(units[first : end + 1])]
            _, states = windowed(encoder, split, sentences.tolist())
            mentions = x.mentions[mention_starts[doc] : mention_starts[doc + 1]]
            around = contexts(mentions, pairs[:, :2], sentences)
            found.append(Read(states.astype(np.float16), mentions, np.concatenate([pairs, around], 1)))
        if done % 500 == 0:
            log.info("%d of %d documents read, %.0f s", done, len(docs), time.perf_counter() - begun)
    return found


def relate(net: Network, docs: Sequence[Read], settings: Settings) -> Network:
    """Trains the head of relations in place; all else keeps its weights."""
    torch.manual_seed(settings.seed)
    net.train()
    head = [p for name, p in net.named_parameters() if name.split(".")[0] in _HEAD]
    optimiser = torch.optim.AdamW(head, weight_decay=0.01, betas=(0.9, 0.98))
    random = np.random.default_rng(settings.seed)
    plans = [list(_batches(docs, random)) for _ in range(settings.epochs)]
    step, steps, begun = 0, sum(map(len, plans)), time.perf_counter()
    for epoch, plan in enumerate(plans, 1):
        summed = 0.0
        for numbers in plan:
            for group in optimiser.param_groups:
                group["lr"] = settings.rate * schedule(step, steps)
            states, mentions, pairs = joined([docs[number] for number in numbers])
            found = functional.cross_entropy(net.related(states, mentions, pairs), pairs[:, 4], ignore_index=-1)
            optimiser.zero_grad()
            torch.autograd.backward(found)
            nn.utils.clip_grad_norm_(head, 1.0)
            optimiser.step()
            summed += found.item()
            step += 1
        log.info(
            "epoch %d of %d: loss %.4f, %.0f s", epoch, settings.epochs, summed / len(plan), time.perf_counter() - begun
        )
    return net.eval()


@torch.no_grad()
def measured(net: Network, docs: Sequence[Read]) -> dict[str, float]:
    """F1 of the likeliest relation of each pair, and the log-likelihood of all pairs, in nats a true one."""
    net.eval()
    right = found = true = 0
    cost = 0.0
    for doc in docs:
        states, mentions, pairs = joined([doc])
        logits, truth = net.related(states, mentions, pairs), pairs[:, 4]
        sure = truth >= 0
        best = logits.argmax(1)
        right += int(((best == truth) & (truth > 0)).sum())
        found += int(((best > 0) & sure).sum())
        true += int((truth > 0).sum())
        cost += functional.cross_entropy(logits[sure], truth[sure], reduction="sum").item()
    return {"relations": round(2 * right / max(1, found + true), 4), "likelihood": round(-cost / max(1, true), 3)}


def joined(docs: Sequence[Read]) -> tuple[Tensor, Tensor, Tensor]:
    """Documents in a row, as `Network.related` takes them."""
    mentions, pairs = [], []
    units = names = 0
    for doc in docs:
        moved, paired = doc.mentions.astype(np.int64), doc.pairs.astype(np.int64)
        moved[:, :2] += units
        paired[:, :2] += names
        paired[:, 5:] += units
        mentions.append(moved)
        pairs.append(paired)
        units, names = units + len(doc.states), names + len(moved)
    states = np.concatenate([doc.states for doc in docs]).astype(np.float32)
    return torch.from_numpy(states), torch.from_numpy(np.concatenate(mentions)), torch.from_numpy(np.concatenate(pairs))


def _batches(docs: Sequence[Read], random: Generator) -> Iterator[list[int]]:
    """The numbers of all documents in random order, about as many units together."""
    batch: list[int] = []
    size = 0
    for number in random.permutation(len(docs)).tolist():
        batch.append(number)
        size += len(docs[number].states)
        if size >= _UNITS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
