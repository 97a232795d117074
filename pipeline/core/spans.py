"""The rows that travel between stages, as plain tuples.

All offsets are code points of the raw text, half-open: `text[start:end]` is the surface. Token and mention numbers count
from 0 within their document.
"""

from typing import NamedTuple

LABELS = (
    "PERSON", "ORG", "GPE", "LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "NORP", "DATE", "MONEY", "PERCENT", "QUANTITY",
)  # fmt: skip
VALUE_LABELS = frozenset({"DATE", "MONEY", "PERCENT", "QUANTITY"})
STATUSES = ("asserted", "claimed", "planned", "possible", "negated")
TOKEN_KINDS = ("word", "latin", "number", "punct", "symbol", "url")


class Sentence(NamedTuple):
    """A sentence, headline or list item: raw offsets without surrounding white space."""

    start: int
    end: int


class Token(NamedTuple):
    """An orthographic word, number or sign.

    `stem_start` is the raw offset after the proclitics (و ف ب ل ك س, لل), `start` when there are none. `norm` is the
    normalised whole word, `stem` the normalised word after its proclitics with the article restored (للصين: norm
    «للصين», stem «الصين», stem_start at the second lam). `kind` is one of TOKEN_KINDS: word (Arabic letters), latin
    (any Latin letter: DeepSeek-R1, o1), number, punct, symbol (% $ € + and the like), url (addresses, @names, #tags).
    """

    sentence: int
    start: int
    end: int
    stem_start: int
    norm: str
    stem: str
    kind: str


class Mention(NamedTuple):
    """A named entity or value. `first` and `last` are the numbers of its first and last token, both inclusive.

    `value` is the normalised value of a DATE, MONEY, PERCENT or QUANTITY, else None. `candidates` are the entity ids
    that the gazetteer knows for this surface, best first. `source` names the recogniser.
    """

    sentence: int
    start: int
    end: int
    first: int
    last: int
    label: str
    score: float
    source: str
    value: str | None = None
    candidates: tuple[str, ...] = ()


class Link(NamedTuple):
    """What a mention refers to; the links of a document stand in the order of its mentions. Values have entity_id None."""

    entity_id: str | None
    link_score: float
    link_method: str


class Hint(NamedTuple):
    """Two mentions, by their numbers, of which the encoder believes a relation, and its probability."""

    subject: int
    object: int
    predicate: str
    score: float


class Relation(NamedTuple):
    """One statement: who did what, who says so, and is it so.

    `subject_mention`, `object_mention` and `speaker_mention` are numbers of mentions in the document. Exactly one of
    `object_id` and `object_value` is set. `start` and `end` enclose the evidence, `cue_start` and `cue_end` the word
    that decided the status (None where nothing did). `qualifier` keeps a role («الرئيس التنفيذي») in its own words.
    """

    subject_mention: int
    object_mention: int
    subject_id: str
    predicate: str
    object_id: str | None
    object_value: str | None
    status: str
    speaker_mention: int | None
    speaker_id: str | None
    sentence: int
    start: int
    end: int
    cue_start: int | None
    cue_end: int | None
    qualifier: str | None
    score: float
    rule: str
