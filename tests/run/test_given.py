"""Relations on the gold's own mentions: no mistake of ner or link counts."""

from __future__ import annotations

import subprocess
import sys

from pipeline.config import ROOT, load
from pipeline.evaluate.gold import read_gold, unmark
from pipeline.evaluate.score import compare
from pipeline.run.given import rows

MARKED = """[[رحيق الغد|ORG|rahiq]] لا تعرفها الصحف.
استحوذت [[رحيق الغد|ORG|rahiq]] على [[دفة|ORG|daffa]] ب[[9 ملايين دولار|MONEY|USD:9000000]].
# rahiq acquired daffa asserted
# daffa costs USD:9000000 asserted"""


def test_the_mentions_are_the_golds_and_only_relations_can_be_wrong() -> None:
    doc = unmark(MARKED, "x")
    mentions, relations = rows(load(), [doc])
    scores = compare([doc], mentions, relations, set())
    assert scores.mentions.f1 == scores.values.p == scores.clusters_b3 == 1
    assert scores.triples.r == 1
    assert scores.evidence["x", "rahiq", "acquired", "daffa"].rule == "acquire-verb+encoder"


def test_spans_of_the_projects_gold_are_kept() -> None:
    docs = read_gold(ROOT / "tests" / "gold" / "train")[:5]
    mentions, _ = rows(load(), docs)
    texts = {doc.doc_id: doc.text for doc in docs}
    surfaces = [texts[row["doc_id"]][row["start"] : row["end"]] for row in mentions]
    assert surfaces == [entity.text for doc in docs for entity in doc.entities]


def test_the_command_needs_no_run() -> None:
    command = [sys.executable, "-m", "pipeline.cli", "eval", "--gold", "tests/gold/dev", "--gold-mentions"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "mentions (strict)           1.000" in done.stdout
