"""Dates of publication as ISO 8601.

In: what a page or record states. Out: a date (2025-03-11), or date and time with the offset from UTC where it is stated
(2025-03-11T09:40:00+04:00); None for what is neither ISO 8601, RFC 2822 nor seconds since 1970. Days and months in figures
alone (03/04/2025) are not guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\s*$",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z|[+-]\d{4})?)?$")
_SECONDS = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?$")


def iso(stated: str | None) -> str | None:
    """ISO 8601 or None.

    >>> iso("2025-3-11 09:40:00.000 +0400"), iso("٢٠٢٤/١٠/٠٢")
    ('2025-03-11T09:40:00+04:00', '2024-10-02')
    >>> iso("Tue, 11 Mar 2025 05:40:00 GMT"), iso("1741671600"), iso("أمس"), iso("2025-02-30")
    ('2025-03-11T05:40:00+00:00', '2025-03-11T05:40:00+00:00', None, None)
    """
    if not stated or len(stated) > 100:
        return None
    text = stated.strip().translate(_DIGITS)
    try:
        if found := _ISO.match(text) or _COMPACT.match(text):
            year, month, day, hour, minute, second, zone = found.groups()
            if hour is None:
                return datetime(int(year), int(month), int(day)).date().isoformat()
            time = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
            return time.isoformat() + _offset(zone)
        if found := _SECONDS.match(text):
            return datetime.fromtimestamp(int(found[1]), UTC).isoformat()
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    if zone[0] not in "+-":
        return "+00:00"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
