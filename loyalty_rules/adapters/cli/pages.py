"""`loyalty code`: the page of one diagnostic code, from the texts that the package carries."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module, resources
from pkgutil import iter_modules
from typing import Final

from loyalty_rules import problems
from loyalty_rules.adapters.cli.files import refuse
from loyalty_rules.adapters.cli.terminal import out, words
from loyalty_rules.diagnostics import Problem
from loyalty_rules.text import nearest

_CODE: Final = re.compile(r"L[0-9]{3}")
#: What a message takes from the file at hand; a page has no file.
_PLACEHOLDER: Final = re.compile(r"\{[a-z_]+\}")


def run_code(code: str, language: str | None) -> None:
    """Prints the page of a code. Raises `Refused` where there is none, with the nearest one that there is."""
    texts = words(language)
    told = language or "en"
    kinds = {kind.code: kind for kind in _kinds(Problem)}
    pages = _pages(told)
    wanted = code.strip().upper()
    if wanted not in kinds or wanted not in pages:
        near = nearest(wanted, sorted(kinds.keys() & pages.keys()))
        if near is None:
            raise refuse(told, "code.unknown", code=code)
        raise refuse(told, "code.near", code=code, near=near)
    kind, page = kinds[wanted], pages[wanted]
    out(f"{wanted}  {kind.severity.value}  {kind.slug}\n")
    for part in ("message", "help", "wrong", "right"):
        if part in page:
            out(f"{texts.text(f'code.{part}')}\n{_indented(_PLACEHOLDER.sub('…', page[part]))}\n")


def _kinds(kind: type[Problem]) -> Iterator[type[Problem]]:
    """Every kind of mistake that the package knows."""
    for module in iter_modules(problems.__path__):
        import_module(f"{problems.__name__}.{module.name}")
    for found in kind.__subclasses__():
        yield found
        yield from _kinds(found)


def _pages(language: str) -> Mapping[str, Mapping[str, str]]:
    """The texts of every code in one language."""
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files("loyalty_rules.grammar").joinpath("messages", language)
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            sections = tomllib.loads(entry.read_text(encoding="utf-8"))
            found.update({name: page for name, page in sections.items() if _CODE.fullmatch(name)})
    return found


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip("\n").splitlines())
