"""`python -m pipeline.train.crf silver|fit`: the steps from raw news to models/crf."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from pipeline.config import load


def main() -> None:
    """Runs one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    silver = steps.add_parser("silver", help="the default run reads raw text")
    silver.add_argument(
        "--input", type=Path, required=True, help="JSON lines with a text (may be .gz), or a corpus in IOB2"
    )
    silver.add_argument("--out", type=Path, required=True, help="folder of silver documents")
    silver.add_argument("--docs", type=int, default=0, help="at most so many documents; 0 = all")
    silver.add_argument("--seed", type=int, default=7)
    fit = steps.add_parser("fit", help="the CRF learns from silver and gold")
    fit.add_argument("--silver", type=Path, required=True, help="folder of silver documents")
    fit.add_argument("--gold", type=Path, nargs="+", required=True, help="folders of gold documents")
    fit.add_argument("--out", type=Path, required=True, help="folder of the model")
    fit.add_argument(
        "--unread", default="fghijkmnprsuvw", help="first letters of the gold that nobody read who wrote rules"
    )
    fit.add_argument("--docs", type=int, default=0, help="at most so many silver documents; 0 = all")
    fit.add_argument("--turns", type=int, default=8, help="times that all documents are read")
    fit.add_argument("--temperature", type=float, default=16.0, help="by which the weights are divided")
    fit.add_argument("--least", type=int, default=3, help="times that a feature must be seen")
    fit.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if args.step == "silver":
        from pipeline.train.crf.silver import silver as read

        read(load(), args.input, args.out, docs=args.docs, seed=args.seed)
    else:
        from pipeline.train.crf.fit import fit as learn

        settings = {name: value for name, value in vars(args).items() if name not in ("step", "silver", "gold", "out")}
        learn(load(), args.silver, args.gold, args.out, **settings)


if __name__ == "__main__":
    main()
