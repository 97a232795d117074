"""Whom «الشركة», «مقرها», «شركته» and a verb without a subject speak of.

In: the mentions of a document and where the reference stands. Out: the number of a mention before it, or None where it is
not safe: the gender, the kind of organisation («الصندوق» is no شركة) and the label must fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.relate import arguments
from pipeline.relate.lexicon import PRONOUN
from pipeline.relate.reading import SIGNS_THAT_END, Segment, Unit
from pipeline.relate.story import Story, bare_noun, embedded, gender, governed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


# How many sentences back a reference may reach.
REACH = 3
# By how many sentences back a mention stands, and whether it is free or hangs on a preposition.
_WEIGHTS = ((10.0, 6.0), (8.0, 5.0), (4.5, 2.0), (3.0, 1.0))
# How many mentions back a noun like «المعهد» is looked for.
_FAR = 300
_TOPIC, _EMBEDDED = 5.0, 4.0
_LATTER = "اخيره"
_GENDER = {"ها": "f", "ه": "m"}
_US = frozenset({"نا"})
_AS_FOR = "اما"
_SINGULAR = "الذي"
_NEAR = 4
# Names that a pronoun beside them speaks of, so that it does not speak of a company.
_OTHERS = frozenset({"EVENT", "WORK_OF_ART", "FAC"})


class Reference(NamedTuple):
    """What is known of the thing referred to. `noun` is the folded noun of «الشركة» without article, "" for a pronoun."""

    labels: frozenset[str]
    noun: str = ""
    gender: str = ""


def fits(told: Story, number: int, wanted: Reference) -> int:
    """How well a mention can be what is referred to: 0 not at all, 1 hardly, 2 nothing speaks against it, 3 its noun or
    gender says so.
    """
    mention, ident = told.mentions[number], told.ids[number]
    if mention.label not in wanted.labels or ident is None:
        return 0
    heads = told.heads.get((ident, mention.label), frozenset[str]())
    if wanted.noun:
        if mention.label != "ORG":
            return 3 if wanted.noun in heads else 0 if heads else 2
        if wanted.noun in told.lexicon.company:
            return 3 if heads & told.lexicon.company else 0 if heads else 2
        return 3 if wanted.noun in heads else 0 if heads else 1
    if heads & told.lexicon.media and not heads & told.lexicon.company:
        return 0
    if wanted.gender and heads:
        return 3 if wanted.gender in {gender(head) for head in heads} else 0
    # A company is feminine, a person more often a man.
    return 1 if (wanted.gender, mention.label) in (("m", "ORG"), ("m", "GPE"), ("f", "PERSON")) else 2


class _Place(NamedTuple):
    """Where a mention stands, or where something spoke of it: sentences back, how far through its sentence, on what it hangs."""

    back: int
    through: float
    free: bool
    embedded: bool


def _weight(told: Story, number: int, wanted: Reference, place: _Place) -> float:
    """How likely a mention is the antecedent: near, free of prepositions, not inside a relative clause, often named."""
    fit = fits(told, number, wanted)
    if not fit or (fit == 1 and place.back and not wanted.noun):
        return 0.0
    if wanted.noun == _LATTER:
        return 20.0 - 5 * place.back + place.through
    weight = _WEIGHTS[place.back][not place.free] + (-place.through if place.back else place.through)
    # «الشركة» is what the document is about; a pronoun or an unnamed subject leans that way where nothing is near.
    share = told.counts.get(told.ids[number] or "", 0) / max(1, told.most.get(told.mentions[number].label, 1))
    weight += 0.5 * fit + (_TOPIC if wanted.noun else _TOPIC / 2 if place.back else _TOPIC / 3) * share
    return weight - (_EMBEDDED if place.embedded else 0.0)


def antecedent(
    told: Story, wanted: Reference, *, sentence: int, token: int, barred: Iterable[str | None] = (), least: int = 1
) -> int | None:
    """The mention that a reference at a token speaks of; `barred` are ids that it cannot be, `least` how well it must fit."""
    closed = set(barred)
    if wanted.noun and wanted.noun not in told.lexicon.company and wanted.noun != _LATTER:
        # «المعهد»: the last institute that was named so, however far.
        last = told.by_sentence[sentence][-1] if told.by_sentence[sentence] else len(told.mentions) - 1
        for number in range(last, max(-1, last - _FAR), -1):
            if (
                told.mentions[number].last < token
                and told.ids[number] not in closed
                and fits(told, number, wanted) == 3
            ):
                return number
    best, best_weight = None, 0.0
    for number, place in _places(told, sentence, token):
        if told.ids[number] not in closed and fits(told, number, wanted) >= least:
            weight = _weight(told, number, wanted, place)
            if weight > best_weight or (weight == best_weight and not place.back and best is not None):
                best, best_weight = number, weight
    return best


def _places(told: Story, sentence: int, token: int) -> Iterator[tuple[int, _Place]]:
    """The mentions before a token, and those that «الشركة» or an unnamed subject spoke of, with their places."""
    for back in range(min(REACH, sentence) + 1):
        there = told.by_sentence[sentence - back]
        for position, number in enumerate(there):
            if told.mentions[number].last < token:
                yield number, _Place(back, position / len(there), not governed(told, number), embedded(told, number))
        for spoken, number in told.said.get(sentence - back, {}).items():
            if spoken < token:
                yield number, _Place(back, 0.0, True, False)


class Scene(NamedTuple):
    """Where a statement is read: the document, the sentence, and the company of the person who speaks there («نعتزم»).

    `groups` are ids whose adjectives name no country.
    """

    told: Story
    sentence: int
    us: int | None = None
    groups: frozenset[str] = frozenset()


def resolve(
    segment: Segment, at: int, labels: frozenset[str], scene: Scene, barred: frozenset[str | None]
) -> tuple[int, ...]:
    """The mentions of a slot, or of what a pronoun or «الشركة» there speaks of."""
    told, unit = scene.told, segment.units[at]
    if unit.mentions:
        # «راوي وهدهد الذي …»: the relative clause is of the last one.
        after = segment.units[at + 1] if at + 1 < len(segment.units) else None
        single = after is not None and "rel" in after.classes and told.tokens[after.first].stem == _SINGULAR
        return unit.mentions[-1:] if single else unit.mentions
    if unit.symbol == PRONOUN:
        return _pronoun(segment, at, labels, scene, barred)
    if unit.symbol not in labels:
        return ()
    if unit.note == "his.org":
        if told.tokens[unit.first].stem.endswith(tuple(_US)):
            return _one(_we(scene, unit.first))
        post = _post(scene, unit.first)
        people = any(
            told.mentions[i].label == "PERSON" and told.mentions[i].last < unit.first
            for i in told.by_sentence[scene.sentence]
        )
        if post is not None or people:
            return _one(post)
    noun = bare_noun(told.tokens[unit.first].stem) if unit.note.startswith("the.") else ""
    return _spoken(Reference(frozenset({unit.symbol}), noun), unit, scene, barred)


def carried(
    segment: Segment, trigger: int, labels: frozenset[str], scene: Scene, barred: frozenset[str | None]
) -> tuple[int, ...]:
    """The subject of a verb whose sentence does not name it, or the company that «الشركة» speaks of."""
    unit = segment.units[trigger]
    if scene.us is not None and "ORG" in labels and "the.org" not in unit.classes:
        return (scene.us,)
    if "ORG" in labels and first_person(scene.told.tokens[unit.first].stem, unit):
        return _one(_we(scene, unit.first))
    noun = bare_noun(scene.told.tokens[unit.first].stem) if "the.org" in unit.classes else ""
    return _spoken(Reference(labels, noun), unit, scene, barred)


def first_person(stem: str, unit: Unit) -> bool:
    """Whether a verb says «we»: نطلق, أطلقنا."""
    return ("#present" in unit.classes and stem[:1] == "ن") or ("#past" in unit.classes and stem.endswith("نا"))


def _we(scene: Scene, token: int) -> int | None:
    """The organisation of who says «we»; where nobody says who that is, what the document is about."""
    topic = scene.told.topics.get("ORG")
    if scene.us is not None or topic is None:
        return scene.us
    return topic if scene.told.mentions[topic].last < token else None


def topical(segment: Segment, trigger: int, labels: frozenset[str], scene: Scene) -> tuple[int, ...]:
    """What the document is about, where it was named before."""
    told, at = scene.told, segment.units[trigger].first
    found = (told.topics[label] for label in sorted(labels) if label in told.topics)
    return _one(next((number for number in found if told.mentions[number].last < at), None))


def _spoken(wanted: Reference, unit: Unit, scene: Scene, barred: frozenset[str | None]) -> tuple[int, ...]:
    """The antecedent of «الشركة» or of a subject that is not named; what comes later can speak of it again."""
    found = antecedent(scene.told, wanted, sentence=scene.sentence, token=unit.first, barred=barred)
    if found is not None:
        scene.told.said.setdefault(scene.sentence, {})[unit.first] = found
    return _one(found)


def _one(found: int | None) -> tuple[int, ...]:
    return () if found is None else (found,)


def _post(scene: Scene, token: int) -> int | None:
    """The organisation of the last person named before a token of the sentence."""
    told = scene.told
    for number in reversed(told.by_sentence[scene.sentence]):
        if told.mentions[number].last < token and (told.ids[number] or "") in told.posts:
            return told.posts[told.ids[number] or ""]
    return None


def _pronoun(
    segment: Segment, at: int, labels: frozenset[str], scene: Scene, barred: frozenset[str | None]
) -> tuple[int, ...]:
    """Whom a pronoun speaks of: the name that a parenthesis explains, the antecedent of «الذي», the nearest name that fits."""
    units, unit, told = segment.units, segment.units[at], scene.told
    if unit.note in _US:
        return _one(_we(scene, unit.first)) if "ORG" in labels else ()
    wanted = Reference(labels, "", _GENDER.get(unit.note, ""))

    def fit(i: int) -> int:
        mentions = units[i].mentions
        return fits(told, mentions[0], wanted) if mentions and told.ids[mentions[0]] not in barred else 0

    head = _relative_head(units, at)
    if head is not None and (units[head].symbol not in labels or fit(head)):
        return units[head].mentions if units[head].symbol in labels else ()
    if segment.inner and at and units[0].symbol in labels and fit(0):
        # «X وY، ومقرها Z»: one of them has one seat.
        return units[0].mentions[-1:] if wanted.gender else units[0].mentions
    if any(unit.symbol in _OTHERS for unit in units[max(0, at - _NEAR) : at]):
        return ()
    topic = _topic(units, at, told)
    if topic is not None and units[topic].symbol in labels and fit(topic) > 1:
        return units[topic].mentions
    for least in (2, 1):
        if least == 1:
            found = antecedent(told, wanted, sentence=scene.sentence, token=unit.first, barred=barred, least=2)
            if found is not None:
                return (found,)
        for free in (True, False):
            for i in range(at - 1, -1, -1):
                if units[i].symbol not in labels or arguments.governed(units, i) == free:
                    continue
                if free and units[i].note and not units[i].mentions and not _clash(units[i], wanted.gender, told):
                    named = resolve(segment, i, labels, scene, barred)
                    if named:
                        return named
                if fit(i) >= least:
                    # Far from it a pronoun speaks of the subject, not of the object.
                    owner = arguments.owner(units, i, labels, None) if free and at - i > _NEAR else i
                    return units[owner if fit(owner) else i].mentions
    post = _post(scene, unit.first) if "ORG" in labels else None
    if post is not None:
        return (post,)
    return _one(antecedent(told, wanted, sentence=scene.sentence, token=unit.first, barred=barred))


def _relative_head(units: Sequence[Unit], at: int) -> int | None:
    """The name before the «الذي» of a pronoun: «X التي رفض مؤسسها»."""
    for i in range(at - 1, max(0, at - _NEAR - 1), -1):
        if units[i].symbol in SIGNS_THAT_END:
            return None
        if "rel" in units[i].classes:
            return arguments.relative_head(units, i)
    return None


def _topic(units: Sequence[Unit], at: int, told: Story) -> int | None:
    """The name that «أما» puts in front of a sentence."""
    if at < _NEAR or told.tokens[units[0].first].stem != _AS_FOR:
        return None
    return next((i for i in range(1, min(_NEAR, at)) if units[i].mentions), None)


def _clash(name: Unit, wanted: str, told: Story) -> bool:
    """Whether «الشركة» and a pronoun differ in gender."""
    return bool(wanted) and name.note.startswith("the.") and gender(told.tokens[name.first].stem) != wanted
