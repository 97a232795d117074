"""Nothing stops a run and nothing vanishes: what cannot be read is a reject that says what is wrong and what to do."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import socket
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import Config, load
from pipeline.errors import TransientError
from pipeline.reduce import corpus
from pipeline.run import intake
from pipeline.run.parts import Part
from tests.readers.conftest import NEWS, Read, container, packed, read_inputs, save

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
ARABIC = "أعلنت الشركة أرباحها عن الربع الأول من العام، وقال مديرها إنها نمت بنسبة كبيرة. "
PNG = b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(range(256)) * 40)
ZIP = b"PK\x03\x04\x14\x00" + bytes(range(256)) * 4
DEEP = 100_000

# name, content, what the message says
SINGLE = [
    ("صورة.txt", PNG, "a PNG image, not text; convert it to .txt or .html first"),
    ("صورة.html", PNG, "a PNG image, not text"),
    ("أرشيف.txt", ZIP, "a ZIP archive (.zip, .docx, .xlsx, .epub …), not text"),
    ("أرشيف.csv", ZIP, "a ZIP archive"),
    ("كتاب.txt", b"%PDF-1.4\n" + ARABIC.encode(), "a PDF file, not text"),
    ("مضغوط.txt", packed(ARABIC.encode(), ".gz"), "a gzip file, not text; name it with .gz at the end"),
    ("مضغوط.jsonl", packed(container("jsonl", list(NEWS)), ".zst"), "a Zstandard file, not text; name it with .zst at the end"),
    ("برنامج.txt", bytes(range(32)) * 100, "a binary file, not text: "),
    ("ضجيج.txt", bytes(range(128, 256)) * 20, "broken text: "),
    ("فارغ.txt", b"", "empty"),
    ("فارغ.txt.gz", packed(b"", ".gz"), "empty"),
    ("بياض.txt", b" \n\t\r\n\xc2\xa0 ", "empty"),
    ("علامة.txt", b"\xef\xbb\xbf", "empty"),
    ("مكسور.txt", ARABIC.encode()[:300].replace("ر".encode(), b"\xd8") + b"\xff" * 5, "broken text: "),
    ("ليس.txt.gz", ARABIC.encode(), "named .gz, but not packed with gzip; rename it to what it is"),
    ("ليس.jsonl.zst", ARABIC.encode(), "named .zst, but not packed with Zstandard"),
    ("مقطوع.txt.gz", packed((ARABIC * 3000).encode(), ".gz")[:-20], "the gzip file is cut off or damaged"),
    ("مقطوع.txt.zst", packed((ARABIC * 3000).encode(), ".zst")[:-3], "the Zstandard file is cut off or damaged"),
    ("تالف.txt.gz", packed(ARABIC.encode(), ".gz")[:-8] + b"\x01\x02\x03\x04\x00\x00\x00\x00", "the gzip file is cut off or damaged"),
    ("مقطوع.parquet", container("parquet", list(NEWS))[:-30], "no whole Parquet file"),
    ("فارغ.parquet", b"", "no whole Parquet file"),
    ("نص.parquet", ARABIC.encode(), "no whole Parquet file"),
    ("فارغ.json", b"", "empty"),
    ("عميق.json", b"[" * DEEP, "nested too deeply"),
    ("أعمق.json", b'{"text": ' * DEEP, "nested too deeply"),
    ("عميق.jsonl", b'{"text": ' + b"[" * DEEP + b"]" * DEEP + b"}", "nested too deeply"),
    ("نصف.json", b'{"text": "\\ud83d"}', "half of a surrogate pair at character 0"),
    ("نصف.jsonl", b'{"text": "ab\\udc00"}', "half of a surrogate pair at character 2"),
    ("لاشيء.jsonl", b'{"text": null}', "the text field holds null, expected text"),
    ("رقم.jsonl", b'{"text": 5}', "the text field holds a number, expected text"),
    ("قائمة.jsonl", b'{"text": ["a"]}', "the text field holds a list, expected text"),
    ("كائن.parquet", b"", "no whole Parquet file"),
    ("بلا.jsonl", b'{"t\\u0000itle": "x"}', "no field text or content or body or article among title; name it with --set readers.text_fields"),
    ("سطور.jsonl", b"{", "not a whole JSON object on one line"),
    ("قوس.jsonl", b"[\n", "name the file .json if its objects have several lines each"),
    ("مفتوح.csv", b'id,text\n1,"abc\n', "broken quotation marks (unexpected end of data)"),
    ("رأس.csv", b'"id,text\n', "the first line, which names the columns, is broken"),
    ("خالية.html", b"<html><head><title>x</title></head><body><script>var a;</script></body></html>", "a web page without text"),
    ("إطارات.html", b'<html><frameset cols="20%,80%"><frame src="a.html"><frame src="b.html"></frameset></html>', "a web page without text"),
    ("فارغ.html", b"", "empty"),
    ("عقد.docx", ZIP, ".docx is not a kind of file that is read (.txt .html"),
    ("بلا امتداد", ARABIC.encode(), "a file without an extension is not a kind of file that is read"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "raw", "message"), SINGLE, ids=[f"{name}: {message[:30]}" for name, _, message in SINGLE]
)
def test_a_file_becomes_one_reject_that_says_why(
    tmp_path: Path, read: Read, name: str, raw: bytes, message: str
) -> None:
    assert message in read(save(tmp_path / name, raw)).error()


def test_records_before_the_broken_place_stay(tmp_path: Path, read: Read) -> None:
    many = [f"{number} {ARABIC}" * (1 + number % 7) for number in range(900)]
    for name, raw in (
        ("مقطوع.jsonl.gz", packed(container("jsonl", many), ".gz")[:-100]),
        ("مقطوع.jsonl.zst", packed(container("jsonl", many), ".zst")[:-100]),
        ("مقطوع.csv.gz", packed(container("csv", many), ".gz")[:-100]),
        ("مقطوع.json", container("json", many)[:-2000]),
        ("مقطوع.jsonl", container("jsonl", many)[:-40]),
    ):
        found = read(save(tmp_path / name, raw))
        n_whole = len(found.documents)
        assert 300 < n_whole < 900, name
        assert found.texts() == many[:n_whole]
        (reject,) = found.rejects
        assert f"after {n_whole:,} records" in reject.error or name == "مقطوع.jsonl"
        assert reject.source.endswith(f":{n_whole + (2 if '.csv' in name else 1)}")


def test_a_broken_line_costs_that_line_only(tmp_path: Path, read: Read) -> None:
    good = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in NEWS]
    few = '{"text": "نص فيه بايت مكسور '.encode() + b"\xff" + ' واحد"}'.encode()
    lines = [
        good[0],
        b"{" + b'"text": "a',
        few,
        b'{"text": "\xd8' + b"\xff" * 40 + b'"}',
        good[1],
        b'{"text": "a\x00b\x01c"}',
        b'{"text": "n", "x": NaN}',
        b"NaN",
        good[2],
    ]
    found = read(save(tmp_path / "أخبار.jsonl", b"\n".join(lines)))
    assert found.texts() == [NEWS[0], "نص فيه بايت مكسور \ufffd واحد", NEWS[1], "a\x00b\x01c", "n", NEWS[2]]
    assert found.documents[1].encoding == "utf-8 with replacements"
    assert [reject.source.rpartition(":")[2] for reject in found.rejects] == ["2", "4", "8"]
    assert [reject.error.partition(":")[0].partition(" (")[0] for reject in found.rejects] == [
        "not a whole JSON object on one line", "broken text", "a number, expected a JSON object with a text field",
    ]  # fmt: skip


def test_a_broken_row_costs_that_row_only(tmp_path: Path, read: Read) -> None:
    rows = [
        '1,"نص سليم"',
        '2,"علامة "شاذة" فيه"',
        "3,ناقص,زائد",
        "4",
        '5,"مفتوح',
        '6,"سليم أيضاً"',
        "7,فيه \x00 صفر",
        "",
        '8,"سطران\nسليمان"',
        '9,"مفتوح إلى النهاية',
        "10,آخر",
    ]
    found = read(save(tmp_path / "أخبار.csv", ("id,text\n" + "\n".join(rows)).encode()))
    assert {document.doc_id: document.text for document in found.documents} == {
        "1": "نص سليم", "6": "سليم أيضاً", "7": "فيه \x00 صفر", "8": "سطران\nسليمان", "10": "آخر",
    }  # fmt: skip
    assert [reject.source.rpartition(":")[2] for reject in found.rejects] == ["3", "4", "5", "6", "12"]
    assert found.rejects[1].error == "3 columns, expected 2 as in the first line"


def test_csv_with_broken_bytes(tmp_path: Path, read: Read) -> None:
    raw = (
        "id,text\n1,نص سليم\n".encode()
        + "2,نص فيه بايت".encode()
        + b"\xff"
        + " مكسور\n3,".encode()
        + b"\xd8\xff" * 9
        + "\n4,ختام\n".encode()
    )
    found = read(save(tmp_path / "أخبار.csv", raw))
    assert {document.doc_id: document.text for document in found.documents} == {
        "1": "نص سليم",
        "2": "نص فيه بايت\ufffd مكسور",
        "4": "ختام",
    }
    assert [document.encoding for document in found.documents] == ["utf-8", "utf-8 with replacements", "utf-8"]
    assert "broken text" in found.rejects[0].error


def test_too_long(tmp_path: Path, read: Read) -> None:
    long = "كلمة" * 500
    short = {"max_chars": 1000}
    assert (
        "more than 1,000 characters; cut it up or raise readers.max_chars"
        in read(save(tmp_path / "أ.txt", long.encode()), **short).error()
    )
    assert (
        "more than 1,000 characters"
        in read(save(tmp_path / "أ.txt.gz", packed((long * 999).encode(), ".gz")), **short).error()
    )
    assert "more than 1,000 characters" in read(save(tmp_path / "أ.html", f"<p>{long}".encode()), **short).error()
    for kind, message in {
        "jsonl": "a line of ",
        "json": "more than 1,000",
        "csv": "a line of more than 2,000",
        "parquet": "more than 1,000",
    }.items():
        found = read(save(tmp_path / f"ب.{kind}", container(kind, ["قبل", long * 50, "بعد"])), **short)
        assert message in found.rejects[0].error, kind
        assert found.texts() == ["قبل", "بعد"]
    quoted = read(save(tmp_path / "ج.csv", ('id,text\n1,"' + "سطر بلا نهاية\n" * 300 + "2,نص\n").encode()), **short)
    assert quoted.rejects[0].error.startswith(
        "a row of more than 2,000 characters (readers.max_chars), or a quotation mark that is never closed"
    )
    assert quoted.texts() == ["نص"]


def test_a_line_of_50_mb(tmp_path: Path, config: Config) -> None:
    """Memory stays within a small multiple of readers.max_chars, however large the file."""
    small = load((), ["readers.max_chars=100000", "readers.max_page_chars=100000"])
    line = b'{"text": "' + b"\xd9\x83" * 25_000_000 + b'"}\n'
    for name in ("طويل.txt", "طويل.jsonl", "طويل.json", "طويل.csv", "طويل.html"):
        path = save(tmp_path / name, line)
        tracemalloc.start()
        found = read_inputs([str(path)], small, tmp_path / f"out-{name}")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (len(found.documents), len(found.rejects)) == (0, 1), name
        assert peak < 100 * 100_000, (name, peak)
        path.unlink()
    found = read_inputs([str(save(tmp_path / "طويل.txt", line))], config, tmp_path / "out")
    assert "more than 2,000,000 characters" in found.error()


def test_absurd_text_is_kept_as_it_is(tmp_path: Path, read: Read) -> None:
    texts = [
        "ا" + "\u0651\u064e" * 5000,
        "\u202b\u202a\u202e\u2066" * 100 + "نص" + "\u202c\u2069" * 100,
        "🚀" * 100 + "👨‍👩‍👧‍👦" * 10,
        "\ufdfa\ufdfd \U0001eef0\U00010ffe",
        "نص\u2028سطر\u2029فقرة\x85\x0b\x0c",
        "\r\n\r\n نص \t\r\n",
    ]
    for number, text in enumerate(texts):
        save(tmp_path / "in" / f"{number}.txt", text.encode())
    assert read(tmp_path / "in").texts() == texts


def hostile_folder(folder: Path) -> int:
    """Everything at once; returns how many documents there are in all, readable or not."""
    for number, (name, raw, _) in enumerate(SINGLE):
        save(folder / f"{number:02} {name}", raw)
    for number, text in enumerate(NEWS):
        save(folder / "سليم" / f"{number}.txt", text.encode("utf-16"))
    save(folder / "سليم" / "نسخة.jsonl", container("jsonl", list(NEWS)))  # the same texts again
    save(folder / "مجلد.txt" / "داخل.txt", ARABIC.encode())
    (folder / "مجلد.txt" / "حلقة").symlink_to(folder, target_is_directory=True)
    (folder / "رابط مكسور.txt").symlink_to(folder / "لا شيء.txt")
    (folder / "دائرة.txt").symlink_to(folder / "دائرة.txt")
    os.mkfifo(folder / "أنبوب.txt")
    save(folder / os.fsdecode("قديم".encode("windows-1256") + b".txt"), ARABIC.encode("windows-1256"))
    save(folder / ".hidden.txt", b"x")
    save(folder / "_SUCCESS", b"")
    return len(SINGLE) + 2 * len(NEWS) + 5


def test_all_at_once(tmp_path: Path, config: Config) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    n_in = hostile_folder(folder)
    with socket.socket(socket.AF_UNIX) as unix:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path may have 108 bytes only
        unix.bind("مقبس.txt")
        os.chdir(here)
        found = read_inputs([str(folder)], config, out)
    assert len(found.documents) + len(found.rejects) == n_in + 1
    assert sorted(document.text for document in found.documents) == sorted([*NEWS, *NEWS, ARABIC, ARABIC])
    names = [document.doc_id for document in found.documents] + [reject.doc_id for reject in found.rejects]
    assert len(set(names)) == len(names)
    errors = {Path(reject.source).name: reject.error for reject in found.rejects}
    assert errors["أنبوب.txt"] == "a named pipe, which is not read; standard input is read with --input -"
    assert errors["مقبس.txt"].startswith("a socket")
    assert errors["رابط مكسور.txt"].startswith("a broken link")
    assert errors["دائرة.txt"].startswith("a broken link")
    assert all(reject.stage == "read" for reject in found.rejects)
    # The same again is the same, and nothing of it is made again.
    again = read_inputs([str(folder)], config, tmp_path / "again")
    assert again.documents == found.documents
    assert [reject for reject in again.rejects if "socket" not in reject.error] == [
        reject for reject in found.rejects if "socket" not in reject.error
    ]


def test_duplicates_are_marked(tmp_path: Path, config: Config) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    hostile_folder(folder)
    found = read_inputs([str(folder)], config, out)
    files = [str(path) for path in sorted((out / "documents").glob("part-*.parquet"))]
    target = out / "documents" / "duplicates.parquet"
    with corpus.connection(out, memory_mb=config.reduce.memory_mb, threads=1) as database:
        corpus.write_batches(target, corpus.DUPLICATES, corpus.duplicates(database, files), {})
    marked = {row["doc_id"]: row["duplicate_of"] for row in pq.read_table(target).to_pylist()}
    first: dict[str, str] = {}
    expected = {}
    for document in found.documents:
        original = first.setdefault(document.text, document.doc_id)
        if original != document.doc_id:
            expected[document.doc_id] = original
    assert marked == expected
    assert len(marked) == len(NEWS) + 1


def test_units_are_cut_by_number_and_size(tmp_path: Path) -> None:
    config = load((), ["run.docs_per_part=7", "run.chars_per_part=6000"])
    save(tmp_path / "أ.jsonl", container("jsonl", [ARABIC * (1 + number % 30) for number in range(60)]))
    found = intake.inputs([str(tmp_path / "أ.jsonl")], config, tmp_path / "out", limit=None)
    units = list(intake.units(found, config, tmp_path / "out", limit=None))
    assert sum(len(unit.records) for unit in units) == 60
    assert max(len(unit.records) for unit in units) == 7
    assert all(len(unit.records) == 1 or unit.size <= 12000 for unit in units)
    assert [unit.fingerprint for unit in intake.units(found, config, tmp_path / "out", limit=None)] == [
        unit.fingerprint for unit in units
    ]


def test_a_changed_file_is_read_again(tmp_path: Path, config: Config) -> None:
    path = save(tmp_path / "in" / "أ.txt", NEWS[0].encode())
    assert read_inputs([str(tmp_path / "in")], config, tmp_path / "out").texts() == [NEWS[0]]
    save(path, NEWS[1].encode())
    assert read_inputs([str(tmp_path / "in")], config, tmp_path / "out").texts() == [NEWS[1]]
    assert not Part(tmp_path / "out", "part-00001").documents().exists()


def test_a_packed_bomb(tmp_path: Path) -> None:
    """200 MB of one letter in 200 KB."""
    bomb = zlib.compressobj(9, wbits=31)
    raw = b"".join(bomb.compress(b"a" * (1 << 20)) for _ in range(200)) + bomb.flush()
    small = load((), ["readers.max_chars=100000", "readers.max_page_chars=100000"])
    for name in ("قنبلة.txt.gz", "قنبلة.jsonl.gz", "قنبلة.json.gz", "قنبلة.html.gz"):
        path = save(tmp_path / name, raw)
        tracemalloc.start()
        found = read_inputs([str(path)], small, tmp_path / f"out-{name}")
        assert tracemalloc.get_traced_memory()[1] < 100 * 100_000
        tracemalloc.stop()
        assert len(found.rejects) == 1


def test_parquet_without_text(tmp_path: Path, read: Read) -> None:
    pq.write_table(pa.table({"text": [{"a": 1}], "id": [1]}), tmp_path / "أ.parquet")
    assert "the text field holds an object, expected text" in read(tmp_path / "أ.parquet").error()
    pq.write_table(pa.table({"نص": ["خبر"]}), tmp_path / "ب.parquet")
    assert "no field text or content or body or article among نص" in read(tmp_path / "ب.parquet").error()
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "ج.parquet")
    empty = read(tmp_path / "ج.parquet")
    assert (empty.documents, empty.rejects) == ([], [])


def bound_by_permissions() -> None:
    """Root may read everything, by two capabilities of Linux (capabilities(7)); this thread gives them up, which no other one notices."""
    if os.geteuid():
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    held = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, and of each the upper half
    assert libc.capget(header, held) == 0, os.strerror(ctypes.get_errno())
    for which in range(2):
        held[which] &= ~(1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)
    assert libc.capset(header, held) == 0, os.strerror(ctypes.get_errno())


def test_what_may_not_be_read(tmp_path: Path, read: Read) -> None:
    path = save(tmp_path / "in" / "سر.txt", b"x")
    folder = save(tmp_path / "in" / "مغلق" / "أ.txt", b"x").parent
    path.chmod(0)
    folder.chmod(0)
    try:
        with ThreadPoolExecutor(1, initializer=bound_by_permissions) as alone:
            found = alone.submit(read, tmp_path / "in").result()
    finally:
        folder.chmod(0o755)
    assert found.documents == []
    assert {Path(reject.source).name: reject.error for reject in found.rejects} == {
        "سر.txt": "cannot be read: permission denied; make it readable with chmod",
        "مغلق": "the folder cannot be opened: Permission denied",
    }


def test_what_may_not_be_read_seen_from_outside(tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for root, who can only be told that it may not."""
    path = save(tmp_path / "سر.txt", b"x")
    monkeypatch.setattr("pipeline.readers.files.os.access", lambda *_: False)
    assert read(path).error() == "cannot be read: permission denied; make it readable with chmod"


def test_a_failing_disk_is_no_fault_of_the_document(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a reject would stay one, for the file does not change when the disk comes back."""
    paths = [save(tmp_path / name, b'{"text": "x"}') for name in ("أ.txt", "ب.jsonl", "ج.csv", "د.html")]

    def failing(*_: object) -> None:
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr("pipeline.readers.bytestreams.Path.open", failing)
    for path in paths:
        with pytest.raises(TransientError, match="Stale file handle"):
            read(path)


def test_a_json_file_of_spaces(tmp_path: Path, read: Read) -> None:
    began = time.perf_counter()
    assert read(save(tmp_path / "أ.json", b" " * 20_000_000 + b'{"text": "x"}')).texts() == ["x"]
    assert time.perf_counter() - began < 3
