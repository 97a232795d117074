"""Between Arrow columns and the tuples of `core.spans`: the only place where annotations are packed and unpacked.

In: a list-of-struct column, one list a document. Out: one Python list of tuples a document, and back.
"""

from __future__ import annotations

from itertools import chain, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from pipeline.core.aligned import Aligned
from pipeline.core.schema import LAYER_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Row = TypeVar("Row", bound=tuple[Any, ...])


def _values(array: pa.Array) -> list[Any]:
    """A flat column as a list; numbers without nulls take the fast way through numpy."""
    if array.null_count == 0 and (pa.types.is_integer(array.type) or pa.types.is_floating(array.type)):
        return array.to_numpy().tolist()  # type: ignore[no-any-return]
    if pa.types.is_list(array.type):
        return list(map(tuple, array.to_pylist()))
    return array.to_pylist()  # type: ignore[no-any-return]


def unpack(column: pa.ListArray, make: Callable[[Iterable[Any]], Row]) -> list[list[Row]]:
    """One list of rows a document. `make` is the `_make` of a tuple of `core.spans` whose fields are the column's.

    Slices are fine: only the rows of the slice are read.
    """
    flat = column.flatten()
    rows = list(map(make, zip(*(_values(flat.field(i)) for i in range(flat.type.num_fields)), strict=True)))
    offsets = column.offsets.to_numpy()
    bounds = (offsets - offsets[0]).tolist() if len(offsets) else [0]
    return [rows[lo:hi] for lo, hi in pairwise(bounds)]


def pack(layer: str, rows: Sequence[Sequence[tuple[Any, ...]]]) -> pa.ListArray:
    """The column of a layer of `core.schema.LAYER_TYPES` from one sequence of tuples a document."""
    kind = LAYER_TYPES[layer]
    struct = kind.value_type
    offsets = [0]
    for row in rows:
        offsets.append(offsets[-1] + len(row))
    flat_rows = list(chain.from_iterable(rows))
    # Seven passes over the rows are five times as fast as zip(*rows), which makes an iterator for each row.
    columns = [list(map(itemgetter(i), flat_rows)) for i in range(struct.num_fields)]
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, struct, strict=True)]
    flat = pa.StructArray.from_arrays(arrays, fields=list(struct))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat, type=kind)


def unpack_norm(column: pa.StructArray) -> list[Aligned]:
    """The `norm` layer as `Aligned` texts."""
    texts, starts, ends = (column.field(i) for i in range(3))
    return [
        Aligned(text, *(span.values.to_numpy().tolist() for span in spans))
        for text, *spans in zip(texts.to_pylist(), starts, ends, strict=True)
    ]


def pack_norm(texts: Sequence[Aligned]) -> pa.StructArray:
    """The `norm` layer from `Aligned` texts."""
    kind = LAYER_TYPES["norm"]
    arrays = [pa.array(values, type=field.type) for values, field in zip(zip(*texts, strict=True), kind, strict=True)] if texts else [
        pa.array([], type=field.type) for field in kind
    ]  # fmt: skip
    return pa.StructArray.from_arrays(arrays, fields=list(kind))


def append(batch: pa.RecordBatch, schema: pa.Schema, *columns: pa.Array) -> pa.RecordBatch:
    """The batch with the columns of `schema` after its own."""
    return pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=pa.schema([*batch.schema, *schema]))
