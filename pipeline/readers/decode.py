"""Bytes to text: which encoding, and is it text at all?

In: the bytes of a file. Out: its text and the name of its encoding. Arabic files come in UTF-8, UTF-16 and, from older systems,
Windows-1256 and ISO 8859-6. The text is the decoded file itself: no newline is changed, nothing stripped; a byte
order mark is not part of it.
"""

from __future__ import annotations

import codecs
import re

from pipeline.errors import DocumentError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_SINGLE_BYTE = ("windows-1256", "iso-8859-6", "windows-1252")
# Short words that fill a tenth of any Arabic text, and a share of letters that only the right table gives.
_COMMON = re.compile(r"(?<![ء-ي])(?:و?(?:في|من|على|إلى|أن|عن|مع|التي|الذي|هذا|هذه|ما|لا|بعد|كان|قال)|ال[ء-ي]{3,})(?![ء-ي])")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ODD_SHARE, _REPLACED_SHARE = 0.01, 0.02


def decode(raw: bytes) -> tuple[str, str]:
    """The text and its encoding.

    >>> decode("ديب سيك".encode("utf-8-sig"))
    ('ديب سيك', 'utf-8')
    >>> decode("أعلنت الشركة عن الأرباح في الربع الأول من العام".encode("windows-1256"))[1]
    'windows-1256'
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = _strict(raw[len(mark) :] if encoding != "utf-32" else raw, encoding)
            return _checked(text if text is not None else raw[len(mark) :].decode(encoding, "replace")), encoding
    encoding = sniff(raw)
    text = raw.decode(encoding, "replace")
    replaced = text.count("�") - raw.count("�".encode())
    if encoding == "utf-8" and replaced > 0:
        if replaced > max(2, _REPLACED_SHARE * len(text)):
            raise DocumentError(f"neither UTF-8 nor another Arabic encoding: {replaced} broken bytes among {len(text)} characters")
        encoding = "utf-8 with replacements"
    return _checked(text), encoding


def sniff(raw: bytes) -> str:
    """The most likely encoding of some bytes without a byte order mark; the last character may be cut."""
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError as error:
        broken = error
    else:
        return _utf16(raw) or "utf-8"
    if wide := _utf16(raw):
        return wide
    best = max(_SINGLE_BYTE, key=lambda encoding: _arabic(raw[:100_000].decode(encoding, "replace")))
    # A long valid beginning, or many valid pairs of bytes, is UTF-8 with a few broken bytes and not another encoding.
    pairs = len(re.findall(rb"[\xd8-\xdb][\x80-\xbf]", raw[:100_000]))
    if broken.start > 200 and any(byte > 0x7F for byte in raw[: broken.start]) or 4 * pairs > len(raw[:100_000]):
        return "utf-8"
    return best


def _utf16(raw: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Latin is 0 and of Arabic is 6."""
    head = raw[:4096]
    if len(head) < 4:
        return None
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if sum(byte in (0, 6) for byte in high) > 0.9 * len(high):
            low = head[0::2] if encoding == "utf-16-le" else head[1::2]
            if sum(byte in (0, 6) for byte in low) < 0.5 * len(low):
                return encoding
    return None


def _arabic(text: str) -> float:
    letters = sum("ء" <= letter <= "ي" for letter in text)
    return 10 * len(_COMMON.findall(text)) + letters - 20 * text.count("�") - 2 * sum("\x80" <= letter <= "\x9f" for letter in text)


def _strict(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str) -> str:
    odd = len(_BINARY.findall(text[:100_000]))
    if odd > max(2, _ODD_SHARE * len(text[:100_000])):
        raise DocumentError(f"a binary file: {odd} control characters in its beginning")
    return text
