"""Statements from elsewhere: what another source (a classifier of pairs) believes runs through the same rules of status and speaker.

In: `Candidate`s, two mentions and a predicate each. Out: `Draft`s that `choose` weighs beside those of the patterns. A candidate has no
word of its own that states it; the nearest word of the lexicon that can carry its predicate is taken, or else the nearest verb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.relate.choose import name
from pipeline.relate.drafts import Draft, may_relate
from pipeline.relate.reading import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.core.spans import Mention, Token
    from pipeline.relate.coreference import Scene
    from pipeline.relate.drafts import Rules

_FINITE = frozenset({"#past", "#present"})
_BUT = frozenset({"بل", "انما"})
_QUOTES = frozenset("\"'")


class Candidate(NamedTuple):
    """`subject` and `object` are numbers of mentions; `score` is a probability; `rule` names who believes it («pairs-1»)."""

    subject: int
    predicate: str
    object: int
    score: float
    rule: str


def as_drafts(candidates: Iterable[Candidate], rules: Rules, scene: Scene, span: tuple[int, int]) -> list[Draft]:
    """The candidates whose later mention stands in the sentence of a scene, as drafts, but for those that break the types of their
    predicate.
    """
    found = []
    mentions = scene.told.mentions
    for candidate in candidates:
        places = [mentions[candidate.subject], mentions[candidate.object]]
        predicate = rules.predicates.get(candidate.predicate)
        if predicate is None or max(mention.sentence for mention in places) != scene.sentence:
            continue
        if not may_relate(scene, candidate.subject, candidate.object, predicate):
            continue
        here = [mention for mention in places if mention.sentence == scene.sentence]
        first, last = min(mention.first for mention in here), max(mention.last for mention in here)
        if len(here) < len(places):
            first, last = span[0], span[1] - 1  # somewhere in it a noun, a pronoun or an ending leads back to the other
        trigger, noun, worded = _trigger(candidate.predicate, rules, scene, span, here)
        found.append(
            Draft(candidate.predicate, candidate.subject, candidate.object, candidate.rule, candidate.score, noun, trigger, first, last,
                  Segment([], False), None, frozenset({trigger}), True, candidate.score, worded)
        )  # fmt: skip
    return found


def merged(drafts: Sequence[Draft], others: Sequence[Draft], rules: Rules, scene: Scene) -> list[Draft]:
    """Both sources as one, each statement once of each: what both say keeps the words of the pattern and learns what is believed."""
    told = scene.told

    def statement(draft: Draft) -> tuple[str, str, str]:
        subject, thing = name(told, draft.subject), name(told, draft.object)
        is_turned = rules.predicates[draft.predicate].symmetric and subject > thing
        return (thing, draft.predicate, subject) if is_turned else (subject, draft.predicate, thing)

    believed: dict[tuple[str, str, str], Draft] = {}
    for other in others:
        key = statement(other)
        if key not in believed or other.score > believed[key].score:
            believed[key] = other
    stated = {statement(draft) for draft in drafts}
    known = [
        draft._replace(believed=believed[key].score, rule=f"{draft.rule}+{believed[key].rule}")
        if key in believed
        else draft
        for draft in drafts
        for key in (statement(draft),)
    ]
    return known + [other for key, other in believed.items() if key not in stated]


def _clause(tokens: Sequence[Token], span: tuple[int, int], here: Sequence[Mention]) -> tuple[int, int]:
    """The part of a sentence that can state something of some mentions: from the sign before the first to the sign after the last, and behind
    a «بل» between them. A verb of another clause («ولم يعلن الثمن») would bring its negation along.
    """
    first, last = min(mention.first for mention in here), max(mention.last for mention in here)
    start = next((i + 1 for i in range(first - 1, span[0] - 1, -1) if _ends_clause(tokens[i])), span[0])
    end = next((i for i in range(last + 1, span[1]) if _ends_clause(tokens[i])), span[1])
    turned = [i for i in range(first, last) if tokens[i].stem in _BUT]
    return (turned[-1] if turned else start), end


def _ends_clause(token: Token) -> bool:
    return token.kind == "punct" and token.norm not in _QUOTES


def _trigger(
    predicate: str, rules: Rules, scene: Scene, span: tuple[int, int], here: Sequence[Mention]
) -> tuple[int, bool, bool]:
    """The token that carries a statement, whether it is a noun that presupposes it, and whether the lexicon knows it to carry the predicate:
    nearest to the middle of the arguments; where there is none, the later argument, so that the cues in front of it count.
    """
    told, middle = scene.told, sum(mention.first + mention.last for mention in here) / (2 * len(here))
    named = {
        token for i in told.by_sentence[scene.sentence] for token in range(told.mentions[i].first, told.mentions[i].last + 1)
    }  # fmt: skip
    carrying = rules.carriers.get(predicate, frozenset())
    best, best_key, noun = max(mention.first for mention in here), (2, 0.0), False
    for token in range(*_clause(told.tokens, span, here)):
        word = told.lexicon.words.get(told.tokens[token].stem)
        if word is None or token in named or told.tokens[token].stem in told.lexicon.cues:
            continue
        verb = not word.classes.isdisjoint(_FINITE)
        kind = 0 if not word.classes.isdisjoint(carrying) else 1 if verb else 2
        key = (kind, abs(token - middle))
        if kind < 2 and (key < best_key or best_key[0] == 2):
            best, best_key, noun = (
                token,
                key,
                kind == 0 and not verb and not word.classes.isdisjoint(rules.frames.nouns),
            )
    return best, noun or rules.predicates[predicate].passing in ("noun", "always"), best_key[0] == 0
