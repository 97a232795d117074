"""From a pretrained encoder and corpora to three files that training reads: base.npz, train.npz, dev.npz (and pieces.tsv).

In: paths of the data; the model is the pretrained file, or the folder of a shipped model, to learn on from that one with its pieces. Out: the files.
Nothing of the public test sets is read; documents of `--dev` are measured on and not learnt from.
"""

from __future__ import annotations

import logging
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import ConfigError
from pipeline.evaluate.gold import read_predicates
from pipeline.evaluate.iob import Sentence, read, read_labels
from pipeline.gazetteer.entries import load as load_entries
from pipeline.ner.encoder.pieces import Pieces
from pipeline.ner.encoder.units import units
from pipeline.train.encoder import augment, convert, corpora, shipped, vocabulary
from pipeline.train.encoder.examples import blocks, examples

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.config import Config
    from pipeline.train.encoder.corpora import Doc

log = logging.getLogger(__name__)
FILES = {
    "anercorp": ("anercorp_camel_train.txt",), "aqmar": ("aqmar_train.txt", "aqmar_dev.txt"), "wikifane": ("wikifane_gold.txt",),
}  # fmt: skip
_DEV_SHARE = {"anercorp": 0.1, "wikifane": 0.03}  # of a corpus without a development file, from its end
_VARIANTS = 6  # of each gold document
_INVENTED = 3000


def development(data: Path) -> dict[str, list[Sentence]]:
    """The sentences of ANERcorp and AQMAR that `prepare` keeps to measure on."""
    found = {}
    for scheme in ("anercorp", "aqmar"):
        name, *dev_names = FILES[scheme]
        sentences = read(data / (dev_names or [name])[0])
        n_docs = -(-len(sentences) // corpora.SENTENCES_A_DOC)
        held = n_docs if dev_names else int(n_docs * _DEV_SHARE[scheme])
        found[scheme] = sentences[(n_docs - held) * corpora.SENTENCES_A_DOC :]
    return found


def names_of(config: Config, reader: corpora.Reader) -> augment.Pools:
    """The gazetteer's names in units, by label and script."""
    entries = load_entries(config.paths.seeds / "gazetteer")
    names = [
        (name, entry.labels[0])
        for entry in entries
        for name in (entry.name_ar, entry.name_en, *entry.aliases[:3])
        if name
    ]
    found: augment.Pools = {}
    for (name, label), tokens in zip(names, reader.tokens([name for name, _ in names]), strict=True):
        split = tuple(unit.text for unit in units(name, tokens))
        if split:
            found.setdefault((label, augment.is_arabic(name)), []).append(split)
    return found


def variants(docs: Sequence[Doc], pools: augment.Pools, words: Sequence[str], seed: int) -> list[Doc]:
    """Each gold document as it is and in other names and spellings."""
    random = Random(seed)
    inventions = augment.invented(words, random, _INVENTED)
    both = {key: [*names, *inventions.get(key, [])] for key, names in pools.items()}
    made = []
    for doc in docs:
        made.append(doc)
        for turn in range(_VARIANTS):
            new = augment.renamed(doc, both, random, share=(0.3, 0.6, 0.9)[turn % 3])
            new = augment.clitic(new, random, share=0.15)
            new = augment.respelled(new, random) if turn % 2 else new
            made.append(augment.unbound(new, random, share=0.15) if turn % 3 == 0 else new)
    return made


def prepare(
    config: Config,
    out: Path,
    *,
    model: Path,
    data: Path,
    gold: Sequence[Path],
    dev: Sequence[Path],
    news: Path,
    seed: int = 7,
) -> None:
    """Writes the files of training to `out`."""
    for folder in (*gold, *dev):
        if not any(folder.glob("*.json")):
            raise ConfigError(f"no gold documents (*.json) in {folder}")
    reader = corpora.Reader(config)
    labels = read_labels(config.paths.seeds / "lexicons" / "corpus_labels.tsv")
    learnt: list[Doc] = []
    measured: list[Doc] = []
    for scheme, (name, *dev_names) in FILES.items():
        docs = corpora.public(reader, data / name, scheme)
        held = int(len(docs) * _DEV_SHARE.get(scheme, 0))
        learnt += docs[: len(docs) - held]
        measured += docs[len(docs) - held :]
        for other in dev_names:
            measured += corpora.public(reader, data / other, scheme)
    golds = [doc for folder in gold for doc in corpora.gold(reader, folder)]
    measured += [doc for folder in dev for doc in corpora.gold(reader, folder)]
    raws = corpora.raw(reader, news)
    pools = names_of(config, reader)
    for key, names in augment.pools(golds).items():
        pools.setdefault(key, []).extend(names)
    golds = variants(golds, pools, augment.everyday(config.paths.seeds / "lexicons" / "word_frequencies.tsv"), seed)
    docs = [*golds, *learnt, *raws]
    log.info(
        "%d gold documents with variants, %d of corpora, %d raw, %d to measure on",
        len(golds),
        len(learnt),
        len(raws),
        len(measured),
    )
    if model.is_dir():
        base = shipped.read(model)
    else:
        seen = {unit for doc in (*docs, *measured) for unit in doc.units} | {
            u for names in pools.values() for name in names for u in name
        }
        base = vocabulary.pruned(convert.read(model), seen)
    log.info("%d pieces are kept", len(base.pieces))
    out.mkdir(parents=True, exist_ok=True)
    (out / "pieces.tsv").write_text(vocabulary.write(base), "utf-8")
    halves: dict[str, Any] = dict(vocabulary.halves(base))
    np.savez_compressed(out / "base.npz", **halves)
    split = Pieces(base.pieces)
    predicates = read_predicates(config.paths.seeds / "relations" / "predicates.tsv")
    known = blocks(labels)
    examples(docs, split, known, predicates).save(out / "train.npz")
    examples(measured, split, known, predicates).save(out / "dev.npz")
