"""What else is believed and said of the two names of a statement reaches the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.relate import extract
from pipeline.relate.candidates import Candidate
from tests.relate import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.core.trees import Evidence
    from pipeline.relate.judge import Statement

RULE = "encoder"
THREE = "استحوذت [[نوراس|ORG]] على [[رمال|ORG]] ونسيت [[أفق|ORG]].\nثم اشترت [[نوراس|ORG]] شركة [[رمال|ORG]] ثانية.\n"
NORAS, RIMAL, UFUQ, NORAS_AGAIN, RIMAL_AGAIN = range(5)


def heard(*candidates: Candidate, text: str = THREE) -> dict[tuple[int, str, int], dict[str, float]]:
    """The evidence of every draft, by the numbers of its mentions."""
    found: dict[tuple[int, str, int], dict[str, float]] = {}

    def listen(evidence: Sequence[Evidence], statements: Sequence[Statement]) -> list[float]:
        found.update(zip(statements, map(dict, evidence), strict=True))
        return [1.0] * len(statements)

    extract.relations(marked.read(text).doc, marked.knowledge(), candidates, listen)
    return found


def test_nothing_is_said_of_a_statement_without_rivals() -> None:
    alone = heard(Candidate(NORAS, "acquired", RIMAL, 0.7, RULE), text="استحوذت [[نوراس|ORG]] على [[رمال|ORG]].\n")
    (evidence,) = alone.values()
    assert not {"again", "otherwise", "turned", "other subject", "other object"} & set(evidence)
    assert not any(name.startswith("said") for name in evidence)


@pytest.mark.parametrize(
    ("rival", "says"),
    [
        (Candidate(NORAS_AGAIN, "acquired", RIMAL_AGAIN, 0.5, RULE), "again"),
        (Candidate(NORAS, "owned_by", RIMAL, 0.5, RULE), "otherwise"),
        (Candidate(RIMAL, "acquired", NORAS, 0.5, RULE), "turned"),
        (Candidate(UFUQ, "acquired", RIMAL, 0.5, RULE), "other subject"),
        (Candidate(NORAS, "acquired", UFUQ, 0.5, RULE), "other object"),
    ],
)
def test_each_rival_says_what_it_is_with_its_probability(rival: Candidate, says: str) -> None:
    evidence = heard(Candidate(NORAS, "acquired", RIMAL, 0.9, RULE), rival)[NORAS, "acquired", RIMAL]
    told = {name for name in ("again", "otherwise", "turned", "other subject", "other object") if name in evidence}
    assert told == {says}
    assert evidence[f"{says} share"] == 0.5
    assert evidence[f"{says} believed"] == 0.0


def test_patterns_contradict_what_the_encoder_alone_believes() -> None:
    found = heard(
        Candidate(RIMAL, "owned_by", NORAS, 0.6, RULE),
        Candidate(RIMAL, "acquired", NORAS, 0.6, RULE),
        Candidate(UFUQ, "acquired", RIMAL, 0.6, RULE),
        Candidate(NORAS, "acquired", UFUQ, 0.6, RULE),
    )
    said = {
        statement: {name for name in evidence if name.startswith("said") and name.endswith("by encoder")}
        for statement, evidence in found.items()
    }
    assert said[RIMAL, "owned_by", NORAS] == {"said otherwise by encoder"}
    assert said[RIMAL, "acquired", NORAS] == {"said turned by encoder"}
    assert said[UFUQ, "acquired", RIMAL] == {"said of another subject by encoder"}
    assert said[NORAS, "acquired", UFUQ] == {"said of another object by encoder"}


def test_two_sides_of_a_symmetric_statement_are_one() -> None:
    one, other = Candidate(RIMAL, "partner_of", UFUQ, 0.6, RULE), Candidate(UFUQ, "partner_of", RIMAL, 0.4, RULE)
    (evidence,) = (found for (_, predicate, _), found in heard(one, other).items() if predicate == "partner_of")
    assert "turned" not in evidence
    assert "otherwise" not in evidence


@pytest.mark.parametrize(
    ("first", "second", "sentences"), [(0.9, 0.4, [0]), (0.6, 0.7, [1]), (0.9, 0.85, [0, 1]), (0.5, 0.5, [0, 1])]
)
def test_an_echo_is_left_to_the_sentence_that_is_believed(first: float, second: float, sentences: list[int]) -> None:
    candidates = (
        Candidate(NORAS, "partner_of", RIMAL, first, RULE),
        Candidate(NORAS_AGAIN, "partner_of", RIMAL_AGAIN, second, RULE),
    )
    found = extract.relations(
        marked.read(THREE).doc, marked.knowledge(), candidates, lambda evidence, _: [1.0] * len(evidence)
    )
    assert [relation.sentence for relation in found if relation.predicate == "partner_of"] == sentences
