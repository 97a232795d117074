"""The commands `istikhraj gold …`: everything about the annotated corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_common import Configs, fail, handled, one_of
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.evaluate.gold import GoldDocument, Predicate
    from pipeline.evaluate.gold_lint import Listed
    from pipeline.gazetteer.entries import Entry

gold = typer.Typer(help="The annotated corpus: build, prove, measure, compare and export it.", no_args_is_help=True)

Folder = Annotated[
    Path, typer.Argument(help="Folder with the splits train, dev and test, or one of marked or stored documents.")
]
Texts = Annotated[Path, typer.Option(help="Folder of the plain texts.")]
Card = Annotated[Path | None, typer.Option(help="Data card (Markdown) into whose block the table is written, too.")]
CORPUS, TEXTS = Path("tests/gold"), Path("seeds/documents")


def _predicates(config: list[Path] | None) -> dict[str, Predicate]:
    from pipeline.config import load
    from pipeline.evaluate.gold import read_predicates

    return read_predicates(load(config or ()).paths.seeds / "relations" / "predicates.tsv")


def _read(folder: Path) -> list[GoldDocument]:
    """All documents of a corpus, whatever their split. Raises ConfigError when there are none."""
    from pipeline.evaluate.gold import read_either, splits

    docs = [doc for part in splits(folder).values() for doc in read_either(part)]
    if not docs:
        raise ConfigError(f"no gold documents (*.json, or marked *.txt) in {folder}")
    return docs


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


def _lexicon(path: Path, word: str, column: str, values: set[str]) -> set[str]:
    """The words of a lexicon, folded, that have one of the values in a column."""
    from pipeline.core.tsv import records
    from pipeline.evaluate.words import fold

    return {fold(row[word]) for row in records(path) if row[column] in values}


def _table(name: str, lines: list[str], card: Path | None) -> None:
    """Print a Markdown table, and write it into the card."""
    from pipeline.evaluate.card import fill

    print("\n".join(lines))
    if card:
        fill(card, name, lines)


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
    card: Card = None,
    config: Configs = None,
) -> None:
    """Prove offsets, hashes, labels, types, ids and splits, and print the statistics as a Markdown table."""
    from pipeline.evaluate import gold_check
    from pipeline.evaluate.gold_statistics import sharing, statistics, table

    docs, problems = gold_check.prove(folder, None if no_texts else texts, _predicates(config))
    gold_check.require(docs, folder)
    listed, twice = {entry.id for entry in _entries(config)}, gold_check.second(folder)
    found = {split: statistics(part, listed=listed, twice=twice) for split, part in docs.items()}
    _table("statistics", [*table(found)], card)
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
    from pipeline.evaluate.gold_lint import KINDS, lint
    from pipeline.run.layers import layers

    docs = _read(folder)
    others = [doc for root in beside or () for doc in _read(root)]
    settings = load(config or (), ['ner.recognisers=["values"]'])
    batch = layers(settings, {doc.doc_id: doc.text for doc in docs}, "ner")
    found = dict(zip(batch.column("doc_id").to_pylist(), unpack(batch.column("mentions"), Mention._make), strict=True))
    wanted, lexicons = {doc.doc_id for doc in docs}, settings.paths.seeds / "lexicons"
    entries = _entries(config)
    findings = [
        finding
        for finding in lint(
            [*(doc for doc in others if doc.doc_id not in wanted), *docs],
            spellings=_spellings(entries),
            labels={entry.id: entry.labels for entry in entries},
            heads=_lexicon(lexicons / "heads.tsv", "head", "reach", {"outside", "made"}),
            roles=_lexicon(lexicons / "roles.tsv", "role", "kind", {"role"}),
            found=found,
        )
        if finding.doc_id in wanted or any(doc_id in finding.what for doc_id in wanted)
    ]
    for kind, count in Counter(finding.kind for finding in findings).most_common():
        print(f"{count:5} {kind}: {KINDS[kind]}")
    for finding in sorted(findings, key=lambda f: (f.doc_id, f.line)):
        print(f"{finding.doc_id} line {finding.line}: {finding.kind}: {finding.what}")


@gold.command()
@handled
def sameness(
    folder: Folder = CORPUS,
    against: Annotated[
        Path | None,
        typer.Option(help="Raw news, JSONL or JSONL.gz with a field text: how easily is ours told from it?"),
    ] = None,
    least: Annotated[float, typer.Option(help="Least likeness of near-duplicate sentences.", min=0.05, max=1)] = 0.4,
    show: Annotated[int, typer.Option(help="How many lines of each list.", min=1)] = 15,
    card: Card = None,
) -> None:
    """Measure how much documents repeat each other: sentences, n-grams, openings, triggers, names."""
    from pipeline.evaluate import sameness_report as report
    from pipeline.evaluate.telling import raw_news

    docs = _read(folder)
    for line in report.lists(docs, least=least, show=show):
        print(line)
    beside = report.against(docs, list(raw_news(against)), most=show) if against else None
    for line in report.features(beside) if beside else ():
        print(line)
    _table("sameness", [*report.table(docs, beside, least=least)], card)


@gold.command()
@handled
def agreement(
    first: Annotated[Path, typer.Argument(help="Folder of one annotation.")] = CORPUS,
    second: Annotated[Path, typer.Argument(help="Folder of another annotation of some of its texts.")] = CORPUS
    / "second",
    differences: Annotated[bool, typer.Option("--differences", help="List every difference.")] = False,
    card: Card = None,
    config: Configs = None,
) -> None:
    """Measure how far two annotations of the same texts agree: spans, labels, ids, triples, status."""
    from pipeline.evaluate.agreement import agreement as compare
    from pipeline.evaluate.agreement import table

    symmetric = {name for name, predicate in _predicates(config).items() if predicate.symmetric}
    left, right = _read(first), _read(second)
    found = compare(left, right, symmetric)
    shared = {doc.doc_id for doc in right}
    for line in found.differences if differences else ():
        print(line)
    n_words = sum(len(doc.text.split()) for doc in left if doc.doc_id in shared)
    _table("agreement", [*table(found, n_words)], card)


@gold.command()
@handled
def export(
    out: Annotated[Path, typer.Argument(help="Folder to write to.")],
    to: Annotated[str, typer.Option(help="iob, docbin (spaCy), csv or parquet.")],
    folder: Annotated[Path, typer.Option("--gold", help="Folder of the corpus or of one split.")] = CORPUS,
    config: Configs = None,
) -> None:
    """Write the corpus in another form: IOB2 on the project's own tokens, a spaCy DocBin, or flat tables."""
    from pipeline.cli_gold_export import FORMATS
    from pipeline.cli_gold_export import export as write
    from pipeline.config import load
    from pipeline.evaluate.gold import read_either, splits

    one_of("--to", to, FORMATS)
    docs = {split: read_either(part) for split, part in splits(folder).items()}
    if not any(docs.values()):
        raise ConfigError(f"no gold documents (*.json, or marked *.txt) in {folder}")
    for line in write(docs, to, out, load(config or ())):
        print(line)
