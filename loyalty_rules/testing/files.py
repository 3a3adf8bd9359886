"""What has to hold of every rule file, whether it has errors or not: one function each, over its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from loyalty_rules.diagnostics import Diagnostic
from loyalty_rules.errors import RuleFileError
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.lang.phrases import phrase_tables
from loyalty_rules.loading import examine
from loyalty_rules.programme import Programme
from loyalty_rules.source import Source

_NAME: Final = "drawn"

#: A property of a text: yields what does not hold.
FileProperty = Callable[[str], Iterator[str]]


def checks_alike(text: str) -> Iterator[str]:
    """A file that is checked twice is said the same of, and means the same; one that is refused is told why."""
    first, second = checked(text), examine(Source(_NAME, text))
    if first[1] != second[1]:
        yield "the second check finds something else"
    if (first[0] and first[0].fingerprint) != (second[0] and second[0].fingerprint):
        yield "the second check reads another programme"
    if first[0] is None and not first[1]:
        yield "the file is refused, and nothing is said of it"


def formats_alike(text: str) -> Iterator[str]:
    """Formatting twice changes nothing, and the formatted file is the same programme."""
    try:
        once = _formatted(text)
    except RuleFileError:
        return  # a file is formatted where it reads without a mistake
    if _formatted(once) != once:
        yield "formatting twice changes the file"
    if _meaning(once) != _meaning(text):
        yield "the formatted file means something else"


def translates_alike(text: str) -> Iterator[str]:
    """A translated file is the same programme, and comes back byte for byte."""
    try:
        own = _formatted(text)
    except RuleFileError:
        return
    first = own.splitlines()[0]
    language = next(code for code, table in phrase_tables().items() if first.startswith(table.version))
    for other in phrase_tables():
        if other == language:
            continue
        there = _formatted(own, other)
        if _formatted(there, language) != own:
            yield f"the file does not come back from {other} as it was"
        if _meaning(there) != _meaning(own):
            yield f"the file means something else in {other}"


@lru_cache(maxsize=8)
def checked(text: str) -> tuple[Programme | None, tuple[Diagnostic, ...]]:
    """The programme of a text, and what is said of it."""
    return examine(Source(_NAME, text))


@lru_cache(maxsize=16)
def _formatted(text: str, language: str | None = None) -> str:
    return format_source(Source(_NAME, text), language)


@lru_cache(maxsize=16)
def _meaning(text: str) -> str:
    """What a text means, "" where it has an error. To know that no order is looked for that would show one: that takes
    longer than all else, and is of no other outcome."""
    programme, _ = examine(Source(_NAME, text), witnesses=False)
    return "" if programme is None else programme.fingerprint


FILE_PROPERTIES: Final[Mapping[str, FileProperty]] = MappingProxyType(
    {
        "checks_alike": checks_alike,
        "formats_alike": formats_alike,
        "translates_alike": translates_alike,
    }
)
