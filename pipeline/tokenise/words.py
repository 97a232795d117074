"""Cuts a normalised text into words, numbers, signs and addresses.

In: normalised text (see normalise). Out: spans into it with a kind of `core.spans.TOKEN_KINDS`, and where the proclitics
end that are written onto a Latin word or a number («لـOpenAI», «بـ5»). Proclitics of Arabic words are for `clitics`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Arabic letters, marks and tatweel, without digits and punctuation.
AR = "\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdf9\ufe70-\ufefc"
LATIN = "a-zA-Z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
LN = LATIN + "0-9"

_STOP = r"\s<>\"،؛؟"
_URL = (
    rf"(?:https?://|www\.)(?:[^{_STOP}{AR}]+(?:(?<=[/=_-])[^{_STOP}]+)?)(?<![.,:;!?)'\]])"
    rf"|[a-zA-Z0-9._+-]{{1,64}}@[a-zA-Z0-9-]{{1,63}}(?:\.[a-zA-Z0-9-]{{1,63}}){{1,5}}"
    rf"|[a-zA-Z0-9-]{{1,63}}(?:\.[a-zA-Z0-9-]{{1,63}}){{0,5}}\.[a-zA-Z]{{2,6}}/[^{_STOP}]+(?<![.,:;!?)'\]])"
)
_TAG = rf"(?<![{LN}_])[@#](?=\w*[^\W\d])\w+"
_NUMBER = (
    r"\d{1,4}(?P<sep>[/.-])\d{1,2}(?P=sep)\d{1,4}(?!\d)"  # dates: 2024/05/01, 20-03-2025, 1.5.2024
    r"|\d{1,2}:\d{2}(?::\d{2})?(?!\d)"  # times
    r"|\d+(?:[.,/]\d+)+"  # 1,234.5 · 3,06 · 10/2024 · 1.2.3
    r"|\d+[،ر]\d+"  # 3،5 · agencies write 5ر3
    r"|\d+"
)
_PART = rf"[{LN}]+(?:[._&·][{LN}]+|'(?!s(?![{LN}]))[{LN}]+)*"
_LATIN = (
    rf"[{LATIN}]&(?![{LN}])|"  # e&
    rf"(?:\.(?=[{LATIN}])|\d{{1,8}}(?:\.\d{{1,8}})?[.-]?)?(?=[{LATIN}])"  # .NET · 5G · 3.5GB · 01.AI · 7-Eleven
    rf"{_PART}(?:-{_PART})*(?:\+{{1,2}}(?![{LN}+])|#(?!\w))?"  # GPT-4o · AT&T · C++ · Disney+
)
# Before Latin and numbers the article, too, is cut off: «والـAI».
_ONTO = rf"(?:[وف]?(?:[بلك]?ال|لل|[بلك])|[وف])(?=[{LN}])"

_TOKEN = re.compile(
    rf"(?P<word>[{AR}]++)(?![{LN}])"
    rf"|(?P<tag>{_TAG})"
    rf"|(?P<onto>{_ONTO})?(?:(?P<url>{_URL})|(?P<amount>(?<=[$€£¥])\d+(?:[.,]\d+)*)|(?P<latin>'s(?![{LN}])|{_LATIN})|(?P<number>{_NUMBER}))"
    rf"|(?P<glued>[{AR}]+)"
    r"|(?P<foreign>[^\W\d_]+)"
    r"|(?P<run>\.{2,}|…+|-{2,}|[!؟?]+)"
    r"|(?P<emoji>[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff][\U0001f3fb-\U0001f3ff]?)"
    r"|(?P<sign>\S)"
)
_KINDS = {
    "word": "word", "glued": "word", "url": "url", "tag": "url", "amount": "number", "number": "number", "latin": "latin",
    "run": "punct", "emoji": "symbol",
}  # fmt: skip
_SYMBOLS = frozenset("%‰&@#*")


def words(text: str, start: int, end: int) -> Iterator[tuple[int, int, int, str]]:
    """The tokens of `text[start:end]`: start, end, where the stem starts, kind.

    >>> text = "أطلقت DeepSeek-R1 بـ5.6م$".replace("ـ", "")
    >>> [(text[s:e], kind) for s, e, _, kind in words(text, 0, len(text))]
    [('أطلقت', 'word'), ('DeepSeek-R1', 'latin'), ('ب5.6', 'number'), ('م', 'word'), ('$', 'symbol')]
    """
    for match in _TOKEN.finditer(text, start, end):
        group = match.lastgroup
        if group == "word":
            first, last = match.span()
            yield first, last, first, "word"
            continue
        first, last = match.span()
        stem = match.end("onto")
        kind = _KINDS.get(group) if group else None
        yield first, last, stem if stem > 0 else first, kind or sign_kind(match[0])


@lru_cache(maxsize=4096)
def sign_kind(sign: str) -> str:
    """`punct` or `symbol`; `word` for a letter of another script.

    >>> sign_kind("؟"), sign_kind("$")
    ('punct', 'symbol')
    """
    if sign[0].isalpha():
        return "word"
    if len(sign) > 1:  # ½ and its like in a row
        return "symbol"
    return "punct" if unicodedata.category(sign).startswith("P") and sign not in _SYMBOLS else "symbol"
