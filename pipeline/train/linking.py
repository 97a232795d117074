"""Makes models/linking/weights.toml: `python -m pipeline.train.linking [--sample N] [--seed N]`.

In: the gazetteer alone. Out: the weights of a logistic curve over the evidence that an unlisted spelling is that of an entity
(`candidates.FEATURES`). Each known spelling is taken as if it were not listed, as it is and, in Arabic, also miswritten as
people do; it should find its entity, and once the entity is forgotten too it should find none, nor should a name with another
consonant or ending. No test file is read.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from pipeline.config import load as load_config
from pipeline.gazetteer.candidates import FEATURES, Ears
from pipeline.gazetteer.entries import load, spellings
from pipeline.gazetteer.keys import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.gazetteer.entries import Spelling

# Letters that foreign names are written with in turn.
_ALIKE = ("جغقك", "تطث", "سصز", "كق", "دض", "فب", "حه", "شس")
_VOWELS = "اوي"
_CONSONANTS = "بتجدرسشفكلمن"
_ENDINGS = ("ون", "ين", "ا", "و", "ان", "يا", "كس", "تا", "را")
_RIDGE = 1.0
_OTHERS = 0.25  # share of the names that another name is made of


def miswritten(name: str, random: Random) -> str:
    """An Arabic name with one or two letters written otherwise: a vowel more or less, a consonant for its neighbour."""
    letters = list(name)
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(1, len(letters))
        letter = letters[at]
        kin = [c for group in _ALIKE if letter in group for c in group if c != letter]
        if letter in _VOWELS and letters[at - 1] != " ":
            letters[at] = random.choice(["", *_VOWELS.replace(letter, "")])
        elif kin and random.random() < 0.7:
            letters[at] = random.choice(kin)
        elif letter != " " and letters[at - 1] not in (" ", *_VOWELS):
            letters[at] = random.choice(_VOWELS) + letter
    return "".join(letters)


def another(name: str, random: Random) -> str:
    """Another name near an Arabic one: a consonant of another sound in its last word, or a new ending."""
    head, space, last = name.rpartition(" ")
    if random.random() < 0.3:
        return head + space + last + random.choice(_ENDINGS)
    at = random.randrange(1, len(last) + 1)
    kin = {c for group in _ALIKE if last[at - 1] in group for c in group} | {last[at - 1]}
    consonant = random.choice([c for c in _CONSONANTS if c not in kin])
    if last[at - 1] in _VOWELS or random.random() < 0.5:
        return head + space + last[:at] + consonant + last[at:]
    return head + space + last[: at - 1] + consonant + last[at:]


def examples(ears: Ears, known: list[Spelling], random: Random) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows of evidence and whether each is of the right entity."""
    rows: list[tuple[float, ...]] = []
    truths: list[float] = []
    for spelling in known:
        label, own = spelling.labels[0], spelling.entity_id
        forms = [spelling.surface]
        if not spelling.surface.isascii() and len(spelling.surface) > 3:
            forms.append(miswritten(spelling.surface, random))
        for name in forms:
            for entity_id, _, values in ears.evidence(name, label, but=fold(name)):
                rows.append(values)
                truths.append(float(entity_id == own))
            for _, _, values in ears.evidence(name, label, forget=own, but=fold(name)):
                rows.append(values)
                truths.append(0.0)
        for _ in forms[1:] if random.random() < _OTHERS else ():
            other = another(spelling.surface, random)
            for _, _, values in ears.evidence(other, label, but=fold(other)):
                rows.append(values)
                truths.append(0.0)
    return np.array(rows), np.array(truths)


def fitted(rows: NDArray[np.float64], truths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression with a ridge, by Newton's method."""
    weights = np.zeros(rows.shape[1])
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[0] = 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (truths - p) - ridge * weights
        bend = (rows * (p * (1 - p))[:, None]).T @ rows + np.diag(ridge + 1e-6)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    paths = load_config().paths
    parser.add_argument("--sample", type=int, default=4000, help="known spellings to learn from")
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--out", type=Path, default=paths.models / "linking" / "weights.toml")
    args = parser.parse_args()
    random = Random(args.seed)
    by_key: dict[str, list[Spelling]] = {}
    for spelling in (s for entry in load(paths.seeds / "gazetteer") for s in spellings(entry)):
        by_key.setdefault(fold(spelling.surface), []).append(spelling)
    frequencies = paths.seeds / "lexicons" / "word_frequencies.tsv"
    ears = Ears(by_key, paths.models, frequencies, weights=(0.0,) * len(FEATURES))
    chosen = random.sample(ears.spellings, min(args.sample, len(ears.spellings)))
    rows, truths = examples(ears, chosen, random)
    weights = fitted(rows, truths)
    lines = [f"{name} = {weight:.4f}" for name, weight in zip(FEATURES, weights.tolist(), strict=True)]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(
        "# How sure it is that an unlisted spelling is that of an entity: weights of a logistic curve over the evidence of\n"
        "# pipeline/gazetteer/candidates.py. Learnt from seeds/gazetteer by `python -m pipeline.train.linking`. Licence: Apache-2.0.\n"
        "[weights]\n" + "\n".join(lines) + "\n",
        "utf-8",
    )
    p = 1 / (1 + np.exp(-rows @ weights))
    for least in (0.5, 0.7, 0.8, 0.9):
        print(
            f"at {least}: {(truths[p >= least] > 0).sum()} of {int(truths.sum())} right, {(truths[p >= least] == 0).sum()} wrong of {len(rows)}"
        )


if __name__ == "__main__":
    main()
