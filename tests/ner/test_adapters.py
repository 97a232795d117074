"""The recognisers of other toolkits, each through its own loading code on a tiny model made here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pipeline.config import load
from pipeline.core.spans import Mention, Sentence, Token
from pipeline.errors import ConfigError, SeedError
from pipeline.ner.align import covering, label_map, mentions, runs
from pipeline.ner.camel import Camel
from pipeline.ner.spacy import Spacy
from pipeline.ner.stage import Ner
from pipeline.ner.stanza import Stanza

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[[str], tuple[list[Sentence], list[Token]]]
SEEDS = load().paths.seeds
TEXT = "وقالت كَوَالكوم الأميركية للصحافيين إنها \u200f اشترت\u200d حصة\n\nوبكوالكوم في بيروت."


@pytest.mark.parametrize(("make", "key"), [(Camel, "camel_model"), (Stanza, "stanza_model"), (Spacy, "spacy_model")])
def test_a_missing_model_says_what_to_set(make: Callable[[str, Path], object], key: str) -> None:
    for model in ("", "/no/such/model"):
        with pytest.raises(ConfigError, match=f"set ner.{key} to"):
            make(model, SEEDS)


def test_an_unknown_recogniser_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"no recogniser 'bert'; expected some of encoder, values, names, crf, camel, stanza, spacy"
    ):
        Ner(load(assignments=['ner.recognisers=["bert"]']))


def test_label_maps_prefer_the_toolkits_own_row(tmp_path: Path) -> None:
    file = tmp_path / "label_maps.tsv"
    file.write_text("toolkit\ttheirs\tours\n*\tLOC\tLOC\ncamel\tLOC\tGPE\n*\tPERS\tPERSON\n*\tMISC\t\n", "utf-8")
    assert label_map(tmp_path, "camel") == {"LOC": "GPE", "PERS": "PERSON"}
    assert label_map(tmp_path, "spacy") == {"LOC": "LOC", "PERS": "PERSON"}
    file.write_text("toolkit\ttheirs\tours\n*\tLOC\tPLACE\n", "utf-8")
    with pytest.raises(SeedError, match=r"label_maps\.tsv, line 2: 'PLACE'"):
        label_map(tmp_path, "spacy")


def test_spans_begin_after_the_proclitics_and_signs_stay_outside(read: Read) -> None:
    text = "وقال إن «للصين» وبكين"
    _, tokens = read(text)
    start = text.index("«")
    found = mentions(
        tokens,
        covering(tokens, [(start, start + 7, "GPE"), (text.index("وبكين"), len(text), "GPE")]),
        {"GPE": "GPE"},
        "spacy",
    )
    assert [text[m.start : m.end] for m in found] == ["لصين", "بكين"]


def test_tags_that_begin_with_inside_are_mended() -> None:
    assert list(runs(["I-PER", "I-PER", "B-PER", "O", "E-ORG", "B-LOC"])) == [
        (0, 1, "PER"),
        (2, 2, "PER"),
        (4, 4, "ORG"),
        (5, 5, "LOC"),
    ]


def check(text: str, found: list[Mention], tokens: list[Token], source: str) -> None:
    for m in found:
        assert tokens[m.first].stem_start == m.start
        assert tokens[m.last].end == m.end
        assert m.source == source
        assert 0 <= m.start < m.end <= len(text)


def test_spacy(tmp_path: Path, read: Read) -> None:
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("ar")
    nlp.add_pipe("entity_ruler").add_patterns(
        [
            {"label": "ORG", "pattern": "وبكوالكوم"},
            {"label": "GPE", "pattern": "بيروت"},
            {"label": "MISC", "pattern": "حصة"},
        ]
    )
    nlp.to_disk(tmp_path / "model")
    sentences, tokens = read(TEXT)
    found = Spacy(str(tmp_path / "model"), SEEDS)(TEXT, sentences, tokens)
    assert [(TEXT[m.start : m.end], m.label) for m in found] == [("كوالكوم", "ORG"), ("بيروت", "GPE")]
    check(TEXT, found, tokens, "spacy")
    assert Spacy(str(tmp_path / "model"), SEEDS)("", [], []) == []


def test_camel_keeps_its_labels_on_the_right_words(tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """A random BERT; its last layer answers by the word's first piece alone, so every label is known beforehand."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    words = ["بيروت", "وبكوالكوم", "كوالكوم", "وقالت", "حصة", "."]
    (tmp_path / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]), "utf-8")
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"do_lower_case": False, "tokenizer_class": "BertTokenizer"})
    )
    labels = {0: "O", 1: "B-LOC", 2: "B-ORG"}
    settings = transformers.BertConfig(
        vocab_size=5 + len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=16,
        max_position_embeddings=512, id2label=labels, label2id={v: k for k, v in labels.items()},
    )  # fmt: skip
    model = transformers.BertForTokenClassification(settings)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.bert.embeddings.LayerNorm.weight.fill_(1)
        layer = model.bert.encoder.layer[0]
        layer.attention.output.LayerNorm.weight.fill_(1)
        layer.output.LayerNorm.weight.fill_(1)
        model.bert.embeddings.word_embeddings.weight[5:7] = torch.eye(16)[:2] * 8
        model.classifier.weight[1, 0] = 1
        model.classifier.weight[2, 1] = 1
        model.classifier.bias[0] = 0.5
    model.save_pretrained(tmp_path)
    sentences, tokens = read(TEXT)
    recognise = Camel(str(tmp_path), SEEDS)
    found = recognise(TEXT, sentences, tokens)
    assert [(TEXT[m.start : m.end], m.label) for m in found] == [("كوالكوم", "ORG"), ("بيروت", "GPE")]
    check(TEXT, found, tokens, "camel")
    long = "حصة " * 700 + "بيروت"
    found = recognise(long, *read(long))
    assert [long[m.start : m.end] for m in found] == ["بيروت"]
    assert recognise("", [], []) == []


def test_stanza_keeps_its_labels_on_the_right_words(tmp_path: Path, read: Read) -> None:
    """A random BiLSTM whose last layer always answers S-LOC: every word must come back, signs must not."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("stanza")
    from stanza.models.common.vocab import CharVocab, CompositeVocab
    from stanza.models.ner.trainer import Trainer
    from stanza.models.ner.vocab import MultiVocab
    from stanza.models.ner_tagger import parse_args
    from stanza.models.pos.vocab import WordVocab

    args = parse_args(
        ["--no_pretrain", "--cpu", "--shorthand", "ar_tiny", "--char_hidden_dim", "4", "--char_emb_dim", "4", "--hidden_dim", "4",
         "--word_emb_dim", "4", "--num_layers", "1"]
    )  # fmt: skip
    data = [[("بيروت", ("S-LOC",)), ("وقالت", ("O",))]]
    tags = CompositeVocab([[(tag,) for _, tag in sentence] for sentence in data], "ar_tiny", idx=0, sep=None)
    vocab = MultiVocab(
        {"char": CharVocab(data, "ar_tiny"), "delta": WordVocab(data, "ar_tiny", cutoff=0, lower=True), "tag": tags}
    )
    trainer = Trainer(args, vocab, None, device="cpu")
    with torch.no_grad():
        trainer.model.tag_clfs[0].weight.zero_()
        trainer.model.tag_clfs[0].bias[tags._id2unit[0].index("S-LOC")] = 50
    trainer.save(str(tmp_path / "tiny.pt"))
    sentences, tokens = read(TEXT)
    recognise = Stanza(str(tmp_path / "tiny.pt"), SEEDS)
    found = recognise(TEXT, sentences, tokens)
    assert [m.first for m in found] == [i for i, token in enumerate(tokens) if token.kind not in ("punct", "symbol")]
    assert {m.label for m in found} == {"GPE"}
    check(TEXT, found, tokens, "stanza")
    assert recognise("", [], []) == []


@pytest.mark.parametrize("make", [Camel, Stanza])
def test_a_broken_model_is_a_configuration_error(make: Callable[[str, Path], object], tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    path = tmp_path if make is Camel else tmp_path / "config.json"
    with pytest.raises(ConfigError, match="cannot be loaded"):
        make(str(path), SEEDS)
