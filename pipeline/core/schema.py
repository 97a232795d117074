"""Every Arrow schema of the project: the layers that stages append and the tables that people query.

SCHEMA_VERSION goes up whenever a column of a table changes its name, type or meaning.
"""

import pyarrow as pa

SCHEMA_VERSION = 2

_i32, _str, _f32 = pa.int32(), pa.string(), pa.float32()


def _fields(*columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, bool]) -> list[pa.Field]:
    return [pa.field(*column) for column in columns]


def _rows(*columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, bool]) -> pa.ListType:
    return pa.list_(pa.field("item", pa.struct(_fields(*columns)), nullable=False))


SPAN = (("start", _i32, False), ("end", _i32, False))

# --- layers: one row is one document, an annotation is a column --------------------------------------------------------

DOCUMENTS = pa.schema(
    _fields(
        ("doc_id", _str, False),
        ("source", _str, False),
        ("url", _str),
        ("title", _str),
        ("published_at", _str),
        ("lang", _str),
        ("encoding", _str),
        ("n_chars", _i32, False),
        ("text", _str, False),
        ("text_sha256", _str, False),
    )
)

LAYER_TYPES: dict[str, pa.DataType] = {
    "norm": pa.struct(
        _fields(("text", _str, False), ("starts", pa.list_(_i32), False), ("ends", pa.list_(_i32), False))
    ),
    "sentences": _rows(*SPAN),
    "tokens": _rows(
        ("sentence", _i32, False),
        *SPAN,
        ("stem_start", _i32, False),
        ("norm", _str, False),
        ("stem", _str, False),
        ("kind", _str, False),
    ),
    "mentions": _rows(
        ("sentence", _i32, False),
        *SPAN,
        ("first", _i32, False),
        ("last", _i32, False),
        ("label", _str, False),
        ("score", _f32, False),
        ("source", _str, False),
        ("value", _str),
        ("candidates", pa.list_(_str), False),
    ),
    "hints": _rows(
        ("subject", _i32, False), ("object", _i32, False), ("predicate", _str, False), ("score", _f32, False)
    ),
    "links": _rows(("entity_id", _str), ("link_score", _f32, False), ("link_method", _str, False)),
    "relations": _rows(
        ("subject_mention", _i32, False),
        ("object_mention", _i32, False),
        ("subject_id", _str, False),
        ("predicate", _str, False),
        ("object_id", _str),
        ("object_value", _str),
        ("status", _str, False),
        ("speaker_mention", _i32),
        ("speaker_id", _str),
        ("sentence", _i32, False),
        *SPAN,
        ("cue_start", _i32),
        ("cue_end", _i32),
        ("qualifier", _str),
        ("score", _f32, False),
        ("rule", _str, False),
    ),
}


def layer(*names: str) -> pa.Schema:
    """The schema of some layers, for `Stage.writes`."""
    return pa.schema([pa.field(name, LAYER_TYPES[name], nullable=False) for name in names])


# --- tables: flat, one row is one annotation --------------------------------------------------------------------------

_KEY = ("doc_id", _str, False)


def _flat(layer_name: str) -> list[pa.Field]:
    return list(LAYER_TYPES[layer_name].value_type)


def _pick(layer_name: str, *names: str) -> list[pa.Field]:
    fields = {field.name: field for field in _flat(layer_name)}
    return [fields[name] for name in names]


TABLES: dict[str, pa.Schema] = {
    "documents": pa.schema([*DOCUMENTS, pa.field("duplicate_of", _str)]),
    "sentences": pa.schema([*_fields(_KEY, ("sentence", _i32, False)), *_flat("sentences")]),
    "tokens": pa.schema([*_fields(_KEY, ("token", _i32, False)), *_flat("tokens")]),
    "mentions": pa.schema(
        [
            *_fields(_KEY, ("mention", _i32, False)),
            *_pick("mentions", "sentence", "start", "end"),
            pa.field("surface", _str, False),
            *_pick("mentions", "label", "score", "source"),
            *_pick("links", "entity_id"),
            *_pick("mentions", "value"),
            *_pick("links", "link_score", "link_method"),
        ]
    ),
    "relations": pa.schema([*_fields(_KEY, ("relation", _i32, False)), *_flat("relations")]),
    "entities": pa.schema(
        _fields(
            ("entity_id", _str, False), ("label", _str, False), ("name_en", _str), ("name_ar", _str), ("qid", _str),
            ("is_nil", pa.bool_(), False), ("n_mentions", pa.int64(), False), ("n_docs", pa.int64(), False), ("same_as", _str),
        )
    ),
    "aliases": pa.schema(
        _fields(
            ("entity_id", _str, False), ("alias", _str, False), ("script", _str, False), ("source", _str, False),
            ("n_mentions", pa.int64(), False), ("first_doc_id", _str, False),
        )
    ),
    "triples": pa.schema(
        _fields(
            ("subject_id", _str, False), ("predicate", _str, False), ("object", _str, False), ("property", _str),
            ("status", _str, False), ("n_docs", pa.int64(), False), ("n_statements", pa.int64(), False),
            ("first_doc_id", _str, False), ("last_doc_id", _str, False), ("contradicted", pa.bool_(), False),
        )
    ),
    "contradictions": pa.schema(
        _fields(
            ("subject_id", _str, False), ("predicate", _str, False), ("kind", _str, False), ("object", _str, False),
            ("status", _str, False), ("n_docs", pa.int64(), False), ("doc_id", _str, False), ("sentence", _str, False),
            ("other_object", _str, False), ("other_status", _str, False), ("other_n_docs", pa.int64(), False),
            ("other_doc_id", _str, False), ("other_sentence", _str, False),
        )
    ),
    "rejects": pa.schema(_fields(_KEY, ("source", _str, False), ("stage", _str, False), ("error", _str, False))),
}  # fmt: skip
