"""Pairs of packages: names are taken word by word, and what is no name of the other is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.train import transliteration_more as more
from tests.gazetteer.test_transliteration_training import made_up

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("arabic", "latin", "words"),
    [
        ("جان-كلود يونكر", "Jean Claude Juncker", [("جان", "jean"), ("كلود", "claude"), ("يونكر", "juncker")]),
        ("الهاجري", "Al Hajiri", [("الهاجري", "hajiri")]),
        ("ليمبورغ (بلجيكا)", "Limburg (Belgium)", [("ليمبورغ", "limburg")]),
        ("مقاطعة ليمبورغ", "Limburg", []),
        ("پاريس", "Paris", []),  # Persian
        ("مدينة 6", "City 6", [("مدينة", "city")]),
    ],
)
def test_names_are_taken_word_by_word(arabic: str, latin: str, words: list[tuple[str, str]]) -> None:
    assert list(more.split(arabic, latin)) == words


def test_folded_arabic_is_taken_where_it_can_be_nothing_else() -> None:
    sure = [bool(more._SURE.fullmatch(word)) for word in ("كاظم", "الشريف", "محمود")]
    unsure = [bool(more._SURE.fullmatch(word)) for word in ("احمد", "الاحمد", "فاطمه", "مصطفي", "فايز")]
    assert all(sure)
    assert not any(unsure)


def test_two_other_names_are_no_pair() -> None:
    known = made_up(400)
    right, wrong = ("كوشادي", "koshadi"), ("شاكو", "milano")
    assert set(more.likely(known, [right, wrong])) == {right}


def test_lists_of_words_are_read(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("latin\tnelson\t48\nlatin\tmilano\t3\narabic\tسام\t22\n", "utf-8")
    assert more.read_lists(tmp_path / "words.tsv") == {"nelson": 6, "milano": 3}
