from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.spans import Mention
from pipeline.ner.combine import combine, ranks

RANK = ranks(["gazetteer values", "latin", "spacy"])
MENTION = st.builds(
    lambda first, length, source, score: Mention(0, first * 3, (first + length) * 3, first, first + length - 1, "ORG", score, source),
    st.integers(0, 12), st.integers(1, 4), st.sampled_from(["gazetteer", "values", "latin", "spacy", "own"]), st.sampled_from([0.5, 0.9]),
)  # fmt: skip


def mention(first: int, last: int, source: str, label: str = "ORG") -> Mention:
    return Mention(0, first * 10, last * 10 + 9, first, last, label, 0.9, source)


def test_the_better_rank_wins_whatever_the_length() -> None:
    short, long = mention(1, 1, "gazetteer"), mention(0, 2, "latin")
    assert combine([[long], [short]], RANK) == [short]


def test_among_equals_the_longer_wins() -> None:
    money, nationality = mention(0, 2, "values", "MONEY"), mention(2, 2, "gazetteer", "NORP")
    assert combine([[money], [nationality]], RANK) == [money]
    name, year = mention(0, 2, "gazetteer", "EVENT"), mention(2, 2, "values", "DATE")
    assert combine([[year], [name]], RANK) == [name]


def test_a_source_without_a_rank_comes_last() -> None:
    own, spacy = mention(0, 3, "own"), mention(1, 1, "spacy")
    assert combine([[own], [spacy]], RANK) == [spacy]


@given(st.lists(st.lists(MENTION, max_size=6), max_size=4))
def test_flat_ordered_and_taken_from_the_input(groups: list[list[Mention]]) -> None:
    found = combine(groups, RANK)
    assert all(left.last < right.first for left, right in itertools.pairwise(found))
    everything = [m for group in groups for m in group]
    assert set(found) <= set(everything)
    for m in everything:  # nothing is left out without something better in its place
        assert m in found or any(
            k.first <= m.last and m.first <= k.last and RANK.get(k.source, 9) <= RANK.get(m.source, 9) for k in found
        )
