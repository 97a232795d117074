"""Training: fine-tuning the heads and the encoder, teaching a smaller network.

In: a base (arrays by the names of `network`), `Examples`. Out: weights. On a CPU or a graphics card, seeded, in bfloat16 where asked,
with a checkpoint after every epoch from which the same command goes on.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from pipeline.ner.encoder.pairs import BUCKETS, STANDINGS
from pipeline.train.encoder import checkpoint
from pipeline.train.encoder.batches import Batch, Loader
from pipeline.train.encoder.checkpoint import Progress
from pipeline.train.encoder.loss import Settings, Ways, loss, placed
from pipeline.train.encoder.network import Encoder, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.train.encoder.examples import Examples

log = logging.getLogger(__name__)

LONGEST = (480, 192)  # pieces of a window; epochs take turns
N_LABELS = 13


def network(base: Mapping[str, NDArray[np.float32]], settings: Settings, *, tags: int, relations: int) -> Network:
    """A network with the weights of a base; one with fewer layers takes the lowest."""
    torch.manual_seed(settings.seed)
    inner, hidden = base["layers.0.up.weight"].shape
    encoder = Encoder(
        vocabulary=len(base["words.weight"]), hidden=hidden, layers=settings.layers, heads=hidden // 32, inner=inner,
        positions=len(base["positions.weight"]), dropout=settings.dropout,
    )  # fmt: skip
    net = Network(encoder, tags=tags, relations=relations, labels=N_LABELS, buckets=BUCKETS, standings=STANDINGS)
    state = net.state_dict()
    for name in state:
        inside = name.removeprefix("encoder.")
        if inside in base and base[inside].shape == tuple(state[name].shape):
            state[name] = torch.from_numpy(np.array(base[inside], np.float32))
        elif name.startswith("encoder."):
            raise ValueError(f"the base has no {inside} of shape {tuple(state[name].shape)}")
    net.load_state_dict(state)
    return net


def arrays(net: Network) -> dict[str, NDArray[np.float32]]:
    """The weights of a network by the names of a base."""
    return {
        name.removeprefix("encoder."): value.detach().float().cpu().numpy() for name, value in net.state_dict().items()
    }


def _groups(net: Network, settings: Settings) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = [
        {
            "params": [p for name, p in net.named_parameters() if not name.startswith("encoder.")],
            "lr": settings.rate * 5,
        }
    ]
    depth = len(net.encoder.layers)
    low = [*net.encoder.words.parameters(), *net.encoder.positions.parameters(), *net.encoder.embedded.parameters()]
    groups.append({"params": low, "lr": settings.rate * settings.decay**depth})
    for k, layer in enumerate(net.encoder.layers):
        groups.append({"params": list(layer.parameters()), "lr": settings.rate * settings.decay ** (depth - 1 - k)})
    if settings.kept:
        for group in groups[1 : 2 + settings.kept]:
            for parameter in group["params"]:
                parameter.requires_grad_(False)
    return groups


def schedule(step: int, steps: int) -> float:
    """The share of the rate at a step: it rises over the first twelfth and falls to a fiftieth.

    >>> [round(schedule(step, 24), 2) for step in (0, 1, 2, 13, 24)]
    [0.0, 0.5, 1.0, 0.5, 0.02]
    """
    warm = max(1, steps // 12)
    return step / warm if step < warm else max(0.02, (steps - step) / max(1, steps - warm))


def fit(
    net: Network, x: Examples, settings: Settings, *, path: Path | None = None, teacher: Network | None = None
) -> Network:
    """Trains in place, with a checkpoint at `path` after each epoch; goes on from there where it is of the same settings."""
    device = settings.device
    net.to(device).train()
    if teacher is not None:
        teacher.to(device).eval()
    ways = Ways.of(x, device)
    loader = Loader(x)
    plans = made([partial(_epoch, loader, settings, epoch) for epoch in range(settings.epochs)], settings.workers)
    steps = sum(map(len, plans))
    optimiser = torch.optim.AdamW(_groups(net, settings), weight_decay=0.01, betas=(0.9, 0.98), fused=device == "cuda")
    first_rates = [group["lr"] for group in optimiser.param_groups]
    parts = {"net": net, "optimiser": optimiser}
    done, step = checkpoint.load(path, parts, settings)
    begun = time.perf_counter()
    for epoch, plan in enumerate(plans[done:], done + 1):
        summed = torch.zeros((), device=device)
        for batch in plan:
            for group, rate in zip(optimiser.param_groups, first_rates, strict=True):
                group["lr"] = rate * schedule(step, steps)
            found = loss(net, placed(batch, device), ways, settings, teacher)
            optimiser.zero_grad()
            torch.autograd.backward(found)
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            summed += found.detach()
            step += 1
        mean, spent = summed.item() / max(1, len(plan)), time.perf_counter() - begun
        log.info("epoch %d of %d: loss %.4f, %d of %d steps, %.0f s", epoch, settings.epochs, mean, step, steps, spent)
        checkpoint.save(path, parts, settings, Progress(epoch, step))
    return net.eval()


def _epoch(loader: Loader, settings: Settings, epoch: int) -> list[Batch]:
    random = np.random.default_rng((settings.seed, epoch))
    docs: list[int] = []
    for doc, source in enumerate(loader.x.sources):
        weight = settings.weights[source]  # raw, -1, stands last
        docs += [doc] * (int(weight) + (random.random() < weight % 1))
    most = LONGEST[epoch % len(LONGEST)]
    return list(loader.batches(loader.places(docs, most), settings.batch, random))


def made(epochs: Sequence[Callable[[], list[Batch]]], workers: int) -> list[list[Batch]]:
    """The batches of all epochs, made by several processes where asked."""
    if not workers:
        return [epoch() for epoch in epochs]
    with get_context("fork").Pool(workers) as pool:
        return [made.get() for made in [pool.apply_async(epoch) for epoch in epochs]]


def mixed(parts: Sequence[tuple[Mapping[str, NDArray[np.float32]], float]]) -> dict[str, NDArray[np.float32]]:
    """The mean of the weights of networks that began alike (Wortsman et al. 2022), each with its share."""
    shares = np.array([share for _, share in parts], np.float32)
    shares /= shares.sum()
    nets = [net for net, _ in parts]
    return {
        name: sum((share * net[name] for share, net in zip(shares, nets, strict=True)), np.zeros_like(nets[0][name]))
        for name in nets[0]
    }
