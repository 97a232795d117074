"""Some layers of a few texts, in this process and without files: for tools that look at tokens or mentions.

In: a configuration, texts by doc_id, the name of the last stage wanted. Out: one record batch, a row for each text.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.core.schema import DOCUMENTS
from pipeline.errors import ConfigError
from pipeline.run import plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.config import Config


def layers(config: Config, texts: Mapping[str, str], upto: str) -> pa.RecordBatch:
    """The batch with the columns of all stages up to `upto`. Raises ConfigError when no stage has that name."""
    if upto not in plan.NAMES:
        raise ConfigError(f"no stage {upto}; expected one of {', '.join(plan.NAMES)}")
    rows = [
        {
            "doc_id": doc_id,
            "source": doc_id,
            "n_chars": len(text),
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
        for doc_id, text in texts.items()
    ]
    batch = pa.RecordBatch.from_pylist(rows, schema=DOCUMENTS)
    for stage in plan.planned(config)[: plan.NAMES.index(upto) + 1]:
        batch = stage.make(config)(batch)
    return batch
