"""Hands items to worker processes, or works through them in this one.

In: how to make a worker and what to give it. Out: results in the order in which they are ready. Nothing but names and small
records crosses between processes, and at most a few items wait at a time, however many there are.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, TypeVar

import pyarrow as pa

from pipeline.errors import TransientError

Item = TypeVar("Item")
Result = TypeVar("Result")

_worker: Callable[[Any], Any] | None = None


def _start(make: Callable[[], Callable[[Any], Any]]) -> None:
    global _worker
    pa.set_cpu_count(1)  # one process is one core; the pool makes the parallelism
    pa.set_io_thread_count(1)
    _worker = make()


def _work(item: Any) -> Any:
    assert _worker is not None
    return _worker(item)


def inline(make: Callable[[], Callable[[Item], Result]], items: Iterable[Item], *, retries: int) -> Iterator[Result]:
    """Work through the items in this process."""
    worker = make()
    for item in items:
        for attempt in range(retries + 1):
            try:
                yield worker(item)
                break
            except TransientError:
                if attempt == retries:
                    raise


def on_pool(make: Callable[[], Callable[[Item], Result]], items: Iterable[Item], *, jobs: int, retries: int) -> Iterator[Result]:
    """Work through the items in `jobs` processes; `make` runs once in each of them.

    A TransientError is tried again, and so are the items that were under way when a worker died; those run one at a time, so
    that an innocent one is not blamed for its neighbour.
    """
    source = iter(items)
    suspects: list[tuple[Item, int]] = []
    while True:
        alone = bool(suspects)
        queue: Iterator[tuple[Item, int]] = iter(suspects) if alone else ((item, 0) for item in source)
        failed: list[tuple[Item, int]] = []
        yield from _one_pool(make, queue, failed, jobs=1 if alone else jobs, retries=retries)
        # What the pool did not take before it broke is still to do: suspects stay suspects, the source goes on.
        suspects = failed + list(queue) if alone else failed
        if not suspects and not alone:
            return


def _one_pool(
    make: Callable[[], Callable[[Item], Result]],
    queue: Iterator[tuple[Item, int]],
    failed: list[tuple[Item, int]],
    *,
    jobs: int,
    retries: int,
) -> Iterator[Result]:
    """Work until the queue is empty or the pool breaks; then `failed` holds what was under way."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _start, (make,)) as pool:
        waiting: dict[Future[Result], tuple[Item, int]] = {}
        try:
            while True:
                for item, attempt in islice(queue, (2 * jobs if jobs > 1 else 1) - len(waiting)):
                    waiting[pool.submit(_work, item)] = (item, attempt)
                if not waiting:
                    return
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    item, attempt = waiting[future]
                    try:
                        result = future.result()
                    except TransientError:
                        if attempt >= retries:
                            raise
                        del waiting[future]
                        waiting[pool.submit(_work, item)] = (item, attempt + 1)
                        continue
                    del waiting[future]
                    yield result
        except BrokenProcessPool:
            if any(attempt >= retries for _, attempt in waiting.values()):
                names = ", ".join(str(item)[:80] for item, _ in waiting.values())
                raise TransientError(
                    f"a worker process died (killed, or out of memory) while it worked on {names}; "
                    "fewer or smaller parts may help: --set run.jobs=1 --set run.docs_per_part=50"
                ) from None
            failed += [(item, attempt + 1) for item, attempt in waiting.values()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
