"""Valency frames: what a verb or a relational noun governs, wherever it stands in the clause.

In: seeds/relations/frames.tsv and nouns.tsv, and the units of a clause. Out: `Match`es like those of the patterns, with lower scores:
where a pattern knows the very wording it wins (`choose`), elsewhere the frame reads it. A frame of a verb says who acts and how the
other argument, its theme, is joined; its wordings follow from grammar: active («اشترت X شركة Y»), with a pronoun («اشترتها X»),
relative («Y التي اشترتها X»), passive («… من قبل X»), verbal noun («شراء X لـY»), participles («Y المملوكة لـX»). A frame of a noun
(«مؤسس», «سعر», «منافس») says whom it means and how its possessor follows: apposition, title, pronoun, predicate («هو مؤسس Y»).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import LABELS
from pipeline.errors import SeedError
from pipeline.relate import arguments
from pipeline.relate.inflect import fold
from pipeline.relate.lexicon import OTHER, PRONOUN, Lexicon, rows
from pipeline.relate.matchers import Match
from pipeline.relate.patterns import Pattern, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.relate.reading import Unit

COLUMNS = ("id", "predicate", "agent", "theme", "joined", "verb", "noun", "doer", "done", "score")
NOUN_COLUMNS = ("id", "predicate", "holder", "possessor", "joined", "noun", "score")
# How far right of a verb, and of the preposition that joins it, the theme may stand, in units; and the doer of a passive.
_REACH, _PHRASE, _BY_REACH = 9, 5, 9
# The theme of a verbal noun stands nearer than that of a verb, and who acts not farther in front of it than this.
_NOUN_REACH, _BEFORE = 6, 12
# How many units may stand between a noun and its possessor, between that and whom the noun means, and in front of the noun.
_CHAIN, _AFTER, _FRONT = 6, 4, 4
_DIRECT, _NONE = "-", "-"
_STOPS = frozenset({".", "؛", ":", "|", "؟"})
_BY = {"من": frozenset({"قبل", "طرف", "جانب"}), "علي": frozenset({"يد", "يدي", "ايدي"})}
# Words that the frames themselves look for.
LITERALS = frozenset({"من", "على", "إلى", "عن", "في", "مع", "ل", "ب", "قبل", "طرف", "جانب", "يد", "يدي", "أيدي", "لدى"})
_SOFT = frozenset({"#noun", "#masdar", "#adj", "#word"})
_NAMES = frozenset(LABELS) - {"PERCENT", "QUANTITY", "NORP"}
_ACTING = frozenset({"ORG", "PERSON", "PRODUCT", "GPE"})
_BEING = frozenset({"reach", "value.v"})


class Frame(NamedTuple):
    """One line of frames.tsv. `acting` is the slot of who acts; `joined` are the prepositions that join the other, «-» for none."""

    said: Pattern
    presupposed: Pattern
    acting: str
    labels: dict[str, frozenset[str]]
    joined: frozenset[str]
    verb: frozenset[str]
    noun: frozenset[str]
    doer: frozenset[str]
    done: frozenset[str]

    @property
    def other(self) -> str:
        """The slot that does not act."""
        return "O" if self.acting == "S" else "S"


class NounFrame(NamedTuple):
    """One line of nouns.tsv: `holder` is the slot of what the noun means, the other slot is its possessor."""

    said: Pattern
    presupposed: Pattern
    holder: str
    labels: dict[str, frozenset[str]]
    joined: frozenset[str]
    noun: frozenset[str]

    @property
    def other(self) -> str:
        """The slot of the possessor."""
        return "O" if self.holder == "S" else "S"


class Frames(NamedTuple):
    """The frames that each class of words evokes, and, for each form of such a word, the labels of which a sentence must hold one."""

    verbs: dict[str, tuple[Frame, ...]]
    nouns: dict[str, tuple[NounFrame, ...]]
    forms: dict[str, frozenset[str]]

    def worth(self, stems: Iterable[str], labels: set[str]) -> bool:
        """Whether a frame can be read in a sentence, by its stems and the labels of its names."""
        return any(not labels.isdisjoint(self.forms[stem]) for stem in stems if stem in self.forms)

    def find(self, units: Sequence[Unit]) -> Iterator[Match]:
        """All readings of the words of a clause that evoke a frame."""
        for i, unit in enumerate(units):
            for name in sorted(unit.classes):
                for frame in self.verbs.get(name, ()):
                    yield from _verbal(units, i, frame, name)
                for noun in self.nouns.get(name, ()):
                    yield from _relational(units, i, noun)


def load(folder: Path, known: dict[str, Predicate], lexicon: Lexicon) -> Frames:
    """The frames of seeds/relations, checked."""
    verbs: dict[str, list[Frame]] = defaultdict(list)
    nouns: dict[str, list[NounFrame]] = defaultdict(list)
    forms: dict[str, set[str]] = defaultdict(set)
    for place, cells in rows(folder / "frames.tsv", COLUMNS):
        ident, name, acting, theme, joined, verb, noun, doer, done, score = cells
        predicate, (slot, labels) = _predicate(name, known, place), _slots(acting, theme, known[name], place)
        said, presupposed = _patterns(ident, predicate, slot, labels[slot], score)
        classes = [_classes(cell, lexicon, place) for cell in (verb, noun, doer, done)]
        frame = Frame(said, presupposed, slot, labels, _words(joined), *classes)
        for each in frozenset().union(*classes):
            verbs[each].append(frame)
    for place, cells in rows(folder / "nouns.tsv", NOUN_COLUMNS):
        ident, name, holder, possessor, joined, noun, score = cells
        predicate, (slot, labels) = _predicate(name, known, place), _slots(holder, possessor, known[name], place)
        said, presupposed = _patterns(ident, predicate, "", labels[slot], score)
        relational = NounFrame(said, presupposed, slot, labels, _words(joined), _classes(noun, lexicon, place))
        for each in relational.noun:
            nouns[each].append(relational)
    evoking: dict[str, frozenset[str]] = {
        name: frozenset().union(*(frame.labels[slot] for frame in found for slot in "SO"))
        for name, found in (*verbs.items(), *nouns.items())
    }
    for form, word in lexicon.words.items():
        for name in word.classes & evoking.keys():
            forms[form.replace("ة", "ه")] |= evoking[name]
    return Frames(
        {name: tuple(found) for name, found in verbs.items()},
        {name: tuple(found) for name, found in nouns.items()},
        {form: frozenset(labels) for form, labels in forms.items()},
    )


def _predicate(name: str, known: dict[str, Predicate], place: str) -> Predicate:
    if name not in known:
        raise SeedError(f"{place}: no predicate {name!r} in predicates.tsv")
    return known[name]


def _slots(first: str, second: str, predicate: Predicate, place: str) -> tuple[str, dict[str, frozenset[str]]]:
    """The slot that a cell like «O:ORG» names, and the labels of both slots; the second cell holds labels, or «*» for the predicate's."""
    slot, _, narrowed = first.partition(":")
    labels = {"S": predicate.domain, "O": predicate.range}
    if slot not in labels:
        raise SeedError(f"{place}: {first!r}: expected S or O, with labels as in O:ORG where they are narrower")
    if narrowed:
        labels[slot] = frozenset(narrowed.split("|"))
    if second != "*":
        labels["O" if slot == "S" else "S"] = frozenset(second.split("|"))
    if (labels["S"] | labels["O"]) - set(LABELS):
        raise SeedError(f"{place}: expected labels of {' '.join(LABELS)}")
    return slot, labels


def _patterns(ident: str, predicate: Predicate, agent: str, labels: frozenset[str], score: str) -> tuple[Pattern, Pattern]:
    """A frame as the pattern that its matches name: what it says, and what it presupposes."""
    said = Pattern(ident, predicate.name, (), agent, labels, "clause", False, False, False, False, float(score), ())
    return said, said._replace(presupposed=True, score=float(score) + 0.05)


def _words(cell: str) -> frozenset[str]:
    return frozenset(fold(word) for word in cell.split("|"))


def _classes(cell: str, lexicon: Lexicon, place: str) -> frozenset[str]:
    names = frozenset() if cell == _NONE else frozenset(cell.split("|"))
    if unknown := sorted(names - lexicon.symbols.keys()):
        raise SeedError(f"{place}: {' '.join(unknown)}: no class of words.tsv")
    return names


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
    labels, direct = frame.labels[frame.other], _DIRECT in frame.joined
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
        if _DIRECT not in frame.joined or after.symbol not in labels:
            return
        theme = i + 1
    elif after is not None and _DIRECT not in frame.joined and "#noun" in after.classes:
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
    direct = _DIRECT in frame.joined
    joined = frame.joined | ({"ل"} if of and direct else frozenset())
    i = start
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
            i = next((j for j in range(i + 1, min(i + 4, len(units))) if units[j].symbol in LABELS), i)
        elif direct and i != agent and unit.symbol in labels:
            return None if arguments.governed(units, i) and i > start else i
        i += 1
    return None


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
        return i + 1 if _DIRECT in frame.joined else None
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
        elif "gov" in unit.classes or unit.symbol in ("،", "(", ")") or _stops(unit):
            return None
        elif unit.symbol in LABELS and unit.symbol != "NORP":
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
