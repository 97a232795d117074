"""Patterns are data: each form has an example that it finds, and a person can add a predicate without touching code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.config import load
from pipeline.errors import SeedError
from pipeline.relate import drafts, extract, patterns
from tests.relate import marked

if TYPE_CHECKING:
    from pipeline.core.spans import Relation

SEEDS = load().paths.seeds
KNOWN = patterns.predicates(SEEDS / "relations" / "predicates.tsv")
BOOK = patterns.patterns(SEEDS / "relations" / "patterns", KNOWN)


def holds(relation: Relation, example: marked.Marked, symmetric: bool) -> bool:
    pair = (relation.subject_id, relation.object_id or relation.object_value)
    return (pair[0] in example.subjects and pair[1] in (example.objects or example.subjects)) or (
        symmetric and pair[1] in example.subjects and pair[0] in example.objects
    )


@pytest.mark.parametrize("pattern", BOOK, ids=lambda pattern: pattern.id)
def test_every_example_is_found(pattern: patterns.Pattern) -> None:
    for text in pattern.examples:
        example = marked.read(text)
        assert example.subjects, f"{pattern.id}: mark the subject with S: in {text}"
        found = [r for r in extract.relations(example.doc, marked.knowledge()) if r.predicate == pattern.predicate]
        assert any(holds(r, example, KNOWN[pattern.predicate].symmetric) for r in found), (
            f"{pattern.id}: not found: {text}"
        )


@pytest.mark.parametrize("pattern", BOOK, ids=lambda pattern: pattern.id)
def test_every_form_matches_in_an_example(pattern: patterns.Pattern, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    relate = drafts._relate

    def watch(match, *rest, **named):  # type: ignore[no-untyped-def]
        for draft in relate(match, *rest, **named):
            if match.pattern.id == pattern.id:
                seen.add(match.form)
            yield draft

    monkeypatch.setattr(drafts, "_relate", watch)
    for text in pattern.examples:
        marked.relations(text)
    missing = [form for number, form in enumerate(pattern.forms) if number not in seen]
    assert not missing, f"{pattern.id}: no example for {missing}"


def test_all_predicates_of_the_guidelines_have_patterns() -> None:
    assert {pattern.predicate for pattern in BOOK} == set(KNOWN)
    assert len(KNOWN) == 22


def copy(folder: Path) -> Path:
    shutil.copytree(SEEDS / "relations", folder / "relations")
    return folder


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def test_adding_a_predicate_takes_lines_and_no_code(tmp_path: Path) -> None:
    """What seeds/relations/README.md tells: a predicate, the words it needs, a pattern with an example."""
    relations = copy(tmp_path) / "relations"
    append(relations / "predicates.tsv", "sued\tORG\tORG\tno\t-\tno\tno\ttook to court\n")
    append(relations / "words.tsv", "sue\tverb\tقاضى/يقاضي\n")
    (relations / "patterns" / "courts.toml").write_text(
        '[[pattern]]\nid = "sued-verb"\npredicate = "sued"\nforms = ["sue S ~2 O"]\nexamples = ["قاضت [[نوراس|S:ORG]] [[رمال|O:ORG]]."]\n',
        "utf-8",
    )
    known = extract.load(tmp_path)
    doc = marked.read("تقاضي شركة [[نوراس|ORG]] الناشئة شركة [[رمال|ORG]] في لندن.").doc
    found = extract.relations(doc, known)
    assert [(r.subject_id, r.predicate, r.object_id, r.rule) for r in found] == [("نوراس", "sued", "رمال", "sued-verb")]


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("predicates.tsv", "likes\tORG\tCAT\tno\t-\tno\tno\tlikes\n", "labels"),
        ("predicates.tsv", "likes\tORG\n", "expected 8 columns"),
        ("predicates.tsv", "likes\tORG\tORG\tno\t-\tno\tseldom\tlikes\n", "no quoted noun always"),
        ("cues.tsv", "negated\tclause\t\n", "something in the column forms"),
        ("words.tsv", "like\tadverb\tأحب\n", "kind 'adverb'"),
        ("words.tsv", "like\tverb\tأحب\n", "past/present"),
        ("cues.tsv", "maybe\tclause\tربما\n", "asserted"),
        ("inflection.toml", "[past\n", "inflection.toml"),
        ("patterns/people.toml", '[[pattern]]\nid = "x"\n', "missing"),
        (
            "patterns/people.toml",
            '[[pattern]]\nid = "x"\npredicate = "y"\nforms = ["S O"]\nexamples = ["-"]\n',
            "no predicate 'y'",
        ),
        (
            "patterns/people.toml",
            '[[pattern]]\nid = "x"\npredicate = "works_for"\nforms = ["role O"]\nexamples = ["-"]\n',
            "subject",
        ),
        (
            "patterns/people.toml",
            '[[pattern]]\nid = "x"\npredicate = "works_for"\nforms = ["S nope O"]\nexamples = ["-"]\n',
            "nope",
        ),
        (
            "patterns/people.toml",
            '[[pattern]]\nid = "post-works"\npredicate = "works_for"\nforms = ["S O"]\nexamples = ["-"]\n',
            "twice",
        ),
    ],
)
def test_a_broken_seed_names_its_place(tmp_path: Path, file: str, line: str, expected: str) -> None:
    append(copy(tmp_path) / "relations" / file, line)
    with pytest.raises(SeedError, match=re.escape(expected)) as raised:
        extract.load(tmp_path)
    assert Path(file).stem in str(raised.value) or "pattern x" in str(raised.value)
