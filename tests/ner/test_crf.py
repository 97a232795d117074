from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import ROOT, load
from pipeline.core.models import proven
from pipeline.errors import SeedError
from pipeline.ner.crf import model
from pipeline.ner.crf.features import COLUMNS, SAYING, TEMPLATES, columns
from pipeline.ner.crf.recogniser import Crf
from pipeline.ner.crf.recogniser import load as load_crf
from pipeline.ner.crf.tags import TAGS, best_tags, legal, spans, sure
from pipeline.ner.stage import Ner
from pipeline.ner.values import Values
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise
from tests.bench.tiers import Rooms, quality

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pipeline.core.spans import Mention, Sentence, Token
    from pipeline.ner.names import Names

    Read = Callable[[str], tuple[list[Sentence], list[Token]]]

FAST = (ROOT / "configs" / "fast.toml",)
TEXT = "أعلنت شركة «سدرة كلاود» للتقنية، التي أسسها باسل الحوراني في عمان عام 2019، شراء تيرافون بنحو 560 مليون دولار.\nوقال الحوراني إن تيرافون باقية."


def best_of_all(scores: np.ndarray, transitions: np.ndarray, breaks: Sequence[bool]) -> list[int]:
    """The slow twin: every tag of every token."""
    n, width = scores.shape
    inside = np.array([bool(tag) and not tag % 2 for tag in range(width)])
    best, back = np.zeros(width), np.zeros((n, width), int)
    best[1:] = -1e9
    for at in range(n):
        moves = np.zeros((width, width)) if breaks[at] else transitions.astype(float)
        if breaks[at]:
            moves[:, inside] = -1e9
        reached = best[:, None] + moves
        back[at] = reached.argmax(0)
        best = reached.max(0) + scores[at]
    tags = [int(best.argmax())]
    for at in range(n - 1, 0, -1):
        tags.append(int(back[at, tags[-1]]))
    return tags[::-1]


def worth(tags: Sequence[int], scores: np.ndarray, transitions: np.ndarray, breaks: Sequence[bool]) -> float:
    return sum(
        float(scores[at, tag]) + (0 if breaks[at] else float(transitions[tags[at - 1], tag]))
        for at, tag in enumerate(tags)
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([2.0, 8.0]))
def test_the_best_sequence_is_that_of_the_slow_twin(seed: int, n: int, spread: float) -> None:
    random = np.random.default_rng(seed)
    scores = random.normal(0, spread, (n, len(TAGS))).astype(np.float32)
    transitions = legal(random.normal(0, 2, (len(TAGS), len(TAGS))).astype(np.float32))
    breaks = [at == 0 or bool(random.random() < 0.2) for at in range(n)]
    found = best_tags(scores, transitions, breaks, within=1e6)
    want = best_of_all(scores, transitions, breaks)
    assert worth(found, scores, transitions, breaks) == pytest.approx(
        worth(want, scores, transitions, breaks), abs=1e-3
    )
    for at, tag in enumerate(found):
        if tag and not tag % 2:
            assert not breaks[at]
            assert found[at - 1] in (tag - 1, tag)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_tags_left_out_by_their_bound_are_none_of_the_best_sequence(seed: int) -> None:
    """Steps that cost something, as learnt ones do: within a wide margin the bound takes nothing away."""
    random = np.random.default_rng(seed)
    scores = random.normal(0, 3, (20, len(TAGS))).astype(np.float32)
    transitions = legal(-np.abs(random.normal(0, 2, (len(TAGS), len(TAGS)))).astype(np.float32))
    breaks = [at % 7 == 0 for at in range(20)]
    found = best_tags(scores, transitions, breaks, within=15)
    want = best_of_all(scores, transitions, breaks)
    assert worth(found, scores, transitions, breaks) == pytest.approx(
        worth(want, scores, transitions, breaks), abs=1e-3
    )


def test_probabilities_of_tags_add_up() -> None:
    random = np.random.default_rng(3)
    scores = random.normal(0, 2, (5, len(TAGS))).astype(np.float32)
    transitions = random.normal(0, 1, (len(TAGS), len(TAGS))).astype(np.float32)
    breaks = [True, False, False, True, False]
    total = sum(float(sure(scores, transitions, [0, 1, tag, 3, 0], breaks)[2]) for tag in range(len(TAGS)))
    assert total == pytest.approx(1, abs=1e-5)


def random_weights(seed: int, names: Names, read: Read) -> model.Weights:
    """Weights for everything that is seen in a text."""
    from pipeline.ner.crf.features import SLOTS, attributes, kind_of, seen_from, word_class

    random = np.random.default_rng(seed)
    sentences, tokens = read(TEXT)
    board = names.known(TEXT, tokens)
    own: dict[str, np.ndarray] = {}
    symbols: dict[str, list[str]] = {name: ["<>"] for name in COLUMNS}
    kinds = [(kind_of(token, TEXT), word) for token, word in zip(tokens, board.words, strict=True)]
    for kind, word in kinds:
        for slot in SLOTS:
            for attribute in attributes(kind, word):
                if seen_from(slot, attribute) and random.random() < 0.8:
                    own[f"{slot}:{attribute}"] = random.normal(0, 1, len(TAGS)).astype(np.float32)
    seen = [
        [word.key or kind.norm for kind, word in kinds],
        [word_class(kind, word) for kind, word in kinds],
        *columns(board, Values(load().paths.seeds)(TEXT, sentences, tokens)),
    ]
    for name, column in zip(COLUMNS, seen, strict=True):
        symbols[name] += sorted(set(column))
    together: list[dict[tuple[int, ...], np.ndarray]] = []
    for template in TEMPLATES:
        sizes = [len(symbols[name]) for name, _ in template]
        keys = {tuple(int(random.integers(1, size + 1)) for size in sizes) for _ in range(60)}
        number = len(together)  # features that training never makes are none at all
        keys = {
            key
            for key in keys
            if number not in SAYING
            or any(symbols[template[k][0]][key[k] - 1] not in ("<>", "-") for k in SAYING[number])
        }
        together.append({key: random.normal(0, 1, len(TAGS)).astype(np.float32) for key in sorted(keys)})
    transitions = random.normal(0, 1, (len(TAGS), len(TAGS))).astype(np.float32)
    return model.Weights(transitions, own, symbols, together)


def test_scores_are_those_of_the_features_one_by_one(names: Names, read: Read) -> None:
    """What is learnt from and what is read must be the same: the strings of training, looked up and added."""
    from pipeline.train.crf.examples import Example, Features, strings

    weights = random_weights(1, names, read)
    sentences, tokens = read(TEXT)
    values = Values(load().paths.seeds)(TEXT, sentences, tokens)
    scores = model.Scorer(weights)(names.known(TEXT, tokens), values)
    features = Features.__new__(Features)
    features._numbers, features.kinds, features._seen = {}, [], {}
    board = names.known(TEXT, tokens)
    kinds = [features._number(token, TEXT, word) for token, word in zip(tokens, board.words, strict=True)]
    seen = dict(zip(COLUMNS[2:], columns(board, values), strict=True))
    seen["word"], seen["cls"] = ([features.kinds[kind][k] for kind in kinds] for k in (0, 1))
    example = Example([token.sentence for token in tokens], kinds, seen, ["O"] * len(tokens))
    known = {name: {symbol: k for k, symbol in enumerate(column, 1)} for name, column in weights.symbols.items()}
    slow = []
    for rows, _ in strings(example, features, known):
        for row in rows:
            total = np.zeros(len(TAGS), np.float32)
            for feature in row:
                if feature[0] == "#":
                    place, _, key = feature[1:].partition(":")
                    found = weights.together[int(place)].get(tuple(json.loads(key)))
                else:
                    found = weights.own.get(feature)
                total = total if found is None else total + found
            slow.append(total)
    assert len({token.sentence for token in tokens}) > 1
    assert np.abs(np.array(slow)).max() > 3
    np.testing.assert_allclose(scores, np.array(slow), atol=1e-3)


def test_weights_are_written_and_read_alike(names: Names, read: Read, tmp_path: Path) -> None:
    weights = random_weights(2, names, read)
    model.write(tmp_path / "weights.npz", weights, scale=16)
    again = model.read(tmp_path / "weights.npz")
    assert again.symbols == weights.symbols
    for old, new in [(weights.own, again.own), *zip(weights.together, again.together, strict=True)]:
        assert old.keys() == new.keys()
        for key, row in old.items():  # type: ignore[attr-defined]
            np.testing.assert_allclose(new[key], row, atol=1 / 32 + 1e-6)  # type: ignore[index]


def test_weights_of_other_tags_are_refused(
    names: Names, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "TAGS", (*TAGS[:-1], "I-OTHER"))
    model.write(tmp_path / "weights.npz", random_weights(2, names, read), scale=16)
    monkeypatch.undo()
    with pytest.raises(SeedError, match="I-OTHER"):
        model.read(tmp_path / "weights.npz")
    (tmp_path / "weights.npz").write_bytes(b"no archive")
    with pytest.raises(SeedError, match=r"weights\.npz"):
        model.read(tmp_path / "weights.npz")


@pytest.fixture(scope="module")
def crf() -> Crf:
    config = load()
    return load_crf(config.paths.seeds, config.paths.models)


def test_it_finds_what_the_rules_do_and_more(crf: Crf, read: Read) -> None:
    found = {(TEXT[m.start : m.end], m.label): m for m in crf(TEXT, *read(TEXT))}
    assert ("سدرة كلاود", "ORG") in found
    assert ("باسل الحوراني", "PERSON") in found
    assert found["560 مليون دولار", "MONEY"].value == "USD:560000000"
    assert all(0 < m.score <= 1 for m in found.values())


def test_a_document_is_read_alike_in_any_company(crf: Crf, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(text: str) -> list[Mention]:
        return crf(text, *read(text))

    before = seen(TEXT)
    assert before
    assert seen("") == []
    monkeypatch.setattr(model, "_MOST", 3)  # words are forgotten again and again
    for _ in range(3):
        assert seen(TEXT) == before
        seen("افتتح البنك الأهلي فرعا في جدة.")


def test_the_shipped_model_is_small_and_proven() -> None:
    files, entry = proven(load().paths.models, model.NAME)
    assert sum(path.stat().st_size for path in files.values()) <= 8_000_000
    assert entry["licence"] == "CC-BY-SA-4.0"
    assert (load().paths.models / model.NAME / "CARD.md").exists()


def test_the_fast_tier_loads_no_network_library() -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.config import load; from pipeline.ner.stage import Ner\n"
        f"Ner(load([Path({str(FAST[0])!r})]))\n"
        "print([name for name in ('torch', 'onnxruntime', 'tokenizers', 'pycrfsuite', 'scipy') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_the_fast_tier_is_clearly_better_than_the_rules_it_reads() -> None:
    config, rules = load(FAST), load((), ['ner.recognisers=["values","names"]'])
    dev = ROOT / "tests" / "gold" / "dev"
    fast, alone = (quality(Rooms(Normalise(c), Tokenise(c), Ner(c)), dev) for c in (config, rules))
    assert fast.f1 >= FLOOR
    assert fast.f1 >= alone.f1 + 0.015


FLOOR = 0.885  # dev 0.899


def test_spans_begin_and_end_where_tags_say() -> None:
    tags = [TAGS.index(tag) for tag in ("B-ORG", "I-ORG", "B-ORG", "O", "B-VALUE")]
    assert list(spans(tags)) == [(0, 1, "ORG"), (2, 2, "ORG"), (4, 4, "VALUE")]
