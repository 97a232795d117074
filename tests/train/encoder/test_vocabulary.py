from __future__ import annotations

import numpy as np

from pipeline.ner.encoder.pieces import UNKNOWN, Pieces
from pipeline.train.encoder.convert import Base
from pipeline.train.encoder.vocabulary import pruned, write


def test_used_pieces_letters_and_all_arabic_stay() -> None:
    pieces = [
        *((name, 0.0) for name in ("<s>", "<pad>", "</s>", "<unk>")),
        ("▁", -2.0), ("▁علي", -3.0), ("бабушка", -4.0), ("中", -4.0), ("中文", -5.0), ("▁the", -3.0), ("ع", -6.0), ("<mask>", 0.0),
    ]  # fmt: skip
    words = np.arange(len(pieces) * 2, dtype=np.float32).reshape(-1, 2)
    base = Base(2, 1, 1, 4, {"words.weight": words}, pieces)
    small = pruned(base, ["中文"])
    assert [piece for piece, _ in small.pieces] == ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁علي", "中文", "▁the", "ع"]
    kept = small.arrays["words.weight"]
    assert kept[UNKNOWN].tolist() == words[-1].tolist()  # the mask's row
    assert kept[6].tolist() == words[8].tolist()
    assert Pieces(small.pieces)("中文") == (6,)
    assert write(small).splitlines()[5] == "▁علي\t-3"
