"""Relations between the mentions of a document, from the states of the same reading that found the names.

In: the encoder's reading and the final mentions. Out: `Hint`s, pairs of mentions with a predicate and a calibrated probability.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from pipeline.core.sessions import session
from pipeline.core.spans import LABELS, Hint
from pipeline.ner.encoder.pairs import candidates, contexts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.core.spans import Mention
    from pipeline.ner.encoder.model import Reading

    Floats = NDArray[np.float32]

_NUMBER = {label: number for number, label in enumerate(LABELS)}
_AT_ONCE = 4096  # pairs


class Relations:
    """The classifier of pairs: two mentions' first and last states, their labels, distance and standing, and what the states around and
    between them add up to, through two hidden layers.
    """

    def __init__(self, folder: Path, *, least: float, threads: int = 1) -> None:
        heads = json.loads((folder / "heads.json").read_text("utf-8"))
        self._predicates: list[str] = heads["relations"]
        self._symmetric = frozenset(heads["symmetric"])
        self._types = {label: frozenset(labels) for label, labels in heads["types"].items()}
        with np.load(folder / "relations.npz") as archive:
            self._w = {name: archive[name] for name in archive.files}
        self._pairs = session(folder / "pairs.onnx", threads=threads)
        self._least = least

    def __call__(self, reading: Reading, mentions: Sequence[Mention]) -> list[Hint]:
        """The likely relations, by subject and object."""
        firsts = {unit.token: number for number, unit in enumerate(reading.units) if unit.is_stem}
        placed = [(firsts[m.first], firsts[m.last], m.label) for m in mentions]
        names = [" ".join(unit.text for unit in reading.units[first : last + 1]) for first, last, _ in placed]
        pairs = candidates(placed, [m.sentence for m in mentions], names, self._types)
        if not pairs:
            return []
        w = self._w
        spans = np.concatenate([reading.states[[p[0] for p in placed]], reading.states[[p[1] for p in placed]]], 1)
        labels = [_NUMBER[p[2]] for p in placed]
        subjects = spans @ w["subject.weight"].T + w["subject.bias"] + w["subject_label.weight"][labels]
        objects = spans @ w["object.weight"].T + w["object.bias"] + w["object_label.weight"][labels]
        words = np.maximum(reading.states @ w["context.weight"].T + w["context.bias"], 0)
        sums = [_sums(words @ w[f"{part}.weight"].T) for part in ("around", "between")]
        places, sentences = np.array([p[:2] for p in placed]), np.array(reading.sentences)
        found = []
        for at in range(0, len(pairs), _AT_ONCE):
            some = np.array(pairs[at : at + _AT_ONCE])
            rest = w["distance.weight"][some[:, 2]] + w["standing.weight"][some[:, 3]]
            ranges = contexts(places, some, sentences)
            for summed, start, end in zip(sums, ranges[:, ::2].T, ranges[:, 1::2].T, strict=True):
                rest += (summed[end] - summed[start]) / np.sqrt(np.maximum(end - start, 1), dtype=np.float32)[:, None]
            asked = {"one": subjects[some[:, 0]], "other": objects[some[:, 1]], "rest": rest}
            (shares,) = self._pairs.run(None, asked)
            for row, number in zip(*np.nonzero(shares[:, 1:] >= self._least), strict=True):
                subject, object_, *_ = some[row].tolist()
                predicate = self._predicates[number + 1]
                if predicate in self._symmetric and subject > object_:
                    continue  # it is learnt and asked in the order of the text
                found.append(Hint(subject, object_, predicate, float(shares[row, number + 1])))
        return found


def _sums(rows: Floats) -> Floats:
    """The sums of the first 0, 1, 2 … rows."""
    return np.concatenate([np.zeros((1, rows.shape[1]), np.float32), rows.cumsum(0)])
