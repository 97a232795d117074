"""A tiny world: three documents, their pieces, a network of two layers. All of this needs the extra `train`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.config import load
from pipeline.evaluate.gold import read_predicates, unmark
from pipeline.evaluate.iob import read_labels
from pipeline.train.encoder.corpora import RAW, Doc, Reader, gold
from pipeline.train.encoder.examples import Blocks, Examples, blocks, examples

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.evaluate.gold import Predicate

SPECIAL = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
MARKED = {
    "one": "أعلنت [[علي بابا|ORG|alibaba]] إطلاق [[كوين|PRODUCT|qwen]] في [[بكين|GPE|beijing]].\n"
    "# qwen developed_by alibaba asserted\nوقالت [[علي بابا|ORG|alibaba]] إن النموذج جاهز.",
    "two": "زار [[سامي|PERSON|sami]] و[[ليلى|PERSON|layla]] مدينة [[بيروت|GPE|beirut]].\nوتعمل [[ليلى|PERSON|layla]] في [[ميتا|ORG|meta]] ب[[بيروت|GPE|beirut]].\n"
    "# layla works_for meta asserted",
    "three": "اشترت [[ميتا|ORG|meta]] شركة [[مانوس|ORG|manus]] في [[بكين|GPE|beijing]].\n# meta acquired manus asserted\nوارتفع السهم [[20%|PERCENT|PCT:20]].",
}


@pytest.fixture(scope="session")
def labels() -> dict[str, dict[str, list[str]]]:
    return read_labels(load().paths.seeds / "lexicons" / "corpus_labels.tsv")


@pytest.fixture(scope="session")
def predicates() -> dict[str, Predicate]:
    return read_predicates(load().paths.seeds / "relations" / "predicates.tsv")


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(load())


@pytest.fixture(scope="session")
def gold_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gold")
    for name, marked in MARKED.items():
        (folder / f"{name}.json").write_text(unmark(marked, name).to_json(), "utf-8")
    return folder


@pytest.fixture(scope="session")
def docs(reader: Reader, gold_folder: Path) -> list[Doc]:
    """In the order of their names: one, three, two."""
    return gold(reader, gold_folder)


@pytest.fixture(scope="session")
def vocabulary(docs: list[Doc]) -> list[tuple[str, float]]:
    units = sorted({unit for doc in docs for unit in doc.units})
    letters = sorted({letter for unit in units for letter in unit})
    return [*SPECIAL, ("▁", -9.0), *((f"▁{unit}", -3.0) for unit in units), *((letter, -9.0) for letter in letters)]


@pytest.fixture(scope="session")
def known(labels: dict[str, dict[str, list[str]]]) -> Blocks:
    return blocks(labels)


@pytest.fixture(scope="session")
def tiny(
    docs: list[Doc], vocabulary: list[tuple[str, float]], known: Blocks, predicates: dict[str, Predicate]
) -> Examples:
    """The three documents, one of a public corpus, one raw."""
    from pipeline.ner.encoder.pieces import Pieces

    public = docs[1]._replace(source="aqmar", names=(), relations=None)
    raw = docs[0]._replace(source=RAW, names=(), relations=None)
    return examples([*docs, public, raw], Pieces(vocabulary), known, predicates)
