"""The commands `istikhraj gold …`: what they print, write and refuse."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.config import ROOT
from tests.test_cli import istikhraj

if TYPE_CHECKING:
    from pathlib import Path

DOCS = {"train": ("a01-deepmind-agency", "b01-messaging-deals"), "dev": ("c01-mosul-voice-interview",)}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three documents of the project in two splits, built."""
    root = tmp_path_factory.mktemp("gold")
    for split, names in DOCS.items():
        (root / "gold" / split / "marked").mkdir(parents=True)
        for name in names:
            shutil.copy(ROOT / "tests" / "gold" / split / "marked" / f"{name}.txt", root / "gold" / split / "marked")
    done = istikhraj("gold", "build", str(root / "gold"), "--texts", str(root / "texts"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "train: 2 documents\ndev: 1 documents\n"
    return root


def test_build_and_check(corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus, tmp_path, dirs_exist_ok=True)
    folder, texts = str(tmp_path / "gold"), ("--texts", str(tmp_path / "texts"))
    done = istikhraj("gold", "check", folder, *texts)
    assert done.returncode == 0, done.stderr
    assert "| documents | 2 | 1 | 3 |" in done.stdout
    assert "is sound" in done.stdout
    (tmp_path / "gold" / "train" / "marked" / "bad.txt").write_text("[[ألف|FIRM|alef]]", "utf-8")
    built = istikhraj("gold", "build", folder, *texts)
    assert built.returncode == 1
    assert "unknown label FIRM" in built.stdout
    (tmp_path / "texts" / f"{DOCS['dev'][0]}.txt").write_text("", "utf-8")
    checked = istikhraj("gold", "check", folder, *texts)
    assert checked.returncode == 1
    assert "is not the text of c01" in checked.stdout
    assert "bad.txt has no stored form" in checked.stdout


def test_the_card_holds_the_table(corpus: Path, tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text("# Card\n<!-- statistics -->\nold\n<!-- /statistics -->\nend\n", "utf-8")
    texts = ("--texts", str(corpus / "texts"))
    assert istikhraj("gold", "check", str(corpus / "gold"), *texts, "--card", str(card)).returncode == 0
    written = card.read_text("utf-8")
    assert "old" not in written
    assert "| documents | 2 | 1 | 3 |\n" in written
    assert written.endswith("<!-- /statistics -->\nend\n")
    done = istikhraj("gold", "sameness", str(corpus / "gold"), "--card", str(card))
    assert done.returncode == 2
    assert "no block <!-- sameness -->" in done.stderr


def test_a_test_split_of_known_names_fails(corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus, tmp_path, dirs_exist_ok=True)
    marked = tmp_path / "gold" / "test" / "marked"
    marked.mkdir(parents=True)
    (marked / "t.txt").write_text("من [[لندن|GPE|london]]", "utf-8")
    folder, texts = str(tmp_path / "gold"), ("--texts", str(tmp_path / "texts"))
    assert istikhraj("gold", "build", folder, *texts).returncode == 0
    done = istikhraj("gold", "check", folder, *texts)
    assert done.returncode == 1
    assert "test: 0.000 of its distinct names never occur in train, expected at least 0.333" in done.stdout


def test_lint_asks_and_never_fails(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("اشترت [[غوغل|ORG|google-inc]] أسهم غوغل مقابل 5 ملايين دولار", "utf-8")
    done = istikhraj("gold", "lint", str(tmp_path), "--beside", str(corpus / "gold"))
    assert done.returncode == 0
    for kind in (
        "id: «غوغل» ORG google-inc",
        "unmarked: «غوغل»",
        "value: MONEY USD:5000000",
        "ids: «غوغل» ORG: google in",
    ):
        assert f"x line {0 if kind.startswith('ids') else 1}: {kind}" in done.stdout


def test_sameness_with_raw_news(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    done = istikhraj("gold", "sameness", str(corpus / "gold"))
    assert done.returncode == 0
    assert "near-duplicate sentences of two documents, names masked: 0" in done.stdout
    assert "| distinct 4-grams in " in done.stdout
    news = tmp_path / "news.jsonl"
    news.write_text('{"text": "%s"}\n' % ("هطلت الأمطار على شمال البلاد يوم أمس " * 100) * 12, "utf-8")
    told = istikhraj("gold", "sameness", str(corpus / "gold"), "--against", str(news))
    assert told.returncode == 0, told.stderr
    assert "ours or raw news, as it stands" in told.stdout


def test_agreement(corpus: Path, tmp_path: Path) -> None:
    name = DOCS["dev"][0]
    marked = (corpus / "gold" / "dev" / "marked" / f"{name}.txt").read_text("utf-8")
    (tmp_path / f"{name}.txt").write_text(marked.replace("|ORG|", "|FAC|", 1), "utf-8")
    done = istikhraj("gold", "agreement", str(corpus / "gold"), str(tmp_path), "--differences")
    assert done.returncode == 0, done.stderr
    assert f"{name} at 99: only the second: FAC «الرصيف الرقمي» raseef-raqami" in done.stdout
    assert "33% of 3" in done.stdout
    assert "| spans | 1.000 |" in done.stdout


@pytest.mark.parametrize(
    ("to", "files"),
    [
        ("iob", {"train.iob", "dev.iob"}),
        ("docbin", {"train.spacy", "dev.spacy"}),
        ("csv", {"documents.csv", "mentions.csv", "relations.csv"}),
        ("parquet", {"documents.parquet", "mentions.parquet", "relations.parquet"}),
    ],
)
def test_export(corpus: Path, tmp_path: Path, to: str, files: set[str]) -> None:
    done = istikhraj("gold", "export", str(tmp_path), "--to", to, "--gold", str(corpus / "gold"))
    assert done.returncode == 0, done.stderr
    assert {file.name for file in tmp_path.iterdir()} == files
    assert all(file in done.stdout for file in files)
    if to == "parquet":
        import pandas as pd

        from pipeline import load_gold

        mentions = load_gold(corpus / "gold")["mentions"]
        assert pd.read_parquet(tmp_path / "mentions.parquet")["surface"].tolist() == mentions["surface"].tolist()
    if to == "iob":
        tags = [
            line.split("\t")[1] for line in (tmp_path / "train.iob").read_text("utf-8").splitlines() if "\t" in line
        ]
        entities = load_count(corpus)
        assert sum(tag.startswith("B-") for tag in tags) == entities


def load_count(corpus: Path) -> int:
    from pipeline.evaluate.gold import read_gold

    return sum(len(doc.entities) for doc in read_gold(corpus / "gold" / "train"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("build", "OUT"), "no marked documents"),
        (("check", "OUT"), "no gold documents"),
        (("lint", "OUT"), "no gold documents"),
        (("sameness", "OUT"), "no gold documents"),
        (("agreement", "OUT", "OUT"), "no gold documents"),
        (("export", "OUT", "--to", "xml"), "expected iob or docbin or csv or parquet"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = istikhraj("gold", *(argument.replace("OUT", str(tmp_path)) for argument in arguments))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
