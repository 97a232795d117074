"""From a match to the mentions that it relates.

In: the units of a clause and the trigger of a match. Out: the unit of the subject, pairs of mention numbers. The subject of
a verb is found where Arabic puts it: right after the verb, before it, as the antecedent of «الذي», as the subject of the verb
that governs a verbal noun («تعتزم X شراء»), or of the verb before («طرحت X أسهمها وجمعت …»).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.relate.lexicon import OTHER, PRONOUN
from pipeline.relate.reading import NAMED, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

_RIGHT, _LEFT, _DEEP = 7, 30, 4
_STOPS = frozenset({".", "؛", ":", "|", "؟"})
_STANDING = frozenset({"head.org", "head.product", "title"})
_FINITE = frozenset({"#past", "#present"})
_NOMINAL = frozenset({"#noun", "#masdar", "#adj", "#word", "#prep"})
_GOVERNING = frozenset({"#noun", "#masdar", "#adj", "#word"})
_JOINING = frozenset({"rel", "sub", "conj"})


def is_verb(unit: Unit) -> bool:
    """Whether a unit can be a finite verb."""
    return not unit.classes.isdisjoint(_FINITE)


def _only_verb(unit: Unit) -> bool:
    return is_verb(unit) and unit.classes.isdisjoint(_NOMINAL)


def preposed(units: Sequence[Unit], i: int) -> bool:
    """Whether a slot hangs on a preposition: «في X»."""
    return i > 0 and "prep" in units[i - 1].classes


def governed(units: Sequence[Unit], i: int) -> bool:
    """Whether a slot hangs on a preposition or a noun: «في X», «سهم X», «رئيس X»."""
    if not i:
        return False
    if units[i - 1].symbol == PRONOUN:
        # «من صانعتها X»
        return i > 2 and preposed(units, i - 2)
    before = units[i - 1].classes
    if "prep" in before:
        return True
    return not before.isdisjoint(_GOVERNING) and before.isdisjoint(_FINITE) and before.isdisjoint(_STANDING)


def subject_of(
    units: Sequence[Unit], at: int, labels: frozenset[str], *, other: int | None = None, deep: int = 0
) -> int | None:
    """The unit that is the subject of the verb or verbal noun at `at`, None when the clause does not name it.

    `other` is the unit of the other argument. A pronoun («إنها تعتزم») is a subject too.
    """
    verb = is_verb(units[at])
    if (
        verb
        and at
        and units[at - 1].symbol == PRONOUN
        and ("he" in units[at - 1].classes or (at > 1 and "sub" in units[at - 2].classes))
    ):
        return at - 1
    if verb and at and at - 1 != other and units[at - 1].symbol in labels and not governed(units, at - 1):
        return at - 1
    found = _after(units, at, labels, other) if verb else None
    # A place is a subject only beside its verb: elsewhere it dates the line («الرياض - …»).
    labels = labels - {"GPE"} if "ORG" in labels else labels
    return _before(units, at, labels, other, deep) if found is None else found


def _stops(unit: Unit) -> bool:
    """Whether the search for the subject after a verb stops here: another verb, a conjunction, a sign."""
    if unit.symbol in NAMED or unit.symbol in (OTHER, PRONOUN):
        return False
    return not unit.classes or not unit.classes.isdisjoint(_JOINING) or _only_verb(unit)


def _after(units: Sequence[Unit], at: int, labels: frozenset[str], other: int | None) -> int | None:
    """The first free slot after a verb, over adverbs and what prepositions govern."""
    i = at + 1
    while i < min(at + 1 + _RIGHT, len(units)):
        unit = units[i]
        if unit.symbol in labels and i != other and (i == at + 1 or not governed(units, i)):
            return i
        if "prep" in unit.classes:
            while i + 1 < len(units) and units[i + 1].symbol == OTHER:
                i += 1
            # «فيها X»: the pronoun is what the preposition governs.
            i += 1 if i + 1 < len(units) and (units[i + 1].symbol in NAMED or units[i + 1].symbol == PRONOUN) else 0
        elif _stops(unit):
            return None
        i += 1
    return None


def _before(units: Sequence[Unit], at: int, labels: frozenset[str], other: int | None, deep: int) -> int | None:
    """The subject that a verb or verbal noun shares with what stands before it."""
    fallback = None
    for i in range(at - 1, max(-1, at - 1 - _LEFT), -1):
        unit = units[i]
        if unit.symbol in _STOPS or "conj" in unit.classes:
            break
        if i == other:
            continue
        if "rel" in unit.classes and (head := relative_head(units, i)) is not None:
            # «X التي اشترتها»: the antecedent is the object.
            if units[head].symbol in labels and head != other and not (i == at - 1 and _resumes(units, at)):
                return head
        elif unit.symbol in labels:
            if not governed(units, i):
                return owner(units, i, labels, other, deep)
            if fallback is None and not preposed(units, i):
                fallback = i
        elif deep < _DEEP and _only_verb(unit) and i < at - 1:
            found = subject_of(units, i, labels, other=other, deep=deep + 1)
            if found is not None and found < at:
                return found
    return fallback


def relative_head(units: Sequence[Unit], at: int) -> int | None:
    """The name that the «الذي» at a unit speaks of: right before it, or before an earlier one («X التي … والتي …»)."""
    i = at - 1
    while i > 0 and units[i].symbol == OTHER:
        i -= 1
    if i >= 0 and units[i].symbol in NAMED:
        return i
    if i >= 0 and units[i].symbol == "و":
        earlier = next((j for j in range(i - 1, max(-1, i - _RIGHT * 2), -1) if "rel" in units[j].classes), None)
        return None if earlier is None else relative_head(units, earlier)
    return None


def _resumes(units: Sequence[Unit], at: int) -> bool:
    """Whether a verb carries the antecedent of its relative clause as its object: «التي اشترتها»."""
    return at + 1 < len(units) and units[at + 1].symbol == PRONOUN


def owner(units: Sequence[Unit], i: int, labels: frozenset[str], other: int | None, deep: int = 0) -> int:
    """A free slot, or, where it is the object of a verb («اشترت X شركة Y وأطلقت …»), the subject of that verb."""
    # «عزم X»: no object, but what a noun is about.
    if deep < _DEEP and not (i and units[i - 1].symbol == OTHER):
        for j in range(i - 1, max(-1, i - 1 - _RIGHT), -1):
            if units[j].symbol in _STOPS or not units[j].classes.isdisjoint(_JOINING):
                break
            if _only_verb(units[j]):
                found = subject_of(units, j, labels, other=other, deep=deep + 1)
                if found is not None and found < i and found != other:
                    return found
                break
    return i


def carried(units: Sequence[Unit], at: int, labels: frozenset[str], *, other: int | None = None) -> int | None:
    """The subject of an earlier clause of the sentence, for a verb that names none: the nearest verb's that has one."""
    labels = labels - {"GPE"} if "ORG" in labels else labels
    for i in range(at - 1, -1, -1):
        if _only_verb(units[i]):
            found = subject_of(units, i, labels, other=other, deep=_DEEP - 1)
            if found is not None and found < at and units[found].symbol != PRONOUN:
                return found
    return next((i for i in range(at) if units[i].symbol in labels and i != other and not governed(units, i)), None)


def nearest(units: Sequence[Unit], at: int, labels: frozenset[str], *, other: int | None = None) -> int | None:
    """The nearest slot of these labels before a unit, in its sentence."""
    for i in range(at - 1, -1, -1):
        if units[i].symbol in labels and i != other:
            return i
        if units[i].symbol in (".", "؛"):
            return None
    return None


def pairs(subjects: Sequence[int], objects: Sequence[int], *, respectively: bool) -> list[tuple[int, int]]:
    """Each subject with each object, or, with «على التوالي», the first with the first and so on.

    >>> pairs([1, 2], [5, 6], respectively=True)
    [(1, 5), (2, 6)]
    >>> pairs([1, 2], [5], respectively=True)
    [(1, 5), (2, 5)]
    """
    if respectively and len(subjects) == len(objects):
        return list(zip(subjects, objects, strict=True))
    return [(subject, thing) for subject in subjects for thing in objects]


def among(members: Sequence[int]) -> list[tuple[int, int]]:
    """Every two of a list: «شراكة بين X وY».

    >>> among([3, 4, 7])
    [(3, 4), (3, 7), (4, 7)]
    """
    return list(combinations(members, 2))
