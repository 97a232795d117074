"""Bytes to text: which encoding, and is it text at all?

In: the bytes of a file. Out: its text and the name of its encoding. Arabic files come in UTF-8, UTF-16 and, from older systems,
Windows-1256 and ISO 8859-6. The text is the decoded file itself: no newline is changed, nothing stripped; a byte
order mark is not part of it.
"""

from __future__ import annotations

import codecs
import re

from pipeline.errors import DocumentError

HEAD = 1 << 17  # bytes that decide the encoding of a stream
_CHUNK = 1 << 20
BROKEN = " with replacements"  # follows the name of an encoding where some bytes became U+FFFD
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SINGLE_BYTE = ("windows-1256", "iso-8859-6", "windows-1252")
# What begins like this is no text, whatever its name says.
_BINARIES = (
    (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"), (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive (.zip, .docx, .xlsx, .epub …)"), (b"PK\x05\x06", "a ZIP archive"), (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"), (b"BZh", "a bzip2 file"), (b"\xfd7zXZ", "an xz file"), (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a", "a RAR archive"), (b"PAR1", "a Parquet file"), (b"SQLite format 3\x00", "an SQLite database"), (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (.doc, .xls, .ppt)"), (b"{\\rtf", "an RTF file"),
)  # fmt: skip
_PACKED = {"a gzip file": ".gz", "a Zstandard file": ".zst"}
# Frequent words and letters of Arabic text: only the right table gives many of them.
_WORDS = re.compile(
    r"(?<![ء-ي])(?:و?(?:في|من|على|إلى|أن|عن|مع|التي|الذي|هذا|هذه|ما|لا|بعد|كان|قال)|ال[ء-ي]{3,})(?![ء-ي])"
)
_FREQUENT, _LETTER = re.compile("[اليمنوهرت]"), re.compile("[ء-غف-يپچژگکی]")
_UNLIKELY = re.compile("[\x80-\x9f\ufffd]|(?<![ء-ي\u064b-\u0652])[\u064b-\u0652]|[A-Za-z][ء-ي]|[ء-ي][A-Za-z]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FOREIGN = re.compile("[\u0080-\u05ff\u2000-\uffff]")
_CONTROL_SHARE, _BROKEN_SHARE, _FREQUENT_SHARE, _FEW, _ENOUGH = 0.01, 0.02, 0.3, 2, 30
_READ_HERE = "UTF-8, UTF-16, Windows-1256 or ISO 8859-6"


def decode(raw: bytes, declared: str | None = None) -> tuple[str, str]:
    r"""The text and its encoding. A declared encoding is believed only where the bytes leave a choice.

    >>> decode("ديب سيك".encode("utf-8-sig"))
    ('ديب سيك', 'utf-8')
    >>> decode("أعلنت الشركة عن الأرباح في الربع الأول من العام".encode("windows-1256"))[1]
    'windows-1256'
    >>> decode("قطع في الوسط ".encode()[:-2] + b"\xd9")
    ('قطع في الوس\ufffd\ufffd', 'utf-8 with replacements')
    """
    refuse_binary(raw)
    encoding, mark = sniff(raw, declared)
    try:
        text = raw[mark:].decode(encoding)
    except UnicodeDecodeError:
        text = raw[mark:].decode(encoding, "replace")
        encoding += BROKEN
    check(text, encoding)
    return text, encoding


def check(text: str, encoding: str) -> None:
    """Refuse what is no text: too many broken bytes or control characters, or bytes that no Arabic table turns into words."""
    if encoding.endswith(BROKEN):
        broken = text.count("\ufffd")
        if broken > max(_FEW, _BROKEN_SHARE * len(text)):
            raise DocumentError(
                f"broken text: {broken:,} of {len(text):,} characters are neither {_READ_HERE}; convert it to UTF-8"
            )
    if encoding in _SINGLE_BYTE:
        letters, foreign = len(_LETTER.findall(text, 0, HEAD)), len(_FOREIGN.findall(text, 0, HEAD))
        if max(letters, foreign) >= _ENOUGH and (
            len(_FREQUENT.findall(text, 0, HEAD)) < _FREQUENT_SHARE * letters
            or foreign > letters + len(text[:HEAD]) / 3
        ):
            raise DocumentError(f"broken text: bytes that make no words in {_READ_HERE}; convert it to UTF-8")
    odd = len(_CONTROL.findall(text, 0, HEAD))
    if odd > max(_FEW, _CONTROL_SHARE * min(len(text), HEAD)):
        raise DocumentError(f"a binary file, not text: {odd} control characters in its beginning")


def refuse_binary(raw: bytes) -> None:
    """Name the kind of a file that is no text.

    >>> refuse_binary(b"%PDF-1.7 ...")
    Traceback (most recent call last):
    pipeline.errors.DocumentError: a PDF file, not text; convert it to .txt or .html first
    """
    for magic, kind in _BINARIES:
        if raw.startswith(magic):
            advice = (
                f"name it with {_PACKED[kind]} at the end" if kind in _PACKED else "convert it to .txt or .html first"
            )
            raise DocumentError(f"{kind}, not text; {advice}")


def sniff(raw: bytes, declared: str | None = None) -> tuple[str, int]:
    """The most likely encoding of some bytes and the length of their byte order mark; the last character may be cut."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding, len(mark)
    if wide := _utf16(raw[:4096]):
        return wide, 0
    if _is_utf8(raw):
        return "utf-8", 0
    head = raw[:HEAD]
    # Many valid sequences of two and more bytes are UTF-8 with a few broken bytes: no other encoding makes them by chance.
    loose = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    broken = loose.count("\ufffd")
    if len(loose) - len(loose.encode("ascii", "ignore")) - broken > broken:
        return "utf-8", 0
    candidates = [*_SINGLE_BYTE, declared] if declared and declared not in _SINGLE_BYTE else [*_SINGLE_BYTE]
    return max(
        candidates, key=lambda encoding: (_arabic(head[:20_000].decode(encoding, "replace")), encoding == declared)
    ), 0


def _is_utf8(raw: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), _CHUNK):  # not at once: text may take four times the memory of its bytes
            decoder.decode(raw[start : start + _CHUNK])
    except UnicodeDecodeError:
        return False
    return True


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Latin is 0 and of Arabic is 6."""
    if len(head) < 4:
        return None
    for encoding, high, low in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        if high.count(0) + high.count(6) > 0.9 * len(high) and low.count(0) + low.count(6) < 0.5 * len(low):
            return encoding
    return None


def _arabic(text: str) -> int:
    letters, frequent = len(_LETTER.findall(text)), len(_FREQUENT.findall(text))
    return 10 * len(_WORDS.findall(text)) + 5 * text.count("ال") + letters + frequent - 5 * len(_UNLIKELY.findall(text))
