"""The door of normalise: raw text in, folded text with its alignment out."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pipeline.core import batches, schema
from pipeline.errors import ConfigError
from pipeline.normalise import characters, rules

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.config import Config
    from pipeline.core.aligned import Aligned


class Normaliser:
    """The rules that a configuration switches on, as a function of a raw text."""

    def __init__(self, config: Config) -> None:
        path = config.paths.seeds / "lexicons" / "characters.tsv"
        known = characters.read(path)
        for name in config.normalise.rules:
            if name not in known.rules:
                near = difflib.get_close_matches(name, known.rules, 1)
                hint = f"did you mean {near[0]}?" if near else "there are: " + ", ".join(known.rules)
                raise ConfigError(f"configuration: normalise.rules: no rule {name!r} in {path}; {hint}")
        chosen = [name for name in known.rules if name in config.normalise.rules]
        joining = known.joining.get(chosen[0], "") if chosen else ""
        self._table = rules.compile_table([known.rules[name] for name in chosen], joining)

    def __call__(self, text: str) -> Aligned:
        """The normalised text."""
        return rules.apply(self._table, text)


class Normalise:
    """See `core.stage.Stage`."""

    name = "normalise"
    version = 1
    reads = ("text",)
    writes = schema.layer("norm")
    needs = ("normalise",)
    seeds = ("lexicons/characters.tsv",)
    models = ()

    def __init__(self, config: Config) -> None:
        self._normalise = Normaliser(config)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the layer `norm`."""
        norms = [self._normalise(text) for text in batch.column("text").to_pylist()]
        return batches.append(batch, self.writes, batches.pack_norm(norms))
