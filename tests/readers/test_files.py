"""Which files are found, in which order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.readers.files import files
from tests.readers.conftest import save


def names(*given: Path) -> list[str]:
    return [os.path.relpath(file.path, given[0]) for file in files([str(path) for path in given])]


def test_every_file_sorted_within_its_folder(tmp_path: Path) -> None:
    for name in (
        "ب/2.txt",
        "ب/10.txt",
        "أ.txt",
        "ب.txt",
        "أ/ج/1.html",
        ".git/x.txt",
        "أ/.hidden",
        "أ/_SUCCESS",
        "أ/_خبر.txt",
    ):
        save(tmp_path / name, b"x")
    assert names(tmp_path) == ["أ/_خبر.txt", "أ/ج/1.html", "أ.txt", "ب/10.txt", "ب/2.txt", "ب.txt"]


def test_a_hidden_folder_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    save(tmp_path / ".secret" / "أ.txt", b"x")
    assert names(tmp_path / ".secret") == ["أ.txt"]


def test_links_are_followed_once(tmp_path: Path) -> None:
    save(tmp_path / "in" / "أ.txt", b"x")
    save(tmp_path / "elsewhere" / "ب.txt", b"x")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "link2").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "up").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "ج.txt").symlink_to(tmp_path / "in" / "أ.txt")
    assert names(tmp_path / "in") == ["link/ب.txt", "أ.txt", "ج.txt"]


def test_the_same_input_twice_is_read_once(tmp_path: Path) -> None:
    for name in ("أ/1.txt", "أ/ب/2.txt"):
        save(tmp_path / name, b"x")
    assert names(tmp_path / "أ", tmp_path / "أ", tmp_path / "أ" / "ب") == ["1.txt", "ب/2.txt"]
    assert names(tmp_path / "أ" / "ب", tmp_path / "أ") == ["2.txt", "../1.txt"]


def test_no_such_input_names_the_nearest(tmp_path: Path) -> None:
    save(tmp_path / "articles.jsonl", b"x")
    with pytest.raises(ConfigError, match=r"no input .*article.jsonl; did you mean .*articles.jsonl\?"):
        list(files([str(tmp_path / "article.jsonl")]))
    with pytest.raises(ConfigError, match="no input"):
        list(files([str(tmp_path / "none" / "none.txt")]))


def test_a_very_deep_folder(tmp_path: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(300):
            Path("مجلد").mkdir()
            os.chdir("مجلد")
        save(Path("أ.txt"), b"x")
    finally:
        os.chdir(here)
    found = list(files([str(tmp_path)]))
    assert len(found) == 1  # the file, or the folder whose name is too long for the system
    assert found[0].path.endswith("أ.txt") or found[0].fault
