"""What the command modules share: the options of every command, and the project's errors as one line and an exit status."""

from __future__ import annotations

import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import ConfigError, SeedError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

Configs = Annotated[
    list[Path] | None,
    typer.Option(
        "--config", help="TOML file with what differs from configs/base.toml; a bare name is one of configs/."
    ),
]
Sets = Annotated[list[str] | None, typer.Option("--set", help="One setting, section.key=value. May be repeated.")]


def handled(command: Callable[..., None]) -> Callable[..., None]:
    """Turn the project's errors into one line and an exit status."""

    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (ConfigError, SeedError) as error:
            fail(str(error), 2)
        except BrokenPipeError:  # whoever read our output has seen enough
            raise
        except (TransientError, OSError) as error:
            fail(f"{error}\nRun the same command again: it goes on where it stopped.", 1)
        except KeyboardInterrupt:
            fail("interrupted; the same command goes on where it stopped", 130)

    return wrapper


def fail(message: str, status: int) -> None:
    """Say on standard error what is wrong, and end."""
    print(f"istikhraj: {message}", file=sys.stderr)
    raise typer.Exit(status)


def one_of(option: str, given: str, expected: tuple[str, ...]) -> None:
    """Raise ConfigError unless the option has one of the expected values."""
    if given not in expected:
        raise ConfigError(f"{option} {given}: expected {' or '.join(expected)}")
