"""Which documents there are: files, folders and containers to records.

In: paths as the user gave them. Out: records in a fixed order. Containers (JSONL, JSON, CSV, Parquet) are opened here and
read as a stream; text files and web pages are only named, and read by the workers. What cannot be read is a record too, with
its fault.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ConfigError, DocumentError
from pipeline.readers.bytestreams import opened, plain_suffix
from pipeline.readers.decode import sniff
from pipeline.readers.records import Record

if TYPE_CHECKING:
    from pipeline.config import ReadersConfig

KINDS = {
    ".txt": "txt", ".text": "txt", ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
}  # fmt: skip
_KNOWN = ".txt .html .jsonl .json .csv .tsv .parquet, also .gz and .zst"


def files(inputs: Sequence[str]) -> list[Path]:
    """Every input file, sorted within each folder; hidden files are left alone."""
    found: list[Path] = []
    for given in inputs:
        path = Path(given)
        if path.is_dir():
            inside = (p for p in path.rglob("*") if not any(part.startswith(".") for part in p.relative_to(path).parts))
            found += sorted(p for p in inside if p.is_file())
        elif path.exists():
            found.append(path)
        else:
            raise ConfigError(f"no input {given}")
    return found


def records(paths: Sequence[Path], config: ReadersConfig) -> Iterator[tuple[Record, int]]:
    """The records of the files, each with its size in bytes of input."""
    for path in paths:
        suffix, stem = plain_suffix(path)
        kind = KINDS.get(suffix)
        if kind in {"txt", "html"}:
            yield Record(stem, str(path), str(path), kind or ""), path.stat().st_size
        elif kind is None:
            yield Record(stem, str(path), str(path), "txt", fault=f"not a kind of file that is read ({_KNOWN})"), path.stat().st_size
        else:
            yield from _container(path, stem, kind, config)


def _container(path: Path, stem: str, kind: str, config: ReadersConfig) -> Iterator[tuple[Record, int]]:
    read = {"jsonl": _jsonl, "json": _json, "csv": _csv, "parquet": _parquet}[kind]
    number = 0
    try:
        for number, (fields, encoding, size) in enumerate(read(path, config), 1):
            if isinstance(fields, DocumentError):
                yield Record(f"{stem}-{number}", f"{path}:{number}", str(path), "txt", fault=str(fields)), size
            else:
                yield _record(fields, f"{stem}-{number}", f"{path}:{number}", str(path), encoding, config), size
    except Exception as error:  # a truncated or broken container: what came before it stays
        fault = f"the file cannot be read any further after record {number}: {type(error).__name__}: {error}"
        yield Record(f"{stem}-{number + 1}", f"{path}:{number + 1}", str(path), "txt", fault=fault), 0


def _record(fields: dict[str, Any], default_id: str, source: str, path: str, encoding: str | None, config: ReadersConfig) -> Record:
    """A record from the named fields of a container's row."""

    def first(names: tuple[str, ...]) -> str | None:
        value = next((fields[name] for name in names if fields.get(name) not in (None, "")), None)
        return None if value is None else str(value)

    doc_id = (first(config.id_fields) or default_id).replace("\x00", "")
    meta = {"url": first(config.url_fields), "title": first(config.title_fields), "published_at": first(config.date_fields)}
    name = next((name for name in config.text_fields if name in fields), None)
    body = fields.get(name) if name else None
    fault = None
    if name is None:
        near = ", ".join(map(str, list(fields)[:12]))
        fault = f"no text field ({', '.join(config.text_fields)}) among {near}; set readers.text_fields"
    elif not isinstance(body, str):
        fault = f"the field {name} holds {type(body).__name__}, expected text"
    return Record(doc_id, source, path, "txt", body if isinstance(body, str) else None, encoding, **meta, fault=fault)


def _object(value: Any) -> dict[str, Any] | DocumentError:
    return value if isinstance(value, dict) else DocumentError(f"a JSON {type(value).__name__}, expected an object")


_Rows = Iterator[tuple[dict[str, Any] | DocumentError, str | None, int]]


def _jsonl(path: Path, config: ReadersConfig) -> _Rows:
    longest = 6 * config.max_chars  # an escaped letter takes six bytes
    with opened(path) as file:
        while line := file.readline(longest + 1):
            size = len(line)
            if size > longest:
                while line and not line.endswith(b"\n"):
                    line = file.readline(1 << 20)
                    size += len(line)
                yield DocumentError(f"a line of {size:,} bytes; readers.max_chars is {config.max_chars:,}"), None, size
                continue
            line = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not line:
                continue
            try:
                yield _object(orjson.loads(line)), "utf-8", size
            except orjson.JSONDecodeError as error:
                yield DocumentError(f"not JSON: {error}"), None, size


def _json(path: Path, config: ReadersConfig) -> _Rows:
    with opened(path) as file:
        content = file.read()
    value = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    rows = value if isinstance(value, list) else [value]
    for row in rows:
        yield _object(row), "utf-8", len(content) // len(rows)


def _csv(path: Path, config: ReadersConfig) -> _Rows:
    csv.field_size_limit(4 * config.max_chars)
    with opened(path) as file:
        encoding = sniff(file.read(1 << 20))
    with opened(path) as file, io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
        header = text.readline()
        delimiter = max("\t,;|", key=header.count)
        names = next(csv.reader([header], delimiter=delimiter), [])
        for row in csv.reader(text, delimiter=delimiter):
            if not row:
                continue
            size = sum(map(len, row)) + len(row)
            if len(row) == len(names):
                yield dict(zip(names, row, strict=True)), encoding, size
            else:
                yield DocumentError(f"{len(row)} columns, expected {len(names)}"), None, size


def _parquet(path: Path, config: ReadersConfig) -> _Rows:
    with pq.ParquetFile(path) as file:
        fields = [*config.text_fields, *config.id_fields, *config.title_fields, *config.url_fields, *config.date_fields]
        columns = [name for name in file.schema_arrow.names if name in fields] or file.schema_arrow.names
        n_bytes, n_rows = path.stat().st_size, max(file.metadata.num_rows, 1)
        for batch in file.iter_batches(batch_size=256, columns=columns):
            for row in pa.Table.from_batches([batch]).to_pylist():
                yield row, "utf-8", n_bytes // n_rows
