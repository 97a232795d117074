from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ner.encoder.pairs import BUCKETS, FARTHEST, REACH, STANDINGS, bucket, candidates

TYPES = {"ORG": frozenset({"ORG", "PRODUCT"}), "PERSON": frozenset({"ORG"})}


@given(one=st.integers(0, 500), other=st.integers(0, 500), away=st.integers(0, 9))
def test_buckets_tell_direction_and_distance(one: int, other: int, away: int) -> None:
    found = bucket(one, other, away)
    assert 0 <= found < BUCKETS
    if one != other:
        assert found != bucket(other, one, away)
    if not away:
        assert found != bucket(one, other, 1)
    assert bucket(one, other, 1) != bucket(one, other, 3)


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
    found = candidates(mentions, sentences, [f"name {k}" for k in range(len(mentions))], TYPES)
    pairs = {(pair.subject, pair.object) for pair in found}
    assert len(pairs) == len(found)
    assert wanted <= pairs
    for pair in found:
        assert mentions[pair.object][2] in TYPES[mentions[pair.subject][2]]
        assert 0 <= pair.standing < STANDINGS
        assert (pair.standing == 0) == (sentences[pair.subject] == sentences[pair.object])
    # of what is out of reach each mention is offered three names of a label at most
    afar = [(max(pair[:2]), mentions[min(pair[:2])][2]) for pair in found if pair[:2] not in wanted]
    assert all(count <= 3 * 2 for count in Counter(afar).values())


def test_from_afar_the_last_names_and_the_topic_are_meant() -> None:
    mentions, sentences, names = [], [], []
    for sentence, name in enumerate(["Alef", "Ba", "Alef", "Ta", "Ha", "Kha"]):
        mentions.append((10 * sentence, 10 * sentence, "ORG"))
        sentences.append(sentence)
        names.append(name)
    mentions.append((200, 200, "PERSON"))
    sentences.append(9)
    names.append("Zayd")
    found = {
        (names[p.object], p.object): p.standing for p in candidates(mentions, sentences, names, TYPES) if p.subject == 6
    }
    # the last two, and the one that is named most, at its last place
    assert found == {("Kha", 5): 1, ("Ha", 4): 2, ("Alef", 2): 6}


def test_a_name_that_stands_again_nearer_is_not_meant_twice() -> None:
    mentions = [(0, 0, "ORG"), (5, 5, "ORG"), (9, 9, "PERSON")]
    assert [p.object for p in candidates(mentions, [0, 1, 2], ["Alef", "Alef", "Zayd"], TYPES) if p.subject == 2] == [1]


def test_a_long_document_has_few_pairs() -> None:
    n = 3000
    mentions = [(30 * k, 30 * k, ("ORG", "PERSON", "PRODUCT")[k % 3]) for k in range(n)]
    found = candidates(mentions, list(range(n)), [f"name {k}" for k in range(n)], TYPES)
    assert len(found) < 20 * n
