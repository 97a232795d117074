"""The tables of a run as pandas frames.

In: the output folder of a run. Out: one frame a table, with the columns of `core.schema.TABLES`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd


def read_tables(out: str | Path = "out", *names: str) -> dict[str, pd.DataFrame]:
    """The named tables, or all of them, as pandas frames by name.

    Columns that may be empty are nullable (Arrow-backed), so that numbers stay whole numbers. Raises ConfigError when the
    folder holds no finished run, or one of another schema version.

        tables = read_tables("out", "mentions", "triples")
        tables["triples"].query("predicate == 'acquired'")
    """
    import pandas as pd  # imported here, as `import pipeline` must stay fast
    import pyarrow.dataset as ds

    from pipeline.core.schema import SCHEMA_VERSION, TABLES

    folder = Path(out)
    if unknown := set(names) - set(TABLES):
        raise ConfigError(f"no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    try:
        version = json.loads((folder / "manifest.json").read_text("utf-8"))["schema_version"]
    except (OSError, ValueError, KeyError):
        raise ConfigError(
            f"{folder} holds no finished run: no manifest.json; expected the --out folder of `istikhraj run`"
        ) from None
    if version != SCHEMA_VERSION:
        raise ConfigError(
            f"{folder} has tables of schema version {version}, this is {SCHEMA_VERSION}; run `istikhraj run` again"
        )
    return {
        name: ds.dataset(
            [str(file) for file in sorted((folder / "tables" / name).glob("*.parquet"))], TABLES[name], format="parquet"
        )
        .to_table()
        .to_pandas(types_mapper=pd.ArrowDtype)
        for name in (names or TABLES)
    }
