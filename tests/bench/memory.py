"""Does memory grow with the corpus?

    python -m tests.bench.memory

In: made corpora of some size, twice and four times that. Out: the peak memory of a run's processes on each, as ratios to the smallest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import corpus

_MEASURED = (
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, done.returncode)"
)


def peak(given: Path, out: Path) -> int:
    """Peak memory in MB of the largest process of a run."""
    run = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "run",
        "--input",
        str(given),
        "--out",
        str(out),
        "--jobs",
        "1",
        "--set",
        "run.docs_per_part=100",
    ]
    megabytes, status = subprocess.run(
        [sys.executable, "-c", _MEASURED, *run], capture_output=True, text=True, check=True
    ).stdout.split()
    if status != "0":
        raise SystemExit(f"the run failed with status {status}")
    return int(megabytes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--docs", type=int, default=300, help="documents of the smallest corpus")
    args = parser.parse_args()
    first = 0
    for times in (1, 2, 4):
        with tempfile.TemporaryDirectory() as folder:
            given = corpus.write(Path(folder) / "texts", args.docs * times, lines=20)
            found = peak(given, Path(folder) / "out")
        first = first or found
        print(f"{args.docs * times:6d} documents: {found:5d} MB, {found / first:.2f} of the smallest")


if __name__ == "__main__":
    main()
