"""Trains the network of transliteration and writes it, beside weights.npz: the second, seeded command, which can be broken off.

In: the same pairs as for `pipeline.train.transliteration`, and the models folder with weights.npz and its manifest. Out: network.npz and the
lines for models/manifest.toml. First all but a tenth of the pairs teach; on the tenth it is learnt what the network is worth beside the joint
models (of the same pairs, and of those of the packages, from which the network does not learn); then it goes on with all pairs. A checkpoint
lies in the folder of work after each round, so that the same command goes on where it was broken off.

    python -m pipeline.train.transliteration_network --data DIR --more FILE --models models --work DIR
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import math
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import nn

from pipeline.evaluate.transliteration import distinct, read
from pipeline.gazetteer.transliteration import edits, network
from pipeline.gazetteer.transliteration import weights as shipped
from pipeline.gazetteer.transliteration.compare import Comparer
from pipeline.gazetteer.transliteration.letters import arabic_key, arabic_spelling, latin_key, latin_spelling, script_of
from pipeline.gazetteer.transliteration.network import END, N_SIGNS, START, coded
from pipeline.train.transliteration import SEED, Known, clean, generator_of, keys_of, models, read_pairs
from pipeline.train.transliteration_calibrate import closely_calibrated
from pipeline.train.transliteration_pairs import parted, usable
from pipeline.train.transliteration_rank import closer_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipeline.evaluate.transliteration import Pair

Arrays = dict[str, "NDArray[Any]"]
log = logging.getLogger(__name__)
LETTER, READ, WRITE = 64, 192, 256  # widths: of a letter, of each reader, of the writer
BATCH = 128
DROPOUT = 0.2
SMOOTHING = 0.05
FOLDED = 0.2  # share of the sources without hamza seats and marks, as many people write
RANKED = {"latin": 1000, "arabic": 1500}  # pairs from which the weights of a direction are learnt
COMPARED = 0.25  # share of the targets that are written folded, after a sign of their own: for comparing


class Rounds(NamedTuple):
    """How long to train: rounds over the larger part, then over all pairs, and the learning rate that each begins with."""

    most: int = 14
    every: int = 5
    fast: float = 2e-3
    slow: float = 1e-3


class Trainee(nn.Module):
    """Letters are read both ways and written one by one; what is written asks what was read (attention) between two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.letters = nn.Embedding(N_SIGNS, LETTER)
        self.reader = nn.GRU(LETTER, READ, bidirectional=True)
        self.begin = nn.Linear(2 * READ, WRITE)
        self.first = nn.GRU(LETTER, WRITE)
        self.query = nn.Linear(WRITE, 2 * READ)
        self.merge = nn.Linear(WRITE + 2 * READ, WRITE)
        self.second = nn.GRU(WRITE, WRITE)
        self.out = nn.Linear(WRITE, N_SIGNS)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, source: torch.Tensor, written: torch.Tensor) -> torch.Tensor:
        """Scores of the next letter: letters × names × signs; all sources are of one length."""
        read, last = self.reader(self.drop(self.letters(source)))
        start = torch.tanh(self.begin(torch.cat([last[0], last[1]], 1)))
        first, _ = self.first(self.drop(self.letters(written)), start[None])
        first = self.drop(first)
        read = read.transpose(0, 1)
        weight = torch.softmax(torch.bmm(self.query(first).transpose(0, 1), read.transpose(1, 2)), 2)
        seen = torch.bmm(weight, read).transpose(0, 1)
        merged = torch.tanh(self.merge(torch.cat([first, seen], 2)))
        second, _ = self.second(self.drop(merged))
        scores: torch.Tensor = self.out(self.drop(second + merged))
        return scores


def examples(pairs: list[Pair]) -> list[tuple[str, str]]:
    """Source and target in both directions, each once."""
    both = sorted({(arabic_spelling(pair.arabic), latin_spelling(pair.latin)) for pair in pairs})
    both = [pair for pair in both if all(pair)]
    return both + [(latin, arabic) for arabic, latin in both]


def batches(rows: list[tuple[str, str]], random: Random) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """All rows in batches of one source length and of like target lengths, in random order; some sources are folded."""
    by_length: dict[int, list[tuple[str, list[int]]]] = {}
    for source, target in rows:
        to = "latin" if script_of(source) == "arabic" else "arabic"
        fold, other = (latin_key, arabic_key) if to == "latin" else (arabic_key, latin_key)
        if random.random() < FOLDED:
            source = other(source) or source
        folded = random.random() < COMPARED
        signs = [START[to, folded], *coded(fold(target) if folded else target), END]
        by_length.setdefault(len(source), []).append((source, signs))
    made = []
    for length in sorted(by_length):
        group = by_length[length]
        random.shuffle(group)
        for start in range(0, len(group), 8 * BATCH):
            near = sorted(group[start : start + 8 * BATCH], key=lambda row: len(row[1]))
            made += [near[k : k + BATCH] for k in range(0, len(near), BATCH)]
    random.shuffle(made)
    for batch in made:
        read = torch.tensor([coded(source) for source, _ in batch])
        written = torch.zeros(len(batch), max(len(signs) for _, signs in batch), dtype=torch.long)
        for row, (_, signs) in enumerate(batch):
            written[row, : len(signs)] = torch.tensor(signs)
        yield read.T.contiguous(), written.T.contiguous()


def trained(most: list[Pair], every: list[Pair], work: Path, rounds: Rounds) -> tuple[Arrays, Arrays]:
    """The stored network after the larger part and after all pairs; `work` holds the checkpoints."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    work.mkdir(parents=True, exist_ok=True)
    trainee = Trainee()
    log.info("%d weights", sum(weight.numel() for weight in trainee.parameters()))
    _learn(trainee, examples(most), rounds.most, rounds.fast, work / "most.pt")
    first = network.stored(trainee.state_dict())
    _learn(trainee, examples(every), rounds.every, rounds.slow, work / "all.pt")
    return first, network.stored(trainee.state_dict())


def _learn(trainee: Trainee, rows: list[tuple[str, str]], n_rounds: int, rate: float, checkpoint: Path) -> None:
    """Adam with a rate that falls like a cosine; goes on from the checkpoint where there is one."""
    optimiser = torch.optim.AdamW(trainee.parameters(), lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
    loss_of = nn.CrossEntropyLoss(ignore_index=0, label_smoothing=SMOOTHING)
    done = 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        trainee.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        done = kept["done"]
    trainee.train()
    n_steps = len(rows) / BATCH
    for number in range(done, n_rounds):
        # Each round has its own seed, so that one that is begun again is the same.
        torch.manual_seed(SEED * 1000 + number)
        start, losses = time.perf_counter(), []
        for step, (source, target) in enumerate(batches(rows, Random(SEED * 1000 + number))):
            optimiser.param_groups[0]["lr"] = rate * _share(number * n_steps + min(step, n_steps), n_rounds * n_steps)
            loss = loss_of(trainee(source, target[:-1]).flatten(0, 1), target[1:].flatten())
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
            optimiser.step()
            losses.append(float(loss.detach()))
        seconds = time.perf_counter() - start
        log.info("%s, round %d: loss %.3f, %.0f s", checkpoint.stem, number + 1, sum(losses) / len(losses), seconds)
        part = checkpoint.with_suffix(".part")
        kept = {"network": trainee.state_dict(), "optimiser": optimiser.state_dict(), "done": number + 1}
        torch.save(kept, part)
        part.replace(checkpoint)


def _share(step: float, n_steps: float) -> float:
    """The share of the learning rate at a step: it rises for 300 steps, then falls like a cosine to a fiftieth."""
    return min(1.0, (step + 1) / 300) * (0.02 + 0.49 * (1 + math.cos(math.pi * step / n_steps)))


def weighed(
    base: shipped.Weights, most: list[Pair], more: list[Pair], some: list[Pair], every: list[Pair], first: Arrays
) -> Arrays:
    """What a network of the larger part is worth beside joint models of the same part and `more`, learnt on the smaller one."""
    draft = models(most, more)
    model = network.assembled(first)
    cross = {"latin": draft.comparing["cross"], "arabic": edits.turned(draft.comparing["cross"])}
    arrays: Arrays = {}
    compared = {}
    for side, what, old in (("latin", "cross", base.to_latin), ("arabic", "turned", base.to_arabic)):
        generator = generator_of(draft, side, Known(old.lexicon, old.beginnings), old.weights)._replace(network=model)
        arrays[f"{side}.closer"] = closer_weights(generator, cross[side], some[: RANKED[side]], side)
        log.info("%s: weights %s", side, np.round(arrays[f"{side}.closer"], 2).tolist())
        compared[what] = Comparer(cross[side], generator.folded, base.compared[what].calibration, model)
    usual = distinct(sorted(some, key=lambda pair: (-pair.seen, pair)))  # of a name the spelling that most use
    closely = closely_calibrated(compared, keys_of(usual), keys_of(some), keys_of(every), seed=SEED)
    log.info("calibration %s", closely)
    about = json.dumps({"format": shipped.FORMAT, "closely": closely})
    return {**arrays, "about": np.frombuffer(about.encode(), np.uint8)}


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of *train* and *dev* files")
    parser.add_argument("--more", type=Path, required=True, help="file of pairs of the packages")
    parser.add_argument("--models", type=Path, required=True, help="models folder with manifest.toml and weights.npz")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    base = shipped.load(arguments.models)
    data, held_out = read_pairs(arguments.data)
    pairs = clean(usable(data, held_out))
    most, some = parted(pairs, share=0.1, seed=SEED)
    more = usable(read(arguments.more), [*held_out, *some])
    first, last = trained(most, pairs, arguments.work, Rounds())
    path = arguments.models / shipped.NAME / "network.npz"
    np.savez_compressed(path, allow_pickle=False, **last, **weighed(base, most, more, some, pairs, first))
    log.info('[transliteration.files]\n"%s" = "%s"', path.name, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
