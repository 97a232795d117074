"""The stages of a run, in order, and what each of their results depends on.

In: a configuration. Out: stage classes, problems of the plan, and fingerprints: equal fingerprint, equal result.
"""

from __future__ import annotations

import hashlib
import json
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.schema import DOCUMENTS, SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.config import Config
    from pipeline.core.stage import Stage

# name, module, class. A stage is imported when it is needed, so that `istikhraj --help` stays fast.
STAGES = (
    ("normalise", "pipeline.normalise.stage", "Normalise"),
    ("tokenise", "pipeline.tokenise.stage", "Tokenise"),
    ("ner", "pipeline.ner.stage", "Ner"),
    ("link", "pipeline.link.stage", "Linker"),
    ("relate", "pipeline.relate.stage", "Relate"),
)
NAMES = tuple(name for name, _, _ in STAGES)


class PlannedStage(NamedTuple):
    """A stage class and the fingerprint of everything that its results depend on but its input."""

    name: str
    make: type[Stage]
    fingerprint: str


def planned(config: Config) -> list[PlannedStage]:
    """The stages with their fingerprints: version, configuration sections, seed and model hashes."""
    found = []
    for name, module, cls in STAGES:
        make: type[Stage] = getattr(import_module(module), cls)
        key = {
            "stage": name,
            "version": make.version,
            "config": config.fingerprint(*make.needs),
            "seeds": file_hashes(config.paths.seeds, make.seeds),
            "models": file_hashes(config.paths.models, make.models),
        }
        found.append(PlannedStage(name, make, digest(key)))
    return found


def chain(stages: list[PlannedStage], documents: str, there: Mapping[str, str] | None = None) -> dict[str, str]:
    """The fingerprint of each stage's layer for a documents part with fingerprint `documents`, by stage name.

    Layers that are taken as they are have the fingerprint that is `there`.
    """
    made_by = dict.fromkeys(DOCUMENTS.names, documents)
    layers: dict[str, str] = {}
    for stage in stages:
        inputs = sorted({made_by[column] for column in stage.make.reads})
        layers[stage.name] = (there or {}).get(stage.name) or digest([stage.fingerprint, inputs])
        made_by.update(dict.fromkeys(stage.make.writes.names, layers[stage.name]))
    return layers


def tables_fingerprint(layers: dict[str, str], duplicates: str) -> str:
    """The fingerprint of the flat tables of a part."""
    return digest([SCHEMA_VERSION, layers, duplicates])


def problems(stages: list[PlannedStage]) -> list[str]:
    """What is wrong with the order of the stages: a column that is read before it is written, or written twice."""
    known, found = set(DOCUMENTS.names), []
    for stage in stages:
        found += [
            f"{stage.name} reads {column!r}, which no earlier stage writes"
            for column in stage.make.reads
            if column not in known
        ]
        found += [
            f"{stage.name} writes {column!r}, which exists already"
            for column in stage.make.writes.names
            if column in known
        ]
        known.update(stage.make.writes.names)
    return found


def file_hashes(root: Path, patterns: tuple[str, ...]) -> dict[str, str]:
    """SHA-256 of each file below `root` that a pattern matches, by its relative name."""
    files = sorted({file for pattern in patterns for file in root.glob(pattern) if file.is_file()})
    return {file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def digest(value: object) -> str:
    """SHA-256 of canonical JSON."""
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()
