"""The trained encoder: reading a document once, for its names and for its relations.

In: the folder of models; then the raw text and tokens of a document. Out: `Reading`: units with logits and states.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.core.models import proven
from pipeline.core.sessions import session
from pipeline.errors import ConfigError, SeedError
from pipeline.ner.encoder import pieces as vocabulary
from pipeline.ner.encoder.pieces import END, START, Pieces
from pipeline.ner.encoder.units import Unit, units
from pipeline.ner.encoder.windows import windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.core.spans import Token

    Floats = NDArray[np.float32]

NAME = "encoder"
WINDOW = 192  # pieces read at once; 510 would fit, but attention grows with the square
OVERLAP = 48  # pieces that two windows of one long sentence share


class Reading(NamedTuple):
    """A document as the encoder has read it: the sentence, a row of `logits` and of `states` for each unit."""

    units: list[Unit]
    sentences: list[int]
    logits: Floats
    states: Floats


def windowed(graph: Any, split: Sequence[Sequence[int]], sentences: Sequence[int]) -> tuple[Floats, Floats]:
    """The logits and states of at least one unit, from the pieces of each and its sentence, as a session reads them window by window."""
    logits, states = [], []
    for window in windows([len(numbers) for numbers in split], sentences, most=WINDOW, overlap=OVERLAP):
        numbers = [START]
        firsts = []
        for at in range(window.first, window.end):
            firsts.append(len(numbers))
            numbers.extend(split[at])
        numbers.append(END)
        answers = slice(window.answers_from - window.first, window.answers_to - window.first)
        asked = {"pieces": np.array(numbers, np.int64), "firsts": np.array(firsts[answers], np.int64)}
        found = graph.run(None, asked)
        logits.append(found[0])
        states.append(found[1])
    return np.concatenate(logits), np.concatenate(states)


class Encoder:
    """Runs an int8 model, a folder of models/, with onnxruntime."""

    def __init__(self, models: Path, name: str = NAME, *, threads: int = 1) -> None:
        files, self.manifest = proven(models, name)
        self.path = models / name
        try:
            heads = json.loads(files["heads.json"].read_text("utf-8"))
            self.tags: dict[str, tuple[str, ...]] = {name: tuple(tags) for name, tags in heads["tags"].items()}
            self._pieces = Pieces(vocabulary.read(files["pieces.tsv"]))
            self._session = session(files["encoder.onnx"], threads=threads)
        except ConfigError:
            raise
        except Exception as error:  # onnxruntime has a kind of its own for each thing that can be wrong with a graph
            raise SeedError(f"{self.path} holds no encoder that can be read: {error!r}") from None

    def read(self, text: str, tokens: Sequence[Token]) -> Reading:
        """Reads a document. Each window is a call of its own, so that a document is read alike in any company."""
        read = units(text, tokens)
        sentences = [tokens[unit.token].sentence for unit in read]
        if not read:
            width = sum(map(len, self.tags.values()))
            return Reading(read, sentences, np.zeros((0, width), np.float32), np.zeros((0, 1), np.float32))
        return Reading(read, sentences, *windowed(self._session, [self._pieces(unit.text) for unit in read], sentences))

    def block(self, reading: Reading, name: str) -> Floats:
        """The logits of one way of labelling: "gold" for ours, or a public corpus."""
        start = 0
        for other, tags in self.tags.items():
            if other == name:
                return reading.logits[:, start : start + len(tags)]
            start += len(tags)
        raise ConfigError(f"the encoder has no tags {name!r}; expected one of {', '.join(self.tags)}")
