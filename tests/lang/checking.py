"""Short ways to check rule files in tests: a small programme around the blocks that a test is about."""

from __future__ import annotations

from loyalty_rules.diagnostics import Problem, in_reading_order
from loyalty_rules.lang.checked import Checked
from loyalty_rules.lang.checker import check_tree
from loyalty_rules.lang.parser import read
from loyalty_rules.source import Source

PURSE = """
purse bonus "Bonus points"
  round down per order
  usable at once
  expire never
end
"""


def club(*blocks: str, programme: str = "", currency: str = "RUB", zone: str = "Europe/Moscow") -> str:
    """A programme with a purse of points, and the blocks of a test."""
    head = f"""loyalty rules 1

programme "Club"
  currency {currency}
  time zone {zone}
  basis money paid
  prices include tax
  returns refused
  late events refused
{programme}
end
"""
    return "\n".join((head, PURSE, *blocks))


def earn(*clauses: str, name: str = "base") -> str:
    """An earn rule."""
    return "\n".join((f"earn {name}", *(f"  {clause}" for clause in clauses), "end", ""))


def boost(*clauses: str, name: str = "more") -> str:
    """A boost."""
    return "\n".join((f"boost {name}", *(f"  {clause}" for clause in clauses), "end", ""))


def check(text: str) -> tuple[Checked | None, list[tuple[str, Problem]]]:
    """A programme, and each finding with the words that it stands at."""
    source = Source("test.loyalty", text)
    reading = read(source)
    checked, found = check_tree(reading.tree, source, reading.lines)
    ordered = in_reading_order((*reading.diagnostics, *found))
    return checked, [(source.slice(one.span).strip(), one.problem) for one in ordered]


def checked(text: str) -> Checked:
    """A programme of a file without any finding."""
    programme, found = check(text)
    assert found == []
    assert programme is not None
    return programme


def codes(text: str) -> list[str]:
    """The codes of everything that is wrong with a file, in reading order."""
    return [problem.code for _, problem in check(text)[1]]


def problem_of(text: str) -> tuple[str, Problem]:
    """The only finding of a file, with the words that it stands at."""
    (found,) = check(text)[1]
    return found
