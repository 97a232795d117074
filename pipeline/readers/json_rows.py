"""JSONL and JSON files to rows, one at a time.

In: a path. Out: `Row`s. A broken line of JSONL costs that line only; a JSON file is read up to the place where it is broken.
A JSON file may hold a list of objects, one object, or several one after the other; of an object without text that holds one
list of objects, the list is read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson

from pipeline.errors import DocumentError
from pipeline.readers.decode import BROKEN
from pipeline.readers.rows import Row, Rows
from pipeline.readers.textstreams import opened_lines, opened_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.config import ReadersConfig

_ESCAPED = 6  # an escaped letter takes six bytes
_CHUNK = 1 << 20
_DECODER = json.JSONDecoder(strict=False)
_DEEP = "JSON that is nested too deeply"
_BETWEEN = re.compile(r"[ \t\r\n,]*")


def jsonl(path: Path, config: ReadersConfig) -> Rows:
    """Each line of a JSONL file; the place is the line's number."""
    longest = _ESCAPED * config.max_chars
    with opened_lines(path) as (lines, encoding):
        number = 0
        while line := lines.readline(longest + 1):
            number += 1
            size = len(line)
            if size > longest:
                while line and not line.endswith(b"\n"):
                    line = lines.readline(_CHUNK)
                    size += len(line)
                yield Row(
                    number,
                    DocumentError(
                        f"a line of {size:,} bytes, longer than readers.max_chars = {config.max_chars:,} characters"
                    ),
                    None,
                    size,
                )
            elif not line.isspace():
                used = encoding + BROKEN if encoding != "utf-8" and b"\xef\xbf\xbd" in line else encoding
                yield Row(number, _object(line), used, size)


def _object(line: bytes) -> dict[str, Any] | DocumentError:
    try:
        return _checked(orjson.loads(line))
    except orjson.JSONDecodeError:
        pass
    # Python's json also reads NaN, huge numbers, raw control characters and halves of surrogate pairs.
    text = line.decode("utf-8", "surrogateescape").strip()
    try:
        return _checked(_DECODER.decode(text))
    except RecursionError:
        return DocumentError(_DEEP)
    except ValueError as error:
        hint = (
            "; name the file .json if its objects have several lines each"
            if text in {"[", "{", "[{", "}", "},", "]"}
            else ""
        )
        return DocumentError(f"not a whole JSON object on one line ({error}){hint}")


def _checked(value: object) -> dict[str, Any] | DocumentError:
    if isinstance(value, dict):
        return value
    names: dict[type, str] = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return DocumentError(f"{names.get(type(value), 'a number')}, expected a JSON object with a text field")


def documents(path: Path, config: ReadersConfig) -> Rows:
    """Each object of a JSON file; the place counts the objects."""
    number = 0
    for value, encoding, size in _values(path, _ESCAPED * config.max_chars):
        inner = _inner(value, config) if number == 0 else None
        for each in [value] if inner is None else inner:
            number += 1
            yield Row(number, _checked(each), encoding, size if inner is None else size // len(inner))


def _inner(value: object, config: ReadersConfig) -> list[object] | None:
    """The list of an object like {"status": "ok", "articles": [...]}."""
    if not isinstance(value, dict) or any(str(key).lower() in config.text_fields for key in value):
        return None
    lists = [field for field in value.values() if isinstance(field, list) and field and isinstance(field[0], dict)]
    return lists[0] if len(lists) == 1 else None


def _values(path: Path, longest: int) -> Iterator[tuple[object, str, int]]:
    """The values of a file with their size in bytes, those of a list one by one, each as soon as it is there."""
    with opened_text(path, newline="") as (file, encoding):
        buffer, at, more, in_list, empty = "", 0, True, False, True
        while True:
            at = _end(_BETWEEN.match(buffer, at))
            if buffer[at : at + 1] == ("]" if in_list else "["):
                in_list, at, empty = not in_list, at + 1, False
                continue
            if at < len(buffer):
                value, end, wrong = _parsed(buffer, at)
                if end is not None and (end < len(buffer) or not more):
                    used = encoding + BROKEN if encoding != "utf-8" and "\ufffd" in buffer[at:end] else encoding
                    yield value, used, 2 * (end - at)
                    at, empty = end, False
                    continue
                if len(buffer) - at > longest:
                    raise DocumentError(
                        "a value longer than readers.max_chars, or a quotation mark that is never closed"
                    )
                if not more:
                    raise DocumentError(f"the file is cut off ({wrong})")
            elif not more:
                if in_list or empty:
                    raise DocumentError("the file is cut off: its list has no end" if in_list else "empty")
                return
            chunk = file.read(max(_CHUNK, len(buffer) - at))
            buffer, at, more = buffer[at:] + chunk, 0, bool(chunk)


def _end(found: re.Match[str] | None) -> int:
    assert found is not None  # the pattern matches nothing at all, too
    return found.end()


def _parsed(buffer: str, at: int) -> tuple[object, int | None, str]:
    """A value and where it ends, or what is wrong with it where more text may help."""
    try:
        value, end = _DECODER.raw_decode(buffer, at)
    except RecursionError:
        raise DocumentError(_DEEP) from None
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Unterminated") and error.pos < len(buffer) - 16:
            raise DocumentError(f"not JSON ({error})") from None
        return None, None, str(error)
    return value, end, ""
