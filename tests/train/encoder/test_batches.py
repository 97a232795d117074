from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.ner.encoder.pairs import contexts
from pipeline.ner.encoder.pieces import END, PAD, START
from pipeline.train.encoder.batches import Loader

if TYPE_CHECKING:
    from pipeline.train.encoder.examples import Examples


@pytest.mark.parametrize("most", [8, 16, 64])
@pytest.mark.parametrize("budget", [32, 200])
def test_every_window_is_in_one_batch(tiny: Examples, most: int, budget: int) -> None:
    loader = Loader(tiny)
    places = loader.places(range(5), most)
    seen = 0
    for batch in loader.batches(places, budget, np.random.default_rng(1)):
        rows, length = batch.pieces.shape
        assert rows == 1 or rows * length <= budget
        assert length % 32 == 0
        assert (batch.pieces[:, 0] == START).all()
        assert ((batch.pieces == END).sum(1) == 1).all()
        assert len(batch.counts) == rows
        assert batch.counts.sum() == len(batch.places) == len(batch.tags) == len(batch.sources)
        assert (batch.pieces.reshape(-1)[batch.places] > END).all()  # first pieces of units
        assert not np.isin(batch.pieces.reshape(-1)[batch.places], [START, PAD, END]).any()
        seen += rows
    assert seen == len(places)


def test_units_and_tags_of_a_window(tiny: Examples) -> None:
    loader = Loader(tiny)
    units = np.concatenate([[0], tiny.unit_ends])
    starts = [0, *tiny.doc_ends.tolist()]
    for place in loader.places(range(5), 12):
        batch = loader.batch(64, [place])
        first, end = (starts[place.doc] + at for at in (place.window.first, place.window.end))
        assert batch.tags.tolist() == tiny.tags[first:end].tolist()
        assert set(batch.sources.tolist()) == {int(tiny.sources[place.doc])}
        assert batch.pieces[0, 1 : place.n_pieces + 1].tolist() == tiny.pieces[units[first] : units[end]].tolist()
        assert batch.pieces.reshape(-1)[batch.places].tolist() == tiny.pieces[units[first:end]].tolist()


@pytest.mark.parametrize("most", [10, 14, 64])
def test_mentions_and_pairs_move_along(tiny: Examples, most: int) -> None:
    """In any company, a mention names the same tags and a pair the same mentions as in its document."""
    loader = Loader(tiny)
    places = loader.places([2, 0, 4, 1, 3], most)
    batch = loader.batch(96, places)
    doc_starts = [0, *tiny.doc_ends.tolist()]
    mention_starts, pair_starts = [0, *tiny.mention_ends.tolist()], [0, *tiny.pair_ends.tolist()]
    unit = mention = pair = 0
    for place in places:
        inside, size = {}, place.window.end - place.window.first
        rows = tiny.mentions[mention_starts[place.doc] : mention_starts[place.doc + 1]]
        for number, (first, last, label) in enumerate(rows.tolist()):
            if place.window.first <= first and last < place.window.end:
                shift = unit - place.window.first
                assert batch.mentions[mention].tolist() == [first + shift, last + shift, label]
                assert batch.tags[first + shift] % 2 == 1  # a B of ours
                inside[number] = mention
                mention += 1
        for subject, object_, bucket, standing, relation in tiny.pairs[
            pair_starts[place.doc] : pair_starts[place.doc + 1]
        ].tolist():
            if subject in inside and object_ in inside:
                row = batch.pairs[pair].tolist()
                assert row[:5] == [inside[subject], inside[object_], bucket, standing, relation]
                start = doc_starts[place.doc] + place.window.first
                around = contexts(
                    rows - [place.window.first, place.window.first, 0],
                    np.array([[subject, object_]]),
                    tiny.sentences[start : start + size],
                )
                assert row[5:] == (around[0] + unit).tolist()
                pair += 1
        unit += size
    assert (len(batch.mentions), len(batch.pairs)) == (mention, pair)
    assert most != 64 or pair == len(tiny.pairs)


def test_examples_stay_as_they_are(tiny: Examples) -> None:
    before = [array.copy() for array in tiny]
    loader = Loader(tiny)
    list(loader.batches(loader.places(range(5), 12), 64))
    assert all(np.array_equal(old, new) for old, new in zip(before, tiny, strict=True))


def test_one_generator_one_order(tiny: Examples) -> None:
    loader = Loader(tiny)
    places = loader.places(range(5), 12)
    one, same, other = (
        [batch.pieces.tolist() for batch in loader.batches(places, 64, np.random.default_rng(seed))]
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other
