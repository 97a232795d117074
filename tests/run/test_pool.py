"""Work handed out to processes: order, retries, deaths and interruptions."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import TransientError
from pipeline.run.on_pool import inline, on_pool

if TYPE_CHECKING:
    from pathlib import Path


def ignore(amount: int) -> None:
    pass


class Dying:
    """Kills its process on one item, the first time or always."""

    def __init__(self, folder: Path, *, always: bool) -> None:
        self.folder, self.always = folder, always

    def __call__(self, number: int) -> int:
        mark = self.folder / "died"
        if number == 3 and (self.always or not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number


class MakeDying:
    def __init__(self, folder: Path, *, always: bool) -> None:
        self.folder, self.always = folder, always

    def __call__(self, advance: Any) -> Dying:
        return Dying(self.folder, always=self.always)


def test_a_dead_worker_is_replaced(tmp_path: Path) -> None:
    assert sorted(on_pool(MakeDying(tmp_path, always=False), range(8), jobs=2, retries=2, advance=ignore)) == list(
        range(8)
    )


def test_a_part_that_always_kills_its_worker_is_named(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="worked on 3"):
        list(on_pool(MakeDying(tmp_path, always=True), range(8), jobs=2, retries=2, advance=ignore))


def test_transient_failures_are_tried_again() -> None:
    attempts: list[int] = []

    def make(advance: Any) -> Any:
        def work(number: int) -> int:
            attempts.append(number)
            if attempts.count(number) <= number:
                raise TransientError("disk")
            return number

        return work

    assert list(inline(make, [0, 1, 2], retries=2, advance=ignore)) == [0, 1, 2]
    with pytest.raises(TransientError):
        list(inline(make, [9], retries=2, advance=ignore))
