"""`loyalty code`: what one diagnostic code means, and what helps, from the texts that the package carries."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from loyalty_rules import problems
from loyalty_rules.adapters.cli.files import refuse
from loyalty_rules.adapters.cli.terminal import out, words
from loyalty_rules.diagnostics import Problem
from loyalty_rules.rendering import in_general, texts
from loyalty_rules.text import nearest


def run_code(code: str, language: str | None) -> None:
    """Prints what a code means. Raises `Refused` where there is none, with the nearest one that there is."""
    labels = words(language)
    told = language or "en"
    # A kind of mistake is known once its module is imported.
    for module in iter_modules(problems.__path__):
        import_module(f"{problems.__name__}.{module.name}")
    kinds = {kind.code: kind for kind in _kinds(Problem)}
    pages = texts(told).problems
    wanted = code.strip().upper()
    if wanted not in kinds or wanted not in pages:
        near = nearest(wanted, sorted(kinds.keys() & pages.keys()))
        if near is None:
            raise refuse(told, "code.unknown", code=code)
        raise refuse(told, "code.near", code=code, near=near)
    kind, page = kinds[wanted], pages[wanted]
    out(f"{wanted}  {kind.severity.value}  {kind.slug}\n")
    for part in ("message", "help"):
        out(f"{labels.text(f'code.{part}')}\n  {in_general(page[part], told)}\n")


def _kinds(kind: type[Problem]) -> Iterator[type[Problem]]:
    """Every kind of mistake that is imported."""
    for found in kind.__subclasses__():
        yield found
        yield from _kinds(found)
