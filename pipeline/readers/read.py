"""One record to one document.

In: a `Record`. Out: a `Document`, or a DocumentError that says why there is none.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import DocumentError
from pipeline.readers import bytestreams, html
from pipeline.readers.decode import decode
from pipeline.readers.records import Document, Record, sha256

if TYPE_CHECKING:
    from pipeline.config import ReadersConfig

_LANGUAGES = ["ar", "fa", "ur", "ku", "ps", "en", "fr", "es", "de", "tr", "he", "zh", "ru"]
_ENOUGH = 500  # characters that decide the language
_BYTES = 4  # a character takes at most this many in every encoding that is read
_LETTER = re.compile(r"[^\W\d_]")


def read(record: Record, config: ReadersConfig) -> Document:
    """Decode and extract one document."""
    if record.fault:
        raise DocumentError(record.fault)
    url, title, published_at = record.url, record.title, record.published_at
    # Most of a web page is not its text.
    most = config.max_page_chars if record.kind == "html" else config.max_chars
    if record.body is not None:
        text, encoding = record.body, record.encoding
    else:
        raw = bytestreams.content(Path(record.path), most=_BYTES * (most + 1))
        if len(raw) > _BYTES * (most + 1):
            raise _too_long(most)
        text, encoding = html.decode_page(raw) if record.kind == "html" else decode(raw)
    _check_length(text, config, most=most)
    if record.kind == "html":
        page = html.extract(text, config.html_skip_lines, config.html_skip_starts)
        text, title, url, published_at = (
            page.text,
            title or page.title,
            url or page.url,
            published_at or page.published_at,
        )
        _check_length(text, config, most=config.max_chars)
    return Document(
        record.doc_id, record.source, url, title, published_at, language(text), encoding, len(text), text, sha256(text)
    )


def _check_length(text: str, config: ReadersConfig, *, most: int) -> None:
    if len(text) > most:
        raise _too_long(most)
    if len(text) < config.min_chars or (config.min_chars and text.isspace()):
        raise DocumentError(
            "empty" if not text or text.isspace() else f"fewer than {config.min_chars} characters (readers.min_chars)"
        )


def _too_long(most: int) -> DocumentError:
    return DocumentError(
        f"more than {most:,} characters; cut it up or raise readers.max_chars (of a page: max_page_chars)"
    )


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier


def language(text: str) -> str | None:
    """The language as an ISO 639-1 code, by py3langid (Lui and Baldwin 2012); None where there are no letters.

    >>> language("أعلنت الشركة نتائجها"), language("123"), language("این یک متن فارسی است که می‌نویسم")
    ('ar', None, 'fa')
    """
    letter = _LETTER.search(text)
    if not letter:
        return None
    return str(_identifier().classify(text[letter.start() : letter.start() + _ENOUGH])[0])
