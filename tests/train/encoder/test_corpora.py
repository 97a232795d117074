from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from pipeline.evaluate.iob import read as read_iob
from pipeline.evaluate.iob import spans
from pipeline.train.encoder.corpora import RAW, Doc, Reader, Statement, gold, public, raw, sentences_of

if TYPE_CHECKING:
    from pathlib import Path

IOB = "وقال O\nباراك B-PER\nأوباما I-PER\nفي O\nوواشنطن B-LOC\nللصين B-LOC\n. O\n\nثم O\nصمت O\n"


def named(doc: Doc) -> list[tuple[str, str]]:
    return [(" ".join(doc.units[name.first : name.last + 1]), name.label) for name in doc.names]


def test_iob_to_units_and_back(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text(IOB, "utf-8")
    (doc,) = public(reader, tmp_path / "corpus.txt", "aqmar")
    assert doc.source == "aqmar"
    assert named(doc) == [("باراك أوباما", "PER"), ("واشنطن", "LOC"), ("الصين", "LOC")]
    assert doc.relations is None
    # as many names as the corpus has, in its order and with its labels
    wanted = [label for sentence in read_iob(tmp_path / "corpus.txt") for *_, label in spans(sentence.tags)]
    assert [name.label for name in doc.names] == wanted
    assert [(s.start, s.end) for s in sentences_of(doc)][-1][1] == len(doc.units)


def test_twelve_sentences_a_document(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("زار O\nسامي B-PER\n\n" * 30, "utf-8")
    found = public(reader, tmp_path / "corpus.txt", "aqmar")
    assert [len(doc.names) for doc in found] == [12, 12, 6]


def test_gold_names_begin_at_stems(docs: list[Doc]) -> None:
    one, three, two = docs
    assert [doc.name for doc in docs] == ["one", "three", "two"]
    assert named(one) == [("علي بابا", "ORG"), ("كوين", "PRODUCT"), ("بكين", "GPE"), ("علي بابا", "ORG")]
    assert [name.key for name in one.names] == ["alibaba", "qwen", "beijing", "alibaba"]
    assert two.units[two.names[1].first - 1] == "و"
    assert two.units[two.names[-1].first - 1] == "ب"
    assert named(three)[-1][1] == "PERCENT"


def test_gold_pairs_are_the_nearest_mentions_of_the_line(docs: list[Doc]) -> None:
    one, three, two = docs
    assert one.relations == (Statement(1, "developed_by", 0),)
    assert (1, 3) in one.unsure  # the second «علي بابا» says the same, further away
    assert (1, 0) not in one.unsure
    assert (0, 1) in one.unsure  # the other way round nobody has looked
    assert three.relations == (Statement(0, "acquired", 1),)
    assert two.relations == (Statement(3, "works_for", 4),)


def test_a_mark_inside_a_token_leaves_the_relations_out(reader: Reader, tmp_path: Path) -> None:
    from pipeline.evaluate.gold import unmark

    marked = "تعمل [[أوبن|ORG|open]][[اي|ORG|ai]] مع [[ميتا|ORG|meta]].\n# open partner_of meta asserted"
    (tmp_path / "x.json").write_text(unmark(marked, "x").to_json(), "utf-8")
    (doc,) = gold(reader, tmp_path)
    assert len(doc.names) == 2
    assert doc.relations is None


def test_raw_news(reader: Reader, tmp_path: Path) -> None:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in ("زار سامي بيروت.", ""))
    (tmp_path / "news.jsonl").write_text(lines, "utf-8")
    with gzip.open(tmp_path / "news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines)
    for name in ("news.jsonl", "news.jsonl.gz"):
        first, empty = raw(reader, tmp_path / name)
        assert (first.source, first.names, empty.units) == (RAW, (), ())
        assert "بيروت" in first.units
