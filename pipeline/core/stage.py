"""The contract of a stage: a batch of documents in, the same batch with more columns out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.config import Config


class Stage(Protocol):
    """One room's door. The laws, tested on every stage by tests/laws:

    1 same rows, same order, inputs untouched · 2 appends exactly `writes`, reads only `reads` · 3 splitting the batch
    anywhere changes nothing, an empty batch works · 4 same input, same output: no clock, randomness or network ·
    5 every span has 0 <= start < end <= len(text) · 6 class and config pickle, instances never do.

    `seeds` and `models` are glob patterns below seeds/ and models/ of all that the stage loads: their hashes are part
    of its fingerprint. `version` goes up when the same input gives another output. `needs` is the section names of
    the configuration that it reads.
    """

    name: str
    version: int
    reads: tuple[str, ...]
    writes: pa.Schema
    needs: tuple[str, ...]
    seeds: tuple[str, ...]
    models: tuple[str, ...]

    def __init__(self, config: Config) -> None: ...

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the columns of `writes` after its own."""
        ...
