"""«الأولى»، «الثاني»، «الشركتان»: which of two names said together.

In: what is known of a document and the units of a sentence. Out: the units, those words replaced by the mentions that they speak of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.spans import VALUE_LABELS
from pipeline.relate.reading import NAMEABLE, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.relate.story import Story

# How many sentences back the two names may stand, and how many tokens may stand between them.
_BACK, _BETWEEN = 2, 2
_TWO = "two"
_PLACES = {"first": 0, "second": 1}


def resolved(units: Sequence[Unit], told: Story, sentence: int) -> list[Unit]:
    """The units with each such word as the name, or names, that it stands for; unchanged where no two names stand together before it."""
    return [_resolved(units, i, told, sentence) if _stands_for(units, i) else unit for i, unit in enumerate(units)]


def _stands_for(units: Sequence[Unit], i: int) -> bool:
    """Whether a word stands by itself for a name: «الأولى» after a verb, a preposition or a sign, no «الشركة الأولى», no «الأولى من نوعها»."""
    unit = units[i]
    if _TWO in unit.classes:
        return True
    if unit.classes.isdisjoint(_PLACES):
        return False
    before = units[i - 1] if i else None
    after = units[i + 1] if i + 1 < len(units) else None
    if after is not None and ("من" in after.classes or (after.note == "the" and after.classes.isdisjoint(_PLACES))):
        return False
    if before is None or not before.classes.isdisjoint(_PLACES):
        return True
    return not before.mentions and not before.note


def _resolved(units: Sequence[Unit], i: int, told: Story, sentence: int) -> Unit:
    unit = units[i]
    both = _TWO in unit.classes
    pair = _pair(told, unit.first, sentence, ("ORG",) if both else NAMEABLE)
    if pair is None:
        return unit
    place = next((_PLACES[name] for name in sorted(_PLACES) if name in unit.classes), 0)
    mentions = pair if both else (pair[place],)
    return Unit(told.mentions[pair[0]].label, unit.first, unit.last, mentions)


def _pair(told: Story, token: int, sentence: int, labels: Sequence[str]) -> tuple[int, int] | None:
    """The last two names of one label that stand side by side before a token («X وY»)."""
    for back in range(min(_BACK, sentence) + 1):
        inside = [i for i in told.by_sentence[sentence - back] if told.mentions[i].last < token]
        inside = [i for i in inside if told.mentions[i].label not in VALUE_LABELS]
        for one, other in zip(reversed(inside[:-1]), reversed(inside[1:]), strict=True):
            left, right = told.mentions[one], told.mentions[other]
            near = right.first - left.last - 1 <= _BETWEEN
            joined = told.tokens[right.first].norm.startswith("و") or told.tokens[right.first - 1].norm == "و"
            joined = joined or told.tokens[left.last + 1].norm.startswith("و")
            if (
                left.label == right.label
                and left.label in labels
                and near
                and joined
                and told.ids[one] != told.ids[other]
            ):
                return one, other
    return None
