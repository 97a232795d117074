from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import load
from pipeline.ner.encoder import pieces
from pipeline.ner.encoder.pieces import UNKNOWN, Pieces

if TYPE_CHECKING:
    from pathlib import Path

TINY = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁", -2.0),
    ("▁علي", -3.0),
    ("بابا", -3.0),
    ("ع", -5.0),
    ("▁ع", -4.0),
]


@pytest.fixture(scope="module")
def real() -> Pieces:
    return Pieces(pieces.read(load().paths.models / "encoder" / "pieces.tsv"))


def test_the_best_split(tmp_path: Path) -> None:
    (tmp_path / "pieces.tsv").write_text("".join(f"{piece}\t{score}\n" for piece, score in TINY), "utf-8")
    assert pieces.read(tmp_path / "pieces.tsv") == TINY
    split = Pieces(TINY)
    assert split("علي") == (5,)
    assert split("عليبابا") == (5, 6)
    assert split("بابا") == (6,)  # the bare space before it is left out
    assert split("ع") == (8,)


def test_unknown_letters_and_nothing_at_all(real: Pieces) -> None:
    assert Pieces(TINY)("قطر") == (UNKNOWN,)
    assert UNKNOWN in Pieces(TINY)("علي中")
    for unit in ("", "𒀀", "\ue000", "🚀", "中文"):
        assert len(real(unit)) >= 1


def test_a_long_unit_does_not_fill_a_window(real: Pieces) -> None:
    assert len(real("xq" * 32)) <= 24


def test_what_was_split_is_remembered_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_REMEMBERED", 3)
    split = Pieces(TINY)
    first = {unit: split(unit) for unit in ("علي", "ع", "بابا")}
    assert split("علي") is first["علي"]
    assert len(split._known) == 3
    split("عليبابا")  # a fourth: the memory begins anew, and answers stay the same
    assert len(split._known) == 1
    assert {unit: split(unit) for unit in first} == first


@given(unit=st.text(max_size=30))
def test_any_text_has_pieces_of_the_vocabulary(real: Pieces, unit: str) -> None:
    numbers = real(unit)
    assert 1 <= len(numbers) <= 24
    assert all(UNKNOWN <= number < real._model.get_vocab_size() for number in numbers)
    assert real(unit) == numbers
