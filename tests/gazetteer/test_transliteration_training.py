"""Training, on a tiny language made up here: what is learnt, what is kept apart, what is stored."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.evaluate.transliteration import Pair
from pipeline.gazetteer.transliteration import Transliterator, joint
from pipeline.gazetteer.transliteration.lexicon import make, prefixes, word_class
from pipeline.train import transliteration as training
from pipeline.train import transliteration_counts as counting
from pipeline.train.transliteration_align import Aligner
from pipeline.train.transliteration_pairs import parted, usable, variants

if TYPE_CHECKING:
    from pathlib import Path

_LETTERS = {
    "ب": "b",
    "د": "d",
    "ر": "r",
    "س": "s",
    "ش": "sh",
    "ك": "k",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "ا": "a",
    "و": "o",
    "ي": "i",
    "ف": "f",
    "ت": "t",
}


def made_up(n: int) -> list[Pair]:
    random = Random(3)
    words = {
        "".join(random.choice("بدرسشكلمنفت") + random.choice("اوي") for _ in range(random.randint(2, 4)))
        for _ in range(n)
    }
    return [
        Pair(word, "".join(_LETTERS[letter] for letter in word) + "é" * (k % 7 == 0), 1)
        for k, word in enumerate(sorted(words))
    ]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    words = {
        "latin": training.Known(make({"shabo": word_class(3, 4.0, names=1)}), prefixes(["shabo"])),
        "arabic": training.Known(make({"شابو": 1}), None),
    }
    held = [Pair("ميلانو", "milano", 1)]
    arrays = training.train(made_up(900), held, words, [])
    (folder / "transliteration").mkdir()
    path = folder / "transliteration" / "weights.npz"
    np.savez_compressed(path, allow_pickle=False, **arrays)
    (folder / "transliteration" / "words.tsv").write_text(
        "kind\tlatin\tarabic\nletter\ta\tإيه\nletter\ti\tآي\n", "utf-8"
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.toml").write_text(f'[transliteration.files]\n"weights.npz" = "{digest}"\n', "utf-8")
    return folder


def test_a_small_language_is_learnt(models: Path) -> None:
    t = Transliterator(models)
    for arabic, latin in (("ميلانو", "milano"), ("شيكودا", "shikoda"), ("فاتورا", "fatora")):
        assert t.latin(arabic, 1)[0][0].lower() == latin
        assert t.arabic(latin, 1)[0][0] == arabic
        assert t.same(arabic, latin) > 0.9 > 0.1 > t.same(arabic, "bosonaki")


_TRAIN = """
import hashlib
import os
import subprocess
import sys
from tests.gazetteer.test_transliteration_training import made_up, training, make
words = {side: training.Known(make({"x": 1}), None) for side in ("latin", "arabic")}
arrays = training.train(made_up(250), [], words, [])
print(hashlib.sha256(b"".join(name.encode() + arrays[name].tobytes() for name in sorted(arrays))).hexdigest())
"""


def test_the_same_data_make_the_same_weights() -> None:
    # The order of sets of strings is another in each of these two processes.
    digests = {
        subprocess.run(
            [sys.executable, "-c", _TRAIN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_em_finds_the_pairs_of_letters() -> None:
    pairs = [(pair.arabic, pair.latin) for pair in made_up(400)]
    aligner = Aligner(pairs, [1.0] * len(pairs))
    aligner.learn(6, discount=1.0)
    way = aligner.best()[pairs.index(next(pair for pair in pairs if "ش" in pair[0]))]
    assert ("ش", "sh") in way
    assert all(_LETTERS[source] == target for source, target in way)


def test_two_other_names_are_no_pair() -> None:
    pairs = made_up(400)
    wrong = [Pair("شاكو", "milano", 1), Pair("ميلانو", "sham", 1)]
    kept = training.clean([*pairs, *wrong])
    assert not set(wrong) & set(kept)
    assert len(kept) > 0.97 * len(pairs)


def test_nothing_held_out_is_learnt_from() -> None:
    held = [Pair("أحمد", "Ahmed", 1)]
    pairs = [Pair("احمد", "ahmad", 1), Pair("حامد", "AHMED", 1), Pair("سعد", "saad", 1), Pair("", "x", 1)]
    assert usable(pairs, held) == [Pair("سعد", "saad", 1)]
    most, some = parted(made_up(200), share=0.2, seed=1)
    assert not {pair.arabic for pair in most} & {pair.arabic for pair in some}
    assert not {pair.latin for pair in most} & {pair.latin for pair in some}


def test_what_is_held_out_is_not_learnt_from_other_lists_either() -> None:
    words = {side: training.Known(make({"x": 1}), None) for side in ("latin", "arabic")}
    pairs, held = made_up(250), [Pair("ثاثي", "thathi", 1)]
    arrays, again = (training.train(pairs, held, words, list(more)) for more in ([], held * 9))
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)


def test_variants_are_spellings_of_one_name() -> None:
    arabic, latin = variants([("سعيد", "said"), ("ساعيد", "said"), ("سعيد", "saeed")])
    assert sorted(arabic) == [("ساعيد", "سعيد"), ("سعيد", "ساعيد")]
    assert sorted(latin) == [("saeed", "said"), ("said", "saeed")]


def test_ngrams_sum_to_one_and_equal_a_slow_twin() -> None:
    sequences = [(2, 3, 2, 4), (2, 3, 3), (4, 2, 3), (2, 3, 2, 4)]
    units = [("", ""), ("", ""), ("ا", "a"), ("ب", "b"), ("ت", "t")]
    arrays = counting.ngrams(sequences, order=3, least=1, n_units=len(units))
    model = joint.build(units, **{name: array.astype(np.int64) for name, array in arrays.items()})
    every = np.arange(len(units))
    states = {model.begin}
    for _ in range(4):
        _, after = joint.advance(model, np.array(sorted(states)), every[2:])
        states |= set(after.ravel().tolist())
    scores, _ = joint.advance(model, np.array(sorted(states)), every)
    assert np.exp(scores).sum(1) == pytest.approx(
        np.ones(len(states)), abs=0.12
    )  # log-probabilities are stored in steps of 1/12
    # Reading is the sum of the steps, one after the other.
    state, total = model.begin, 0.0
    for unit in (2, 3, 2, 4, 0):
        score, after = joint.advance(model, np.array([state]), np.array([unit]))
        total, state = total + float(score[0, 0]), int(after[0, 0])
    assert joint.transliterate(model, "ابات", beam=50) == [("abat", pytest.approx(total, abs=1e-4))]
    assert total > dict(joint.transliterate(model, "تباب", beam=50))["tbab"]
