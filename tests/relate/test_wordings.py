"""How much of natural wording is found: each sentence of wordings.tsv states one relation as the press does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.relate.test_status import stated

ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "wordings.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith(("#", "predicate\t"))
]
# The least shares found and of those with the right status; raise them when they rise.
FOUND, RIGHT, EACH = 0.92, 0.97, 0.7


def test_wordings_are_found() -> None:
    total, found, right = Counter[str](), Counter[str](), 0
    for predicate, status, sentence in ROWS:
        statuses = {relation.status for relation in stated(sentence, predicate)}
        total[predicate] += 1
        found[predicate] += bool(statuses)
        right += statuses == {status}
    assert found.total() >= FOUND * total.total(), (found.total(), total.total())
    assert right >= RIGHT * found.total(), (right, found.total())
    assert not [name for name in total if found[name] < EACH * total[name]]
