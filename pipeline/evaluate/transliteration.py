"""Measures transliteration on pairs of names: generating, finding in a list, and saying whether two spellings are one name.

In: pairs and functions to measure. Out: figures. The functions are given by the caller: this room knows no models.

Three formats of pairs are told apart by their columns: Latin ⇥ Arabic letters with spaces between ⇥ count (Wikidata names);
Arabic ⇥ Latin; and Arabic ⇥ Latin ⇥ count. Lines that begin with # are comments.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from pipeline.errors import ConfigError, SeedError

if TYPE_CHECKING:
    from pathlib import Path

_ARABIC = regex.compile(r"\p{Arabic}")
_MARKS = regex.compile(r"[\p{Mn}\p{Cf}ـ]")
_SEATS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ؤ": "و", "ئ": "ي", "ة": "ه", "ء": ""}
)
_VOWELS = regex.compile(r"[aeiouywh\W]+|(.)(?=\1)")
SEED = 5
Floats = NDArray[np.float64]
Generate = Callable[[str, int], Sequence[tuple[str, float]]]
Compare = Callable[[str, list[str]], Sequence[float]]


class Pair(NamedTuple):
    """One name in both scripts and how often it was seen so."""

    arabic: str
    latin: str
    seen: int


class Generated(NamedTuple):
    """Figures of generation over all pairs: shares of pairs, mean reciprocal rank, errors per character, names a second."""

    n: int
    top1: float
    top: float
    mrr: float
    cer: float
    top1_folded: float
    top_folded: float
    per_second: float


def read(path: Path) -> list[Pair]:
    """All pairs of a file; a line of other columns raises SeedError, one with the same script twice is left out."""
    pairs = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        arabic = [bool(_ARABIC.search(cell)) for cell in cells]
        if len(cells) not in (2, 3) or not "".join(cells[2:] or ["1"]).isdigit():
            raise SeedError(
                f"{path}, line {number}: expected an Arabic and a Latin name, tab-separated, and perhaps a count"
            )
        if arabic[0] == arabic[1]:
            continue  # real lists hold a few: one script twice, a lone mark
        count = int(cells[2]) if len(cells) == 3 else 1
        if arabic[1]:
            letters = cells[1].split(" ")
            pairs.append(
                Pair("".join(letters) if all(len(letter) == 1 for letter in letters) else cells[1], cells[0], count)
            )
        else:
            pairs.append(Pair(cells[0], cells[1], count))
    return pairs


def plain(name: str) -> str:
    """A name as strict figures compare it: small letters, composed, without vowel signs."""
    composed = unicodedata.normalize("NFC", name.lower().replace("\u0307", ""))
    return str(_MARKS.sub("", composed)) if _ARABIC.search(composed) else composed


def folded(name: str) -> str:
    """A name as the folded figures compare it: without accents, without hamza seats, ة as ه, ى as ي."""
    bare: str = _MARKS.sub("", unicodedata.normalize("NFKD", name.casefold()))
    return bare.translate(_SEATS)


def generated(generate: Generate, pairs: Sequence[Pair], *, direction: str, top: int) -> Generated:
    """Figures line by line, each line with the one spelling that it has.

    A spelling in the file that is another name's (such lines exist) counts as an error like any other.
    """
    ranks, ranks_folded, errors, letters = [], [], 0, 0
    start = time.perf_counter()
    cached: dict[str, list[str]] = {}
    for pair in pairs:
        source, target = (pair.arabic, pair.latin) if direction == "latin" else (pair.latin, pair.arabic)
        if source not in cached:
            cached[source] = [name for name, _ in generate(source, top)]
        names = cached[source]
        ranks.append(_rank([plain(name) for name in names], plain(target)))
        ranks_folded.append(_rank([folded(name) for name in names], folded(target)))
        errors += Levenshtein.distance(plain(names[0]) if names else "", plain(target))
        letters += len(plain(target))
    seconds = time.perf_counter() - start
    n = len(pairs)
    return Generated(n, sum(rank == 1 for rank in ranks) / n, sum(rank > 0 for rank in ranks) / n,
                     sum(1 / rank for rank in ranks if rank) / n, errors / letters, sum(rank == 1 for rank in ranks_folded) / n,
                     sum(rank > 0 for rank in ranks_folded) / n, len(cached) / seconds)  # fmt: skip


def _rank(names: list[str], target: str) -> int:
    return names.index(target) + 1 if target in names else 0


def chosen(pairs: Sequence[Pair], n: int) -> list[Pair]:
    """`n` of the pairs, always the same; all of them for 0."""
    return Random(SEED).sample(pairs, n) if 0 < n < len(pairs) else list(pairs)


def found(scores: Floats, *, axis: int) -> tuple[float, float]:
    """Shares of names whose own spelling scores best, and among the best five; row k and column k of `scores` are one name.

    `axis` 0 looks for each column's name among the rows, 1 for each row's among the columns; of equal scores the right one is last.
    """
    own = np.diag(scores)
    rank = (scores >= (own[None, :] if axis == 0 else own[:, None])).sum(axis)
    return float((rank <= 1).mean()), float((rank <= 5).mean())


def comparing_lines(compare: Compare, pairs: Sequence[Pair], *, n: int, least_count: int) -> list[str]:
    """Figures of finding and of same-name decisions, on `n` distinct names of the pairs."""
    rows = chosen(distinct([pair for pair in pairs if pair.seen >= least_count]), n)
    if not rows:
        raise ConfigError(f"no pair was seen {least_count} times or more; a file without counts takes --least-count 1")
    arabic, latin = [pair.arabic for pair in rows], [pair.latin for pair in rows]
    lines = []
    start = time.perf_counter()
    to_latin = np.array([compare(name, latin) for name in arabic])
    to_arabic = np.array([compare(name, arabic) for name in latin])
    seconds = time.perf_counter() - start
    for title, (first, five) in (
        ("Arabic name among Latin ones", found(to_latin, axis=1)),
        ("Latin name among Arabic ones", found(to_arabic, axis=1)),
    ):
        lines.append(f"{title}: top-1 {first:.3f}, top-5 {five:.3f} of {len(rows)}")
    lines.append(f"{2 * len(rows) ** 2 / seconds:,.0f} pairs a second in lists of {len(rows)}")
    scores, truths = decisions(compare, rows, pairs)
    start = time.perf_counter()
    for name in arabic[:200]:
        compare(name, latin[:50])
    lines.append(f"50 candidates: {(time.perf_counter() - start) / min(200, len(arabic)) * 1000:.2f} ms")
    right = [score > 0.5 for score in scores]
    hits = sum(a and b for a, b in zip(right, truths, strict=True))
    lines.append(f"same name or near neighbour: average precision {average_precision(scores, truths):.3f} of {sum(truths)} pairs against {len(truths) - sum(truths)}; "
                 f"at 0.5 precision {hits / max(sum(right), 1):.3f}, recall {hits / max(sum(truths), 1):.3f}")  # fmt: skip
    return lines


def decisions(compare: Compare, rows: Sequence[Pair], pairs: Sequence[Pair]) -> tuple[list[float], list[bool]]:
    """Scores and truths: each row's own pair, and its Arabic name with two near neighbours of its Latin one.

    Near are, of all Latin names of the pairs that are nowhere given for that Arabic one, that with the same consonants and the least
    edit distance, and that with the least edit distance of all.
    """
    given: dict[str, set[str]] = {}
    for pair in pairs:
        given.setdefault(folded(pair.arabic), set()).add(folded(pair.latin))
    everything = sorted({folded(pair.latin) for pair in pairs})
    by_bones: dict[str, list[str]] = {}
    for name in everything:
        by_bones.setdefault(_VOWELS.sub("", name), []).append(name)
    scores: list[float] = []
    truths: list[bool] = []
    for pair in rows:
        wrong = given[folded(pair.arabic)] | {folded(pair.latin)}
        kin = sorted(
            (n for n in by_bones[_VOWELS.sub("", folded(pair.latin))] if n not in wrong),
            key=lambda n: (Levenshtein.distance(n, folded(pair.latin)), n),
        )[:1]
        near = [
            n
            for n, _, _ in extract(folded(pair.latin), everything, scorer=Levenshtein.distance, limit=12)
            if n not in wrong and n not in kin
        ][: 2 - len(kin)]
        names = [pair.latin, *kin, *near]
        scores += list(compare(pair.arabic, names))
        truths += [True, *[False] * (len(names) - 1)]
    return scores, truths


def distinct(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs whose folded spellings, either side, have not come before."""
    arabic: set[str] = set()
    latin: set[str] = set()
    kept = []
    for pair in pairs:
        if folded(pair.arabic) not in arabic and folded(pair.latin) not in latin:
            arabic.add(folded(pair.arabic))
            latin.add(folded(pair.latin))
            kept.append(pair)
    return kept


def average_precision(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """Mean precision at each true pair, in order of falling score; of equal scores the false come first.

    >>> average_precision([0.9, 0.8, 0.7], [True, False, True])
    0.8333333333333333
    """
    order = sorted(range(len(scores)), key=lambda k: (-scores[k], truths[k]))
    right, total = 0, 0.0
    for place, k in enumerate(order, 1):
        if truths[k]:
            right += 1
            total += right / place
    return total / max(right, 1)
