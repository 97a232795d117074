"""Hands items to worker processes, or works through them in this one.

In: how to make a worker and what to give it. Out: results in the order in which they are ready. Nothing but names and small
records crosses between processes, and at most a few items wait at a time, however many there are.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import pyarrow as pa

from pipeline.errors import TransientError

Item = TypeVar("Item")
Result = TypeVar("Result")
Advance = Callable[[int], None]
Make = Callable[[Advance], Callable[[Item], Result]]  # a worker is given whom to tell how far it is

_LOOK = 0.3  # seconds between two looks at how far the workers are
_worker: Callable[[Any], Any] | None = None


def _start(make: Make[Any, Any], done: Any) -> None:
    global _worker
    # A worker whose parent was killed would finish its part beside the next run, and then wait for ever.
    threading.Thread(target=_follow, args=(multiprocessing.parent_process(),), daemon=True).start()
    pa.set_cpu_count(1)  # one process is one core; the pool makes the parallelism
    pa.set_io_thread_count(1)

    def advance(amount: int) -> None:
        with done.get_lock():
            done.value += amount

    _worker = make(advance)


def _follow(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _work(item: Any) -> Any:
    assert _worker is not None
    return _worker(item)


def inline(make: Make[Item, Result], items: Iterable[Item], *, retries: int, advance: Advance) -> Iterator[Result]:
    """Work through the items in this process."""
    worker = make(advance)
    for item in items:
        for attempt in range(retries + 1):
            try:
                yield worker(item)
                break
            except TransientError:
                if attempt == retries:
                    raise


def on_pool(
    make: Make[Item, Result], items: Iterable[Item], *, jobs: int, retries: int, advance: Advance
) -> Iterator[Result]:
    """Work through the items in `jobs` processes; `make` runs once in each of them.

    A TransientError is tried again, and so are the items that were under way when a worker died; those run one at a time, so
    that an innocent one is not blamed for its neighbour.
    """
    source = ((item, 0) for item in items)
    suspects: list[tuple[Item, int]] = []
    while True:
        alone = bool(suspects)
        queue: Iterator[tuple[Item, int]] = iter(suspects) if alone else source
        failed: list[tuple[Item, int]] = []
        yield from _one_pool(make, queue, failed, jobs=1 if alone else jobs, retries=retries, advance=advance)
        # What the pool did not take before it broke is still to do: suspects stay suspects, the source goes on.
        suspects = failed + list(queue) if alone else failed
        if not suspects and not alone:
            return


def _one_pool(
    make: Make[Item, Result],
    queue: Iterator[tuple[Item, int]],
    failed: list[tuple[Item, int]],
    *,
    jobs: int,
    retries: int,
    advance: Advance,
) -> Iterator[Result]:
    """Work until the queue is empty or the pool breaks; then `failed` holds what was under way."""
    context = multiprocessing.get_context("spawn")
    done, shown = context.Value("q", 0), 0
    others = set(multiprocessing.active_children())
    waiting: dict[Future[Result], tuple[Item, int]] = {}

    def submit(item: Item, attempt: int) -> None:
        try:
            with _undisturbed():
                waiting[pool.submit(_work, item)] = item, attempt
        except BrokenProcessPool:  # between two looks: this item never began
            failed.append((item, attempt))
            raise

    with ProcessPoolExecutor(jobs, context, _start, (make, done)) as pool:
        try:
            while True:
                for item, attempt in islice(queue, (2 * jobs if jobs > 1 else 1) - len(waiting)):
                    submit(item, attempt)
                if not waiting:
                    return
                ready = wait(waiting, _LOOK, FIRST_COMPLETED).done
                now = done.get_obj().value  # without its lock, which a worker may have taken to its grave
                advance(now - shown)
                shown = now
                for future in ready:
                    item, attempt = waiting[future]
                    try:
                        result = future.result()
                    except TransientError:
                        if attempt >= retries:
                            raise
                        del waiting[future]
                        submit(item, attempt + 1)
                        continue
                    del waiting[future]
                    yield result
        except BrokenProcessPool:
            if any(attempt >= retries for _, attempt in waiting.values()):
                names = ", ".join(str(getattr(item, "name", item)) for item, _ in waiting.values())
                raise TransientError(
                    f"a worker process died (killed, or out of memory) while it worked on {names}; "
                    "fewer or smaller parts may help: --set run.jobs=1 --set run.docs_per_part=50"
                ) from None
            failed += [(item, attempt + 1) for item, attempt in waiting.values()]
        except BaseException:  # Ctrl-C, or an error that ends the run: nobody waits for what is under way
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start processes that never see Ctrl-C: it is for the process that started them, which ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
