"""Figures in a data card: a block between two comments is written by a command, so that card and corpus cannot disagree.

In: a Markdown file with `<!-- NAME -->` and `<!-- /NAME -->`, and lines. Out: the file with the lines between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def filled(card: str, name: str, lines: Iterable[str]) -> str:
    r"""The card with the lines in the block of that name. Raises ConfigError when it has no such block.

    >>> filled("a\n<!-- n -->\nold\n<!-- /n -->\n", "n", ["new"])
    'a\n<!-- n -->\nnew\n<!-- /n -->\n'
    """
    block = re.compile(rf"(<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
    if not block.search(card):
        raise ConfigError(f"the card has no block <!-- {name} --> … <!-- /{name} -->")
    inside = "".join(f"{line}\n" for line in lines)
    return block.sub(lambda match: match[1] + inside, card, count=1)


def fill(path: Path, name: str, lines: Iterable[str]) -> None:
    """Write the lines into the block of that name of a file."""
    path.write_text(filled(path.read_text("utf-8"), name, lines), "utf-8")
