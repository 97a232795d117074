"""Words that are spelt right: everyday words and the words of known names. A name that differs from a known one by such a word is
another name; one that differs by a word nobody has seen may be the same in another spelling.

In: word frequencies, known spellings. Out: how usual a word is, from 0 (never seen) to 1 (an everyday word), and whose name it is part of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.tsv import rows
from pipeline.errors import SeedError
from pipeline.gazetteer.keys import plain, plain_lines

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from pathlib import Path

    from pipeline.gazetteer.entries import Spelling

_SEVERAL = "*"
_SEEN, _EVERYDAY = -6.4, -5.4  # log10 of the share of running words that count as 0 and as 1


class Usual:
    """Arabic words by frequency; words of both scripts by the entity whose name they are part of."""

    def __init__(self, frequencies: Path | None, spellings: Sequence[Spelling]) -> None:
        self._shares: dict[str, float] = {}
        for share, stems in _rows(frequencies) if frequencies is not None else ():
            if share > _SEEN:
                level = min(1.0, (share - _SEEN) / (_EVERYDAY - _SEEN))
                for key in plain_lines("\n".join(stems)).split("\n"):
                    self._shares.setdefault(key, level)
        lines = plain_lines("\n".join(spelling.surface.replace(" ", "\n") + "\n" for spelling in spellings))
        self._owners: dict[str, str] = {}
        for spelling, words in zip(spellings, lines.split("\n\n"), strict=False):
            for word in words.split("\n"):
                if self._owners.setdefault(word, spelling.entity_id) != spelling.entity_id:
                    self._owners[word] = _SEVERAL

    def __call__(self, word: str) -> float:
        """From 0 to 1, with the article or without."""
        key = plain(word)
        bare = key.removeprefix("ال")
        return max(self._shares.get(key, 0.0), self._shares.get(bare, 0.0))

    def is_of_another(self, word: str, entities: Container[str]) -> bool:
        """Whether a word is part of the name of an entity that is none of these.

        >>> from pipeline.gazetteer.entries import Spelling
        >>> usual = Usual(None, [Spelling("بنك الكويت", "b", ("ORG",), False)])
        >>> usual.is_of_another("الكويت", {"b"}), usual.is_of_another("الكويت", {"c"}), usual.is_of_another("كويتت", {"c"})
        (False, True, False)
        """
        owner = self._owners.get(plain(word))
        return owner is not None and owner not in entities


def _rows(path: Path) -> Iterable[tuple[float, list[str]]]:
    """log10 of a share and the stems that have it."""
    for place, (share, stems) in rows(path, ("log10", "stems")):
        try:
            yield float(share), stems.split()
        except ValueError:
            raise SeedError(f"{place}: expected a number; found {share!r}") from None
