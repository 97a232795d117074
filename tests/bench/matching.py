"""How fast are a million aliases loaded and found, beside spaCy's PhraseMatcher in the same run?

    python -m tests.bench.matching [--aliases 1000000] [--input news.jsonl] [--docs 300]

In: the gazetteer's spellings and made ones of two words up to the number asked for; documents (the project's own, or JSONL with the
field text). Out: a table. The automaton reads tokens and finds spellings whatever their spaces, hyphens, proclitics and hamza
seats; the PhraseMatcher compares whole tokens of ready Docs. Tokenising is in neither figure.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from random import Random

import spacy
from spacy.matcher import PhraseMatcher

from pipeline.config import ROOT, load
from pipeline.gazetteer.automaton import Automaton, view
from pipeline.gazetteer.entries import Spelling, spellings
from pipeline.gazetteer.entries import load as load_entries
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise.stage import Tokeniser


def aliases(number: int) -> list[Spelling]:
    """The gazetteer's own spellings and made ones: pairs of words from its names."""
    known = [s for entry in load_entries(ROOT / "seeds" / "gazetteer") for s in spellings(entry)]
    words = sorted({word for s in known for word in s.surface.split() if len(word) > 2})
    random, seen = Random(7), {s.surface for s in known}
    while len(known) < number:
        made = f"{random.choice(words)} {random.choice(words)}"
        if made not in seen:
            seen.add(made)
            known.append(Spelling(made, f"x{len(known)}", ("ORG",), False))
    return known[:number]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--aliases", type=int, default=1_000_000)
    parser.add_argument("--input", type=Path, help="JSONL with the field text")
    parser.add_argument("--docs", type=int, default=300)
    args = parser.parse_args()
    if args.input:
        with args.input.open(encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line, _ in zip(lines, range(args.docs), strict=False)]
    else:
        texts = [file.read_text("utf-8") for file in sorted((ROOT / "seeds" / "documents").glob("*.txt"))[: args.docs]]
    size = sum(len(text.encode()) for text in texts) / 1e6
    known = aliases(args.aliases)
    print(f"{len(known):,} aliases, {len(texts)} documents, {size:.2f} MB, one core")
    config = load()
    normalise, tokenise = Normaliser(config), Tokeniser(config)
    start = time.process_time()
    automaton = Automaton(known)
    loaded = time.process_time() - start
    views = [view(text, tokenise(normalise(text), text)[1]) for text in texts]
    found = [automaton.find(v) for v in views[:20]]
    start = time.process_time()
    found = [automaton.find(v) for v in views]
    spent = time.process_time() - start
    print(f"{'automaton':24} loaded in {loaded:6.1f} s, {size / spent:6.1f} MB/s, {sum(map(len, found)):,} hits")
    blank = spacy.blank("ar")
    start = time.process_time()
    matcher = PhraseMatcher(blank.vocab)
    matcher.add("x", list(blank.tokenizer.pipe(s.surface for s in known)))
    loaded = time.process_time() - start
    docs = list(blank.tokenizer.pipe(texts))
    matches = [matcher(doc) for doc in docs[:20]]
    start = time.process_time()
    matches = [matcher(doc) for doc in docs]
    spent = time.process_time() - start
    print(
        f"{'spaCy PhraseMatcher':24} loaded in {loaded:6.1f} s, {size / spent:6.1f} MB/s, {sum(map(len, matches)):,} matches"
    )


if __name__ == "__main__":
    main()
