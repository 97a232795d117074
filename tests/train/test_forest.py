"""Boosted trees say the same in onnxruntime as where they were learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

pytest.importorskip("onnx")
ensemble = pytest.importorskip("sklearn.ensemble")

from pipeline.core.trees import Trees, columns  # noqa: E402
from pipeline.errors import SeedError  # noqa: E402
from pipeline.train.forest import forest, learnt  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.trees import Evidence


@pytest.fixture(scope="module")
def rows() -> list[tuple[Evidence, bool]]:
    random = np.random.default_rng(5)
    found = []
    for _ in range(2000):
        believed, named, alone = random.normal(), round(random.normal(), 1), bool(random.random() < 0.5)
        evidence = [("bias", 1.0), ("believed", float(believed)), ("named", float(named))]
        odds = 2 * believed - (1.5 if alone else 0) + (1 if named > 0.3 else 0)
        found.append(
            ((*evidence, ("alone", 1.0)) if alone else tuple(evidence), bool(random.random() < 1 / (1 + np.exp(-odds))))
        )
    return found


def test_the_graph_is_the_trees(rows: list[tuple[Evidence, bool]], tmp_path: Path) -> None:
    names = ["alone", "believed", "bias", "named"]
    evidence = [speaks for speaks, _ in rows]
    x = columns(evidence, names)
    trees = ensemble.GradientBoostingClassifier(n_estimators=40, max_depth=4, random_state=1).fit(
        x, [truth for _, truth in rows]
    )
    (tmp_path / "judge.onnx").write_bytes(forest(trees, names).SerializeToString())
    found = Trees(tmp_path / "judge.onnx")(evidence)
    assert np.allclose(found, trees.predict_proba(x)[:, 1], atol=1e-5)
    assert min(found) < 0.1
    assert max(found) > 0.9


def test_what_is_learnt_tells_true_from_false(rows: list[tuple[Evidence, bool]], tmp_path: Path) -> None:
    (tmp_path / "judge.onnx").write_bytes(
        learnt(rows[:1500], {"n_estimators": 100, "max_depth": 3, "random_state": 7}).SerializeToString()
    )
    judge = Trees(tmp_path / "judge.onnx")
    held = rows[1500:]
    right = [(p > 0.5) == truth for p, (_, truth) in zip(judge([speaks for speaks, _ in held]), held, strict=True)]
    assert np.mean(right) > 0.7  # the larger side is 0.57 of them
    with_strange = [(*speaks, ("strange", 9.0)) for speaks, _ in held[:5]]
    assert judge(with_strange) == judge([speaks for speaks, _ in held[:5]])


def test_a_file_that_is_no_graph(tmp_path: Path) -> None:
    (tmp_path / "judge.onnx").write_bytes(b"no graph")
    with pytest.raises(SeedError, match="expected boosted trees"):
        Trees(tmp_path / "judge.onnx")
