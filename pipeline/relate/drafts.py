"""From the units of a sentence to drafts of relations: who and whom, before it is known whether it is so.

In: the flat units of a sentence and what is known of its document. Out: `Draft`s, rival readings of the same words included
(`choose` keeps the best).
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import VALUE_LABELS
from pipeline.relate import arguments, reading, valency
from pipeline.relate.coreference import Scene, carried, first_person, resolve, topical
from pipeline.relate.lexicon import OTHER, PRONOUN
from pipeline.relate.reading import Segment, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.relate.frames import Frames
    from pipeline.relate.matchers import Match, Matchers
    from pipeline.relate.patterns import Predicate
    from pipeline.relate.story import Story

_RESPECTIVELY = ("علي", "التوالي")
# What a subject or object costs that was said elsewhere: as «الشركة» or a pronoun, or not at all.
_REFERRED, _CARRIED = 0.05, 0.1


class Draft(NamedTuple):
    """A statement. `subject` and `object` are numbers of mentions; `trigger`, `first` and `last` are tokens, the last two of
    the evidence; `qualifier` are the tokens of a role, `words` those that the
    pattern names itself; a `guessed` trigger is no rival of patterns that know theirs (`candidates`); `believed` is what another
    source holds for its probability, and `worded` whether a word of the predicate stands near such a statement.
    """

    predicate: str
    subject: int
    object: int
    rule: str
    score: float
    presupposed: bool
    trigger: int
    first: int
    last: int
    segment: Segment
    qualifier: tuple[int, int] | None
    words: frozenset[int]
    guessed: bool = False
    believed: float = 0.0
    worded: bool = False


class Rules(NamedTuple):
    """What is loaded of predicates and patterns; `openers` are the classes that open a parenthesis after a name, `carriers` those of
    the words that can carry each predicate.
    """

    predicates: dict[str, Predicate]
    matchers: Matchers
    frames: Frames
    openers: frozenset[str]
    carriers: dict[str, frozenset[str]]


def drafts(flat: list[Unit], rules: Rules, scene: Scene) -> Iterator[Draft]:
    """All statements that the patterns find in a sentence."""
    tokens = scene.told.tokens
    respectively = any(
        unit.symbol == OTHER and unit.last and (tokens[unit.last - 1].stem, tokens[unit.last].stem) == _RESPECTIVELY
        for unit in flat
    )
    whole = Segment(flat, False)
    for match in rules.matchers.find(flat, "word"):
        yield from _relate(match, whole, rules, scene, respectively=respectively)
    folded = reading.phrases(flat, tokens)
    for segment in reading.segments(folded, rules.openers):
        for match in itertools.chain(
            rules.matchers.find(segment.units, "clause"), valency.find(rules.frames, segment.units)
        ):
            yield from _relate(match, segment, rules, scene, respectively=respectively)


def _relate(match: Match, segment: Segment, rules: Rules, scene: Scene, *, respectively: bool) -> Iterator[Draft]:
    pattern, units = match.pattern, segment.units
    if _has_object(match, units):
        return
    predicate = rules.predicates[pattern.predicate]
    places = {"S": match.subject, "O": match.object}
    labels = dict(match.labels)
    carries = ""
    if pattern.agent and places[pattern.agent] is None:
        other = places["O" if pattern.agent == "S" else "S"]
        labels[pattern.agent] = pattern.agent_labels
        if predicate.same_label and other is not None and units[other].symbol in predicate.domain:
            labels[pattern.agent] = frozenset({units[other].symbol})
        places[pattern.agent] = _agent(match, segment, scene, labels=labels[pattern.agent], other=other)
        carries = pattern.agent if places[pattern.agent] is None else ""
        if carries and not (pattern.carry or pattern.topic):
            return
    score = pattern.score
    who: dict[str, tuple[int, ...]] = {}
    # Names first: a pronoun is none of the names that its statement relates it to.
    barred: frozenset[str | None] = frozenset()
    barred_label = ""
    for slot in sorted("SO", key=lambda slot: (_unnamed(units, places[slot]), slot != pattern.agent)):
        at = places[slot]
        mentions: tuple[int, ...] = ()
        for wanted in (
            _alike(labels[slot], predicate, barred_label, predicate.usual[slot == "O"])
            if _unnamed(units, at)
            else (labels[slot],)
        ):
            if at is None and pattern.topic:
                mentions = mentions or topical(segment, match.trigger, wanted, scene)
            elif at is None:
                mentions = mentions or carried(segment, match.trigger, wanted, scene, barred)
            else:
                mentions = mentions or resolve(segment, at, wanted, scene, barred)
        if not mentions:
            return
        who[slot] = mentions
        barred_label = scene.told.mentions[mentions[0]].label
        barred = frozenset(scene.told.ids[mention] for mention in mentions)
        score -= _CARRIED if slot == carries else _REFERRED if _unnamed(units, at) else 0.0
    presupposed = pattern.presupposed and not _predicative(match, segment, scene.told)
    used = [at for at in places.values() if at is not None]
    first = min(units[at].first for at in (*used, match.start))
    last = max(units[at].last for at in (*used, match.end - 1))
    qualifier = _role(units, match.trigger)
    words = frozenset(units[at].first for at in match.words)
    within = match.subject == match.object and match.subject is not None
    pairs = arguments.among(who["S"]) if within else arguments.pairs(who["S"], who["O"], respectively=respectively)
    for subject, thing in pairs:
        if may_relate(scene, subject, thing, predicate):
            trigger = units[match.trigger].first
            yield Draft(
                predicate.name,
                subject,
                thing,
                pattern.id,
                score,
                presupposed,
                trigger,
                first,
                last,
                segment,
                qualifier,
                words,
            )


def _has_object(match: Match, units: Sequence[Unit]) -> bool:
    """Whether the verb of a match carries its object as a pronoun, so that no name can be it: «أسسته X» is no «أسس X»."""
    after = match.trigger + 1
    if not match.pattern.agent or after >= len(units) or not arguments.is_verb(units[match.trigger]):
        return False
    own = (match.subject, match.object, *match.words)
    if units[after].symbol != PRONOUN or "he" in units[after].classes or after in own:
        return False
    named = match.object if match.pattern.agent == "S" else match.subject
    if named is None or named < after or arguments.preposed(units, named):
        return False
    return units[named].symbol not in VALUE_LABELS


def _alike(labels: frozenset[str], predicate: Predicate, label: str, usual: str) -> tuple[frozenset[str], ...]:
    """The labels to look for, likeliest first: what outperforms a product is a product, who leads something leads an ORG."""
    if label in predicate.domain and label in predicate.range and label in labels:
        return frozenset({label}), labels
    return (frozenset({usual}), labels) if usual in labels else (labels,)


def _unnamed(units: Sequence[Unit], at: int | None) -> bool:
    return at is None or not units[at].mentions


def _agent(match: Match, segment: Segment, scene: Scene, *, labels: frozenset[str], other: int | None) -> int | None:
    """The unit of the subject that the form does not name; None where it must be carried from another sentence."""
    units, at = segment.units, match.trigger
    if match.pattern.topic and any(label in scene.told.topics for label in labels):
        return None
    if match.pattern.near or match.pattern.topic:
        found = arguments.nearest(units, at, labels, other=other)
        return arguments.subject_of(units, at, labels, other=other) if found is None else found
    if "the.org" in units[at].classes:
        # «الشركة الصينية» speaks of a company itself, unless its name follows.
        return None if match.end >= len(units) or units[match.end].symbol not in labels else at
    if arguments.is_verb(units[at]) and first_person(scene.told.tokens[units[at].first].stem, units[at]):
        return None
    found = arguments.subject_of(units, at, labels, other=other)
    if (
        found is not None
        and abs(found - at) > 2
        and units[found].symbol == "PERSON"
        and _feminine(units[at], scene.told)
    ):
        found = arguments.subject_of(units, at, labels - {"PERSON"}, other=other) if len(labels) > 1 else None
    if found is None and match.pattern.carry:
        found = arguments.carried(units, at, labels, other=other)
    return found


def _feminine(unit: Unit, told: Story) -> bool:
    """Whether a verb has a feminine subject: «أطلقت», «تطلق». A company far from it is likelier than a woman."""
    stem = told.tokens[unit.first].stem
    return ("#past" in unit.classes and "ت" in stem[-3:] and stem[:1] != "ت") or (
        "#present" in unit.classes and stem[:1] == "ت"
    )


def _predicative(match: Match, segment: Segment, told: Story) -> bool:
    """Whether a participle says something («X مبني على Y») instead of presupposing it («X المبني على Y»)."""
    unit = segment.units[match.trigger]
    participle = any(name.endswith(".p") or name == "belong" for name in unit.classes)
    return participle and not segment.inner and not told.tokens[unit.first].stem.startswith("ال")


def may_relate(scene: Scene, subject: int, thing: int, predicate: Predicate) -> bool:
    """Whether two mentions have the types that a predicate takes, and are two things."""
    told = scene.told
    left, right = told.mentions[subject], told.mentions[thing]
    if left.label not in predicate.domain or right.label not in predicate.range or told.ids[subject] is None:
        return False
    if right.label in VALUE_LABELS:
        return right.value is not None
    if predicate.same_label and left.label != right.label:
        return False
    if right.label == "NORP" and told.ids[thing] in scene.groups:
        return False
    return told.ids[thing] is not None and told.ids[subject] != told.ids[thing]


def _inside_phrase(unit: Unit) -> bool:
    """Whether a unit continues a noun phrase: «رئيس [مجلس إدارة]»."""
    if unit.symbol in (OTHER, PRONOUN):
        return True
    return not unit.classes.isdisjoint({"#noun", "#masdar"}) and unit.classes.isdisjoint({"head.org", "prep"})


def _role(units: Sequence[Unit], at: int) -> tuple[int, int] | None:
    """The tokens of a role and what belongs to it: «رئيس مجلس الإدارة»، «الرئيس التنفيذي»."""
    if units[at].classes.isdisjoint({"role", "chief"}):
        return None
    last = at
    while last + 1 < len(units) and _inside_phrase(units[last + 1]):
        last += 1
    return units[at].first, units[last].last
