"""How far a run is, on a terminal.

In: phases and amounts (`run.Progress`). Out: a progress bar on standard error.
"""

from __future__ import annotations

from typing import Any


class Bar:
    """A progress bar on standard error, with rate and time left; silent where standard error is no terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class Rate(ProgressColumn):
            def render(self, task: Task) -> Text:
                speed = task.finished_speed or task.speed
                return Text(f"{speed:,.0f} {task.fields['unit']}/s" if speed else "" if task.finished else "starting")

        columns = (
            TextColumn("{task.description:>8}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        console = Console(stderr=True)
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task: Any = None

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def phase(self, name: str, total: int, unit: str) -> None:
        """A phase begins, of so many units."""
        self._task = self._progress.add_task(name, total=total, unit=unit)

    def advance(self, amount: int) -> None:
        """So many units are done."""
        self._progress.advance(self._task, amount)
