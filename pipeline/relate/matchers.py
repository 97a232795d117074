"""Patterns compiled for spaCy's Matcher, and matched.

In: patterns, the lexicon, and the units of a clause (`reading`). Out: `Match`es with their slots.

What makes spaCy fast enough here, with about 470 token patterns over news text:
- It reads a clause only when a pattern's trigger stands in it, and of the patterns only those of that trigger (one Matcher a
  trigger), if all their words and labels stand there.
- A unit is one of some 250 symbols, so the Vocab holds these and nothing else, whatever the corpus.
- A set of symbols («any loose word») is a lexeme flag, compared in C; an `IN` list calls back into Python for each token. There
  are 62 flags for about 130 sets: the sets that patterns use most get one.
- A bounded gap is «*» with its length checked afterwards: `{0,6}` becomes six optional tokens, which match a gap of three in
  20 ways, and a sentence with a few gaps in thousands (653 µs a word where «*» takes 23, on text made of relations).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.core.spans import LABELS
from pipeline.errors import SeedError
from pipeline.relate.inflect import fold
from pipeline.relate.lexicon import GENITIVE, OTHER, PRONOUN, SIGNS, Lexicon
from pipeline.relate.patterns import CLASS, ELEMENT, LEVELS, Pattern, Predicate, labels_of
from pipeline.relate.reading import NAMEABLE, PLACED, REFERRING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.relate.reading import Unit

_TIGHT, _LOOSE, _WIDE = 2, 6, 16
# Labels that a pattern without a class of words is tried for, the rarest first.
_RARE = ("NORP", "MONEY", "PERSON", "PRODUCT")
# Classes that stand in every other sentence are no triggers.
_COMMON = frozenset({"rel", "prep", "sub", "conj", "like", "each", "v"})
# Lexeme flags 1 to 62 are there for the taking in a bare Vocab.
_MOST_FLAGS = 62

Needs = tuple[frozenset[str], ...]


class Match(NamedTuple):
    """Unit numbers of a match: where it begins and ends, its slots (None: not in the form), its trigger, its own words. `labels`
    are those that each slot takes.
    """

    pattern: Pattern
    form: int
    start: int
    end: int
    subject: int | None
    object: int | None
    trigger: int
    words: tuple[int, ...]
    labels: dict[str, frozenset[str]]


class _Variant(NamedTuple):
    """A form with its optional elements chosen. All numbers are elements of `spec`: a set of symbols, and whether it is a gap."""

    pattern: Pattern
    form: int
    spec: tuple[tuple[frozenset[str], bool], ...]
    slots: dict[str, int]
    labels: dict[str, frozenset[str]]
    trigger: int
    trigger_symbols: frozenset[str]
    words: tuple[int, ...]
    gaps: dict[int, int]
    free: tuple[int, ...]
    first: bool
    last: bool

    def needs(self) -> Needs:
        """The sets of symbols of which a clause must hold one each."""
        return tuple(symbols for symbols, gap in self.spec if not gap)


class _Need(NamedTuple):
    """What a clause must hold for a form, as bit masks of symbols: in any order, those with the fewest symbols first; in the order of the
    form; and, where the form begins without a gap, the two that stand side by side.
    """

    rare: tuple[int, ...]
    ordered: tuple[int, ...]
    pair: tuple[int, int] | None


class _Group(NamedTuple):
    """The patterns of one trigger, and what each of them needs."""

    matcher: Any
    needs: tuple[_Need, ...]


class _Form(NamedTuple):
    mask: int
    groups: tuple[_Group, ...]


class Matchers:
    """All patterns, compiled. Level «word» is matched on `reading.flat`, «clause» on the segments of `reading.phrases`."""

    def __init__(self, book: Sequence[Pattern], known: dict[str, Predicate], lexicon: Lexicon) -> None:
        # spaCy takes one to two seconds to import: only a process that reads relations pays for it.
        from spacy.matcher import Matcher
        from spacy.tokens import Doc
        from spacy.vocab import Vocab

        self._doc, self._vocab = Doc, Vocab()
        symbols = sorted(frozenset().union(*lexicon.symbols.values()))
        self._bits = {symbol: 1 << i for i, symbol in enumerate(symbols)}
        for symbol in symbols:
            self._vocab[symbol]
        variants = [
            variant
            for pattern in book
            for number, form in enumerate(pattern.forms)
            for variant in _variants(pattern, number, form, known[pattern.predicate], lexicon)
        ]
        flags = self._flags(variants)
        self._variants: dict[int, _Variant] = {}
        grouped: dict[tuple[str, frozenset[str]], list[_Variant]] = defaultdict(list)
        for variant in variants:
            grouped[variant.pattern.level, variant.trigger_symbols].append(variant)
        self._groups: dict[str, dict[str, list[_Group]]] = {level: defaultdict(list) for level in LEVELS}
        for (level, triggers), members in grouped.items():
            matcher = Matcher(self._vocab, validate=False)
            for variant in members:
                key = f"{variant.pattern.id}/{len(self._variants)}"
                matcher.add(key, [[_token(symbols, gap, flags) for symbols, gap in variant.spec]])
                self._variants[self._vocab.strings[key]] = variant
            needs = {_need(tuple(map(self._mask, variant.needs())), self._pair(variant)) for variant in members}
            for symbol in triggers:
                self._groups[level][symbol].append(_Group(matcher, tuple(needs)))
        self._forms = self._by_form(lexicon)
        # What a clause can hold that no stem shows: signs, pronouns, proclitics.
        proclitics = {word.symbol for form, word in lexicon.words.items() if len(form) == 1}
        hidden = {*SIGNS.values(), PRONOUN, OTHER, GENITIVE, "و", *proclitics}
        self._hidden = self._mask(hidden)

    def _mask(self, symbols: Iterable[str]) -> int:
        return sum(map(self._bits.__getitem__, symbols))

    def _pair(self, variant: _Variant) -> tuple[int, int] | None:
        (first, _), *rest = variant.spec
        return (self._mask(first), self._mask(rest[0][0])) if rest and not rest[0][1] else None

    def _by_form(self, lexicon: Lexicon) -> dict[str, _Form]:
        """For each stem the symbols it can give, as a mask, and the groups of patterns that it triggers."""
        found: dict[str, _Form] = {}
        for form, word in lexicon.words.items():
            mask = self._bits[word.symbol]
            for name, label in REFERRING.items():
                mask |= self._bits[label] if name in word.classes else 0
            if not word.classes.isdisjoint(PLACED):
                mask |= self._mask(NAMEABLE)
            groups = tuple(group for level in LEVELS for group in self._groups[level].get(word.symbol, ()))
            plain = form.replace("ة", "ه")
            before = found.get(plain, _Form(0, ()))
            found[plain] = _Form(before.mask | mask, (*before.groups, *groups))
        return found

    def worth(self, stems: Iterable[str], labels: Iterable[str]) -> bool:
        """Whether any pattern can match in a sentence, by its stems and the labels of its names: cheap, and never wrongly no."""
        here = self._hidden
        triggered: list[_Group] = []
        for stem in stems:
            form = self._forms.get(stem)
            if form is not None:
                here |= form.mask
                triggered.extend(form.groups)
        for label in labels:
            here |= self._bits[label]
            triggered.extend(group for level in LEVELS for group in self._groups[level].get(label, ()))
        return any(_holds(here, need.rare) for group in triggered for need in group.needs)

    def _flags(self, variants: Sequence[_Variant]) -> dict[frozenset[str], int]:
        """A lexeme flag for each of the sets of symbols that patterns use most."""
        used = Counter(symbols for variant in variants for symbols, _ in variant.spec if len(symbols) > 1)
        chosen = sorted(used, key=lambda symbols: (-used[symbols], sorted(symbols)))[:_MOST_FLAGS]
        return {symbols: self._vocab.add_flag(symbols.__contains__) for symbols in chosen}

    def find(self, units: Sequence[Unit], level: str) -> Iterator[Match]:
        """All matches in a clause, overlapping ones too."""
        groups = self._groups[level]
        symbols = [unit.symbol for unit in units]
        distinct = dict.fromkeys(symbols)  # in order: a set would make the result depend on the hash seed
        here = self._mask(distinct)
        bits = [self._bits[symbol] for symbol in symbols]
        places: dict[int, list[int]] = {}
        chosen = {
            id(group.matcher): group.matcher
            for symbol in distinct
            if symbol in groups
            for group in groups[symbol]
            if _wanted(here, bits, group.needs, places)
        }
        if not chosen:
            return
        doc = self._doc(self._vocab, words=symbols)
        for matcher in chosen.values():
            for key, start, end, steps in matcher(doc, with_alignments=True):
                variant = self._variants[key]
                if (variant.first and start) or (variant.last and end < len(units)):
                    continue
                if any(steps.count(gap) > most for gap, most in variant.gaps.items()):
                    continue
                # An element other than a gap takes one unit.
                where = {step: start + offset for offset, step in enumerate(steps)}
                if any(where[step] and "prep" in units[where[step] - 1].classes for step in variant.free):
                    continue
                yield Match(
                    variant.pattern,
                    variant.form,
                    start,
                    end,
                    where.get(variant.slots.get("S", -1)),
                    where.get(variant.slots.get("O", -1)),
                    where[variant.trigger],
                    tuple(where[step] for step in variant.words),
                    variant.labels,
                )


def _need(ordered: tuple[int, ...], pair: tuple[int, int] | None) -> _Need:
    return _Need(tuple(sorted(set(ordered), key=int.bit_count)), ordered, pair)


def _holds(here: int, masks: Iterable[int]) -> bool:
    """Whether a clause holds a symbol of each mask."""
    return all(map(here.__and__, masks))


def _wanted(here: int, bits: Sequence[int], needs: Iterable[_Need], places: dict[int, list[int]]) -> bool:
    """Whether a clause can hold one of some forms. `places` keeps where the symbols of each mask stand, for the forms that follow."""
    return any(_holds(here, need.rare) and _in_order(bits, need, places) for need in needs)


def _in_order(bits: Sequence[int], need: _Need, places: dict[int, list[int]]) -> bool:
    """Whether the units of a clause hold what a form needs in its order, and its first two elements side by side.

    A look that costs a fraction of a call of the Matcher and spares seven of ten (1,225 of them became 350 on news text).
    """
    at = 0
    for mask in need.ordered:
        spots = _spots(bits, mask, places)
        nearest = bisect_left(spots, at)
        if nearest == len(spots):
            return False
        at = spots[nearest] + 1
    if need.pair is None:
        return True
    second = _spots(bits, need.pair[1], places)
    return any(i + 1 in second for i in _spots(bits, need.pair[0], places))


def _spots(bits: Sequence[int], mask: int, places: dict[int, list[int]]) -> list[int]:
    found = places.get(mask)
    if found is None:
        found = places[mask] = [i for i, bit in enumerate(bits) if bit & mask]
    return found


def _token(symbols: frozenset[str], gap: bool, flags: dict[frozenset[str], int]) -> dict[Any, Any]:
    """A token of spaCy's pattern language."""
    token: dict[Any, Any]
    if len(symbols) == 1:
        token = {"ORTH": next(iter(symbols))}
    elif symbols in flags:
        token = {flags[symbols]: True}
    else:
        token = {"ORTH": {"IN": sorted(symbols)}}
    return {**token, "OP": "*"} if gap else token


def _variants(pattern: Pattern, number: int, form: str, predicate: Predicate, lexicon: Lexicon) -> Iterator[_Variant]:
    """A form with each choice of its optional elements."""
    elements = form.removeprefix("^").removesuffix("$").split()
    optional = [i for i, element in enumerate(elements) if element.endswith("?")]
    for kept in product((True, False), repeat=len(optional)):
        chosen = [
            element.removesuffix("?")
            for i, element in enumerate(elements)
            if i not in optional or kept[optional.index(i)]
        ]
        yield _compile(pattern, number, chosen, predicate, lexicon, ends=(form.startswith("^"), form.endswith("$")))


def _compile(
    pattern: Pattern,
    number: int,
    elements: Sequence[str],
    predicate: Predicate,
    lexicon: Lexicon,
    *,
    ends: tuple[bool, bool],
) -> _Variant:
    place = f"pattern {pattern.id}, form {' '.join(elements)!r}"
    parsed: list[re.Match[str]] = []
    for element in elements:
        found = ELEMENT.fullmatch(element)
        if found is None:
            raise SeedError(f"{place}: cannot read {element!r}")
        parsed.append(found)
    spec: list[tuple[frozenset[str], bool]] = []
    slots: dict[str, int] = {}
    labels = {"S": predicate.domain, "O": predicate.range}
    gaps: dict[int, int] = {}
    trigger, triggers = -1, frozenset[str]()
    for i, found in enumerate(parsed):
        if found["gap"]:
            after = parsed[i + 1] if i + 1 < len(parsed) else None
            target = labels_of(after, predicate) if after is not None and after["slot"] else frozenset[str]()
            before = parsed[i - 1] if i else None
            # Neither the slot after a gap nor the one before it has a rival inside: the nearest names are meant.
            target |= labels_of(before, predicate) if before is not None and before["slot"] else frozenset[str]()
            symbols, gaps[i] = _gap(found, lexicon)
            spec.append((symbols - target, True))
        elif found["slot"]:
            taken = labels_of(found, predicate)
            slots.update(dict.fromkeys(found["slot"], i))
            labels.update(dict.fromkeys(found["slot"], taken - {PRONOUN} or labels[found["slot"][0]]))
            spec.append(
                (taken if found["labels"] else taken | _pronoun_after(parsed[i - 1] if i else None, lexicon), False)
            )
        else:
            parts = found["word"].split("|")
            symbols = frozenset().union(*(_symbols(part, lexicon, place) for part in parts))
            spec.append((symbols, False))
            if not triggers and CLASS.fullmatch(parts[0]) and not _COMMON & set(parts):
                trigger, triggers = i, symbols
    if not triggers:
        # Patterns of labels alone («شركة X الصينية») are tried where their rarest slot stands.
        rare = (
            (i, spec[i][0] & set(LABELS))
            for label in _RARE
            for i in slots.values()
            if label in spec[i][0] and "ORG" not in spec[i][0]
        )
        trigger, triggers = next(rare, (-1, triggers))
    if not triggers:
        raise SeedError(
            f"{place}: expected a class of words.tsv, or a slot that takes one of {' '.join(_RARE)} and no ORG"
        )
    words = tuple(i for i, found in enumerate(parsed) if found["word"])
    free = tuple(i for i, found in enumerate(parsed) if found["free"])
    return _Variant(pattern, number, tuple(spec), slots, labels, trigger, triggers, words, gaps, free, *ends)


def _symbols(part: str, lexicon: Lexicon, place: str) -> frozenset[str]:
    found = lexicon.symbols.get(fold(part))
    if found is None:
        raise SeedError(f"{place}: {part!r} is no class of words.tsv")
    return found


def _pronoun_after(before: re.Match[str] | None, lexicon: Lexicon) -> frozenset[str]:
    """The pronoun, where a slot follows a word that can carry its possessor: on a verb it would be the object."""
    if before is None or not before["word"]:
        return frozenset()
    names = [name for name in before["word"].split("|") if re.fullmatch(r"\w[\w.]*", name)]
    takes = any(name not in lexicon.verbs and name not in LABELS for name in names)
    return frozenset({PRONOUN}) if takes else frozenset()


def _gap(found: re.Match[str], lexicon: Lexicon) -> tuple[frozenset[str], int]:
    """The symbols that a gap may pass, and how many units."""
    length = int(found["length"]) if found["length"] else 0
    if found["gap"] == "~~":
        return frozenset().union(*lexicon.symbols.values()) - {"."}, length or _WIDE
    if found["gap"] == "~":
        return lexicon.loose | set(LABELS) | {PRONOUN}, length or _LOOSE
    return lexicon.soft, length or _TIGHT
