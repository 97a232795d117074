"""The value recogniser on hand-written sentences, on absurd input and on broken seeds."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import load
from pipeline.core.spans import VALUE_LABELS, Mention
from pipeline.errors import SeedError
from pipeline.ner.values import Values
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise.stage import Tokeniser

_CONFIG = load()
_NORMALISE = Normaliser(_CONFIG)
_TOKENISE = Tokeniser(_CONFIG)
_VALUES = Values(_CONFIG.paths.seeds)
_LABELS = {"DATE": "DATE", "PCT": "PERCENT", "QTY": "QUANTITY"}


def found(text: str) -> list[Mention]:
    sents, tokens = _TOKENISE(_NORMALISE(text))
    return _VALUES(text, sents, tokens)


def _table() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "values.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(row[0], row[1] if len(row) > 1 else "") for row in rows[1:]]


@pytest.mark.parametrize(("text", "expected"), _table())
def test_values(text: str, expected: str) -> None:
    wanted = [tuple(part.strip().rsplit(" = ", 1)) for part in expected.split(" ; ") if part.strip()]
    mentions = found(text)
    assert [(text[m.start : m.end], m.value) for m in mentions] == wanted
    for mention in mentions:
        assert mention.value is not None
        assert mention.label == _LABELS.get(mention.value.split(":")[0], "MONEY")


def test_there_are_enough_of_them() -> None:
    assert len(_table()) >= 250


def _check(text: str, mentions: list[Mention]) -> None:
    end, last = 0, -1
    for mention in mentions:
        assert end <= mention.start < mention.end <= len(text)
        assert last < mention.first <= mention.last
        assert mention.label in VALUE_LABELS
        assert mention.source == "values"
        assert mention.value
        end, last = mention.end, mention.last


_PIECES = st.sampled_from(
    [
        "20",
        "%",
        "$",
        "5",
        "و",
        "خمسة",
        "وعشرين",
        "مليون",
        "مليونا",
        "دولار",
        "دولارا",
        "من",
        "إلى",
        "بين",
        "نصف",
        "ونصف",
        "المليار",
        "عام",
        "2024",
        "2024-",
        "-",
        "/",
        "،",
        "(",
        ")",
        "مارس",
        "كانون",
        "الثاني",
        "الأول",
        "يناير",
        "السبت",
        "يوم",
        "اليوم",
        "أمس",
        "منذ",
        "قبل",
        "الماضي",
        "المقبل",
        "الربع",
        "القرن",
        "سنوات",
        "سنتين",
        "ثلاث",
        "مئة",
        "ألف",
        "آلاف",
        "رقاقة",
        "1,250",
        "5ر3",
        "3.5.2",
        "20-03-2025",
        "هذا",
        "العام",
        "عشرات",
        "م",
        "هـ",
        "USD",
        "الـ20",
        "بالمئة",
        "في",
        "المئة",
        "ثمانينيات",
        "مطلع",
        "شهري",
        "واحد",
        "عشر",
        "رقم",
        "نحو",
        "أكثر",
        "\n",
        ".",
        "د",
        "إ",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join))
def test_any_order_of_its_words(text: str) -> None:
    _check(text, found(text))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789٠١٢٣٤٥٦٧٨٩.,،٫٬ر-/:%$€ وبالمئةنصفمليوندر\u064b\u0640\u200f 😀", max_size=60))
def test_any_letters(text: str) -> None:
    _check(text, found(text))


@given(st.lists(st.sampled_from(_table()), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_sentence_does_not_change_its_neighbours(rows: list[tuple[str, str]]) -> None:
    # Countries decide what a bare «ريال» is, so only rows without that question are joined.
    rows = [
        row
        for row in rows
        if not any(code in row[1] for code in ("SAR", "QAR", "OMR", "MAD", "AED", "TND", "IQD", "GBP", "EGP"))
    ]
    text = "\n\n".join(row[0] for row in rows)
    wanted = [part.strip().rsplit(" = ", 1)[1] for row in rows for part in row[1].split(" ; ") if part.strip()]
    assert [m.value for m in found(text)] == wanted


@pytest.mark.parametrize(
    "text", ["", " ", "\u064b" * 50, "😀" * 20, "\u202b20\u202c", "5" * 5000, "و" * 3000, "٪" * 1000, "(" * 500]
)
def test_absurd_text(text: str) -> None:
    _check(text, found(text))


@pytest.mark.parametrize(
    "piece",
    [
        "خمسة و",
        "20 و",
        "مليون ",
        "1-",
        "يناير ",
        "منذ ",
        "الربع الأول من ",
        "(",
        "5 إلى ",
        "نصف ",
        "سنتين و",
        "سنة و3 سنوات و",
        "العام الماضي من ",
    ],
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    def seconds(times: int) -> float:
        text = piece * times
        sents, tokens = _TOKENISE(_NORMALISE(text))
        began = time.process_time()
        _VALUES(text, sents, tokens)
        return time.process_time() - began

    seconds(10)
    assert seconds(4000) < 40 * seconds(400) + 0.2


def _broken(tmp_path: Path, name: str, line: str) -> Path:
    seeds = tmp_path / "seeds"
    shutil.copytree(_CONFIG.paths.seeds / "lexicons", seeds / "lexicons")
    with (seeds / "lexicons" / name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    return seeds


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("numbers.tsv", "خمسة\tunit\tخمسة", "a number"),
        ("numbers.tsv", "5\tcardinal\tخمسة", "one of dual, .*unit"),
        ("months.tsv", "13\tgregorian\tstrong\tيناير", "01 to 12"),
        ("months.tsv", "01\tlunar\tstrong\tيناير", "gregorian or hijri"),
        ("periods.tsv", "Y\tthree\tأعوام", "one, two, many, pair"),
        ("currencies.tsv", "dollar\tUS\tأمريكي\t", "ISO 4217"),
        ("currency_nouns.tsv", "drachma\t1\tدراخما", "family of currencies.tsv"),
        ("counted_nouns.tsv", "truck\tسيارة\tسيارات", "already means 'car'"),
        ("weekdays.tsv", "سبت\tالسبت", "a day from 1 to 7"),
        ("units.tsv", "\tكيلومتر", "something in the column unit"),
    ],
)
def test_a_broken_seed_names_file_line_and_what_was_expected(
    tmp_path: Path, name: str, line: str, expected: str
) -> None:
    with pytest.raises(SeedError, match=rf"{name}, line \d+: .*{expected}"):
        Values(_broken(tmp_path, name, line))


def test_a_missing_seed_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"numbers\.tsv"):
        Values(tmp_path)


@pytest.mark.parametrize(
    ("text", "surface", "label", "value"),
    [
        ("باع إسماعيل الأسهم في 1875 إلى لندن", "1875", "DATE", "DATE:1875"),
        ("لم يره أحد منذ قرن", "قرن", "DATE", "DATE:P100Y"),
        ("زارها قبل عقد ثم عاد", "عقد", "DATE", "DATE:P10Y-AGO"),
        ("زارها قبل سنتين ثم عاد", "سنتين", "DATE", "DATE:P2Y-AGO"),
        ("ينتظر منذ ثلاث سنوات", "ثلاث سنوات", "DATE", "DATE:P3Y"),
        ("تجاوز الستين ولم يتعب", "الستين", "DATE", "DATE:P60Y"),
        ("كنت في التاسعة حين سافر", "التاسعة", "DATE", "DATE:P9Y"),
        ("حذفت ثلاثة ردود من الصفحة", "ثلاثة ردود", "QUANTITY", "QTY:3:ردود"),
        ("رأيت سبعة عشر غزالا هناك", "سبعة عشر غزالا", "QUANTITY", "QTY:17:غزال"),
        ("التعليقات (3) مغلقة", "3", "QUANTITY", "QTY:3:comment"),
        ("زارها قبل سنتين ثم عاد", "زارها", "DATE", None),
        ("ارتفعت من 27 إلى 33 درجة", "27 إلى", "QUANTITY", None),
        ("كتبها على الرقم 6 مسح", "6 مسح", "QUANTITY", None),
        ("الثانية عشرة مدفأة", "عشرة مدفأة", "QUANTITY", None),
        ("دفع خمسة ريالات", "خمسة ريالات", "DATE", None),
    ],
)
def test_what_somebody_else_takes_for_a_value(text: str, surface: str, label: str, value: str | None) -> None:
    _, tokens = _TOKENISE(_NORMALISE(text))
    start = text.index(surface)
    inside = [n for n, token in enumerate(tokens) if token.end > start and token.start < start + len(surface)]
    told = _VALUES.told(text, tokens, [(inside[0], inside[-1], label)])
    assert [(text[m.start : m.end], m.label, m.value) for m in told] == ([(surface, label, value)] if value else [])
