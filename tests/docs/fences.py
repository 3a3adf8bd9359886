"""The fenced blocks of a page, and what their first line says about them.

    ```python                   runs, in one namespace for the page; a ```text behind it is all that it prints
    ```console                  `$ loyalty …` runs, `$ echo $?` is the exit code; the other lines are all of the output,
                                `…` stands for any lines
    ```loyalty club.loyalty     a rule file: no errors, no warnings, no failing example; written under its name, if any
    ```loyalty error L012       a rule file with exactly these codes
    ```json event.json          JSON, written under its name; ```jsonl the same, a document a line

A ```loyalty block without a version line holds blocks that are added to the first rule file of its page; they take the
place of blocks of the same kind and name, and of its examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

_FENCE: Final = re.compile(r"^( *)(```+)([^\n`]*)\n(.*?)^\1\2[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"L[0-9]{3}")
#: Kinds that are shown and not run.
SHOWN: Final = frozenset({"text", "ebnf", "mermaid", "sh"})
RUN: Final = frozenset({"python", "console", "loyalty", "json", "jsonl"})


class Fence(NamedTuple):
    """A fenced block. `line` is that of its first line in the page; `output` is the text block right behind it."""

    page: Path
    line: int
    kind: str
    words: tuple[str, ...]
    text: str
    output: str

    @property
    def name(self) -> str:
        """The file that it is written to, or ""."""
        return next((word for word in self.words if "." in word), "")

    @property
    def codes(self) -> list[str]:
        """The diagnostics that a rule file is meant to have."""
        return [word for word in self.words if _CODE.fullmatch(word)]

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


def fences(page: Path) -> Iterator[Fence]:
    """The blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = list(_FENCE.finditer(text))
    for block, following in zip_longest(found, found[1:]):
        kind, *words = block[3].split() or [""]
        output = ""
        if following is not None and following[3].strip() == "text":
            output = "" if text[block.end() : following.start()].strip() else following[4]
        yield Fence(page, text.count("\n", 0, block.start()) + 1, kind, tuple(words), block[4], output)


# ---------- rule files


def is_file(text: str) -> bool:
    """Whether a rule text is a whole file."""
    return re.match(r"\s*(?:#[^\n]*\n\s*)*(?:loyalty rules|правила лояльности) [0-9]", text) is not None


class Piece(NamedTuple):
    """A block of a rule file with the comments above it. `name` is "" for blocks without one."""

    kind: str
    name: str
    text: str


_BLOCK: Final = re.compile(
    r"(?:^[ \t]*(?:#[^\n]*)?\n)*^(?P<head>\S[^\n]*)\n(?:.*?\n)??(?:end|конец)[ \t]*(?:\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_NAMELESS: Final = frozenset({"programme", "программа", "facts", "факты", "example", "пример"})
_EXAMPLES: Final = frozenset({"example", "пример"})


def pieces(text: str) -> list[Piece]:
    """The blocks of a rule text."""
    found = []
    for block in _BLOCK.finditer(text):
        kind, *rest = block["head"].split()
        found.append(Piece(kind, "" if kind in _NAMELESS else rest[0], block[0]))
    return found


def version_of(text: str) -> str:
    """The version line of a rule file."""
    return next(line for line in text.splitlines() if is_file(line))


def with_base(fragment: str, base: str) -> str:
    """A rule file of a fragment: the blocks of `base` that the fragment does not replace, then its own."""
    own = pieces(fragment)
    replaced = {(piece.kind, piece.name) for piece in own}
    version = version_of(base)
    kept = [
        piece.text
        for piece in pieces(base.partition(version)[2].lstrip("\n"))
        if piece.kind not in _EXAMPLES and (piece.kind, piece.name) not in replaced
    ]
    return "\n".join([version + "\n", *kept, fragment])
