"""Which library finds the article on an Arabic web page best? `python -m tests.bench.html` prints a table.

In: the pages of tests/readers/pages, each with its true text beside it. Out: precision, recall and F1 of words, the share of
paragraphs that stand whole on lines of their own, and pages a second, for `pipeline.readers.html` and for every library that is
installed. `pip install justext readability-lxml resiliparse` in a throwaway environment adds the ones that the project does
not need; those that are missing are skipped.

The pages in `unseen` (`--folder tests/readers/pages/unseen`) were written after everything had been decided and measured once;
the others helped to choose the settings.

A true text has one paragraph a line. «# » marks the headline and «? » what a careful reader may count as part of the article
or not (byline, date, caption): such words are right where they are found and not missed where they are not. The headline counts
like that too unless `--headline` is given: some of the libraries leave it out by design.
"""

# mypy: disable-error-code="import-untyped, import-not-found"
from __future__ import annotations

import argparse
import contextlib
import re
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

PAGES = Path(__file__).parent.parent / "readers" / "pages"
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*[\u064b-\u0652]*")
Extractor = Callable[[str], str]


class Page(NamedTuple):
    """A page with its true text: lines, and which of them count when they are missing."""

    name: str
    html: str
    lines: tuple[str, ...]
    required: tuple[bool, ...]

    def headline(self) -> str:
        return self.lines[0]


class Score(NamedTuple):
    """Words found and right, found, and wanted; paragraphs whole and all."""

    right: int
    found: int
    hit: int
    wanted: int
    whole: int
    paragraphs: int

    def figures(self) -> tuple[float, float, float, float]:
        """Precision, recall, F1 of words and the share of whole paragraphs."""
        precision, recall = self.right / max(1, self.found), self.hit / max(1, self.wanted)
        return (
            precision,
            recall,
            2 * precision * recall / max(1e-9, precision + recall),
            self.whole / max(1, self.paragraphs),
        )


def pages(*, headline: bool = False, folder: Path = PAGES) -> list[Page]:
    """The pages, decoded as the readers decode them."""
    from pipeline.readers.html import decode_page

    found = []
    for path in sorted(folder.glob("*.html")):
        lines = path.with_suffix(".txt").read_text("utf-8").splitlines()
        required = tuple(not line.startswith("? ") and (headline or not line.startswith("# ")) for line in lines)
        found.append(
            Page(
                path.stem,
                decode_page(path.read_bytes())[0],
                tuple(line.removeprefix("? ").removeprefix("# ") for line in lines),
                required,
            )
        )
    return found


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def squeezed(line: str) -> str:
    return " ".join("".join(letter for letter in line if letter not in "\u200f\u200e|").split())


def score(page: Page, text: str) -> Score:
    """Compare with the truth; words must stand in the order of the page."""
    truth = [(word, needed) for line, needed in zip(page.lines, page.required, strict=True) for word in words(line)]
    found = words(text)
    blocks = SequenceMatcher(None, [word for word, _ in truth], found, autojunk=False).get_matching_blocks()
    matched = [needed for block in blocks for _, needed in truth[block.a : block.a + block.size]]
    lines = {squeezed(line) for line in text.splitlines()}
    paragraphs = [squeezed(line) for line, needed in zip(page.lines, page.required, strict=True) if needed]
    return Score(
        len(matched),
        len(found),
        sum(matched),
        sum(needed for _, needed in truth),
        sum(p in lines for p in paragraphs),
        len(paragraphs),
    )


def _trafilatura(**options: bool) -> Extractor:
    from trafilatura import extract

    return lambda page: extract(page, include_comments=False, **options) or ""


def _html2txt(page: str) -> str:
    from trafilatura import html2txt

    return str(html2txt(page))


def _justext(page: str, **lengths: int) -> str:
    import justext

    stop = justext.get_stoplist("Arabic")
    return "\n".join(
        paragraph.text
        for paragraph in justext.justext(page.encode(), stop, encoding="utf-8", **lengths)
        if not paragraph.is_boilerplate
    )


def _readability(page: str) -> str:
    from lxml.html import fromstring
    from readability import Document

    tree = fromstring(Document(page).summary())
    blocks = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "br", "blockquote"}
    for element in tree.iter():
        if element.tag in blocks:
            element.tail = "\n" + (element.tail or "")
    return str(tree.text_content())


def _resiliparse(page: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(
        extract_plain_text(page, main_content=True, comments=False, alt_texts=False, links=False, list_bullets=False)
    )


def _ours() -> Extractor:
    from pipeline.config import load
    from pipeline.readers.html import extract

    readers = load().readers
    return lambda page: extract(page, readers.html_skip_lines, readers.html_skip_starts).text


def extractors() -> Iterator[tuple[str, Extractor]]:
    """Every way to extract that is installed here."""
    yield "pipeline.readers.html", _ours()
    options: dict[str, dict[str, bool]] = {
        "": {}, "favor_precision": {"favor_precision": True}, "favor_recall": {"favor_recall": True}, "fast": {"fast": True},
        "fast, favor_precision": {"fast": True, "favor_precision": True}, "fast, favor_recall": {"fast": True, "favor_recall": True},
    }  # fmt: skip
    for name, given in options.items():
        yield f"trafilatura {name}".strip(), _trafilatura(**given)
    for module, name, extractor in (
        ("justext", "justext", _justext),
        ("justext", "justext, short paragraphs", partial(_justext, length_low=40, length_high=100)),
        ("readability", "readability-lxml", _readability),
        ("resiliparse", "resiliparse main_content", _resiliparse),
    ):
        if find_spec(module):
            yield name, extractor
    yield "trafilatura html2txt", _html2txt


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--headline", action="store_true", help="the headline must be found too")
    parser.add_argument("--each", action="store_true", help="F1 of every page")
    parser.add_argument("--folder", type=Path, default=PAGES, help="other pages, each NAME.html with NAME.txt")
    args = parser.parse_args()
    corpus = pages(headline=args.headline, folder=args.folder)
    print(f"{len(corpus)} pages, {sum(len(page.html) for page in corpus) // len(corpus):,} characters each on average")
    print(f"{'':26} {'P':>6} {'R':>6} {'F1':>6} {'worst':>6} {'lines':>6} {'pages/s':>8}")
    for name, extract in extractors():
        scores = []
        for page in corpus:  # load everything that is loaded late
            with contextlib.suppress(Exception):
                extract(page.html)
        start = time.perf_counter()
        texts = []
        for page in corpus:
            try:
                texts.append(extract(page.html))
            except Exception as error:
                texts.append("")
                print(f"  {name}: {page.name}: {type(error).__name__}: {error}")
        seconds = time.perf_counter() - start
        scores = [score(page, text) for page, text in zip(corpus, texts, strict=True)]
        # The mean over pages, so that a long page weighs no more than a short one.
        figures = [sum(column) / len(scores) for column in zip(*(s.figures() for s in scores), strict=True)]
        worst = min(s.figures()[2] for s in scores)
        print(
            f"{name:26} {figures[0]:6.3f} {figures[1]:6.3f} {figures[2]:6.3f} {worst:6.3f} {figures[3]:6.3f} {len(corpus) / seconds:8.1f}"
        )
        if args.each:
            print(
                "    " + ", ".join(f"{page.name} {s.figures()[2]:.2f}" for page, s in zip(corpus, scores, strict=True))
            )


if __name__ == "__main__":
    main()
