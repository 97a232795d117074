from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import main
from pipeline.config import load
from pipeline.errors import ConfigError
from pipeline.evaluate import iob

if TYPE_CHECKING:
    from pathlib import Path

LABELS = load().paths.seeds / "lexicons" / "corpus_labels.tsv"
AQMAR = "زار O\nباراك B-PER\nأوباما I-PER\nمدينة O\nالقاهرة B-LOC\n. O\n\nوعاد O\nإلى O\nواشنطن B-LOC\n. O\n"


def test_the_three_forms(tmp_path: Path) -> None:
    file = tmp_path / "corpus.txt"
    file.write_text(AQMAR, "utf-8")
    assert [sentence.tags for sentence in iob.read(file)] == [
        ("O", "B-PER", "I-PER", "O", "B-LOC", "O"),
        ("O", "O", "B-LOC", "O"),
    ]
    # no blank lines: a sentence ends at its stop
    file.write_text(AQMAR.replace("\n\n", "\n"), "utf-8")
    assert [len(sentence.words) for sentence in iob.read(file)] == [6, 4]
    # a byte order mark, carriage returns, a sign of direction before each word, and a word of that sign alone
    marked = AQMAR.replace("\nوعاد", "\n\u200e O\nوعاد")
    wikifane = "".join(f"\u200e{line}\r\n" if line else "\r\n" for line in marked.splitlines())
    file.write_bytes(("\ufeff" + wikifane).encode())
    assert [sentence.words[:2] for sentence in iob.read(file)] == [("زار", "باراك"), ("وعاد", "إلى")]


def test_a_sentence_without_a_stop_is_cut_but_not_in_a_name(tmp_path: Path) -> None:
    file = tmp_path / "corpus.txt"
    file.write_text("كلمة O\n" * 199 + "نيو B-LOC\nيورك I-LOC\nكلمة O\nكلمة O\n", "utf-8")
    assert [len(sentence.words) for sentence in iob.read(file)] == [202, 1]


@pytest.mark.parametrize("line", ["كلمة", "كلمة أخرى O", "كلمة PER", "كلمة B-"])
def test_a_line_that_is_no_word_and_tag(tmp_path: Path, line: str) -> None:
    file = tmp_path / "corpus.txt"
    file.write_text(f"زار O\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=r"corpus\.txt, line 2: expected a word and a tag"):
        iob.read(file)


TAGS = st.lists(st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]), max_size=12)


@given(tags=TAGS)
def test_spans_tile_what_is_tagged(tags: list[str]) -> None:
    found = list(iob.spans(tags))
    covered = [at for start, end, _ in found for at in range(start, end)]
    assert covered == [at for at, tag in enumerate(tags) if tag != "O"]
    for start, end, label in found:
        assert {tag[2:] for tag in tags[start:end]} == {label}
        assert all(tag[0] == "I" for tag in tags[start + 1 : end])


@given(gold=st.lists(TAGS, max_size=5))
def test_scores_of_a_perfect_tagger(gold: list[list[str]]) -> None:
    scores = iob.score(gold, gold)
    assert all(prf.right == prf.found == prf.gold for prf in scores.values())
    assert scores["all"].gold == sum(prf.gold for label, prf in scores.items() if label != "all")


def test_scores_count_exact_spans() -> None:
    scores = iob.score([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "O", "B-LOC"]])
    assert scores["all"] == (1, 2, 2)
    assert scores["LOC"].f1 == 1.0
    assert (scores["PER"].p, scores["PER"].r, scores["PER"].f1) == (0.0, 0.0, 0.0)
    assert iob.score([], [])["all"].f1 == 0.0


@given(gold=st.lists(st.lists(st.sampled_from(["O", "B-PER", "B-LOC"]), min_size=1, max_size=5), max_size=30))
def test_tags_to_spans_of_a_text_and_back(gold: list[list[str]]) -> None:
    sentences = [iob.Sentence(tuple("كلمة" for _ in tags), tuple(tags)) for tags in gold]
    back: list[list[str]] = []
    for number, (text, places) in enumerate(iob.documents(sentences, 4)):
        tags = [sentence.tags for sentence in sentences[number * 4 : number * 4 + 4]]
        assert [[text[start:end] for start, end in row] for row in places] == [["كلمة"] * len(row) for row in tags]
        spans = [
            (row[first][0], row[end - 1][1], label)
            for row, of in zip(places, tags, strict=True)
            for first, end, label in iob.spans(of)
        ]
        back += iob.tags_of(places, spans)
    assert back == gold


def test_our_labels_as_theirs() -> None:
    labels = iob.read_labels(LABELS)
    assert set(labels) == set(iob.SCHEMES)
    theirs = iob.to_theirs(labels, "anercorp")
    assert theirs["PERSON"] == "PERS"
    assert theirs["GPE"] == theirs["LOC"] == theirs["FAC"] == "LOC"
    assert theirs["NORP"] == "MISC"
    assert "DATE" not in theirs


@pytest.mark.parametrize("by", ["encoder", "pipeline"])
def test_eval_ner(tmp_path: Path, by: str) -> None:
    (tmp_path / "corpus.txt").write_text(AQMAR, "utf-8")
    asked = ["eval-ner", "--data", str(tmp_path / "corpus.txt"), "--scheme", "aqmar", "--by", by]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    rows = {line.split()[0]: line.split()[1:] for line in done.output.splitlines() if line and line[0] != " "}
    assert rows["all"] == ["1.000", "1.000", "1.000", "3", "3"]
    assert rows["PER"][-2:] == ["1", "1"]
    assert "2 sentences, 10 words" in done.output
    assert CliRunner().invoke(main, [*asked, "--limit", "1"]).output.count("1 sentences, 6 words") == 1


def test_eval_ner_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text(AQMAR, "utf-8")
    asked = ["eval-ner", "--data", str(tmp_path / "corpus.txt")]
    assert "expected anercorp or aqmar or wikifane" in CliRunner().invoke(main, [*asked, "--scheme", "conll"]).output
    nowhere = CliRunner().invoke(main, [*asked, "--scheme", "aqmar", "--model", str(tmp_path)])
    assert nowhere.exit_code == 2
    assert "manifest.toml" in nowhere.output
