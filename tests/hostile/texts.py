"""Rule files that the hostile ones are made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: What a rule file may be in bytes: a hostile file of this size is read to its end.
LARGEST: Final = 1 << 20
MEGABYTE: Final = LARGEST + 1_000

PROGRAMME: Final = """loyalty rules 1
programme "P"
  currency RUB
  time zone Europe/Moscow
  week starts monday
  programme year starts 1 march
  basis money paid
  prices include tax
  returns refused
  late events refused
end
"""
PURSE: Final = """purse bonus "Points"
  rules add up
  round down per order
  usable at once
  expire after 12 months
end
"""
#: One point for 10 RUB; the rules of other files that are made from it add up.
HEAD: Final = PROGRAMME + PURSE
#: The same, but two rules that both give have to be related.
STRICT_HEAD: Final = HEAD.replace("  rules add up\n", "")

GOOD: Final = (
    HEAD
    + """facts
  order fact guests is number optional
end
event visit "A visit"
  fact stars is number else 0
  fact spent is money else 0 RUB
  fact share is percent else 0%
  fact day is date optional
  fact note is text else ""
  fact first is yes or no else no
end
products Coffee
  where category is "coffee"
end
earn base "Base points"
  on any product
  give 1 bonus per 10 RUB
end
boost coffee "Twice for coffee"
  changes base
  on Coffee
  multiply by 2
end
"""
)


def earn(name: str, *clauses: str, title: str = "x") -> str:
    """A rule that gives a point for every 10 RUB."""
    return block(f'earn {name} "{title}"', *clauses, "on any product", "give 1 bonus per 10 RUB")


def block(header: str, *clauses: str) -> str:
    return "\n".join([header, *(f"  {clause}" for clause in clauses), "end", ""])


def named(count: int, first: int = 0) -> Iterable[tuple[int, str]]:
    """Numbers and names that differ: n0, n1 …"""
    return ((number, f"n{number}") for number in range(first, first + count))


def filled(lines: str, size: int = LARGEST - 1_000) -> str:
    """Lines again and again, up to a size."""
    return lines * (size // len(lines.encode()))
