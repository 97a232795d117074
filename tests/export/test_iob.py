"""IOB2 and DocBin: the spans come back exactly, whatever the tokeniser thinks of the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.batches import unpack
from pipeline.core.spans import Token
from pipeline.export.docbin import Annotated, docbin
from pipeline.export.iob import Labelled, Tagged, lines, tagged
from pipeline.run.layers import layers

if TYPE_CHECKING:
    from pipeline.config import Config

TEXT = "أعلنت (Alibaba)  ولعلي بابا.\n\nوللصين ٥ رأي\n"


def token(sentence: int, start: int, end: int, stem: int | None = None) -> Token:
    return Token(sentence, start, end, start if stem is None else stem, "", "", "word")


def spans_of(found: Tagged) -> list[tuple[int, int, str, str]]:
    """The spans that the tags say."""
    spans: list[tuple[int, int, str, str]] = []
    for piece, tag, entity_id in zip(found.pieces, found.tags, found.ids, strict=True):
        if tag.startswith("B-"):
            spans.append((piece.start, piece.end, tag[2:], entity_id))
        elif tag.startswith("I-"):
            spans[-1] = (spans[-1][0], piece.end, *spans[-1][2:])
    return spans


@pytest.fixture(scope="module")
def tokens(config: Config) -> list[Token]:
    batch = layers(config, {"x": TEXT}, "tokenise")
    return unpack(batch.column("tokens"), Token._make)[0]


def labelled(*surfaces: tuple[str, str, str]) -> list[Labelled]:
    return [Labelled(TEXT.index(s), TEXT.index(s) + len(s), label, i) for s, label, i in surfaces]


NAMES = labelled(
    ("Alibaba", "ORG", "alibaba"),
    ("علي بابا", "ORG", "alibaba"),
    ("لصين", "GPE", "china"),
    ("٥ رأي", "QUANTITY", "QTY:5:x"),
)


def test_proclitics_are_pieces_of_their_own(tokens: list[Token]) -> None:
    found = tagged(tokens, NAMES)
    assert found.cut == 0
    assert spans_of(found) == NAMES
    assert [TEXT[p.start : p.end] for p in found.pieces] == ["أعلنت", "(", "Alibaba", ")", "ول", "علي", "بابا", ".", "ول", "لصين", "٥", "رأي"]  # fmt: skip
    written = list(lines("x", TEXT, found))
    assert written[0] == "# doc_id = x"
    assert "Alibaba\tB-ORG\t7\t14\talibaba" in written
    assert "بابا\tI-ORG\t23\t27\t_" in written
    assert written.count("") == 2


def test_a_boundary_inside_a_word_is_cut_and_counted() -> None:
    found = tagged([token(0, 0, 6, 2), token(0, 7, 9)], [Labelled(1, 4, "ORG", "a"), Labelled(4, 9, "PRODUCT", "b")])
    assert [piece[1:] for piece in found.pieces] == [(0, 1), (1, 2), (2, 4), (4, 6), (7, 9)]
    assert found.tags == ["O", "B-ORG", "I-ORG", "B-PRODUCT", "I-PRODUCT"]
    assert found.cut == 2


@given(st.data())
def test_any_spans_over_any_tokens_come_back(data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, 60), min_size=2, max_size=20)))
    made = [token(0, a, b, data.draw(st.integers(a, b - 1))) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    inside = sorted({at for t in made for at in range(t.start, t.end)})
    marks = sorted(data.draw(st.sets(st.sampled_from(inside), max_size=8)))
    spans = [Labelled(a, b + 1, "ORG", str(a)) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    assert spans_of(tagged(made, spans)) == spans


def test_docbin_gives_back_text_spans_and_ids(tokens: list[Token]) -> None:
    import spacy
    from spacy.tokens import DocBin

    found = tagged(tokens, NAMES)
    statement = {
        "subject": "alibaba",
        "predicate": "country",
        "object": "china",
        "status": "asserted",
        "line": 1,
        "speaker": None,
    }
    stored = docbin(
        [Annotated("x", TEXT, found, NAMES, [statement]), Annotated("e", "", Tagged([], [], [], 0), [], [])]
    )
    doc, empty = DocBin().from_bytes(stored.to_bytes()).get_docs(spacy.blank("ar").vocab)
    assert doc.text == TEXT
    assert [(e.start_char, e.end_char, e.label_, e.kb_id_) for e in doc.ents] == NAMES
    assert doc.user_data["doc_id"] == "x"
    assert dict(doc.user_data["statements"][0]) == statement
    assert len(list(doc.sents)) == 2
    assert empty.text == ""


def test_a_span_that_no_token_holds_is_named(tokens: list[Token]) -> None:
    with pytest.raises(ValueError, match="docbin: x 8-12"):
        docbin([Annotated("x", TEXT, tagged(tokens, []), [Labelled(8, 12, "ORG", "a")], [])])
