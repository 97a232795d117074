"""The room's door: what each mention refers to.

In: `text` and `mentions`. Out: the layer `links`, one link a mention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.batches import append, pack, unpack
from pipeline.core.schema import layer
from pipeline.core.spans import Link, Mention
from pipeline.gazetteer.candidates import known
from pipeline.gazetteer.entries import load
from pipeline.link.nil import also_known
from pipeline.link.rank import Thresholds, rank

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.config import Config


class Linker:
    """Links names to entities of the gazetteer, to families, or to NIL ids."""

    name = "link"
    version = 4
    reads = ("text", "mentions")
    writes = layer("links")
    needs = ("link",)
    seeds = ("gazetteer/*.tsv", "lexicons/word_frequencies.tsv", "lexicons/also_known.tsv")
    models = ("manifest.toml", "transliteration/*", "linking/*")

    def __init__(self, config: Config) -> None:
        self._entries = {entry.id: entry for entry in load(config.paths.seeds / "gazetteer")}
        self._candidates = known(config.paths.seeds, config.paths.models)
        self._also = also_known(config.paths.seeds / "lexicons" / "also_known.tsv")
        self._least = Thresholds(config.link.min_score, config.link.min_likeness)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the column `links`."""
        texts = batch.column("text").to_pylist()
        mentions = unpack(batch.column("mentions"), Mention._make)
        links = [self.link(*doc) for doc in zip(texts, mentions, strict=True)]
        return append(batch, self.writes, pack("links", links))

    def link(self, text: str, mentions: list[Mention]) -> list[Link]:
        """The links of one document in the order of its mentions."""
        return rank(
            text, mentions, entries=self._entries, candidates=self._candidates, least=self._least, also=self._also
        )
