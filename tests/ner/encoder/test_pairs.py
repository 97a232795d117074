from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ner.encoder.pairs import BUCKETS, FARTHEST, REACH, bucket, candidates

TYPES = {"ORG": frozenset({"ORG", "PRODUCT"}), "PERSON": frozenset({"ORG"})}


@given(one=st.integers(0, 500), other=st.integers(0, 500), same=st.booleans())
def test_buckets_tell_direction_and_distance(one: int, other: int, same: bool) -> None:
    found = bucket(one, other, same)
    assert 0 <= found < BUCKETS
    if one != other:
        assert found != bucket(other, one, same)
    if same:
        assert found != bucket(one, other, False)


@given(
    steps=st.lists(
        st.tuples(st.integers(1, 60), st.sampled_from(["ORG", "PERSON", "PRODUCT", "GPE"]), st.integers(0, 1)),
        max_size=12,
    )
)
def test_candidates_are_all_near_pairs_of_fitting_labels(steps: list[tuple[int, str, int]]) -> None:
    mentions, sentences = [], []
    at = sentence = 0
    for step, label, ends in steps:
        at, sentence = at + step, sentence + ends
        mentions.append((at, at, label))
        sentences.append(sentence)
    wanted = {
        (s, o)
        for s, (first, _, label) in enumerate(mentions)
        for o, (start, _, object_label) in enumerate(mentions)
        if s != o
        and object_label in TYPES.get(label, ())
        and abs(start - first) <= FARTHEST
        and abs(sentences[s] - sentences[o]) <= REACH
    }
    found = candidates(mentions, sentences, TYPES)
    assert {(pair.subject, pair.object) for pair in found} == wanted
    assert len(found) == len(wanted)
