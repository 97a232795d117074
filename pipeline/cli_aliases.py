"""The commands `istikhraj aliases review` and `istikhraj aliases accept`: what a corpus has taught goes to the seeds by a person's hand.

In: the tables of a run, a reviewed file. Out: a file to review, changed seed files, lines on the terminal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_common import Configs, handled
from pipeline.errors import ConfigError

aliases = typer.Typer(
    help="New spellings and names that a run has found: write them to a file, and take the accepted lines into seeds/.",
    no_args_is_help=True,
)


@aliases.command()
@handled
def review(
    out: Annotated[Path, typer.Option("--out", help="Folder of a run.")] = Path("out"),
    file: Annotated[Path, typer.Option("--file", help="Where the lines go.")] = Path("review.tsv"),
    least: Annotated[int, typer.Option(help="Only what stands in so many documents.", min=1)] = 1,
    config: Configs = None,
) -> None:
    """Write new spellings with counts and evidence, one a line; change ? to + (take it) or - (never ask again)."""
    from pipeline.config import load
    from pipeline.gazetteer.entries import load as load_entries
    from pipeline.gazetteer.entries import spellings
    from pipeline.reduce import review as lines

    folder = load(config or ()).paths.seeds / "gazetteer"
    listed = (lines.key(s.surface) for entry in load_entries(folder) for s in spellings(entry))
    refused = folder / lines.REFUSED
    never = refused.read_text("utf-8").splitlines() if refused.exists() else ()
    found = lines.proposals(out / "tables", listed, never)
    kept = [proposal for proposal in found if proposal.n_docs >= least]
    text = "\n".join(["\t".join(lines.COLUMNS), *("\t".join(map(str, proposal)) for proposal in kept)])
    file.write_text(text + "\n", "utf-8")
    n_entities = sum(proposal.what == "entity" for proposal in kept)
    print(
        f"{len(kept) - n_entities} spellings and {n_entities} names in {file}; change ? to + or -, then: istikhraj aliases accept {file}"
    )


@aliases.command()
@handled
def accept(
    file: Annotated[Path, typer.Argument(help="A reviewed file.")],
    config: Configs = None,
) -> None:
    """Take the lines that begin with + into seeds/gazetteer, and remember those that begin with -."""
    from pipeline.config import load
    from pipeline.reduce import review as lines

    if not file.is_file():
        raise ConfigError(f"no file {file}; `istikhraj aliases review` writes one")
    n_aliases, n_entities, n_refused = lines.accept(load(config or ()).paths.seeds / "gazetteer", lines.read(file))
    print(
        f"{n_aliases} spellings and {n_entities} entities taken into seeds/gazetteer, {n_refused} refused. `make test` checks the seeds."
    )
