"""Adapting the base to Arabic news: masked language modelling over texts without annotation.

In: a network, `Examples`, the documents to read. Out: the network, whose encoder has read them. Only its encoder is trained.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.train.encoder import checkpoint
from pipeline.train.encoder.batches import Batch, Loader
from pipeline.train.encoder.checkpoint import Progress
from pipeline.train.encoder.fit import LONGEST, made, schedule
from pipeline.train.encoder.network import PAD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.train.encoder.examples import Examples
    from pipeline.train.encoder.loss import Settings
    from pipeline.train.encoder.network import Network

log = logging.getLogger(__name__)
MASK = 3  # the unknown piece stands for a hidden one


def adapt(
    net: Network, x: Examples, settings: Settings, *, docs: Sequence[int] | None = None, path: Path | None = None
) -> Network:
    """Hides 15% of the pieces of these documents (all where none are named) and lets the network guess them; trains in place.

    The embeddings are the output too. A checkpoint is written to `path` after each epoch and gone on from.
    """
    device = settings.device
    net.to(device).train()
    loader = Loader(x)
    weights = net.encoder.words.weight
    bias = nn.ParameterDict({"bias": nn.Parameter(torch.zeros(len(weights), device=device))})
    trained = [*net.encoder.parameters(), *bias.parameters()]
    optimiser = torch.optim.AdamW(trained, settings.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=device == "cuda")
    chosen = range(len(x.doc_ends)) if docs is None else docs
    epochs = [partial(_epoch, loader, settings, chosen, epoch) for epoch in range(settings.epochs)]
    plans = made(epochs, settings.workers)
    parts = {"net": net, "bias": bias, "optimiser": optimiser}
    done, step = checkpoint.load(path, parts, settings)
    steps = sum(map(len, plans))
    begun = time.perf_counter()
    for epoch, plan in enumerate(plans[done:], done + 1):
        summed = torch.zeros((), device=device)
        for batch in plan:
            for group in optimiser.param_groups:
                group["lr"] = settings.rate * schedule(step, steps)
            pieces = torch.from_numpy(batch.pieces).long().to(device)
            with torch.autocast(device, torch.bfloat16, enabled=settings.bfloat16):
                found = _guessed(net, pieces, bias["bias"])
            optimiser.zero_grad()
            torch.autograd.backward(found)
            nn.utils.clip_grad_norm_(net.encoder.parameters(), 1.0)
            optimiser.step()
            summed += found.detach()
            step += 1
        mean, spent = summed.item() / max(1, len(plan)), time.perf_counter() - begun
        log.info(
            "adapting, epoch %d of %d: loss %.4f, %d of %d steps, %.0f s",
            epoch,
            settings.epochs,
            mean,
            step,
            steps,
            spent,
        )
        checkpoint.save(path, parts, settings, Progress(epoch, step))
    return net


def _guessed(net: Network, pieces: Tensor, bias: Tensor) -> Tensor:
    """The loss over the hidden pieces: of ten, eight are masked, one is another piece, one stays."""
    weights = net.encoder.words.weight
    dice = torch.rand(pieces.shape, device=pieces.device)
    hidden = (dice < 0.15) & (pieces > MASK)
    given = torch.where(hidden & (dice < 0.12), MASK, pieces)
    given = torch.where(hidden & (dice > 0.135), torch.randint_like(pieces, MASK + 1, len(weights)), given)
    states = net.encoder(torch.where(pieces == PAD, PAD, given))[hidden]
    if not len(states):
        nothing: Tensor = states.sum() * 0.0
        return nothing
    return functional.cross_entropy((states @ weights.T).float() + bias, pieces[hidden])


def _epoch(loader: Loader, settings: Settings, docs: Sequence[int], epoch: int) -> list[Batch]:
    random = np.random.default_rng((settings.seed, epoch))
    return list(loader.batches(loader.places(docs, LONGEST[-1]), settings.batch, random))
