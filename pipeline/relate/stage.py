"""The door of relate: text, tokens, mentions and links in, relations out."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.core import batches, schema
from pipeline.core.spans import Link, Mention, Sentence, Token
from pipeline.relate import extract

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from pipeline.config import Config


class Relate:
    """See `core.stage.Stage`."""

    name = "relate"
    version = 2
    reads = ("text", "sentences", "tokens", "mentions", "links")
    writes = schema.layer("relations")
    needs = ("relate",)
    seeds = ("relations/*.tsv", "relations/*.toml", "relations/patterns/*.toml", "gazetteer/*.tsv")
    models = ()

    def __init__(self, config: Config) -> None:
        settings = config.relate
        with _torch_hidden():
            self._known = extract.load(config.paths.seeds, max_tokens=settings.max_tokens, min_score=settings.min_score)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the layer `relations`."""
        texts = batch.column("text").to_pylist()
        layers = (
            batches.unpack(batch.column(name), make._make)
            for name, make in (("sentences", Sentence), ("tokens", Token), ("mentions", Mention), ("links", Link))
        )
        rows = [extract.relations(extract.Document(*doc), self._known) for doc in zip(texts, *layers, strict=True)]
        return batches.append(batch, self.writes, batches.pack("relations", rows))


@contextmanager
def _torch_hidden() -> Iterator[None]:
    """Hide torch while spaCy is imported.

    spaCy loads torch wherever it is installed, which costs each worker seconds and 150 MB, and the Matcher has no use for
    it. A recogniser that needs torch has loaded it before this stage, and then nothing is hidden.
    """
    modules: dict[str, Any] = sys.modules
    hide = "torch" not in modules
    if hide:
        modules["torch"] = None
    try:
        yield
    finally:
        if hide:
            del modules["torch"]
