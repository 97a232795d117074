"""The configuration: configs/base.toml, overlays and --set, checked into frozen models.

In: TOML files and `key=value` pairs. Out: `Config`, immutable and picklable; an unknown key is refused with the nearest
valid name.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

_package = Path(__file__).resolve().parent
# A wheel carries seeds, models and configs inside the package; in a checkout they lie beside it.
ROOT = _package / "share" if (_package / "share").is_dir() else _package.parent


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PathsConfig(_Section):
    """Where seeds and models lie."""

    seeds: Path = ROOT / "seeds"
    models: Path = ROOT / "models"


class RunConfig(_Section):
    """How the work is cut and handed out."""

    jobs: int = Field(ge=0)
    executor: Literal["pool", "inline"]
    docs_per_part: int = Field(gt=0)
    chars_per_part: int = Field(gt=0)
    docs_per_batch: int = Field(gt=0)
    max_reject_rate: float = Field(ge=0, le=1)
    retries: int = Field(ge=0)


class ReadersConfig(_Section):
    """Fields of records, limits of documents, lines of web pages that are left out."""

    text_fields: tuple[str, ...]
    id_fields: tuple[str, ...]
    title_fields: tuple[str, ...]
    url_fields: tuple[str, ...]
    date_fields: tuple[str, ...]
    max_chars: int = Field(gt=0)
    max_page_chars: int = Field(gt=0)
    min_chars: int = Field(ge=0)
    html_skip_lines: tuple[str, ...]
    html_skip_starts: tuple[str, ...]


class NormaliseConfig(_Section):
    """Which rules are applied."""

    rules: tuple[str, ...]


class TokeniseConfig(_Section):
    """Where sentences end."""

    max_sentence_chars: int = Field(gt=0)
    stops: str
    quote_chars: int = Field(ge=0)


class NerConfig(_Section):
    """Which recognisers look for mentions, and who wins."""

    recognisers: tuple[str, ...]
    precedence: tuple[str, ...]
    encoder: str
    threads: int = Field(gt=0)
    min_hint: float = Field(gt=0, le=1)
    by_sound: bool
    camel_model: str
    stanza_model: str
    spacy_model: str


class LinkConfig(_Section):
    """When a mention is an entity of the gazetteer."""

    min_score: float = Field(ge=0, le=1)
    min_likeness: float = Field(ge=0, le=1)


class RelateConfig(_Section):
    """How far relations are looked for."""

    max_tokens: int = Field(gt=0)
    encoder: bool
    min_probability: float = Field(ge=0, le=1)
    min_score: float = Field(ge=0, le=1)


class ReduceConfig(_Section):
    """Limits of the corpus-wide counts."""

    memory_mb: int = Field(gt=0)


class Config(_Section):
    """All settings of a run. Sections are named after the rooms that read them; configs/base.toml holds every key."""

    paths: PathsConfig = PathsConfig()
    run: RunConfig
    readers: ReadersConfig
    normalise: NormaliseConfig
    tokenise: TokeniseConfig
    ner: NerConfig
    link: LinkConfig
    relate: RelateConfig
    reduce: ReduceConfig

    def fingerprint(self, *sections: str) -> str:
        """SHA-256 of the canonical JSON of some sections: equal settings, equal fingerprint."""
        wanted = {name: getattr(self, name).model_dump(mode="json") for name in sorted(sections)}
        return hashlib.sha256(json.dumps(wanted, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def load(files: Iterable[Path] = (), assignments: Iterable[str] = ()) -> Config:
    """The configuration of base.toml, then each overlay, then each `section.key=value`; later ones win.

    A value is read as TOML (`run.jobs=2`, `ner.recognisers=["names"]`) and, where it is none, as a plain string.
    """
    settings: dict[str, Any] = {}
    for file in (ROOT / "configs" / "base.toml", *files):
        _merge(settings, _read(file))
    for assignment in assignments:
        key, sign, value = assignment.partition("=")
        if not sign or key.count(".") != 1:
            raise ConfigError(f"--set {assignment!r}: expected section.key=value, for example run.jobs=2")
        section, name = key.split(".")
        try:
            parsed = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            parsed = value
        _merge(settings, {section: {name: parsed}})
    try:
        return Config.model_validate(settings)
    except ValidationError as error:
        raise ConfigError("\n".join(map(_explain, error.errors()))) from None


def _read(file: Path) -> dict[str, Any]:
    known = ROOT / "configs" / f"{file}.toml"
    path = known if not file.is_file() and known.exists() else file
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        names = ", ".join(sorted(p.stem for p in (ROOT / "configs").glob("*.toml")))
        raise ConfigError(f"no configuration file {file}; the project's own are: {names}") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None


def _merge(into: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _explain(error: Any) -> str:
    path = [str(step) for step in error["loc"]]
    where = ".".join(path)
    if error["type"] != "extra_forbidden":
        return f"configuration: {where}: {error['msg']}"
    known: Any = Config if len(path) == 1 else Config.model_fields[path[0]].annotation
    near = difflib.get_close_matches(path[-1], known.model_fields, 1, 0.4)
    return f"configuration: unknown key {where}" + (
        f"; did you mean {'.'.join([*path[:-1], near[0]])}?" if near else ""
    )
