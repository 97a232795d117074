"""The transliteration model as shipped: floors on names written by hand, rules of names, and no input that breaks it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import load
from pipeline.errors import SeedError
from pipeline.evaluate import transliteration as measure
from pipeline.gazetteer.transliteration import Transliterator
from pipeline.gazetteer.transliteration.edits import SIZES, odds, surprise
from pipeline.gazetteer.transliteration.joint import among, transliterate
from pipeline.gazetteer.transliteration.letters import arabic_key, latin_key
from pipeline.gazetteer.transliteration.weights import load as load_weights
from pipeline.gazetteer.transliteration.words import read, tokens

MODELS = load().paths.models
PAIRS = measure.read(Path(__file__).parent / "names.tsv")
T = Transliterator(MODELS)


def test_the_weights_are_small() -> None:
    assert sum(file.stat().st_size for file in (MODELS / "transliteration").iterdir()) <= 10_000_000


# --- floors ---


def test_finding_among_names_written_by_hand() -> None:
    latin, arabic = [pair.latin for pair in PAIRS], [pair.arabic for pair in PAIRS]
    to_latin = np.array([T.same_many(name, latin) for name in arabic])
    first, five = measure.found(to_latin, axis=1)
    assert len(PAIRS) >= 150
    assert first >= 0.97
    assert five >= 0.99
    first, five = measure.found(np.array([T.same_many(name, arabic) for name in latin]), axis=1)
    assert first >= 0.97
    assert five >= 0.99


def test_decisions_against_near_neighbours() -> None:
    scores, truths = measure.decisions(T.same_many, PAIRS, PAIRS)
    assert measure.average_precision(scores, truths) >= 0.98


def test_generation_of_names_written_by_hand() -> None:
    to_latin = measure.generated(T.latin, PAIRS, direction="latin", top=5)
    assert to_latin.top1_folded >= 0.49
    assert to_latin.top_folded >= 0.73
    to_arabic = measure.generated(T.arabic, PAIRS, direction="arabic", top=5)
    assert to_arabic.top1 >= 0.57
    assert to_arabic.top >= 0.80


# --- one name ---


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ديب سيك", "DeepSeek"), ("ديبسيك", "DeepSeek"), ("دييب سيك", "ديب سيك"), ("ديب-سيك", "DEEPSEEK"), ("إيه آي", "AI"),
        ("آي بي إم", "IBM"), ("أوبن إيه آي", "OpenAI"), ("اوبن ايه اي", "أوبن إيه آي"), ("جي بي تي ٤", "GPT-4"), ("سامسونج", "سامسونغ"),
        ("سامسونغ", "Samsung"), ("مُحَمَّد", "Mohammed"), ("محمد بن سلمان", "Mohammed Salman"), ("شركة أبل", "Apple Inc."),
        ("زوكربيرج", "Zuckerberg"), ("اردوغان", "Erdoğan"), ("Erdogan", "Erdoğan"), ("فوكس نيوز", "Fox News"), ("تشايكوفسكي", "Tchaikovsky"),
    ],
)  # fmt: skip
def test_one_name(a: str, b: str) -> None:
    assert T.same(a, b) > 0.5
    assert T.same(a, b) == T.same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("جي بي تي 4", "GPT-3.5"), ("جي بي تي 4", "GPT"), ("آي بي إم", "BMI"), ("ديب سيك", "DeepMind"), ("ديب مايند", "ديب سيك"), ("غوغل", "Apple"),
        ("ميتا", "Mistral"), ("غوغل ديب مايند", "Google"), ("قطر", "مصر"), ("الأردن", "Oman"), ("Mohamed", "Mahmoud"), ("", "AI"), ("؟", "!"),
        ("سامسونغ", "Siemens"), ("iPhone 15", "آيفون 14"),
    ],
)  # fmt: skip
def test_two_names(a: str, b: str) -> None:
    assert T.same(a, b) < 0.5


def test_many_at_once_is_the_same_as_one_by_one() -> None:
    names = [pair.latin for pair in PAIRS[:40]]
    assert T.same_many("سامسونغ", names) == pytest.approx([T.same_many("سامسونغ", [name])[0] for name in names])


# --- generation ---


def test_candidates_are_ordered_distinct_and_probable() -> None:
    for name in ("سام ألتمان", "مايكروسوفت", "بيروت"):
        found = T.latin(name, 5)
        assert len(found) == 5
        assert len({candidate for candidate, _ in found}) == 5
        assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
        assert sum(p for _, p in found) <= 1 + 1e-6
        assert found[:2] == T.latin(name, 2)


def test_usual_orthography_comes_out() -> None:
    assert "إيلون ماسك" in [name for name, _ in T.arabic("Elon Musk", 5)]
    assert "أردوغان" in [name for name, _ in T.arabic("Erdoğan", 2)]
    assert T.arabic("IBM", 1)[0][0] == "آي بي إم"


def test_a_word_that_may_be_silent_still_gets_letters() -> None:
    assert all(name for name, _ in T.arabic("Ǽ", 3))


def test_initials_and_numbers_come_through() -> None:
    assert T.latin("جي بي تي 4", 1)[0][0] == "GPT 4"
    assert T.latin("آي بي إم", 1)[0][0] == "IBM"
    assert T.latin("GPT", 1) == [("GPT", 1.0)]
    assert T.latin("", 5) == T.latin("🙂 ؟", 5) == T.arabic("—", 5) == []


# --- the machinery, against slow and obvious twins ---

_ARABIC_WORDS = st.text("ابتجحدرسشعغفكلمنهوي", min_size=1, max_size=5)
_LATIN_WORDS = st.text("abcdefghiklmnorstuy", min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(_ARABIC_WORDS, st.lists(_LATIN_WORDS, min_size=1, max_size=4))
def test_odds_are_the_sum_over_all_ways(left: str, rights: list[str]) -> None:
    edits = load_weights_once().compared["cross"].edits

    def ways(a: str, b: str) -> float:
        if not a and not b:
            return 1.0
        return sum(
            float(edits.table[edits.rows.get(a[:di], 0), edits.columns.get(b[:dj], 0)]) * ways(a[di:], b[dj:])
            for di, dj in SIZES
            if di <= len(a) and dj <= len(b)
        )

    got = odds(edits, left, rights)
    constants = [float(score) - np.log(ways(left, right)) for score, right in zip(got, rights, strict=True)]
    alone = [odds(edits, left, [right])[0] - np.log(ways(left, right)) for right in rights]
    assert constants == pytest.approx(alone, abs=1e-2)
    assert surprise(edits.right, rights[0]) < 0


@settings(max_examples=15, deadline=None)
@given(_ARABIC_WORDS)
def test_reading_given_targets_agrees_with_reading_freely(source: str) -> None:
    model = load_weights_once().to_latin.folded
    free = transliterate(model, source, beam=4000, width=60.0)[:5]
    held = among(model, source, {name for name, _ in free}, beam=4000)
    for name, score in free:
        assert held[name] == pytest.approx(score, abs=0.2)


_weights = load_weights(MODELS)


def load_weights_once():  # type: ignore[no-untyped-def]
    return _weights


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_taken(a: str, b: str) -> None:
    assert 0.0 <= T.same(a, b) <= 1.0
    T.latin(a, 3)
    T.arabic(b, 3)


def test_absurd_names_are_quick() -> None:
    for name in (
        "ا" * 100_000,
        "a" * 100_000,
        "\u064b" * 5000,
        "a b " * 5000,
        "1" * 5000,
        "\u202e" * 3000 + "علي",
        "²½Ⅷ",
        "إيه " * 12,
    ):
        assert isinstance(T.latin(name, 5), list)
        assert isinstance(T.arabic(name, 5), list)
        assert 0 <= T.same(name, "علي") <= 1
        assert 0 <= T.same(name, "Ali") <= 1


def test_spellings_share_keys() -> None:
    assert arabic_key("أُوبِّن") == arabic_key("اوبن")
    assert latin_key("Peña") == "pena"
    assert tokens("آيفون ١٥ برو-ماكس") == ["آيفون", "15", "برو", "ماكس"]


# --- broken files ---


def _copy(tmp_path: Path) -> Path:
    shutil.copytree(MODELS / "transliteration", tmp_path / "transliteration")
    shutil.copy(MODELS / "manifest.toml", tmp_path)
    return tmp_path


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    models = _copy(tmp_path)
    path = models / "transliteration" / "weights.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(SeedError, match="SHA-256"):
        Transliterator(models)


def test_a_changed_network_is_refused(tmp_path: Path) -> None:
    models = _copy(tmp_path)
    path = models / "transliteration" / "network.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(SeedError, match=r"network\.npz: expected SHA-256"):
        Transliterator(models)


def test_a_network_that_the_manifest_names_must_be_there(tmp_path: Path) -> None:
    models = _copy(tmp_path)
    (models / "transliteration" / "network.npz").unlink()
    with pytest.raises(SeedError, match=r"network\.npz"):
        Transliterator(models)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    models = _copy(tmp_path)
    weights = (models / "transliteration" / "weights.npz").read_bytes()
    (models / "transliteration" / "network.npz").write_bytes(weights)
    manifest = (models / "manifest.toml").read_text("utf-8")
    digests = tomllib.loads(manifest)["transliteration"]["files"]
    (models / "manifest.toml").write_text(manifest.replace(digests["network.npz"], digests["weights.npz"]), "utf-8")
    with pytest.raises(SeedError, match=r"network\.npz: expected weights of format"):
        Transliterator(models)


def test_weights_that_the_manifest_does_not_name_are_refused(tmp_path: Path) -> None:
    models = _copy(tmp_path)
    manifest = (models / "manifest.toml").read_text("utf-8")
    (models / "manifest.toml").write_text(manifest.replace('"weights.npz"', '"other.npz"', 1), "utf-8")
    (models / "transliteration" / "weights.npz").rename(models / "transliteration" / "other.npz")
    with pytest.raises(SeedError, match=r"weights\.npz: expected weights of format"):
        Transliterator(models)


def test_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="manifest"):
        Transliterator(tmp_path)


def test_broken_words_are_refused(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("kind\tlatin\tarabic\nletter\tab\tإيه\n", "utf-8")
    with pytest.raises(SeedError, match="line 2: expected letter or"):
        read(tmp_path / "words.tsv")
