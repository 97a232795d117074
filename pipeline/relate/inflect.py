"""The forms of a word that stand in text.

In: a stem as a person writes it in words.tsv, and the affix lists of seeds/relations/inflection.toml. Out: its forms,
folded, each with the pronoun that is written on it («» for none). A pronoun is an argument of its own: «أطلقته» is a verb
and an object, «مقرها» a noun and a possessor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Form = tuple[str, str]
Affixes = Mapping[str, Any]

_FOLD = str.maketrans("أإآٱى", "اااا" + "ي")
_WEAK = ("ى", "ي")


def fold(word: str) -> str:
    """The letters that spelling habits confuse, made one. Teh marbuta stays: it tells مؤسسة from مؤسسه.

    >>> fold("أنشأى"), fold("مؤسسة")
    ('انشاي', 'مؤسسة')
    """
    return word.translate(_FOLD)


def _joined(stems: Sequence[str], pronouns: Sequence[str]) -> Iterator[Form]:
    for stem in stems:
        for pronoun in pronouns:
            yield fold(stem + pronoun), pronoun


def past(form: str, affixes: Affixes) -> Iterator[Form]:
    """The past of a verb in all persons, with and without an object pronoun."""
    rules, pronouns = affixes["past"], affixes["pronouns"]
    weak = form[-1] in _WEAK
    stem, key = (form[:-1], "weak_") if weak else (form, "")
    yield from ((fold(stem + end), "") for end in rules[key + "subjects"])
    yield from _joined([stem + end for end in rules[key + "before_pronoun"]], pronouns)


def present(form: str, affixes: Affixes) -> Iterator[Form]:
    """The present of a verb in all persons, its subjunctive and jussive, with and without an object pronoun."""
    rules, pronouns = affixes["present"], affixes["pronouns"]
    weak = form[-1] in (*_WEAK, "و")
    stem, key = (form[1:-1], "weak_") if weak else (form[1:], "")
    for person in rules["persons"]:
        yield from ((fold(person + stem + end), "") for end in rules[key + "subjects"])
        yield from _joined([person + stem + end for end in rules[key + "before_pronoun"]], pronouns)


def noun(stem: str, affixes: Affixes) -> Iterator[Form]:
    """A noun or verbal noun: bare, with the article, in the dual, with a possessor."""
    rules, pronouns = affixes["noun"], (*affixes["pronouns"], *affixes["noun_pronouns"])
    feminine, key = stem.endswith("ة"), "feminine_" if stem.endswith("ة") else ""
    base = stem[:-1] if feminine else stem
    for end in rules[key + "subjects"]:
        yield fold(base + end), ""
        yield fold("ال" + base + end), ""
    if stem.endswith("ء"):
        yield from _joined([stem[:-1] + seat for seat in rules["hamza_before_pronoun"]], pronouns)
    else:
        yield from _joined([base + end for end in rules[key + "before_pronoun"]], pronouns)


def adjective(stem: str, affixes: Affixes) -> Iterator[Form]:
    """An adjective, participle or title in all genders, numbers and states, with a possessor."""
    rules, pronouns = affixes["adjective"], (*affixes["pronouns"], *affixes["noun_pronouns"])
    for end in rules["subjects"]:
        yield fold(stem + end), ""
        yield fold("ال" + stem + end), ""
    yield from _joined([stem + end for end in rules["before_pronoun"]], pronouns)


def preposition(stem: str, affixes: Affixes) -> Iterator[Form]:
    """A preposition with and without its pronoun: على, عليها."""
    yield fold(stem), ""
    base = stem[:-1] + "ي" if stem.endswith("ى") else stem
    yield from _joined([base], (*affixes["pronouns"], *affixes["noun_pronouns"]))
