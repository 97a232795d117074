"""Annotated documents as a spaCy DocBin: entities with their ids, sentences, and the statements in `user_data`.

In: texts with their pieces (see `export.iob`) and spans. Out: a DocBin; `doc.text` is the raw text to the character, so that
offsets stay true. Read it with `DocBin().from_disk(path).get_docs(spacy.blank("ar").vocab)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.export.iob import Labelled, Tagged


class Annotated(NamedTuple):
    """All that a Doc is made of; `statements` are plain dictionaries."""

    doc_id: str
    text: str
    tagged: Tagged
    spans: Sequence[Labelled]
    statements: list[dict[str, Any]]


def docbin(docs: Iterable[Annotated]) -> Any:
    """A DocBin of documents. The id or value of an entity is its `kb_id_`."""
    import spacy
    from spacy.tokens import Doc, DocBin

    vocab = spacy.blank("ar").vocab
    made = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "SENT_START", "SPACY"], store_user_data=True)
    for one in docs:
        forms, spaces, starts = _words(one)
        doc = Doc(vocab, words=forms, spaces=spaces, sent_starts=starts)
        if doc.text != one.text:
            raise ValueError(f"docbin: {one.doc_id}: the tokens do not give back the text")
        doc.set_ents([_span(doc, one, span) for span in one.spans])
        doc.user_data["doc_id"], doc.user_data["statements"] = one.doc_id, one.statements
        made.add(doc)
    return made


def _words(one: Annotated) -> tuple[list[str], list[bool], list[bool]]:
    """Forms, whether a space follows, and whether a sentence begins; white space beyond one space is a token of its own."""
    forms: list[str] = []
    spaces: list[bool] = []
    starts: list[bool] = []
    at, sentence = 0, -1
    for piece in [*one.tagged.pieces, None]:
        gap = one.text[at : piece.start] if piece else one.text[at:]
        if gap.startswith(" ") and forms:
            spaces[-1] = True
            gap = gap[1:]
        if gap:
            forms.append(gap)
            spaces.append(False)
            starts.append(not starts)
        if piece:
            forms.append(one.text[piece.start : piece.end])
            spaces.append(False)
            starts.append(piece.sentence != sentence or not starts)
            at, sentence = piece.end, piece.sentence
    return forms, spaces, starts


def _span(doc: Any, one: Annotated, span: Labelled) -> Any:
    found = doc.char_span(span.start, span.end, label=span.label, kb_id=span.id)
    if found is None:
        raise ValueError(f"docbin: {one.doc_id} {span.start}-{span.end}: no token begins or ends there")
    return found
