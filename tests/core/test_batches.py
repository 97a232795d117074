from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.aligned import Aligned
from pipeline.core.batches import pack, pack_norm, unpack, unpack_norm
from pipeline.core.schema import LAYER_TYPES
from pipeline.core.spans import Link, Mention, Relation, Sentence, Token

NUMBER = st.integers(0, 2**31 - 1)
TEXT = st.text(max_size=5)
TOKENS = st.builds(Token, NUMBER, NUMBER, NUMBER, NUMBER, TEXT, TEXT, TEXT)
MENTIONS = st.builds(
    Mention,
    NUMBER,
    NUMBER,
    NUMBER,
    NUMBER,
    NUMBER,
    TEXT,
    st.just(0.5),
    TEXT,
    st.none() | TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
)


@given(st.lists(st.lists(TOKENS, max_size=4), max_size=4), st.integers(0, 4))
def test_tokens_come_back_also_from_a_slice(rows: list[list[Token]], at: int) -> None:
    column = pack("tokens", rows)
    assert unpack(column, Token._make) == rows
    assert unpack(column.slice(at), Token._make) == rows[at:]


@given(st.lists(st.lists(MENTIONS, max_size=4), max_size=4))
def test_mentions_come_back_with_their_candidates(rows: list[list[Mention]]) -> None:
    assert unpack(pack("mentions", rows), Mention._make) == rows


def test_tuples_and_layers_have_the_same_fields() -> None:
    for layer, row in (
        ("sentences", Sentence),
        ("tokens", Token),
        ("mentions", Mention),
        ("links", Link),
        ("relations", Relation),
    ):
        assert [field.name for field in LAYER_TYPES[layer].value_type] == list(row._fields)


def test_aligned_texts_come_back() -> None:
    texts = [Aligned("كتب", [0, 2, 4], [2, 4, 6]), Aligned("abc", [], []), Aligned("", [], [])]
    column = pack_norm(texts)
    assert unpack_norm(column) == texts
    assert unpack_norm(column.slice(1)) == texts[1:]
    assert unpack_norm(pack_norm([])) == []
