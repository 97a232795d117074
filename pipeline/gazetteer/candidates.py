"""Which known entities a written name may stand for.

In: a name in either script and its label. Out: entity ids with the probability that their best spelling is the same name:
spelling keys first; for names that no list has, blocking by sound, then the transliteration model. Words that are spelt
right (`Usual`) tell other names from other spellings.
"""

from __future__ import annotations

import math
import re
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.models import proven
from pipeline.errors import SeedError
from pipeline.gazetteer.entries import load, spellings
from pipeline.gazetteer.keys import fold, fold_lines
from pipeline.gazetteer.sounds import Sounds, likeness
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
_SHORT_WORD = 4  # letters of a word in use that is no misspelling of a name
_COMMON_LETTERS = 5  # of a spelling that is an everyday word too
_SHORT_ARABIC, _SHORT_LATIN = 3, 4  # fewer letters that differ make another name: CBS and CBC
_EVERYDAY = 0.9  # a person's word as usual as this is another name
_RESPELT = 0.7  # the probability that a word is that of the other script
_TOGETHER = 0.67  # what is written together is not much shorter than what is written apart
_SPELT = 0.95  # the probability of names whose words are spellings of the same known names
_ANY = frozenset({"ORG", "PRODUCT", "GPE", "LOC", "PERSON"})  # labels of what is heard unasked
_UNASKED = 0.87  # mean of the edit similarities below which nobody looks closer unasked
_DERIVED = 0.1  # what a spelling that nobody curated must be more alike to be looked at first
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
        self, listed: Iterable[Spelling], *, models: Path | None = None, frequencies: Path | None = None
    ) -> None:
        every = list(listed)
        self._by_key: dict[str, list[Spelling]] = {}
        keys = fold_lines("\n".join(spelling.surface for spelling in every)).split("\n") if every else []
        for key, spelling in zip(keys, every, strict=True):
            self._by_key.setdefault(key, []).append(spelling)
        self._models, self._frequencies = models, frequencies
        self._ears: Ears | None = None
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

    def heard(self, name: str) -> tuple[Candidate, ...]:
        """The entities of any label that a stretch of text sounds like, of those that read nearly alike."""
        return self("" if self._models is None else name, "")

    def by_sound(self, name: str, label: str) -> tuple[Candidate, ...]:
        """The entities of a fitting label that sound like a name which no list has."""
        if self._models is None or len(fold(name)) < _LEAST_LETTERS:
            return ()
        if self._ears is None:  # a run that meets no unknown name never loads the model
            self._ears = Ears(self._by_key, self._models, self._frequencies)
        return self._ears.hear(name, label)


@lru_cache(maxsize=2)
def known(seeds: Path, models: Path | None) -> Candidates:
    """The candidates of the curated and derived entities, one for all rooms of a process."""
    return Candidates(
        (spelling for entry in load(seeds / "gazetteer") for spelling in spellings(entry)),
        models=models,
        frequencies=seeds / "lexicons" / "word_frequencies.tsv",
    )


class Ears:
    """Blocking, the transliteration model and the words that are spelt right."""

    def __init__(
        self,
        by_key: Mapping[str, Sequence[Spelling]],
        models: Path,
        frequencies: Path | None,
        *,
        weights: Sequence[float] | None = None,
    ) -> None:
        self._by_key = by_key
        self.spellings = [s for same in by_key.values() for s in same if _is_heard(s)]
        self._sounds = Sounds([spelling.surface for spelling in self.spellings])
        self._usual = Usual(frequencies, [s for s in self.spellings if not s.derived])
        self._transliterator = Transliterator(models)
        self._of_entity: dict[str, list[Spelling]] = {}
        self._weights = _read(models) if weights is None else weights

    def hear(self, name: str, label: str) -> tuple[Candidate, ...]:
        """The entities that a name may be, the likelier first: none for a short word that is in use («نواة»), but for one with vowel signs («كوِن»)."""
        if len(fold(name)) <= _SHORT_WORD and self._usual(name) > 0 and not _VOWEL_SIGN.search(name):
            return ()
        found = []
        for entity_id, spelling, values in self.evidence(name, label):
            odds = sum(weight * value for weight, value in zip(self._weights, values, strict=True))
            found.append(Candidate(entity_id, spelling.labels, 1 / (1 + math.exp(-odds)), "sound", False))
        return tuple(sorted(found, key=lambda c: (-c.likeness, c.entity_id)))

    def evidence(
        self, name: str, label: str, *, forget: str = "", but: str = ""
    ) -> list[tuple[str, Spelling, tuple[float, ...]]]:
        """The entities that are near a name, each with its nearest spelling and the numbers that speak for it (FEATURES).

        For learning, as if nobody knew the entity `forget`, or spellings with the key `but`.
        """
        spellings = self.spellings
        script, words = script_of(name), name.split()
        akin = set(kin(label)) if label else _ANY
        if len(words) < 2:
            akin -= {"PERSON"}
        fitting = [n for n in self._sounds.near(name) if not akin.isdisjoint(spellings[n].labels)]
        if forget or but:
            fitting = [n for n in fitting if spellings[n].entity_id != forget and fold(spellings[n].surface) != but]
        if not fitting:
            return []
        rows: list[_Row] = []
        seen: dict[str, bool] = {}  # entities with a spelling in this script: can the name vary from one of them?
        as_read = max(map(self._usual, words)) if script == "arabic" else 0.0
        near = self._sounds.best(name, fitting)
        if not label:
            near = [row for row in near if row[1] + row[2] >= 2 * _UNASKED]
        near.sort(key=lambda row: -row[1] - row[2] + _DERIVED * spellings[row[0]].derived)
        for number, alike, bones in near[: _LOOKED_AT if label else _LOOKED_AT - 2]:
            spelling = spellings[number]
            what = label or spelling.labels[0]
            if script_of(spelling.surface) != script:
                if what == "PERSON" and spelling.entity_id not in seen:
                    seen[spelling.entity_id] = self._is_person(words, script, spelling.entity_id, forget)
                rows.append(_Row(spelling, alike, bones, as_read, True, name, spelling.surface))
                continue
            mine, theirs, level = self._varied(words, spelling, what, forget)
            if not mine:
                if not theirs:
                    rows.append(_Row(spelling, 1.0, 1.0, 0.0, False, "", ""))
                continue
            seen[spelling.entity_id] = seen.get(spelling.entity_id, False) or level is not None
            if level is not None and not (what == "PERSON" and level >= _EVERYDAY):
                differ, other = " ".join(mine), " ".join(theirs)
                rows.append(_Row(spelling, *likeness(differ, other), level, False, differ, other))
        by_entity: dict[str, list[tuple[_Row, float]]] = {}
        rows = [row for row in rows if seen.get(row.spelling.entity_id, True)]
        rows += self._across(name, script, rows, but)
        whole = self._transliterator.same_many(name, [row.spelling.surface for row in rows]) if rows else []
        for row, likely in zip(rows, whole, strict=True):
            if row.is_cross:
                known = self._word_by_word(words, row.spelling.surface.split(), likely)
            else:
                known = self._transliterator.same(row.mine, row.theirs) if row.mine else _SPELT
            by_entity.setdefault(row.spelling.entity_id, []).append((row, min(likely, known)))
        return [
            (
                entity_id,
                max(heard, key=lambda pair: pair[1])[0].spelling,
                _features(name, label or heard[0][0].spelling.labels[0], script, heard),
            )
            for entity_id, heard in by_entity.items()
        ]

    def _across(self, name: str, script: str, rows: Sequence[_Row], but: str) -> list[_Row]:
        """For entities that are near by spellings of the name's script alone, the spelling in the other script that reads most alike."""
        crossed = {row.spelling.entity_id for row in rows if row.is_cross}
        found = []
        for entity_id in dict.fromkeys(row.spelling.entity_id for row in rows):
            others = [s for s in self._all(entity_id) if script_of(s.surface) != script and fold(s.surface) != but]
            if entity_id not in crossed and others:
                alike = [likeness(name, other.surface) for other in others]
                best = max(range(len(others)), key=lambda k: sum(alike[k]))
                found.append(_Row(others[best], *alike[best], 0.0, True, name, others[best].surface))
        return found

    def _word_by_word(self, mine: Sequence[str], theirs: Sequence[str], likely: float) -> float:
        """The probability that two names across scripts are one, of names of as many words halfway (in odds) to that of the words
        which fit least: «فلاديمير بوتكين» is as a whole near Vladimir Putin, whose first name says nothing about the second.
        """
        if len(mine) != len(theirs) or len(mine) < 2:
            return likely
        weakest = min(self._transliterator.same(word, other) for word, other in zip(mine, theirs, strict=True))
        return 1 / (1 + math.exp(-(_odds(likely) + _odds(weakest)) / 2))

    def _is_person(self, words: list[str], script: str, entity_id: str, forget: str) -> bool:
        """Whether a person's name may vary from one of the person's spellings in its script; yes where there is none."""
        same = [s for s in self._all(entity_id) if "PERSON" in s.labels and script_of(s.surface) == script]
        return not same or any(self._varied(words, s, "PERSON", forget).level is not None for s in same)

    def _varied(self, words: list[str], spelling: Spelling, label: str, forget: str) -> _Varied:
        """By which words a name differs from a known spelling, and whether that leaves it the same name."""
        mine, theirs = self._differing(words, spelling.surface.split())
        if not mine or not theirs:
            return _Varied(mine, theirs, None)
        if self._is_respelt(words, spelling):
            return _Varied(mine, theirs, 0.0)
        return _Varied(mine, theirs, self._level(mine, theirs, label, {spelling.entity_id, forget}))

    def _is_respelt(self, words: list[str], spelling: Spelling) -> bool:
        """Whether a name of several words differs from a known one by the vowels of some alone, and these are the name's in the other
        script: «دافيد» and «ديفيد» are David. With Arab family names it does not: «حامد» and «حميد» are two.
        """
        theirs = spelling.surface.split()
        if len(words) != len(theirs) or len(words) < 2 or words[-1].startswith("ال"):
            return False
        differ = [k for k, pair in enumerate(zip(words, theirs, strict=True)) if fold(pair[0]) != fold(pair[1])]
        if len(differ) == len(words) or any(likeness(words[k], theirs[k])[1] < 1 for k in differ):
            return False
        surfaces = [s.surface for s in self._all(spelling.entity_id) if script_of(s.surface) != script_of(words[-1])]
        named = [surface.split() for surface in surfaces if len(surface.split()) == len(words)]
        return any(all(self._transliterator.same(words[k], others[k]) >= _RESPELT for k in differ) for others in named)

    def _all(self, entity_id: str) -> list[Spelling]:
        """The spellings of an entity that are heard."""
        if not self._of_entity:
            for spelling in self.spellings:
                self._of_entity.setdefault(spelling.entity_id, []).append(spelling)
        return self._of_entity.get(entity_id, [])

    def _level(self, mine: Sequence[str], theirs: Sequence[str], label: str, entities: set[str]) -> float | None:
        """How usual the words are by which a name differs from a known one; None where they make it another name."""
        if label == "PERSON" and all(words[-1].startswith("ال") for words in (mine, theirs)):
            return None  # Arab family names: القمودي, الغامدي
        sizes = sorted((len(fold("".join(mine))), len(fold("".join(theirs)))))
        if len(mine) != len(theirs):  # written together or apart
            mine = ["".join(mine)]
            if sizes[0] < _TOGETHER * sizes[1]:
                return None
        if any(self._usual.is_of_another(word, entities) or _DIGIT.search(word) for word in mine):
            return None
        if sizes[0] < (_SHORT_LATIN if mine[0].isascii() else _SHORT_ARABIC):
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


def _is_heard(spelling: Spelling) -> bool:
    """Whether other spellings of it are looked for: not of short words that are everyday words too, nor of Latin ones (Stripe)."""
    if spelling.common and (spelling.derived or spelling.surface.isascii() or len(spelling.surface) < _COMMON_LETTERS):
        return False
    return "NORP" not in spelling.labels and len(spelling.surface) >= _LEAST_LETTERS


class _Varied(NamedTuple):
    """The words that only one of two names has, and how usual the first one's are; None where they make it another name."""

    mine: list[str]
    theirs: list[str]
    level: float | None


class _Row(NamedTuple):
    """A spelling near a name: edit similarities of letters and consonants, how usual what differs is, and what differs."""

    spelling: Spelling
    alike: float
    bones: float
    level: float
    is_cross: bool
    mine: str
    theirs: str


FEATURES = (
    "constant", "cross", "no_cross", "same", "no_same", "alike", "bones", "usual", "letters", "words", "person", "place", "other_label",
    "latin_alone", "other_bones",
)  # fmt: skip


def _features(name: str, label: str, script: str, heard: Sequence[tuple[_Row, float]]) -> tuple[float, ...]:
    """What speaks for an entity, in the order of FEATURES; probabilities as log-odds."""
    cross = [likely for row, likely in heard if row.is_cross]
    same = [likely for row, likely in heard if not row.is_cross]
    best = max(heard, key=lambda pair: pair[1])[0]
    compared = [row for row, _ in heard if not row.is_cross] or [row for row, _ in heard]
    bones = max(row.bones for row in compared)
    return (
        1.0,
        _odds(max(cross)) if cross else 0.0,
        float(not cross),
        _odds(max(same)) if same else 0.0,
        float(not same),
        max(row.alike for row in compared),
        bones,
        min(row.level for row in compared),
        math.log(len(fold(name))),
        float(" " in name.strip()),
        float(label == "PERSON"),
        float(label in ("GPE", "LOC", "FAC")),
        float(label not in best.spelling.labels),
        float(script == "latin" and not cross),
        float(bones < 1),
    )


def _odds(p: float) -> float:
    p = min(max(p, 0.001), 0.999)
    return math.log(p / (1 - p))


def _read(models: Path) -> tuple[float, ...]:
    """models/linking/weights.toml, in the order of FEATURES."""
    files, _ = proven(models, "linking")
    try:
        table = tomllib.loads(files["weights.toml"].read_text("utf-8"))["weights"]
        return tuple(float(table[name]) for name in FEATURES)
    except (OSError, KeyError, ValueError) as error:
        raise SeedError(
            f"{models / 'linking' / 'weights.toml'}: expected a table [weights] with {', '.join(FEATURES)}: {error!r}"
        ) from None
