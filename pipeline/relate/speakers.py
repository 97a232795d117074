"""Who says so: the subject of a verb of saying or denying, and the source that a clause names.

In: a clause and the token of the verb. Out: the number of a mention, None where there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.relate.clause import MARKS, Clause, classes_of, is_verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.relate.lexicon import Lexicon

# How far before a verb of saying its subject may stand, and the verbs that go on with the last speaker.
_BEFORE = 7
_AS = frozenset({"كما", "حسبما", "ما"})
_CONTINUING = frozenset({"اضاف", "اضافت", "تابع", "تابعت", "يضيف", "تضيف", "يتابع", "تتابع"})
_LINKS = frozenset({"sub", "prep", "conj", "rel"})
_SPEAKERS = ("PERSON", "ORG", "GPE", "WORK_OF_ART", "PRODUCT")


def speaker_of(clause: Clause, lexicon: Lexicon, report: int, until: int, last: int | None) -> int | None:
    """The subject of a verb of saying: a person before an organisation, after the verb or right before it, or «الشركة»."""
    names, mentions = clause.names, clause.mentions
    cues = lexicon.cues.get(clause.tokens[report].stem, ())
    if any(cue.kind == "saying" for cue in cues) or clause.tokens[report].norm == ":":
        # «قائلة إن»، «فلان: "…"»: the subject of the sentence, nearest first.
        before = [names[i] for i in range(report - 1, clause.start - 1, -1) if i in names]
        people = [number for number in before if mentions[number].label == "PERSON"]
        free = [number for number in before if mentions[number].label == "ORG" and not clause.governed(number)]
        return next(iter((*people, *free)), last)
    inside = list(dict.fromkeys(_outside_relative(clause, lexicon, report + 1, until)))
    company = _company(clause, lexicon, report + 1)
    for label in _SPEAKERS:
        for number in inside:
            if mentions[number].label == label and (label == "PERSON" or not clause.governed(number)):
                return number
        if company:
            # «أعلنت الشركة، ومقرها أوسلو، أن»: a person may speak for it, but no other name does.
            return clause.refer(report, company)
    for i in range(report - 1, max(clause.start - 1, report - 1 - _BEFORE), -1):
        if clause.tokens[i].kind == "punct" and clause.tokens[i].norm not in MARKS:
            break
        if i in names and mentions[names[i]].label in ("PERSON", "ORG") and not clause.governed(names[i]):
            return names[i]
    if any(cue.kind == "report" for cue in cues) and clause.tokens[report].stem in _CONTINUING and last is not None:
        return last
    return None if _nameless(clause, lexicon, report + 1) else clause.refer(report, "")


def _outside_relative(clause: Clause, lexicon: Lexicon, start: int, end: int) -> Iterator[int]:
    """The names in a stretch of tokens that stand in no relative clause: «الشركة، التي أسسها X، أن»."""
    inside = False
    for i in range(start, end):
        if i in clause.names:
            if not inside:
                yield clause.names[i]
        elif clause.tokens[i].kind == "punct" and clause.tokens[i].norm not in MARKS:
            inside = False
        elif "rel" in classes_of(clause, lexicon, i):
            inside = True


def _company(clause: Clause, lexicon: Lexicon, token: int) -> str:
    """The noun of «الشركة» where a word speaks of a company and no name follows it."""
    if token >= clause.end or token + 1 in clause.names or "the.org" not in classes_of(clause, lexicon, token):
        return ""
    return clause.tokens[token].stem.removeprefix("ال")


def _nameless(clause: Clause, lexicon: Lexicon, token: int) -> bool:
    """Whether a verb has somebody for its subject who is neither named nor known: «قال محللون إن»، «نفى ناطق أن»."""
    if token >= clause.end or token in clause.names or clause.tokens[token].kind != "word":
        return False
    stem, classes = clause.tokens[token].stem, classes_of(clause, lexicon, token)
    return not stem.startswith("ال") and classes.isdisjoint(_LINKS) and not is_verb(classes)


def source_of(clause: Clause, lexicon: Lexicon) -> tuple[int, int | None] | None:
    """«بحسب رويترز» anywhere in the clause: the cue and the name after it."""
    for i in range(clause.start, clause.end):
        if i in clause.names or any(hole[0] <= i <= hole[1] for hole in clause.holes):
            continue
        if any(cue.kind == "source" for cue in lexicon.cues.get(clause.tokens[i].stem, ())):
            names = [clause.names[j] for j in range(i + 1, min(i + 7, clause.end)) if j in clause.names]
            named = [number for number in names if clause.mentions[number].label in _SPEAKERS]
            if named:
                people = [number for number in named if clause.mentions[number].label == "PERSON"]
                return i, (people or named)[0]
    return None


def afterwards(clause: Clause, lexicon: Lexicon, trigger: int) -> tuple[int, int | None] | None:
    """«…، قال فلان»، «…، كما قالت الشركة»: a verb of saying after the statement, and its subject."""
    for i in range(trigger + 1, clause.end - 1):
        before = clause.tokens[i - 1]
        joined = before.norm in ("،", *MARKS) or before.stem in _AS
        if joined and any(cue.kind in ("report", "announce") for cue in lexicon.cues.get(clause.tokens[i].stem, ())):
            after = range(i + 1, min(i + 1 + _BEFORE, clause.end))
            if any("sub" in classes_of(clause, lexicon, j) for j in after):
                return None
            speaker = clause.names.get(i + 1)
            if speaker is not None and clause.mentions[speaker].label in _SPEAKERS:
                return i, speaker
    return None
