"""Numbers that share a unit: ranges and pairs.

In: a `Reading` and its first number. Out: the numbers of the chain, and their values as one text.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.ner.values.numbers import read_number, text_of, year_like
from pipeline.ner.values.reading import DASHES

if TYPE_CHECKING:
    from pipeline.ner.values.numbers import Number
    from pipeline.ner.values.reading import Reading

# Numbers that may share a unit; a list that goes on for pages is no amount.
_MOST = 4


def series(r: Reading, first: Number) -> list[Number]:
    """A number and those joined to it: 100 و200, 5-7, 10 إلى 15. A year is joined to years only."""
    chain = [first]
    while len(chain) < _MOST:
        last = chain[-1]
        joint = r.joined(last.end)
        if joint < 0 and (r.norms[last.end] in DASHES or r.role(last.end, "to")):
            joint = last.end + 1 if r.bare(last.end + 1) else -1
        if joint < 0 or not r.words[joint].kind:
            break
        following = read_number(r, joint)
        if following is None or following.vague or (year_like(last) != year_like(following) and last.value < 1000):
            break
        chain.append(following)
    return chain


def values(chain: list[Number], *, share: Fraction = Fraction(1), thousands: bool = True) -> str:
    """The values of a chain joined by hyphens; a scale at its end serves the numbers before it as well.

    «100 و200 مليون» is 100000000-200000000, «500 ألف ومليون» 500000-1000000. Without `thousands` a lone separator is decimal.
    """
    last = chain[-1]
    parts = []
    for number in chain:
        value = number.value
        if not thousands and number.digits is not None and number.digits.other is not None:
            value = number.digits.other
        if number.scale == 1 and last.scale > 1 and not last.bare_scale and value < 1000:
            value *= last.scale
        parts.append(text_of(value * share))
    return "-".join(parts)
