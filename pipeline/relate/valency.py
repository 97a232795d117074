"""Frames found in a clause: a verb or noun, and the names that it governs.

In: the units of a clause and `Frames`. Out: `Match`es like those of the patterns, with lower scores: where a pattern knows the very wording
it wins (`choose`), elsewhere the frame reads it. The wordings of a verb follow from grammar: active («اشترت X شركة Y»), with a pronoun
(«اشترتها X»), relative («Y التي اشترتها X»), passive («… من قبل X»), verbal noun («شراء X لـY»), participles («Y المملوكة لـX»);
those of a noun are title, apposition, pronoun and predicate («مؤسس Y سالم», «سالم، مؤسس Y», «مؤسسها سالم», «سالم هو مؤسس Y»).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.spans import LABELS
from pipeline.relate import arguments
from pipeline.relate.frames import DIRECT, Frame, Frames, NounFrame
from pipeline.relate.lexicon import OTHER, PRONOUN
from pipeline.relate.matchers import Match

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.relate.reading import Unit

# How far right of a verb, and of the preposition that joins it, the theme may stand, in units; and the doer of a passive.
_REACH, _PHRASE, _BY_REACH = 9, 5, 9
# How many other prepositions may stand before a free theme.
_MOST_PREPOSED = 1
# The theme of a verbal noun stands nearer than that of a verb, and who acts not farther in front of it than this.
_NOUN_REACH, _BEFORE = 6, 12
# How many units may stand between a noun and its possessor, between that and whom the noun means, and in front of the noun.
_CHAIN, _AFTER, _FRONT = 6, 4, 4
_STOPS = frozenset({".", "؛", ":", "|", "؟"})
_BY = {"من": frozenset({"قبل", "طرف", "جانب"}), "علي": frozenset({"يد", "يدي", "ايدي"})}
_SOFT = frozenset({"#noun", "#masdar", "#adj", "#word"})
_NAMES = frozenset(LABELS) - {"PERCENT", "QUANTITY", "NORP"}
_ACTING = frozenset({"ORG", "PERSON", "PRODUCT", "GPE"})
_BEING = frozenset({"reach", "value.v"})


def find(frames: Frames, units: Sequence[Unit]) -> Iterator[Match]:
    """All readings of the words of a clause that evoke a frame."""
    for i, unit in enumerate(units):
        if unit.symbol not in frames.symbols or not unit.classes:
            continue
        for name in sorted(unit.classes):
            for frame in frames.verbs.get(name, ()):
                yield from _verbal(units, i, frame, name)
            for noun in frames.nouns.get(name, ()):
                yield from _relational(units, i, noun)


# --- verbs, verbal nouns, participles ------------------------------------------------------------------------------------


def _verbal(units: Sequence[Unit], i: int, frame: Frame, name: str) -> Iterator[Match]:
    unit = units[i]
    if name in frame.verb and arguments.is_verb(unit):
        yield from _active(units, i, frame)
    if name in frame.noun and not unit.classes.isdisjoint(_SOFT):
        yield from _verbal_noun(units, i, frame)
    if name in frame.doer:
        yield from _doer(units, i, frame)
    if name in frame.done:
        yield from _done(units, i, frame)


def _match(frame: Frame | NounFrame, i: int, first: int | None, second: int | None, *, sure: bool = False) -> Match:
    """`first` fills the acting or holding slot, `second` the other."""
    slot = frame.acting if isinstance(frame, Frame) else frame.holder
    places = {slot: first, frame.other: second}
    used = [at for at in (first, second, i) if at is not None]
    pattern = frame.presupposed if sure else frame.said
    return Match(pattern, -1, min(used), max(used) + 1, places["S"], places["O"], i, (i,), frame.labels)


def _active(units: Sequence[Unit], i: int, frame: Frame) -> Iterator[Match]:
    """«اشترت X شركة Y»، «اشترتها X»، «Y التي اشترتها X»، «طُوّر Y من قبل X»."""
    labels, direct = frame.labels[frame.other], DIRECT in frame.joined
    by = _by(units, i, frame.labels[frame.acting])
    if by is not None:
        theme = arguments.subject_of(units, i, labels, other=by)
        if theme is not None:
            yield _match(frame, i, by, theme)
        return
    pronoun = _resumed(units, i, frame)
    head = _antecedent(units, i)
    agent = arguments.subject_of(units, i, frame.labels[frame.acting], other=head if pronoun is not None else None)
    if agent is None or not _near(units, i, agent, head):
        return
    if pronoun is not None:
        if head is not None and units[head].symbol in labels:
            yield _match(frame, i, agent, head, sure=True)
        elif head is None and (i < agent <= pronoun + 4 or agent == i - 1):
            yield _match(frame, i, agent, pronoun)
        return
    theme = _theme(units, i + 1, frame, agent)
    if theme is not None and not _rival(units, i, agent, theme):
        yield _match(frame, i, agent, theme, sure=agent == head)
    elif theme is None and direct and head is not None and units[head].symbol in labels and agent > i:
        yield _match(frame, i, agent, head, sure=True)


def _near(units: Sequence[Unit], i: int, agent: int, head: int | None) -> bool:
    """Whether who acts stands near enough: after the verb, or in front of it in its own clause."""
    return agent > i or agent == head or i - agent <= _BEFORE


def _rival(units: Sequence[Unit], i: int, agent: int, theme: int) -> bool:
    """Whether another name right after a verb is its subject: «يعمل تلسكوب X … في Y» after a person."""
    return agent < i and i + 1 < len(units) and i + 1 != theme and units[i + 1].symbol in _ACTING


def _verbal_noun(units: Sequence[Unit], i: int, frame: Frame) -> Iterator[Match]:
    """«استحواذ X على Y»، «استحواذها على Y»، «شراء X لـY»، «تطوير Y من قبل X»، «تعتزم X شراء Y»."""
    acting, labels = frame.labels[frame.acting], frame.labels[frame.other]
    after = units[i + 1] if i + 1 < len(units) else None
    by = _by(units, i, acting)
    if by is not None:
        theme = _theme(units, i + 1, frame, by, of=True, reach=_NOUN_REACH)
        if theme is not None and theme < by:
            yield _match(frame, i, by, theme)
        return
    if after is not None and after.symbol in (acting | {PRONOUN}) and "he" not in after.classes:
        theme = _theme(units, i + 2, frame, i + 1, of=True, reach=_NOUN_REACH)
        if theme is not None:
            yield _match(frame, i, i + 1, theme)
            return
        if DIRECT not in frame.joined or after.symbol not in labels:
            return
        theme = i + 1
    elif after is not None and DIRECT not in frame.joined and "#noun" in after.classes:
        # «انتقال ملكيتها إلى X»: the noun has a subject of its own.
        return
    else:
        theme = _theme(units, i + 1, frame, None, of=True, reach=_NOUN_REACH)
    if theme is None:
        return
    agent = arguments.subject_of(units, i, acting, other=theme)
    if agent is not None and agent < i and i - agent <= _BEFORE:
        yield _match(frame, i, agent, theme)


def _doer(units: Sequence[Unit], i: int, frame: Frame) -> Iterator[Match]:
    """«X المطورة لـY»، «X، مطورة Y»."""
    agent = _fronted(units, i, frame.labels[frame.acting])
    theme = _theme(units, i + 1, frame, agent, of=True)
    if agent is not None and theme is not None:
        yield _match(frame, i, agent, theme, sure=True)


def _done(units: Sequence[Unit], i: int, frame: Frame) -> Iterator[Match]:
    """«Y المملوكة لـX»، «Y، المطوَّر من قبل X»."""
    theme = _fronted(units, i, frame.labels[frame.other])
    by = _by(units, i, frame.labels[frame.acting], plain=True)
    if theme is not None and by is not None:
        yield _match(frame, i, by, theme, sure=True)


def _stops(unit: Unit) -> bool:
    """Whether an argument is not looked for beyond a unit: another verb, a conjunction, a sign."""
    if unit.symbol in _STOPS:
        return True
    if not unit.classes.isdisjoint({"rel", "sub", "conj"}):
        return True
    return arguments.is_verb(unit) and unit.classes.isdisjoint(_SOFT)


def _theme(
    units: Sequence[Unit], start: int, frame: Frame, agent: int | None, *, of: bool = False, reach: int = _REACH
) -> int | None:
    """The theme right of a word: after its preposition, or free. `of`: after a noun it may also follow ل («شراء X لـY»)."""
    labels = frame.labels[frame.other]
    direct = DIRECT in frame.joined
    joined = frame.joined | ({"ل"} if of and direct else frozenset())
    i, passed = start, 0
    while i < min(start + reach, len(units)):
        unit = units[i]
        if _stops(unit):
            return None
        if unit.symbol == "،" and not (i + 1 < len(units) and not units[i + 1].classes.isdisjoint(joined)):
            return None
        if not unit.classes.isdisjoint(joined):
            return _inside(units, i + 1, labels)
        if "prep" in unit.classes:
            # What another preposition governs is not the theme: «اشترت من X شركة Y».
            i, passed = _object_of(units, i), passed + 1
            if passed > _MOST_PREPOSED:
                return None
        elif direct and i != agent and unit.symbol in labels:
            return None if arguments.governed(units, i) and i > start else i
        i += 1
    return None


def _object_of(units: Sequence[Unit], i: int) -> int:
    """The name that a preposition governs («في X»، «من صانعتها X»), or the preposition itself."""
    for j in range(i + 1, min(i + 4, len(units))):
        if units[j].symbol in LABELS:
            return j
        if units[j].symbol == OTHER:
            break
    return i


def _inside(units: Sequence[Unit], start: int, labels: frozenset[str]) -> int | None:
    """The first name of some labels in a noun phrase: «على [حصة أغلبية في] X»."""
    for i in range(start, min(start + _PHRASE, len(units))):
        unit = units[i]
        if unit.symbol in labels or (i == start and unit.symbol == PRONOUN):
            return i
        if unit.symbol in ("،", "و") or _stops(unit) or unit.symbol in _NAMES:
            return None
    return None


def _by(units: Sequence[Unit], i: int, labels: frozenset[str], *, plain: bool = False) -> int | None:
    """The doer of a passive: «من قبل X»، «على يد X»؛ `plain`: also «من X»، «لـX» beside a participle."""
    for j in range(i + 1, min(i + 1 + _BY_REACH, len(units) - 1)):
        unit = units[j]
        if _stops(unit):
            return None
        for preposition, words in _BY.items():
            if preposition in unit.classes and not units[j + 1].classes.isdisjoint(words):
                return _inside(units, j + 2, labels)
        if plain and j <= i + 3 and not unit.classes.isdisjoint({"من", "ل"}):
            return _inside(units, j + 1, labels)
    return None


def _resumed(units: Sequence[Unit], i: int, frame: Frame) -> int | None:
    """The pronoun that stands for the theme: «اشترتها»، «استحوذت عليها»."""
    after = units[i + 1] if i + 1 < len(units) else None
    if after is None:
        return None
    if after.symbol == PRONOUN and "he" not in after.classes:
        return i + 1 if DIRECT in frame.joined else None
    for j in range(i + 1, min(i + 4, len(units) - 1)):
        if not units[j].classes.isdisjoint(frame.joined) and units[j + 1].symbol == PRONOUN:
            return j + 1
        if units[j].symbol not in (OTHER, *LABELS):
            return None
    return None


def _antecedent(units: Sequence[Unit], i: int) -> int | None:
    """The name of whose «الذي» a verb is the verb."""
    for j in range(i - 1, max(-1, i - 4), -1):
        if "rel" in units[j].classes:
            return arguments.relative_head(units, j)
        if units[j].symbol != OTHER and "passive" not in units[j].classes:
            return None
    return None


def _fronted(units: Sequence[Unit], i: int, labels: frozenset[str], *, apart: bool = False) -> int | None:
    """The name in front of what describes it: «X المملوكة»، «X، الشريك المؤسس»، «X، وهي منافس»، «X هو مؤسس»; `apart`: not «X مؤسس»."""
    comma = 0
    for j in range(i - 1, max(-1, i - 1 - _FRONT), -1):
        unit = units[j]
        if unit.symbol in labels:
            return j if not apart or comma or any(between.symbol == PRONOUN for between in units[j + 1 : i]) else None
        if unit.symbol == "،":
            comma += 1
            if comma > 1:
                return None
        elif unit.symbol in LABELS and unit.symbol != "NORP":
            return None
        elif "prep" in unit.classes:
            if "من" not in unit.classes:
                return None
        elif unit.symbol not in (OTHER, PRONOUN, "و", "NORP") and unit.classes.isdisjoint(_SOFT):
            return None
    return None


# --- relational nouns ----------------------------------------------------------------------------------------------------


def _relational(units: Sequence[Unit], i: int, frame: NounFrame) -> Iterator[Match]:
    """«سالم، مؤسس X»، «مؤسس X سالم»، «مؤسسها سالم»، «سالم هو مؤسس X»، «سعره [يبلغ] 5 دولارات»."""
    possessor = _possessor(units, i, frame)
    if possessor is None:
        return
    labels = frame.labels[frame.holder]
    after = _held(units, possessor, labels)
    before = _fronted(units, i, labels, apart="PERSON" in labels) if units[possessor].symbol != PRONOUN else None
    for holder in (after, before):
        if holder is not None and holder != possessor:
            yield _match(frame, i, holder, possessor, sure=True)
            return


def _possessor(units: Sequence[Unit], i: int, frame: NounFrame) -> int | None:
    """The possessor of a noun: its pronoun, the name after it («مدير عام X»), or the one that a preposition joins («المدير العام في X»)."""
    labels = frame.labels[frame.other]
    joined = False
    for j in range(i + 1, min(i + 1 + _CHAIN, len(units))):
        unit = units[j]
        if unit.symbol in labels:
            return j
        if unit.symbol == PRONOUN and "he" not in unit.classes:
            return j
        if "prep" in unit.classes:
            if joined or unit.classes.isdisjoint(frame.joined):
                return None
            joined = True
        elif unit.symbol == "و":
            if joined:
                return None
        elif (
            "gov" in unit.classes
            or unit.symbol in ("،", "(", ")")
            or _stops(unit)
            or (unit.symbol in LABELS and unit.symbol != "NORP")
        ):
            return None
    return None


def _held(units: Sequence[Unit], possessor: int, labels: frozenset[str]) -> int | None:
    """What the noun means, right of its possessor: «مؤسسها [ورئيسها التنفيذي] سالم»، «سعره [يبلغ نحو] 5 دولارات»."""
    comma = False
    for j in range(possessor + 1, min(possessor + 2 + _AFTER, len(units))):
        unit = units[j]
        if unit.symbol in labels:
            return j
        if unit.symbol == "،":
            if comma or j != possessor + 1:
                return None
            comma = True
        elif unit.symbol in LABELS and unit.symbol != "NORP":
            return None
        elif not unit.classes.isdisjoint(_BEING):
            continue
        elif comma or _stops(unit) or ("prep" in unit.classes and unit.classes.isdisjoint({"ب", "في", "الي", "عن"})):
            return None
    return None
