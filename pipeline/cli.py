"""The command `istikhraj`: it and the modules cli_* are the only ones that print.

In: a command line. Out: what the rooms return, as text. Exit status: 0 all well, 1 the run or a check failed, 2 wrong usage,
configuration or seeds.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli_aliases import aliases
from pipeline.cli_common import Configs, Sets, fail, handled, one_of
from pipeline.cli_gold import gold
from pipeline.cli_ner import eval_ner, stress
from pipeline.errors import ConfigError

main = typer.Typer(
    help="Arabic text in, Parquet tables out: entities with one id across scripts and spellings, and who did what.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
main.add_typer(aliases, name="aliases")
main.add_typer(gold, name="gold")
main.command("eval-ner")(eval_ner)
main.command("stress")(stress)

Out = Annotated[Path, typer.Option("--out", help="Folder of the results.")]


@main.callback()
def _main(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="One log line for each part.")] = False,
) -> None:
    # Processes share the work (--jobs), and the matrices are small: threads of numpy's own would wait for each other (1.7 times the processor time).
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")


@main.command()
@handled
def run(
    input: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            "-i",
            help="File or folder (.txt .html .jsonl .csv .parquet, also .gz and .zst), or - for standard input. May be repeated.",
        ),
    ] = None,
    out: Out = Path("out"),
    config: Configs = None,
    set: Sets = None,
    jobs: Annotated[int | None, typer.Option(help="Worker processes; 0 = one for each core.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first N documents.", min=1)] = None,
    only: Annotated[
        str | None,
        typer.Option(
            help="Make one stage again, from what the stages before it wrote: normalise tokenise ner link relate export reduce."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and do nothing.")] = False,
) -> None:
    """Read documents, extract, and write OUT/tables/<table>/*.parquet.

    What is already there and made from the same input, settings, seeds and models is not made again, so a run that was
    stopped goes on where it was. Rejected documents are listed at the end and in tables/rejects.
    """
    from pipeline.config import load
    from pipeline.progress import Bar
    from pipeline.run import run as runs

    settings = load(config or (), [*(set or ()), *([f"run.jobs={jobs}"] if jobs is not None else ())])
    if only is not None and only not in runs.ONLY:
        raise ConfigError(f"--only {only}: expected one of {', '.join(runs.ONLY)}")
    if not input and (only is None or limit is not None):
        raise ConfigError("nothing to read: give --input FILE, FOLDER or -")
    if dry_run:
        _dry_run(settings, input or [], out, limit, only)
        return
    with Bar() as bar:
        summary = runs.run(settings, input or [], out, limit=limit, only=only, progress=bar)
    if summary.did_nothing:
        print(f"Nothing to do: {out / 'tables'} is up to date.")
    for line in _summary_lines(summary, only):
        print(line)
    if summary.failed:
        fail(summary.failed, 1)


def _summary_lines(summary: Any, only: str | None) -> list[str]:
    lines = []
    if summary.rows:
        rows = summary.rows
        spent = "" if summary.did_nothing else f" in {summary.seconds:,.0f} s"
        lines += [
            f"{summary.n_in} documents read, {summary.n_documents} extracted, {summary.n_rejects} rejected{spent}.",
            f"{rows['mentions']} mentions of {rows['entities']} entities; {rows['relations']} statements make {rows['triples']} triples.",
            f"Tables: {summary.out / 'tables'}  ({', '.join(f'{name} {n}' for name, n in rows.items())})",
        ]
    elif only:
        lines.append(
            f"{only}: {summary.n_in} documents done. The tables are older than this layer until the next whole run."
        )
    lines += [f"  rejected: {r.doc_id} ({r.source}) in {r.stage}: {r.error}" for r in summary.rejects]
    if summary.n_rejects > len(summary.rejects):
        lines.append(
            f"  … and {summary.n_rejects - len(summary.rejects)} more, all in {summary.out / 'tables' / 'rejects'}"
        )
    return lines


def _dry_run(settings: Any, given: list[str], out: Path, limit: int | None, only: str | None) -> None:
    from pipeline.readers.files import files
    from pipeline.run import plan
    from pipeline.run.run import is_up_to_date

    if "-" not in given and only is None and is_up_to_date(settings, given, out, limit=limit):
        print(f"Would do nothing: {out / 'tables'} is up to date.")
        return
    sizes = [file.size for file in files([path for path in given if path != "-"], but=out)]
    print(f"Would read {len(sizes)} files ({sum(sizes):,} bytes)" + (f", at most {limit} documents" if limit else ""))
    names = [only] if only else [*plan.NAMES, "export", "reduce"]
    print(f"and run {' → '.join(names)} into {out}, but for what is up to date there.")


@main.command()
@handled
def explain(config: Configs = None, set: Sets = None) -> None:
    """Show the stages, what each reads and writes, and any problem of the plan, before anything runs."""
    from pipeline.config import load
    from pipeline.run import plan

    stages = plan.planned(load(config or (), set or ()))
    for stage in stages:
        print(
            f"{stage.name:10} v{stage.make.version}  reads {', '.join(stage.make.reads)}  writes {', '.join(stage.make.writes.names)}"
        )
        print(
            f"{'':10} seeds {', '.join(stage.make.seeds) or '-'}  settings {', '.join(stage.make.needs) or '-'}  fingerprint {stage.fingerprint[:12]}"
        )
    if wrong := plan.problems(stages):
        fail("\n".join(wrong), 1)
    print("No problems.")


@main.command()
@handled
def verify(out: Annotated[Path, typer.Argument(help="The --out folder of a run.")] = Path("out")) -> None:
    """Prove the tables: every span is the text's, every reference leads somewhere, documents in = documents out + rejects."""
    from pipeline.evaluate.verify import verify as check

    verdict = check(out)
    print("checked " + ", ".join(f"{n} {name}" for name, n in verdict.checked.items()))
    for violation in verdict.violations:
        print(f"  {violation}")
    if verdict.n_violations:
        fail(f"{verdict.n_violations} violations", 1)
    print("100% of spans and references are true.")


@main.command("eval")
@handled
def evaluate(
    gold: Annotated[Path, typer.Option(help="Folder of gold documents, NAME.json.")],
    out: Annotated[Path, typer.Option("--out", "--tables", help="Folder of a run, or its tables.")] = Path("out"),
    gold_mentions: Annotated[
        bool,
        typer.Option(
            "--gold-mentions", help="Relations alone: relate on the gold's own mentions and ids; needs no run."
        ),
    ] = False,
    errors: Annotated[
        bool, typer.Option("--errors", help="List every error with its sentence; those of triples by predicate.")
    ] = False,
    floors: Annotated[
        Path | None, typer.Option(help="TOML file of least figures; exit status 1 below one of them.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file too.")] = None,
    config: Configs = None,
) -> None:
    """Score tables against gold: mentions, labels, linking, values, triples and status, each with precision, recall and F1."""
    from json import dumps

    from pipeline.config import load
    from pipeline.evaluate import report
    from pipeline.evaluate.gold import read_gold, read_predicates
    from pipeline.evaluate.score import score

    docs = read_gold(gold)
    if not docs:
        raise ConfigError(f"no gold documents (*.json) in {gold}")
    settings = load(config or ())
    predicates = read_predicates(settings.paths.seeds / "relations" / "predicates.tsv")
    symmetric = {name for name, predicate in predicates.items() if predicate.symmetric}
    if gold_mentions:
        from pipeline.evaluate.score import compare
        from pipeline.run.given import rows

        scores = compare(docs, *rows(settings, docs), symmetric)
    else:
        tables = out / "tables" if (out / "tables").is_dir() else out
        scores = score(tables, docs, symmetric)
    for line in [*(report.errors(scores, docs) if errors else ()), *report.lines(scores)]:
        print(line)
    if json:
        json.write_text(dumps(report.record(scores), indent=1) + "\n", "utf-8")
    if floors and (fallen := report.below(scores, floors)):
        fail("below the floors: " + "; ".join(fallen), 1)


@main.command("transliterate")
@handled
def transliterate(
    to: Annotated[str, typer.Option(help="Script to write: latin or arabic.")],
    top: Annotated[int, typer.Option(help="Candidates for each name.", min=1, max=50)] = 5,
    config: Configs = None,
) -> None:
    """Spell names in the other script: one a line from standard input; name, candidate and probability, tab-separated."""
    from pipeline.config import load
    from pipeline.gazetteer.transliteration import Transliterator

    one_of("--to", to, ("latin", "arabic"))
    transliterator = Transliterator(load(config or ()).paths.models)
    generate = transliterator.latin if to == "latin" else transliterator.arabic
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for line in sys.stdin:
        name = " ".join(line.split())
        for candidate, probability in generate(name, top):
            print(f"{name}\t{candidate}\t{probability:.6f}")


@main.command("eval-transliteration")
@handled
def eval_transliteration(
    pairs: Annotated[
        Path,
        typer.Option(
            help="Pairs: Arabic and Latin name (and a count), or Latin name, Arabic letters with spaces, count; tab-separated."
        ),
    ],
    direction: Annotated[str, typer.Option(help="What is generated: latin or arabic.")] = "latin",
    top: Annotated[int, typer.Option(help="Length of the lists.", min=1, max=50)] = 5,
    sample: Annotated[int, typer.Option(help="Only so many pairs, chosen with a fixed seed; 0 = all.", min=0)] = 0,
    baselines: Annotated[bool, typer.Option(help="Beside it a letter map and the schemes of camel-tools.")] = True,
    finding: Annotated[
        int,
        typer.Option(
            help="Also find each name among so many of the file's own, and decide on near neighbours; 0 = do not.",
            min=0,
        ),
    ] = 0,
    least_count: Annotated[
        int,
        typer.Option(help="For finding: only pairs seen so often; single ones are often two different names.", min=1),
    ] = 1,
    config: Configs = None,
) -> None:
    """Measure transliteration on pairs of names: top-1, top-N, mean reciprocal rank, errors per character, names a second."""
    from pipeline.config import load
    from pipeline.evaluate import transliteration as measure
    from pipeline.evaluate import transliteration_baselines as peers
    from pipeline.gazetteer.transliteration import Transliterator

    one_of("--direction", direction, ("latin", "arabic"))
    rows = measure.chosen(measure.read(pairs), sample)
    if not rows:
        raise ConfigError(f"{pairs} holds no pairs")
    transliterator = Transliterator(load(config or ()).paths.models)
    ways: dict[str, Any] = {"istikhraj": transliterator.latin if direction == "latin" else transliterator.arabic}
    if baselines:
        ways["letter map"] = peers.letters(direction)
        ways |= {f"camel {scheme}": peers.camel(scheme) for scheme in peers.CAMEL[direction]}
    print(f"{len(rows)} pairs of {pairs.name}, to {direction}; folded: without accents and hamza seats")
    print(
        f"{'':16}{'top-1':>8}{f'top-{top}':>8}{'MRR':>8}{'CER':>8}  {'folded top-1':>12}{f'top-{top}':>8}  {'names/s':>9}"
    )
    for name, generate in ways.items():
        figures = measure.generated(generate, rows, direction=direction, top=top)
        print(
            f"{name:16}{figures.top1:8.3f}{figures.top:8.3f}{figures.mrr:8.3f}{figures.cer:8.3f}  {figures.top1_folded:12.3f}{figures.top_folded:8.3f}  {figures.per_second:9,.0f}"
        )
    if finding:
        for line in measure.comparing_lines(
            transliterator.same_many, measure.read(pairs), n=finding, least_count=least_count
        ):
            print(line)


if __name__ == "__main__":
    main()
