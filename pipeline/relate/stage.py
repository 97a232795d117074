"""The door of relate: text, tokens, mentions and links in, relations out."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.core import batches, schema
from pipeline.core.spans import Hint, Link, Mention, Sentence, Token
from pipeline.relate import extract
from pipeline.relate.candidates import Candidate
from pipeline.relate.judge import ENCODER, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from pipeline.config import Config


class Relate:
    """See `core.stage.Stage`."""

    name = "relate"
    version = 4
    reads = ("text", "sentences", "tokens", "mentions", "links", "hints")
    writes = schema.layer("relations")
    needs = ("ner", "relate")
    seeds = ("relations/*.tsv", "relations/*.toml", "relations/patterns/*.toml", "gazetteer/*.tsv")
    models = ("*/judge.onnx",)

    def __init__(self, config: Config) -> None:
        settings = config.relate
        self._judge = read(config.paths.models / config.ner.encoder / "judge.onnx") if settings.encoder else None
        with _torch_hidden():
            self._known = extract.load(
                config.paths.seeds,
                max_tokens=settings.max_tokens,
                min_score=settings.min_score,
                least=settings.min_probability,
            )

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the layer `relations`."""
        texts = batch.column("text").to_pylist()
        layers = (
            batches.unpack(batch.column(name), make._make)
            for name, make in (("sentences", Sentence), ("tokens", Token), ("mentions", Mention), ("links", Link))
        )
        hints = batches.unpack(batch.column("hints"), Hint._make)
        rows = [
            extract.relations(extract.Document(*doc), self._known, candidates(some) if self._judge else (), self._judge)
            for *doc, some in zip(texts, *layers, hints, strict=True)
        ]
        return batches.append(batch, self.writes, batches.pack("relations", rows))


def candidates(hints: list[Hint]) -> list[Candidate]:
    """What the encoder believes, as relate takes it."""
    return [Candidate(hint.subject, hint.predicate, hint.object, hint.score, ENCODER) for hint in hints]


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
