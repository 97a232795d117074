"""What rules and encoder find alone and together, and whether the scores of the mentions are probabilities.

    python -m tests.bench.names --gold tests/gold/dev tests/gold/test

In: gold folders. Out: for each a table of strict precision, recall and F1 (span and label) of the rules alone, of the encoder alone (its own
tags, no rule or list), and of both as the default run weighs them; «unseen» are the names that stand nowhere in `--train`, folded; for both
by label, with the expected calibration error of the scores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.config import load
from pipeline.core.spans import VALUE_LABELS
from pipeline.evaluate.calibration import bins, expected_error
from pipeline.evaluate.gold import read_gold
from pipeline.evaluate.score import PRF, prf
from pipeline.gazetteer.keys import fold
from pipeline.run.tagging import Tagger

Key = tuple[str, int, int, str]


def row(name: str, score: PRF) -> str:
    """A line of the table."""
    return f"{name:24}{score.p:8.3f}{score.r:8.3f}{score.f1:8.3f}{score.gold:8}{score.found:8}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gold", type=Path, nargs="+", default=[Path("tests/gold/dev")])
    parser.add_argument("--train", type=Path, default=Path("tests/gold/train"), help="folder whose names are seen")
    args = parser.parse_args()
    seen = {fold(e.text) for d in read_gold(args.train) for e in d.entities}
    both = Tagger(load())
    rules = Tagger(load((), ['ner.recognisers=["values", "names"]']))
    for folder in args.gold:
        docs = read_gold(folder)
        texts = [doc.text for doc in docs]
        text_of = {doc.doc_id: doc.text for doc in docs}
        wanted = {(d.doc_id, e.start, e.end, e.label) for d in docs for e in d.entities}
        mentions = list(both.full(texts))
        found: dict[str, set[Key]] = {
            "rules alone": {(d.doc_id, *m) for d, ms in zip(docs, rules.mentions(texts), strict=True) for m in ms},
            "encoder alone": {
                (d.doc_id, *m) for d, ms in zip(docs, both.alone(texts, "gold"), strict=True) for m in ms
            },
            "both": {(d.doc_id, m.start, m.end, m.label) for d, ms in zip(docs, mentions, strict=True) for m in ms},
        }
        print(f"{folder}: {len(docs)} documents\n{'':24}{'P':>8}{'R':>8}{'F1':>8}{'gold':>8}{'found':>8}")
        for name, keys in found.items():
            print(row(name, prf(wanted, keys)))
            names, values = (
                [{k for k in some if (k[3] in VALUE_LABELS) == v} for some in (wanted, keys)] for v in (False, True)
            )
            unseen = [{k for k in some if fold(text_of[k[0]][k[1] : k[2]]) not in seen} for some in names]
            for part, (gold, said) in (("names", names), ("unseen", unseen), ("values", values)):
                print(row(f"  {part}", prf(gold, said)))
        print("both, by label")
        for label in sorted({key[3] for key in wanted}):
            print(
                row(
                    f"  {label}", prf({k for k in wanted if k[3] == label}, {k for k in found["both"] if k[3] == label})
                )
            )
        scored = [
            (m.score, (d.doc_id, m.start, m.end, m.label) in wanted)
            for d, ms in zip(docs, mentions, strict=True)
            for m in ms
        ]
        print(
            f"expected calibration error {expected_error(scored):.3f}; score, mentions, mean score, share of right ones:"
        )
        for b in bins(scored):
            print(f"  from {b.low:.1f}{b.n:8}{b.mean:8.3f}{b.right:8.3f}")


if __name__ == "__main__":
    main()
