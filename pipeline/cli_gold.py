"""The commands `istikhraj gold …`: everything about the annotated corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_common import Configs, fail, handled
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.evaluate.gold import Predicate
    from pipeline.gazetteer.entries import Entry

gold = typer.Typer(help="The annotated corpus: build, prove, measure, compare and export it.", no_args_is_help=True)

Folder = Annotated[
    Path, typer.Argument(help="Folder with the splits train, dev and test, or one of marked or stored documents.")
]
Texts = Annotated[Path, typer.Option(help="Folder of the plain texts.")]
CORPUS, TEXTS = Path("tests/gold"), Path("seeds/documents")


def _predicates(config: list[Path] | None) -> dict[str, Predicate]:
    from pipeline.config import load
    from pipeline.evaluate.gold import read_predicates

    return read_predicates(load(config or ()).paths.seeds / "relations" / "predicates.tsv")


def _entries(config: list[Path] | None) -> tuple[Entry, ...]:
    from pipeline.config import load
    from pipeline.gazetteer import entries

    return entries.load(load(config or ()).paths.seeds / "gazetteer")


def _problems(problems: list[str]) -> None:
    for problem in problems:
        print(f"  {problem}")
    if problems:
        fail(f"{len(problems)} problems", 1)


@gold.command()
@handled
def build(folder: Folder = CORPUS, texts: Texts = TEXTS, config: Configs = None) -> None:
    """Write the text and the stand-off annotation of every marked document of every split."""
    from pipeline.evaluate.gold import build as write

    docs, problems = write(folder, texts, _predicates(config))
    if not any(docs.values()) and not problems:
        raise ConfigError(f"no marked documents (*.txt) in {folder}/train/marked or {folder}/marked")
    for split, found in docs.items():
        print(f"{split}: {len(found)} documents")
    _problems(problems)


@gold.command()
@handled
def check(
    folder: Folder = CORPUS,
    texts: Texts = TEXTS,
    no_texts: Annotated[bool, typer.Option("--no-texts", help="Do not compare with the plain texts.")] = False,
    config: Configs = None,
) -> None:
    """Prove offsets, hashes, labels, types, ids and splits, and print the statistics as a Markdown table."""
    from pipeline.evaluate import gold_check
    from pipeline.evaluate.gold_statistics import sharing, statistics, table

    docs, problems = gold_check.prove(folder, None if no_texts else texts, _predicates(config))
    gold_check.require(docs, folder)
    listed, twice = {entry.id for entry in _entries(config)}, gold_check.second(folder)
    found = {split: statistics(part, listed=listed, twice=twice) for split, part in docs.items()}
    for line in table(found):
        print(line)
    _problems([*problems, *sharing(found)])
    print("Every offset, hash, label, type and id is sound.")
