"""From trained weights to models/encoder: the int8 graph, pieces, names of the tags, weights of the relations, the manifest's lines.

In: an archive of weights (`fit.arrays`), the pieces, the labels of the corpora. Out: the files of the model.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import numpy as np

from pipeline.train.encoder.examples import blocks, object_types, relations
from pipeline.train.encoder.graph import built, paired

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.evaluate.gold import Predicate

RELATED = (
    "subject",
    "object",
    "subject_label",
    "object_label",
    "distance",
    "standing",
    "context",
    "around",
    "between",
)


def export(
    weights: Path,
    pieces: Path,
    out: Path,
    *,
    corpora: Mapping[str, Mapping[str, Sequence[str]]],
    predicates: Mapping[str, Predicate],
) -> str:
    """Writes the model and returns the lines that prove its files."""
    with np.load(weights) as archive:
        arrays = {name: archive[name] for name in archive.files}
    layers = 1 + max(int(name.split(".")[1]) for name in arrays if name.startswith("layers."))
    hidden = arrays["words.weight"].shape[1]
    out.mkdir(parents=True, exist_ok=True)
    (out / "encoder.onnx").write_bytes(built(arrays, layers=layers, heads=hidden // 32).SerializeToString())
    (out / "pairs.onnx").write_bytes(paired(arrays).SerializeToString())
    (out / "pieces.tsv").write_bytes(pieces.read_bytes())
    heads = {
        "tags": blocks(corpora).tags,
        "relations": relations(list(predicates)),
        "symmetric": [name for name, predicate in predicates.items() if predicate.symmetric],
        "types": {label: sorted(labels) for label, labels in sorted(object_types(predicates).items())},
    }
    (out / "heads.json").write_text(json.dumps(heads, indent=1) + "\n", "utf-8")
    related = {name: array.astype(np.float32) for name, array in arrays.items() if name.split(".")[0] in RELATED}
    np.savez_compressed(out / "relations.npz", **related)
    return manifest(out)


def manifest(out: Path) -> str:
    """The lines that prove the files of a model."""
    digests = [
        (file.name, hashlib.sha256(file.read_bytes()).hexdigest())
        for file in sorted(out.iterdir())
        if file.suffix != ".md"
    ]
    return "".join(f'"{name}" = "{digest}"\n' for name, digest in digests)


def prove(models: Path, name: str) -> None:
    """Rewrites the files of a model in manifest.toml, or adds its table; all else stays as it is written."""
    path = models / "manifest.toml"
    lines = manifest(models / name)
    before = path.read_text("utf-8") if path.exists() else ""
    table = re.compile(rf"(^\[{re.escape(name)}\.files\][^\n]*\n)(?:\"[^\n]*\n)*", re.MULTILINE)
    after = table.sub(lambda found: found[1] + lines, before)
    if not table.search(before):
        head = "" if re.search(rf"^\[{re.escape(name)}\]", before, re.MULTILINE) else f"\n[{name}]\nversion = 1\n"
        after = f"{before}{head}\n[{name}.files]   # their SHA-256\n{lines}"
    path.write_text(after, "utf-8")
