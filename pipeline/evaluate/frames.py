"""A gold corpus as pandas frames, or as flat rows.

In: its folder. Out: documents, mentions and relations, one row each, with their split; offsets are code points of the raw text.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import SeedError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.evaluate.gold import GoldDocument

COLUMNS = {
    "documents": ("doc_id", "split", "n_words", "text"),
    "mentions": ("doc_id", "split", "mention", "start", "end", "surface", "label", "entity_id", "value", "line"),
    "relations": (
        "doc_id", "split", "relation", "line", "subject_id", "predicate", "object_id", "object_value", "status", "speaker_id",
    ),
}  # fmt: skip


def rows(docs: dict[str, list[GoldDocument]]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each frame, in the order of COLUMNS. A name has an entity_id, a value has a value."""
    from pipeline.core.spans import VALUE_LABELS

    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
    for split, part in docs.items():
        for doc in part:
            key = (doc.doc_id, split)
            found["documents"].append((*key, len(doc.text.split()), doc.text))
            values = {e.id for e in doc.entities if e.label in VALUE_LABELS}
            for number, e in enumerate(doc.entities):
                named = (None, e.id) if e.label in VALUE_LABELS else (e.id, None)
                found["mentions"].append((*key, number, e.start, e.end, e.text, e.label, *named, e.line))
            for number, r in enumerate(doc.relations):
                ends = (None, r.object) if r.object in values else (r.object, None)
                found["relations"].append((*key, number, r.line, r.subject, r.predicate, *ends, r.status, r.speaker))
    return found


def load_gold(folder: str | Path = "tests/gold") -> dict[str, pd.DataFrame]:
    """The corpus as frames by name: documents, mentions, relations.

    The folder is that of the corpus, with its splits, or that of one split, or one of marked texts. Raises SeedError when it
    holds no document.

        gold = load_gold("tests/gold")
        gold["mentions"].query("split == 'train' and label == 'ORG'").groupby("entity_id").size()
    """
    import pandas as pd

    from pipeline.evaluate.gold import read_either, splits

    docs = {split: read_either(part) for split, part in splits(Path(folder)).items()}
    if not any(docs.values()):
        raise SeedError(f"no gold documents (*.json, or marked *.txt) in {folder}")
    return {
        name: pd.DataFrame(found, columns=list(COLUMNS[name])).convert_dtypes() for name, found in rows(docs).items()
    }
