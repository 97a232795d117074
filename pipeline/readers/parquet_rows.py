"""Parquet files to rows, a few at a time.

In: a path. Out: `Row`s; the place counts the rows. Columns of text may be strings or bytes; bytes that are no UTF-8 cost their row only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import DocumentError
from pipeline.readers.rows import Row, Rows

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.config import ReadersConfig

_BATCH_BYTES, _BATCH_ROWS = 4_000_000, 64
_BUFFER = 1 << 18  # pages are read as they are needed, not whole column chunks


def table(path: Path, config: ReadersConfig) -> Rows:
    """Each row of the file; only the columns that are used are read."""
    if path.suffix.lower() != ".parquet":
        raise DocumentError("a packed Parquet file; unpack it first")
    number = 0
    try:
        with pq.ParquetFile(path, buffer_size=_BUFFER) as file:
            known = {
                *config.text_fields,
                *config.id_fields,
                *config.title_fields,
                *config.url_fields,
                *config.date_fields,
            }
            names = file.schema_arrow.names
            columns = [name for name in names if name.strip().lower() in known]
            if not {name.strip().lower() for name in columns} & set(config.text_fields):
                columns = names  # so that the message can name them
            groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
            mean = sum(group.total_byte_size for group in groups) // max(1, file.metadata.num_rows)
            for batch in file.iter_batches(max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(1, mean))), columns=columns):
                for fields in _fields(batch):
                    number += 1
                    yield Row(
                        number,
                        fields,
                        "utf-8",
                        2 * sum(len(value) for value in fields.values() if isinstance(value, str)),
                    )
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(number, error) from None
    except (pa.ArrowException, ValueError) as error:
        raise _damaged(number, error) from None


def _fields(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:
        # Parquet does not check its strings: as bytes, each value is decoded for itself.
        columns = [_as_bytes(column) for column in batch.columns]
        return list(pa.RecordBatch.from_arrays(columns, batch.schema.names).to_pylist())


def _as_bytes(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return (
        column.cast(pa.binary()) if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) else column
    )


def _damaged(number: int, error: Exception) -> DocumentError:
    return DocumentError(f"no whole Parquet file: cut off, damaged or of another kind ({str(error).splitlines()[0]})")
