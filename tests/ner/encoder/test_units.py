from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ner.encoder.units import clean, units

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.core.spans import Sentence, Token

    Read = Callable[[str], tuple[list[Sentence], list[Token]]]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("الصِّينـ", "الصين"),
        ("علي\u200c", "علي"),
        ("\u202bبكين\u202c", "بكين"),
        ("٣٫٥", "3٫5"),
        ("۱۲", "12"),
        ("ﻻ", "لا"),
        ("”", '"'),
        ("کیف", "كيف"),
        ("Qwen", "Qwen"),
        ("ـ", ""),
        ("أحمد", "أحمد"),  # hamzas and last letters stay: they tell names apart
        ("مدينة", "مدينة"),
        ("ا" * 1000, "ا" * 64),
        ("a" * 1000, "a" * 64),
    ],
)
def test_clean(raw: str, read: str) -> None:
    assert clean(raw) == read


@given(raw=st.text(max_size=80))
def test_clean_is_short_and_done_once(raw: str) -> None:
    once = clean(raw)
    assert len(once) <= 64
    if len(once) < 64:
        assert clean(once) == once


def test_proclitics_stand_apart_and_the_article_is_whole_again(read: Read) -> None:
    text = "وللصين وبكين ولـOpenAI حصة"
    _, tokens = read(text)
    found = units(text, tokens)
    assert [(unit.text, unit.is_stem) for unit in found] == [
        ("ول", False),
        ("الصين", True),
        ("و", False),
        ("بكين", True),
        ("ول", False),
        ("OpenAI", True),
        ("حصة", True),
    ]
    assert [unit.token for unit in found] == [0, 0, 1, 1, 2, 2, 3]


@given(text=st.text(alphabet=st.sampled_from("ابولكفسصين لOpenAI3٣.،\u200fًـ"), max_size=60))
def test_every_token_has_one_stem(read: Read, text: str) -> None:
    _, tokens = read(text)
    found = units(text, tokens)
    assert [unit.token for unit in found if unit.is_stem] == list(range(len(tokens)))
    assert [unit.token for unit in found] == sorted(unit.token for unit in found)
    assert units(text, []) == []
