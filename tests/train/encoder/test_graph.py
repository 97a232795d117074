"""What is shipped against what was trained: the int8 graph and the pairs in numpy against the network in torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from pipeline.config import load  # noqa: E402
from pipeline.core.models import proven  # noqa: E402
from pipeline.core.spans import LABELS, Mention  # noqa: E402
from pipeline.ner.encoder.model import Encoder as Shipped  # noqa: E402
from pipeline.ner.encoder.model import Reading  # noqa: E402
from pipeline.ner.encoder.pairs import BUCKETS, STANDINGS, candidates, contexts  # noqa: E402
from pipeline.ner.encoder.related import Relations  # noqa: E402
from pipeline.ner.encoder.units import Unit  # noqa: E402
from pipeline.train.encoder import shipped  # noqa: E402
from pipeline.train.encoder.export import export  # noqa: E402
from pipeline.train.encoder.fit import arrays  # noqa: E402
from pipeline.train.encoder.graph import built  # noqa: E402
from pipeline.train.encoder.network import Encoder, Network  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.evaluate.gold import Predicate
    from pipeline.train.encoder.examples import Blocks

HIDDEN, VOCABULARY = 64, 200


def random_network(tags: int, relations: int, vocabulary: int = VOCABULARY) -> Network:
    torch.manual_seed(5)
    encoder = Encoder(vocabulary=vocabulary, hidden=HIDDEN, layers=3, heads=2, inner=128, positions=256)
    net = Network(encoder, tags=tags, relations=relations, labels=len(LABELS), buckets=BUCKETS, standings=STANDINGS)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name.endswith("bias") or not parameter.any():
                parameter.normal_(0, 0.05)
    return net.eval()


@pytest.mark.parametrize("length", [1, 2, 17, 120])
def test_the_graph_says_what_the_network_says(length: int) -> None:
    net = random_network(27, 5)
    graph = built(arrays(net), layers=3, heads=2)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    random = np.random.default_rng(length)
    pieces = np.array([0, *random.integers(4, VOCABULARY, length), 2], np.int64)
    firsts = np.arange(1, length + 1, 2, dtype=np.int64)
    logits, states = session.run(None, {"pieces": pieces, "firsts": firsts})
    with torch.no_grad():
        wanted, wanted_states = net(torch.from_numpy(pieces)[None], torch.from_numpy(firsts))
    assert logits.shape == wanted.shape == (len(firsts), 27)
    assert states.shape == wanted_states.shape == (len(firsts), HIDDEN)
    assert np.corrcoef(states.ravel(), wanted_states.numpy().ravel())[0, 1] > 0.995
    assert np.corrcoef(logits.ravel(), wanted.numpy().ravel())[0, 1] > 0.99
    if length > 50:
        assert (logits.argmax(1) == wanted.numpy().argmax(1)).mean() >= 0.9


def test_padding_changes_nothing_in_the_network() -> None:
    net = random_network(27, 5)
    alone = torch.tensor([[0, 5, 6, 7, 2]])
    padded = torch.tensor([[0, 5, 6, 7, 2, 1, 1, 1], [0, 9, 9, 9, 9, 9, 9, 2]])
    with torch.no_grad():
        one, other = net(alone, torch.tensor([1, 2, 3]))[0], net(padded, torch.tensor([1, 2, 3]))[0]
    assert torch.allclose(one, other, atol=1e-5)


@pytest.fixture(scope="module")
def exported(
    tmp_path_factory: pytest.TempPathFactory, known: Blocks, labels: dict[str, dict[str, list[str]]],
    predicates: dict[str, Predicate], vocabulary: list[tuple[str, float]],
) -> tuple[Path, Network]:  # fmt: skip
    folder = tmp_path_factory.mktemp("models")
    net = random_network(known.n_tags, 1 + len(predicates), len(vocabulary))
    with torch.no_grad():
        net.relation.weight.mul_(8)
        for part in (net.around, net.between):
            part.weight.normal_(std=0.1)
    np.savez(folder / "net.npz", **arrays(net))
    (folder / "pieces.tsv").write_text("".join(f"{piece}\t{score}\n" for piece, score in vocabulary), "utf-8")
    lines = export(folder / "net.npz", folder / "pieces.tsv", folder / "encoder", corpora=labels, predicates=predicates)
    (folder / "manifest.toml").write_text(f"[encoder]\nversion = 1\n[encoder.files]\n{lines}", "utf-8")
    return folder, net


def test_an_exported_model_is_proven_and_read(exported: tuple[Path, Network], known: Blocks) -> None:
    folder, _ = exported
    files, _ = proven(folder, "encoder")
    assert sorted(files) == ["encoder.onnx", "heads.json", "pairs.onnx", "pieces.tsv", "relations.npz"]
    assert Shipped(folder).tags == known.tags


def test_a_shipped_model_read_back_ships_the_same(exported: tuple[Path, Network], tmp_path: Path) -> None:
    """All arrays come back within half a step of the rounding, and rounding them once more changes nothing."""
    folder, net = exported
    base = shipped.read(folder / "encoder")
    wanted = arrays(net)
    assert base.arrays.keys() == wanted.keys()
    for name, values in wanted.items():
        step = np.abs(values).max() / 63 if values.ndim == 2 else 0.0
        assert np.abs(base.arrays[name] - values).max() <= step / 2 + 1e-6, name
    assert (base.layers, base.hidden) == (len(net.encoder.layers), HIDDEN)
    again = built(base.arrays, layers=base.layers, heads=base.heads).SerializeToString()
    read = {c.name: onnx.numpy_helper.to_array(c) for c in onnx.load_from_string(again).graph.initializer}
    first = onnx.load(folder / "encoder" / "encoder.onnx").graph.initializer
    for constant in first:
        assert np.allclose(read[constant.name], onnx.numpy_helper.to_array(constant), rtol=1e-5), constant.name


def test_pairs_of_the_shipped_model_are_pairs_in_torch(
    exported: tuple[Path, Network], predicates: dict[str, Predicate]
) -> None:
    folder, net = exported
    relations = Relations(folder / "encoder", least=0.0)
    random = np.random.default_rng(3)
    n = 60
    reading = Reading(
        [Unit(at, True, "") for at in range(n)],
        [at // 20 for at in range(n)],
        np.zeros((n, 1), np.float32),
        random.normal(size=(n, HIDDEN)).astype(np.float32),
    )
    mentions = []
    for first in range(0, n - 3, 4):
        label = str(random.choice(["ORG", "PERSON", "GPE", "PRODUCT", "MONEY"]))
        mentions.append(
            Mention(first // 20, first, first + 1, first, first + int(random.integers(0, 3)), label, 1.0, "x")
        )
    hints = relations(reading, mentions)
    types = relations._types
    placed = [(m.first, m.last, m.label) for m in mentions]
    pairs = candidates(placed, [m.sentence for m in mentions], [" " * (m.last - m.first) for m in mentions], types)
    rows = torch.tensor([(first, last, LABELS.index(label)) for first, last, label in placed])
    ends = contexts(rows.numpy(), np.array(pairs), np.array(reading.sentences))
    told = torch.from_numpy(np.concatenate([pairs, np.zeros((len(pairs), 1), int), ends], 1))
    with torch.no_grad():
        logits = net.related(torch.from_numpy(reading.states), rows, told)
        shares = torch.softmax(logits, 1).numpy()
    names = list(predicates)
    wanted = {
        (pair.subject, pair.object, names[k]): shares[row, k + 1]
        for row, pair in enumerate(pairs)
        for k in range(len(names))
        if not (predicates[names[k]].symmetric and pair.subject > pair.object)
    }
    found = {(hint.subject, hint.object, hint.predicate): hint.score for hint in hints}
    assert found.keys() == wanted.keys()
    assert len(found) > 100
    assert np.allclose([found[key] for key in found], [wanted[key] for key in found], atol=1e-5)
    # only the likely ones are passed on
    likely = Relations(folder / "encoder", least=0.3)(reading, mentions)
    assert {(h.subject, h.object, h.predicate) for h in likely} == {key for key, share in found.items() if share >= 0.3}


def test_many_pairs_are_worked_off_in_parts(exported: tuple[Path, Network], monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.ner.encoder import related

    folder, _ = exported
    n = 30
    reading = Reading(
        [Unit(at, True, "") for at in range(n)], [0] * n, np.zeros((n, 1), np.float32),
        np.random.default_rng(1).normal(size=(n, HIDDEN)).astype(np.float32),
    )  # fmt: skip
    mentions = [Mention(0, at, at + 1, at, at, "ORG", 1.0, "x") for at in range(n)]
    relations = Relations(folder / "encoder", least=0.1)
    whole = relations(reading, mentions)
    monkeypatch.setattr(related, "_AT_ONCE", 7)
    parted = relations(reading, mentions)
    assert [h[:3] for h in parted] == [h[:3] for h in whole]
    assert np.allclose([h.score for h in parted], [h.score for h in whole], atol=1e-6)


def test_the_shipped_graph_is_its_manifest() -> None:
    """int8 weights, no float matrix but the head and the positions."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(load().paths.models / "encoder" / "encoder.onnx").graph
    large = {
        tensor.name
        for tensor in graph.initializer
        if tensor.data_type == onnx.TensorProto.FLOAT and np.prod(tensor.dims) > 100_000
    }
    assert large <= {"positions"}
