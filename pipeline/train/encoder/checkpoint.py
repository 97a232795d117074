"""Checkpoints of training: what the same command goes on from.

In: the parts of a training (network, optimiser) after an epoch. Out: a file with their state and that of all generators.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.train.encoder.loss import Settings

log = logging.getLogger(__name__)


class Progress(NamedTuple):
    """Epochs and steps that are done."""

    epoch: int = 0
    step: int = 0


def save(path: Path | None, parts: Mapping[str, Any], settings: Settings, progress: Progress) -> None:
    """Writes a checkpoint under a temporary name and renames it, so that a file under its own name is whole."""
    if path is None:
        return
    state: dict[str, Any] = {name: part.state_dict() for name, part in parts.items()}
    state |= {"settings": json.dumps(settings), "progress": tuple(progress), "random": torch.get_rng_state()}
    if settings.device != "cpu":
        state["device_random"] = torch.cuda.get_rng_state()
    unfinished = path.with_name(f"{path.name}.unfinished")
    torch.save(state, unfinished)
    unfinished.replace(path)


def load(path: Path | None, parts: Mapping[str, Any], settings: Settings) -> Progress:
    """Sets the parts to what a checkpoint of the same settings holds; otherwise nothing is done yet."""
    if path is None or not path.exists():
        return Progress()
    saved = torch.load(path, map_location=settings.device, weights_only=True)
    if saved["settings"] != json.dumps(settings):
        log.warning("%s is of other settings and is not gone on from: %s", path, saved["settings"])
        return Progress()
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    torch.set_rng_state(saved["random"].cpu())
    if "device_random" in saved:
        torch.cuda.set_rng_state(saved["device_random"].cpu())
    progress = Progress(*saved["progress"])
    log.info("going on after epoch %d", progress.epoch)
    return progress
