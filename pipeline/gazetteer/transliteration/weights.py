"""Reads and writes the weights of transliteration: one compressed file of arrays.

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
from pipeline.gazetteer.transliteration import joint, lexicon
from pipeline.gazetteer.transliteration.compare import Comparer
from pipeline.gazetteer.transliteration.edits import Trigrams, assembled, turned
from pipeline.gazetteer.transliteration.letters import arabic_key, latin_key
from pipeline.gazetteer.transliteration.lexicon import Lexicon

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.gazetteer.transliteration.joint import Model

NAME = "transliteration"
FORMAT = 1
COMPARED = ("cross", "arabic", "latin")


class Generator(NamedTuple):
    """One direction of generation; `weights` are those of `generate.features`, `folded` the model with targets
    folded, `beginnings` the fingerprints of how known words begin.
    """

    model: Model
    folded: Model
    lexicon: Lexicon
    beginnings: NDArray[np.int64] | None
    weights: NDArray[np.float32]


class Weights(NamedTuple):
    """`compared` by what is compared: names across scripts (cross; turned: the Latin one first), or within one (arabic, latin)."""

    to_latin: Generator
    to_arabic: Generator
    compared: dict[str, Comparer]


def load(models: Path) -> Weights:
    """The weights that `models`/manifest.toml names, after their SHA-256 has been checked."""
    try:
        entry = tomllib.loads((models / "manifest.toml").read_text("utf-8"))[NAME]
        path = models / entry["file"]
        content = path.read_bytes()
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise SeedError(
            f"{models / 'manifest.toml'}: expected a table [{NAME}] with the file of the weights: {error!r}"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != entry.get("sha256"):
        raise SeedError(f"{path}: expected SHA-256 {entry.get('sha256')} as the manifest says, found {found}")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _unpacked({name: arrays[name] for name in arrays.files})
    except (ValueError, KeyError, IndexError, zipfile.BadZipFile, EOFError) as error:
        raise SeedError(
            f"{path}: expected weights of format {FORMAT} as pipeline.train.transliteration writes them: {error!r}"
        ) from None


def _unpacked(arrays: dict[str, Any]) -> Weights:
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
