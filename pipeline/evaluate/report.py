"""Scores as text, with every error in its sentence; and the floors below which CI fails.

In: `Scores` and the gold texts. Out: lines to print, a record for JSON, or a list of figures that fell below their floor.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.evaluate.gold import GoldDocument
    from pipeline.evaluate.score import PRF, Scores, TripleKey


def lines(scores: Scores) -> Iterator[str]:
    """The figures as a table."""
    yield f"{scores.n_docs} documents{'':13} {'P':>6} {'R':>6} {'F1':>6} {'gold':>6} {'found':>6}"
    for name, prf in (("mentions (strict)", scores.mentions), ("mentions (boundaries)", scores.boundaries)):
        yield _row(name, prf)
    for name, prf in scores.labels.items():
        yield _row(f"  {name}", prf)
    yield f"entity clusters B³ F1      {scores.clusters_b3:.3f}"
    yield f"values right               {scores.values.p:.3f}  ({scores.values.right} of {scores.values.found})"
    yield _row("triples", scores.triples)
    for name, prf in scores.predicates.items():
        yield _row(f"  {name}", prf)
    yield f"status right               {scores.status.p:.3f}  ({scores.status.right} of {scores.status.found})"


def _row(name: str, prf: PRF) -> str:
    return f"{name:26} {prf.p:6.3f} {prf.r:6.3f} {prf.f1:6.3f} {prf.gold:6d} {prf.found:6d}"


def errors(scores: Scores, gold: Sequence[GoldDocument]) -> Iterator[str]:
    """Every miss and false alarm, with the text around it."""
    docs = {doc.doc_id: doc for doc in gold}
    for kind, keys in (("missed", scores.missed_mentions), ("false", scores.false_mentions)):
        for doc_id, start, end, label in keys:
            yield f"{kind} {label} in {doc_id} at {start}: {_context(docs[doc_id].text, start, end)}"
    for (doc_id, start, end, label), found, wanted in scores.wrong_values:
        yield f"value {label} in {doc_id} at {start}: {_context(docs[doc_id].text, start, end)}: {found}, expected {wanted}"
    for key in sorted(scores.missed_triples, key=_by_predicate):
        yield f"missed triple {_triple(key)}: {_stating(docs[key[0]], key)}"
    for key in sorted(scores.false_triples, key=_by_predicate):
        rule, start, end = scores.evidence[key]
        yield f"false triple {_triple(key)}: by {rule}: {_context(docs[key[0]].text, start, end)}"
    for key, found, wanted in scores.wrong_status:
        yield f"status {_triple(key)}: {found}, expected {wanted}: {_stating(docs[key[0]], key)}"


def _by_predicate(key: TripleKey) -> tuple[str, TripleKey]:
    return key[2], key


def _context(text: str, start: int, end: int, width: int = 40) -> str:
    return f"{text[max(0, start - width) : start]}⟦{text[start:end]}⟧{text[end : end + width]}".replace("\n", " ⏎ ")


def _triple(key: TripleKey) -> str:
    return f"{key[0]}: {key[1]} {key[2]} {key[3]}"


def _stating(doc: GoldDocument, key: TripleKey) -> str:
    ends = {key[1], key[3]}
    line = next((r.line for r in doc.relations if {r.subject, r.object} == ends and r.predicate == key[2]), 0)
    return doc.text.split("\n")[line - 1][:300] if line else ""


def record(scores: Scores) -> dict[str, Any]:
    """The figures for JSON and for floors.toml: flat names like `mentions.f1` and `labels.ORG.r`."""
    flat: dict[str, Any] = {
        "documents": scores.n_docs,
        "clusters_b3": scores.clusters_b3,
        "values": scores.values.p,
        "status": scores.status.p,
    }
    groups = {"mentions": scores.mentions, "boundaries": scores.boundaries, "triples": scores.triples}
    groups |= {f"labels.{k}": v for k, v in scores.labels.items()} | {
        f"predicates.{k}": v for k, v in scores.predicates.items()
    }
    for name, prf in groups.items():
        flat |= {f"{name}.p": prf.p, f"{name}.r": prf.r, f"{name}.f1": prf.f1}
    return {name: round(value, 4) for name, value in flat.items()}


def below(scores: Scores, floors: Path) -> list[str]:
    """The figures that are below the floors of a TOML file (`"mentions.f1" = 0.8`)."""
    found = record(scores)
    try:
        wanted = tomllib.loads(floors.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{floors} holds no floors: {error}") from None
    return [
        f"{name} is {found.get(name, 0.0):.4f}, its floor {floor}"
        for name, floor in wanted.items()
        if found.get(name, 0.0) < floor
    ]
