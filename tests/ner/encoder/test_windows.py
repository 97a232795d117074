from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ner.encoder.windows import windows


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    lengths, sentences = [], []
    for number in range(draw(st.integers(0, 6))):
        units = draw(st.lists(st.integers(1, 9), min_size=1, max_size=draw(st.sampled_from([3, 40]))))
        lengths += units
        sentences += [number] * len(units)
    return lengths, sentences


@given(doc=documents(), most=st.integers(4, 30), overlap=st.integers(0, 12))
def test_windows(doc: tuple[list[int], list[int]], most: int, overlap: int) -> None:
    lengths, sentences = doc
    found = windows(lengths, sentences, most=most, overlap=overlap)
    # the answers tile the document
    assert [at for window in found for at in range(window.answers_from, window.answers_to)] == list(range(len(lengths)))
    for window in found:
        # each answers for what it has read
        assert window.first <= window.answers_from <= window.answers_to <= window.end
        # none is over the limit but a single long unit
        assert sum(lengths[window.first : window.end]) <= most or window.end == window.first + 1
    # a sentence that fits is read whole
    for number in set(sentences):
        units = [at for at, sentence in enumerate(sentences) if sentence == number]
        holding = [window for window in found if window.answers_from <= units[-1] and window.answers_to > units[0]]
        if sum(lengths[at] for at in units) <= most:
            assert len(holding) == 1
            assert holding[0].first <= units[0]
            assert holding[0].end > units[-1]
        else:  # a cut sentence has its windows for itself
            assert all(units[0] <= window.first and window.end <= units[-1] + 1 for window in holding)


@given(n=st.integers(1, 300), overlap=st.integers(2, 12))
def test_every_unit_of_a_cut_sentence_has_context(n: int, overlap: int) -> None:
    found = windows([1] * n, [0] * n, most=24, overlap=overlap)
    for left, right in itertools.pairwise(found):
        assert left.end - right.first == overlap
        assert left.end - left.answers_to >= overlap // 2 - 1
        assert right.answers_from - right.first >= overlap // 2


def test_sentences_fill_a_window_in_their_order() -> None:
    found = windows([2, 2, 2, 2, 2], [0, 1, 2, 3, 4], most=6, overlap=2)
    assert [(window.first, window.end) for window in found] == [(0, 3), (3, 5)]
    assert windows([], [], most=6, overlap=2) == []
