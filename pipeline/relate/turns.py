"""Who says the lines of an interview or a conversation.

In: a document's text, tokens and mentions. Out: `Turns`: the lines that are somebody's words, and whose.

A line of a conversation begins with its speaker («سالم: …»). The answers of an interview are marked («ج: …») or stand below a line that
asks. They are the words of whom the document names before, unless nobody there says «I» or «we», or they name him: then the document
answers its own questions.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.core.spans import Token
    from pipeline.relate.lexicon import Lexicon
    from pipeline.relate.story import Story

Span = tuple[int, int]

_LINE = re.compile(r"[^\n]+")
_QUESTION = re.compile(r"[؟?][\s\"'»”)]*\Z")
_COLON = re.compile(r"[ \t]*:")
# So many questions without a mark make an interview, and so many words of «I» and «we» in their answers.
_LEAST = 2


class Turns(NamedTuple):
    """The lines that are somebody's words, in order, and the mention of the speaker of each."""

    spans: Sequence[Span]
    speakers: Sequence[int]

    def at(self, offset: int) -> int | None:
        """Whose words stand at an offset."""
        i = bisect_right(self.spans, (offset, sys.maxsize)) - 1
        return self.speakers[i] if i >= 0 and offset < self.spans[i][1] else None


def turns(text: str, told: Story, answer: re.Pattern[str]) -> Turns:
    """`answer` finds lines that are marked as answers."""
    lines = [found.span() for found in _LINE.finditer(text)]
    said = dict(_conversation(text, told, lines))
    answers = [line for line in _answers(text, lines, answer) if line not in said]
    marked = any(answer.match(text, *line) for line in answers)
    interviewee = _interviewee(told, answers, least=1 if marked else _LEAST)
    if interviewee is not None:
        said.update(dict.fromkeys(answers, interviewee))
    spans = sorted(said)
    return Turns(spans, [said[span] for span in spans])


def _conversation(text: str, told: Story, lines: Sequence[Span]) -> Iterator[tuple[Span, int]]:
    """The lines that begin with a person and a colon."""
    starts = {mention.start: number for number, mention in enumerate(told.mentions) if mention.label == "PERSON"}
    for start, end in lines:
        first = next((i for i in range(start, end) if text[i].isalnum()), end)
        number = starts.get(first)
        if number is not None and _COLON.match(text, told.mentions[number].end):
            yield (start, end), number


def _answers(text: str, lines: Sequence[Span], answer: re.Pattern[str]) -> list[Span]:
    """The lines that are marked as answers or, where the document asks more than once, stand below a question."""
    asking = [bool(_QUESTION.search(text[start:end])) for start, end in lines]
    asks = sum(asking) >= _LEAST
    return [
        line
        for number, line in enumerate(lines)
        if answer.match(text, *line) or (asks and number and asking[number - 1] and not asking[number])
    ]


def _first_persons(told: Story, spans: Sequence[Span]) -> Iterator[bool]:
    """For each token of some lines, whether somebody speaks of himself."""
    starts = [token.start for token in told.tokens]
    for start, end in spans:
        inside = told.tokens[bisect_left(starts, start) : bisect_left(starts, end)]
        yield from (_first_person(token, told.lexicon) for token in inside)


def _first_person(token: Token, lexicon: Lexicon) -> bool:
    if any(cue.kind == "self" for cue in lexicon.cues.get(token.stem, ())):
        return True
    word = lexicon.words.get(token.stem)
    if word is None:
        return False
    verb = ("#present" in word.classes and token.stem[:1] == "ن") or (
        "#past" in word.classes and token.stem[-2:] == "نا"
    )
    return verb or word.pronoun == "نا"


def _interviewee(told: Story, answers: Sequence[Span], *, least: int) -> int | None:
    """The first mention of the person who is named most before the answers: nobody names himself in what he answers."""
    if sum(_first_persons(told, answers)) < least:
        return None
    people = [(number, mention) for number, mention in enumerate(told.mentions) if mention.label == "PERSON"]
    answered = {told.ids[i] for i, mention in people if any(start <= mention.start < end for start, end in answers)}
    before = [i for i, mention in people if mention.start < answers[0][0] and told.ids[i] not in answered]
    most = Counter(told.ids[i] for i in before).most_common(1)
    return next(i for i in before if told.ids[i] == most[0][0]) if most else None
