"""What else is believed and said of the two names of a statement.

In: all candidates of a document, the drafts of one sentence. Out: features of a draft for the judge.

A statement that is believed in another sentence too is likelier; less likely is one where another predicate is believed of the same two
names or the same one the other way round, or where another name is believed, or said by a pattern, in the place of its subject or object.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pipeline.relate.choose import name
from pipeline.relate.judge import ENCODER, logit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.relate.candidates import Candidate
    from pipeline.relate.drafts import Draft
    from pipeline.relate.judge import Evidence
    from pipeline.relate.patterns import Predicate
    from pipeline.relate.story import Story

Statement = tuple[str, str, str]
_SURE = 0.8
Scores = dict[Any, float]


class Rivals:
    """The candidates of a document by the names that they relate, each with its best probability."""

    def __init__(self, candidates: Sequence[Candidate], told: Story, predicates: Mapping[str, Predicate]) -> None:
        self._told, self._predicates = told, predicates
        self._sentences: dict[Statement, Scores] = defaultdict(dict)  # of a statement
        self._between: dict[tuple[int, frozenset[str]], Scores] = defaultdict(
            dict
        )  # statements of two names in a sentence
        self._subjects: dict[tuple[str, int], Scores] = defaultdict(dict)  # of a predicate and an object's mention
        self._objects: dict[tuple[str, int], Scores] = defaultdict(dict)
        for candidate in candidates:
            if candidate.predicate not in predicates:
                continue
            subject, predicate, thing = statement = self._statement(candidate)
            sentence = max(told.mentions[candidate.subject].sentence, told.mentions[candidate.object].sentence)
            for scores, key in (
                (self._sentences[statement], sentence),
                (self._between[sentence, frozenset((subject, thing))], statement),
                (self._subjects[predicate, candidate.object], name(told, candidate.subject)),
                (self._objects[predicate, candidate.subject], name(told, candidate.object)),
            ):
                scores[key] = max(scores.get(key, 0.0), candidate.score)

    def evidence(self, draft: Draft, drafts: Sequence[Draft], sentence: int) -> Evidence:
        """The features of a draft beside all drafts of its sentence; those without a rival are left out."""
        statement = self._statement(draft)
        subject, predicate, thing = statement
        between = self._between.get((sentence, frozenset((subject, thing))), {})
        believed = {
            "again": _best(self._sentences.get(statement, {}), sentence),
            "otherwise": max((p for (_, other, _), p in between.items() if other != predicate), default=0.0),
            "turned": between.get((thing, predicate, subject), 0.0) if subject != thing else 0.0,
            "other subject": _best(self._subjects.get((predicate, draft.object), {}), name(self._told, draft.subject)),
            "other object": _best(self._objects.get((predicate, draft.subject), {}), name(self._told, draft.object)),
        }
        found = []
        for what, probability in believed.items():
            if probability:
                found += [(what, 1.0), (f"{what} believed", logit(probability)), (f"{what} share", probability)]
        who = "by encoder" if draft.rule == ENCODER else "by pattern"
        for what in sorted(self._said(statement, drafts)):
            found += [(what, 1.0), (f"{what} {who}", 1.0)]
        return tuple(found)

    def is_echo(self, draft: Draft, sentence: int) -> bool:
        """Whether the encoder alone half believes a statement that it believes more in another sentence, where its evidence and status are."""
        if draft.rule != ENCODER or draft.believed >= _SURE:
            return False
        return _best(self._sentences.get(self._statement(draft), {}), sentence) > draft.believed

    def _said(self, statement: Statement, drafts: Sequence[Draft]) -> set[str]:
        """How the patterns contradict a statement."""
        subject, predicate, thing = statement
        found = set()
        for other in drafts:
            if other.rule == ENCODER:
                continue
            one, said, two = self._statement(other)
            if said != predicate:
                if {one, two} == {subject, thing}:
                    found.add("said otherwise")
            elif (one, two) == (thing, subject) != (subject, thing):
                found.add("said turned")
            elif two == thing and one != subject:
                found.add("said of another subject")
            elif one == subject and two != thing:
                found.add("said of another object")
        return found

    def _statement(self, stated: Candidate | Draft) -> Statement:
        """Who what whom; of a symmetric predicate in the order of their ids."""
        subject, thing = name(self._told, stated.subject), name(self._told, stated.object)
        if self._predicates[stated.predicate].symmetric and subject > thing:
            return thing, stated.predicate, subject
        return subject, stated.predicate, thing


def _best(scores: Mapping[Any, float], but: object) -> float:
    """The best score of another key."""
    return max((score for key, score in scores.items() if key != but), default=0.0)
