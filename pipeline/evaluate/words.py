"""Words and sentences for comparing texts with texts: rough, folded, without offsets and without the pipeline's own tokeniser.

In: text. Out: folded text, words, or lines cut at full stops. What is measured with these must not depend on the rooms
that it measures.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_SEATS = str.maketrans({"ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ٱ": "ا", "٫": "."})
_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")
_STOP = re.compile(r"(?<=[.!؟?؛;])\s+|\n+")


def fold(text: str) -> str:
    """Text without marks, tatweel, hamza seats and letter case; digits of all scripts are ASCII, runs of white space one space.

    >>> fold("أعلنَت شركةُ  Meta ٣٫٥")
    'اعلنت شركه meta 3.5'
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_SEATS)
    return " ".join("".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in bare).split())


def words(text: str) -> list[str]:
    """The words of a text as they stand.

    >>> words("نموذج Qwen-3، بسعر 3.5$")
    ['نموذج', 'Qwen-3', 'بسعر', '3.5']
    """
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    r"""Lines, cut after full stops.

    >>> sentences("قال نعم. ثم مضى؟ لا\nعنوان")
    ['قال نعم.', 'ثم مضى؟', 'لا', 'عنوان']
    """
    return [piece.strip() for piece in _STOP.split(text) if piece.strip()]
