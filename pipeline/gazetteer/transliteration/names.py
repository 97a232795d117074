"""The public door: spellings of a name in the other script, and the probability that two spellings are one name.

In: names as written, of any number of words. Out: candidates with probabilities, probabilities of sameness.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from pipeline.gazetteer.transliteration import weights as stored
from pipeline.gazetteer.transliteration.compare import ASKED, Comparer, closer_evidence, evidence, probability
from pipeline.gazetteer.transliteration.generate import N_SCORES, spellings
from pipeline.gazetteer.transliteration.letters import arabic_key, arabic_spelling, latin_key, latin_spelling, script_of
from pipeline.gazetteer.transliteration.lexicon import class_features, classes_of
from pipeline.gazetteer.transliteration.words import LONGEST, MOST_WORDS, Name, read, taken_apart, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.gazetteer.transliteration.weights import Generator

Candidates = list[tuple[str, float]]
MISSING = -6.0  # log-odds of a word that only one of two names has
LACKING = -0.3  # of an optional one (بن, de, Corp.)
CERTAIN = 0.99999
SPELT_OUT = 0.98  # IBM is «آي بي إم»
OTHER_INITIALS = 0.02
HOPELESS = -25.0  # log-odds of whole names below which their words are not looked at one by one
WELL_KNOWN = 3.0  # log-odds that known initials are meant
_VOWELS = frozenset("aeiouy")


class Transliterator:
    """The trained models; loading checks the weights against the manifest and raises SeedError where they differ."""

    def __init__(self, models: Path) -> None:
        self._weights = stored.load(models)
        self._words = read(models / stored.NAME / "words.tsv")
        # What was asked before; both are emptied when they have grown.
        self._known: dict[tuple[str, str], Candidates] = {}
        self._parts: dict[str, Name] = {}

    def latin(self, name: str, top: int = 5) -> Candidates:
        """The most probable Latin spellings of a name in Arabic letters, probabilities of the whole list summing to 1 or less."""
        parts = tokens(name)
        if not parts or len(parts) > MOST_WORDS:
            return []
        choices: list[Candidates] = []
        place = 0
        while place < len(parts):
            run = 0
            while place + run < len(parts) and arabic_key(parts[place + run]) in self._words.letters:
                run += 1
            if run > 1:
                choices.append(self._initials(parts[place : place + run]))
                place += run
            else:
                choices.append(self._one(parts[place], "latin"))
                place += 1
        return _combined(choices, top)

    def arabic(self, name: str, top: int = 5) -> Candidates:
        """The most probable Arabic spellings of a name in Latin letters."""
        parts = tokens(name)
        if not parts or len(parts) > MOST_WORDS:
            return []
        return _combined(
            [self._spelt(part) if _is_initials(part) else self._one(part, "arabic") for part in parts], top
        )

    def same(self, a: str, b: str) -> float:
        """The probability that two spellings, of any scripts, are one name; the order does not matter.

        Numbers must agree: «جي بي تي 4» is GPT-4 and never GPT-3.5.
        """
        first, second = sorted((a, b), key=lambda name: (script_of(name), name))
        return self.same_many(first, [second])[0]

    def same_many(self, name: str, others: Sequence[str]) -> list[float]:
        """`same` of one name with each of others, much faster than one by one.

        A Latin name with Arabic others is read the other way round than `same` does; the figures differ a little.
        """
        left = self._taken_apart(name)
        rights = [self._taken_apart(other) for other in others]
        result = [0.0] * len(rights)
        by_script: dict[str, list[int]] = {}
        for k, right in enumerate(rights):
            if left.numbers == right.numbers:
                if "".join(left.words) == "".join(right.words):
                    result[k] = CERTAIN if left.words or left.numbers else 0.0
                elif left.words and right.words:
                    by_script.setdefault(right.script, []).append(k)
        for script, numbers in by_script.items():
            for k, score in zip(numbers, self._compared(left, [rights[k] for k in numbers], script), strict=True):
                result[k] = score
        return result

    def _taken_apart(self, name: str) -> Name:
        found = self._parts.get(name)
        if found is None:
            if len(self._parts) > 100_000:
                self._parts.clear()
            found = self._parts[name] = taken_apart(self._words, name)
        return found

    def _compared(self, left: Name, rights: list[Name], script: str) -> list[float]:
        """The best of what the whole names say, with and without optional words and letter names, and word by word."""
        comparer = self._weights.compared[
            script if left.script == script else "cross" if script == "latin" else "turned"
        ]
        best = np.zeros(len(rights))
        strongest = np.full(len(rights), -99.0)
        single: dict[int, NDArray[np.float64]] = {}  # the evidence of single words
        for one in dict.fromkeys(_readings(left)):
            pairs = [(k, other) for k, right in enumerate(rights) for other in dict.fromkeys(_readings(right))]
            sounds = evidence(comparer, "".join(one)[:LONGEST], ["".join(other)[:LONGEST] for _, other in pairs])
            sounds[:, 0] += [
                LACKING * (one == left.core != left.words) + LACKING * (other == rights[k].core != rights[k].words)
                for k, other in pairs
            ]
            for (k, _), p, sound in zip(pairs, probability(comparer.calibration, sounds).tolist(), sounds, strict=True):
                best[k] = max(best[k], p)
                strongest[k] = max(strongest[k], sound[0])
                if p > ASKED and _is_single(left) and _is_single(rights[k]):
                    single[k] = sound
        if comparer.network is not None and single:
            words = ["".join(rights[k].words) for k in single]
            closer = closer_evidence(comparer, "".join(left.words), words)
            sounds = np.column_stack([np.stack(list(single.values())), closer])
            best[list(single)] = probability(comparer.closely, sounds)
        for k, right in enumerate(rights):
            if max(len(left.core), len(right.core)) > 1 and strongest[k] > HOPELESS:
                best[k] = max(
                    best[k], float(probability(comparer.calibration, self._by_words(comparer, left, right))[0])
                )
            if left.initials and right.initials and left.script != right.script:
                best[k] = max(best[k], SPELT_OUT) if left.initials & right.initials else min(best[k], OTHER_INITIALS)
        return [float(p) for p in np.minimum(best, CERTAIN)]

    def _by_words(self, comparer: Comparer, left: Name, right: Name) -> NDArray[np.float64]:
        """The evidence of the best pairing of words in order; a word without partner costs."""
        table = np.stack([evidence(comparer, word, list(right.core)) for word in left.core])
        best = np.full((len(left.core) + 1, len(right.core) + 1, 2), -np.inf)
        best[0, 0] = 0.0
        for i in range(len(left.core) + 1):
            for j in range(len(right.core) + 1):
                ways = [best[i, j]]
                if i:
                    ways.append(best[i - 1, j] + (MISSING, 0.0))
                if j:
                    ways.append(best[i, j - 1] + (MISSING, 0.0))
                if i and j:
                    ways.append(best[i - 1, j - 1] + table[i - 1, j - 1])
                best[i, j] = max(ways, key=lambda way: float(way[0]))
        return np.asarray(best[-1, -1])[None, :]

    def _one(self, word: str, to: str) -> Candidates:
        """Candidates of one word; what is already in that script, or a number, stays."""
        if script_of(word) == to or word[0].isnumeric() or len(word) > LONGEST:
            return [(word, 1.0)]
        place = (word, to)
        if place not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            generator = self._weights.to_latin if to == "latin" else self._weights.to_arabic
            source = arabic_spelling(word) if to == "latin" else latin_spelling(word)
            edits = self._weights.compared["cross" if to == "latin" else "turned"].edits
            found = spellings(generator, edits, source) or spellings(
                generator, edits, arabic_key(word) if to == "latin" else latin_key(word)
            )
            self._known[place] = [(_capital(name) if to == "latin" else name, p) for name, p in found[:50]] or [
                (word, 1.0)
            ]
        return self._known[place]

    def _initials(self, parts: list[str]) -> Candidates:
        """«جي بي تي» is GPT rather than GBT: what is in use counts, then which letter is so called first."""
        options = []
        for part in parts[:6]:
            exact = self._words.spelt.get(arabic_spelling(part), "")
            options.append(
                exact + "".join(letter for letter in self._words.letters[arabic_key(part)] if letter not in exact)
            )
        names = ["".join(letters) for letters in product(*options)]
        generator: Generator = self._weights.to_latin
        usual = class_features(classes_of(generator.lexicon, names)) @ generator.weights[N_SCORES:] + [
            WELL_KNOWN * (name in self._words.initials) for name in names
        ]
        ranks = np.array(
            [sum(option.index(letter) for option, letter in zip(options, name, strict=True)) for name in names]
        )
        share = np.exp(usual - ranks)
        share /= share.sum()
        rest = parts[6:]
        found = sorted(
            ((name.upper(), float(p)) for name, p in zip(names, share, strict=True)),
            key=lambda pair: (-pair[1], pair[0]),
        )
        return [
            (name + "".join(self._words.letters[arabic_key(part)][0].upper() for part in rest), p) for name, p in found
        ]

    def _spelt(self, word: str) -> Candidates:
        """Initials, letter by letter, and as a word where they can be read as one."""
        spelt = " ".join(self._words.names[letter] for letter in latin_key(word))
        read_so = 0.25 if _VOWELS & set(latin_key(word)) else 0.05
        return [(spelt, 1 - read_so), *((name, p * read_so) for name, p in self._one(word, "arabic"))]


def _readings(name: Name) -> list[tuple[str, ...]]:
    return [name.words, name.core, *([name.short] if name.short else [])]


def _is_single(name: Name) -> bool:
    return len(name.words) == 1 and name.short is None


def _is_initials(word: str) -> bool:
    key = latin_key(word)
    return 0 < len(key) <= 5 and script_of(word) == "latin" and (word.isupper() or not _VOWELS & set(key))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _combined(choices: list[Candidates], top: int) -> Candidates:
    """The best sequences of one candidate each."""
    ways: list[tuple[tuple[str, ...], float]] = [((), 1.0)]
    for candidates in choices:
        longer = [((*words, word), p * q) for words, p in ways for word, q in candidates[: max(top, 10)]]
        ways = sorted(longer, key=lambda way: (-way[1], way[0]))[: max(top, 10)]
    return [(" ".join(words), p) for words, p in ways[: max(top, 0)] if math.isfinite(p)]
