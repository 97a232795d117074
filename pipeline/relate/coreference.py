"""Whom «الشركة», «مقرها», «شركته» and a verb without a subject speak of.

In: the mentions of a document and where the reference stands. Out: the number of a mention before it, or None where it is
not safe: the gender, the kind of organisation («الصندوق» is no شركة) and the label must fit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.core.spans import Mention, Token
from pipeline.relate.lexicon import Lexicon

# How many sentences back a reference may reach.
REACH = 3
_RELATIVE = 4
# By how many sentences back a mention stands, and whether it is free or hangs on a preposition.
_WEIGHTS = ((10.0, 6.0), (8.0, 5.0), (4.5, 2.0), (3.0, 1.0))
_LATTER = "اخيره"
_HEADS = {"ORG": "head.org", "PRODUCT": "head.product"}


class Reference(NamedTuple):
    """What is known of the thing referred to. `noun` is the folded noun of «الشركة» without article, "" for a pronoun."""

    labels: frozenset[str]
    noun: str = ""
    gender: str = ""


class Story(NamedTuple):
    """What coreference knows of a document. `heads` are the nouns that stood before the names of an id, without article.

    `governed` are mentions after a preposition, `embedded` those inside a relative clause, `counts` how often an id is named.
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
    posts: dict[str, int]


def bare_noun(stem: str) -> str:
    """A head noun without its article."""
    return stem.removeprefix("ال")


def gender(noun: str) -> str:
    """f or m by the ending of a folded noun.

    >>> gender("شركه"), gender("صندوق"), gender("شركات")
    ('f', 'm', 'f')
    """
    return "f" if noun.endswith(("ه", "ات")) else "m"


def story(
    tokens: Sequence[Token], mentions: Sequence[Mention], ids: Sequence[str | None], *, n_sentences: int, lexicon: Lexicon
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
                earlier = lexicon.words.get(ahead.stem) if ahead is not None and ahead.sentence == mention.sentence else None
                if before.stem_start - before.start and _preposed(before) or (earlier is not None and "prep" in earlier.classes):
                    governed.add(number)
        if any(_opens_relative(lexicon, tokens[i]) for i in range(max(0, first - _RELATIVE), first)) and before is not None:
            embedded.add(number)
        if tokens[first].start < mention.start and _preposed(tokens[first]):
            governed.add(number)
        if label and ident is not None:
            word = lexicon.words.get(tokens[first].stem)
            if word is not None and label in word.classes and mention.last > first:
                heads[ident, mention.label].add(bare_noun(tokens[first].stem))
    return Story(tokens, mentions, ids, by_sentence, heads, lexicon.company, lexicon.media, frozenset(governed), frozenset(embedded), Counter(filter(None, ids)), {})


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
    weight += (2.0 if wanted.noun else 0.5) * fit + 0.3 * min(told.counts.get(told.ids[number] or "", 0), 5)
    return weight - (4.0 if number in told.embedded else 0.0)


def antecedent(told: Story, wanted: Reference, *, sentence: int, token: int, barred: Iterable[str | None] = ()) -> int | None:
    """The mention that a reference at a token speaks of; `barred` are ids that it cannot be."""
    closed = set(barred)
    best, best_weight = None, 0.0
    for back in range(min(REACH, sentence) + 1):
        for number in told.by_sentence[sentence - back]:
            if told.mentions[number].last < token and told.ids[number] not in closed:
                weight = _weight(told, number, wanted, back=back, token=token)
                if weight > best_weight or (weight == best_weight and not back and best is not None):
                    best, best_weight = number, weight
    return best
