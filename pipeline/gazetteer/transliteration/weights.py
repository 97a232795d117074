"""Reads the weights of transliteration: a compressed file of arrays, and another one of the network.

In: the folder of models with its manifest. Out: `Weights`. A missing, changed or broken file raises SeedError.
"""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.errors import SeedError
from pipeline.gazetteer.transliteration import joint, lexicon, network
from pipeline.gazetteer.transliteration.compare import Comparer
from pipeline.gazetteer.transliteration.edits import Trigrams, assembled, turned
from pipeline.gazetteer.transliteration.letters import arabic_key, latin_key
from pipeline.gazetteer.transliteration.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.gazetteer.transliteration.joint import Model
    from pipeline.gazetteer.transliteration.network import Network

NAME = "transliteration"
FORMAT = 1
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
    try:
        entry = tomllib.loads((models / "manifest.toml").read_text("utf-8"))[NAME]
        files = [entry, *([entry["network"]] if "network" in entry else [])]
        contents = [(models / file["file"], file["sha256"]) for file in files]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise SeedError(
            f"{models / 'manifest.toml'}: expected a table [{NAME}] with the file of the weights: {error!r}"
        ) from None
    weights = _unpacked(*contents[0], _weights_of)
    return _unpacked(*contents[1], lambda arrays: _with_network(weights, arrays)) if len(contents) > 1 else weights


def _unpacked(path: Path, sha256: str, unpack: Callable[[dict[str, Any]], Weights]) -> Weights:
    """What `unpack` makes of the arrays of a file, proven by its SHA-256."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SeedError(f"{path}: expected the weights that the manifest names: {error!r}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise SeedError(f"{path}: expected SHA-256 {sha256} as the manifest says, found {found}")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return unpack({name: arrays[name] for name in arrays.files})
    except (ValueError, KeyError, IndexError, zipfile.BadZipFile, EOFError) as error:
        raise SeedError(
            f"{path}: expected weights of format {FORMAT} as pipeline.train.transliteration writes them: {error!r}"
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
