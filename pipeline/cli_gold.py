"""The commands `istikhraj gold …`: everything about the annotated corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_common import Configs, fail, handled
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.evaluate.gold import Predicate
    from pipeline.evaluate.gold_lint import Listed
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


def _spellings(entries: tuple[Entry, ...]) -> dict[str, Listed]:
    """Every spelling of the gazetteer, folded."""
    from pipeline.evaluate.gold_lint import Listed
    from pipeline.evaluate.words import fold
    from pipeline.gazetteer.entries import spellings

    found: dict[str, Listed] = {}
    for entry in entries:
        for spelling in spellings(entry):
            key = fold(spelling.surface)
            before = found.get(key, Listed(frozenset(), common=False))
            found[key] = Listed(before.ids | {entry.id}, common=before.common or spelling.common)
    return found


def _lexicon(path: Path, column: str, values: set[str]) -> set[str]:
    """The first words of the rows of a lexicon that have one of the values in a column, folded."""
    from pipeline.evaluate.words import fold

    rows = [line.split("\t") for line in path.read_text("utf-8").split("\n") if line and not line.startswith("#")]
    return {fold(row[0]) for row in rows[1:] if row[rows[0].index(column)] in values}


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


@gold.command()
@handled
def lint(
    folder: Folder = CORPUS,
    beside: Annotated[
        list[Path] | None,
        typer.Option("--beside", help="Further corpus whose documents are compared but not reported. May be repeated."),
    ] = None,
    config: Configs = None,
) -> None:
    """List places where a mistake of annotation is likely; every line is a question, and the exit status is 0."""
    from collections import Counter

    from pipeline.config import load
    from pipeline.core.batches import unpack
    from pipeline.core.spans import Mention
    from pipeline.evaluate.gold import read_either, splits
    from pipeline.evaluate.gold_lint import KINDS, lint
    from pipeline.run.layers import layers

    docs = [doc for part in splits(folder).values() for doc in read_either(part)]
    others = [doc for root in beside or () for part in splits(root).values() for doc in read_either(part)]
    if not docs:
        raise ConfigError(f"no gold documents in {folder}")
    settings = load(config or (), ['ner.recognisers=["values"]'])
    batch = layers(settings, {doc.doc_id: doc.text for doc in docs}, "ner")
    found = dict(zip(batch.column("doc_id").to_pylist(), unpack(batch.column("mentions"), Mention._make), strict=True))
    wanted, lexicons = {doc.doc_id for doc in docs}, settings.paths.seeds / "lexicons"
    entries = _entries(config)
    findings = [
        finding
        for finding in lint(
            [*docs, *(doc for doc in others if doc.doc_id not in wanted)],
            spellings=_spellings(entries),
            labels={entry.id: entry.labels for entry in entries},
            heads=_lexicon(lexicons / "heads.tsv", "reach", {"outside", "made"}),
            roles=_lexicon(lexicons / "roles.tsv", "kind", {"role"}),
            found=found,
        )
        if finding.doc_id in wanted or any(doc_id in finding.what for doc_id in wanted)
    ]
    for kind, count in Counter(finding.kind for finding in findings).most_common():
        print(f"{count:5} {kind}: {KINDS[kind]}")
    for finding in sorted(findings, key=lambda f: (f.doc_id, f.line)):
        print(f"{finding.doc_id} line {finding.line}: {finding.kind}: {finding.what}")
