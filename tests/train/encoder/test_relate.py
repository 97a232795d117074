"""The head of relations alone: the documents as the exported encoder reads them, learnt by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from pipeline.ner.encoder.pairs import BUCKETS, STANDINGS  # noqa: E402
from pipeline.train.encoder.fit import arrays  # noqa: E402
from pipeline.train.encoder.graph import built  # noqa: E402
from pipeline.train.encoder.loss import Settings  # noqa: E402
from pipeline.train.encoder.network import Encoder, Network  # noqa: E402
from pipeline.train.encoder.relate import Read, joined, measured, read, relate  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.train.encoder.examples import Examples


@pytest.fixture(scope="module")
def net(vocabulary: list[tuple[str, float]], tiny: Examples) -> Network:
    torch.manual_seed(0)
    encoder = Encoder(vocabulary=len(vocabulary), hidden=64, layers=2, heads=2, inner=128, positions=300)
    return Network(
        encoder,
        tags=int(tiny.block_starts[-1]),
        relations=1 + int(tiny.pairs[:, 4].max()),
        labels=13,
        buckets=BUCKETS,
        standings=STANDINGS,
    )


@pytest.fixture(scope="module")
def seen(net: Network, tiny: Examples, tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    path: Path = tmp_path_factory.mktemp("graph") / "encoder.onnx"
    path.write_bytes(built(arrays(net), layers=2, heads=2).SerializeToString())
    return read(path, tiny, range(len(tiny.doc_ends)))


def test_documents_are_read_whole(seen: list[Read], tiny: Examples) -> None:
    lengths, n_pairs = (np.diff(ends, prepend=0) for ends in (tiny.doc_ends, tiny.pair_ends))
    paired = n_pairs > 0
    assert [len(doc.states) for doc in seen] == lengths[paired].tolist()
    assert [len(doc.pairs) for doc in seen] == n_pairs[paired].tolist()
    assert all(np.isfinite(doc.states).all() and doc.pairs.shape[1] == 9 for doc in seen)


def test_a_row_of_documents_is_each_of_them(net: Network, seen: list[Read]) -> None:
    net.eval()
    with torch.no_grad():
        alone = torch.cat([net.related(*joined([doc])) for doc in seen])
        together = net.related(*joined(seen))
    assert len(seen) > 1
    assert torch.allclose(alone, together, atol=1e-4)


def test_the_head_learns_and_nothing_else(net: Network, seen: list[Read]) -> None:
    before = {name: values.copy() for name, values in arrays(net).items()}
    first = measured(net, seen)
    relate(net, seen, Settings(epochs=80, rate=1e-2, dropout=0.0))
    after, last = arrays(net), measured(net, seen)
    assert last["relations"] > 0.9 > first["relations"]
    assert last["likelihood"] > first["likelihood"]
    changed = {name.split(".")[0] for name in before if not np.array_equal(before[name], after[name])}
    assert {"subject", "object", "relation", "product"} <= changed
    assert not changed & {"words", "positions", "embedded", "layers", "head"}
