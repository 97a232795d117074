"""What the CRF sees of a token: attributes of the word itself, and columns of symbols that stand beside each other.

In: a board with the names that the rules have found, and the values. Out: for each distinct word its attributes (`attributes`) and
its class (`word_class`); for each token symbols in the columns of `COLUMNS` (`columns`). `TEMPLATES` says which symbols make a feature together.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pipeline.ner.lexicon import COMMON, UNSEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.core.spans import Mention, Token
    from pipeline.ner.board import Board
    from pipeline.ner.lexicon import Word

# word: its spelling key · cls: what the lexicon knows of it · rule, value: what the rules say · near: what they say of the same word
# elsewhere in the document · head: the last head noun before it · quote: its place in a short quotation or bracket
COLUMNS = ("word", "cls", "rule", "value", "near", "head", "quote")
EDGE = "<>"  # beyond the sentence
NONE = "-"
_R, _C, _W = ("rule", 0), ("cls", 0), ("word", 0)
TEMPLATES: tuple[tuple[tuple[str, int], ...], ...] = (
    (_R,), (("rule", -1),), (("rule", 1),), (("rule", -1), _R), (_R, ("rule", 1)), (_R, _C), (_R, _W), (_R, ("cls", -1)), (_R, ("cls", 1)),
    (_R, ("word", -1)), (_R, ("near", 0)), (_R, ("quote", 0)), (_R, ("head", 0)),
    (("value", 0),), (("value", -1),), (("value", 1),), (("value", 0), _R),
    (("near", 0),), (("near", 0), _C), (("near", -1),), (("near", 1),),
    (("head", 0),), (("head", 0), _C), (("quote", 0),), (("quote", 0), _C), (("quote", 0), ("head", 0)),
    (("cls", -1), _C), (_C, ("cls", 1)), (("cls", -1), _C, ("cls", 1)), (("cls", -2), ("cls", -1), _C),
    (("word", -1), _W), (_W, ("word", 1)), (("word", -1), _C), (("word", 1), _C), (("word", -2), ("word", -1)),
)  # fmt: skip
_EVEN_SILENT = ((_R, _C), (_R, ("near", 0)))
# The places in a template of the columns one of which must say something.
SAYING: dict[int, tuple[int, ...]] = {
    number: saying
    for number, template in enumerate(TEMPLATES)
    if template not in _EVEN_SILENT
    and (saying := tuple(k for k, pair in enumerate(template) if pair[0] not in ("word", "cls")))
}
# Which attributes of a word are seen from a token so far before or after it, by their first letter.
SLOTS: dict[int, str] = {-3: "hru", -2: "whruk", -1: "wskchrgufx", 0: "", 1: "wskchrgufx", 2: "whruk", 3: "hru"}
_LONGEST_QUOTE = 6
_REACH = 4  # tokens from a head noun to its name
_SHAPES = ((re.compile("[A-Z]+"), "A"), (re.compile("[a-z]+"), "a"), (re.compile("[0-9]+"), "9"))
_SIGNS = "\"'«»“”‘’()[]،,.:؛؟!-–—/"


class Kind(NamedTuple):
    """A distinct word: what one needs to look up what is known of it."""

    norm: str
    stem: str
    kind: str
    raw: str  # of Latin words only: their letter case tells


def kind_of(token: Token, text: str) -> Kind:
    """The distinct word of a token."""
    return Kind(token[4], token[5], token[6], text[token[1] : token[2]] if token[6] == "latin" else "")


def clitics(kind: Kind) -> str:
    """The proclitics of a word.

    >>> clitics(Kind("وبالصين", "الصين", "word", "")), clitics(Kind("للصين", "الصين", "word", ""))
    ('وب', 'ل')
    """
    norm, stem = kind.norm, kind.stem
    if norm == stem:
        return ""
    return norm[: -len(stem)] if norm.endswith(stem) else norm[: norm.find("لل") + 1]


def shape(raw: str) -> str:
    """The letter cases and digits of a word.

    >>> shape("GPT-5"), shape("OpenAI")
    ('A-9', 'AaA')
    """
    for pattern, sign in _SHAPES:
        raw = pattern.sub(sign, raw)
    return raw[:6]


def _frequency(word: Word) -> str:
    return "c" if word.log10 > -4 else "m" if word.log10 > COMMON else "r" if word.log10 > UNSEEN else "u"


def word_class(kind: Kind, word: Word) -> str:
    """What the lexicon knows of a word, in one symbol."""
    if kind.kind != "word":
        if kind.kind == "latin":
            return f"L{shape(kind.raw)}"
        return kind.norm if kind.norm in _SIGNS else kind.kind
    before = clitics(kind)
    sign = "" if not before else "+" if before in "وف" else "="
    if word.head is not None:
        return f"{sign}h.{word.head[0]}.{word.head[1]}{'.a' if word.article else ''}"
    known = word.role or word.use or word.given
    if known:
        return f"{sign}{known}"
    return f"{sign}{'a' if word.article else 'v' if word.verb else 'i' if word.inflected else 'n'}{_frequency(word)}"


def attributes(kind: Kind, word: Word) -> list[str]:
    """What a token is in itself; the first letter says what kind of attribute it is."""
    key = word.key or kind.norm
    found = ["b", f"w{key}", f"k{kind.kind}", f"x{word_class(kind, word)}", f"c{clitics(kind)}"]
    if kind.kind == "word":
        bare = key[2:] if word.article else key
        found += [
            f"p{key[:2]}",
            f"p{key[:3]}",
            f"p{key[:4]}",
            f"e{key[-2:]}",
            f"s{key[-3:]}",
            f"e{key[-4:]}",
            f"q{bare}",
            f"q{bare[:3]}",
        ]
        found += [
            f"l{min(len(key), 9)}",
            f"f{max(-7, round(word.log10))}",
            f"a{word.article:d}{word.verb:d}{word.inflected:d}{word.plain:d}",
        ]
        found += [f"t{key[at : at + 3]}" for at in range(1, len(key) - 3)] if word.log10 < COMMON else []
    elif kind.kind == "latin":
        low = kind.norm
        found += [f"k{shape(kind.raw)}", f"p{low[:3]}", f"e{low[-3:]}", f"l{min(len(low), 9)}"]
    elif kind.kind == "number":
        found.append(f"l{len(kind.norm)}")
    for sign, value in (
        ("r", word.role),
        ("g", word.given),
        ("u", word.use),
        ("v", word.suffix),
        ("v", "letter" if word.letter else ""),
    ):
        if value:
            found.append(sign + value)
    if word.head is not None:
        found += [f"h{word.head[0]}", f"h{word.head[0]}.{word.head[1]}"]
    return found


def seen_from(slot: int, attribute: str) -> bool:
    """Whether an attribute is seen from a token so far away."""
    return not slot or attribute[0] in SLOTS[slot]


def columns(board: Board, values: Sequence[Mention]) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """The columns rule, value, near, head and quote of a document."""
    n = len(board.tokens)
    rule, value = [NONE] * n, [NONE] * n
    for name in board.names():
        size = name.last - name.first
        for at in range(name.first, name.last + 1):
            place = "S" if not size else "B" if at == name.first else "E" if at == name.last else "I"
            rule[at] = f"{place}.{name.label}.{name.source}"
    for mention in values:
        for at in range(mention.first, mention.last + 1):
            value[at] = f"{'B' if at == mention.first else 'I'}.{mention.label}"
    return rule, value, _near(board), _heads(board), _quotes(board)


def _near(board: Board) -> list[str]:
    """What the rules say of the same word elsewhere in the document, else how often a rare one is there."""
    words, owner = board.words, board.owner
    said: dict[str, Counter[str]] = {}
    often = Counter(word.key for word in words if word.log10 < COMMON and word.kind in ("word", "latin"))
    for at, name in enumerate(owner):
        key = words[at].key
        if name is not None and key in often:
            said.setdefault(key, Counter())[f"{name.label}.{'s' if name.first == name.last else 'p'}"] += 1
    found = []
    for at, word in enumerate(words):
        if word.key not in often or word.kind not in ("word", "latin"):
            found.append(NONE)
        elif word.key in said and owner[at] is None:
            found.append(min(said[word.key].items(), key=lambda pair: (-pair[1], pair[0]))[0])
        else:
            found.append(str(min(often[word.key], 3)))
    return found


def _heads(board: Board) -> list[str]:
    """The last head noun before each token, no farther than some words and no comma between."""
    found = []
    last, label, sentence = -_REACH - 1, "", -1
    for at, (token, word) in enumerate(zip(board.tokens, board.words, strict=True)):
        if token[0] != sentence or (word.kind == "punct" and token[4] in "،,؛:."):
            sentence, last = token[0], -_REACH - 1
        found.append(f"{label}.{at - last}" if at - last <= _REACH else NONE)
        if word.head is not None:
            last, label = at, f"{word.head[0]}.{word.head[1]}"
    return found


def _quotes(board: Board) -> list[str]:
    """The place of each token in a short quotation (q) or bracket (b)."""
    found = [NONE] * len(board.tokens)
    opened = -1
    for at, word in enumerate(board.words):
        if word.kind != "punct":
            continue
        if opened >= 0 and board.is_close(at) and 0 < at - opened - 1 <= _LONGEST_QUOTE and board.joined(opened, at):
            sign = "b" if board.raw(at) in ")]" else "q"
            for inside in range(opened + 1, at):
                place = "S" if at - opened == 2 else "B" if inside == opened + 1 else "E" if inside == at - 1 else "I"
                found[inside] = sign + place
            opened = -1
        elif board.is_open(at):
            opened = at
    return found
