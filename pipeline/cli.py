"""The command `istikhraj`: the only module that prints."""

import typer

main = typer.Typer()
