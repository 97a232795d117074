"""Of rival readings of the same words, the best.

In: the drafts of one sentence. Out: those that stay, each statement once. Of what one trigger says with one predicate, the best
pattern is right; some predicates have one value in a clause; an amount or a nationality takes part in one kind of statement; the
subject of a verb is not its object.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.relate.drafts import Draft
    from pipeline.relate.patterns import Predicate
    from pipeline.relate.story import Story

_LEAST = 1e-6
# Each key of a contest knows the best score of each contestant there: a list of names makes many drafts, but few contestants.
Key = tuple[str | int, ...]
Contestant = tuple[str, str]
Contests = dict[Key, dict[Contestant, float]]


def choose(drafts: Sequence[Draft], predicates: dict[str, Predicate], told: Story) -> list[Draft]:
    """The drafts that no better one contradicts, in the order of the text. Symmetric ones have their ids in order."""
    best: dict[tuple[str, str, str], Draft] = {}
    for draft in drafts:
        subject, thing = name(told, draft.subject), name(told, draft.object)
        if predicates[draft.predicate].symmetric and subject > thing:
            subject, thing = thing, subject
            draft = draft._replace(subject=draft.object, object=draft.subject)
        statement = (subject, draft.predicate, thing)
        if statement not in best or draft.score > best[statement].score:
            best[statement] = draft
    contests: Contests = defaultdict(dict)
    for draft in best.values():
        for key, contestant in _entered(draft, predicates, told):
            scores = contests[key]
            scores[contestant] = max(scores.get(contestant, 0.0), draft.score)
        if not _amount(draft, told) and not draft.guessed:
            contests["agent", draft.trigger, draft.subject][draft.predicate, draft.rule] = draft.score
    kept = [draft for draft in best.values() if not _beaten(draft, contests, predicates, told)]
    return sorted(kept, key=lambda draft: (draft.first, draft.last, draft.predicate))


def name(told: Story, mention: int) -> str:
    """The entity id or value of a mention."""
    return told.ids[mention] or told.mentions[mention].value or ""


def _amount(draft: Draft, told: Story) -> bool:
    return told.mentions[draft.object].label == "MONEY"


def _entered(draft: Draft, predicates: dict[str, Predicate], told: Story) -> list[tuple[Key, Contestant]]:
    """The contests that a draft takes part in, and as whom: a predicate and a rule."""
    itself = (draft.predicate, draft.rule)
    entered: list[tuple[Key, Contestant]] = []
    if not draft.guessed:
        entered.append((("trigger", draft.predicate, draft.trigger), itself))
    if predicates[draft.predicate].one_a_clause:
        entered.append((("value", draft.predicate, draft.subject), itself))
    if told.mentions[draft.object].label in ("MONEY", "NORP"):
        entered.append((("object", draft.object), itself))
    return entered


def _beaten(draft: Draft, contests: Contests, predicates: dict[str, Predicate], told: Story) -> bool:
    least = draft.score + _LEAST
    for key, contestant in _entered(draft, predicates, told):
        if any(score > least for other, score in contests[key].items() if other != contestant):
            return True
    if draft.guessed:
        return False
    rivals = contests.get(("agent", draft.trigger, draft.object), {})
    return any(score > least for (predicate, _), score in rivals.items() if predicate != draft.predicate)
