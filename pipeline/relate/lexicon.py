"""The words that carry relations, read from seeds/relations/words.tsv and cues.tsv.

In: the seed files. Out: `Lexicon`: for each form the symbol that patterns see and the pronoun written on it.

A symbol stands for all classes of a form, joined by «|»: «طرح» is `launch|launch.n`, a verb or a verbal noun. Patterns name
classes; `Lexicon.symbols` turns a class into the symbols that contain it. So every unit of a sentence has one symbol, and
the number of symbols is bounded by the seeds, whatever the corpus.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import LABELS, STATUSES
from pipeline.core.tsv import rows
from pipeline.errors import SeedError
from pipeline.relate import inflect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# What a unit that is no word of the lexicon is called: see `reading`.
OTHER, PRONOUN, GENITIVE = "_", "PRON", "'s"
SIGNS = {"،": "،", ",": "،", "؛": "؛", ";": "؛", ":": ":", "(": "(", ")": ")", "[": "(", "]": ")", "|": "|", "-": "-", "/": "/",
         ".": ".", "…": ".", "!": ".", "?": "؟", "؟": "؟"}  # fmt: skip
KINDS = ("verb", "noun", "masdar", "adj", "prep", "word", "conj", "rel", "sub")
CUE_KINDS = (
    "particle",
    "perhaps",
    "clause",
    "verb",
    "noun",
    "report",
    "announce",
    "source",
    "saying",
    "except",
    "leave",
    "near",
    "first",
    "bound",
    "idle",
    "until",
    "formula",
    "denial",
    "after",
    "answer",
    "self",
    "denied",
)
_VERBAL = frozenset({"report", "announce", "verb", "leave", "near", "bound", "idle", "until", "denial"})
# How patterns may pass a unit: soft words stand inside a noun phrase, loose ones join phrases, hard ones end a clause.


class Word(NamedTuple):
    """What the lexicon knows of one form. `classes` are those joined in `symbol`, and its kinds: #verb #past #noun …"""

    symbol: str
    pronoun: str
    classes: frozenset[str]


class Cue(NamedTuple):
    """A word that decides the status, and how it governs (kinds in cues.tsv)."""

    status: str
    kind: str


class Lexicon(NamedTuple):
    """`words` and `cues` are keyed by form; `soft` and `loose` are the symbols that a tight and a loose gap may pass;
    `company` and `media` are nouns without article, `verbs` the classes of verbs, `particles`
    the words that only say how a clause is meant (لم، قد).
    """

    words: dict[str, Word]
    cues: dict[str, tuple[Cue, ...]]
    symbols: dict[str, frozenset[str]]
    soft: frozenset[str]
    loose: frozenset[str]
    company: frozenset[str]
    media: frozenset[str]
    verbs: frozenset[str]
    particles: frozenset[str]

    def find(self, stem: str, last: str) -> Word | None:
        """The word of a normalised stem; `last` is the last letter of the raw word, which tells ة from ه."""
        if last == "ة" and stem[-1:] == "ه":
            found = self.words.get(stem[:-1] + "ة")
            if found is not None:
                return found
        return self.words.get(stem)


def _forms(kind: str, written: str, affixes: inflect.Affixes, place: str) -> Iterator[tuple[str, inflect.Form]]:
    """The forms of a word, each with its kind; those of a verb are past or present."""
    if kind != "verb":
        yield from ((kind, form) for form in _nominal(kind, written, affixes))
        return
    past, slash, present = written.partition("/")
    if not slash or len(past) < 2 or len(present) < 3:
        raise SeedError(f"{place}: {written!r}: expected past/present, for example أطلق/يطلق")
    yield from (("past", form) for form in inflect.past(past, affixes))
    yield from (("present", form) for form in inflect.present(present, affixes))


def _nominal(kind: str, written: str, affixes: inflect.Affixes) -> Iterable[inflect.Form]:
    if kind in ("noun", "masdar"):
        return inflect.noun(written, affixes)
    if kind == "adj":
        return inflect.adjective(written, affixes)
    if kind in ("prep", "sub"):
        return inflect.preposition(written, affixes)
    return [(inflect.fold(written), "")]


def affixes(folder: Path) -> inflect.Affixes:
    """The affix lists of inflection.toml."""
    path = folder / "inflection.toml"
    try:
        loaded = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SeedError(f"{path}: {error}") from None
    for section, key in (("past", "subjects"), ("present", "persons"), ("noun", "subjects"), ("adjective", "subjects")):
        if key not in loaded.get(section, {}):
            raise SeedError(f"{path}: expected a list {key!r} in [{section}]")
    return loaded


def _cues(folder: Path, endings: inflect.Affixes) -> dict[str, tuple[Cue, ...]]:
    found: dict[str, list[Cue]] = defaultdict(list)
    for place, (status, kind, forms) in rows(folder / "cues.tsv", ("status", "kind", "forms"), filled=True):
        if status not in (*STATUSES, "none") or kind not in CUE_KINDS:
            raise SeedError(
                f"{place}: {status} {kind}: expected one of {' '.join(STATUSES)} and one of {' '.join(CUE_KINDS)}"
            )
        shape = "verb" if kind in _VERBAL else "masdar" if kind == "noun" else "word"
        for written in forms.split():
            for _, (form, _) in _forms(shape, written, endings, place):
                for spelling in {form, form.replace("ة", "ه")}:
                    if Cue(status, kind) not in found[spelling]:
                        found[spelling].append(Cue(status, kind))
    return {form: tuple(cues) for form, cues in found.items()}


def load(folder: Path, literals: Iterable[str]) -> Lexicon:
    """The lexicon of seeds/relations. `literals` are the Arabic words that patterns name themselves."""
    endings = affixes(folder)
    readings: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    kinds: dict[str, set[str]] = defaultdict(set)
    verbs = set()
    for place, (name, kind, forms) in rows(folder / "words.tsv", ("class", "kind", "forms"), filled=True):
        if kind == "verb":
            verbs.add(name)
        if kind not in KINDS:
            raise SeedError(f"{place}: kind {kind!r}: expected one of {' '.join(KINDS)}")
        for written in forms.split():
            for shape, (form, pronoun) in _forms(kind, written, endings, place):
                readings[form][pronoun].add(name)
                kinds[form].add(shape)
    # Verbs of the cues end a clause like any other verb.
    for place, (_, kind, forms) in rows(folder / "cues.tsv", ("status", "kind", "forms"), filled=True):
        if kind in ("verb", "report", "leave", "near"):
            for written in forms.split():
                for shape, (form, pronoun) in _forms("verb", written, endings, place):
                    if form not in readings:
                        readings[form][pronoun].add("v")
                        kinds[form].add(shape)
    for literal in literals:
        form = inflect.fold(literal)
        readings[form][""].add(form)
        # على named by a pattern stays the preposition that it is in words.tsv, with its pronouns.
        for pronoun in (*endings["pronouns"], *endings["noun_pronouns"]) if "prep" in kinds.get(form, ()) else ():
            readings[form + pronoun][pronoun].add(form)
        kinds[form].update(() if kinds.get(form) else {"word"})
    for form in [form for form in readings if "ة" in form]:
        # Text that writes ه for ة, and words whose raw form nobody looks at.
        plain = form.replace("ة", "ه")
        if plain not in readings:
            readings[plain] = readings[form]
        kinds[plain] |= kinds[form]
    words: dict[str, Word] = {}
    symbols: dict[str, set[str]] = defaultdict(set)
    hard, loose, soft = set[str](), set[str](), set[str]()
    for form, by_pronoun in readings.items():
        pronoun = "" if "" in by_pronoun else min(by_pronoun)
        classes = frozenset(by_pronoun[pronoun])
        symbol = "|".join(sorted(classes))
        words[form] = Word(symbol, pronoun, classes | {f"#{kind}" for kind in kinds[form]})
        for name in classes:
            symbols[name].add(symbol)
        # A form that can be a verb or a noun («دعم») is passed like the noun: a pattern that is stopped finds nothing.
        one = kinds[form]
        (soft if one & {"noun", "masdar", "adj", "word"} else loose if "prep" in one else hard).add(symbol)
    for sign in {*SIGNS.values(), *LABELS, PRONOUN, OTHER, "و", GENITIVE}:
        symbols[sign].add(sign)
    soft = (soft | {OTHER}) - hard
    company, media = (
        frozenset(form.removeprefix("ال") for form, word in words.items() if name in word.classes)
        for name in ("company", "media")
    )
    by_class = {name: frozenset(found) for name, found in symbols.items()}
    cues = _cues(folder, endings)
    particles = frozenset(
        form for form, found in cues.items() if any(cue.kind in ("particle", "perhaps") for cue in found)
    )
    return Lexicon(words, cues, by_class, frozenset(soft), frozenset(soft | loose | {"و"}), company, media,
                   frozenset(verbs), particles)  # fmt: skip
