"""Training: adapting the base to Arabic news, fine-tuning the heads, teaching a smaller network.

In: a base (arrays by the names of `network`), `Examples`. Out: weights. On a CPU or a graphics card, seeded, in bfloat16 where asked,
with a checkpoint after every epoch from which the same command goes on.
"""

from __future__ import annotations

import json
import logging
import time
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.ner.encoder.pairs import BUCKETS
from pipeline.ner.encoder.tags import OURS, best_tags, log_softmax, spans
from pipeline.train.encoder.batches import Batch, Loader
from pipeline.train.encoder.network import PAD, Encoder, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.train.encoder.examples import Examples

log = logging.getLogger(__name__)

_FAR = -1e4
MASK = 3  # the unknown piece stands for a hidden one
_LONGEST = (64, 128, 192, 256)  # pieces of a window; each epoch draws one
N_LABELS = 13


class Settings(NamedTuple):
    """How to train. `weights` is how often an epoch reads the documents of each source: gold, the public corpora, raw."""

    layers: int = 12
    epochs: int = 8
    rate: float = 2e-4
    decay: float = 0.9  # of the rate from a layer to the one below
    batch: int = 8192  # pieces
    dropout: float = 0.1
    weights: tuple[float, ...] = (4.0, 1.0, 1.0, 1.0, 0.0)
    ours: float = 0.5  # weight of what a public corpus says of our tags
    pairs: float = 0.5  # weight of the relations
    taught: float = 1.0  # weight of the teacher, where there is one
    bfloat16: bool = True
    device: str = "cpu"
    workers: int = 0  # processes that make batches ahead
    seed: int = 7


def network(base: Mapping[str, NDArray[np.float32]], settings: Settings, *, tags: int, relations: int) -> Network:
    """A network with the weights of a base; a smaller one takes evenly spaced layers, the last one among them."""
    torch.manual_seed(settings.seed)
    depth = 1 + max(int(name.split(".")[1]) for name in base if name.startswith("layers."))
    inner, hidden = base["layers.0.up.weight"].shape
    encoder = Encoder(
        vocabulary=len(base["words.weight"]), hidden=hidden, layers=settings.layers, heads=hidden // 32, inner=inner,
        positions=len(base["positions.weight"]), dropout=settings.dropout,
    )  # fmt: skip
    net = Network(encoder, tags=tags, relations=relations, labels=N_LABELS, buckets=BUCKETS)
    kept = [round((k + 1) * depth / settings.layers) - 1 for k in range(settings.layers)]
    state = net.state_dict()
    for name in state:
        inside = name.removeprefix("encoder.")
        if inside.startswith("layers."):
            _, number, rest = inside.split(".", 2)
            inside = f"layers.{kept[int(number)]}.{rest}"
        if inside in base and base[inside].shape == tuple(state[name].shape):
            state[name] = torch.from_numpy(np.array(base[inside], np.float32))
        elif name.startswith("encoder."):
            raise ValueError(f"the base has no {inside} of shape {tuple(state[name].shape)}")
    net.load_state_dict(state)
    return net


def arrays(net: Network) -> dict[str, NDArray[np.float32]]:
    """The weights of a network by the names of a base."""
    return {name.removeprefix("encoder."): value.detach().float().cpu().numpy() for name, value in net.state_dict().items()}


def _groups(net: Network, settings: Settings) -> list[dict[str, Any]]:
    groups = [{"params": [p for name, p in net.named_parameters() if not name.startswith("encoder.")], "lr": settings.rate * 5}]
    depth = len(net.encoder.layers)
    for k, layer in enumerate(net.encoder.layers):
        groups.append({"params": list(layer.parameters()), "lr": settings.rate * settings.decay ** (depth - 1 - k)})
    low = [*net.encoder.words.parameters(), *net.encoder.positions.parameters(), *net.encoder.embedded.parameters()]
    groups.append({"params": low, "lr": settings.rate * settings.decay**depth})
    return groups


def _schedule(step: int, steps: int) -> float:
    warm = max(1, steps // 12)
    return step / warm if step < warm else max(0.02, (steps - step) / max(1, steps - warm))


class Torches(NamedTuple):
    """A batch on its device: `known` are the units with a tag, `tags` and `sources` theirs."""

    pieces: Tensor
    places: Tensor
    known: Tensor
    tags: Tensor
    sources: Tensor
    mentions: Tensor
    pairs: Tensor


def _to(batch: Batch, device: str) -> Torches:
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
        for source, (start, end) in enumerate(zip(starts, starts[1:], strict=False)):
            blocks[source, start:end] = 0
        allowed = torch.where(torch.from_numpy(x.allowed), 0.0, _FAR)
        return cls(blocks.to(device), allowed.to(device), tuple(starts))


def loss(net: Network, batch: Torches, ways: Ways, settings: Settings, teacher: Network | None = None) -> Tensor:
    """The loss of a batch, a sum over: each unit's tag in the block of its corpus, what it allows of ours, relations, the teacher."""
    logits, states = net(batch.pieces, batch.places)
    total = logits.new_zeros((), dtype=torch.float32)
    if len(batch.known):
        seen = logits.index_select(0, batch.known).float()
        total = total + functional.cross_entropy(seen + ways.blocks[batch.sources], batch.tags)
        ours = functional.log_softmax(seen[:, : len(OURS)], 1) + ways.allowed[batch.tags]
        total = total - settings.ours * (torch.logsumexp(ours, 1) * (batch.sources > 0)).mean()
    related = net.related(states, batch.mentions, batch.pairs).float() if len(batch.pairs) else None
    if related is not None:
        total = total + settings.pairs * functional.cross_entropy(related, batch.pairs[:, 3], ignore_index=-1)
    if teacher is not None:
        with torch.no_grad():
            said, their_states = teacher(batch.pieces, batch.places)
            said = said.float()
            told = teacher.related(their_states, batch.mentions, batch.pairs).float() if related is not None else None
        mine = logits.float()
        for source, (start, end) in enumerate(zip(ways.starts, ways.starts[1:], strict=False)):
            part = functional.softmax(said[:, start:end], 1) * functional.log_softmax(mine[:, start:end], 1)
            total = total - settings.taught * (1.0 if source == 0 else 0.3) * part.sum(1).mean()
        if related is not None and told is not None:
            part = functional.softmax(told, 1) * functional.log_softmax(related, 1)
            total = total - settings.taught * settings.pairs * part.sum(1).mean()
    return total


def fit(
    net: Network, x: Examples, settings: Settings, *, checkpoint: Path | None = None, teacher: Network | None = None
) -> Network:
    """Trains in place; goes on from the checkpoint where there is one of the same settings."""
    device = settings.device
    net.to(device).train()
    if teacher is not None:
        teacher.to(device).eval()
    ways = Ways.of(x, device)
    loader = Loader(x)
    plans = _plans([partial(_epoch, loader, settings, epoch) for epoch in range(settings.epochs)], settings.workers)
    steps = sum(map(len, plans))
    optimiser = torch.optim.AdamW(_groups(net, settings), weight_decay=0.01, betas=(0.9, 0.98), fused=device == "cuda")
    first_rates = [group["lr"] for group in optimiser.param_groups]
    done = step = 0
    if checkpoint and checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        if saved["settings"] == json.dumps(settings):
            net.load_state_dict(saved["net"])
            optimiser.load_state_dict(saved["optimiser"])
            torch.set_rng_state(saved["random"].cpu())
            done, step = saved["epoch"], saved["step"]
            log.info("going on after epoch %d", done)
    begun = time.perf_counter()
    for epoch, plan in enumerate(plans[done:], done + 1):
        summed = torch.zeros((), device=device)
        for batch in plan:
            for group, rate in zip(optimiser.param_groups, first_rates, strict=True):
                group["lr"] = rate * _schedule(step, steps)
            with torch.autocast(device, torch.bfloat16, enabled=settings.bfloat16):
                found = loss(net, _to(batch, device), ways, settings, teacher)
            optimiser.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            summed += found.detach()
            step += 1
        log.info("epoch %d of %d: loss %.4f, %d steps, %.0f s", epoch, settings.epochs, summed.item() / len(plan), step, time.perf_counter() - begun)
        if checkpoint:
            state = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch, "step": step}
            torch.save(state | {"settings": json.dumps(settings), "random": torch.get_rng_state()}, checkpoint)
    return net.eval()


def _epoch(loader: Loader, settings: Settings, epoch: int) -> list[Batch]:
    random = np.random.default_rng((settings.seed, epoch))
    docs: list[int] = []
    for doc, source in enumerate(loader.x.sources):
        weight = settings.weights[source]  # raw, -1, stands last
        docs += [doc] * (int(weight) + (random.random() < weight % 1))
    most = int(random.choice(_LONGEST))
    return list(loader.batches(loader.places(docs, most), settings.batch, random))


def _unlabelled(loader: Loader, settings: Settings, docs: Sequence[int], epoch: int) -> list[Batch]:
    random = np.random.default_rng((settings.seed, epoch))
    return list(loader.batches(loader.places(docs, _LONGEST[-1]), settings.batch, random))


def _plans(epochs: Sequence[Callable[[], list[Batch]]], workers: int) -> list[list[Batch]]:
    """The batches of all epochs, made by several processes where asked."""
    if not workers:
        return [epoch() for epoch in epochs]
    with get_context("fork").Pool(workers) as pool:
        return [made.get() for made in [pool.apply_async(epoch) for epoch in epochs]]


def adapt(net: Network, x: Examples, settings: Settings, docs: Sequence[int]) -> Network:
    """Masked language modelling over documents (15% of the pieces hidden), with the embeddings as output; trains in place."""
    device = settings.device
    net.to(device).train()
    loader = Loader(x)
    weights = net.encoder.words.weight
    bias = torch.zeros(len(weights), device=device, requires_grad=True)
    optimiser = torch.optim.AdamW([*net.encoder.parameters(), bias], lr=settings.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=device == "cuda")
    epochs = [partial(_unlabelled, loader, settings, docs, epoch) for epoch in range(settings.epochs)]
    plans = _plans(epochs, settings.workers)
    steps, step = sum(map(len, plans)), 0
    begun = time.perf_counter()
    for epoch, plan in enumerate(plans, 1):
        summed = torch.zeros((), device=device)
        for batch in plan:
            pieces = torch.from_numpy(batch.pieces).long().to(device)
            dice = torch.rand(pieces.shape, device=device)
            hidden = (dice < 0.15) & (pieces > MASK)
            given = torch.where(hidden & (dice < 0.12), MASK, pieces)
            given = torch.where(hidden & (dice > 0.135), torch.randint_like(pieces, MASK + 1, len(weights)), given)
            for group in optimiser.param_groups:
                group["lr"] = settings.rate * _schedule(step, steps)
            with torch.autocast(device, torch.bfloat16, enabled=settings.bfloat16):
                states = net.encoder(torch.where(pieces == PAD, PAD, given))[hidden]
                found = functional.cross_entropy((states @ weights.T).float() + bias, pieces[hidden])
            optimiser.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(net.encoder.parameters(), 1.0)
            optimiser.step()
            summed += found.detach()
            step += 1
        log.info("adapting, epoch %d of %d: loss %.4f, %.0f s", epoch, settings.epochs, summed.item() / len(plan), time.perf_counter() - begun)
    return net


@torch.no_grad()
def measured(net: Network, x: Examples, settings: Settings) -> dict[str, float]:
    """Span F1 of each source in its own block, of the relations given the mentions, on documents to measure on."""
    net.to(settings.device).eval()
    loader = Loader(x)
    counts: dict[str, list[int]] = {}
    related = [0, 0, 0]
    for batch in loader.batches(loader.places(range(len(x.doc_ends)), 192), settings.batch):
        there = _to(batch, settings.device)
        with torch.autocast(settings.device, torch.bfloat16, enabled=settings.bfloat16):
            logits, states = net(there.pieces, there.places)
            pairs = net.related(states, there.mentions, there.pairs) if len(batch.pairs) else None
        if pairs is not None:
            found, truth = pairs.float().argmax(1).cpu().numpy(), batch.pairs[:, 3]
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
            want = {s[:3] for s in spans(names, scores, batch.tags[begin:end] - start)}
            count = counts.setdefault(f"source {source}", [0, 0, 0])
            for k, part in enumerate((have & want, have, want)):
                count[k] += len(part)
    counts["relations"] = related
    return {name: round(2 * right / (found + want), 4) if found + want else 0.0 for name, (right, found, want) in counts.items()}


def evenly(networks: Sequence[Mapping[str, NDArray[np.float32]]]) -> dict[str, NDArray[np.float32]]:
    """The mean of the weights of networks that began alike (Wortsman et al. 2022)."""
    return {name: np.mean([net[name] for net in networks], axis=0) for name in networks[0]}
