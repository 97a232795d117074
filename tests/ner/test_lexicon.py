from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.config import load
from pipeline.core.spans import Token
from pipeline.errors import SeedError
from pipeline.ner.lexicon import COMMON, Lexicon

if TYPE_CHECKING:
    from pathlib import Path

LEXICONS = load().paths.seeds / "lexicons"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(LEXICONS)


def token(norm: str, stem: str = "") -> Token:
    return Token(0, 0, len(norm), len(norm) - len(stem or norm), norm, stem or norm, "word")


def test_heads_in_all_their_forms(lexicon: Lexicon) -> None:
    for norm, stem in (("شركه", ""), ("الشركه", ""), ("شركتها", ""), ("وشركه", "شركه")):
        assert lexicon.words([token(norm, stem)])[0].head == ("ORG", "outside"), norm
    assert lexicon.words([token("جامعه")])[0].head == ("ORG", "inside")


def test_roles_with_article_and_feminine(lexicon: Lexicon) -> None:
    for norm in ("مدير", "المدير", "مديره", "المديره"):
        assert lexicon.words([token(norm)])[0].role == "role", norm
    assert lexicon.words([token("وقال", "قال")])[0].role == "speech"


def test_a_name_that_the_tokeniser_has_cut_is_whole(lexicon: Lexicon) -> None:
    assert lexicon.words([token("لابز", "ابز")])[0].use == "company"
    assert lexicon.words([token("لابز", "ابز")])[0].proclitics == 0
    assert lexicon.words([token("وكريس", "ريس")])[0].proclitics == 1
    assert lexicon.words([token("للشركه", "الشركه")])[0].proclitics == 1


def test_everyday_words_are_known_as_such(lexicon: Lexicon) -> None:
    assert (
        lexicon.words([token("علي")])[0].log10
        > lexicon.words([token("مدينه")])[0].log10
        > COMMON
        > lexicon.words([token("نيزكوم")])[0].log10
    )


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("heads.tsv", "نول\tFIRM\toutside", "'FIRM'; expected one of PERSON"),
        ("heads.tsv", "نول\tORG", "expected 3 columns: head label reach; found 2"),
        ("roles.tsv", "نول\tjob", "'job'; expected one of role, speech, kin"),
        ("name_words.tsv", "نول\tfirm", "'firm'; expected one of company"),
        ("given_names.tsv", "نول\tnick\tarab", "'nick'; expected one of given"),
        ("versions.tsv", "نول\tnool\tword", "'word'; expected one of suffix, letter"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, name: str, line: str, message: str) -> None:
    folder = tmp_path / "lexicons"
    shutil.copytree(LEXICONS, folder)
    file = folder / name
    file.write_text(file.read_text("utf-8") + line + "\n", "utf-8")
    with pytest.raises(SeedError, match=rf"{name}, line \d+: .*{message}"):
        Lexicon(folder)


def test_a_missing_lexicon_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"heads\.tsv"):
        Lexicon(tmp_path)
