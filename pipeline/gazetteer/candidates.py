"""Which known entities a written name may stand for.

In: a name in either script and its label. Out: entity ids with the probability that their best spelling is the same name:
spelling keys first; for names that no list has, what sounds alike (`pipeline.gazetteer.hearing`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.gazetteer.entries import load, spellings
from pipeline.gazetteer.hearing import LEAST_LETTERS, Ears
from pipeline.gazetteer.keys import fold, fold_lines

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.gazetteer.entries import Spelling

_CACHE_SIZE = 50_000
_SIGNS = str.maketrans({"\u064e": "ا", "\u064f": "و", "\u0650": "ي"})


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
            self._known[asked] = found = (
                self.by_key(name) or self.by_key(_written_out(name)) or self.by_sound(name, label)
            )
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
        """The entities that sound like a name which no list has, the likelier first."""
        if self._models is None or len(fold(name)) < LEAST_LETTERS:
            return ()
        if self._ears is None:  # a run that meets no unknown name never loads the model
            self._ears = Ears(self._by_key, self._models, self._frequencies)
        heard = self._ears.hear(name, label)
        return tuple(Candidate(entity, spelling.labels, likely, "sound", False) for entity, spelling, likely in heard)


def _written_out(name: str) -> str:
    """A name whose vowel signs are letters, as lists spell it; nothing where it has none.

    >>> _written_out("كوِن"), _written_out("كوين")
    ('كوين', '')
    """
    spelt = name.translate(_SIGNS)
    return spelt if spelt != name else ""


@lru_cache(maxsize=2)
def known(seeds: Path, models: Path | None) -> Candidates:
    """The candidates of the curated and derived entities, one for all rooms of a process."""
    return Candidates(
        (spelling for entry in load(seeds / "gazetteer") for spelling in spellings(entry)),
        models=models,
        frequencies=seeds / "lexicons" / "word_frequencies.tsv",
    )
