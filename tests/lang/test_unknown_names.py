"""A name that nothing has, in the place of every name that a clause refers to: it is told on its line, whatever else
follows from it. The clauses are those of `tests/cases/semantics/`, each form of a clause once."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import pytest

from loyalty_rules.lang.checker import check_tree
from loyalty_rules.lang.parser import read
from loyalty_rules.lang.tokens import LineKind
from loyalty_rules.source import Source, Span

SEMANTICS: Final = Path(__file__).resolve().parents[1] / "cases" / "semantics"
PARTS: Final = 4
#: Clauses whose first name is declared there and not referred to.
DECLARE: Final = frozenset(
    {"LEVEL", "LINE_FACT", "ORDER_FACT", "MEMBER_FACT", "EVENT_FACT", "VALUE", "CLOCK", "VARIANT"}
)
#: What a former name was nobody knows any more; clauses of a change are checked with what they make of the file.
ELSEWHERE: Final = frozenset({"WAS", "H_CHANGE"})


class Place(NamedTuple):
    """A name in a file, and its line."""

    file: str
    name: Span
    line: Span


def places() -> list[Place]:
    """Each place of each form of a clause, by the phrases that it has, where it stands for the first time."""
    found: dict[object, Place] = {}
    for path in sorted(SEMANTICS.glob("*.loyalty")):
        block = ""
        for line in read(Source(path.name, path.read_text(encoding="utf-8"))).lines:
            if line.kind is not LineKind.CLAUSE:
                continue
            form = tuple(token.role for token in line.tokens)
            block = form[0] if form[0].startswith("H_") else block
            first = 2 if form[0] in DECLARE or form[0] == block else 0
            if not ELSEWHERE & {block, form[0]}:
                for place, token in enumerate(line.tokens[first:], first):
                    if token.role == "NAME":
                        found.setdefault((block, form, place), Place(path.name, token.span, line.span))
    return list(found.values())


def lines_told(place: Place) -> set[int]:
    """The lines at which something is told of the file with another name in this place."""
    text = (SEMANTICS / place.file).read_text(encoding="utf-8")
    source = Source(place.file, f"{text[: place.name.start]}nowhere{text[place.name.end :]}")
    reading = read(source)
    _, found = check_tree(reading.tree, source, reading.lines)
    return {source.position(one.span.start).line for one in (*reading.diagnostics, *found)}


PLACES: Final = places()


def test_there_are_hundreds_of_places() -> None:
    assert len(PLACES) > 400


@pytest.mark.parametrize("part", range(PARTS))
def test_an_unknown_name_is_told_where_it_stands(part: int) -> None:
    untold = []
    for place in PLACES[part::PARTS]:
        source = Source(place.file, (SEMANTICS / place.file).read_text(encoding="utf-8"))
        if source.position(place.line.start).line not in lines_told(place):
            untold.append((place.file, source.slice(place.line), source.slice(place.name)))
    assert untold == []
