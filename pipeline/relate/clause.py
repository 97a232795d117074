"""A clause as the rooms of status and speaker see it, and what they ask of its words.

In: the tokens and mentions of a sentence. Out: `Clause`, classes and cues of single tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.core.spans import Mention, Token
    from pipeline.relate.lexicon import Lexicon

MARKS = frozenset("\"'")
FINITE = frozenset({"#past", "#present"})
NOMINAL = frozenset({"#noun", "#masdar", "#adj", "#word"})


class Clause(NamedTuple):
    """Where to look. `start:end` are tokens of the sentence, `holes` the token spans of its parentheses (first, last), `names`
    maps each token of a mention to the mention's number. `refer` finds whom «الشركة» (token, its noun) or a subject that is not
    named (token, "") speaks of; `same` tells whether a mention names the same as one of others.
    """

    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    start: int
    end: int
    holes: Sequence[tuple[int, int]]
    names: dict[int, int]
    governed: Callable[[int], bool]
    refer: Callable[[int, str], int | None]
    same: Callable[[int, Sequence[int]], bool]


def classes_of(clause: Clause, lexicon: Lexicon, token: int) -> frozenset[str]:
    """The classes that the lexicon gives a token, none where it does not know it."""
    word = lexicon.words.get(clause.tokens[token].stem)
    return word.classes if word is not None else frozenset()


def has(clause: Clause, lexicon: Lexicon, token: int, *kinds: str) -> bool:
    """Whether a token is a cue of one of some kinds."""
    return any(cue.kind in kinds for cue in lexicon.cues.get(clause.tokens[token].stem, ()))


def is_verb(classes: frozenset[str]) -> bool:
    """Whether a word is a verb and cannot be a noun."""
    return not classes.isdisjoint(FINITE) and classes.isdisjoint(NOMINAL)
