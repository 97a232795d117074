"""What stands beside unknown names, and what it says of them.

In: seeds/lexicons/name_cues.tsv. Out: cues by side and by the word next to the name.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import SeedError
from pipeline.gazetteer.keys import plain
from pipeline.ner.lexicon import rows

if TYPE_CHECKING:
    from pathlib import Path

SIDES = ("before", "after", "comma")
VOTED = ("ORG", "PRODUCT", "PERSON")


class Cue(NamedTuple):
    """A label and its weight, and the words that must stand farther from the name."""

    rest: tuple[str, ...]
    label: str
    weight: float


class Cues:
    """seeds/lexicons/name_cues.tsv: by side and the word next to the name."""

    def __init__(self, folder: Path) -> None:
        self.sides: dict[str, dict[str, list[Cue]]] = {side: defaultdict(list) for side in SIDES}
        file = folder / "name_cues.tsv"
        for cue, side, label, weight in rows(file, ("cue", "side", "label", "weight"), SIDES, VOTED):
            words = tuple(plain(word) for word in cue.split())
            try:
                vote = float(weight)
            except ValueError:
                raise SeedError(f"{file}: {cue}: weight {weight!r}; expected a number") from None
            near = words[-1] if side == "before" else words[0]
            self.sides[side][near].append(Cue(words[:-1] if side == "before" else words[1:], label, vote))
