"""Trains the transliteration model and writes its weights: one seeded command, some minutes on one core.

In: a folder with *train* and *dev* files of pairs (formats: `pipeline.evaluate.transliteration`), a file of pairs of packages
(`pipeline.train.transliteration_more`), and a list of words in use (`pipeline.train.transliteration_words`). Out: weights.npz and the lines for models/manifest.toml. What occurs in a dev file, in
either script, is not learnt from.

    python -m pipeline.train.transliteration --data DIR --more FILE --words FILE --out models/transliteration
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.evaluate.transliteration import Pair, read
from pipeline.gazetteer.transliteration import edits, joint, lexicon
from pipeline.gazetteer.transliteration.compare import Comparer
from pipeline.gazetteer.transliteration.letters import (
    ARABIC,
    LATIN,
    arabic_key,
    arabic_spelling,
    latin_key,
    latin_spelling,
)
from pipeline.gazetteer.transliteration.weights import FORMAT, Generator, folded
from pipeline.train import transliteration_counts as counting
from pipeline.train.transliteration_align import Aligner
from pipeline.train.transliteration_calibrate import calibrated
from pipeline.train.transliteration_pairs import parted, usable, variants
from pipeline.train.transliteration_rank import ranked_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)
ROUNDS = 6
DISCOUNT = 3.0  # taken from the count of every longer edit
LEAST_LIKELY = -2.4  # log-likelihood a letter below which a pair is misaligned: two names that are not one
ORDER = {"latin": 5, "arabic": 5}
LEAST_UNIT = 3
LEAST_GRAM = 1
RANKED = {"latin": 1000, "arabic": 3000}  # pairs kept apart from which the lexicon's weights are learnt
SEED = 20


def aligned(pairs: list[tuple[str, str]], counts: list[float]) -> tuple[Aligner, list[bool]]:
    """The aligner after EM, and for each pair whether it can be one name. Learnt twice: then without those that cannot."""
    aligner = Aligner(pairs, counts)
    aligner.learn(ROUNDS, discount=DISCOUNT)
    letters = np.array([len(left) + len(right) for left, right in pairs])
    aligner.weights = aligner.weights * (aligner.loglike / letters > LEAST_LIKELY)
    aligner.learn(3, discount=DISCOUNT)
    return aligner, (aligner.loglike / letters > LEAST_LIKELY).tolist()


def clean(pairs: list[Pair]) -> list[Pair]:
    """Pairs whose letters can stand for each other."""
    keys = [(arabic_key(pair.arabic), latin_key(pair.latin)) for pair in pairs]
    _, good = aligned(keys, [1.0] * len(keys))
    kept = [pair for pair, ok in zip(pairs, good, strict=True) if ok]
    log.info("%d of %d pairs are aligned", len(kept), len(pairs))
    return kept


def generator_arrays(pairs: list[Pair], side: str) -> tuple[list[tuple[str, str]], dict[str, NDArray[Any]]]:
    """The units and n-grams of one direction."""
    seen: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        if side == "latin":
            # Hamza seats tell more, but many write without: both are learnt.
            for arabic in sorted({arabic_spelling(pair.arabic), arabic_key(pair.arabic)}):
                seen[arabic, latin_spelling(pair.latin)] += pair.seen
        else:
            # Likewise marked letters.
            for latin in sorted({latin_spelling(pair.latin), latin_key(pair.latin)}):
                seen[arabic_spelling(pair.arabic), latin] += pair.seen
    both = [pair for pair in seen if all(pair)]
    aligner = Aligner(both, [1.0] * len(both))
    aligner.learn(ROUNDS, discount=DISCOUNT)
    ways = aligner.best()
    if side == "arabic":
        ways = [[(target, source) for source, target in way] for way in ways]
    units, sequences = counting.units_of(ways, least=LEAST_UNIT)
    arrays = counting.ngrams(sequences, order=ORDER[side], least=LEAST_GRAM, n_units=len(units))
    log.info("%s: %d units, %d n-grams from %d names", side, len(units), len(arrays["unit"]), len(sequences))
    return units, arrays


def trained_edits(pairs: list[tuple[str, str]], alphabets: tuple[str, str]) -> edits.Edits:
    """The comparing model of pairs of keys."""
    aligner, _ = aligned(pairs, [1.0] * len(pairs))
    known = [
        (aligner.edit(int(number)), float(aligner.probability[number]))
        for number in np.nonzero(aligner.probability > 1e-8)[0]
    ]
    rows, columns = (
        {piece: k for k, piece in enumerate(sorted({edit[side] for edit, _ in known} | {""}), 1)} for side in (0, 1)
    )
    table = np.full((len(rows) + 1, len(columns) + 1), 0.0, np.float32)
    one = [letter for letter in rows if len(letter) == 1], [letter for letter in columns if len(letter) == 1]
    for left in ["", *one[0]]:
        for right in ["", *one[1]]:
            table[rows[left], columns[right]] = 1e-7  # any letter may stand for any other, at a price
    for (left, right), probability in known:
        table[rows[left], columns[right]] = max(probability, 1e-7)
    table[rows[""], columns[""]] = 0.0
    left_words, right_words = ([pair[side] for pair in pairs] for side in (0, 1))
    return edits.assembled(
        rows, columns, table, counting.trigrams(left_words, alphabets[0]), counting.trigrams(right_words, alphabets[1])
    )


class Known(NamedTuple):
    """The words in use of one script: their classes, and for Latin how they begin."""

    lexicon: lexicon.Lexicon
    beginnings: NDArray[np.int64] | None


def read_words(path: Path, side: str) -> Known:
    """The list of words in use of one script."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line.startswith(side))
    classes = {word: int(number) for _, word, number in rows}
    return Known(lexicon.make(classes), lexicon.prefixes(classes) if side == "latin" else None)


class Trained(NamedTuple):
    """All models of one set of pairs: edits across scripts and within each, units and arrays of the n-grams by side."""

    comparing: dict[str, edits.Edits]
    units: dict[str, list[tuple[str, str]]]
    arrays: dict[str, dict[str, NDArray[Any]]]


def models(pairs: list[Pair], more: list[Pair]) -> Trained:
    """Everything that is counted; `more` helps to write Latin: its Arabic is careless of hamza seats, and edits are few."""
    sides = {"latin": generator_arrays(pairs + more, "latin"), "arabic": generator_arrays(pairs, "arabic")}
    return Trained(
        trained_comparing(pairs),
        {s: units for s, (units, _) in sides.items()},
        {s: arrays for s, (_, arrays) in sides.items()},
    )


def generator_of(trained: Trained, side: str, words: Known, weights: NDArray[np.float32]) -> Generator:
    """One direction of what was trained."""
    arrays = {name: array.astype(np.int64) for name, array in trained.arrays[side].items()}
    model = joint.build(trained.units[side], **arrays)
    return Generator(model, folded(model, side), *words, weights)


def read_pairs(folder: Path) -> tuple[list[Pair], list[Pair]]:
    """The pairs of a folder to learn from, and those held out."""
    data, held_out = (
        [pair for path in sorted(folder.glob(f"*_{part}.t*")) for pair in read(path)] for part in ("train", "dev")
    )
    return data, held_out


def train(data: list[Pair], held_out: list[Pair], words: dict[str, Known], more: list[Pair]) -> dict[str, NDArray[Any]]:
    """All arrays of the weights file: weights and calibration come from a tenth of the pairs, kept apart from a first training."""
    pairs = clean(usable(data, held_out))
    most, some = parted(pairs, share=0.1, seed=SEED)
    more = usable(more, held_out)
    draft = models(most, usable(more, some))
    cross = {"latin": draft.comparing["cross"], "arabic": edits.turned(draft.comparing["cross"])}
    ranks, compared = {}, {}
    for side, what in (("latin", "cross"), ("arabic", "turned")):
        generator = generator_of(draft, side, words[side], np.zeros(0, np.float32))
        ranks[side] = ranked_weights(generator, cross[side], some[: RANKED[side]], side)
        compared[what] = Comparer(cross[side], generator.folded, (1.0, 0.0, 0.0))
        log.info("%s: weights %s", side, np.round(ranks[side], 2).tolist())
    compared |= {what: Comparer(draft.comparing[what], None, (1.0, 0.0, 0.0)) for what in ("arabic", "latin")}
    calibration = calibrated(compared, keys_of(some), keys_of(pairs), seed=SEED)
    log.info("calibration %s", calibration)
    return packed(models(pairs, more), words, ranks, calibration)


def packed(
    trained: Trained, words: dict[str, Known], ranks: dict[str, NDArray[Any]], calibration: dict[str, list[float]]
) -> dict[str, NDArray[Any]]:
    """The arrays to store; what is no array goes into `about`, as JSON."""
    arrays: dict[str, NDArray[Any]] = {}
    for side in ("latin", "arabic"):
        arrays |= {f"{side}.{name}": array for name, array in {**trained.arrays[side], "weights": ranks[side]}.items()}
        known, beginnings = words[side]
        arrays |= {f"{side}.gaps": lexicon.gaps_of(known.prints), f"{side}.classes": known.classes}
        if beginnings is not None:
            arrays[f"{side}.beginnings"] = lexicon.gaps_of(beginnings)
    for what, model in trained.comparing.items():
        arrays |= {
            f"{what}.table": model.table,
            f"{what}.left": model.left.table.astype(np.float16),
            f"{what}.right": model.right.table.astype(np.float16),
        }
    about = {
        "format": FORMAT, "units": trained.units, "calibration": calibration,
        "pieces": {what: [list(model.rows), list(model.columns)] for what, model in trained.comparing.items()},
        "alphabets": {"cross": (ARABIC, LATIN), "arabic": (ARABIC, ARABIC), "latin": (LATIN, LATIN)},
    }  # fmt: skip
    return {**arrays, "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8)}


def keys_of(pairs: list[Pair]) -> list[tuple[str, str]]:
    """Each pair of keys once."""
    return sorted({(arabic_key(pair.arabic), latin_key(pair.latin)) for pair in pairs})


def trained_comparing(pairs: list[Pair]) -> dict[str, edits.Edits]:
    """The comparing models, across scripts and within each."""
    keys = keys_of(pairs)
    arabic, latin = variants(keys)
    random = Random(SEED)
    return {
        "cross": trained_edits(keys, (ARABIC, LATIN)),
        "arabic": trained_edits(
            random.sample(arabic, min(len(arabic), 60_000)) + [(left, left) for left, _ in keys[::10]], (ARABIC, ARABIC)
        ),
        "latin": trained_edits(
            random.sample(latin, min(len(latin), 60_000)) + [(right, right) for _, right in keys[::10]], (LATIN, LATIN)
        ),
    }


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of *train* and *dev* files")
    parser.add_argument("--more", type=Path, required=True, help="file of pairs of the packages")
    parser.add_argument("--words", type=Path, required=True, help="TSV of script, word and class")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights.npz")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    data, held_out = read_pairs(arguments.data)
    words = {side: read_words(arguments.words, side) for side in ("latin", "arabic")}
    arrays = train(data, held_out, words, read(arguments.more))
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / "weights.npz"
    np.savez_compressed(path, allow_pickle=False, **arrays)
    log.info('[transliteration.files]\n"%s" = "%s"', path.name, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
