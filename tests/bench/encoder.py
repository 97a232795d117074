"""How fast does the encoder tier find names, beside a BERT-base, camel-tools and Stanza on the same text in the same run?

    python -m tests.bench.encoder
    python -m tests.bench.encoder --input news.jsonl.gz --words 20000

In: the project's gold articles, or JSON lines with a text. Out: words a second of CPU time on one thread, and the ratios of the encoder alone
and of the whole stage `ner` to each peer; the peak memory of a worker process that runs all stages.

The peers have random weights of the usual sizes, which read as fast as trained ones: BERT-base (12 layers, 768 wide, 30,000 pieces) through
transformers in float32, sentences of like length together, padded to the longest of their batch, 1.5 pieces a word, its own tokenising
left out; the same model in camel-tools' NERecognizer, which pads to 256 pieces; Stanza's BiLSTM-CRF in its default size without
character language models, which would make it slower. The slow ones read the first words only. Words are those between white space.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import pyarrow as pa

from pipeline.config import ROOT, load
from pipeline.core.batches import unpack
from pipeline.core.spans import Sentence, Token
from pipeline.ner.encoder.model import Encoder
from pipeline.ner.encoder.tags import best_tags, log_softmax
from pipeline.ner.stage import Ner
from pipeline.normalise.stage import Normalise
from pipeline.tokenise.stage import Tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TARGETS = {"BERT-base, transformers": 30, "camel-tools NERecognizer": 60, "Stanza BiLSTM-CRF": 1}
_MOST = 1024  # MB of a worker
_PIECES = 30_000
_WORKER = """
import json, re, sys
import pyarrow as pa
from importlib import import_module
from pipeline.config import load
from pipeline.core.schema import DOCUMENTS
from pipeline.run.plan import STAGES
texts = json.load(open(sys.argv[1]))
config = load()
stages = [getattr(import_module(module), cls)(config) for _, module, cls in STAGES]
rows = [{"doc_id": str(k), "source": "x", "n_chars": len(t), "text": t, "text_sha256": ""} for k, t in enumerate(texts)]
for at in range(0, len(rows), 64):
    batch = pa.RecordBatch.from_pylist(rows[at : at + 64], schema=DOCUMENTS)
    for stage in stages:
        batch = stage(batch)
status = open("/proc/self/status").read()  # and not getrusage, which a process inherits from the one that started it
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) // 1024, "torch" in sys.modules)
"""


def texts(given: Path | None, n_words: int) -> list[str]:
    """The first texts that have so many words."""
    if given is None:
        files = sorted((ROOT / "tests" / "gold").glob("*/*.json"))
        records = [file.read_text("utf-8") for file in files]
    else:
        raw = gzip.decompress(given.read_bytes()) if given.suffix == ".gz" else given.read_bytes()
        records = raw.decode("utf-8").splitlines()
    found: list[str] = []
    n = 0
    for record in records:
        found.append(json.loads(record)["text"])
        n += len(found[-1].split())
        if n >= n_words:
            break
    return found


def first(sentences: Sequence[list[str]], n_words: int) -> list[list[str]]:
    """The first sentences that have so many words."""
    found: list[list[str]] = []
    n = 0
    for sentence in sentences:
        if n >= n_words:
            break
        found.append(sentence)
        n += len(sentence)
    return found


def seconds(work: Callable[[Any], object], warm: Any, given: Any, *, times: int) -> float:
    """The least CPU time of some runs, after a warm-up."""
    work(warm)
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        work(given)
        best = min(best, time.process_time() - begun)
    return best


def bert_folder(folder: Path, sentences: Sequence[list[str]]) -> Path:
    """A random BERT-base for tags, with a vocabulary of the text's words and letters."""
    import transformers

    words = sorted({word for sentence in sentences for word in sentence})[::3]
    letters = sorted({letter for sentence in sentences for word in sentence for letter in word})
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *(f"##{letter}" for letter in letters),
        *words,
    ]
    vocabulary = list(dict.fromkeys(vocabulary))[:_PIECES]
    vocabulary += [f"[unused{k}]" for k in range(_PIECES - len(vocabulary))]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"do_lower_case": False, "tokenizer_class": "BertTokenizer"})
    )
    labels = dict(enumerate(["O", *(f"{p}-{name}" for name in ("PERS", "LOC", "ORG", "MISC") for p in "BI")]))
    settings = transformers.BertConfig(vocab_size=_PIECES, id2label=labels, label2id={v: k for k, v in labels.items()})
    transformers.BertForTokenClassification(settings).save_pretrained(folder)
    return folder


def bert(folder: Path) -> Callable[[Sequence[list[str]]], object]:
    """BERT-base through transformers: batches of 16 sentences of like length."""
    import torch
    import transformers

    torch.set_num_threads(1)
    model = transformers.BertForTokenClassification.from_pretrained(folder).eval()

    @torch.inference_mode()
    def work(sentences: Sequence[list[str]]) -> None:
        lengths = sorted(min(510, round(1.5 * len(sentence))) + 2 for sentence in sentences)
        for at in range(0, len(lengths), 16):
            some = lengths[at : at + 16]
            pieces = torch.randint(1000, _PIECES, (len(some), max(some)))
            mask = torch.arange(max(some))[None] < torch.tensor(some)[:, None]
            model(input_ids=pieces, attention_mask=mask.long()).logits.argmax(-1)

    return work


def camel(folder: Path) -> Callable[[Sequence[list[str]]], object]:
    """camel-tools' recogniser on a folder, without its catalogue from the network."""
    os.environ["CAMELTOOLS_DATA"] = str(folder)
    (folder / "catalogue.json").write_text(json.dumps({"version": "1.6.0", "packages": {}, "components": {}}))
    from camel_tools.ner import NERecognizer

    recognise = NERecognizer(str(folder), use_gpu=False)
    predict: Callable[[Sequence[list[str]]], object] = recognise.predict
    return predict


def stanza(folder: Path, sentences: Sequence[list[str]]) -> Callable[[Sequence[list[str]]], object]:
    """Stanza's tagger in its default size, with random weights."""
    import stanza as toolkit
    from stanza.models.common.vocab import CharVocab, CompositeVocab
    from stanza.models.ner.trainer import Trainer
    from stanza.models.ner.vocab import MultiVocab
    from stanza.models.ner_tagger import parse_args
    from stanza.models.pos.vocab import WordVocab

    args = parse_args(["--no_pretrain", "--cpu", "--shorthand", "ar_random"])
    names = ["O", *(f"{p}-{name}" for name in ("PER", "LOC", "ORG", "MISC") for p in "BIES")]
    marked = [[(word, (names[(k + at) % len(names)],)) for at, word in enumerate(s)] for k, s in enumerate(sentences)]
    tags = CompositeVocab([[(tag,) for _, tag in sentence] for sentence in marked], "ar_random", idx=0, sep=None)
    vocabulary = MultiVocab(
        {
            "char": CharVocab(marked, "ar_random"),
            "delta": WordVocab(marked, "ar_random", cutoff=0, lower=True),
            "tag": tags,
        }
    )
    Trainer(args, vocabulary, None, device="cpu").save(str(folder / "random.pt"))
    (folder / "resources.json").write_text("{}")
    read: Callable[[Sequence[list[str]]], object] = toolkit.Pipeline(
        "ar", dir=str(folder), processors="tokenize,ner", tokenize_pretokenized=True, ner_model_path=str(folder / "random.pt"),
        allow_unknown_language=True, download_method=None, use_gpu=False, verbose=False,
    )  # fmt: skip
    return read


def peak(given: list[str]) -> tuple[int, bool]:
    """Peak MB of a process that runs all stages on these texts, and whether it has loaded torch."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(given, file)
        file.flush()
        out = subprocess.run(
            [sys.executable, "-c", _WORKER, file.name], capture_output=True, text=True, check=True, cwd=ROOT
        )
    megabytes, has_torch = out.stdout.split()
    return int(megabytes), has_torch == "True"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--input", type=Path, help="JSON lines with a text, also .gz; default: the gold articles")
    parser.add_argument("--words", type=int, default=20_000, help="at most so many words")
    parser.add_argument("--slow-words", type=int, default=1200, help="words that BERT-base and camel-tools read")
    parser.add_argument("--times", type=int, default=2, help="runs of each, of which the fastest counts")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    config = load()
    given = texts(args.input, args.words)
    batch = Tokenise(config)(Normalise(config)(pa.RecordBatch.from_pydict({"text": pa.array(given, pa.string())})))
    tokens = unpack(batch.column("tokens"), Token._make)
    n_words = sum(len(text.split()) for text in given)
    bounds = unpack(batch.column("sentences"), Sentence._make)
    sentences = [text[s.start : s.end].split() for text, found in zip(given, bounds, strict=True) for s in found]
    encoder, ner = Encoder(config.paths.models), Ner(config)
    rules = Ner(load((), ['ner.recognisers=["values", "names"]']))

    def alone(chosen: range) -> None:
        for at in chosen:
            scores = log_softmax(encoder.block(encoder.read(given[at], tokens[at]), "gold"))
            best_tags(scores, [False] * len(scores))

    rates: dict[str, float] = {}
    warm, rest = range(min(3, len(given))), range(len(given))
    rates["encoder alone"] = n_words / seconds(alone, warm, rest, times=args.times)
    rates["stage ner (rules, encoder)"] = n_words / seconds(ner, batch.slice(0, 3), batch, times=args.times)
    rates["stage ner, rules alone"] = n_words / seconds(rules, batch.slice(0, 3), batch, times=args.times)
    few = first(sentences, args.slow_words)
    n_few = sum(map(len, few))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bert").mkdir()
        (folder / "stanza").mkdir()
        path = bert_folder(folder / "bert", sentences)
        rates["BERT-base, transformers"] = n_few / seconds(bert(path), few[:2], few, times=args.times)
        rates["camel-tools NERecognizer"] = n_few / seconds(camel(path), few[:1], few, times=1)
        read = stanza(folder / "stanza", sentences)
        rates["Stanza BiLSTM-CRF"] = n_words / seconds(read, sentences[:50], sentences, times=args.times)
        again = n_words / seconds(alone, warm, rest, times=1)
    print(
        f"{len(given)} documents, {n_words:,} words; the slow ones read {n_few:,} in {len(few)} sentences; one thread, CPU time"
    )
    print(f"{'':30}{'words/s':>10}{'encoder is':>14}{'stage ner is':>14}{'target':>9}")
    for system, rate in rates.items():
        target = f"{TARGETS[system]:8}x" if system in TARGETS else ""
        mine, stage = rates["encoder alone"] / rate, rates["stage ner (rules, encoder)"] / rate
        print(f"{system:30}{rate:10,.0f}{mine:13.1f}x{stage:13.1f}x{target}")
    print(f"encoder alone, once more at the end: {again:,.0f} words/s")
    megabytes, has_torch = peak(given)
    print(f"peak memory of a worker with all stages: {megabytes} MB (target {_MOST}); torch loaded: {has_torch}")


if __name__ == "__main__":
    main()
