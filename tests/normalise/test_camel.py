"""camel-tools as the oracle: over every code point our rules do what its normalisers do, except where a test says why not."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import config
from pipeline.normalise import characters
from pipeline.normalise.stage import Normaliser

normalize = pytest.importorskip("camel_tools.utils.normalize")
dediac_ar = pytest.importorskip("camel_tools.utils.dediac").dediac_ar
CharMapper = pytest.importorskip("camel_tools.utils.charmap").CharMapper

CONFIG = config.load()
KNOWN = characters.read(CONFIG.paths.seeds / "lexicons" / "characters.tsv")
EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


@lru_cache(maxsize=8)
def rules(*names: str) -> Normaliser:
    return Normaliser(CONFIG.model_copy(update={"normalise": config.NormaliseConfig(rules=names)}))


def chars(*ranges: tuple[int, int]) -> set[str]:
    return {chr(code) for first, last in ranges for code in range(first, last + 1)}


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("alef", "normalize_alef_ar"),
        ("maksura", "normalize_alef_maksura_ar"),
        ("teh_marbuta", "normalize_teh_marbuta_ar"),
    ],
)
def test_letters_over_all_of_unicode(name: str, oracle: str) -> None:
    text = "".join(EVERY)
    assert rules(name)(text).text == getattr(normalize, oracle)(text)


def test_marks_over_all_of_unicode() -> None:
    ours, text = rules("marks"), "".join(EVERY)
    removed = set(text) - set(ours(text).text)
    camel = set(text) - set(dediac_ar(text))
    assert camel <= removed
    # Beyond the nine signs of camel-tools: signs of honour, maddah and hamza as combining marks (composed by the rule `unicode`
    # where they make a letter), the rarer vowels, and the marks of Quran editions. None of them is a letter.
    more = chars(
        (0x610, 0x61A), (0x653, 0x65F), (0x6D6, 0x6DC), (0x6DF, 0x6E8), (0x6EA, 0x6ED), (0x8CA, 0x8E1), (0x8E3, 0x8FF)
    )
    assert removed - camel == more
    assert all(unicodedata.category(mark) in {"Mn", "Lm"} for mark in removed)


def test_unicode_over_the_code_points_it_touches() -> None:
    ours = rules("unicode")
    touched = sorted({change.char for change in KNOWN.rules["unicode"] if change.becomes != "same"})
    different = {char for char in touched if ours(char).text != normalize.normalize_unicode(char)}
    # A mark that stands alone gets no space before it: the space would cut the word in two.
    alone = chars((0xFC5E, 0xFC63)) | set("ﹰﹲﹴﹶﹸﹺﹼﹾ")
    assert different == alone | chars((0xFCF2, 0xFCF4)) | {"￣"}
    for char in alone:
        assert normalize.normalize_unicode(char).startswith(" ")
        assert dediac_ar(normalize.normalize_unicode(char)).strip() == rules("unicode", "marks")(char).text == ""


def test_unicode_leaves_alone_what_would_read_otherwise() -> None:
    ours = rules(*KNOWN.rules)
    arabic = chars((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF), (0xFF01, 0xFF5E))
    kept = {char for char in arabic if normalize.normalize_unicode(char) not in {char, rules("unicode")(char).text}}
    # Phrases in one sign stay one sign, so that no two tokens share a character; ٵ ٶ ٷ ٸ are folded by the rule `letters`.
    assert kept == chars((0xFC5E, 0xFC63), (0xFCF2, 0xFCF4)) | set("ﷺﷻ﷽ٵٶٷٸﹰﹲﹴﹶﹸﹺﹼﹾ")
    for sign in "²³¹½¼¾™℠ªº…‥₂":
        assert ours(sign).text == sign


LETTERS = "ابجهويىكلءآأۀۂےeaoUCNn"
MARKS = "\u0653\u0654\u0655\u0301\u0308\u0327\u064e\u0651\u0652"


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from(LETTERS + MARKS + " "), max_size=12))
def test_composition(text: str) -> None:
    expected = dediac_ar(normalize.normalize_unicode(text))
    got = dediac_ar(unicodedata.normalize("NFC", rules_unicode(text).text))
    assert got == expected


rules_unicode = rules("unicode")


def test_arclean_over_the_arabic_block() -> None:
    clean, ours = CharMapper.builtin_mapper("arclean"), rules(*KNOWN.rules)
    # arclean keeps أ ى ة; fold its result by the rules that were compared above.
    fold = rules("alef", "maksura", "teh_marbuta")
    different = {char for char in chars((0x600, 0x6FF)) if ours(char).text != fold(clean(char)).text}
    own_letters = set("پچڇڿژڤڥڨڭگڰڱڲڳڴ")  # they tell how a foreign name sounds; camel merges them with ب ج ز ف ق ك
    signs = chars((0x600, 0x60F), (0x61D, 0x61E), (0x6DD, 0x6DE)) | set(
        "٭۩۽۾ٴ"
    )  # rare signs; camel deletes or spells them in ASCII
    sentence_signs = set("،؛؟")  # they are Arabic and stay
    numerals = set("٫٬")  # camel makes them , and '; the decimal separator is a full stop in every English number
    deleted_letters = set("ؠە")  # letters of Kashmiri and Kurdish that camel deletes
    one_off = set("ۻۼ")  # camel takes ۻ (a dad) for a sad and ۼ (a ghain) for a dad
    assert different == own_letters | signs | sentence_signs | numerals | deleted_letters | one_off


def test_arclean_over_presentation_forms() -> None:
    clean, ours = CharMapper.builtin_mapper("arclean"), rules(*KNOWN.rules)
    fold = rules("alef", "maksura", "teh_marbuta")
    different = {
        char
        for char in chars((0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
        if clean(char) and ours(char).text != fold(clean(char)).text
    }
    assert {ours(char).text for char in different} == set("پچژگ")
