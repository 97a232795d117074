"""Valency frames as a person writes them: what a verb or a relational noun governs.

In: seeds/relations/frames.tsv and nouns.tsv. Out: `Frames`, checked; `valency` finds them in a clause. A frame of a verb says who acts
and how the other argument, its theme, is joined; a frame of a noun («مؤسس», «سعر», «منافس») whom it means and how its possessor
follows. Which wordings that makes is grammar and stands in no seed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import LABELS
from pipeline.core.tsv import rows
from pipeline.errors import SeedError
from pipeline.relate.inflect import fold
from pipeline.relate.patterns import Pattern, Predicate
from pipeline.relate.reading import PLACED, REFERRING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.relate.lexicon import Lexicon

COLUMNS = ("id", "predicate", "agent", "theme", "joined", "verb", "noun", "doer", "done", "score")
NOUN_COLUMNS = ("id", "predicate", "holder", "possessor", "joined", "noun", "score")
DIRECT = "-"
# Words that the readings of frames look for (`valency`).
LITERALS = frozenset({"من", "على", "إلى", "عن", "في", "مع", "ل", "ب", "قبل", "طرف", "جانب", "يد", "يدي", "أيدي", "لدى"})


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
    """The frames that each class of words evokes, and the `symbols` of these words. `forms` are, for each form of such a word, the labels
    of the slots of its frames, `standing` forms that may stand for a name: pronouns, «الشركة».
    """

    verbs: dict[str, tuple[Frame, ...]]
    nouns: dict[str, tuple[NounFrame, ...]]
    symbols: frozenset[str]
    forms: dict[str, tuple[tuple[frozenset[str], frozenset[str]], ...]]
    standing: frozenset[str]

    def worth(self, stems: Sequence[str], labels: Sequence[str]) -> bool:
        """Whether a frame can be read in a sentence, by its stems and the labels of its names: two names, or one and a pronoun."""
        evoking = [stem for stem in stems if stem in self.forms]
        if not evoking:
            return False
        pronoun = any(stem in self.standing for stem in stems)
        return any(_fit(slots, labels, pronoun=pronoun) for stem in evoking for slots in self.forms[stem])


def load(folder: Path, known: dict[str, Predicate], lexicon: Lexicon) -> Frames:
    """The frames of seeds/relations, checked."""
    verbs: dict[str, list[Frame]] = defaultdict(list)
    nouns: dict[str, list[NounFrame]] = defaultdict(list)
    kinds: tuple[Mapping[str, Sequence[Frame | NounFrame]], ...] = (verbs, nouns)
    forms: dict[str, set[tuple[frozenset[str], frozenset[str]]]] = defaultdict(set)
    for place, cells in rows(folder / "frames.tsv", COLUMNS, filled=True):
        ident, name, acting, theme, joined, verb, noun, doer, done, score = cells
        predicate, (slot, labels) = _predicate(name, known, place), _slots(acting, theme, known[name], place)
        said, presupposed = _patterns(ident, predicate, slot, labels[slot], score)
        classes = [_classes(cell, lexicon, place) for cell in (verb, noun, doer, done)]
        frame = Frame(said, presupposed, slot, labels, _words(joined), *classes)
        for each in frozenset().union(*classes):
            verbs[each].append(frame)
    for place, cells in rows(folder / "nouns.tsv", NOUN_COLUMNS, filled=True):
        ident, name, holder, possessor, joined, noun, score = cells
        predicate, (slot, labels) = _predicate(name, known, place), _slots(holder, possessor, known[name], place)
        said, presupposed = _patterns(ident, predicate, "", labels[slot], score)
        relational = NounFrame(said, presupposed, slot, labels, _words(joined), _classes(noun, lexicon, place))
        for each in relational.noun:
            nouns[each].append(relational)
    evoking: dict[str, set[tuple[frozenset[str], frozenset[str]]]] = defaultdict(set)
    for kind in kinds:
        for name, found in kind.items():
            evoking[name].update((frame.labels["S"], frame.labels["O"]) for frame in found)
    for form, word in lexicon.words.items():
        for name in word.classes & evoking.keys():
            forms[form.replace("ة", "ه")] |= evoking[name]
    return Frames(
        {name: tuple(found) for name, found in verbs.items()},
        {name: tuple(found) for name, found in nouns.items()},
        frozenset().union(*(lexicon.symbols[name] for name in evoking)),
        {form: tuple(slots) for form, slots in forms.items()},
        frozenset(
            form.replace("ة", "ه")
            for form, word in lexicon.words.items()
            if word.pronoun or not word.classes.isdisjoint({"he", *REFERRING, *PLACED})
        ),
    )


def _fit(slots: tuple[frozenset[str], frozenset[str]], labels: Sequence[str], *, pronoun: bool) -> bool:
    """Whether two names have the labels of two slots; a pronoun stands for one of them."""
    subjects, objects = (sum(label in slot for label in labels) for slot in slots)
    if pronoun:
        return bool(subjects or objects)
    return bool(subjects and objects) and len(labels) > 1


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


def _patterns(
    ident: str, predicate: Predicate, agent: str, labels: frozenset[str], score: str
) -> tuple[Pattern, Pattern]:
    """A frame as the pattern that its matches name: what it says, and what it presupposes."""
    said = Pattern(ident, predicate.name, (), agent, labels, "clause", False, False, False, False, float(score), ())
    return said, said._replace(presupposed=True, score=float(score) + 0.05)


def _words(cell: str) -> frozenset[str]:
    return frozenset(fold(word) for word in cell.split("|"))


def _classes(cell: str, lexicon: Lexicon, place: str) -> frozenset[str]:
    names = frozenset() if cell == DIRECT else frozenset(cell.split("|"))
    if unknown := sorted(names - lexicon.symbols.keys()):
        raise SeedError(f"{place}: {' '.join(unknown)}: no class of words.tsv")
    return names
