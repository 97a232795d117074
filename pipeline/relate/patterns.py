"""Patterns as data: from a line that a person writes to spaCy's Matcher, and from units to matches.

In: seeds/relations/predicates.tsv and patterns/*.toml, and the units of a clause (`reading`). Out: `Match`es. The language of
a form, one element for each unit, separated by spaces:

    launch      a class of words.tsv          على         an Arabic word itself        a|b   either
    S O         the subject and the object    S:ORG       … with this label only       SO    both, out of one list
    S!          … with no preposition before it
    .  .3       up to 2 (3) units inside a noun phrase     ~  ~9   up to 6 (9) units, names of other labels too
    ~~  ~~8     up to 16 (8) units, across commas and verbs     x?     may be missing           ^     begins the clause

A slot without labels right after a noun also accepts the pronoun written on it («مقرها»: `hq S`); elsewhere it is written
S:PRON, or S:ORG|PRON for both. `$` at the end of a form: the clause ends there.

spaCy reads only clauses in which the class of a pattern stands: patterns are grouped by their first class, one Matcher a
group. Its Vocab holds the symbols of the lexicon and nothing else. Sets of symbols («any loose word») are lexeme flags,
which the Matcher compares in C; an `IN` list would call back into Python for each token.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.core.spans import LABELS
from pipeline.errors import SeedError
from pipeline.relate.lexicon import PRONOUN, Lexicon, rows

if TYPE_CHECKING:
    from pipeline.relate.reading import Unit

COLUMNS = ("predicate", "domain", "range", "symmetric", "property", "single_valued", "gloss")
KEYS = {"id", "predicate", "forms", "agent", "level", "presupposed", "score", "examples", "near", "carry"}
LEVELS = ("word", "clause")
_ELEMENT = re.compile(r"(?P<gap>~~|[~.])(?P<length>\d*)|(?P<slot>SO|[SO])(:(?P<labels>[A-Z_|]+))?(?P<free>!)?|(?P<word>[^\s~?^$]+)")
_CLASS = re.compile(r"[a-z_.]+")
_TIGHT, _LOOSE, _WIDE = 2, 6, 16
_RARE = ("NORP", "MONEY", "PERSON", "PRODUCT")
# Lexeme flags 1 to 63 are there for the taking in a bare Vocab.
_MOST_FLAGS = 62


class Predicate(NamedTuple):
    """One line of predicates.tsv. With `same_label` the object must have the label of the subject."""

    name: str
    domain: frozenset[str]
    range: frozenset[str]
    same_label: bool
    symmetric: bool
    property: str | None
    single_valued: bool
    one_a_clause: bool
    gloss: str


class Pattern(NamedTuple):
    """One entry of patterns/*.toml.

    `agent` is the slot that the subject of the verb fills when the form does not name it (`O:ORG`: by an ORG only); with
    `carry` it may come from the clause or sentence before. A `presupposed` statement is not
    touched by who reports the sentence around it. `near` takes the nearest name of the right label before the trigger
    instead of the grammatical subject.
    """

    id: str
    predicate: str
    forms: tuple[str, ...]
    agent: str
    agent_labels: frozenset[str]
    level: str
    presupposed: bool
    near: bool
    carry: bool
    score: float
    examples: tuple[str, ...]


class Match(NamedTuple):
    """Unit numbers of a match: where it begins and ends, its slots (None: not in the form), its trigger and its words."""

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
    pattern: Pattern
    form: int
    subject: int
    object: int
    trigger: int
    anchored: bool
    closed: bool
    gaps: dict[int, int]
    free: tuple[int, ...]
    words: tuple[int, ...]
    labels: dict[str, frozenset[str]]


def predicates(path: Path) -> dict[str, Predicate]:
    """The table of predicates by name."""
    found: dict[str, Predicate] = {}
    for place, (name, domain, range_, symmetric, prop, single, gloss) in rows(path, COLUMNS):
        labels = frozenset(domain.split(","))
        same = range_ == "="
        objects = labels if same else frozenset(range_.split(","))
        unknown = (labels | objects) - set(LABELS)
        if unknown or name in found or {symmetric, single} - {"yes", "no", "clause"}:
            raise SeedError(f"{place}: expected a new predicate, labels of {' '.join(LABELS)}, and yes or no twice")
        found[name] = Predicate(name, labels, objects, same, symmetric == "yes", None if prop == "-" else prop, single == "yes", single != "no", gloss)
    return found


def patterns(folder: Path, known: dict[str, Predicate]) -> tuple[Pattern, ...]:
    """All patterns below a folder, in the order of file names and entries."""
    found: dict[str, Pattern] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            entries = tomllib.loads(path.read_text("utf-8")).get("pattern", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SeedError(f"{path}: {error}") from None
        for number, entry in enumerate(entries, 1):
            pattern = _pattern(entry, known, f"{path}, pattern {number} ({entry.get('id', 'without id')})")
            if pattern.id in found:
                raise SeedError(f"{path}: the id {pattern.id!r} stands twice")
            found[pattern.id] = pattern
    return tuple(found.values())


def _pattern(entry: dict[str, Any], known: dict[str, Predicate], place: str) -> Pattern:
    missing, unknown = {"id", "predicate", "forms", "examples"} - entry.keys(), entry.keys() - KEYS
    if missing or unknown:
        raise SeedError(f"{place}: missing {sorted(missing)}, unknown {sorted(unknown)}; the keys are {sorted(KEYS)}")
    if entry["predicate"] not in known:
        raise SeedError(f"{place}: no predicate {entry['predicate']!r} in predicates.tsv")
    (agent, _, label), level = entry.get("agent", "").partition(":"), entry.get("level", "clause")
    predicate = known[entry["predicate"]]
    labels = frozenset({label}) if label else predicate.domain if agent == "S" else predicate.range
    if agent not in ("", "S", "O") or labels - set(LABELS) or level not in LEVELS or not entry["forms"] or not entry["examples"]:
        raise SeedError(f"{place}: expected agent S or O, level word or clause, and at least one form and one example")
    for form in entry["forms"]:
        slots = {slot for slot in re.findall(r"(?<!\S)(SO|[SO])(?=[:!\s]|$)", form)}
        if ("SO" not in slots) and slots | ({agent} if agent else set()) != {"S", "O"}:
            raise SeedError(f"{place}: {form!r}: expected a subject S and an object O, in the form or as the agent")
    return Pattern(
        entry["id"], entry["predicate"], tuple(entry["forms"]), agent, labels, level, entry.get("presupposed", False),
        entry.get("near", False), entry.get("carry", True), float(entry.get("score", 0.8)), tuple(entry["examples"]),
    )  # fmt: skip


def literals(book: Iterable[Pattern]) -> set[str]:
    """The Arabic words that forms name themselves."""
    words = {
        part
        for pattern in book
        for form in pattern.forms
        for element in form.removeprefix("^").removesuffix("$").split()
        if (found := _ELEMENT.match(element)) and found["word"]
        for part in found["word"].removesuffix("?").split("|")
    }
    return {word for word in words if not _CLASS.fullmatch(word) and re.fullmatch(r"[\u0621-\u064a]+", word)} - {"و"}


class _Group(NamedTuple):
    """The patterns of one trigger. `needs`: for each of them, as bit masks, the symbols that must stand in a clause."""

    matcher: Any
    needs: tuple[tuple[int, ...], ...]


class Matchers:
    """All patterns, compiled. `level` word is matched on `reading.flat`, clause on the segments of `reading.phrases`."""

    def __init__(self, book: Sequence[Pattern], known: dict[str, Predicate], lexicon: Lexicon) -> None:
        # spaCy takes one to two seconds to import: only a process that reads relations pays for it.
        from spacy.matcher import Matcher
        from spacy.tokens import Doc
        from spacy.vocab import Vocab

        self._doc = Doc
        self._vocab = Vocab()
        self._lexicon = lexicon
        self._flags: dict[frozenset[str], int] = {}
        self._variants: dict[int, _Variant] = {}
        for symbol in sorted(set().union(*lexicon.symbols.values())):
            self._vocab[symbol]
        groups: dict[tuple[str, str], Any] = {}
        needs: dict[int, set[tuple[int, ...]]] = defaultdict(set)
        bits = {symbol: 1 << i for i, symbol in enumerate(sorted(set().union(*lexicon.symbols.values())))}
        for pattern in book:
            for number, form in enumerate(pattern.forms):
                for trigger, spec, variant, needed in self._compile(pattern, number, form, known[pattern.predicate]):
                    matcher = groups.setdefault((pattern.level, trigger), Matcher(self._vocab, validate=False))
                    key = f"{pattern.id}/{number}/{len(self._variants)}"
                    matcher.add(key, [spec])
                    needs[id(matcher)].add(tuple(sum(bits[symbol] for symbol in symbols) for symbols in needed))
                    self._variants[self._vocab.strings[key]] = variant
        self._groups: dict[str, dict[str, list[_Group]]] = {level: defaultdict(list) for level in LEVELS}
        for (level, trigger), matcher in groups.items():
            for symbol in frozenset().union(*(lexicon.symbols[name] for name in trigger.split("|"))):
                self._groups[level][symbol].append(_Group(matcher, tuple(needs[id(matcher)])))
        self._bits = bits
        self.triggers = frozenset().union(*self._groups.values())

    def find(self, units: Sequence[Unit], level: str) -> Iterator[Match]:
        """All matches in a clause, overlapping ones too."""
        groups = self._groups[level]
        symbols = [unit.symbol for unit in units]
        distinct = set(symbols)
        here = sum(self._bits[symbol] for symbol in distinct)
        chosen = {
            id(group.matcher): group.matcher
            for symbol in distinct
            if symbol in groups
            for group in groups[symbol]
            if any(all(here & mask for mask in needed) for needed in group.needs)
        }
        if not chosen:
            return
        doc = self._doc(self._vocab, words=symbols)
        for matcher in chosen.values():
            for key, start, end, steps in matcher(doc, with_alignments=True):
                variant = self._variants[key]
                if (variant.anchored and start) or (variant.closed and end < len(units)) or any(steps.count(gap) > most for gap, most in variant.gaps.items()):
                    continue
                # The element of a slot takes one unit; the last one counts where an operator repeats the number.
                where = {step: start + offset for offset, step in enumerate(steps)}
                if any("prep" in units[where[step] - 1].classes for step in variant.free):
                    continue
                yield Match(
                    variant.pattern, variant.form, start, end,
                    where.get(variant.subject), where.get(variant.object), where[variant.trigger],
                    tuple(where[step] for step in variant.words if step in where), variant.labels,
                )  # fmt: skip

    def _compile(self, pattern: Pattern, number: int, form: str, predicate: Predicate) -> Iterator[tuple[str, list[dict[Any, Any]], _Variant, list[frozenset[str]]]]:
        elements = form.removeprefix("^").removesuffix("$").split()
        optional = [i for i, element in enumerate(elements) if element.endswith("?")]
        for kept in product((True, False), repeat=len(optional)):
            chosen = [element.removesuffix("?") for i, element in enumerate(elements) if i not in optional or kept[optional.index(i)]]
            yield self._spec(pattern, number, chosen, predicate, (form.startswith("^"), form.endswith("$")))

    def _spec(
        self, pattern: Pattern, number: int, elements: list[str], predicate: Predicate, ends: tuple[bool, bool]
    ) -> tuple[str, list[dict[Any, Any]], _Variant, list[frozenset[str]]]:
        place = f"pattern {pattern.id}, form {' '.join(elements)!r}"
        parsed = [_ELEMENT.fullmatch(element) for element in elements]
        spec: list[dict[Any, Any]] = []
        needed: list[frozenset[str]] = []
        where = {"S": -1, "O": -1}
        wanted = {"S": predicate.domain, "O": predicate.range}
        gaps: dict[int, int] = {}
        free = tuple(i for i, found in enumerate(parsed) if found is not None and found["free"])
        words = tuple(i for i, found in enumerate(parsed) if found is not None and found["word"])
        trigger, trigger_at = "", 0
        for i, (element, found) in enumerate(zip(elements, parsed, strict=True)):
            if found is None:
                raise SeedError(f"{place}: cannot read {element!r}")
            if found["gap"]:
                after = parsed[i + 1] if i + 1 < len(parsed) else None
                token, gaps[i] = self._gap(found, _labels(after, predicate) if after is not None and after["slot"] else frozenset())
                spec.append(token)
            elif found["slot"]:
                labels = _labels(found, predicate)
                wanted.update(dict.fromkeys(found["slot"], labels - {PRONOUN} or wanted[found["slot"][0]]))
                if not found["labels"]:
                    labels |= self._pronoun_after(elements[i - 1] if i else "")
                where.update({slot: i for slot in found["slot"]})
                needed.append(labels)
                spec.append(self._one_of(labels))
                if not trigger:
                    trigger_at = i
            else:
                parts = found["word"].split("|")
                symbols = frozenset[str]()
                for part in parts:
                    name = part.translate(str.maketrans("أإآى", "ااا" + "ي"))
                    if name not in self._lexicon.symbols:
                        raise SeedError(f"{place}: {part!r} is no class of words.tsv")
                    symbols |= self._lexicon.symbols[name]
                needed.append(symbols)
                spec.append(self._one_of(symbols))
                if not trigger and _CLASS.fullmatch(parts[0]) and parts[0] not in ("rel", "prep", "sub", "conj", "like", "each"):
                    trigger, trigger_at = found["word"], i
        if not trigger:
            # Patterns of labels alone («شركة X الصينية») are tried where their rarest slot stands.
            slots = [_labels(found, predicate) for found in parsed if found is not None and found["slot"]]
            trigger = "|".join(sorted(next((labels for label in _RARE for labels in slots if label in labels and "ORG" not in labels), ())))
        if not trigger:
            raise SeedError(f"{place}: expected a class of words.tsv, or a slot that takes one of {' '.join(_RARE)} and no ORG")
        return trigger, spec, _Variant(pattern, number, where["S"], where["O"], trigger_at, *ends, gaps, free, words, wanted), needed

    def _pronoun_after(self, element: str) -> frozenset[str]:
        """The pronoun, where a slot follows a word that can carry its possessor: on a verb it would be the object."""
        found = _ELEMENT.fullmatch(element)
        names = found["word"].split("|") if found is not None and found["word"] else []
        takes = [name for name in names if name not in self._lexicon.verbs and re.fullmatch(r"\w[\w.]*", name) and name not in LABELS]
        return frozenset({PRONOUN}) if takes else frozenset()

    def _gap(self, found: re.Match[str], target: frozenset[str]) -> tuple[dict[Any, Any], int]:
        kind = found["gap"]
        if kind == "~~":
            allowed, most = frozenset().union(*self._lexicon.symbols.values()) - {"."}, int(found["length"] or _WIDE)
        elif kind == "~":
            allowed, most = self._lexicon.loose | set(LABELS) | {PRONOUN}, int(found["length"] or _LOOSE)
        else:
            allowed, most = self._lexicon.soft, int(found["length"] or _TIGHT)
        # «*» with the length checked afterwards: {0,6} becomes six optional tokens, which match a gap of three in 20 ways.
        return {**self._one_of(allowed - target), "OP": "*"}, most

    def _one_of(self, symbols: frozenset[str]) -> dict[Any, Any]:
        if len(symbols) == 1:
            return {"ORTH": next(iter(symbols))}
        flag = self._flags.get(symbols)
        if flag is None:
            if len(self._flags) >= _MOST_FLAGS:
                return {"ORTH": {"IN": sorted(symbols)}}
            flag = self._flags[symbols] = self._vocab.add_flag(symbols.__contains__)
        return {flag: True}


def _labels(found: re.Match[str], predicate: Predicate) -> frozenset[str]:
    if found["labels"]:
        return frozenset(found["labels"].split("|"))
    return predicate.range if found["slot"] == "O" else predicate.domain
