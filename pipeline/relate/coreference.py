"""Whom «الشركة», «مقرها», «شركته» and a verb without a subject speak of.

In: the mentions of a document and where the reference stands. Out: the number of a mention before it, or None where it is
not safe: the gender, the kind of organisation («الصندوق» is no شركة) and the label must fit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipeline.relate import arguments
from pipeline.relate.lexicon import PRONOUN, Lexicon
from pipeline.relate.reading import NAMED, SIGNS_THAT_END, Segment, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.core.spans import Mention, Token

# How many sentences back a reference may reach.
REACH = 3
_RELATIVE = 4
# By how many sentences back a mention stands, and whether it is free or hangs on a preposition.
_WEIGHTS = ((10.0, 6.0), (8.0, 5.0), (4.5, 2.0), (3.0, 1.0))
_TOPIC = 4.5
_LATTER = "اخيره"
_GENDER = {"ها": "f", "ه": "m"}
_US = frozenset({"نا"})
_AS_FOR = "اما"
_SINGULAR = "الذي"
_NEAR = 4
# Names that a pronoun beside them speaks of, so that it does not speak of a company.
_OTHERS = frozenset({"EVENT", "WORK_OF_ART", "FAC"})
_HEADS = {"ORG": "head.org", "PRODUCT": "head.product"}


class Reference(NamedTuple):
    """What is known of the thing referred to. `noun` is the folded noun of «الشركة» without article, "" for a pronoun."""

    labels: frozenset[str]
    noun: str = ""
    gender: str = ""


class Story(NamedTuple):
    """What coreference knows of a document. `heads` are the nouns that stood before the names of an id, without article.

    `governed` are mentions after a preposition, `embedded` those inside a relative clause, `counts` how often an id is named, `most` the
    highest count of a label.
    `posts` fills as relations are found: the organisation (a mention) of each person.
    """

    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    ids: Sequence[str | None]
    by_sentence: Sequence[Sequence[int]]
    heads: dict[tuple[str, str], set[str]]
    company: frozenset[str]
    media: frozenset[str]
    governed: frozenset[int]
    embedded: frozenset[int]
    counts: dict[str, int]
    most: dict[str, int]
    posts: dict[str, int]


def bare_noun(stem: str) -> str:
    """A head noun without its article."""
    return stem.removeprefix("ال")


def gender(noun: str) -> str:
    """The gender (f or m) of a folded noun by its ending.

    >>> gender("شركه"), gender("صندوق"), gender("شركات")
    ('f', 'm', 'f')
    """
    return "f" if noun.endswith(("ه", "ات")) else "m"


def story(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    ids: Sequence[str | None],
    *,
    n_sentences: int,
    lexicon: Lexicon,
) -> Story:
    """Reads the heads and positions of all names of a document once."""
    by_sentence: list[list[int]] = [[] for _ in range(n_sentences)]
    heads: dict[tuple[str, str], set[str]] = defaultdict(set)
    governed, embedded = set(), set()
    for number, mention in enumerate(mentions):
        by_sentence[mention.sentence].append(number)
        ident, label = ids[number], _HEADS.get(mention.label)
        first = mention.first
        before = tokens[first - 1] if first else None
        if before is not None and before.sentence == mention.sentence:
            word = lexicon.words.get(before.stem)
            if word is not None and "prep" in word.classes:
                governed.add(number)
            elif word is not None and label in word.classes:
                if ident is not None:
                    heads[ident, mention.label].add(bare_noun(before.stem))
                ahead = tokens[first - 2] if first > 1 else None
                earlier = (
                    lexicon.words.get(ahead.stem) if ahead is not None and ahead.sentence == mention.sentence else None
                )
                if (before.stem_start - before.start and _preposed(before)) or (
                    earlier is not None and "prep" in earlier.classes
                ):
                    governed.add(number)
        if (
            any(_opens_relative(lexicon, tokens[i]) for i in range(max(0, first - _RELATIVE), first))
            and before is not None
        ):
            embedded.add(number)
        if tokens[first].start < mention.start and _preposed(tokens[first]):
            governed.add(number)
        if label and ident is not None:
            word = lexicon.words.get(tokens[first].stem)
            if word is not None and label in word.classes and mention.last > first:
                heads[ident, mention.label].add(bare_noun(tokens[first].stem))
    counts = Counter(ident for ident in ids if ident)
    most: dict[str, int] = {}
    for mention, ident in zip(mentions, ids, strict=True):
        if ident and counts[ident] > most.get(mention.label, 0):
            most[mention.label] = counts[ident]
    return Story(
        tokens,
        mentions,
        ids,
        by_sentence,
        heads,
        lexicon.company,
        lexicon.media,
        frozenset(governed),
        frozenset(embedded),
        counts,
        most,
        {},
    )


def _opens_relative(lexicon: Lexicon, token: Token) -> bool:
    word = lexicon.words.get(token.stem)
    return word is not None and "rel" in word.classes


def _preposed(token: Token) -> bool:
    prefix = token.norm[: max(0, len(token.norm) - len(token.stem))] or token.norm[:1]
    return prefix.strip("وف")[:1] in ("ب", "ل", "ك") and token.stem_start > token.start


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
        if wanted.noun in told.company:
            return 3 if heads & told.company else 0 if heads else 2
        return 3 if wanted.noun in heads else 0 if heads else 1
    if heads & told.media and not heads & told.company:
        return 0
    if wanted.gender and heads:
        return 3 if wanted.gender in {gender(head) for head in heads} else 0
    # A company is feminine, a person more often a man.
    return 1 if (wanted.gender, mention.label) in (("m", "ORG"), ("m", "GPE"), ("f", "PERSON")) else 2


def _weight(told: Story, number: int, wanted: Reference, *, back: int, token: int) -> float:
    """How likely a mention is the antecedent: near, free of prepositions, not inside a relative clause, often named."""
    fit = fits(told, number, wanted)
    if not fit:
        return 0.0
    mention = told.mentions[number]
    if fit == 1 and back and not wanted.noun:
        return 0.0
    there = told.by_sentence[mention.sentence]
    place = there.index(number) / len(there)
    free = number not in told.governed
    if wanted.noun == _LATTER:
        return 20.0 - 5 * back + place
    weight = _WEIGHTS[back][not free] + (place if not back else -place)
    # «الشركة» is what the document is about; a pronoun or an unnamed subject only leans that way.
    share = told.counts.get(told.ids[number] or "", 0) / max(1, told.most.get(mention.label, 1))
    weight += 0.5 * fit + (_TOPIC if wanted.noun else _TOPIC / 3) * share
    return weight - (4.0 if number in told.embedded else 0.0)


def antecedent(
    told: Story, wanted: Reference, *, sentence: int, token: int, barred: Iterable[str | None] = (), least: int = 1
) -> int | None:
    """The mention that a reference at a token speaks of; `barred` are ids that it cannot be, `least` how well it must fit."""
    closed = set(barred)
    if wanted.noun and wanted.noun not in told.company and wanted.noun != _LATTER:
        # «المعهد»: the last institute that was named so, however far.
        named = [
            i
            for i, mention in enumerate(told.mentions)
            if mention.last < token and told.ids[i] not in closed and fits(told, i, wanted) == 3
        ]
        if named:
            return named[-1]
    best, best_weight = None, 0.0
    for back in range(min(REACH, sentence) + 1):
        for number in told.by_sentence[sentence - back]:
            if told.mentions[number].last < token and told.ids[number] not in closed:
                weight = (
                    _weight(told, number, wanted, back=back, token=token)
                    if fits(told, number, wanted) >= least
                    else 0.0
                )
                if weight > best_weight or (weight == best_weight and not back and best is not None):
                    best, best_weight = number, weight
    return best


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
            return _one(scene.us)
        post = _post(scene, unit.first)
        people = any(
            told.mentions[i].label == "PERSON" and told.mentions[i].last < unit.first
            for i in told.by_sentence[scene.sentence]
        )
        if post is not None or people:
            return _one(post)
    noun = bare_noun(told.tokens[unit.first].stem) if unit.note.startswith("the.") else ""
    return _one(
        antecedent(
            told, Reference(frozenset({unit.symbol}), noun), sentence=scene.sentence, token=unit.first, barred=barred
        )
    )


def carried(
    segment: Segment, trigger: int, labels: frozenset[str], scene: Scene, barred: frozenset[str | None]
) -> tuple[int, ...]:
    """The subject of a verb whose sentence does not name it, or the company that «الشركة» speaks of."""
    unit = segment.units[trigger]
    if scene.us is not None and "ORG" in labels and "the.org" not in unit.classes:
        return (scene.us,)
    noun = bare_noun(scene.told.tokens[unit.first].stem) if "the.org" in unit.classes else ""
    return _one(
        antecedent(scene.told, Reference(labels, noun), sentence=scene.sentence, token=unit.first, barred=barred)
    )


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
        return _one(scene.us) if "ORG" in labels else ()
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
        if "rel" in units[i].classes and units[i - 1].symbol in NAMED:
            return i - 1
    return None


def _topic(units: Sequence[Unit], at: int, told: Story) -> int | None:
    """The name that «أما» puts in front of a sentence."""
    if at < _NEAR or told.tokens[units[0].first].stem != _AS_FOR:
        return None
    return next((i for i in range(1, min(_NEAR, at)) if units[i].mentions), None)


def _clash(name: Unit, wanted: str, told: Story) -> bool:
    """Whether «الشركة» and a pronoun differ in gender."""
    return bool(wanted) and name.note.startswith("the.") and gender(told.tokens[name.first].stem) != wanted
