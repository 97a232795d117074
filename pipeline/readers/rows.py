"""One row of a container to one record.

In: the named fields of a line of JSONL or CSV, of a JSON object or of a row of Parquet. Out: a `Record`; a row without text is a
record with a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import DocumentError
from pipeline.readers.dates import iso
from pipeline.readers.decode import BROKEN, check, decode
from pipeline.readers.records import HALF_PAIR, Record, sound

if TYPE_CHECKING:
    from pipeline.config import ReadersConfig

_LONGEST_ID, _LONGEST_META = 200, 2000
_KINDS: dict[type, str] = {
    list: "a list",
    dict: "an object",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


class Row(NamedTuple):
    """`place` is its line or number in the file, `size` is in bytes of text. Instead of fields there may be an error."""

    place: int
    fields: Mapping[str, Any] | DocumentError
    encoding: str | None
    size: int


Rows = Iterator[Row]


def record(row: Row, stem: str, path: str, config: ReadersConfig) -> Record:
    """The record of a row.

    The text is the first of `text_fields` that holds any; capitals in the names of fields do not matter. A row without an id of its own
    is called after its file and place.
    """
    name, source = sound(f"{stem}-{row.place}"), sound(f"{path}:{row.place}")
    if isinstance(row.fields, DocumentError):
        return Record(name, source, path, "txt", fault=str(row.fields))
    fields = {str(key).strip().lower(): value for key, value in row.fields.items()}
    doc_id = _first(fields, config.id_fields)
    meta = (
        _first(fields, config.url_fields),
        _first(fields, config.title_fields),
        iso(_first(fields, config.date_fields)),
    )
    try:
        body, encoding = _body(fields, row.encoding, config)
    except DocumentError as error:
        return Record(_id(doc_id) or name, source, path, "txt", None, row.encoding, *meta, fault=str(error))
    return Record(_id(doc_id) or name, source, path, "txt", body, encoding, *meta)


def _body(fields: Mapping[str, Any], encoding: str | None, config: ReadersConfig) -> tuple[str, str | None]:
    found = [fields[name.lower()] for name in config.text_fields if name.lower() in fields]
    if not found:
        wanted, there = " or ".join(config.text_fields), ", ".join(list(fields)[:12])
        raise DocumentError(
            f"no field {wanted} among {sound(there) or 'no fields'}; name it with --set readers.text_fields='[\"NAME\"]'"
        )
    body = next((value for value in found if value not in (None, "", b"")), found[0])
    if isinstance(body, bytes):
        return decode(body)
    if not isinstance(body, str):
        raise DocumentError(f"the text field holds {_KINDS.get(type(body), 'something else')}, expected text")
    if body.isascii() or not HALF_PAIR.search(body):
        return body, encoding
    try:  # broken bytes of UTF-8, see `textstreams`
        mended = body.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"half of a surrogate pair at character {error.start}, which is no character; write the text again"
        ) from None
    check(mended, f"{encoding}{BROKEN}")
    return mended, f"{encoding}{BROKEN}"


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of the fields that holds text, a number or a date."""
    for name in names:
        value = fields.get(name.lower())
        if isinstance(value, date):  # a datetime too
            return value.isoformat()
        if isinstance(value, float) and value != value:  # NaN, as pandas writes what is missing
            continue
        if isinstance(value, str | int | float) and not isinstance(value, bool) and (text := sound(str(value)).strip()):
            return text[:_LONGEST_META]
    return None


def _id(given: str | None) -> str | None:
    return given if given and len(given) <= _LONGEST_ID else None
