"""Variants of a document: other names in the same places, other habits of spelling, other proclitics.

In: documents of units. Out: documents of units, whose names and relations have moved along. Every choice comes from a seeded generator.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.core.spans import VALUE_LABELS
from pipeline.tokenise.lexicons import frequencies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from random import Random

    from pipeline.train.encoder.corpora import Doc, Name

_RARE, _FREQUENT = -5.2, -3.6  # log10 of a word's share of running words
_SHORT = 3  # letters
_NO_HAMZA = str.maketrans("أإآ", "ااا")
_ARABIC = re.compile("[\u0621-\u064a]")
_PROCLITICS = ("و", "ف", "ب", "ل", "ك", "وب", "ول")
_CLEAR = frozenset({"", "و", "من", "في", "على", "عن", "إلى", "مع", "،", "."})

Pools = dict[tuple[str, bool], list[tuple[str, ...]]]  # names in units, by label and whether they are in Arabic letters


def is_arabic(unit: str) -> bool:
    """Whether a unit has Arabic letters."""
    return bool(_ARABIC.search(unit))


def pools(docs: Sequence[Doc]) -> Pools:
    """The names that stand in documents, by label and script."""
    found: dict[tuple[str, bool], set[tuple[str, ...]]] = {}
    for doc in docs:
        for name in doc.names:
            written = doc.units[name.first : name.last + 1]
            found.setdefault((name.label, is_arabic("".join(written))), set()).add(written)
    return {key: sorted(names) for key, names in sorted(found.items())}


def renamed(doc: Doc, pool: Pools, random: Random, *, share: float) -> Doc:
    """The document with a share of its entities under other names, each everywhere alike; values and demonyms stay."""
    new: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {}
    written: list[tuple[str, ...]] = []
    moved: dict[str, bool] = {}
    for name in doc.names:
        old = doc.units[name.first : name.last + 1]
        stays = name.label in VALUE_LABELS or name.label == "NORP"
        if name.key not in moved:
            moved[name.key] = not stays and random.random() < share
        key = (name.key, name.label, old)
        if moved[name.key] and not stays and key not in new:
            choices = pool.get((name.label, is_arabic("".join(old))))
            new[key] = random.choice(choices) if choices else old
        written.append(new.get(key, old))
    return _rewritten(doc, written)


def _rewritten(doc: Doc, written: Sequence[tuple[str, ...]]) -> Doc:
    units: list[str] = []
    sentences: list[int] = []
    names: list[Name] = []
    at = 0
    for name, surface in zip(doc.names, written, strict=True):
        units += doc.units[at : name.first]
        sentences += doc.sentences[at : name.first]
        names.append(name._replace(first=len(units), last=len(units) + len(surface) - 1))
        units += surface
        sentences += [doc.sentences[name.first]] * len(surface)
        at = name.last + 1
    units += doc.units[at:]
    sentences += doc.sentences[at:]
    return doc._replace(units=tuple(units), sentences=tuple(sentences), names=tuple(names))


def respelled(doc: Doc, random: Random) -> Doc:
    """The document in careless spelling: no hamzas, ه for ة, ي for ى, small Latin letters, each or none of them."""
    hamza, marbuta, maksura, lower = (random.random() < share for share in (0.6, 0.3, 0.3, 0.15))

    def spelled(unit: str) -> str:
        if hamza:
            unit = unit.translate(_NO_HAMZA)
        if marbuta and unit.endswith("ة"):
            unit = unit[:-1] + "ه"
        if maksura and unit.endswith(("ى", "ي")):
            unit = unit[:-1] + ("ي" if unit.endswith("ى") else "ى")
        return unit.lower() if lower else unit

    return doc._replace(units=tuple(map(spelled, doc.units)))


def clitic(doc: Doc, random: Random, *, share: float) -> Doc:
    """The document with proclitics before a share of its Arabic names, where no word before them forbids it."""
    written = []
    for name in doc.names:
        old = doc.units[name.first : name.last + 1]
        before = doc.units[name.first - 1] if name.first else ""
        adds = before in _CLEAR and is_arabic(old[0]) and random.random() < share
        written.append((random.choice(_PROCLITICS), *old) if adds else old)
    moved = _rewritten(doc, written)
    names = [
        name._replace(first=name.last + 1 - (old.last + 1 - old.first))
        for name, old in zip(moved.names, doc.names, strict=True)
    ]
    return moved._replace(names=tuple(names))


def unbound(doc: Doc, random: Random, *, share: float) -> Doc:
    """The document with a share of its sentence ends gone: the sentence runs into the next one."""
    shift = 0
    sentences = []
    for at, sentence in enumerate(doc.sentences):
        if at and sentence != doc.sentences[at - 1] and random.random() < share:
            shift += sentence - doc.sentences[at - 1]
        sentences.append(sentence - shift)
    return doc._replace(sentences=tuple(sentences))


def everyday(path: Path) -> list[str]:
    """The words that invented names are made of: neither so frequent that no name is made of them, nor rare. `path` is
    seeds/lexicons/word_frequencies.tsv.
    """
    return [stem for stem, share in frequencies(path).items() if _RARE < share < _FREQUENT and len(stem) > _SHORT]


def invented(words: Sequence[str], random: Random, n: int) -> Mapping[tuple[str, bool], list[tuple[str, ...]]]:
    """Names of companies and products made of everyday words: one, two, or one with an addition."""
    made: list[tuple[str, ...]] = []
    additions = (
        "كابيتال",
        "للتقنية",
        "القابضة",
        "تك",
        "لابس",
        "كلاود",
        "بلس",
        "إيه آي",
        "للطاقة",
        "موبايل",
        "برو",
        "غروب",
    )
    for _ in range(n):
        first = random.choice(words)
        shape = random.random()
        if shape < 0.5:
            made.append((first,))
        elif shape < 0.75:
            made.append((first, random.choice(words)))
        else:
            addition = random.choice(additions)
            made.append(
                (first, *addition.split()) if not addition.startswith("لل") else (first, "ل", "ا" + addition[1:])
            )
    return {("ORG", True): made, ("PRODUCT", True): made}
