"""The article of Arabic web pages, against texts marked by hand."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import load
from pipeline.errors import DocumentError
from pipeline.readers import html
from pipeline.readers.html import Page, decode_page
from tests.bench.html import PAGES, pages, score, squeezed
from tests.readers.conftest import Read, save

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.html import Page as Truth

_READERS = load().readers
extract = partial(html.extract, skip_lines=_READERS.html_skip_lines, skip_starts=_READERS.html_skip_starts)
TRUTHS = [*pages(headline=True), *pages(headline=True, folder=PAGES / "unseen")]
# The least F1 of words; 0.97 where none is given.
FLOORS = {"paywall": 0.90, "sports-photo": 0.92, "report-table": 0.95, "ministry": 0.95}
LINE = "أعلنت الشركة أرباحها عن الربع الأول من العام الجاري وقال مديرها إنها نمت كثيراً."


@pytest.mark.parametrize("truth", TRUTHS, ids=[truth.name for truth in TRUTHS])
def test_the_article_and_nothing_else(truth: Truth) -> None:
    precision, recall, f1, _ = score(truth, extract(truth.html).text).figures()
    assert f1 >= FLOORS.get(truth.name, 0.97), (precision, recall)
    assert recall >= (0.9 if truth.name == "ministry" else 0.98), "what a page says must not be lost"


@pytest.mark.parametrize("truth", TRUTHS, ids=[truth.name for truth in TRUTHS])
def test_paragraphs_stand_on_lines_of_their_own_in_the_order_of_the_page(truth: Truth) -> None:
    lines = [squeezed(line) for line in extract(truth.html).text.splitlines()]
    wanted = [squeezed(line) for line, needed in zip(truth.lines, truth.required, strict=True) if needed]
    found = [lines.index(line) for line in wanted if line in lines]
    assert found == sorted(found)
    lost = {
        "wiki": 2,
        "report-table": 1,
        "ministry": 1,
        "blogger": 0,
    }  # «التاريخ[عدل]»; a summary; a headline that nothing marks as one
    assert len(wanted) - len(found) <= lost.get(truth.name, 0)


def page(body: str, head: str = "") -> Page:
    return extract(f"<html><head>{head}</head><body>{body}</body></html>")


ARTICLE = "<article>" + "".join(f"<p>{number}. {LINE}</p>" for number in range(5)) + "</article>"


@pytest.mark.parametrize(
    ("name", "title", "url", "date"),
    [
        ("news-portal", "«نخيل تل» تستثمر مليار درهم في مركز بيانات جديد بالعين", "https://www.alsahel-portal.example/economy/2025/03/nakheel-tel-data-center", "2025-03-11T09:40:00+04:00"),
        ("wordpress", "تطبيق «زاد» المغربي يجمع أربعة ملايين دولار", "https://nashia-blog.example/2024/10/zad-funding/", "2024-10-02T07:15:22+00:00"),
        ("amp", "هبوط أسهم شركات الرقائق الآسيوية بعد قيود جديدة", "https://aswaq-online.example/markets/chips-selloff", "2023-10-18T05:12:00+00:00"),
        ("inline-rtl", "مراجعة: سماعة Nabra X2 بعد شهر من الاستخدام", "https://gadgets.example/reviews/nabra-x2", "2025-02-03"),
        ("blogger", "لماذا فشل مشروعي الأول", "https://khawater-eng.example/2019/08/first.html", None),
        ("breaks", "توقيع عقد لتأهيل محطة كهرباء بيجي", None, None),
        ("interview", "ليلى منصور لـ«المنتدى»: لا نخاف المنافسة الصينية", None, "2024-11-28"),
        ("app-shell", "«مسار فارما» تبني مصنعاً في السويس", "https://sada.example/story/5150", "2023-05-21T10:00:00+03:00"),
        ("report-table", "نتائج البنوك الخليجية في 2024: الأرباح عند أعلى مستوى", "https://arqam-daily.example/reports/gcc-banks-2024", "2025-02-17"),
        ("wire-brief", "تونس تطرح سندات بقيمة 500 مليون دينار", "https://shamal-agency.example/ar/26771", "2022-12-05T18:20:00+00:00"),
        ("joomla", "السودان يستأنف تصدير الصمغ العربي إلى فرنسا", None, "2016-11-22T08:10:33+00:00"),
        ("sports-photo", "الوحدة يخطف فوزاً ثميناً من العربي في الدقائق الأخيرة", "http://koraplus.example/m/2231", "2021-12-11T22:47:00"),
    ],
)  # fmt: skip
def test_title_address_and_date(name: str, title: str, url: str | None, date: str | None) -> None:
    found = extract(next(truth.html for truth in TRUTHS if truth.name == name))
    assert found[1:] == (title, url, date)


def test_nothing_is_invented() -> None:
    found = page(ARTICLE + "<p>نشر في 12/03/2024</p>")
    assert found[1:] == (None, None, None)
    ugly = '<link rel="canonical" href="/a/1"><meta property="article:published_time" content="أمس"><script type="application/ld+json">{broken</script>'
    assert page(ARTICLE, ugly)[1:] == (None, None, None)


def test_a_page_without_an_article_is_read_whole() -> None:
    found = page("<div>دليل الهاتف</div><div>الوزارة 555</div><a href=x>رابط</a>")
    assert found.text.splitlines()[:2] == ["دليل الهاتف", "الوزارة 555"]
    assert page("<a href=x>رابط وحيد</a>").text == "رابط وحيد"


def test_a_repeated_paragraph_is_not_lost() -> None:
    assert page("<article>" + f"<p>{LINE}</p>" * 40 + "</article>").text == "\n".join([LINE] * 40)


def test_words_are_neither_joined_nor_parted() -> None:
    text = page(
        f"<article><p>{LINE}</p><p>قال <b>ال</b>مدير<br>إن&nbsp;الشركة&#8203; <i>ر</i>بحت &quot;5&quot; &lt; 6 &amp; خسرت</p><ul><li>أ</li><li>ب</li></ul></article>"
    ).text
    assert text.splitlines() == [LINE, "قال المدير", 'إن الشركة\u200b ربحت "5" < 6 & خسرت', "أ", "ب"]


def test_lines_that_lead_elsewhere_are_left_out() -> None:
    dull = ["اقرأ أيضاً: خبر آخر", "إقرأ أيضا", "تابعونا على واتساب", "شارك الخبر:", "إعلان"]
    kept = [
        "شارك الخبراء في المؤتمر الذي عقد أمس في الرياض وناقشوا الطاقة.",
        "إعلان الدوحة يدعو إلى خفض الانبعاثات قبل نهاية العقد الحالي.",
    ]
    body = "".join(f"<p>{line}</p><p>{number} {LINE}</p>" for number, line in enumerate([*dull, *kept]))
    lines = page(f"<article>{body}</article>").text.splitlines()
    assert not set(dull) & set(lines)
    assert set(kept) <= set(lines)


def test_hidden_text_is_not_read() -> None:
    hidden = '<p style="Display: none">سر</p><p hidden>سر</p><script>سر</script><style>سر</style><template><p>سر</p></template><!-- سر -->'
    assert "سر" not in page(ARTICLE + hidden).text


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "windows-1256"), ("iso-8859-1", "windows-1256"), ("windows-1252", "iso-8859-6"), ("windows-1256", "utf-8"), ("rot13", "utf-8"),
        ("idna", "windows-1256"), ("utf-16", "utf-8"), ("windows-1256", "utf-16"), ("nonsense", "windows-1256"), ("windows-1256", "windows-1256"),
    ],
)  # fmt: skip
def test_a_declared_encoding_may_lie(tmp_path: Path, read: Read, declared: str, real: str) -> None:
    body = f'<html><head><meta charset="{declared}"></head><body>{ARTICLE}</body></html>'
    found = read(save(tmp_path / "صفحة.html", body.encode(real)))
    assert found.texts()[0].splitlines()[1] == f"1. {LINE}"
    assert found.documents[0].encoding == {"utf-16": "utf-16-le"}.get(real, real)


def test_an_xml_declaration() -> None:
    raw = f'<?xml version="1.0" encoding="windows-1256"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{ARTICLE}</body></html>'.encode(
        "windows-1256"
    )
    text, encoding = decode_page(raw)
    assert encoding == "windows-1256"
    assert extract(text).text.count(LINE) == 5


BOMBS = {
    "100,000 divisions": "<div>" * 100_000 + f"<p>{LINE}</p>" + "</div>" * 100_000,
    "100,000 spans": f"<p>{'<span>' * 100_000}{LINE}",
    "20,000 tables": "<table><tr><td>" * 20_000 + LINE,
    "1,000 divisions": "<div>" * 1000 + f"<p>{LINE}</p>",
    "unclosed tags": f"<div><p><b>{LINE}<p><i>{LINE}<div",
    "a script of 12 MB": f"<script>{'var a = 1;' * 1_200_000}</script><p>{LINE}</p>",
    "an attribute of 4 MB": f'<div class="{"x" * 4_000_000}"><p>{LINE}</p></div>',
    "a comment without end": f"<p>{LINE}</p><!--{'x' * 100_000}",
    "20,000 links": f"<p>{LINE}</p>" + '<a href="x">رابط</a> ' * 20_000,
    "entities": f"<p>{LINE}</p><p>{'&lt;&amp;&#1576;' * 50_000}",
    "only <": "<" * 500_000 + LINE,
    "only <script": "<script" * 100_000 + f"><</script>{LINE}",
    "wrong entities": f"<p>&#xD800; &#99999999; &bogus; {LINE}",
    "NUL": f"<p>\x00{LINE}\x00</p>",
    "JSON-LD half pair": f'<script type="application/ld+json">{{"@type":"Article","articleBody":"\\ud800 {LINE * 9}"}}</script><p>{LINE}',
    "JSON-LD nested": f'<script type="application/ld+json">{"[" * 100_000}</script><p>{LINE}',
    "JSON-LD of other types": f'<script type="application/ld+json">{{"@type":5,"@graph":7,"headline":[1]}}</script><p>{LINE}',
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str, tmp_path: Path, read: Read) -> None:
    began = time.perf_counter()
    found = read(save(tmp_path / "صفحة.html", f"<html><body>{BOMBS[name]}</body></html>".encode()))
    assert found.rejects == []
    assert LINE in found.texts()[0]
    assert "\x00" not in found.texts()[0]
    assert time.perf_counter() - began < 8


TAGS = st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "<li>", "<ul>", "</ul>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<a>", "</a>", "<h1>", "</h1>", "<script>", "</script>", "<!--", "-->", "<x-y>", "&amp;", "&#", "<", ">"])  # fmt: skip


@given(st.lists(TAGS | st.sampled_from(["كلمة", "خبر", " ", "\n", LINE]), max_size=40))
def test_any_soup_of_tags(pieces: list[str]) -> None:
    try:
        text = extract("".join(pieces)).text
    except DocumentError:
        return
    assert text.strip()
    assert all(line == " ".join(line.split()) for line in text.splitlines())


def test_the_result_does_not_depend_on_earlier_pages() -> None:
    first = [extract(truth.html) for truth in TRUTHS]
    assert [extract(truth.html) for truth in reversed(TRUTHS)] == first[::-1]


def test_json_ld_in_odd_shapes() -> None:
    for value in (
        {"@type": "NewsArticle", "headline": "عنوان", "mainEntityOfPage": {"@id": "https://a.example/1"}},
        [{"@type": "WebSite"}, {"@type": ["Thing", "NewsArticle"], "headline": "عنوان", "url": "https://a.example/1"}],
        {
            "@graph": [
                {"@type": "Organization", "url": "https://no.example"},
                {"@type": "BlogPosting", "headline": "عنوان", "url": "https://a.example/1"},
            ]
        },
    ):
        found = page(ARTICLE, f'<script type="application/ld+json">{json.dumps(value)}</script>')
        assert (found.title, found.url) == ("عنوان", "https://a.example/1")
