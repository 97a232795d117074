"""Where sentences of Arabic news end; in the examples | stands where one is cut."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tokenise.sentences import Settings, Splitter

CASES = {
    "stops": "ارتفع السهم.| ثم هبط!| فهل يعود؟| لا أحد يعرف.",
    "decimals": "نما الاقتصاد 3.5 في المئة و٣٫٥ في العام السابق.| وبلغ السعر 1.234,50 يورو.",
    "year at the end": "تأسست الشركة عام 1998.| ويديرها مؤسسها.",
    "glued to the next word": "عاش هناك حتى ١٩٩٠م.|وعاش بعدها في عمّان.|ثم عاد.",
    "titles": "قال د. سامي للصحفيين، وأضاف م. هدى أمس.| ثم تحدث أ.د. كمال.",
    "initials": "كتبت ج. ك. رولينغ رواية، وكتب ت. س. إليوت ديوانا.| انتهى.",
    "companies": "اشترت Apple Inc. الأمريكية حصة.| وباعت شركة ش.م.ع. القابضة أخرى.",
    "company then sentence": "تعاقدت مع Apple Inc.| وقالت إنها راضية.",
    "units": "تبعد المحطة 50 كم. عن الميناء.| وطول الأنبوب 90 كم.| وأضاف المصدر أنه جاهز.",
    "agencies": "نقلت أ.ف.ب عن مصدر قوله.| وأكدت د.ب.أ الخبر.",
    "countries": "زار U.S. أمس وفد.| وعاد.",
    "addresses": "زوروا openai.com أو https://example.com/a.b?c=1.| شكرا.",
    "versions": "صدر Qwen2.5 و.NET وGPT-4.1 هذا العام.| انتهى.",
    "quotation with its stop": "قال: «سنطلق النموذج قريبا.»| وأضاف أن السعر لم يحدد.",
    "question in a quotation": "وجّه كتاب «هل انتهى عصر النفط؟» أسئلة كثيرة.| انتهى.",
    "question that ends a quotation": "وسأل: «من المسؤول؟»| وأضاف أنه ينتظر.",
    "short quotation": "قال إن «الأمر انتهى. لا عودة عنه» ثم خرج.| انتهى.",
    "unbalanced quotation": 'نفى الخبر"، بحسب تعبيره.| وأكد أن "هذه الصفقة" جيدة.| انتهى.',
    "stop after a quotation": "قال إنها «صفقة العمر».| ثم صمت.",
    "brackets": "وصل الوفد (انظر الصورة. تصوير: ليلى) أمس.| انتهى.",
    "ellipsis": "صمت طويلا…| ثم قال: لا أعرف...| وخرج.",
    "pause": "أوبك.. حكاية منظمة.| انتهى.",
    "mixed stops": "حقا؟!| نعم!!| طيب.",
    "semicolon": "هبطت الأسهم؛ فالمستثمرون قلقون.| انتهى.",
    "exclamation in a name": "اشترت Yahoo! اليابانية حصة.| انتهى.",
    "list numbers": "1. أرامكو السعودية",
    "list letters": "أ. أرامكو السعودية",
    "bullets in a line": "المطلوب:| • سيرة ذاتية| • رسالة",
    "long number at the start of a line": "2024.| انتهى العام.",
    "Urdu full stop": "انتهى الخبر۔| وبدأ غيره.",
    "headline without a stop": "ديب سيك تهز الأسواق|\nقال محللون إن السهم هبط.|\r\n\r\nاقرأ أيضا|\nعلي بابا تطلق نموذجا",
    "list items": "- سيارات كهربائية|\n- بطاريات|\n• رقائق|\n٢) شاشات",
}


@pytest.mark.parametrize("name", CASES)
def test_where_sentences_end(tokenise, name: str) -> None:
    text = CASES[name].replace("|", "")
    sentences, _ = tokenise(text)
    assert [text[s.start : s.end] for s in sentences] == [part.strip() for part in CASES[name].split("|")]


def splitter(**changed: object) -> Splitter:
    return Splitter(Settings({"د": "title", "كم": "unit"}, "؟?!", 5000, 160)._replace(**changed))


def test_a_long_quotation_is_cut() -> None:
    text = 'قال "' + "كلام كثير. " * 30 + '"'
    assert len(list(splitter()(text))) > 20
    assert len(list(splitter(quote_chars=1000)(text))) == 1


def test_the_semicolon_can_be_made_a_stop() -> None:
    text = "هبطت الأسهم؛ فالمستثمرون قلقون."
    assert [text[s:e] for s, e in splitter(stops="؟!؛")(text)] == ["هبطت الأسهم؛", "فالمستثمرون قلقون."]


def test_long_sentences_are_cut_at_a_space() -> None:
    text = "كلمة " * 100
    pieces = list(splitter(max_chars=42)(text))
    assert all(end - start <= 42 for start, end in pieces)
    assert all(text[end : end + 1].isspace() for _, end in pieces)
    assert "".join(text[s:e] for s, e in pieces).replace(" ", "") == "كلمة" * 100


def test_a_text_without_spaces_is_cut_hard() -> None:
    assert list(splitter(max_chars=10)("ب" * 25)) == [(0, 10), (10, 20), (20, 25)]


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from('ابدم و.…!؟"()\n\r\t•1-a'), max_size=80), st.sampled_from([5, 5000]))
def test_sentences_cover_the_text_in_order(text: str, max_chars: int) -> None:
    found = list(splitter(max_chars=max_chars)(text))
    done = 0
    for start, end in found:
        assert not text[done:start].strip()
        assert start < end
        assert end - start <= max_chars
        assert text[start:end] == text[start:end].strip()
        assert not set(text[start:end]) & set("\n\r")
        done = end
    assert not text[done:].strip()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.sampled_from('ابدم و.…!؟"()•1-a'), max_size=40), max_size=6))
def test_each_line_is_cut_as_if_it_stood_alone(lines: list[str]) -> None:
    split = splitter()
    together = "\n".join(lines)
    alone = [line[s:e] for line in lines for s, e in split(line)]
    assert [together[s:e] for s, e in split(together)] == alone


@pytest.mark.parametrize(
    "text",
    [
        "." * 300_000,
        "ا. " * 100_000,
        '".' * 150_000,
        "(" * 300_000,
        "(." * 150_000,
        " " * 300_000 + ".",
        "؟" * 300_000,
        "«كذا. » " * 40_000,
        "1." * 150_000,
    ],
)
def test_absurd_lines_take_linear_time(text: str) -> None:
    split = splitter()
    started = time.process_time()
    list(split(text[: len(text) // 4]))
    quarter = time.process_time() - started
    started = time.process_time()
    list(split(text))
    assert time.process_time() - started < 8 * quarter + 0.5
