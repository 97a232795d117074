"""Any text in any container, encoding and packing comes back as it was."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.files import looked_at
from pipeline.readers.plan import guessed_suffix, records
from pipeline.readers.read import read as read_record
from tests.readers.conftest import CONTAINERS, ENCODINGS, NEWS, PACKINGS, Read, container, packed, read_inputs, save

if TYPE_CHECKING:
    from pipeline.config import Config

NAMES = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}
# What Windows-1256 and ISO 8859-6 can write at all.
SINGLE_BYTE = {"windows-1256": NEWS[:2], "iso-8859-6": (NEWS[1].replace("«", ""),)}
SIGNS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوية ءآأؤإئىپچژگکی٠١٢\u064b\u0651ـ\u200f\u200c\u200e«»،؛؟\"',;|\t\n\r\\{}[]aZ09.€🚀\ufeff\ufffd\u2028\u0085\x0b\x1f"
TEXT = st.one_of(st.text(alphabet=SIGNS, min_size=1), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))


def texts_for(encoding: str) -> list[str]:
    return list(SINGLE_BYTE.get(encoding, NEWS))


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_files(tmp_path: Path, read: Read, encoding: str, packing: str) -> None:
    texts = texts_for(encoding)
    for number, text in enumerate(texts):
        save(tmp_path / "in" / f"خبر.{number}.txt{packing}", packed(text.encode(encoding), packing))
    found = read(tmp_path / "in")
    assert found.rejects == []
    assert found.texts() == texts
    assert {document.encoding for document in found.documents} == {NAMES.get(encoding, encoding)}
    assert [document.doc_id for document in found.documents] == [f"خبر.{number}" for number in range(len(texts))]
    assert {document.lang for document in found.documents} == {"ar"}
    assert all(document.n_chars == len(document.text) for document in found.documents)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv"])
def test_containers(tmp_path: Path, read: Read, kind: str, encoding: str, packing: str) -> None:
    texts = texts_for(encoding)
    found = read(save(tmp_path / f"أخبار.{kind}{packing}", packed(container(kind, texts, encoding), packing)))
    assert found.rejects == []
    assert found.texts() == texts
    assert {document.encoding for document in found.documents} == {NAMES.get(encoding, encoding)}
    assert [document.doc_id for document in found.documents] == [f"خبر-{number}" for number in range(len(texts))]
    assert {document.title for document in found.documents} == {"عنوان"}


def test_parquet(tmp_path: Path, read: Read) -> None:
    found = read(save(tmp_path / "أخبار.parquet", container("parquet", list(NEWS))))
    assert (found.texts(), found.rejects) == (list(NEWS), [])
    packed_file = save(tmp_path / "أخبار.parquet.gz", packed(container("parquet", list(NEWS)), ".gz"))
    assert "unpack it first" in read(packed_file).error()


@pytest.mark.parametrize("kind", CONTAINERS)
@given(texts=st.lists(TEXT, min_size=1, max_size=4), escaped=st.booleans())
def test_any_text_comes_back(config: Config, kind: str, texts: list[str], escaped: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = save(Path(folder) / f"نص.{kind}", container(kind, texts, escaped=escaped))
        found = [record for record, _ in records([looked_at(str(path))], config.readers)]
    assert [(record.body, record.fault) for record in found] == [(text, None) for text in texts]


@given(text=TEXT, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_any_text_comes_back_from_a_text_file(config: Config, text: str, encoding: str) -> None:
    controls = sum((ord(letter) < 32 and letter not in "\t\n\x0b\x0c\r\x1b") or letter == "\x7f" for letter in text)
    raw = text.encode(encoding)
    if (
        not text.strip()
        or controls > 2
        or text.startswith("\ufeff")
        or (encoding == "utf-8" and (raw.count(0) or raw.count(6)))
    ):
        return  # empty, or rightly taken for something else
    with tempfile.TemporaryDirectory() as folder:
        path = save(Path(folder) / "نص.txt", raw)
        (record,) = [record for record, _ in records([looked_at(str(path))], config.readers)]
        assert read_record(record, config.readers).text == text


def test_fields_are_found_whatever_their_capitals(tmp_path: Path, read: Read) -> None:
    rows = [
        {
            "ID": 17,
            "Headline": "عنوان",
            "Content": NEWS[0],
            "Link": "https://a.example/1",
            "Date": "2024-05-01T10:00:00+03:00",
        },
        {"id": "", "text": "", "body": NEWS[1], "published": 1714546800},
        {"id": None, "text": None, "article": NEWS[2], "date": "أمس"},
    ]
    found = read(save(tmp_path / "أخبار.jsonl", "\n\n".join(json.dumps(row) for row in rows).encode()))
    assert found.rejects == []
    assert [document.doc_id for document in found.documents] == ["17", "أخبار-3", "أخبار-5"]
    assert [document.source.rpartition(":")[2] for document in found.documents] == ["1", "3", "5"]
    assert found.documents[0].title == "عنوان"
    assert found.documents[0].url == "https://a.example/1"
    assert [document.published_at for document in found.documents] == [
        "2024-05-01T10:00:00+03:00",
        "2024-05-01T07:00:00+00:00",
        None,
    ]


def test_own_field_names(tmp_path: Path, read: Read) -> None:
    path = save(tmp_path / "أخبار.csv", f"رقم,النص\n5,{NEWS[0].splitlines()[0]}\n".encode())
    assert (
        "no field text or content or body or article among رقم, النص; name it with --set readers.text_fields"
        in read(path).error()
    )
    assert read(path, text_fields=["النص"]).texts() == [NEWS[0].splitlines()[0]]
    capitals = save(tmp_path / "أخبار.jsonl", b'{"Story": "x", "ID": NaN}')
    assert read(capitals, text_fields=["Story"]).texts() == ["x"]
    assert read(capitals, text_fields=["STORY"]).documents[0].doc_id == "أخبار-1"


def test_same_id_twice(tmp_path: Path, read: Read) -> None:
    rows = [{"id": name, "text": f"نص رقم {number}"} for number, name in enumerate(["أ", "أ", "أ~2", "ب", "أ"])]
    found = read(save(tmp_path / "أخبار.jsonl", "\n".join(json.dumps(row) for row in rows).encode()))
    names = [document.doc_id for document in found.documents]
    assert len(set(names)) == 5
    assert names[:2] + names[3:4] == ["أ", "أ~2", "ب"]
    long = save(tmp_path / "طويل.jsonl", json.dumps({"id": "س" * 10_000, "text": "نص"}).encode())
    assert read(long).documents[0].doc_id == "طويل-1"


def test_json_shapes(tmp_path: Path, read: Read) -> None:
    one, other = ({"text": text} for text in NEWS[:2])
    shapes = {
        "object": json.dumps(one, indent=2),
        "list": json.dumps([one, other]),
        "lines": json.dumps(one) + "\n" + json.dumps(other),
        "wrapped": json.dumps({"status": "ok", "total": 2, "articles": [one, other]}),
    }
    for name, shape in shapes.items():
        assert read(save(tmp_path / f"{name}.json", shape.encode())).texts() == list(
            NEWS[: 1 if name == "object" else 2]
        ), name
    mixed = read(save(tmp_path / "mixed.json", json.dumps([one, 5, None, "نص", [one], {}]).encode()))
    assert mixed.texts() == [NEWS[0]]
    assert [reject.error.partition(",")[0] for reject in mixed.rejects[:4]] == ["a number", "null", "a text", "a list"]


def test_json_is_read_as_a_stream(tmp_path: Path, config: Config) -> None:
    """A list of 4 MB is cut into its objects wherever the chunks end, also where an escape is cut."""
    texts = [f"{number} " + 'كلمة\\"' * (number % 1000) for number in range(2000)]
    path = save(tmp_path / "كبير.json", container("json", texts, escaped=True))
    assert path.stat().st_size > 4_000_000
    assert [record.body for record, _ in records([looked_at(str(path))], config.readers)] == texts


def test_parquet_columns_of_any_type(tmp_path: Path, read: Read) -> None:
    columns = {
        "large": pa.array(NEWS, pa.large_string()),
        "dictionary": pa.array(NEWS).dictionary_encode(),
        "bytes": pa.array([text.encode("windows-1256", "ignore") for text in NEWS]),
        "view": pa.array(NEWS, pa.string_view()),
    }
    for name, column in columns.items():
        table = pa.table(
            {"Text": column, "date": pa.array([1_700_000_000_000] * 3, pa.timestamp("ms", "UTC")), "other": [[1]] * 3}
        )
        pq.write_table(table, tmp_path / f"{name}.parquet", row_group_size=2)
        found = read(tmp_path / f"{name}.parquet")
        assert len(found.documents) == 3, name
        assert found.documents[1].text == NEWS[1]
        assert found.documents[0].published_at == "2023-11-14T22:13:20+00:00"
    broken = pa.array([NEWS[0].encode(), b"\xd9\xff\xfe" * 50, NEWS[2].encode()]).cast(pa.binary())
    pq.write_table(
        pa.table({"text": pa.Array.from_buffers(pa.string(), 3, broken.buffers())}), tmp_path / "utf8.parquet"
    )
    found = read(tmp_path / "utf8.parquet")
    assert found.texts() == [NEWS[0], NEWS[2]]
    assert len(found.rejects) == 1


def test_csv_delimiters_and_quotes(tmp_path: Path, read: Read) -> None:
    for delimiter in ",;|\t":
        raw = (
            f'id{delimiter}text\n1{delimiter}"قال ""نعم""{delimiter}\nثم سكت"\n\n2{delimiter}نص بلا علامات\r\n'.encode()
        )
        assert read(save(tmp_path / "أخبار.csv", raw)).texts() == [f'قال "نعم"{delimiter}\nثم سكت', "نص بلا علامات"]
    assert read(save(tmp_path / "عمود.csv", "text\nسطر، وفاصلة\n".encode())).texts() == ["سطر، وفاصلة"]


def test_tsv_knows_quotation_marks_that_are_none(tmp_path: Path, read: Read) -> None:
    raw = (
        'id\ttext\n1\t"الرائد" تندمج مع "الأمل"\n2\t"بداية بلا نهاية\n3\tنص\n4\t"سطران\nفي خانة"\n5\t"مفتوح\n6\tمغلق"\n'
    )
    assert read(save(tmp_path / "أخبار.tsv", raw.encode())).texts() == [
        '"الرائد" تندمج مع "الأمل"', '"بداية بلا نهاية', "نص", "سطران\nفي خانة", '"مفتوح', 'مغلق"',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "suffix"),
    [
        ('{"text": "خبر"}\n'.encode(), ".jsonl"),
        ('\ufeff{"text": "خبر"}\n'.encode(), ".jsonl"),
        ('{"text": "خبر"}'.encode("utf-16"), ".jsonl"),
        ('[{"text": "خبر"}]'.encode(), ".json"),
        ('{\n "text": "خبر"}'.encode(), ".json"),
        ("\n <!DOCTYPE html><p>خبر".encode(), ".html"),
        ("[تحديث] خبر".encode(), ".txt"),
        ("{خبر}".encode(), ".txt"),
        (b"", ".txt"),
        (packed('{"text": "خبر"}\n'.encode(), ".gz"), ".jsonl.gz"),
        (packed("خبر".encode(), ".zst"), ".txt.zst"),
        (container("parquet", ["خبر"]), ".parquet"),
    ],
)
def test_standard_input_is_named_after_its_beginning(tmp_path: Path, raw: bytes, suffix: str) -> None:
    assert guessed_suffix(save(tmp_path / "stdin.tmp", raw)) == suffix


def test_standard_input(tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    spools = set()
    for kind, raw in (
        ("jsonl", container("jsonl", list(NEWS))),
        ("txt", NEWS[0].encode("windows-1256")),
        ("jsonl.gz", packed(container("jsonl", list(NEWS)), ".gz")),
    ):
        before = None
        for _ in range(2):
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
            found = read_inputs(["-"], config, out)
            assert found.texts() == (list(NEWS) if "jsonl" in kind else [NEWS[0]])
            now = (out / "input" / f"stdin.{kind}").stat().st_mtime_ns
            assert before in (None, now)  # the same input leaves the file as it is
            before = now
        spools.add(f"stdin.{kind}")
        assert {path.name for path in (out / "input").iterdir()} == spools
