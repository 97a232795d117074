"""Raw text with the mentions of the default run: what the fast tier learns from.

In: JSON lines with a text, or corpora in IOB2, of which the words alone are read. Out: JSON lines of text and mentions, a file for each
two hundred documents. A file that is there is not made again, so that a stopped step goes on where it was.
"""

from __future__ import annotations

import gzip
import json
import logging
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.core.batches import unpack
from pipeline.core.spans import Mention
from pipeline.evaluate.iob import documents
from pipeline.evaluate.iob import read as read_iob
from pipeline.ner.stage import Ner
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.config import Config

log = logging.getLogger(__name__)
_A_FILE = 200
_AT_ONCE = 50


def texts_of(path: Path) -> list[str]:
    """The texts of a file: JSON lines (`.jsonl`, `.jsonl.gz`), or a corpus in IOB2."""
    if ".jsonl" not in path.suffixes:
        return [text for text, _ in documents(read_iob(path))]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def silver(config: Config, source: Path, out: Path, *, docs: int, seed: int) -> None:
    """Writes `docs` documents of a file, drawn by a seed, with what the configured run finds in them."""
    texts = texts_of(source)
    Random(seed).shuffle(texts)
    texts = texts[:docs] if docs else texts
    out.mkdir(parents=True, exist_ok=True)
    stages = (Normalise(config), Tokenise(config), Ner(config))
    for part, at in enumerate(range(0, len(texts), _A_FILE)):
        path = out / f"{source.name.split('.')[0]}-{part:04}.jsonl"
        if path.exists():
            continue
        lines = [
            json.dumps({"text": text, "mentions": marks}, ensure_ascii=False)
            for text, marks in _read(stages, texts[at : at + _A_FILE])
        ]
        made = path.with_suffix(".new")
        made.write_text("\n".join(lines) + "\n", "utf-8")
        made.rename(path)
        log.info("%s: %d of %d documents", path.name, min(at + _A_FILE, len(texts)), len(texts))


def _read(
    stages: tuple[Normalise, Tokenise, Ner], texts: Sequence[str]
) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    for at in range(0, len(texts), _AT_ONCE):
        some = texts[at : at + _AT_ONCE]
        batch = pa.RecordBatch.from_pydict({"text": pa.array(some, pa.string())})
        for stage in stages:
            batch = stage(batch)
        found = unpack(batch.column("mentions"), Mention._make)
        yield from ((text, [(m.start, m.end, m.label) for m in ms]) for text, ms in zip(some, found, strict=True))


def read(folder: Path) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """The documents of a folder in the order of its files."""
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text("utf-8").split("\n")
        if line
    ]
    return [(row["text"], [(start, end, label) for start, end, label in row["mentions"]]) for row in rows]
