"""Finds the sentences of Arabic news.

In: normalised text (see normalise: quotation marks are ", question marks stay ؟). Out: spans without surrounding white
space. A line never continues a sentence of the line before.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_CLOSERS = "\"')]}"
_AR = "\u0620-\u064a\u066e-\u06d3"
# The word before a full stop: letters and the full stops between them, or digits.
_BEFORE = re.compile(r"[^\W_]+(?:\.[^\W_]+)*\Z")
_LOOK_BACK = 24
# After a unit or an abbreviated company form a sentence begins plainly only with «و…», «ف…» or one of these.
_OPENER = re.compile(rf"\s*[\"'(\[-]*\s*(?:[وف][{_AR}]{{3,}}|(?:كما|لكن|غير|بينما|قال|قالت|وقد)(?![{_AR}]))")
_LIST_NUMBER = re.compile(r"\s{0,8}[(\[]?(?:\d{1,3}|[^\W\d_])\Z")
_BULLETS = "•▪●■◆◾►"


class Settings(NamedTuple):
    """`abbreviations` maps an abbreviation without its last full stop to `title` or `unit`.

    `stops` holds the signs that end a sentence besides the full stop. `quote_chars` is the longest quotation or
    bracket inside which no sentence ends.
    """

    abbreviations: Mapping[str, str]
    stops: str
    max_chars: int
    quote_chars: int


class Splitter:
    """Cuts texts into sentences; holds the compiled settings.

    >>> split = Splitter(Settings({"د": "title"}, "؟!", 5000, 100))
    >>> text = "قال د. سالم إن النمو 3.5 بالمئة. هل يستمر؟"
    >>> [text[start:end] for start, end in split(text)]
    ['قال د. سالم إن النمو 3.5 بالمئة.', 'هل يستمر؟']
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        stops = re.escape("." + "…" + settings.stops)
        closers = re.escape(_CLOSERS)
        self._candidate = re.compile(rf"(?P<stop>[{stops}]+)[{closers}]*|(?<=\s)[{_BULLETS}]")

    def __call__(self, text: str) -> Iterator[tuple[int, int]]:
        """The sentences in reading order."""
        for line in _LINE.finditer(text):
            yield from self._line(text, *line.span())

    def _line(self, text: str, first: int, end: int) -> Iterator[tuple[int, int]]:
        start = first
        shelters: list[tuple[int, int]] | None = None
        for match in self._candidate.finditer(text, first, end):
            at = match.end()
            if match["stop"] is None:
                at = match.start()
            elif not self._ends(text, match, first, end):
                continue
            else:
                if shelters is None:
                    shelters = _shelters(text, first, end, self._settings.quote_chars)
                if _inside(shelters, match.start("stop"), at, self._settings.quote_chars):
                    continue
            yield from _pieces(text, start, at, self._settings.max_chars)
            start = at
        yield from _pieces(text, start, end, self._settings.max_chars)

    def _ends(self, text: str, match: re.Match[str], first: int, end: int) -> bool:
        """Whether a sentence ends with this stop, quotations apart."""
        start, stop_end = match.span("stop")
        after = match.end()
        if after >= end:
            return True
        stop = match["stop"]
        closed = after > stop_end
        before = _BEFORE.search(text, max(first, start - _LOOK_BACK), start)
        word = before[0] if before else ""
        if stop == ".":
            return self._full_stop_ends(text, word, start, after, first, end, closed=closed)
        spaced = text[after].isspace()
        if not stop.strip(".…"):  # two dots are a pause: «أوبك.. حكاية منظمة»
            return len(stop.replace("…", "...")) > 2 and spaced and not closed
        if closed or word in self._settings.abbreviations:  # «هل انتهى العصر؟» كتاب جديد · Yahoo! Japan
            return _OPENER.match(text, after) is not None
        return spaced or _arabic(text[after])

    def _full_stop_ends(
        self, text: str, word: str, start: int, after: int, first: int, end: int, *, closed: bool
    ) -> bool:
        if not text[after].isspace():
            return not closed and _glued(text, word, after, end)
        if word and _LIST_NUMBER.match(text, first, start):
            return False
        kind = self._settings.abbreviations.get(word)
        if kind == "title" or (kind is None and len(word) == 1 and word.isalpha()):
            return False
        if kind == "unit" or _initials(word):
            return not closed and _OPENER.match(text, after) is not None
        return True


def _arabic(letter: str) -> bool:
    return "\u0620" <= letter <= "\u064a"


def _glued(text: str, word: str, after: int, end: int) -> bool:
    """A full stop without a space after it: «1990م.وعاش» ends a sentence; 3.5, openai.com, أ.ف.ب do not."""
    if not _arabic(text[after]) or not word or (word.isascii() and word.isalpha()):
        return False
    if after + 1 < end and not text[after + 1].isalpha():
        return False
    last = word.rpartition(".")[2]
    return len(last) > 1 or last.isdigit()


def _initials(word: str) -> bool:
    """Letters between full stops: ش.م.ع, u.s."""
    return "." in word and all(len(part) == 1 and part.isalpha() for part in word.split("."))


def _shelters(text: str, first: int, end: int, longest: int) -> list[tuple[int, int]]:
    """Short quotations and brackets of a line, in order: from the opening sign to after the closing one."""
    found = []
    opened = -1
    at = text.find('"', first, end)
    while at >= 0:
        side = _side(text, at, first, end)
        if opened >= 0 and side != "opens":
            if at - opened <= longest:
                found.append((opened, at + 1))
            opened = -1
        elif side != "closes":
            opened = at
        at = text.find('"', at + 1, end)
    at = text.find("(", first, end)
    while at >= 0:
        close = text.find(")", at, min(end, at + longest))
        if close >= 0:
            found.append((at, close + 1))
        at = text.find("(", max(at, close) + 1, end)
    return sorted(found)


def _side(text: str, at: int, first: int, end: int) -> str:
    """What the white space beside a quotation mark says: `opens`, `closes` or nothing."""
    after_space = at == first or text[at - 1].isspace()
    before_space = at + 1 == end or not text[at + 1].isalnum()
    if after_space == before_space:
        return ""
    return "opens" if after_space else "closes"


def _inside(shelters: list[tuple[int, int]], stop: int, after: int, longest: int) -> bool:
    """Whether a stop lies in a quotation that does not close with it."""
    for at in range(bisect_left(shelters, (stop, 0)) - 1, -1, -1):
        start, end = shelters[at]
        if after < end:
            return True
        if start < stop - longest:
            return False
    return False


def _pieces(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """The span without surrounding white space, cut at spaces when it is too long."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > longest:
        cut = text.rfind(" ", start + 1, start + longest + 1)
        cut = cut if cut > start else start + longest
        last = cut
        while last > start and text[last - 1].isspace():
            last -= 1
        yield start, last
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end
