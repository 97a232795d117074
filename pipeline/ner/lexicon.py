"""What a word tells about names: heads, roles, given names, version words, and how common it is.

In: seeds/lexicons. Out: `Lexicon`, which answers with one `Word` for each distinct token.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.core.spans import TOKEN_KINDS, Token
from pipeline.errors import SeedError
from pipeline.gazetteer.entries import NAME_LABELS
from pipeline.gazetteer.keys import fold, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

REACHES = ("outside", "made", "inside", "ministry", "body", "fund", "definite", "strict", "media", "site", "agency")
ROLE_KINDS = ("role", "speech", "kin")
GIVEN_KINDS = ("given", "given-common", "family", "particle")
WORD_KINDS = ("company", "more", "trade", "joiner", "acronym", "stop", "adjective", "unit", "actor", "owner", "place", "patronym", "launch", "compare", "language")
VERSION_KINDS = ("suffix", "letter")
ACTS = frozenset({"actor", "launch"})  # verbs of companies and countries
_POSSESSIVES = ("ها", "ه", "هم", "هما", "نا")
COMMON = -5.4  # log10 of the share of running words from which on a word is an everyday word
_IMPERFECT = ("ي", "ت", "ن", "ا")
_CACHE_SIZE = 200_000


class Word(NamedTuple):
    """What is known of a distinct token. `key` is the spelling key of its stem, `bare` that key without the article and the feminine ending.

    `head` is (label, reach); `suffix` and `letter` are what the word is in a version (برو: pro, آر: r); `log10` is the share of running words, -9 for a word never seen.
    `proclitics` counts the letters before the name that the word may be: a word that the lexicon knows with letters that
    the tokeniser took for proclitics is whole (لابز, and كريس in وكريس). `verb`: both يـ and تـ stand before its rest.
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
            else:
                self._roles[parts[0]] = kind
        self.long_role_ends = {parts[-1] for parts in self.long_roles}
        self._given: dict[str, str] = {}
        self.written: set[str] = set()  # given names as they are spelt, to tell علي from على
        for file in ("given_names.tsv", "given_names_latin.tsv"):
            for name, kind, _ in rows(folder / file, ("name", "kind", "origin"), GIVEN_KINDS, None):
                self._given.setdefault(plain(name), kind)
                self.written.add(name)
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

    def _is_verb(self, stem: str) -> bool:
        """Whether a word is known with both prefixes of the imperfect: تؤجر and يؤجر."""
        return stem[:1] in _IMPERFECT and len(stem) > 3 and all(prefix + stem[1:] in self._shares for prefix in "يت")

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
        self._words[norm, stem, kind] = word = Word(
            key, short, kind if kind in TOKEN_KINDS else "punct", self._heads.get(written), role,
            self._given.get(written, ""), use, self._suffixes.get(key, ""), self._letters.get(key, ""), share, proclitics, self._is_verb(stem),
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
    """The rows of a lexicon after comments and header; `allowed` are the values of the second, third ... column.

    A file that is missing or broken raises SeedError.
    """
    try:
        lines = file.read_text("utf-8").split("\n")
    except OSError as error:
        raise SeedError(f"{file}: {error}") from None
    header = False
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.rstrip("\r").split("\t")]
        if not header:
            header = True
            if tuple(cells) != columns:
                raise SeedError(f"{file}, line {number}: expected the columns {' '.join(columns)}, tab-separated")
            continue
        if len(cells) != len(columns):
            raise SeedError(f"{file}, line {number}: {len(cells)} columns, expected {len(columns)}: {' '.join(columns)}")
        for cell, values in zip(cells[1:], allowed, strict=False):
            if values is not None and cell not in values:
                raise SeedError(f"{file}, line {number}: {cell!r}; expected one of {', '.join(filter(None, values))}")
        yield cells
