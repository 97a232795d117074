"""One record to one document.

In: a `Record`. Out: a `Document`, or a DocumentError that says why there is none.
"""

from __future__ import annotations

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
_ENOUGH = 1000  # characters that decide the language


def read(record: Record, config: ReadersConfig) -> Document:
    """Decode and extract one document."""
    if record.fault:
        raise DocumentError(record.fault)
    url, title, published_at = record.url, record.title, record.published_at
    if record.body is not None:
        text, encoding = record.body, record.encoding
    else:
        raw = bytestreams.content(Path(record.path), most=4 * config.max_chars)
        text, encoding = _text(raw, record.kind)
    _check_length(text, config)
    if record.kind == "html":
        page = html.extract(text)
        text, title, url, published_at = page.text, title or page.title, url or page.url, published_at or page.published_at
        _check_length(text, config)
    try:
        digest = sha256(text)
    except UnicodeEncodeError as error:
        raise DocumentError(f"half of a surrogate pair at {error.start}, which is no character") from None
    return Document(record.doc_id, record.source, url, title, published_at, language(text), encoding, len(text), text, digest)


def _text(raw: bytes, kind: str) -> tuple[str, str]:
    declared = html.declared_encoding(raw) if kind == "html" else None
    if declared and declared.lower().replace("_", "-") not in {"utf-8", "utf8", "utf-16"}:
        try:
            return raw.decode(declared), declared.lower()
        except (UnicodeDecodeError, UnicodeError):
            pass  # pages lie: the bytes decide
    return decode(raw)


def _check_length(text: str, config: ReadersConfig) -> None:
    if len(text) > config.max_chars:
        raise DocumentError(f"more than {config.max_chars:,} characters (readers.max_chars)")
    if len(text.strip()) < config.min_chars:
        raise DocumentError("empty" if not text.strip() else f"fewer than {config.min_chars} characters (readers.min_chars)")


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
    head = text[:_ENOUGH]
    if not any(letter.isalpha() for letter in head):
        return None
    return str(_identifier().classify(head)[0])
