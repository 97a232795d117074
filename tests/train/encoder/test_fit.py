"""Training on three documents: it learns them by heart, goes on after a stop as if nothing had been, and teaches a smaller one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipeline.train.encoder import fit as fitting  # noqa: E402
from pipeline.train.encoder.batches import Loader  # noqa: E402
from pipeline.train.encoder.fit import arrays, fit, mixed, network  # noqa: E402
from pipeline.train.encoder.loss import Settings, Ways, loss, placed  # noqa: E402
from pipeline.train.encoder.measure import measured  # noqa: E402
from pipeline.train.encoder.network import Encoder, Network  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.train.encoder.examples import Examples

SETTINGS = Settings(
    layers=2, epochs=3, rate=3e-3, decay=1.0, batch=256, dropout=0.1, weights=(2.0, 1.0, 1.0, 1.0, 0.0), pairs=1.0, bfloat16=False
)  # fmt: skip


@pytest.fixture(scope="module")
def base(vocabulary: list[tuple[str, float]]) -> dict[str, NDArray[np.float32]]:
    torch.manual_seed(0)
    encoder = Encoder(vocabulary=len(vocabulary), hidden=64, layers=4, heads=2, inner=128, positions=300)
    return {name: value.numpy() for name, value in encoder.state_dict().items()}


def made(base: dict[str, NDArray[np.float32]], x: Examples, settings: Settings = SETTINGS) -> Network:
    return network(base, settings, tags=int(x.block_starts[-1]), relations=1 + 40)


def same(one: Network, other: Network) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(arrays(one).values(), arrays(other).values(), strict=True))


def test_a_smaller_network_takes_the_lowest_layers(base: dict[str, NDArray[np.float32]], tiny: Examples) -> None:
    found = arrays(made(base, tiny))
    for name in ("layers.0.up.weight", "layers.1.up.weight"):
        assert np.array_equal(found[name], base[name])
    assert "layers.2.up.weight" not in found
    with pytest.raises(ValueError, match=r"the base has no words\.weight"):
        made({**base, "words.weight": base["words.weight"][:, :32]}, tiny)


def test_it_learns_three_documents_by_heart(base: dict[str, NDArray[np.float32]], tiny: Examples) -> None:
    settings = SETTINGS._replace(epochs=60, dropout=0.0, weights=(1.0, 0.0, 0.0, 0.0, 0.0))
    net = made(base, tiny, settings)
    before = measured(net, tiny, settings)
    fit(net, tiny, settings)
    after = measured(net, tiny, settings)
    assert before["source 0"] < 0.5
    assert after["source 0"] == 1.0
    assert after["relations"] == 1.0


def test_stopped_and_gone_on_from_its_checkpoint(
    base: dict[str, NDArray[np.float32]], tiny: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fit(made(base, tiny), tiny, SETTINGS)
    path = tmp_path / "fit.pt"
    steps = 0

    def stopping(*given: object) -> object:
        nonlocal steps
        steps += 1
        if steps > 1 and path.exists():
            raise KeyboardInterrupt
        return loss(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(fitting, "loss", stopping)
        with pytest.raises(KeyboardInterrupt):
            fit(made(base, tiny), tiny, SETTINGS, path=path)
    torch.manual_seed(99)  # whatever happened between
    went_on = fit(made({name: value * 0 for name, value in base.items()}, tiny), tiny, SETTINGS, path=path)
    assert same(whole, went_on)
    again = fit(made(base, tiny), tiny, SETTINGS, path=path)  # it is done: nothing is left to do
    assert same(whole, again)


def test_a_checkpoint_of_other_settings_is_not_gone_on_from(
    base: dict[str, NDArray[np.float32]], tiny: Examples, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fit(made(base, tiny), tiny, SETTINGS._replace(epochs=1), path=tmp_path / "fit.pt")
    with caplog.at_level(logging.WARNING):
        found = fit(made(base, tiny), tiny, SETTINGS._replace(epochs=2), path=tmp_path / "fit.pt")
    assert "other settings" in caplog.text
    assert same(found, fit(made(base, tiny), tiny, SETTINGS._replace(epochs=2)))


def test_workers_make_the_same_batches(base: dict[str, NDArray[np.float32]], tiny: Examples) -> None:
    settings = SETTINGS._replace(epochs=2)
    one = [fitting._epoch(Loader(tiny), settings, epoch) for epoch in range(2)]
    from functools import partial

    two = fitting.made([partial(fitting._epoch, Loader(tiny), settings, epoch) for epoch in range(2)], 2)
    assert [batch.pieces.tolist() for plan in one for batch in plan] == [
        batch.pieces.tolist() for plan in two for batch in plan
    ]


def test_a_corpus_with_other_labels_forbids_what_it_would_have_marked(
    base: dict[str, NDArray[np.float32]], tiny: Examples
) -> None:
    """AQMAR's O allows no PERSON of ours: a network that says PERSON there loses more than one that says DATE."""
    net = made(base, tiny).eval()
    (batch,) = Loader(tiny).batches(Loader(tiny).places([3], 256), 1024)
    ways = Ways.of(tiny, "cpu")
    costs = []
    for tag in (1 + 2 * 0, 1 + 2 * 9):  # B-PERSON, B-DATE
        with torch.no_grad():
            net.head.weight.zero_()
            net.head.bias.zero_()
            net.head.bias[tag] = 9.0
            costs.append(float(loss(net, placed(batch, "cpu"), ways, SETTINGS)))
    assert costs[0] > costs[1] + 1


def test_the_teacher_is_followed(base: dict[str, NDArray[np.float32]], tiny: Examples) -> None:
    settings = SETTINGS._replace(layers=4, epochs=30, dropout=0.0, weights=(1.0, 0.0, 0.0, 0.0, 0.0))
    teacher = fit(made(base, tiny, settings), tiny, settings)
    student_settings = SETTINGS._replace(epochs=40, dropout=0.0, weights=(0.0, 0.0, 0.0, 0.0, 3.0))  # raw text alone
    student = fit(made(arrays(teacher), tiny, student_settings), tiny, student_settings, teacher=teacher)
    (batch,) = Loader(tiny).batches(Loader(tiny).places([4], 256), 1024)
    there = placed(batch, "cpu")
    with torch.no_grad():
        mine, theirs = (net(there.pieces, there.places)[0][:, :27].argmax(1) for net in (student, teacher))
    assert (mine == theirs).float().mean() > 0.95


def test_the_mean_of_networks_by_their_shares() -> None:
    one, other = {"a": np.array([1.0, 3.0], np.float32)}, {"a": np.array([3.0, 5.0], np.float32)}
    assert mixed([(one, 0.5), (other, 0.5)])["a"].tolist() == [2.0, 4.0]
    assert mixed([(one, 6), (other, 2)])["a"].tolist() == [1.5, 3.5]
    assert mixed([(one, 1)])["a"].dtype == np.float32
