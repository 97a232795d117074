"""The network: numpy against torch and against slow twins, training that breaks off, and what it is worth on a tiny language."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.evaluate.transliteration import Pair
from pipeline.gazetteer.transliteration import network
from pipeline.gazetteer.transliteration import weights as shipped
from pipeline.gazetteer.transliteration.compare import closer_evidence
from pipeline.gazetteer.transliteration.generate import LOOKED_AT, WRITTEN, candidates_of, looked_at, spellings
from pipeline.gazetteer.transliteration.lexicon import make, prefixes, word_class
from pipeline.train import transliteration as counted
from tests.gazetteer.test_transliteration_training import made_up

torch = pytest.importorskip("torch")

from pipeline.train import transliteration_network as training  # noqa: E402  (it needs torch)

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.gazetteer.transliteration.network import Network

FEW = training.Rounds(most=2, every=1)


def untrained() -> tuple[training.Trainee, Network]:
    torch.manual_seed(4)
    trainee = training.Trainee().eval()
    arrays = {name: value.numpy() for name, value in trainee.state_dict().items()}
    steps = {f"{name}.step": np.ones(len(array)) for name, array in arrays.items() if array.ndim > 1}
    return trainee, network.assembled(arrays | steps)


def by_torch(trainee: training.Trainee, source: str, target: str, script: str) -> float:
    signs = torch.tensor([[network.START[script, False], *network.coded(target), network.END]]).T
    with torch.no_grad():
        scores = torch.log_softmax(trainee(torch.tensor([network.coded(source)]).T, signs[:-1]), 2)
    return float(scores.gather(2, signs[1:, :, None]).sum())


# --- numpy ---


def test_numpy_computes_what_torch_does() -> None:
    trainee, model = untrained()
    pairs = [("إيلون", "elon"), ("مي", "may"), ("شوارزنيجر", "schwarzenegger")]
    for source, target in pairs:
        expected = by_torch(trainee, source, target, "latin")
        got = network.log_probabilities(model, [source], [target], "latin", folded=False)[0]
        assert got == pytest.approx(expected, abs=1e-3)
    # Sources of several lengths at once: what fills up the short ones must not be heard.
    sources = [source for source, _ in pairs]
    expected_all = [by_torch(trainee, source, "may", "latin") for source in sources]
    assert network.log_probabilities(model, sources, ["may"], "latin", folded=False) == pytest.approx(
        expected_all, abs=1e-3
    )


def test_names_that_begin_alike_are_as_probable_as_alone() -> None:
    _, model = untrained()
    names = ["mark", "mar", "marko", "m", "elena", "mark", "mrk"]
    together = network.log_probabilities(model, ["مارك"], names, "latin", folded=True)
    alone = [network.log_probabilities(model, ["مارك"], [name], "latin", folded=True)[0] for name in names]
    assert together == pytest.approx(alone, abs=1e-4)


def test_what_is_written_is_ordered_and_as_probable_as_it_says() -> None:
    _, model = untrained()
    found = network.written(model, "سا", "latin", beam=40)
    scores = [score for _, score in found]
    assert 0 < len(found) <= 40
    assert len({name for name, _ in found}) == len(found)
    assert scores == sorted(scores, reverse=True)
    names = [name for name, _ in found]
    assert network.log_probabilities(model, ["سا"], names, "latin", folded=False) == pytest.approx(scores, abs=1e-3)
    assert network.written(model, "سا", "latin", beam=40)[:1] == found[:1]


def test_stored_weights_are_near_and_small() -> None:
    trainee, model = untrained()
    arrays = network.stored(trainee.state_dict())
    kept = io.BytesIO()
    np.savez_compressed(kept, allow_pickle=False, **arrays)
    assert len(kept.getvalue()) < 1_400_000
    again = network.assembled(arrays)
    got, exact = (
        network.log_probabilities(m, ["سامسونغ"], ["samsung", "x"], "latin", folded=False) for m in (again, model)
    )
    assert got == pytest.approx(exact, rel=0.01)


# --- training ---


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> shipped.Weights:
    folder: Path = tmp_path_factory.mktemp("base")
    words = {
        "latin": counted.Known(make({"shabo": word_class(3, 4.0, names=1)}), prefixes(["shabo"])),
        "arabic": counted.Known(make({"شابو": 1}), None),
    }
    np.savez_compressed(folder / "weights.npz", allow_pickle=False, **counted.train(made_up(400), [], words, []))
    with np.load(folder / "weights.npz") as arrays:
        return shipped._weights_of({name: arrays[name] for name in arrays.files})


def test_training_that_broke_off_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = made_up(60)
    straight = training.trained(pairs, pairs, tmp_path / "straight", FEW)
    rounds = []

    def breaking(*arguments):  # type: ignore[no-untyped-def]
        rounds.append(1)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return batches(*arguments)

    batches = training.batches
    monkeypatch.setattr(training, "batches", breaking)
    with pytest.raises(KeyboardInterrupt):
        training.trained(pairs, pairs, tmp_path / "broken", FEW)
    again = training.trained(pairs, pairs, tmp_path / "broken", FEW)
    assert len(rounds) == 4  # one done, one broken off, two more
    for one, other in zip(straight, again, strict=True):
        assert all(np.array_equal(one[name], other[name]) for name in one)


def test_batches_hold_every_row_once_in_one_source_length() -> None:
    rows = training.examples(made_up(300))
    seen = 0
    for source, target in training.batches(rows, training.Random(1)):
        assert (source > 0).all()
        assert source.shape[1] == target.shape[1] <= training.BATCH
        assert ((target == network.END).sum(0) == 1).all()
        assert set(target[0].tolist()) <= set(network.START.values())
        seen += source.shape[1]
    assert seen == len(rows)


def test_the_network_is_weighed_and_helps(base: shipped.Weights, tmp_path: Path) -> None:
    pairs = made_up(900)
    most, some = counted.parted(pairs, share=0.1, seed=1)
    first, last = training.trained(most, pairs, tmp_path, training.Rounds(most=14, every=2, fast=1.5e-3))
    arrays = {**last, **training.weighed(base, most, [], some, pairs, first)}
    with_network = shipped._with_network(base, arrays)
    generator, edits = with_network.to_latin, with_network.compared["cross"].edits
    assert generator.closer[-3] + generator.closer[-1] > 0  # the network's word counts for a spelling
    assert spellings(generator, edits, "ميلانو")[0][0] == "milano"
    candidates = candidates_of(generator, "ميلانو")
    names = [name for name, _ in looked_at(generator, edits, "ميلانو", candidates)]
    assert len(names) == len(set(names)) <= LOOKED_AT + WRITTEN
    assert set(names) - {name for name, _ in candidates[:LOOKED_AT]} or len(candidates) < LOOKED_AT
    for what in ("cross", "turned"):
        assert len(with_network.compared[what].closely) == 6
    for what, left, rights in (("cross", "ميلانو", ["milano", "bosoka"]), ("turned", "milano", ["ميلانو", "بوسوكا"])):
        right, wrong = closer_evidence(with_network.compared[what], left, rights)
        assert (right[:2] > wrong[:2] + 3).all()  # either way round
        assert abs(right[2]) < 1e-4 < -wrong[2]  # the best reading lies behind nothing
    assert with_network.compared["arabic"].network is None
    right = network.log_probabilities(network.assembled(last), ["ميلانو"], ["milano", "bosoka"], "latin", folded=True)
    assert right[0] > right[1] + 3


def test_one_name_and_another_are_not_examples() -> None:
    assert training.examples([Pair("سام", "Sam", 3), Pair("سام", "sam", 1), Pair("؟", "x", 1)]) == [
        ("سام", "sam"),
        ("sam", "سام"),
    ]
