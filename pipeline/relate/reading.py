"""A sentence as a short row of units: what patterns are matched on.

In: the tokens and mentions of one sentence. Out: `Unit`s. Each mention is one unit whose symbol is its label, each word of
the lexicon one with its symbol, a pronoun written on a word is a unit of its own, and every other word is «_». `flat` keeps
all of them; `phrases` then folds noun phrases («شركة ديب سيك (DeepSeek) الصينية» becomes one ORG, «X وY وZ» one ORG of three
mentions), so that «أطلقت شركة ديب سيك الصينية الناشئة نموذج R1» reads: launch ORG PRODUCT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import LABELS, Mention, Token
from pipeline.relate.lexicon import GENITIVE, OTHER, PRONOUN, SIGNS, Lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED = frozenset(LABELS)
# Which labels a head noun may be folded into.
HEADS = {
    "head.org": frozenset({"ORG"}),
    "head.product": frozenset({"PRODUCT"}),
    "head.gpe": frozenset({"GPE"}),
    "title": frozenset({"PERSON"}),
    "head.date": frozenset({"DATE"}),
    "approx": frozenset({"MONEY", "QUANTITY", "PERCENT", "DATE"}),
    "approx.more": frozenset({"MONEY", "QUANTITY", "PERCENT", "DATE"}),
    "each": NAMED,
}
_WITH_PREPOSITION = {"each": frozenset({"من"}), "approx.more": frozenset({"من", "عن", "علي", "الي"})}
ANAPHORS = {"the.org": "ORG", "the.product": "PRODUCT"}
# Words that can stand for a name, and its label: «الشركة»، «شركته».
REFERRING = {**ANAPHORS, "head.org": "ORG"}
# Words that can stand for one or both of two names said together, and the labels of these (`ordinals`).
PLACED = frozenset({"first", "second", "two"})
NAMEABLE = ("ORG", "PRODUCT", "PERSON")
# Words that patterns do not see: they say how the clause is meant (status reads them from the tokens) or nothing at all.
SIGNS_THAT_END = frozenset({".", "؛", ":", "|", "؟"})
UNSEEN = frozenset({"be", "self"})
_OPENERS = frozenset(
    {
        "rel",
        "role",
        "founder",
        "maker",
        "owner",
        "unit",
        "competitor",
        "belong",
        "head.org",
        "head.product",
        "based",
        "he",
    }
)
_AND, _OR = "و", "او"
_JOINERS = frozenset("وف")
_PREPOSITIONS = frozenset("بلك")
_MOST_SOFT = 4
# What may stand in an aside between commas, and how much of it.
_ASIDE = frozenset({OTHER, "DATE", "GPE", "LOC", "FAC", "EVENT"})
_MOST_ASIDE = 5
_MOST_BRACKET = 16


class Unit(NamedTuple):
    """`first` and `last` are token numbers of the document. `mentions` are those of a slot, in order; a slot without any is
    a reference («الشركة»), and `note` names its class. On a pronoun unit `note` is the pronoun.
    """

    symbol: str
    first: int
    last: int
    mentions: tuple[int, ...] = ()
    note: str = ""
    classes: frozenset[str] = frozenset()


class Sources(NamedTuple):
    """The document that units point into: raw text, its tokens and mentions, and what each mention refers to."""

    text: str
    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    ids: Sequence[str | None]


def flat(doc: Sources, lexicon: Lexicon, *, span: tuple[int, int], inside: Sequence[int]) -> list[Unit]:
    """The units of the tokens `span[0]:span[1]`; `inside` are the numbers of the mentions there, in order."""
    units: list[Unit] = []
    text, tokens = doc.text, doc.tokens
    waiting = list(reversed(inside))
    token = span[0]
    while token < span[1]:
        if waiting and doc.mentions[waiting[-1]].first <= token:
            number = waiting.pop()
            mention = doc.mentions[number]
            if mention.start > tokens[token].start:
                _proclitics(units, lexicon, token, text[tokens[token].start : mention.start])
            _add_mention(units, doc, number)
            token = max(token, mention.last + (not waiting or doc.mentions[waiting[-1]].first > mention.last))
            continue
        _add_token(units, lexicon, token, tokens[token], text)
        token += 1
    return units


def _proclitics(units: list[Unit], lexicon: Lexicon, token: int, letters: str) -> None:
    for letter in letters:
        if letter in _JOINERS:
            units.append(Unit(_AND, token, token))
        elif letter in _PREPOSITIONS:
            word = lexicon.words.get(letter)
            if word is not None:
                units.append(Unit(word.symbol, token, token, classes=word.classes))


def _add_token(units: list[Unit], lexicon: Lexicon, number: int, token: Token, text: str) -> None:
    if token.stem_start > token.start:
        _proclitics(units, lexicon, number, text[token.start : token.stem_start])
    if token.kind == "word":
        word = lexicon.find(token.stem, text[token.end - 1])
        if word is None:
            if token.stem == "و":
                units.append(Unit(_AND, number, number))
            elif token.stem not in lexicon.particles:
                units.append(Unit(OTHER, number, number, note="the" if token.stem.startswith("ال") else ""))
        elif "he" in word.classes:
            units.append(Unit(PRONOUN, number, number, note="ها" if token.stem == "هي" else "ه", classes=word.classes))
        elif not word.classes & UNSEEN:
            units.append(
                Unit(
                    word.symbol, number, number, classes=word.classes, note="the" if token.stem.startswith("ال") else ""
                )
            )
            if word.pronoun:
                units.append(Unit(PRONOUN, number, number, note=word.pronoun))
    elif token.kind in ("punct", "symbol"):
        sign = SIGNS.get(token.norm)
        if sign is not None:
            units.append(Unit(sign, number, number))
    else:
        units.append(Unit(GENITIVE if token.norm == GENITIVE else OTHER, number, number))


def _add_mention(units: list[Unit], doc: Sources, number: int) -> None:
    """Adds a mention, or folds it into the one before when it is its other spelling: «ديب سيك DeepSeek», «ديب سيك (DeepSeek)»."""
    mention = doc.mentions[number]
    bracket = len(units) > 1 and units[-1].symbol == "("
    if units and (bracket or units[-1].mentions):
        before = units[-2] if bracket else units[-1]
        same = before.symbol == mention.label and before.mentions and doc.ids[before.mentions[-1]] == doc.ids[number]
        if same and doc.ids[number] is not None:
            units[-2 if bracket else -1] = before._replace(last=mention.last)
            if bracket:
                units[-1] = Unit("(", mention.last, mention.last, note="alias")
            return
    units.append(Unit(mention.label, mention.first, mention.last, (number,)))


def without_aliases(units: Sequence[Unit]) -> list[Unit]:
    """The units without the empty brackets that folded spellings leave behind."""
    kept: list[Unit] = []
    skip = False
    for unit in units:
        if skip and unit.symbol == ")":
            skip = False
        elif unit.symbol == "(" and unit.note == "alias":
            skip = True
        else:
            skip = False
            kept.append(unit)
    return kept


def phrases(units: Sequence[Unit], tokens: Sequence[Token]) -> list[Unit]:
    """The units with heads, modifiers, brackets and lists folded into their name."""
    out: list[Unit] = []
    i = 0
    while i < len(units):
        unit, end = units[i], i + 1
        headed = _headed(units, i) if unit.classes else None
        if headed is not None:
            unit, end = headed
        elif unit.classes:
            unit, end = _reference(units, i)
            if (
                unit.note.startswith("the.")
                and len(out) > 1
                and out[-1].symbol == "،"
                and out[-2].symbol == unit.symbol
                and out[-2].mentions
            ):
                # «زفير 12، التوربين الذي …»: the noun repeats the name.
                del out[-1]
                unit = out.pop()
        if unit.symbol in NAMED:
            end = _modifiers(units, end)
            _append_name(out, unit)
        else:
            out.append(unit)
        i = end
    return out


def _headed(units: Sequence[Unit], i: int) -> tuple[Unit, int] | None:
    """A head noun with the name it heads, and where it ends: «شركة التجارة الإلكترونية الإماراتية زمردة»."""
    head = units[i]
    if head.classes.isdisjoint(HEADS):
        return None
    labels = frozenset[str]().union(*(HEADS[name] for name in head.classes if name in HEADS))
    if not labels:
        return None
    soft = 0
    for j in range(i + 1, len(units)):
        unit = units[j]
        if unit.symbol in labels:
            return Unit(unit.symbol, head.first, unit.last, unit.mentions, unit.note), j + 1
        if unit.symbol in (PRONOUN, "NORP", "QUANTITY") or (unit.symbol == _AND and units[j - 1].note == "the"):
            continue
        # «كل من X»، «أكثر من …»، «ما يصل إلى …»
        of = any(
            name in head.classes and not unit.classes.isdisjoint(words) for name, words in _WITH_PREPOSITION.items()
        )
        if not of and unit.symbol != OTHER and not any(HEADS[name] & labels for name in unit.classes & HEADS.keys()):
            return None
        soft += 1
        if soft > (1 if "each" in head.classes else _MOST_SOFT):
            return None
    return None


def _reference(units: Sequence[Unit], i: int) -> tuple[Unit, int]:
    """«الشركة», «التطبيق», «شركته»: a slot whose name was said before."""
    unit = units[i]
    if unit.classes.isdisjoint(REFERRING):
        return unit, i + 1
    after = units[i + 1].symbol if i + 1 < len(units) else ""
    for name, label in ANAPHORS.items():
        # «المؤسسة والرئيسة التنفيذية»: a founder, not an institution.
        if name in unit.classes and not ("founder" in unit.classes and after == _AND):
            return Unit(label, unit.first, unit.last, (), name), i + 1
    if "head.org" in unit.classes and i + 1 < len(units) and units[i + 1].symbol == PRONOUN:
        return Unit("ORG", unit.first, unit.last, (), "his.org"), i + 2
    return unit, i + 1


def _modifiers(units: Sequence[Unit], i: int) -> int:
    """The end of what follows a name inside its phrase: nationality, definite adjectives, brackets."""
    adjectives = 0
    while i < len(units):
        unit = units[i]
        if unit.symbol == "(":
            close = next((j for j in range(i + 1, min(i + _MOST_BRACKET, len(units))) if units[j].symbol == ")"), -1)
            if close < 0:
                return i
            i = close + 1
        elif unit.symbol == "NORP" or (unit.symbol == OTHER and unit.note == "the" and adjectives < 2):
            adjectives += 1
            i += 1
        else:
            return i
    return i


def _append_name(out: list[Unit], unit: Unit) -> None:
    """Appends a name; joined to the name before it by و, or a list with commas that ends in و, they become one unit."""
    if (
        len(out) > 1
        and out[-1].symbol in (_AND, _OR)
        and out[-2].symbol == unit.symbol
        and out[-2].mentions
        and unit.mentions
    ):
        unit = _joined(out[-2], unit)
        del out[-2:]
        while len(out) > 1 and out[-1].symbol == "،" and out[-2].symbol == unit.symbol and out[-2].mentions:
            unit = _joined(out[-2], unit)
            del out[-2:]
    elif _same_preposition(out, unit):
        unit = _joined(out[-3], unit)
        del out[-3:]
    elif unit.symbol == "PRODUCT" and len(out) > 1:
        # «400 روبوت من طراز نملة»: what is counted is the product.
        for back in (2, 3):
            if len(out) >= back and out[-back].symbol == "QUANTITY" and "من" in out[1 - back].classes:
                if back == 2 or out[-1].classes & {"version", "head.product"}:
                    unit = unit._replace(first=out[-back].first)
                    del out[-back:]
                break
    out.append(unit)


def _joined(before: Unit, after: Unit) -> Unit:
    return Unit(after.symbol, before.first, after.last, (*before.mentions, *after.mentions))


def _same_preposition(out: Sequence[Unit], unit: Unit) -> bool:
    """«من مايكروسوفت ومن إنفيديا»."""
    if len(out) < 4 or "prep" not in out[-1].classes or out[-2].symbol != _AND or not unit.mentions:
        return False
    return out[-3].symbol == unit.symbol and bool(out[-3].mentions) and out[-4].symbol == out[-1].symbol


class Segment(NamedTuple):
    """A clause: the units of a sentence without its parentheses, or one parenthesis after the name that it explains."""

    units: list[Unit]
    inner: bool


def openers(lexicon: Lexicon) -> frozenset[str]:
    """The classes that open a parenthesis after a name: what modifies it."""
    return _OPENERS | {name for name in lexicon.symbols if name.endswith(".p")}


def _opens(units: Sequence[Unit], i: int, opening: frozenset[str]) -> bool:
    """Whether a parenthesis begins here, after «name ،»: «المدعومة من»، «التي»، «ومقرها»، «مؤسس»."""
    if i < len(units) and units[i].symbol == _AND:
        i += 1
        return i < len(units) and bool(units[i].classes & {"hq", "he"})
    return i < len(units) and bool(units[i].classes & opening)


def _aside(units: Sequence[Unit], i: int) -> int:
    """Where an aside of time or manner between commas ends, 0 where there is none: «أعلنت X، أمس الثلاثاء، إطلاق»."""
    for j in range(i + 1, min(i + 2 + _MOST_ASIDE, len(units))):
        unit = units[j]
        if unit.symbol == "،":
            after = units[j + 1].symbol if j + 1 < len(units) else "."
            return 0 if j == i + 1 or after in (_AND, _OR, ".", "،") else j + 1
        if unit.symbol not in _ASIDE and "prep" not in unit.classes:
            return 0
        if j == i + 1 and not (unit.symbol == "DATE" or "prep" in unit.classes or unit.symbol == OTHER):
            return 0
    return 0


def segments(units: list[Unit], opening: frozenset[str]) -> list[Segment]:
    """The main clause, then each parenthesis with its name in front.

    «X، المدعومة من Y، أطلقت Z» becomes «X أطلقت Z» and «X، المدعومة من Y».
    """
    main: list[Unit] = []
    inner: list[Segment] = []
    i = 0
    while i < len(units):
        aside = _aside(units, i) if units[i].symbol == "،" and main else 0
        if aside:
            i = aside
            continue
        if units[i].symbol == "،" and main and main[-1].symbol in NAMED and _opens(units, i + 1, opening):
            end = next((j for j in range(i + 1, len(units)) if units[j].symbol in ("،", "؛", ".")), len(units))
            comma = 0 if "rel" not in units[i + 1].classes else 1
            # «التي طورتها Y، ومقرها Z»: a seat is of the company beside it.
            beside = units[i - 1].symbol == "ORG" and main[-1].symbol != "ORG"
            inner.append(Segment([units[i - 1] if beside else main[-1], *units[i + comma : end]], True))
            i = end
            if i < len(units) and units[i].symbol == "،":
                after = units[i + 1] if i + 1 < len(units) else None
                if _opens(units, i + 1, opening) or (after is not None and after.symbol == _AND):
                    continue_list = _opens(units, i + 1, opening)
                    if not continue_list:
                        main.append(units[i])
                        i += 1
                    continue
                i += 1
            continue
        main.append(units[i])
        i += 1
    return [Segment(main, False), *inner]
