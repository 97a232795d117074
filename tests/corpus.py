"""A made corpus of any size for tests and benchmarks: sentences of the project's own articles, shuffled by a seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from pipeline.config import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def sentences() -> list[str]:
    """The lines of the project's articles."""
    files = sorted((ROOT / "seeds" / "documents").glob("*.txt"))
    return [line for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


def write(folder: Path, n_docs: int, *, seed: int = 0, lines: int = 5) -> Path:
    """A folder of text files."""
    rng, pool = random.Random(seed), sentences()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(n_docs):
        text = "\n".join(rng.choice(pool) for _ in range(lines)) + f"\nالوثيقة رقم {number}\n"
        (folder / f"doc{number:04d}.txt").write_bytes(text.encode())
    return folder
