"""How fast is a run, stage by stage, on one core, beside two tokenisers in the same process?

    make bench
    make bench ARGS="--input FILE_OR_FOLDER --docs 2000"

In: documents (the project's own articles, shuffled sentence by sentence, or files of your own, which have more words of their
own and are the truer measure). Out: a table. Words are runs of characters between white space. Times are those of one core,
after one warm-up batch; the ratios to spaCy's blank Arabic tokeniser and to camel-tools' simple word tokeniser, measured on
the same texts in the same run, are what carries over to other machines.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from pipeline.config import load
from pipeline.run.run import manifest, run
from tests import corpus
from tests.conftest import Quiet

if TYPE_CHECKING:
    from collections.abc import Callable


def timed(work: Callable[[str], object], texts: list[str]) -> float:
    """Seconds for all texts, after a warm-up on the first few."""
    for text in texts[:20]:
        work(text)
    start = time.perf_counter()
    for text in texts:
        work(text)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--input", help="file or folder of documents; default: articles of the project, shuffled")
    parser.add_argument("--docs", type=int, default=1000, help="at most so many documents")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    config = load((), ["run.executor=inline", "run.jobs=1"])
    with tempfile.TemporaryDirectory() as folder:
        given = args.input or str(corpus.write(Path(folder) / "texts", args.docs, lines=20))
        warm = Path(folder) / "warm"
        run(config, [given], warm, limit=20, progress=Quiet())
        out = Path(folder) / "out"
        start = time.perf_counter()
        run(config, [given], out, limit=args.docs, progress=Quiet())
        total = time.perf_counter() - start
        texts = pq.read_table(out / "tables" / "documents", columns=["text"]).column(0).to_pylist()
        seconds = manifest(out)["seconds"]
    words = sum(len(text.split()) for text in texts)
    print(f"{len(texts)} documents, {words:,} words, {sum(map(len, texts)):,} characters, one core")
    print(f"{'':28} {'seconds':>8} {'µs/word':>8} {'words/s':>10}")
    staged = {name: spent for name, spent in seconds.items() if name != "total"}
    for name, spent in [
        *staged.items(),
        ("read, write", total - sum(staged.values())),
        ("the whole run", total),
    ]:
        print(f"{name:28} {spent:8.2f} {1e6 * spent / words:8.2f} {words / spent:10,.0f}")

    import spacy
    from camel_tools.tokenizers.word import simple_word_tokenize

    blank = spacy.blank("ar")
    for name, work in (
        ("spaCy blank ar tokeniser", blank.make_doc),
        ("camel-tools simple tokeniser", simple_word_tokenize),
    ):
        spent = timed(work, texts)
        print(
            f"{name:28} {spent:8.2f} {1e6 * spent / words:8.2f} {words / spent:10,.0f}   the whole run takes {total / spent:.1f} times as long"
        )


if __name__ == "__main__":
    main()
