"""What a number counts: units of measurement, nouns of the table, and nouns that no table holds.

In: a `Reading` and a number in it. Out: the place after the counted noun, its English singular and how sure that is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.ner.values.numbers import year_like

if TYPE_CHECKING:
    from pipeline.ner.values.numbers import Number
    from pipeline.ner.values.reading import Reading
    from pipeline.ner.values.words import Word

UNKNOWN_SCORE = 0.6


class Counted(NamedTuple):
    """A noun up to the token before `end`."""

    end: int
    name: str
    score: float = 1.0


def known_noun(r: Reading, number: Number) -> Counted | None:
    """The noun of the tables after a number, the longest there is: «كيلومترا مربعا» before «كيلومترا»."""
    i = number.end
    word = r.words[i]
    if word.definite or not r.bare(i):
        return None
    fitting = [tail for tail in word.tails if tuple(r.norms[i + 1 : i + 1 + len(tail)]) == tail]
    if fitting:
        tail = max(fitting, key=len)
        return Counted(i + 1 + len(tail), word.tails[tail])
    name = _reading_of(word, number)
    return Counted(i + 1, name) if name else None


def _reading_of(word: Word, number: Number) -> str:
    """«معامل» is a parameter after a million, the plural of a plant after five."""
    plural = number.scale == 1 and number.value.denominator == 1 and 3 <= number.value % 100 <= 10
    return word.many or word.one if plural else word.one or word.many


def unknown_noun(r: Reading, i: int, number: Number) -> Counted | None:
    """A noun that no table holds, told by the form that its number asks for; its own Arabic singular stands for its name.

    Eleven to 99 take an accusative («17 مسبحا»), three to ten in words a plural, scales and hundreds a genitive.
    """
    j = number.end
    norm, word = r.norms[j], r.words[j]
    if r.tokens[j].kind != "word" or not r.bare(j) or len(norm) < 3 or word.roles or word.opens or not _is_noun(norm):
        return None
    if (year_like(number) and not r.about(i)) or (r.words[i].definite and r.words[i].digits is None):
        return None
    if number.scale > 1:
        return Counted(j + 1, norm, UNKNOWN_SCORE)
    if number.value.denominator > 1:
        return None
    rest = number.value % 100
    accusative = _is_accusative(norm, number)
    broken = number.digits is None and norm[0] not in "يسبل" and "ا" in norm[1:-1]
    if 3 <= rest <= 10:
        fits = norm.endswith("ات") or broken
    else:
        fits = accusative or (norm.endswith("ه") and (rest > 10 or rest == 0)) or (rest == 0 and r.about(i))
    return Counted(j + 1, noun_of(norm, number), UNKNOWN_SCORE) if fits else None


def noun_of(norm: str, number: Number) -> str:
    """The name of a noun that no table holds: its form without the accusative of eleven to 99."""
    return norm[:-1] if _is_accusative(norm, number) else norm


def _is_accusative(norm: str, number: Number) -> bool:
    return number.value % 100 > 10 and norm.endswith("ا") and len(norm) > 3


def _is_noun(norm: str) -> bool:
    """Rough shape of an indefinite noun: no article, no pronoun at its end, no plural verb.

    >>> _is_noun("مسبحا"), _is_noun("الشركات"), _is_noun("تقاسمها"), _is_noun("يقتربون")
    (True, False, False, False)
    """
    if norm.startswith(("ال", "لل")) or norm.endswith(("يا", "ها", "هما", "هم", "وا")):
        return False
    return not (norm[0] == "ي" and norm.endswith("ون"))
