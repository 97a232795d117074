"""Of rival readings of the same words, the best.

In: the drafts of one sentence. Out: those that stay, each statement once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.relate.drafts import Draft
    from pipeline.relate.patterns import Predicate
    from pipeline.relate.story import Story

_LEAST = 1e-6


def choose(drafts: Sequence[Draft], predicates: dict[str, Predicate], told: Story) -> list[Draft]:
    """The drafts that no better one contradicts, in the order of the text. Symmetric ones have their ids in order."""
    best: dict[tuple[str, str, str], Draft] = {}
    for draft in drafts:
        subject, thing = name(told, draft.subject), name(told, draft.object)
        if predicates[draft.predicate].symmetric and subject > thing:
            subject, thing = thing, subject
            draft = draft._replace(subject=draft.object, object=draft.subject)
        key = (subject, draft.predicate, thing)
        if key not in best or draft.score > best[key].score:
            best[key] = draft
    kept = list(best.values())
    kept = [
        draft
        for draft in kept
        if not any(other.score > draft.score + _LEAST and _rivals(draft, other, predicates, told) for other in kept)
    ]
    return sorted(kept, key=lambda draft: (draft.first, draft.last, draft.predicate))


def name(told: Story, mention: int) -> str:
    """The entity id or value of a mention."""
    return told.ids[mention] or told.mentions[mention].value or ""


def _rivals(one: Draft, other: Draft, predicates: dict[str, Predicate], told: Story) -> bool:
    """Whether only one of two statements can be meant.

    Of what one trigger says with one predicate, the best pattern is right; some predicates have one value in a clause; an
    amount or a nationality takes part in one kind of statement; the subject of a verb is not its object.
    """
    if one.rule == other.rule:
        return False
    if one.predicate == other.predicate:
        single = predicates[one.predicate].one_a_clause and one.subject == other.subject and one.object != other.object
        return single or one.trigger == other.trigger
    if one.object == other.object and told.mentions[one.object].label in ("MONEY", "NORP"):
        return True
    amount = told.mentions[other.object].label == "MONEY"
    return one.trigger == other.trigger and one.object == other.subject and not amount
