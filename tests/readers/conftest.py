"""Files of every kind, and a way to read them as a run does."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import Config, load
from pipeline.readers.records import Document
from pipeline.run import intake
from pipeline.run.parts import Part, Reject, stamp

if TYPE_CHECKING:
    from pathlib import Path

NEWS = (
    "أعلنت شركة «نسيم للطاقة» أنها ستبني محطة رياح في رأس غارب بقدرة 250 ميغاواط.\nوقال مديرها إن الكلفة تبلغ 300 مليون دولار.\n",
    "تراجع سهم بنك المرفأ 2.4% بعد إعلان نتائجه،\r\nوبلغت أرباحه 41 مليون دينار في الربع الثاني.",
    'كتبت "صدى الأعمال" أن «درّة» — وهي منصة للتعليم — لن تندمج مع أي شركة; والسبب: الضرائب',
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256", "iso-8859-6")
CONTAINERS = ("jsonl", "json", "csv", "tsv", "parquet")
PACKINGS = ("", ".gz", ".zst")


class Result(NamedTuple):
    """What became of some inputs."""

    documents: list[Document]
    rejects: list[Reject]

    def texts(self) -> list[str]:
        return [document.text for document in self.documents]

    def error(self) -> str:
        """The message of the only reject."""
        assert not self.documents
        (reject,) = self.rejects
        return reject.error


Read = Callable[..., Result]


@pytest.fixture
def read(tmp_path: Path, config: Config) -> Read:
    """Reads files as a run does: found, cut into units, each unit read into a part, the parts read back."""
    runs = iter(range(1000))

    def run(*given: Path | str, **settings: object) -> Result:
        chosen = (
            load((), [f"readers.{name}={json.dumps(value)}" for name, value in settings.items()])
            if settings
            else config
        )
        out = tmp_path / f"out-{next(runs)}"
        return read_inputs([str(path) for path in given], chosen, out)

    return run


def read_inputs(given: list[str], config: Config, out: Path) -> Result:
    found = intake.inputs(given, config, out, limit=None)
    reader = intake.Reader(config.readers, out, lambda n_bytes: None)
    names = [reader(unit) for unit in intake.units(found, config, out, limit=None)]
    paths = [Part(out, name).documents() for name in names]
    documents = [Document(**row) for path in paths for row in pq.read_table(path).to_pylist()]
    return Result(documents, [reject for path in paths for reject in stamp(path)[1]])


def packed(raw: bytes, packing: str) -> bytes:
    if packing == ".gz":
        return gzip.compress(raw, 1)
    if packing == ".zst":
        buffer = pa.BufferOutputStream()
        with pa.CompressedOutputStream(buffer, "zstd") as stream:
            stream.write(raw)
        return bytes(buffer.getvalue())
    return raw


def container(kind: str, texts: list[str], encoding: str = "utf-8", *, escaped: bool = False) -> bytes:
    """Documents as a file of some kind."""
    rows = [{"id": f"خبر-{number}", "title": "عنوان", "text": text} for number, text in enumerate(texts)]
    if kind == "parquet":
        buffer = io.BytesIO()
        pq.write_table(
            pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in ("id", "title", "text")])),
            buffer,
        )
        return buffer.getvalue()
    if kind == "jsonl":
        written = "".join(json.dumps(row, ensure_ascii=escaped) + "\n" for row in rows)
    elif kind == "json":
        written = json.dumps(rows, ensure_ascii=escaped, indent=1)
    else:
        lines = io.StringIO(newline="")
        table = csv.DictWriter(lines, ["id", "title", "text"], delimiter="\t" if kind == "tsv" else ",")
        table.writeheader()
        table.writerows(rows)
        written = lines.getvalue()
    return written.encode(encoding)


def save(path: Path, raw: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path
