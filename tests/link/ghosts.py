"""Ghost spellings: known names as no list spells them, and names that nobody knows, in running text.

    python -m tests.link.ghosts [--errors]

In: ghosts_fourth.tsv and distractors_fourth.tsv, ghost_sentences.tsv. Out: how many ghosts are linked to their entity and how many other
names to any, with the mention given and end to end (recognised, then linked). Each name stands in one sentence, which changes from name to
name. The fourth set was written blind and is measured on alone; from the other three the linker has learnt (`--of` measures on them).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from pipeline.config import load
from pipeline.core.spans import Mention
from pipeline.gazetteer.entries import load as load_entries
from pipeline.link.stage import Linker
from pipeline.ner.stage import Ner
from pipeline.normalise.stage import Normaliser
from pipeline.tokenise.stage import Tokeniser
from pipeline.train.linking import SETS

FOLDER = Path(__file__).parent
HELD = "_fourth"
_PLACES = frozenset({"NORP", "GPE", "LOC"})
_SENTENCES = {"LOC": "GPE", "FAC": "GPE"}  # labels whose sentences are those of another


class Ghost(NamedTuple):
    """A name in a sentence; `entity_id` is None for a name that nobody knows."""

    name: str
    label: str
    entity_id: str | None
    text: str
    kind: str


def rows(file: str) -> list[list[str]]:
    lines = (FOLDER / file).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")][1:]


def ghosts(of: str = HELD) -> list[Ghost]:
    """The names of a set, each in its sentence."""
    sentences: dict[str, list[str]] = {}
    for label, sentence in rows("ghost_sentences.tsv"):
        sentences.setdefault(label, []).append(sentence)
    labels = {entry.id: entry.labels[0] for entry in load_entries(load().paths.seeds / "gazetteer")}
    found = []
    names = [
        (entity, labels[entity], "ghost", name)
        for entity, spelt in rows(f"ghosts{of}.tsv")
        for name in spelt.split(" | ")
    ]
    names += [
        ("", label, kind, name) for label, kind, spelt in rows(f"distractors{of}.tsv") for name in spelt.split(" | ")
    ]
    for number, (entity, label, kind, name) in enumerate(names):
        fitting = sentences[_SENTENCES.get(label, label)]
        found.append(Ghost(name, label, entity or None, fitting[number % len(fitting)].replace("{}", name), kind))
    return found


class Figures(NamedTuple):
    """Counts; `right` and `found` of the ghosts, `wrong` of the distractors, `other` of ghosts linked to another entity."""

    ghosts: int
    right: int
    other: int
    distractors: int
    wrong: int
    ordinary: int
    ordinary_wrong: int
    errors: list[str]


def measure(given: bool, of: str = HELD) -> Figures:
    """Of one set, with mentions given or end to end."""
    config = load()
    normalise, tokenise, ner, linker = Normaliser(config), Tokeniser(config), Ner(config), Linker(config)
    n = right = other = distractors = wrong = ordinary = ordinary_wrong = 0
    errors = []
    for ghost in ghosts(of):
        start = ghost.text.index(ghost.name)
        end = start + len(ghost.name)
        if given:
            mentions = [Mention(0, start, end, 0, 0, ghost.label, 0.9, "given")]
        else:
            mentions, _ = ner._found(ghost.text, *tokenise(normalise(ghost.text), ghost.text))
        links = linker.link(ghost.text, mentions)
        # A nationality or a place inside a firm's name is a mention of its own.
        inside = _PLACES if ghost.label not in _PLACES else frozenset()
        ids = {
            str(link.entity_id)
            for mention, link in zip(mentions, links, strict=True)
            if mention.start < end
            and mention.end > start
            and link.entity_id is not None
            and mention.label not in inside
        }
        known = {entity for entity in ids if not entity.startswith("nil-")}
        if ghost.entity_id is None:
            distractors += 1
            wrong += bool(known)
            ordinary += ghost.kind == "ordinary"
            ordinary_wrong += ghost.kind == "ordinary" and bool(known)
            errors += [f"wrong  {ghost.name} {ghost.label} -> {sorted(known)}"] * bool(known)
        else:
            n += 1
            right += ghost.entity_id in known
            other += bool(known) and ghost.entity_id not in known
            if ghost.entity_id not in known:
                errors.append(f"missed {ghost.name} {ghost.label} {ghost.entity_id} -> {sorted(ids)}")
    return Figures(n, right, other, distractors, wrong, ordinary, ordinary_wrong, errors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--errors", action="store_true", help="list them")
    parser.add_argument("--of", choices=(*SETS, HELD), default=HELD, help="which set: the end of the file's name")
    args = parser.parse_args()
    for given in (True, False):
        figures = measure(given, args.of)
        print(*figures.errors if args.errors else (), sep="\n", end="\n" * (args.errors and bool(figures.errors)))
        print(
            f"{'mentions given' if given else 'end to end':15} {figures.right / figures.ghosts:.3f} of {figures.ghosts} ghosts "
            f"linked right, {figures.other / figures.ghosts:.3f} to another entity; {figures.wrong / figures.distractors:.3f} of "
            f"{figures.distractors} other names linked, {figures.ordinary_wrong / figures.ordinary:.3f} of the {figures.ordinary} ordinary ones"
        )


if __name__ == "__main__":
    main()
