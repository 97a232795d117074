"""Proof that a gold corpus is whole: every stored document, its text, its marked form, and the splits together.

In: the folder of a corpus, the folder of its texts, the predicates. Out: documents by split and a list of problems.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pipeline.errors import SeedError
from pipeline.evaluate.gold import check, read_gold, read_marked, splits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.evaluate.gold import GoldDocument, Predicate


def prove(
    root: Path, texts: Path | None, predicates: dict[str, Predicate]
) -> tuple[dict[str, list[GoldDocument]], list[str]]:
    """The documents by split, and all that is wrong with them.

    A folder without stored documents holds marked ones only: then the marks are checked and nothing else.
    """
    docs: dict[str, list[GoldDocument]] = {}
    problems: list[str] = []
    for split, folder in splits(root).items():
        stored = read_gold(folder)
        marked = read_marked(folder / "marked") or ([] if stored else read_marked(folder))
        docs[split] = stored or marked
        problems += [problem for doc in docs[split] for problem in check(doc, predicates)]
        if stored:
            problems += _hashes(folder)
            problems += _steps(folder, stored, marked)
            problems += _texts(texts, stored) if texts else []
        elif (folder / "marked").is_dir() and marked:
            problems.append(f"{folder} holds marked documents only; run `istikhraj gold build`")
    return docs, [*problems, *_repeated(docs)]


def _hashes(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.json")):
        record = json.loads(file.read_text("utf-8"))
        if record.get("sha256") != hashlib.sha256(record["text"].encode()).hexdigest():
            yield f"{file}: sha256 is not that of the text"
        if record["doc_id"] != file.stem:
            yield f"{file}: doc_id is {record['doc_id']}, expected {file.stem}"


def _steps(folder: Path, stored: list[GoldDocument], marked: list[GoldDocument]) -> Iterator[str]:
    """Stored and marked documents say the same."""
    by_id = {doc.doc_id: doc for doc in marked}
    for doc in stored:
        if doc.doc_id not in by_id:
            yield f"{folder}/{doc.doc_id}.json has no marked form; expected {folder}/marked/{doc.doc_id}.txt"
        elif doc != by_id[doc.doc_id]:
            yield f"{folder}/{doc.doc_id}.json is not in step with its marks; run `istikhraj gold build`"
    for doc_id in sorted(by_id.keys() - {doc.doc_id for doc in stored}):
        yield f"{folder}/marked/{doc_id}.txt has no stored form; run `istikhraj gold build`"


def _texts(texts: Path, docs: list[GoldDocument]) -> Iterator[str]:
    for doc in docs:
        file = texts / f"{doc.doc_id}.txt"
        if not file.is_file() or file.read_bytes() != doc.text.encode():
            yield f"{file} is not the text of {doc.doc_id}; run `istikhraj gold build`"


def _repeated(docs: dict[str, list[GoldDocument]]) -> Iterator[str]:
    """An id or a text that stands twice, in one split or in two."""
    ids: dict[str, str] = {}
    bodies: dict[str, str] = {}
    for split, found in docs.items():
        for doc in found:
            if doc.doc_id in ids:
                yield f"{split}/{doc.doc_id} stands in {ids[doc.doc_id]} already"
            ids[doc.doc_id] = split
            if doc.text in bodies:
                yield f"{split}/{doc.doc_id} has the text of {bodies[doc.text]}"
            bodies[doc.text] = f"{split}/{doc.doc_id}"


def second(root: Path) -> set[str]:
    """The doc_ids of the documents that a second person annotated: `second/NAME.txt` of a corpus, or none."""
    return {file.stem for file in (root / "second").glob("*.txt")}


def require(docs: dict[str, list[GoldDocument]], root: Path) -> None:
    """Raise SeedError when a corpus holds nothing."""
    if not any(docs.values()):
        raise SeedError(f"no gold documents (*.json, or marked *.txt) in {root}")
