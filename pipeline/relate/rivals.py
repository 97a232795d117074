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
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.core.trees import Evidence
    from pipeline.relate.candidates import Candidate
    from pipeline.relate.drafts import Draft
    from pipeline.relate.patterns import Predicate
    from pipeline.relate.story import Story

Statement = tuple[str, str, str]  # subject, predicate, object; names by their ids or values
Scores = dict[Any, float]
_SURE = 0.8  # a belief that needs no better sentence


class Rivals:
    """The candidates of a document by the names that they relate, each with its best probability."""

    def __init__(self, candidates: Sequence[Candidate], told: Story, predicates: Mapping[str, Predicate]) -> None:
        self._told, self._predicates = told, predicates
        self._sentences: dict[Statement, Scores] = defaultdict(dict)  # of a statement
        self._between: dict[tuple[int, frozenset[str]], Scores] = defaultdict(dict)  # of two names in a sentence
        self._subjects: dict[tuple[str, int], Scores] = defaultdict(dict)  # of a predicate and an object's mention
        self._objects: dict[tuple[str, int], Scores] = defaultdict(dict)
        for candidate in candidates:
            if candidate.predicate not in predicates:
                continue
            subject, predicate, thing = statement = self.statement(candidate)
            sentence = max(told.mentions[candidate.subject].sentence, told.mentions[candidate.object].sentence)
            for scores, key in (
                (self._sentences[statement], sentence),
                (self._between[sentence, frozenset((subject, thing))], statement),
                (self._subjects[predicate, candidate.object], name(told, candidate.subject)),
                (self._objects[predicate, candidate.subject], name(told, candidate.object)),
            ):
                scores[key] = max(scores.get(key, 0.0), candidate.score)

    def evidence(self, drafts: Sequence[Draft], sentence: int) -> list[Evidence]:
        """The features of each draft of a sentence beside the others; what has no rival has none."""
        said = Said(self.statement(draft) for draft in drafts if draft.rule != ENCODER)
        return [self._believed(draft, sentence) + said.evidence(self.statement(draft), draft.rule) for draft in drafts]

    def _believed(self, draft: Draft, sentence: int) -> Evidence:
        subject, predicate, thing = statement = self.statement(draft)
        between = self._between.get((sentence, frozenset((subject, thing))), {})
        believed = {
            "again": _best(self._sentences.get(statement, {}), sentence),
            "otherwise": max((p for (_, other, _), p in between.items() if other != predicate), default=0.0),
            "turned": between.get((thing, predicate, subject), 0.0) if subject != thing else 0.0,
            "other subject": _best(self._subjects.get((predicate, draft.object), {}), name(self._told, draft.subject)),
            "other object": _best(self._objects.get((predicate, draft.subject), {}), name(self._told, draft.object)),
        }
        found: list[tuple[str, float]] = []
        for what, probability in believed.items():
            if probability:
                found += [(what, 1.0), (f"{what} believed", logit(probability)), (f"{what} share", probability)]
        return tuple(found)

    def is_echo(self, draft: Draft, sentence: int) -> bool:
        """Whether the encoder alone half believes a statement that it believes more in another sentence, where its evidence and status are."""
        if draft.rule != ENCODER or draft.believed >= _SURE:
            return False
        return _best(self._sentences.get(self.statement(draft), {}), sentence) > draft.believed

    def statement(self, stated: Candidate | Draft) -> Statement:
        """Who what whom; of a symmetric predicate in the order of their ids."""
        subject, thing = name(self._told, stated.subject), name(self._told, stated.object)
        if self._predicates[stated.predicate].symmetric and subject > thing:
            return thing, stated.predicate, subject
        return subject, stated.predicate, thing


class Said:
    """What the patterns state in a sentence, to tell how it contradicts a statement."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._predicates: dict[frozenset[str], set[str]] = defaultdict(set)  # of two names
        self._subjects: dict[tuple[str, str], set[str]] = defaultdict(set)  # of a predicate and an object
        self._objects: dict[tuple[str, str], set[str]] = defaultdict(set)
        for subject, predicate, thing in statements:
            self._predicates[frozenset((subject, thing))].add(predicate)
            self._subjects[predicate, thing].add(subject)
            self._objects[predicate, subject].add(thing)

    def evidence(self, statement: Statement, rule: str) -> Evidence:
        """The contradictions, by who makes the statement."""
        subject, predicate, thing = statement
        others = {
            "said otherwise": self._predicates.get(frozenset((subject, thing)), set()) - {predicate},
            "said turned": self._subjects.get((predicate, subject), set()) & {thing} if subject != thing else set(),
            "said of another subject": self._subjects.get((predicate, thing), set()) - {subject},
            "said of another object": self._objects.get((predicate, subject), set()) - {thing},
        }
        who = "by encoder" if rule == ENCODER else "by pattern"
        return tuple((feature, 1.0) for what in sorted(others) if others[what] for feature in (what, f"{what} {who}"))


def _best(scores: Mapping[Any, float], but: object) -> float:
    """The best score of another key."""
    return max((score for key, score in scores.items() if key != but), default=0.0)
