"""What coreference knows of a document: where each name stands, and which nouns stood before it.

In: the tokens and mentions of a document. Out: `Story`, made once a document, and filled with what its sentences tell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.core.spans import Mention, Token
    from pipeline.relate.lexicon import Lexicon

_HEADS = {"ORG": "head.org", "PRODUCT": "head.product"}
# How many tokens of a noun phrase may stand between a preposition and its name, and between «الذي» and what it embeds.
_PHRASE, _RELATIVE = 4, 4
_TWICE = 2


class Story(NamedTuple):
    """`heads` are the nouns that stood before the names of an id, without article; `counts` how often an id is named, `most` the
    highest count of a label. `topics` are the first mention of what a document names far more than others, by label.

    Two fill as relations are found: `posts`, the organisation (a mention) of each person, and `said`, by sentence, the tokens
    at which «الشركة» or an unnamed subject spoke of a mention.
    """

    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    ids: Sequence[str | None]
    by_sentence: Sequence[Sequence[int]]
    heads: dict[tuple[str, str], set[str]]
    lexicon: Lexicon
    counts: dict[str, int]
    most: dict[str, int]
    posts: dict[str, int]
    said: dict[int, dict[int, int]]
    topics: dict[str, int]


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
    for number, mention in enumerate(mentions):
        by_sentence[mention.sentence].append(number)
        ident, label = ids[number], mention.label
        kind = _HEADS.get(label)
        if kind is None or ident is None:
            continue
        near = tokens[mention.first - 1] if mention.first else None
        if near is not None and near.sentence == mention.sentence and kind in _classes(lexicon, near.stem):
            heads[ident, label].add(bare_noun(near.stem))
        first = tokens[mention.first].stem
        if mention.last > mention.first and kind in _classes(lexicon, first):
            heads[ident, label].add(bare_noun(first))
    counts = Counter(ident for ident in ids if ident)
    most: dict[str, int] = {}
    for mention, ident in zip(mentions, ids, strict=True):
        if ident and counts[ident] > most.get(mention.label, 0):
            most[mention.label] = counts[ident]
    topics = _topics(mentions, ids, counts)
    return Story(tokens, mentions, ids, by_sentence, heads, lexicon, counts, most, {}, {}, topics)


def _topics(mentions: Sequence[Mention], ids: Sequence[str | None], counts: Counter[str]) -> dict[str, int]:
    """The first mention of the most named id of a label, where no other is named, or it is named twice as often as the
    next one, or twice and in the first line.
    """
    first: dict[str, dict[str, int]] = defaultdict(dict)
    for number, (mention, ident) in enumerate(zip(mentions, ids, strict=True)):
        if ident:
            first[mention.label].setdefault(ident, number)
    found = {}
    for label, known in first.items():
        ranked = sorted(known, key=lambda ident: (-counts[ident], known[ident]))
        best, second = ranked[0], ranked[1] if len(ranked) > 1 else None
        early = mentions[known[best]].sentence == 0
        if second is None or (counts[best] >= _TWICE and (early or counts[best] >= _TWICE * counts[second])):
            found[label] = known[best]
    return found


def governed(told: Story, number: int) -> bool:
    """Whether a mention hangs on a preposition: «في X»، «من العملاق الياباني X»."""
    mention = told.mentions[number]
    return _preposed(told.tokens[mention.first], mention) or _hangs(told.tokens, mention, told.lexicon)


def embedded(told: Story, number: int) -> bool:
    """Whether a mention stands inside a relative clause, right after its «الذي»."""
    mention = told.mentions[number]
    before = told.tokens[max(0, mention.first - _RELATIVE) : mention.first]
    return any("rel" in _classes(told.lexicon, token.stem) for token in before if token.sentence == mention.sentence)


def _classes(lexicon: Lexicon, stem: str) -> frozenset[str]:
    word = lexicon.words.get(stem)
    return word.classes if word is not None else frozenset()


def _hangs(tokens: Sequence[Token], mention: Mention, lexicon: Lexicon) -> bool:
    """Whether a preposition stands before the noun phrase of a name: «من العملاق الياباني X»."""
    for i in range(mention.first - 1, max(-1, mention.first - 1 - _PHRASE), -1):
        token = tokens[i]
        classes = _classes(lexicon, token.stem)
        if token.sentence != mention.sentence or token.kind != "word":
            return False
        if "prep" in classes:
            return True
        if classes.isdisjoint(_HEADS.values()) and not token.stem.startswith("ال"):
            return False
        if _preposed(token, None):
            return True
    return False


def _preposed(token: Token, mention: Mention | None) -> bool:
    """Whether a token carries a proclitic preposition (ب ل ك)."""
    stem_start = token.stem_start if mention is None else mention.start
    prefix = token.norm[: max(0, len(token.norm) - len(token.stem))] or token.norm[:1]
    return stem_start > token.start and prefix.strip("وف")[:1] in ("ب", "ل", "ك")
