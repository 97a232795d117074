"""Makes models/linking/trees.onnx: `python -m pipeline.train.linking [--spellings FILE …] [--others FILE …] [--gold FOLDER]`.

In: spellings of known names that no list has, and other names, written by hand (tests/link); names and words of gold articles; the
gazetteer. Out: boosted trees over `gazetteer.hearing`'s evidence that an unlisted spelling is that of an entity.

A spelling written by hand should find its entity, another name none. A name of the gold that no list has is one or the other, as its id
says, and rare words that are no names should find none. Of known spellings each is taken as if it were not listed, as it is or miswritten
as people do; it should find its entity, and none once the entity is forgotten too, nor should a name with another consonant or ending.
`--folds 5` measures on names that the trees have not learnt from.
"""

from __future__ import annotations

import argparse
import logging
from collections import defaultdict
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from pipeline.config import load as load_config
from pipeline.core.tsv import rows as table
from pipeline.evaluate.gold import read_gold
from pipeline.gazetteer.entries import load, spellings
from pipeline.gazetteer.hearing import MODEL, TREES, Ears
from pipeline.gazetteer.keys import fold
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise.stage import Tokeniser
from pipeline.train.encoder.export import prove
from pipeline.train.forest import learnt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pipeline.config import Config
    from pipeline.core.trees import Evidence
    from pipeline.gazetteer.entries import Spelling

log = logging.getLogger("pipeline.train.linking")

SETS = ("", "_blind", "_third", "_fifth", "_sixth")  # of tests/link; the fourth is measured on
# Letters that foreign names are written with in turn.
_ALIKE = ("جغقك", "تطث", "سصز", "كق", "دض", "فب", "حه", "شس")
_VOWELS = "اوي"
_CONSONANTS = "بتجدرسشفكلمن"
_ENDINGS = ("ون", "ين", "ا", "و", "ان", "يا", "كس", "تا", "را")
_OTHERS = 0.25  # share of the known names that another name is made of
_NAMES, _WORDS = 8000, 6000  # of the gold
_FORGOTTEN = 0.5  # share of them whose entity is forgotten
_NEAR, _MADE, _MISTAKEN = 4.0, 0.25, 0.3  # weights of names that resemble a known one, of made ones, of mistaken labels
_KINDS = ("ORG", "PRODUCT", "GPE", "LOC", "PERSON")
# Chosen by --folds on the names of tests/link that the shipped trees learn from.
_TREES: dict[str, Any] = {
    "n_estimators": 250,
    "learning_rate": 0.06,
    "max_depth": 4,
    "min_samples_leaf": 15,
    "subsample": 0.7,
    "max_features": 0.3,
    "random_state": 1,
}


class Case(NamedTuple):
    """A name, its label ("" where nobody said), the entity it should find ("" none), where it is from and how much it counts.

    The evidence is taken as if nobody knew the entity `forget`, or spellings with the key `but`.
    """

    name: str
    label: str
    entity_id: str
    source: str
    weight: float = 1.0
    forget: str = ""
    but: str = ""


def miswritten(name: str, random: Random) -> str:
    """An Arabic name with one or two letters written otherwise: a vowel more or less, a consonant for its neighbour."""
    letters = list(name)
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(1, len(letters))
        letter = letters[at]
        kin = [c for group in _ALIKE if letter in group for c in group if c != letter]
        if letter in _VOWELS and letters[at - 1] != " ":
            letters[at] = random.choice(["", *_VOWELS.replace(letter, "")])
        elif kin and random.random() < 0.7:
            letters[at] = random.choice(kin)
        elif letter != " " and letters[at - 1] not in (" ", *_VOWELS):
            letters[at] = random.choice(_VOWELS) + letter
    return "".join(letters)


def another(name: str, random: Random) -> str:
    """Another name near an Arabic one: a consonant of another sound in its last word, or a new ending."""
    head, space, last = name.rpartition(" ")
    if random.random() < 0.3:
        return head + space + last + random.choice(_ENDINGS)
    at = random.randrange(1, len(last) + 1)
    kin = {c for group in _ALIKE if last[at - 1] in group for c in group} | {last[at - 1]}
    consonant = random.choice([c for c in _CONSONANTS if c not in kin])
    if last[at - 1] in _VOWELS or random.random() < 0.5:
        return head + space + last[:at] + consonant + last[at:]
    return head + space + last[: at - 1] + consonant + last[at:]


def written(
    spelt: Sequence[Path], others: Sequence[Path], labels: dict[str, tuple[str, ...]], random: Random
) -> Iterator[Case]:
    """The names written by hand, each with its label, without, and some with a label that is mistaken."""
    for path in spelt:
        for _, (entity_id, names) in table(path, ("id", "spellings")):
            for name in names.split(" | "):
                mistaken = random.choice([kind for kind in _KINDS if kind not in labels[entity_id]])
                yield Case(name, labels[entity_id][0], entity_id, "spelling")
                yield Case(name, "", entity_id, "spelling unasked", 0.5)
                yield Case(name, mistaken, entity_id, "spelling mistaken", _MISTAKEN)
    for path in others:
        for _, (label, kind, names) in table(path, ("label", "kind", "names")):
            for name in names.split(" | "):
                weight = _NEAR if kind == "near" else 1.0
                yield Case(name, label, "", f"other, {kind}", weight)
                yield Case(name, "", "", f"other, {kind}, unasked", 0.5 * weight)
                yield Case(
                    name, random.choice([k for k in _KINDS if k != label]), "", f"other, {kind}, mistaken", _MISTAKEN
                )


def read_in(
    folder: Path, config: Config, listed: Collection[str], entities: Collection[str], ears: Ears, random: Random
) -> Iterator[Case]:
    """The names of gold articles that no list has, and rare words there that are no names."""
    normalise, tokenise = Normaliser(config), Tokeniser(config)
    names: dict[tuple[str, str], str] = {}
    words: set[str] = set()
    for doc in read_gold(folder):
        for entity in doc.entities:
            if entity.label in _KINDS and fold(entity.text) not in listed:
                names.setdefault((entity.text, entity.label), entity.id if entity.id in entities else "")
        marked = [(entity.start, entity.end) for entity in doc.entities]
        _, tokens = tokenise(normalise(doc.text), doc.text)
        for token in tokens:
            word = doc.text[token.stem_start : token.end]
            is_name = any(token.start < end and token.end > start for start, end in marked)
            if token.kind == "word" and not is_name and ears.is_rare(word) and fold(word) not in listed:
                words.add(word)
    for (name, label), entity_id in random.sample(sorted(names.items()), min(_NAMES, len(names))):
        yield Case(name, label, entity_id, "gold, known" if entity_id else "gold, other")
        if not entity_id:
            yield Case(name, "", "", "gold, other, unasked", 0.5)
    for word in random.sample(sorted(words), min(_WORDS, len(words))):
        yield Case(word, "", "", "word")


def made(known: Sequence[Spelling], random: Random) -> Iterator[Case]:
    """Known spellings as if they were not listed, miswritten ones, and names near them."""
    for spelling in known:
        name, label, own = spelling.surface, spelling.labels[0], spelling.entity_id
        forms = [name]
        if not name.isascii() and len(name) > 3:
            forms = [miswritten(name, random)] + [name] * (random.random() < 0.4)
            if random.random() < _OTHERS:
                other = another(name, random)
                yield Case(other, label, "", "made other", _MADE, but=fold(other))
        for form in forms:
            yield Case(form, label, own, "made", _MADE, but=fold(form))
        if random.random() < _FORGOTTEN:
            form = forms[0]
            yield Case(form, label, "", "made, forgotten", _MADE, forget=own, but=fold(form))
        yield Case(name, label, "", "known, forgotten", forget=own, but=fold(name))


class Row(NamedTuple):
    """What speaks for one entity in a case."""

    case: int
    entity_id: str
    evidence: Evidence
    truth: bool


def rows_of(ears: Ears, cases: Sequence[Case]) -> list[Row]:
    """The evidence of all cases."""
    found = []
    for number, case in enumerate(cases):
        for heard in ears.evidence(case.name, case.label, forget=case.forget, but=case.but):
            found.append(Row(number, heard.entity_id, heard.evidence, heard.entity_id == case.entity_id))
        if number % 5000 == 4999:
            log.info("%d of %d names heard", number + 1, len(cases))
    return found


def measured(cases: Sequence[Case], rows: Sequence[Row], folds: int) -> None:
    """Logs by source how many names find their entity, and how many another one, by trees that have not learnt from them."""
    from pipeline.core.trees import Trees

    fold_of = [crc32((case.entity_id or case.name).encode()) % folds for case in cases]
    found: dict[int, list[tuple[float, str]]] = defaultdict(list)
    scratch = Path(mkdtemp()) / TREES
    for k in range(folds):
        some = [row for row in rows if fold_of[row.case] != k]
        model = learnt([(row.evidence, row.truth) for row in some], _TREES, [cases[row.case].weight for row in some])
        scratch.write_bytes(model.SerializeToString())
        rest = [row for row in rows if fold_of[row.case] == k]
        for row, likely in zip(rest, Trees(scratch)([row.evidence for row in rest]), strict=True):
            found[row.case].append((likely, row.entity_id))
    rmtree(scratch.parent)
    for least in (0.5, 0.6, 0.7, 0.8, 0.9):
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for number, case in enumerate(cases):
            likely, entity_id = max(found.get(number, []), default=(0.0, ""))
            counts[case.source][0] += 1
            if likely >= least:
                counts[case.source][1 if entity_id == case.entity_id else 2] += 1
        log.info("at %.1f:", least)
        for source, (n, right, wrong) in sorted(counts.items()):
            log.info("  %-24s %5d: right %.4f, wrong %.4f", source, n, right / n, wrong / n)


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    config = load_config()
    ours = Path("tests/link")
    parser.add_argument(
        "--spellings",
        type=Path,
        nargs="*",
        default=[ours / f"ghosts{of}.tsv" for of in SETS],
        help="unlisted spellings of known names",
    )
    parser.add_argument(
        "--others", type=Path, nargs="*", default=[ours / f"distractors{of}.tsv" for of in SETS], help="other names"
    )
    parser.add_argument("--gold", type=Path, default=Path("tests/gold/train"), help="gold articles")
    parser.add_argument("--sample", type=int, default=3200, help="known spellings to learn from")
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--folds", type=int, default=0, help="measure on so many parts in turn, and write nothing")
    parser.add_argument("--models", type=Path, default=config.paths.models, help="folder with manifest.toml")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    random = Random(args.seed)
    entries = load(config.paths.seeds / "gazetteer")
    by_key: dict[str, list[Spelling]] = {}
    for spelling in (s for entry in entries for s in spellings(entry)):
        by_key.setdefault(fold(spelling.surface), []).append(spelling)
    ears = Ears(by_key, config.paths.models, config.paths.seeds / "lexicons" / "word_frequencies.tsv", learn=True)
    labels = {entry.id: entry.labels for entry in entries}
    cases = [
        *written(args.spellings, args.others, labels, random),
        *read_in(args.gold, config, by_key.keys(), labels.keys(), ears, random),
        *made(random.sample(ears.spellings, min(args.sample, len(ears.spellings))), random),
    ]
    rows = rows_of(ears, cases)
    if args.folds:
        measured(cases, rows, args.folds)
        return
    model = learnt([(row.evidence, row.truth) for row in rows], _TREES, [cases[row.case].weight for row in rows])
    (args.models / MODEL).mkdir(parents=True, exist_ok=True)
    (args.models / MODEL / TREES).write_bytes(model.SerializeToString())
    prove(args.models, MODEL)


if __name__ == "__main__":
    main()
