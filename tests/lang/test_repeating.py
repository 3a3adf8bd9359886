"""A line that stands in a file more than once is read once, and says everywhere what it says when it is read there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from loyalty_rules.lang import repeating
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.lexer import read_line
from loyalty_rules.lang.parser import Reading, parse, read
from loyalty_rules.source import Source, Span

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = sorted(
    path for folder in ("examples", "tests/cases/diagnostics") for path in (ROOT / folder).rglob("*.loyalty")
)

#: The first `give` stands at 59: 16 and 30 letters of two lines, 11 of the header, two blanks. The second comes 37
#: letters later: 19 of its line, an `end`, an empty line, a header, two blanks.
TWICE: Final = """\
loyalty rules 1
# two rules that say the same
earn a "x"
  give 1 p per 2 RUB
end

earn b "y"
  give 1 p per 2 RUB
  give 1 p pr 2 RUB
  give 1 p pr 2 RUB
end
"""


def afresh(text: str) -> Reading:
    """What a text says where each line of it is read for itself."""
    return read(Source("x", text), read_line=read_line, parse=parse)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_whose_lines_stand_in_it_again_reads_as_line_by_line(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    found, wanted = read(Source("x", text * 2)), afresh(text * 2)
    assert found == wanted
    assert repr(found) == repr(wanted)  # with the places, which trees do not compare


def test_the_second_line_with_a_text_has_its_own_places() -> None:
    found = read(Source("x", TWICE))
    first, second = (block.clauses[0] for block in found.tree.blocks)
    assert isinstance(first, s.Give)
    assert isinstance(second, s.Give)
    assert first == second
    assert (first.span, second.span) == (Span(59, 77), Span(96, 114))
    assert (first.gift.purse.span, second.gift.purse.span) == (Span(66, 67), Span(103, 104))
    assert [token.span for token in found.lines[7].tokens][:2] == [Span(96, 100), Span(101, 102)]


def test_each_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def counted(source: Source, number: int, span: Span, *given: Any, **rest: Any) -> Any:
        seen.append(source.slice(span))
        return read_line(source, number, span, *given, **rest)

    monkeypatch.setattr(repeating, "read_line", counted)
    read(Source("x", TWICE))
    assert sorted(seen) == sorted({line for line in TWICE.split("\n") if line})


def test_a_mistake_is_told_at_each_line_that_makes_it() -> None:
    told = read(Source("x", TWICE)).diagnostics
    assert told == afresh(TWICE).diagnostics
    assert [one.span.start for one in told] == [126, 146]
