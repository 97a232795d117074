"""The commands that measure names on their own: `istikhraj eval-ner` on public corpora, `istikhraj stress` on changed text."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from pipeline.cli_common import Configs, Sets, handled, one_of
from pipeline.errors import ConfigError


@handled
def eval_ner(
    data: Annotated[Path, typer.Option(help="A file in IOB2: a word and its tag a line.")],
    scheme: Annotated[str, typer.Option(help="Whose labels it has: anercorp, aqmar or wikifane.")],
    by: Annotated[
        str,
        typer.Option(
            help="encoder: its own tags of that corpus · pipeline: the mentions of the configured run, with labels mapped."
        ),
    ] = "encoder",
    model: Annotated[
        Path | None, typer.Option(help="Folder with manifest.toml and encoder/; default: the project's models.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Only the first N sentences; 0 = all.", min=0)] = 0,
    config: Configs = None,
    set: Sets = None,
) -> None:
    """Score names on a public corpus: precision, recall and F1 of exact spans by label, as conlleval counts them."""
    from time import perf_counter

    from pipeline.config import load
    from pipeline.evaluate import iob
    from pipeline.run.tagging import tagger

    one_of("--scheme", scheme, iob.SCHEMES)
    one_of("--by", by, ("encoder", "pipeline"))
    settings = load(config or (), [*(set or ()), *([f"paths.models={model}"] if model else ())])
    sentences = iob.read(data)
    sentences = sentences[:limit] if limit else sentences
    docs = list(iob.documents(sentences))
    theirs = iob.to_theirs(iob.read_labels(settings.paths.seeds / "lexicons" / "corpus_labels.tsv"), scheme)
    find = tagger(settings, scheme, own=by == "encoder")
    begun = perf_counter()
    found: list[list[str]] = []
    for (_, places), spans in zip(docs, find([text for text, _ in docs]), strict=True):
        if by == "pipeline":
            spans = [(start, end, theirs[label]) for start, end, label in spans if label in theirs]
        found += iob.tags_of(places, spans)
    seconds = perf_counter() - begun
    print(f"{'':24}{'P':>8}{'R':>8}{'F1':>8}{'gold':>8}{'found':>8}")
    for label, prf in iob.score([sentence.tags for sentence in sentences], found).items():
        print(f"{label:24}{prf.p:8.3f}{prf.r:8.3f}{prf.f1:8.3f}{prf.gold:8}{prf.found:8}")
    n_words = sum(len(sentence.words) for sentence in sentences)
    print(f"{len(sentences)} sentences, {n_words} words, {n_words / seconds:,.0f} words a second")


@handled
def stress(
    gold: Annotated[Path, typer.Option(help="Folder of gold documents, NAME.json.")],
    kinds: Annotated[
        str, typer.Option(help="Kinds of change, with commas between; default: all, with their names in the table.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Of every choice.")] = 7,
    limit: Annotated[int, typer.Option(help="Only the first N documents; 0 = all.", min=0)] = 0,
    json: Annotated[Path | None, typer.Option(help="Write the counts to this file too.")] = None,
    config: Configs = None,
    set: Sets = None,
) -> None:
    """Change gold texts in one way at a time, and show how many of the gold mentions found before are still found after.

    A mention survives when its moved span is found with its label. «touched» are those that have changed or stand beside a change.
    """
    from json import dumps
    from sys import stderr

    from rich.console import Console
    from rich.progress import track

    from pipeline.config import load
    from pipeline.evaluate import stress as changes
    from pipeline.evaluate.gold import read_gold
    from pipeline.run.tagging import Tagger, listed

    settings = load(config or (), set or ())
    docs = read_gold(gold)
    if not docs:
        raise ConfigError(f"no gold documents (*.json) in {gold}")
    known = changes.kinds(changes.pools(docs, listed(settings)))
    wanted = [kind.strip() for kind in kinds.split(",") if kind.strip()] or list(known)
    for kind in wanted:
        one_of("--kinds", kind, tuple(known))
    docs = docs[:limit] if limit else docs
    tagger = Tagger(settings)

    def found(texts: list[str]) -> list[dict[tuple[int, int, str], str | None]]:
        return [{(m.start, m.end, m.label): m.value for m in mentions} for mentions in tagger.full(texts)]

    console = Console(stderr=True)
    before = found([doc.text for doc in docs])
    table: dict[str, changes.Survival] = {}
    for kind in track(wanted, "changing", console=console, disable=not stderr.isatty()):
        made = [changes.changed(doc, known[kind], seed) for doc in docs]
        total = changes.Survival()
        for doc, change, old, new in zip(docs, made, before, found([change.text for change in made]), strict=True):
            total = total.plus(changes.survival(doc, change, old, new))
        table[kind] = total
    for line in changes.lines(table, len(docs), sum(len(doc.entities) for doc in docs)):
        print(line)
    if json:
        json.write_text(dumps({kind: counts._asdict() for kind, counts in table.items()}, indent=1) + "\n", "utf-8")
