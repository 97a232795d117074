"""Amounts: MONEY, PERCENT and QUANTITY.

In: a `Reading` and the place of a number, a sign or a currency. Out: `Found`, or None where nothing is counted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pipeline.ner.values.counted import known_noun, unknown_noun
from pipeline.ner.values.numbers import add_fraction, read_number, text_of
from pipeline.ner.values.reading import DASHES, Found
from pipeline.ner.values.series import series, values

if TYPE_CHECKING:
    from pipeline.ner.values.numbers import Number
    from pipeline.ner.values.reading import Reading
    from pipeline.ner.values.words import Lexicon

_SCALES = frozenset({"scale", "scales"})


class Money(NamedTuple):
    """A currency up to the token before `end`; `share` is how much of the main unit its word is (a cent is 1/100)."""

    end: int
    code: str
    share: Fraction = Fraction(1)


class Amounts:
    """The grammar of amounts over a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._currencies = lexicon.currencies

    def __call__(self, r: Reading, i: int) -> Found | None:
        """The amount that begins at token i."""
        word = r.words[i]
        if word.sign or word.sign_tails:
            return self._signed(r, i)
        if word.percent:
            return _percent_first(r, i)
        if word.kind == "measure":  # 16GB
            return (
                Found(i, i, "QUANTITY", f"QTY:{text_of(word.amount)}:{word.one}") if word.one and word.amount else None
            )
        if word.family:
            return self._few(r, i)
        before = r.words[i - 1] if i else None
        if not word.kind or (before is not None and before.kind == "fraction" and word.kind in _SCALES):
            return None
        if before is not None and before.ordinal and word.amount == 10:  # «السادس عشر»
            return None
        first = read_number(r, i)
        if first is None:
            return None
        if first.vague:  # «مليارات الدولارات»; vague counts of other things are left out
            money = self._currency(r, first.end)
            return Found(i, money.end - 1, "MONEY", f"{money.code}:{first.vague}") if money else None
        chain = series(r, first)
        while chain:
            found = self._with_unit(r, i, chain)
            if found is not None:
                return found
            chain.pop()
        return None

    def _with_unit(self, r: Reading, i: int, chain: list[Number]) -> Found | None:
        """The numbers of a chain with the percentage, currency or noun that follows the last one."""
        last = chain[-1]
        end = percent_end(r, last.end)
        if end:
            return Found(i, end - 1, "PERCENT", "PCT:" + values(chain, thousands=False))
        suffixed = _suffixed(r, last)
        money = self._currency(r, suffixed.end)
        if money is not None:
            last, end = suffixed, money.end
            half = r.joined(end)
            if half > 0 and r.words[half].kind == "fraction":  # «مليون دولار ونصف المليون»
                more = add_fraction(r, half, last.scale)
                if more is not None:
                    end, last = more[0], last._replace(value=last.value + more[1], digits=None)
            return Found(i, end - 1, "MONEY", f"{money.code}:{values([*chain[:-1], last], share=money.share)}")
        if r.role(i - 1, "guard") or not all(map(_counts, chain)):
            return None
        if len(chain) == 1 and r.words[i].kind in ("unit", "scale") and last.value < 3:
            return None
        noun = known_noun(r, last) or (unknown_noun(r, i, last) if len(chain) == 1 else None)
        if noun is None:
            return None
        return Found(i, noun.end - 1, "QUANTITY", f"QTY:{values(chain)}:{noun.name}", noun.score)

    def _currency(self, r: Reading, i: int) -> Money | None:
        """A currency at i, with its adjective; «من الدولارات» after a vague number."""
        word = r.words[i]
        if r.norms[i] == "من" and r.words[i + 1].family and r.words[i + 1].definite:
            i, word = i + 1, r.words[i + 1]
        # «أوقية» is an ounce as well: money only where its country is named.
        if word.family and r.bare(i) and not (word.one and not r.home(word.family, r.tokens[i].start)):
            return self._country(r, i + 1, word.family)._replace(share=word.share)
        return _sign(r, i)

    def _country(self, r: Reading, i: int, family: str) -> Money:
        """What a currency's noun means with the adjective at i, or without one in this document."""
        for words in ((r.norms[i], r.norms[i + 1]), (r.norms[i],)):
            for currency in self._currencies[family]:
                if words in currency.adjectives:
                    return Money(i + len(words), currency.code)
        return Money(i, r.home(family, r.tokens[i - 1].start) or self._currencies[family][0].code)

    def _signed(self, r: Reading, i: int) -> Found | None:
        """$5.6م, USD 5 million, $5-7 مليون, $3.2B."""
        sign = _sign(r, i)
        if sign is None or not r.bare(sign.end):
            return None
        begin, code = sign.end, sign.code
        word = r.words[begin]
        if word.kind == "measure" and word.suffix:
            return Found(i, begin, "MONEY", f"{code}:{text_of(word.amount * word.suffix)}")
        # In «5$ 300» the sign belongs to the number before it.
        taken = i > 0 and r.words[i - 1].kind == "digits" and r.glued(i - 1) and not r.glued(begin - 1)
        first = read_number(r, begin) if word.kind == "digits" and not taken else None
        if first is None:
            return None
        chain = series(r, first)
        if len(chain) > 1 and r.norms[first.end] not in DASHES:
            chain = [first]
        chain[-1] = last = _suffixed(r, chain[-1])
        after = r.words[last.end]
        end = last.end
        if after.family and r.bare(end):
            named = self._country(r, end + 1, after.family)
            end, code = named.end, named.code if named.end > end + 1 else code
        return Found(i, end - 1, "MONEY", f"{code}:{values(chain)}")

    def _few(self, r: Reading, i: int) -> Found | None:
        """«دولار واحد», «دولارين»."""
        word, one = r.words[i], r.words[i + 1]
        if word.definite:
            return None
        money = self._country(r, i + 1, word.family)
        if word.number == "two":
            return Found(i, money.end - 1, "MONEY", f"{money.code}:{text_of(2 * word.share)}")
        if word.share == 1 and one.kind == "unit" and one.amount == 1 and not one.definite and r.bare(i + 1):
            return Found(i, i + 1, "MONEY", f"{money.code}:1")
        return None


def _sign(r: Reading, i: int) -> Money | None:
    """A currency sign or code at i; one of several tokens (د.إ) before one of a single token."""
    word = r.words[i]
    for rest, code in word.sign_tails.items():
        size = len(rest)
        if tuple(r.norms[i + 1 : i + 1 + size]) == rest and all(r.glued(i + k) for k in range(size)):
            return Money(i + 1 + size, code)
    return Money(i + 1, word.sign) if word.sign else None


def percent_end(r: Reading, i: int) -> int:
    """The place after a percentage sign or phrase at i, 0 when there is none."""
    word = r.words[i]
    if word.percent and r.bare(i):
        return i + 1
    for tail in word.percent_tails:
        if tuple(r.norms[i + 1 : i + 1 + len(tail)]) == tail:
            return i + 1 + len(tail)
    return 0


def _percent_first(r: Reading, i: int) -> Found | None:
    """%20."""
    if r.words[i + 1].kind != "digits" or not r.glued(i) or not r.bare(i + 1):
        return None
    number = read_number(r, i + 1)
    return Found(i, number.end - 1, "PERCENT", f"PCT:{text_of(number.value)}") if number else None


def _suffixed(r: Reading, number: Number) -> Number:
    """$5.6م: a letter that stands for a scale, directly after the digits or as an English word."""
    suffix = r.words[number.end].suffix
    if number.scale > 1 or not suffix or not (r.glued(number.end - 1) or len(r.norms[number.end]) > 2):
        return number
    return number._replace(end=number.end + 1, value=number.value * suffix, scale=suffix)


def _counts(number: Number) -> bool:
    """Whether a number is said in full: no dual, no mere fraction."""
    return number.exact and number.value > 0
