"""Proclitics: measured on 1,109 words of running text (words.tsv), and the cases that must never go wrong."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import config
from pipeline.errors import SeedError
from pipeline.tokenise import lexicons
from pipeline.tokenise.clitics import Clitics
from pipeline.tokenise.stage import Tokeniser

SEEDS = config.load().paths.seeds / "lexicons"
FLOOR = 0.99


def test_accuracy_on_running_text(tokenise) -> None:
    lines = (Path(__file__).parent / "words.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith(("#", "sentence"))]
    assert len(rows) >= 1000
    wrong = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        sentence = list(group)
        text = " ".join(word for _, word, _, _ in sentence)
        by_start = {token.start: token for token in tokenise(text)[1]}
        at = 0
        for _, word, start, stem in sentence:
            token = by_start[at]
            if (token.stem_start - at, token.stem) != (int(start), stem):
                wrong.append(f"{word}: {token.stem_start - at} {token.stem}")
            at += len(word) + 1
    assert 1 - len(wrong) / len(rows) >= FLOOR, wrong


@pytest.mark.parametrize(
    "word",
    [
        "وزير",
        "كلام",
        "بكين",
        "ليبيا",
        "فيسبوك",
        "بنك",
        "كبير",
        "سوق",
        "سامسونغ",
        "كوريا",
        "بايدن",
        "لينكس",
        "واشنطن",
        "وكالة",
        "وزارة",
        "فريق",
        "فوق",
        "بين",
        "بعد",
        "كان",
        "لبنان",
        "لندن",
        "سنة",
        "سيارة",
        "سعر",
        "بلومبرغ",
        "كوالكوم",
        "بايدو",
        "لكن",
        "كذلك",
        "كما",
        "له",
        "بها",
        "والد",
        "وول",
        "واتساب",
        "كأس",
        "سأل",
        "كأن",
        "ولد",
        "وقع",
        "وجد",
        "فعل",
        "فتح",
        "فاز",
        "بلد",
        "بورصة",
        "بيان",
        "بوينغ",
        "فولكس",
        "سوفت",
        "ستارلينك",
        "كابيتال",
        "ليرة",
        "وقود",
        "سيناريو",
        "فوكسكون",
        "برودكوم",
        "بيتكوين",
        "لوسيد",
        "فيزا",
        "باول",
        "ويسترن",
        "سوني",
        "كلود",
    ],
)
def test_words_that_only_begin_so(tokenise, word: str) -> None:
    (token,) = tokenise(word)[1]
    assert token.stem_start == 0
    assert token.stem == token.norm


@pytest.mark.parametrize(
    ("word", "start", "stem"),
    [
        ("وقال", 1, "قال"),
        ("والصين", 1, "الصين"),
        ("بالصين", 1, "الصين"),
        ("وبالتالي", 2, "التالي"),
        ("كالصين", 1, "الصين"),
        ("فالبنك", 1, "البنك"),
        ("سيعلن", 1, "يعلن"),
        ("وسيعلن", 2, "يعلن"),
        ("فستعلن", 2, "تعلن"),
        ("سأقول", 1, "اقول"),
        ("للصين", 1, "الصين"),
        ("وللصين", 2, "الصين"),
        ("للغة", 1, "اللغه"),
        ("للبنان", 1, "لبنان"),
        ("لليابان", 1, "اليابان"),
        ("لله", 1, "الله"),
        ("لإنفيديا", 1, "انفيديا"),
        ("وبإمكانه", 2, "امكانه"),
        ("بأول", 1, "اول"),
        ("بآلاف", 1, "الاف"),
        ("وكأنه", 1, "كانه"),
        ("ووزير", 1, "وزير"),
        ("وبنك", 1, "بنك"),
        ("ولينكس", 1, "لينكس"),
        ("وسوفت", 1, "سوفت"),
        ("وبايت", 1, "بايت"),
        ("وديب", 1, "ديب"),
        ("لديب", 1, "ديب"),
        ("كأوبن", 1, "اوبن"),
        ("لـعلي", 2, "علي"),
        ("وَلِـعَلِيّ", 5, "علي"),
        ("بِالصِّينِ", 2, "الصين"),
        ("لـون", 2, "ون"),
        ("وميسترال", 1, "ميسترال"),
        ("بمونشوت", 1, "مونشوت"),
        ("ولتشيبو", 2, "تشيبو"),
    ],
)
def test_proclitics(tokenise, word: str, start: int, stem: str) -> None:
    (token,) = tokenise(word)[1]
    assert (token.stem_start, token.stem) == (start, stem)


def test_hamza_and_tatweel_need_the_raw_text(tokenise) -> None:
    assert tokenise("باول")[1][0].stem == "باول"
    assert tokenise("بأول")[1][0].stem == "اول"
    assert tokenise("لـيبيا")[1][0].stem == "ليبيا"  # only drawn out


WORDS = st.text(st.sampled_from("وفبلكساتينمهجزرد"), min_size=1, max_size=9)


@settings(max_examples=500, deadline=None)
@given(WORDS)
def test_the_stem_is_the_rest_of_the_word(tokenise, word: str) -> None:
    (token,) = tokenise(word)[1]
    rest = word[token.stem_start :]
    assert rest
    assert token.stem in {rest, "ا" + rest, "ال" + rest, "ال" + rest[1:]}
    assert set(word[: token.stem_start]) <= set("وفبلكس")
    assert tokenise(word)[1] == tokenise(word)[1]


def test_a_full_memory_of_words_changes_nothing(monkeypatch) -> None:
    monkeypatch.setattr("pipeline.tokenise.stage.CACHED_WORDS", 2)
    from pipeline.core.aligned import Aligned

    text = "وقال وزير والصين للصين وقال بكين والصين"
    small, large = Tokeniser(config.load()), Tokeniser(config.load())
    assert small(Aligned(text, [], []), text) == large(Aligned(text, [], []), text)
    assert len(small._known) <= 2


def test_the_lexicon_is_small_and_clean() -> None:
    path = SEEDS / "word_frequencies.tsv"
    assert path.stat().st_size <= 3_000_000
    found = lexicons.frequencies(path)
    assert len(found) > 100_000
    assert all(-9 < share < 0 for share in found.values())
    assert not set(found) & {"والصين", "وقال", "بسرعه", "للصين", "سيكون"}


@pytest.mark.parametrize(
    ("read", "content", "message"),
    [
        (lexicons.frequencies, "log10\tstems\nx\tوزير\n", "line 2: expected a number"),
        (lexicons.frequencies, "share\tstems\n", "line 1: expected the header log10 stems"),
        (lexicons.proclitics, "proclitic\tnext\tstem\tshare\tunknown\nو\t-\tverb\t-1\t-\n", "any or imperfect"),
        (
            lexicons.proclitics,
            "proclitic\tnext\tstem\tshare\tunknown\nو\t-\tany\tmuch\t-\n",
            "expected a number as share",
        ),
        (lexicons.abbreviations, "abbreviation\tkind\tcomment\nد\tdoctor\t\n", "expected title or unit"),
        (lexicons.decided, "length\twords\tcomment\n0\tباول\t\n1\tباول\t\n", "decided twice"),
        (lexicons.decided, "length\twords\tcomment\n0\tباول\n", "expected 3 columns"),
    ],
)
def test_a_broken_seed_file_names_the_line(tmp_path, read, content: str, message: str) -> None:
    path = tmp_path / "broken.tsv"
    path.write_text(content, "utf-8")
    with pytest.raises(SeedError, match=message):
        read(path)


def test_a_missing_seed_file_is_named(tmp_path) -> None:
    with pytest.raises(SeedError, match=r"gone\.tsv"):
        lexicons.enclitics(tmp_path / "gone.tsv")


def test_what_is_decided_of_a_word_holds_after_proclitics_that_it_may_follow() -> None:
    clitics = Clitics(
        lexicons.proclitics(SEEDS / "proclitics.tsv"), lexicon={"ان": -1.0}, endings=(), decided={"بان": 1}
    )
    assert clitics("وبان") == (2, "ان")
    assert clitics("لبان") == (0, "لبان")  # ل and ب never stand together
