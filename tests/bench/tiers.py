"""How good and how fast are the tiers, in one table?

    python -m tests.bench.tiers [--input FILE_OR_FOLDER] [--docs 300] [--gold tests/gold/dev tests/gold/test] [--set key=value]

In: gold folders, and documents to be read (the project's own articles, shuffled, or files of yours). Out: for each tier precision, recall and F1 of
mentions (exact span and label) on each gold folder, and words a second of the stage that recognises names and of the whole run, one core,
loading left out, after a warm-up. Words are runs of characters between white space. All tiers are measured in this one process.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

os.environ["OMP_NUM_THREADS"] = "1"  # seconds are those of one core

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.config import ROOT, load
from pipeline.core.batches import unpack
from pipeline.core.spans import Mention
from pipeline.evaluate.gold import read_gold
from pipeline.evaluate.score import PRF
from pipeline.ner.stage import Ner
from pipeline.normalise.stage import Normalise
from pipeline.run.run import run
from pipeline.tokenise.stage import Tokenise
from tests import corpus
from tests.conftest import Quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.config import Config

TIERS: dict[str, tuple[Sequence[Path], Sequence[str]]] = {
    "rules alone": ((), ('ner.recognisers=["values","names"]',)),
    "fast": ((ROOT / "configs" / "fast.toml",), ()),
    "default": ((), ()),
}
_AT_ONCE = 64


class Rooms(NamedTuple):
    """The stages up to names."""

    normalise: Normalise
    tokenise: Tokenise
    ner: Ner

    def tokens(self, texts: Sequence[str]) -> list[pa.RecordBatch]:
        """Batches as the stage `ner` gets them."""
        cut = [list(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
        batches = [pa.RecordBatch.from_pydict({"text": pa.array(some, pa.string())}) for some in cut]
        return [self.tokenise(self.normalise(batch)) for batch in batches]


def quality(rooms: Rooms, folder: Path) -> PRF:
    """Mentions against a folder of gold: exact span and label."""
    golds = read_gold(folder)
    right = n_found = n_gold = 0
    found: list[list[Any]] = []
    for batch in rooms.tokens([gold.text for gold in golds]):
        found += unpack(rooms.ner(batch).column("mentions"), Mention._make)
    for gold, mentions in zip(golds, found, strict=True):
        want = {(entity.start, entity.end, entity.label) for entity in gold.entities}
        have = {(m.start, m.end, m.label) for m in mentions}
        right, n_found, n_gold = right + len(want & have), n_found + len(have), n_gold + len(want)
    return PRF(right, n_found, n_gold)


def seconds_of_stage(rooms: Rooms, batches: Sequence[pa.RecordBatch]) -> float:
    """Seconds of the stage `ner`, after a warm-up on other documents' words: the first batch."""
    rooms.ner(batches[0].slice(0, 5))
    start = time.process_time()
    for batch in batches:
        rooms.ner(batch)
    return time.process_time() - start


def seconds_of_run(config: Config, given: str, docs: int) -> float:
    """Seconds of a whole run in this process, by the clock; what is loaded once is loaded by a short run before and taken off."""
    with tempfile.TemporaryDirectory() as folder:
        spent = []
        for limit in (1, docs):
            start = time.process_time()
            run(config, [given], Path(folder) / str(limit), limit=limit, progress=Quiet())
            spent.append(time.process_time() - start)
    return spent[1] - spent[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--input", help="file or folder of documents; default: articles of the project, shuffled")
    parser.add_argument("--docs", type=int, default=300, help="at most so many documents")
    parser.add_argument(
        "--gold", type=Path, nargs="*", default=[ROOT / "tests" / "gold" / split for split in ("dev", "test")]
    )
    parser.add_argument("--tiers", nargs="+", choices=sorted(TIERS), default=list(TIERS))
    parser.add_argument("--set", action="append", default=[], help="section.key=value, for all tiers")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    always = ["run.executor=inline", "run.jobs=1", *args.set]
    with tempfile.TemporaryDirectory() as folder:
        texts: list[str] = []
        if args.docs:
            given = args.input or str(corpus.write(Path(folder) / "texts", args.docs, lines=20))
            first = Path(folder) / "first"
            run(load((), [*always, *TIERS["rules alone"][1]]), [given], first, limit=args.docs, progress=Quiet())
            texts = pq.read_table(first / "tables" / "documents", columns=["text"]).column(0).to_pylist()
        words = sum(len(text.split()) for text in texts)
        print(f"{len(texts)} documents, {words:,} words; seconds are those of one core")
        heads = [f"{path.name}: P" for path in args.gold]
        print(
            f"{'':12}"
            + "".join(f"{head:>12}{'R':>7}{'F1':>7}" for head in heads)
            + f"{'ner words/s':>13}{'µs/word':>9}{'run words/s':>13}{'µs/word':>9}"
        )
        for tier in args.tiers:
            files, settings = TIERS[tier]
            config = load(files, [*always, *settings])
            rooms = Rooms(Normalise(config), Tokenise(config), Ner(config))
            cells = [f"{prf.p:12.3f}{prf.r:7.3f}{prf.f1:7.3f}" for prf in (quality(rooms, path) for path in args.gold)]
            if texts:
                for spent in (seconds_of_stage(rooms, rooms.tokens(texts)), seconds_of_run(config, given, args.docs)):
                    cells.append(f"{words / spent:13,.0f}{1e6 * spent / words:9.1f}")
            print(f"{tier:12}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
