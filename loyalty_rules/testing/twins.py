"""Other files that have to mean the same as a programme: its blocks and clauses in another order, its translations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.lang.tokens import Line, LineKind
from loyalty_rules.limits import Limits
from loyalty_rules.loading import examine
from loyalty_rules.programme import Programme
from loyalty_rules.rendering import refusal
from loyalty_rules.source import Source

#: Blocks whose lines stand in an order that means something, and the clauses whose order in a block does.
_STORIES: Final = frozenset({"H_EXAMPLE"})
_LISTED: Final = frozenset({"RULE", "BUY"})


@lru_cache(maxsize=8)
def rearranged(programme: Programme) -> Programme:
    """The programme with its blocks, and the clauses of each, from last to first; what has an order keeps it."""
    source = programme.source
    lines = read(source, limits=programme.limits).lines
    version = next(line for line in lines if line.kind is LineKind.VERSION)
    blocks: list[list[Line]] = []
    inside = False
    for line in lines:
        if line.kind not in (LineKind.CLAUSE, LineKind.ROW):
            continue
        if not inside:
            blocks.append([])
        blocks[-1].append(line)
        inside = line.kind is LineKind.ROW or line.tokens[0].role != "END"
    texts = ["\n".join(source.slice(line.span) for line in _turned(block)) for block in reversed(blocks)]
    return _twin(source.name, "\n\n".join([source.slice(version.span), *texts]) + "\n", programme.limits)


def _twin(name: str, text: str, limits: Limits) -> Programme:
    """The programme of another text of a file that was checked. Raises `RuleFileError` where it has errors."""
    source = Source(name, text)
    programme, diagnostics = examine(source, limits=limits, witnesses=False)
    if programme is None:
        raise refusal(source, diagnostics)
    return programme


def _turned(block: list[Line]) -> list[Line]:
    head, *clauses, end = block
    if head.tokens[0].role in _STORIES:
        return block
    listed = [line for line in clauses if line.kind is LineKind.ROW or line.tokens[0].role in _LISTED]
    others = [line for line in clauses if line not in listed]
    return [head, *reversed(others), *listed, end]


@lru_cache(maxsize=8)
def translated(programme: Programme) -> Mapping[str, tuple[Programme, bool]]:
    """By language: the programme formatted and translated, and whether the formatted file comes back from it byte for
    byte."""
    source, limits = programme.source, programme.limits
    own = format_source(source, limits=limits)
    found = {}
    for language in phrase_tables():
        text = format_source(source, language, limits=limits)
        back = format_source(Source(source.name, text), programme.language, limits=limits)
        found[language] = (_twin(source.name, text, limits), back == own)
    return MappingProxyType(found)
