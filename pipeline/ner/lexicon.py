"""What a word tells about names: heads, roles, given names, version words, and how common it is.

In: seeds/lexicons. Out: `Lexicon`, which answers with one `Word` for each distinct token.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core import tsv
from pipeline.core.spans import TOKEN_KINDS, Token
from pipeline.errors import SeedError
from pipeline.gazetteer.entries import NAME_LABELS
from pipeline.gazetteer.keys import fold, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

REACHES = (
    "outside",
    "made",
    "inside",
    "ministry",
    "body",
    "fund",
    "definite",
    "strict",
    "media",
    "site",
    "agency",
    "market",
    "house",
)
ROLE_KINDS = ("role", "speech", "kin")
GIVEN_KINDS = ("given", "given-common", "family", "particle")
WORD_KINDS = (
    "company",
    "more",
    "trade",
    "joiner",
    "acronym",
    "stop",
    "adjective",
    "unit",
    "actor",
    "owner",
    "place",
    "patronym",
    "launch",
    "compare",
    "language",
    "modal",
    "topic",
    "link",
    "exchange",
)
VERSION_KINDS = ("suffix", "letter")
ACTS = frozenset({"actor", "launch"})  # verbs of companies and countries
_POSSESSIVES = ("ها", "ه", "هم", "هما", "نا")
_ARABIC = ("arab", "persian", "turkish")  # origins of names after which a family name may have the article
_POSSESSED = (
    "ها",
    "ت",
    "تها",
    "هم",
    "تهم",
    "نا",
    "تنا",
)  # after the stem of a role; its own ه is taken for the feminine
_WEAK = ("market", "house")  # heads that are common nouns but for what stands beside them
UNSEEN = -6.3  # below it a word may be a foreign name
COMMON = -5.4  # log10 of the share of running words from which on a word is an everyday word
_IMPERFECT = ("ي", "ت", "ن", "ا")
# Endings and beginnings of Arabic inflection: what looks like this is an unseen form of a word, not a foreign name.
_FUTURES = ("سي", "ست", "سن")
_STEMS = re.compile("(يت|تت|است|مست|يست|تست|نست)...")
_ENDINGS = ("ها", "هم", "هما", "كم", "نا", "وا", "ات", "ته", "تين", "تان", "يه", "تي", "ءا")
_CACHE_SIZE = 200_000


class Word(NamedTuple):
    """What is known of a distinct token. `key` is the spelling key of its stem, `bare` that key without the article and the feminine ending.

    `head` is (label, reach); `suffix` and `letter` are what the word is in a version (برو: pro, آر: r); `log10` is the share of running words, -9 for a word never seen.
    `proclitics` counts the letters before the name that the word may be: a word that the lexicon knows with letters that
    the tokeniser took for proclitics is whole (لابز, and كريس in وكريس). `verb`: both يـ and تـ stand before its rest.
    `inflected`: it begins or ends as verbs and words with pronouns do, and its rest is a known word.
    `article`: it has the article; `plain`: no lexicon knows it for anything but a word.
    """

    key: str
    bare: str
    kind: str
    head: tuple[str, str] | None
    role: str
    given: str
    use: str
    suffix: str
    letter: str
    log10: float
    proclitics: int
    verb: bool
    inflected: bool
    article: bool
    plain: bool


class Lexicon:
    """The lexicons that the names recogniser reads, by spelling key."""

    def __init__(self, folder: Path) -> None:
        self._heads: dict[str, tuple[str, str]] = {}
        for head, label, reach in rows(folder / "heads.tsv", ("head", "label", "reach"), ("", *NAME_LABELS), REACHES):
            for form in _head_forms(head, possessives=reach in ("outside", "made")):
                self._heads.setdefault(plain(form), (label, reach))
        self._roles: dict[str, str] = {}
        self.long_roles: set[tuple[str, ...]] = set()
        for role, kind in rows(folder / "roles.tsv", ("role", "kind"), ROLE_KINDS):
            parts = tuple(_bare(plain(part)) for part in role.split())
            if len(parts) > 1:
                self.long_roles.add(parts)
                continue
            self._roles[parts[0]] = kind
            for ending in _POSSESSED if kind == "role" and len(parts[0]) > 3 else ():  # مستشارها, ناطقته
                self._roles.setdefault(parts[0] + ending, kind)
        self.long_role_ends = {parts[-1] for parts in self.long_roles}
        self._given: dict[str, str] = {}
        self.foreign: set[str] = (
            set()
        )  # given names of other languages, by key: no family name with the article follows
        self.written: set[str] = set()  # given names as they are spelt, to tell علي from على
        for file in ("given_names.tsv", "given_names_latin.tsv"):
            for name, kind, origin in rows(folder / file, ("name", "kind", "origin"), GIVEN_KINDS, None):
                self._given.setdefault(plain(name), kind)
                self.written.add(name)
                if origin not in _ARABIC:
                    self.foreign.add(plain(name))
        self._uses = {plain(word): kind for word, kind in rows(folder / "name_words.tsv", ("word", "kind"), WORD_KINDS)}
        self._suffixes: dict[str, str] = {}
        self._letters: dict[str, str] = {}
        for word, slug, kind in rows(folder / "versions.tsv", ("word", "slug", "kind"), None, VERSION_KINDS):
            (self._suffixes if kind == "suffix" else self._letters)[fold(word)] = slug
        self._shares = {
            stem: float(share)
            for share, stems in rows(folder / "word_frequencies.tsv", ("log10", "stems"), None)
            for stem in stems.split(" ")
        }
        self._words: dict[tuple[str, str, str], Word] = {}

    def words(self, tokens: Sequence[Token]) -> list[Word]:
        """What is known of each token."""
        known, look_up = self._words, self._look_up
        return [known.get(token[4:7]) or look_up(*token[4:7]) for token in tokens]  # norm, stem, kind

    def suffix(self, word: str) -> str:
        """What a word of its own is in a version, "" where it is none.

        >>> from pipeline.config import ROOT
        >>> Lexicon(ROOT / "seeds" / "lexicons").suffix("برو")
        'pro'
        """
        return self._suffixes.get(fold(word), "")

    def is_acronym(self, letters: str) -> bool:
        """Whether Latin letters are an acronym of everyday use: GPS."""
        return any(self._uses.get(plain(letters[:n].upper())) == "acronym" for n in range(3, len(letters) + 1))

    def is_accusative(self, stem: str) -> bool:
        """Whether a word is a known one with the ending of the accusative: نسخا, لغويا."""
        return stem.endswith("ا") and self._shares.get(stem[:-1], -9.0) > (UNSEEN if stem.endswith("يا") else COMMON)

    def _is_verb(self, stem: str) -> bool:
        """Whether a word is known with both prefixes of the imperfect: تؤجر and يؤجر."""
        return stem[:1] in _IMPERFECT and len(stem) > 3 and all(prefix + stem[1:] in self._shares for prefix in "يت")

    def _is_inflected(self, stem: str) -> bool:
        """Whether a word looks like an unseen form of a known one: سيراجعونها, but not سيراوس."""
        shares = self._shares
        if stem[:2] in _FUTURES and len(stem) > 4 and stem[1:] in shares:
            return True
        if _STEMS.match(stem):
            return True
        for ending in _ENDINGS:
            if stem.endswith(ending) and len(stem) > len(ending):
                rest = stem[: -len(ending)]
                if len(rest) < 3 or any(
                    form in shares for form in (rest, rest + "ه", rest + "ي", "ال" + rest, rest[1:], rest[2:])
                ):
                    return True
        return False

    def _look_up(self, norm: str, stem: str, kind: str) -> Word:
        proclitics = len(norm) - len(stem) if norm.endswith(stem) else 0
        key, written = fold(stem), plain(stem)
        if proclitics:
            for letters in range(proclitics):
                rest = plain(norm[letters:])
                is_name = rest in self._given and written not in self._given
                if (letters == 0 or norm[0] in "وف") and (is_name or self._uses.get(rest) in ("company", "more")):
                    proclitics, key, written = letters, fold(norm[letters:]), rest
                    break
        elif (
            norm[0] == "و"
            and norm == stem
            and written not in self._given
            and self._given.get(plain(norm[1:])) == "given"
        ):
            if self._shares.get(stem, -9.0) < COMMON:  # ورشا
                proclitics, key, written = 1, fold(norm[1:]), plain(norm[1:])
        elif norm != stem:
            proclitics = norm.index("لل") + 1 if "لل" in norm[:3] else 0
        if len(self._words) > _CACHE_SIZE:
            self._words.clear()
        short = _bare(written)
        role = self._roles.get(short, "")
        use = self._uses.get(written, "")
        if not use and written.endswith("ا") and self._uses.get(written[:-1]) == "unit":
            use = "unit"  # دولارا
        share = self._shares.get(stem, -9.0) if kind == "word" else -9.0
        if stem != norm:
            share = max(share, self._shares.get(norm, -9.0))
        verb = self._is_verb(stem)
        head, is_word = self._heads.get(written), kind == "word"
        is_plain = is_word and (head is None or head[1] in _WEAK) and not role and use in ("", "trade")
        self._words[norm, stem, kind] = word = Word(
            key, short, kind if kind in TOKEN_KINDS else "punct", head, role,
            self._given.get(written, ""), use, self._suffixes.get(key, ""), self._letters.get(key, ""), share, proclitics, verb, verb or self._is_inflected(stem), is_word and key.startswith("ال") and len(key) > 4, is_plain,
        )  # fmt: skip
        return word


@lru_cache(maxsize=4096)
def _bare(key: str) -> str:
    """A key without the article and the feminine ending."""
    key = key[2:] if key.startswith("ال") and len(key) > 4 else key
    return key[:-1] if key.endswith("ه") and len(key) > 3 else key


def _head_forms(head: str, *, possessives: bool) -> Iterator[str]:
    """A head noun with the article and with possessive endings.

    >>> list(_head_forms("شركة", possessives=True))[:3]
    ['شركة', 'الشركة', 'شركتها']
    """
    yield head
    yield "ال" + head
    stem = head[:-1] + "ت" if head.endswith("ة") else head
    for ending in _POSSESSIVES if possessives else ():
        yield stem + ending


def rows(file: Path, columns: tuple[str, ...], *allowed: tuple[str, ...] | None) -> Iterator[list[str]]:
    """The rows of a lexicon; `allowed` are the values of the second, third ... column."""
    for place, cells in tsv.rows(file, columns):
        for cell, values in zip(cells[1:], allowed, strict=False):
            if values is not None and cell not in values:
                raise SeedError(f"{place}: {cell!r}; expected one of {', '.join(filter(None, values))}")
        yield cells
