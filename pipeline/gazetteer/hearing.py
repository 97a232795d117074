"""What speaks for a name that no list has being a known entity's, spelt otherwise.

In: known spellings, then a name and its label. Out: the entities that sound like it, each with its nearest spelling and named evidence
for `pipeline.core.trees`.

Blocking finds what may sound alike, the transliteration model compares it, within a script also the words alone by which two names
differ. Words that are spelt right (`Usual`) tell other names from other spellings. None of this decides anything, the trees do, but for
people's names that differ by a usual word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

from pipeline.core.models import proven
from pipeline.core.trees import Trees, log_odds
from pipeline.gazetteer.keys import fold
from pipeline.gazetteer.sounds import Sounds, consonants_of, likeness, reading
from pipeline.gazetteer.transliteration import Transliterator
from pipeline.gazetteer.transliteration.letters import script_of
from pipeline.gazetteer.usual import Usual

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.core.trees import Evidence
    from pipeline.gazetteer.entries import Spelling

MODEL = "linking"
TREES = "trees.onnx"
LEAST_LETTERS = 3  # of a spelling or a name that is heard
_LOOKED_AT = 8  # spellings that the model compares with a name
_COMMON_LETTERS = 5  # of a spelling that is an everyday word too
_RESPELT = 0.7  # the probability that a word is that of the other script
_OTHERWISE = 0.1  # what a spelling not curated, or of another kind, must be more alike to be looked at first
_UNASKED = 0.87  # mean of the edit similarities below which nobody looks closer at what has no label
_UNHEARD = frozenset({"NORP", "EVENT", "WORK_OF_ART"})  # labels whose spellings are not varied
_EVERYDAY = 0.9  # a person's word as usual as this is another name
_LEAST = 0.001  # nearer to 0 or 1 a probability says no more
_FAR = -7.0  # log-odds of what does not speak for a name at all
_DIGIT = re.compile(r"\d")
_VOWEL_SIGN = re.compile("[\u064b-\u0650]")
# Labels that are taken for one another: the company and its product, the town and its country or port.
_KIN = {label: akin for akin in (("ORG", "PRODUCT"), ("GPE", "LOC", "FAC")) for label in akin}


def kin(label: str) -> tuple[str, ...]:
    """The labels that are taken for one, itself among them.

    >>> kin("ORG"), kin("PERSON")
    (('ORG', 'PRODUCT'), ('PERSON',))
    """
    return _KIN.get(label, (label,))


class Heard(NamedTuple):
    """An entity that a name may be, its spelling nearest to the name, and what speaks for it."""

    entity_id: str
    spelling: Spelling
    evidence: Evidence


class Ears:
    """Blocking, the transliteration model, the words that are spelt right, and the trees that weigh what they say."""

    def __init__(
        self, by_key: Mapping[str, Sequence[Spelling]], models: Path, frequencies: Path | None, *, learn: bool = False
    ) -> None:
        self._by_key = by_key
        self.spellings = [s for same in by_key.values() for s in same if _is_heard(s)]
        self._sounds = Sounds([spelling.surface for spelling in self.spellings])
        self._usual = Usual(frequencies, [s for s in self.spellings if not s.derived])
        self._transliterator = Transliterator(models)
        self._of_entity: dict[str, list[Spelling]] = {}
        for spelling in self.spellings:
            self._of_entity.setdefault(spelling.entity_id, []).append(spelling)
        self._trees = None if learn else Trees(proven(models, MODEL)[0][TREES])

    def is_rare(self, word: str) -> bool:
        """Whether a word is hardly ever seen."""
        return self._usual(word) == 0

    def hear(self, name: str, label: str) -> list[tuple[str, Spelling, float]]:
        """The entities that a name may be with their probabilities, the likelier first."""
        heard = self.evidence(name, label)
        if not heard or self._trees is None:
            return []
        likely = self._trees([one.evidence for one in heard])
        found = [(one.entity_id, one.spelling, p) for one, p in zip(heard, likely, strict=True)]
        return sorted(found, key=lambda row: (-row[2], row[0]))

    def evidence(self, name: str, label: str, *, forget: str = "", but: str = "") -> list[Heard]:
        """The entities that are near a name. For learning, as if nobody knew the entity `forget`, or spellings with the key `but`."""
        near = self._near(name, label, forget, but)
        if not near:
            return []
        script, words = script_of(name), name.split()
        rows = near + self._across(name, near, but)
        whole = self._transliterator.same_many(name, [spelling.surface for spelling, *_ in rows])
        by_entity: dict[str, list[_Row]] = {}
        for (spelling, letters, consonants), likely in zip(rows, whole, strict=True):
            by_entity.setdefault(spelling.entity_id, []).append(
                _Row(spelling, letters, consonants, log_odds(likely, _LEAST))
            )
        named = self._of_name(name, label, script, words)
        found, best = [], []
        for entity_id, same in by_entity.items():
            within = [
                self._within(words, row, label, {entity_id, forget})
                for row in same
                if script_of(row.spelling.surface) == script
            ]
            across = [self._crossing(words, row) for row in same if script_of(row.spelling.surface) != script]
            if label == "PERSON" and within and all(told.is_other for told in (*within, *across)):
                continue
            sides = [max(side, key=lambda told: told.odds) for side in (within, across) if side]
            spelling = sides[0].spelling
            evidence = [pair for side in sides for pair in side.evidence]
            evidence += [*_of_entity(spelling, label, len(self._of_entity[entity_id])), *named]
            found.append((entity_id, spelling, evidence))
            best.append(max(side.odds for side in sides))
        return [
            Heard(entity_id, spelling, (*evidence, ("rival", _rival(best, k)), ("entities", float(len(best)))))
            for k, (entity_id, spelling, evidence) in enumerate(found)
        ]

    def _near(self, name: str, label: str, forget: str, but: str) -> list[tuple[Spelling, float, float]]:
        """The spellings of the most alike readings, with the edit similarities of their letters and consonants; for an Arabic name those of its
        kind alone. A Latin one is labelled less surely: of the articles of train, 30 of 32 Arabic names that sounded like another kind of thing
        were linked wrongly, and no Latin one.
        """
        spellings = self.spellings
        numbers: Iterable[int] = self._sounds.near(name)
        if label and not name.isascii():
            akin = set(kin(label))
            numbers = [n for n in numbers if not akin.isdisjoint(spellings[n].labels)]
        if forget or but:
            numbers = [n for n in numbers if spellings[n].entity_id != forget and fold(spellings[n].surface) != but]
        found = [(spellings[n], letters, consonants) for n, letters, consonants in self._sounds.best(name, numbers)]
        if not label:
            found = [row for row in found if row[1] + row[2] >= 2 * _UNASKED]

        def rank(row: tuple[Spelling, float, float]) -> float:
            strange = row[0].derived + (bool(label) and label not in row[0].labels)
            return _OTHERWISE * strange - row[1] - row[2]

        return sorted(found, key=rank)[:_LOOKED_AT]

    def _across(
        self, name: str, near: Sequence[tuple[Spelling, float, float]], but: str
    ) -> list[tuple[Spelling, float, float]]:
        """For entities that are near by spellings of one script alone, the spelling in the other that reads most alike."""
        scripts: dict[str, set[str]] = {}
        for spelling, *_ in near:
            scripts.setdefault(spelling.entity_id, set()).add(script_of(spelling.surface))
        found = []
        for entity_id, there in scripts.items():
            for missing in {"arabic", "latin"} - there:
                others = [
                    (s, *likeness(name, s.surface))
                    for s in self._of_entity[entity_id]
                    if script_of(s.surface) == missing and fold(s.surface) != but
                ]
                if others:
                    found.append(max(others, key=lambda row: row[1] + row[2]))
        return found

    def _within(self, words: list[str], row: _Row, label: str, entities: set[str]) -> _Told:
        """What a spelling in the name's script says: of the whole names and of the words by which they differ."""
        mine, theirs = self._differing(words, row.spelling.surface.split())
        found = [
            ("same script", 1.0), ("same whole", row.odds), ("same letters", row.letters), ("same consonants", row.consonants),
            ("words more", float(len(mine))), ("words less", float(len(theirs))),
        ]  # fmt: skip
        left, right = " ".join(mine), " ".join(theirs)
        if not mine or not theirs:
            likely = -_FAR if not mine and not theirs else _FAR
            return _Told(min(row.odds, likely), row.spelling, [*found, ("differ", likely)])
        likely = log_odds(self._transliterator.same(left, right), _LEAST)
        key, other = fold(left), fold(right)
        letters, consonants = likeness(left, right)
        found += [
            ("differ", likely), ("differ letters", letters), ("differ consonants", consonants),
            ("differ shorter", float(min(len(key), len(other)))), ("differ longer", float(max(len(key), len(other)))),
            ("differ edits", float(Levenshtein.distance(key, other))),
            ("differ sounds", float(Levenshtein.distance(reading(left), reading(right)))),
            ("differ usual", max(map(self._usual, mine))), ("differ from usual", max(map(self._usual, theirs))),
            ("differ by known", float(any(self._usual.is_of_another(word, entities) for word in mine))),
            ("differ in digits", float(_DIGIT.findall(left) != _DIGIT.findall(right))),
            ("differ in families", float(label == "PERSON" and mine[-1].startswith("ال") and theirs[-1].startswith("ال"))),
            ("differ at first", float(key[:1] != other[:1])), ("differ at last", float(key[-1:] != other[-1:])),
            ("respelt", float(self._is_respelt(words, row.spelling))),
        ]  # fmt: skip
        is_other = any(self._usual.is_of_another(word, entities) or self._usual(word) >= _EVERYDAY for word in mine)
        return _Told(min(row.odds, likely), row.spelling, found, is_other)

    def _crossing(self, words: list[str], row: _Row) -> _Told:
        """What a spelling in the other script says, of names of as many words also of the word that fits least."""
        theirs = row.spelling.surface.split()
        weakest, letters, consonants = row.odds, row.letters, row.consonants
        if len(words) == len(theirs) > 1:
            pairs = list(zip(words, theirs, strict=True))
            weakest = log_odds(min(self._transliterator.same(word, other) for word, other in pairs), _LEAST)
            alike = [likeness(word, other) for word, other in pairs]
            letters, consonants = min(a for a, _ in alike), min(b for _, b in alike)
        found = [
            ("cross script", 1.0), ("cross whole", row.odds), ("cross letters", row.letters), ("cross consonants", row.consonants),
            ("cross weakest", weakest), ("cross weakest letters", letters), ("cross weakest consonants", consonants),
            ("cross words", float(len(words) - len(theirs))), ("cross size", float(len(fold(row.spelling.surface)))),
        ]  # fmt: skip
        return _Told(row.odds, row.spelling, found, weakest < 0)

    def _of_name(self, name: str, label: str, script: str, words: list[str]) -> list[tuple[str, float]]:
        # «كوِن» is not the word «كون».
        usual = [0.0 if _VOWEL_SIGN.search(word) else self._usual(word) for word in words]
        return [
            ("size", float(len(fold(name)))), ("words", float(len(words))), ("consonants", float(len(consonants_of([reading(name)])[0]))),
            ("latin", float(script == "latin")), ("usual", max(usual, default=0.0)), ("least usual", min(usual, default=0.0)),
            ("asked", float(bool(label))), *([(f"is {label}", 1.0)] if label else []),
        ]  # fmt: skip

    def _is_respelt(self, words: list[str], spelling: Spelling) -> bool:
        """Whether a name of several words differs from a known one by the vowels of some alone, and these are the name's in the other
        script: «دافيد» and «ديفيد» are David.
        """
        theirs = spelling.surface.split()
        if len(words) != len(theirs) or len(words) < 2:
            return False
        differ = [k for k, pair in enumerate(zip(words, theirs, strict=True)) if fold(pair[0]) != fold(pair[1])]
        if len(differ) == len(words) or any(likeness(words[k], theirs[k])[1] < 1 for k in differ):
            return False
        mine = script_of(words[-1])
        surfaces = [s.surface for s in self._of_entity[spelling.entity_id] if script_of(s.surface) != mine]
        named = [surface.split() for surface in surfaces if len(surface.split()) == len(words)]
        return any(all(self._transliterator.same(words[k], others[k]) >= _RESPELT for k in differ) for others in named)

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


class _Row(NamedTuple):
    """A spelling near a name: edit similarities of letters and consonants, log-odds that the two are one name."""

    spelling: Spelling
    letters: float
    consonants: float
    odds: float


class _Told(NamedTuple):
    """What a spelling says; `is_other`: it speaks of another person, by a word that is usual or of another known name, or across scripts by
    a word that is hardly the same.
    """

    odds: float
    spelling: Spelling
    evidence: list[tuple[str, float]]
    is_other: bool = False


def _of_entity(spelling: Spelling, label: str, spellings: int) -> list[tuple[str, float]]:
    labels = set(spelling.labels)
    how = "label same" if label in labels else "label kin" if labels & set(kin(label)) else "label other"
    return [
        ("derived", float(spelling.derived)), ("common", float(spelling.common)), ("spellings", float(spellings)),
        (f"entity {spelling.labels[0]}", 1.0), *([(how, 1.0)] if label else []),
    ]  # fmt: skip


def _rival(best: Sequence[float], but: int) -> float:
    """The best log-odds of another entity."""
    return max((odds for k, odds in enumerate(best) if k != but), default=_FAR)


def _is_heard(spelling: Spelling) -> bool:
    """Whether other spellings of it are looked for: not of short words that are everyday words too, nor of Latin ones (Stripe)."""
    if spelling.common and (spelling.derived or spelling.surface.isascii() or len(spelling.surface) < _COMMON_LETTERS):
        return False
    return _UNHEARD.isdisjoint(spelling.labels) and len(spelling.surface) >= LEAST_LETTERS
