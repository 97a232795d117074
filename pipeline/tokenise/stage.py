"""The door of tokenise: folded text in, sentences and tokens with raw offsets out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core import batches, schema
from pipeline.core.spans import Sentence, Token
from pipeline.tokenise import lexicons
from pipeline.tokenise.clitics import HAMZAS, TATWEEL, Clitics
from pipeline.tokenise.sentences import Settings, Splitter
from pipeline.tokenise.words import words

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.config import Config
    from pipeline.core.aligned import Aligned

CACHED_WORDS = 200_000
LONGEST_PROCLITICS = 3


class Tokeniser:
    """Sentences and tokens of one normalised text at a time."""

    def __init__(self, config: Config) -> None:
        folder = config.paths.seeds / "lexicons"
        settings = config.tokenise
        self._sentences = Splitter(
            Settings(
                lexicons.abbreviations(folder / "abbreviations.tsv"),
                settings.stops,
                settings.max_sentence_chars,
                settings.quote_chars,
            )
        )
        self._clitics = Clitics(
            lexicons.proclitics(folder / "proclitics.tsv"),
            lexicon=lexicons.frequencies(folder / "word_frequencies.tsv"),
            endings=lexicons.enclitics(folder / "enclitics.tsv"),
            decided=lexicons.decided(folder / "proclitic_words.tsv"),
        )
        self._letters = self._clitics.letters
        self._known: dict[str, tuple[int, str]] = {}

    def __call__(self, aligned: Aligned, raw: str = "") -> tuple[list[Sentence], list[Token]]:
        """The sentences and tokens; all offsets are raw. The raw text tells «بأول» from «باول»; without it both are read alike."""
        text, starts, ends = aligned
        sents: list[Sentence] = []
        tokens: list[Token] = []
        for sent, (sent_start, sent_end) in enumerate(self._sentences(text)):
            sents.append(Sentence(*aligned.raw_span(sent_start, sent_end)))
            for start, end, stem_start, kind in words(text, sent_start, sent_end):
                norm = stem = text[start:end]
                if kind == "word":
                    if norm[0] in self._letters:
                        length, stem = self._split(norm, raw, start, aligned)
                        stem_start += length
                elif stem_start > start:
                    stem = text[stem_start:end]
                if starts:
                    tokens.append(Token(sent, starts[start], ends[end - 1], starts[stem_start], norm, stem, kind))
                else:
                    tokens.append(Token(sent, start, end, stem_start, norm, stem, kind))
        return sents, tokens

    def _split(self, norm: str, raw: str, start: int, aligned: Aligned) -> tuple[int, str]:
        """The proclitics of a word, remembered for the next time."""
        spelled = _spelled(norm, raw, start, aligned)
        found = self._known.get(spelled)
        if found is None:
            if len(self._known) >= CACHED_WORDS:
                self._known.clear()
            found = self._known[spelled] = self._clitics(norm, "" if spelled == norm else spelled)
        return found


def _spelled(norm: str, raw: str, start: int, aligned: Aligned) -> str:
    """The word with the hamza or the tatweel that its beginning had before normalisation."""
    _, starts, ends = aligned
    if starts and raw:
        for at in range(min(LONGEST_PROCLITICS, len(norm) - 1)):
            end = ends[start + at]
            if end - starts[start + at] > 1 and raw[end - 1] == TATWEEL:
                return norm[: at + 1] + TATWEEL + norm[at + 1 :]
    alef = norm.find("ا", 1, LONGEST_PROCLITICS + 1)
    if alef > 0 and raw:
        letter = raw[starts[start + alef] if starts else start + alef]
        if letter in HAMZAS:
            return norm[:alef] + letter + norm[alef + 1 :]
    return norm


class Tokenise:
    """See `core.stage.Stage`."""

    name = "tokenise"
    version = 2
    reads = ("text", "norm")
    writes = schema.layer("sentences", "tokens")
    needs = ("tokenise",)
    seeds = tuple(
        f"lexicons/{name}.tsv"
        for name in ("abbreviations", "enclitics", "proclitics", "proclitic_words", "word_frequencies")
    )
    models = ()

    def __init__(self, config: Config) -> None:
        self._tokenise = Tokeniser(config)

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the layers `sentences` and `tokens`."""
        texts = batch.column("text").to_pylist()
        norms = batches.unpack_norm(batch.column("norm"))
        found = [self._tokenise(norm, text) for norm, text in zip(norms, texts, strict=True)]
        sents = batches.pack("sentences", [sents for sents, _ in found])
        tokens = batches.pack("tokens", [tokens for _, tokens in found])
        return batches.append(batch, self.writes, sents, tokens)
