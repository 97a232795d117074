"""Which known entities a written name may stand for.

In: a name in either script and its label. Out: entity ids with the probability that their best spelling is the same name:
spelling keys first; for names that no list has, blocking by sound, then the transliteration model. Words that are spelt
right (`Usual`) tell other names from other spellings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.gazetteer.keys import fold
from pipeline.gazetteer.sounds import Sounds
from pipeline.gazetteer.transliteration import Transliterator
from pipeline.gazetteer.transliteration.letters import script_of
from pipeline.gazetteer.usual import Usual

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.gazetteer.entries import Spelling

_CACHE_SIZE = 50_000
_LOOKED_AT = 5  # spellings that the model compares with a name
_LEAST_LETTERS = 3  # a shorter name is not looked for by sound
_SHORT_WORD = 3  # a word of fewer letters that differs makes another name: 910B and 910C, CBS and CBC
_SPELT = 0.95  # the probability of names whose words are spellings of the same known names
_USUAL = 0.15  # what an everyday word takes from the probability
_DIGIT = re.compile(r"\d")
# Labels that are taken for one another: the company and its product, the town and its country or port.
_KIN = {label: kin for kin in (("ORG", "PRODUCT"), ("GPE", "LOC", "FAC")) for label in kin}


class Candidate(NamedTuple):
    """An entity, the probability that a name is its best spelling (1 is the same key), and how it was found: key or sound."""

    entity_id: str
    labels: tuple[str, ...]
    likeness: float
    method: str
    common: bool


class Candidates:
    """Looks up names by key, then by sound."""

    def __init__(
        self, spellings: Iterable[Spelling], *, models: Path | None = None, frequencies: Path | None = None
    ) -> None:
        self._by_key: dict[str, list[Spelling]] = {}
        self._heard: list[Spelling] = []
        for spelling in spellings:
            self._by_key.setdefault(fold(spelling.surface), []).append(spelling)
            if "NORP" not in spelling.labels and not spelling.common and len(spelling.surface) >= _LEAST_LETTERS:
                self._heard.append(spelling)
        self._models, self._frequencies = models, frequencies
        self._ears: _Ears | None = None
        self._known: dict[tuple[str, str], tuple[Candidate, ...]] = {}

    def __call__(self, name: str, label: str) -> tuple[Candidate, ...]:
        """The candidates for a name with a label, the most alike first."""
        asked = (name, label)
        found = self._known.get(asked)
        if found is None:
            if len(self._known) > _CACHE_SIZE:
                self._known.clear()
            self._known[asked] = found = self.by_key(name) or self.by_sound(name, label)
        return found

    def by_key(self, name: str) -> tuple[Candidate, ...]:
        """The entities with a spelling of the same key.

        >>> from pipeline.gazetteer.entries import Spelling
        >>> Candidates([Spelling("ديب سيك", "deepseek", ("ORG",), False)]).by_key("ديبسيك")[0].entity_id
        'deepseek'
        """
        exact = self._by_key.get(fold(name), ())
        return tuple({s.entity_id: Candidate(s.entity_id, s.labels, 1.0, "key", s.common) for s in exact}.values())

    def by_sound(self, name: str, label: str) -> tuple[Candidate, ...]:
        """The entities of a fitting label that sound like a name which no list has."""
        if self._models is None or len(fold(name)) < _LEAST_LETTERS:
            return ()
        if self._ears is None:  # a run that meets no unknown name never loads the model
            self._ears = _Ears(self._heard, self._by_key, self._models, self._frequencies)
        return self._ears.hear(name, label)


class _Ears:
    """Blocking, the transliteration model and the words that are spelt right."""

    def __init__(
        self,
        spellings: Sequence[Spelling],
        by_key: Mapping[str, Sequence[Spelling]],
        models: Path,
        frequencies: Path | None,
    ) -> None:
        self._spellings, self._by_key = spellings, by_key
        self._sounds = Sounds([spelling.surface for spelling in spellings])
        self._usual = Usual(frequencies, spellings)
        self._transliterator = Transliterator(models)

    def hear(self, name: str, label: str) -> tuple[Candidate, ...]:
        spellings = self._spellings
        kin = _KIN.get(label, (label,))
        fitting = [n for n in self._sounds.near(name) if not set(kin).isdisjoint(spellings[n].labels)]
        script, words = script_of(name), name.split()
        if not fitting or (label == "PERSON" and len(words) < 2):
            return ()
        rows: list[tuple[Spelling, float, str, str]] = []  # a spelling, how usual what differs is, what of the name and of it differs
        seen: dict[str, bool] = {}  # entities with a spelling in this script: can the name vary from one of them?
        as_read = max(map(self._usual, words)) if script == "arabic" else 0.0
        for number, _ in self._sounds.best(name, fitting, limit=_LOOKED_AT):
            spelling = spellings[number]
            if script_of(spelling.surface) != script:
                rows.append((spelling, as_read, name, spelling.surface))
                continue
            mine, theirs = self._differing(words, spelling.surface.split())
            if not mine:
                if not theirs:
                    rows.append((spelling, 0.0, "", ""))
                continue
            level = self._level(mine, theirs, spelling.entity_id) if theirs else None
            seen[spelling.entity_id] = seen.get(spelling.entity_id, False) or level is not None
            if level is not None:
                rows.append((spelling, level if script == "arabic" else 1.0, " ".join(mine), " ".join(theirs)))
        rows = [row for row in rows if seen.get(row[0].entity_id, True)]
        best: dict[str, Candidate] = {}
        whole = self._transliterator.same_many(name, [row[0].surface for row in rows]) if rows else []
        for (spelling, level, mine, theirs), likely in zip(rows, whole, strict=True):
            alike = _SPELT if not mine else likely if mine == name else min(likely, self._transliterator.same(mine, theirs))
            alike *= 1 - _USUAL * level
            known = best.get(spelling.entity_id)
            if known is None or known.likeness < alike:
                best[spelling.entity_id] = Candidate(spelling.entity_id, spelling.labels, alike, "sound", False)
        return tuple(sorted(best.values(), key=lambda c: (-c.likeness, c.entity_id)))

    def _level(self, mine: Sequence[str], theirs: Sequence[str], entity_id: str) -> float | None:
        """How usual the words are by which a name differs from a known one; None where they make it another name."""
        if len(mine) != len(theirs):  # written together or apart
            mine = ["".join(mine)]
        if any(self._usual.is_of_another(word, entity_id) or _DIGIT.search(word) for word in mine):
            return None
        if min(len(fold("".join(mine))), len(fold("".join(theirs)))) <= _SHORT_WORD:
            return None
        return max(map(self._usual, mine))

    def _differing(self, mine: list[str], theirs: list[str]) -> tuple[list[str], list[str]]:
        """The words that only one of two names has; two spellings of one known name (زوريخ, زيورخ) do not differ."""
        ours, others = [fold(word) for word in mine], [fold(word) for word in theirs]
        left = [word for word, key in zip(mine, ours, strict=True) if key not in others]
        right = [word for word, key in zip(theirs, others, strict=True) if key not in ours]
        if len(left) == len(right):
            differ = [pair for pair in zip(left, right, strict=True) if not self._is_one(*pair)]
            return [word for word, _ in differ], [word for _, word in differ]
        return left, right

    def _is_one(self, word: str, other: str) -> bool:
        known = {(s.entity_id, s.labels) for s in self._by_key.get(fold(word), ())}
        return any((s.entity_id, s.labels) in known for s in self._by_key.get(fold(other), ()))
