"""The whole way from a packed model and corpora to a model that a run can use, on a tiny scale, by the command line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from pipeline.config import load  # noqa: E402
from pipeline.core.models import proven  # noqa: E402
from pipeline.ner.weighed import load as load_weighed  # noqa: E402
from pipeline.train.encoder.__main__ import main  # noqa: E402
from pipeline.train.encoder.export import prove  # noqa: E402
from tests.train.encoder import packed  # noqa: E402

if TYPE_CHECKING:
    from pipeline.train.encoder.corpora import Doc, Reader

IOB = "زار O\nسامي B-{person}\nبيروت B-{place}\n. O\n\n" * 120  # ten documents: the last tenth is measured on


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, gold_folder: Path, vocabulary: list[tuple[str, float]], docs: list[Doc]
) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("world")
    letters = [(letter, -9.0) for letter in "abcdefghijklmnopqrstuvwxyz0123456789ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئ"]
    known = {piece for piece, _ in vocabulary}
    pieces = [*vocabulary, *(row for row in letters if row[0] not in known), ("<mask>", 0.0)]
    packed.write(folder / "e5.bin", pieces, layers=12)
    (folder / "corpora").mkdir()
    for name, person, place in (
        ("anercorp_camel_train", "PERS", "LOC"),
        ("aqmar_train", "PER", "LOC"),
        ("aqmar_dev", "PER", "LOC"),
        ("wikifane_gold", "Politician", "Nation"),
    ):
        (folder / "corpora" / f"{name}.txt").write_text(IOB.format(person=person, place=place), "utf-8")
    news = "".join(json.dumps({"text": f"زار سامي مدينة بيروت رقم {k}."}) + "\n" for k in range(5))
    (folder / "news.jsonl").write_text(news, "utf-8")
    return {
        "work": str(folder / "work"), "models": str(folder / "models"), "model": str(folder / "e5.bin"),
        "data": str(folder / "corpora"), "news": str(folder / "news.jsonl"), "gold": str(gold_folder),
    }  # fmt: skip


def given(world: dict[str, str], step: str, *names: str, **more: str) -> list[str]:
    options = {name: world[name] for name in ("work", *names)} | more
    return [step, *(part for name, value in options.items() for part in (f"--{name}", value))]


def test_all_steps(world: dict[str, str], reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.train.encoder.weigh._LEAST", 1)  # the gold of this world is small
    work, models = Path(world["work"]), Path(world["models"])
    main(given(world, "prepare", "model", "data", "news", "gold", dev=world["gold"]))
    assert {"base.npz", "pieces.tsv", "train.npz", "dev.npz"} <= {file.name for file in work.iterdir()}
    small = {"epochs": "1", "batch": "2048", "device": "cpu"}
    main(given(world, "fit", **small))
    first = (work / "student.npz").read_bytes()
    main(given(world, "fit", **small))  # from its checkpoint: the same weights
    assert (work / "student.npz").read_bytes() == first
    main(given(world, "export", "models"))
    graph, head = (models / "encoder" / name for name in ("encoder.onnx", "pairs.onnx"))
    read, related = graph.read_bytes(), head.read_bytes()
    main(given(world, "relate", "models", epochs="2", share="1"))
    assert graph.read_bytes() == read  # the head of relations alone has learnt
    assert head.read_bytes() != related
    main(given(world, "measure", "models"))
    main(given(world, "weigh", "models", "data", dev=world["gold"]))
    files, _ = proven(models, "encoder")
    wanted = {"encoder.onnx", "heads.json", "judge.onnx", "pairs.onnx", "pieces.tsv", "relations.npz", "weights.json"}
    assert set(files) == wanted
    recogniser = load_weighed(load().paths.seeds, models, threads=1, least=0.1)
    (tokens,) = reader.tokens(["زار سامي بيروت."])
    mentions, reading = recogniser.read("زار سامي بيروت.", [], tokens)
    assert len(reading.units) == 4
    assert ("بيروت", "GPE") in [("زار سامي بيروت."[m.start : m.end], m.label) for m in mentions]


def test_the_shipped_model_learns_on(world: dict[str, str], tmp_path: Path) -> None:
    """Runs after the test above, whose model it goes on from."""
    models, work = Path(world["models"]), tmp_path / "work"
    there = {**world, "work": str(work), "model": str(models / "encoder")}
    main(given(there, "prepare", "model", "data", "news", "gold", dev=world["gold"]))
    assert (work / "pieces.tsv").read_text("utf-8") == (models / "encoder" / "pieces.tsv").read_text("utf-8")
    with np.load(work / "base.npz") as base:
        before = {name: base[name] for name in base.files}
    main(given(there, "renew", epochs="6", batch="2048", device="cpu"))
    with np.load(work / "student.npz") as student:
        assert set(student.files) == set(before)
        assert np.abs(student["around.weight"] - before["around.weight"]).max() > 0


def test_a_lighter_student_and_a_mixture(world: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs after the first test, whose student teaches."""
    monkeypatch.setattr("pipeline.train.encoder.weigh._LEAST", 1)
    work, models = Path(world["work"]), Path(world["models"])
    main(given(world, "lighten", epochs="1", batch="2048", device="cpu"))
    with np.load(work / "light.npz") as light:
        assert {name.split(".")[1] for name in light.files if name.startswith("layers.")} == {"0", "1", "2"}
    named = {"name": "light"}
    main(given(world, "export", "models", **named))
    main(given(world, "measure", "models", **named))
    main(given(world, "weigh", "models", "data", dev=world["gold"], **named))
    assert set(proven(models, "light")[0]) == set(proven(models, "encoder")[0])
    assert (
        load_weighed(load().paths.seeds, models, "light", threads=1, least=0.1).read("زار سامي بيروت.", [], [])[0] == []
    )
    student = work / "student.npz"
    before = student.read_bytes()
    with np.load(student) as archive:
        doubled = {name: 2 * archive[name] for name in archive.files}
    np.savez(work / "other.npz", **doubled)
    main(["mix", "--work", str(work), "--of", f"{student}:1", f"{work / 'other.npz'}:1"])
    with np.load(student) as archive:
        assert np.allclose(archive["head.weight"], 0.75 * doubled["head.weight"])
    student.write_bytes(before)
    with pytest.raises(SystemExit, match=r"mix: --of .*: expected FILE:SHARE"):
        main(["mix", "--work", str(work), "--of", str(student)])


def test_a_missing_file_is_said_in_one_line(world: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"fit: .*train\.npz|fit: .*base\.npz"):
        main(["fit", "--work", str(tmp_path), "--device", "cpu"])
    with pytest.raises(SystemExit, match=r"prepare: no gold documents"):
        main(given(world, "prepare", "model", "data", "news", gold=str(tmp_path), dev=world["gold"]))


def test_the_manifest_keeps_what_else_it_says(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "a.bin").write_bytes(b"1")
    (tmp_path / "tiny" / "CARD.md").write_text("a card", "utf-8")
    text = '# One table\n[tiny]\nversion = 2\n\n[tiny.files]   # their SHA-256\n"old.bin" = "00"\n"a.bin" = "00"\n\n[other]\nversion = 1\n'
    (tmp_path / "manifest.toml").write_text(text, "utf-8")
    prove(tmp_path, "tiny")
    after = (tmp_path / "manifest.toml").read_text("utf-8")
    assert set(proven(tmp_path, "tiny")[0]) == {"a.bin"}
    assert after.startswith("# One table\n[tiny]\nversion = 2\n\n[tiny.files]   # their SHA-256\n")
    assert after.endswith("\n\n[other]\nversion = 1\n")
    (tmp_path / "other").mkdir()
    prove(tmp_path, "other")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "b.bin").write_bytes(b"2")
    prove(tmp_path, "new")
    assert set(tomllib.loads((tmp_path / "manifest.toml").read_text("utf-8"))["new"]["files"]) == {"b.bin"}
