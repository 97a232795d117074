"""Reads the weights of transliteration: a compressed file of arrays, and another one of the network.

In: the folder of models with its manifest. Out: `Weights`. A missing, changed or broken file raises SeedError.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.core.models import proven
from pipeline.errors import SeedError
from pipeline.gazetteer.transliteration import joint, lexicon, network
from pipeline.gazetteer.transliteration.compare import Comparer
from pipeline.gazetteer.transliteration.edits import Trigrams, assembled, turned
from pipeline.gazetteer.transliteration.letters import arabic_key, latin_key
from pipeline.gazetteer.transliteration.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.gazetteer.transliteration.joint import Model
    from pipeline.gazetteer.transliteration.network import Network

NAME = "transliteration"
FORMAT = 2
COMPARED = ("cross", "arabic", "latin")


class Generator(NamedTuple):
    """One direction of generation; `weights` are those of `generate.features`, `closer` those of `closer_features`, `folded`
    the model with targets folded, `beginnings` the fingerprints of how known words begin.
    """

    model: Model
    folded: Model
    lexicon: Lexicon
    beginnings: NDArray[np.int64] | None
    weights: NDArray[np.float32]
    network: Network | None = None
    closer: NDArray[np.float32] = np.zeros(0, np.float32)


class Weights(NamedTuple):
    """`compared` by what is compared: names across scripts (cross; turned: the Latin one first), or within one (arabic, latin)."""

    to_latin: Generator
    to_arabic: Generator
    compared: dict[str, Comparer]


def load(models: Path) -> Weights:
    """The weights that `models`/manifest.toml names, after their SHA-256 has been checked; without a network where it names none."""
    files, _ = proven(models, NAME)
    weights = _unpacked(files, "weights.npz", _weights_of)
    if "network.npz" in files:
        return _unpacked(files, "network.npz", lambda arrays: _with_network(weights, arrays))
    return weights


def _unpacked(files: Mapping[str, Path], file: str, unpack: Callable[[dict[str, Any]], Weights]) -> Weights:
    """What `unpack` makes of the arrays of a file."""
    try:
        with np.load(files[file], allow_pickle=False) as arrays:
            return unpack({name: arrays[name] for name in arrays.files})
    except (ValueError, KeyError, IndexError, zipfile.BadZipFile, EOFError) as error:
        raise SeedError(
            f"{files.get(file, file)}: expected weights of format {FORMAT} as pipeline.train.transliteration writes them: {error!r}"
        ) from None


def _with_network(weights: Weights, arrays: dict[str, Any]) -> Weights:
    """The weights with the network and what it is worth."""
    about = json.loads(arrays["about"].tobytes())
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']}")
    model = network.assembled(arrays)
    compared = dict(weights.compared)
    for what, closely in about["closely"].items():
        compared[what] = compared[what]._replace(network=model, closely=tuple(closely))
    to_latin, to_arabic = (
        generator._replace(network=model, closer=arrays[f"{side}.closer"])
        for side, generator in (("latin", weights.to_latin), ("arabic", weights.to_arabic))
    )
    return Weights(to_latin, to_arabic, compared)


def _weights_of(arrays: dict[str, Any]) -> Weights:
    about = json.loads(arrays["about"].tobytes())
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']}")
    generators = {}
    for side in ("latin", "arabic"):
        stored = {name: arrays[f"{side}.{name}"].astype(np.int64) for name in ("unit", "children", "logp", "backoff")}
        model = joint.build([(source, target) for source, target in about["units"][side]], **stored)
        words = Lexicon(lexicon.prints_of(arrays[f"{side}.gaps"]), arrays[f"{side}.classes"])
        beginnings = lexicon.prints_of(arrays[f"{side}.beginnings"]) if f"{side}.beginnings" in arrays else None
        generators[side] = Generator(model, folded(model, side), words, beginnings, arrays[f"{side}.weights"])
    edits = {}
    for what in COMPARED:
        rows, columns = about["pieces"][what]
        left, right = about["alphabets"][what]
        edits[what] = assembled(
            {piece: k for k, piece in enumerate(rows, 1)}, {piece: k for k, piece in enumerate(columns, 1)},
            arrays[f"{what}.table"].astype(np.float32), _trigrams(left, arrays[f"{what}.left"]), _trigrams(right, arrays[f"{what}.right"]),
        )  # fmt: skip
    edits["turned"] = turned(edits["cross"])
    reading = {"cross": generators["latin"].folded, "turned": generators["arabic"].folded}
    compared = {
        what: Comparer(model, reading.get(what), tuple(about["calibration"][what])) for what, model in edits.items()
    }
    return Weights(generators["latin"], generators["arabic"], compared)


def folded(model: Model, side: str) -> Model:
    """The model with targets as keys, for comparing with given names."""
    fold = latin_key if side == "latin" else arabic_key
    by_source = {source: joint.pieces(ways.units, map(fold, ways.targets)) for source, ways in model.by_source.items()}
    return model._replace(by_source=by_source)


def _trigrams(alphabet: str, table: NDArray[np.float16]) -> Trigrams:
    return Trigrams({letter: k for k, letter in enumerate(alphabet, 1)}, table.astype(np.float32))
