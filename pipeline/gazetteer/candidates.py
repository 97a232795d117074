"""Which known entities a written name may stand for.

In: a name in either script. Out: entity ids with how alike they are, by spelling key and by consonant skeleton across
scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.gazetteer.keys import fold, likeness, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.gazetteer.entries import Spelling

_MIN_BONES = 3  # shorter skeletons are shared by too many names
_CACHE_SIZE = 50_000


class Candidate(NamedTuple):
    """An entity, how alike the name and its best spelling are (1 is the same key), and how it was found: key or skeleton."""

    entity_id: str
    labels: tuple[str, ...]
    likeness: float
    method: str
    common: bool


class Candidates:
    """Looks up names by key, then by skeleton."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self._by_key: dict[str, list[Spelling]] = {}
        self._by_bones: dict[str, list[Spelling]] = {}
        for spelling in spellings:
            self._by_key.setdefault(fold(spelling.surface), []).append(spelling)
            if "NORP" not in spelling.labels:
                bones = skeleton(spelling.surface)
                if len(bones) >= _MIN_BONES:
                    self._by_bones.setdefault(bones, []).append(spelling)
        self._known: dict[str, tuple[Candidate, ...]] = {}

    def __call__(self, name: str) -> tuple[Candidate, ...]:
        """The candidates for a name, the most alike first.

        >>> from pipeline.gazetteer.entries import Spelling
        >>> known = Candidates([Spelling("DeepSeek", "deepseek", ("ORG",), False)])
        >>> [(c.entity_id, c.method) for c in known("ديب سييك")]
        [('deepseek', 'skeleton')]
        """
        found = self._known.get(name)
        if found is None:
            if len(self._known) > _CACHE_SIZE:
                self._known.clear()
            self._known[name] = found = self._look_up(name)
        return found

    def _look_up(self, name: str) -> tuple[Candidate, ...]:
        exact = self._by_key.get(fold(name))
        if exact:
            return tuple({s.entity_id: Candidate(s.entity_id, s.labels, 1.0, "key", s.common) for s in exact}.values())
        best: dict[str, Candidate] = {}
        for spelling in self._by_bones.get(skeleton(name), ()):
            alike = likeness(name, spelling.surface)
            if spelling.entity_id not in best or best[spelling.entity_id].likeness < alike:
                best[spelling.entity_id] = Candidate(
                    spelling.entity_id, spelling.labels, alike, "skeleton", spelling.common
                )
        return tuple(sorted(best.values(), key=lambda c: (-c.likeness, c.entity_id)))
