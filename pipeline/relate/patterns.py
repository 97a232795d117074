"""Predicates and patterns as a person writes them.

In: seeds/relations/predicates.tsv and patterns/*.toml. Out: `Predicate`s and `Pattern`s, checked. The language of a form, one
element for each unit of a clause (`reading`), separated by spaces:

    launch      a class of words.tsv          على         an Arabic word itself        a|b   either
    S O         the subject and the object    S:ORG       … with this label only       SO    both, out of one list
    S!          … with no preposition before it
    .  .3       up to 2 (3) units inside a noun phrase     ~  ~9   up to 6 (9) units, names of other labels too
    ~~  ~~8     up to 16 (8) units, across commas and verbs     x?     may be missing           ^     begins the clause

A slot without labels right after a noun also accepts the pronoun written on it («مقرها»: `hq S`); elsewhere it is written
S:PRON, or S:ORG|PRON for both. `$` at the end of a form: the clause ends there.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.core.spans import LABELS
from pipeline.core.tsv import rows
from pipeline.errors import SeedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COLUMNS = ("predicate", "domain", "range", "symmetric", "property", "single_valued", "passing", "gloss")
# How far a predicate is said in passing; what each means stands in predicates.tsv.
PASSING = ("no", "quoted", "noun", "always")
KEYS = {"id", "predicate", "forms", "agent", "level", "presupposed", "score", "examples", "near", "topic", "carry"}
LEVELS = ("word", "clause")
ELEMENT = re.compile(
    r"(?P<gap>~~|[~.])(?P<length>\d*)|(?P<slot>SO|[SO])(:(?P<labels>[A-Z_|]+))?(?P<free>!)?|(?P<word>[^\s~?^$]+)"
)
CLASS = re.compile(r"[a-z_.]+")


class Predicate(NamedTuple):
    """One line of predicates.tsv. With `same_label` the object must have the label of the subject. `passing` is how far it is said in
    passing (`PASSING`). `usual` are the first labels of domain and range: those that a reference is taken for before others.
    """

    name: str
    domain: frozenset[str]
    range: frozenset[str]
    same_label: bool
    symmetric: bool
    property: str | None
    single_valued: bool
    one_a_clause: bool
    passing: str
    gloss: str
    usual: tuple[str, str]


class Pattern(NamedTuple):
    """One entry of patterns/*.toml.

    `agent` is the slot that the subject of the verb fills when the form does not name it (`O:ORG`: by an ORG only); with
    `carry` it may come from the clause or sentence before. A `presupposed` statement is not
    touched by who reports the sentence around it. `near` takes the nearest name of the right label before the trigger
    instead of the grammatical subject, `topic` what the document is about («المقر: أوسلو» in a profile), or else the nearest.
    """

    id: str
    predicate: str
    forms: tuple[str, ...]
    agent: str
    agent_labels: frozenset[str]
    level: str
    presupposed: bool
    near: bool
    topic: bool
    carry: bool
    score: float
    examples: tuple[str, ...]


def predicates(path: Path) -> dict[str, Predicate]:
    """The table of predicates by name."""
    found: dict[str, Predicate] = {}
    for place, (name, domain, range_, symmetric, prop, single, passing, gloss) in rows(path, COLUMNS, filled=True):
        labels = frozenset(domain.split(","))
        same = range_ == "="
        objects = labels if same else frozenset(range_.split(","))
        unknown = (labels | objects) - set(LABELS)
        if unknown or name in found or {symmetric, single} - {"yes", "no", "clause"} or passing not in PASSING:
            raise SeedError(
                f"{place}: expected a new predicate, labels of {' '.join(LABELS)}, yes or no twice, and one of {' '.join(PASSING)}"
            )
        found[name] = Predicate(
            name,
            labels,
            objects,
            same,
            symmetric == "yes",
            None if prop == "-" else prop,
            single == "yes",
            single != "no",
            passing,
            gloss,
            (domain.split(",")[0], (domain if same else range_).split(",")[0]),
        )
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
    if (
        agent not in ("", "S", "O")
        or labels - set(LABELS)
        or level not in LEVELS
        or not entry["forms"]
        or not entry["examples"]
    ):
        raise SeedError(f"{place}: expected agent S or O, level word or clause, and at least one form and one example")
    for form in entry["forms"]:
        slots = set(re.findall(r"(?<!\S)(SO|[SO])(?=[:!\s]|$)", form))
        if ("SO" not in slots) and slots | ({agent} if agent else set()) != {"S", "O"}:
            raise SeedError(f"{place}: {form!r}: expected a subject S and an object O, in the form or as the agent")
    return Pattern(
        entry["id"], entry["predicate"], tuple(entry["forms"]), agent, labels, level, entry.get("presupposed", False),
        entry.get("near", False), entry.get("topic", False), entry.get("carry", True), float(entry.get("score", 0.8)), tuple(entry["examples"]),
    )  # fmt: skip


def classes(pattern: Pattern) -> set[str]:
    """The classes of words that the forms of a pattern name."""
    elements = (element for form in pattern.forms for element in form.removeprefix("^").removesuffix("$").split())
    words = (found["word"] for element in elements if (found := ELEMENT.match(element)) and found["word"])
    return {part for word in words for part in word.removesuffix("?").split("|") if CLASS.fullmatch(part)}


def literals(book: Iterable[Pattern]) -> set[str]:
    """The Arabic words that forms name themselves."""
    words = {
        part
        for pattern in book
        for form in pattern.forms
        for element in form.removeprefix("^").removesuffix("$").split()
        if (found := ELEMENT.match(element)) and found["word"]
        for part in found["word"].removesuffix("?").split("|")
    }
    return {word for word in words if not CLASS.fullmatch(word) and re.fullmatch(r"[\u0621-\u064a]+", word)} - {"و"}


def labels_of(found: re.Match[str], predicate: Predicate) -> frozenset[str]:
    """The labels that a slot of a form takes: its own, or those of the predicate."""
    if found["labels"]:
        return frozenset(found["labels"].split("|"))
    return predicate.range if found["slot"] == "O" else predicate.domain
