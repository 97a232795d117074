"""The files of a model, proven by the manifest of models/.

In: the folder of models. Out: the paths of one model's files, after their SHA-256 has been checked.
"""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, Any

from pipeline.errors import SeedError

if TYPE_CHECKING:
    from pathlib import Path


def proven(models: Path, name: str) -> tuple[dict[str, Path], dict[str, Any]]:
    """The files of a model by their names, and its table in manifest.toml.

    Raises SeedError where the manifest has no such model, or a file is missing or another than the manifest says.
    """
    manifest = models / "manifest.toml"
    try:
        entry = tomllib.loads(manifest.read_text("utf-8"))[name]
        wanted = dict(entry["files"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SeedError(f"{manifest}: expected a table [{name}] with its files: {error!r}") from None
    found = {}
    for file, digest in wanted.items():
        path = models / name / file
        try:
            has = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise SeedError(f"the model {name} has no file {path} ({error.strerror}): expected by {manifest}") from None
        if has != digest:
            raise SeedError(f"{path}: expected SHA-256 {digest} as {manifest} says, found {has}")
        found[file] = path
    return found, entry
