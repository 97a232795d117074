"""Two annotations of one text: what is equal counts, what differs is listed."""

from __future__ import annotations

import pytest

from pipeline.errors import SeedError
from pipeline.evaluate.agreement import agreement, table
from pipeline.evaluate.gold import unmark
from pipeline.evaluate.score import PRF

FIRST = "[[ألف|ORG|alef]] و[[باء|ORG|baa]] و[[جيم|ORG|jeem]] [[5 دولارات|MONEY|USD:5]]\n# alef partner_of baa asserted\n# alef acquired jeem planned\n# alef raised USD:5 asserted"
SECOND = "[[ألف|ORG|alef]] و[[باء|PRODUCT|baa]] [[وجيم|ORG|jeem]] [[5 دولارات|MONEY|USD:50]]\n# baa partner_of alef asserted\n# alef acquired jeem negated"


def test_figures_and_differences() -> None:
    found = agreement([unmark(FIRST, "x"), unmark("نص", "y")], [unmark(SECOND, "x")], {"partner_of"})
    assert (found.n_docs, found.n_first) == (1, 2)
    assert found.spans == PRF(3, 4, 4)
    assert found.labelled == PRF(2, 4, 4)
    assert found.labels["ORG"] == PRF(1, 2, 3)
    assert found.ids == PRF(1, 1, 1)
    assert found.values == PRF(0, 1, 1)
    assert found.triples == PRF(2, 2, 3)
    assert found.statements == PRF(2, 2, 3)
    assert found.statuses == PRF(1, 2, 2)
    assert found.kappa == pytest.approx(1 / 3)
    assert "x: alef acquired jeem: planned or negated" in found.differences
    assert "x: only the first: alef raised USD:5 asserted" in found.differences
    assert any("USD:5 or USD:50" in line for line in found.differences)
    assert any("only the second: ORG «وجيم»" in line for line in found.differences)
    assert any("50% of 2" in line for line in table(found, 5))


def test_it_is_symmetric_and_one_with_itself() -> None:
    left, right = [unmark(FIRST, "x")], [unmark(SECOND, "x")]
    one, other = agreement(left, right), agreement(right, left)
    assert (one.spans.f1, one.labelled.f1, one.triples.f1, one.kappa) == (other.spans.f1, other.labelled.f1, other.triples.f1, other.kappa)  # fmt: skip
    same = agreement(left, left)
    assert same.spans.f1 == same.triples.f1 == same.statuses.p == same.kappa == 1.0
    assert same.differences == []


def test_other_texts_are_refused() -> None:
    with pytest.raises(SeedError, match="no document stands in both"):
        agreement([unmark(FIRST, "x")], [unmark(FIRST, "y")])
    with pytest.raises(SeedError, match="x: the two annotations have different texts, first at 3"):
        agreement([unmark("ألف باء", "x")], [unmark("ألف، باء", "x")])
