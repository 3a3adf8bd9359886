"""The order of the clauses of a block says nothing: effects come in an order of their own."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, choice, line, load, purchase

RULES = """loyalty rules 1

programme "Order"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse miles
  rules add up
  round down per order
  usable at once
  expire after 12 months
  take oldest first
end

purse points
  rules add up
  round down per order
  usable at once
  expire after 12 months
end

purse cash
  counted in USD
  round down per order
  usable at once
  expire never
end

tiers status
  level gold when spend in calendar year at least 1 000 USD
  upgrade from next order
  review never
end

tiers club
  level member when spend in calendar year at least 1 000 USD
  upgrade from next order
  review never
end

earn base
  on any product
CLAUSES
end

conversion exchange
  on request
  uses 5 miles
  give 2 points
  give 1 cash
end
"""

GIVES = ("  give 5 miles per 1 USD", "  give 3 points per 1 USD")
LEVELS = ("  give level gold in ladder status", "  give level member in ladder club")
LONGER = ("  prolong miles 1 month", "  prolong points 1 month")


def decided(rules: str) -> list[Decision]:
    programme = load(rules)
    member = programme.new_member("m")
    found = []
    for event in (
        purchase("a", "m", "2024-01-01T12:00:00Z", [line("1", price="4.00")], currency="USD"),
        purchase("b", "m", "2024-02-01T12:00:00Z", [line("1", price="4.00")], currency="USD"),
        choice("c", "m", "2024-02-02T12:00:00Z", "exchange", amount=10),
    ):
        found.append(programme.decide(member, event))
        member = found[-1].member
    return found


@pytest.mark.parametrize(
    "turned", [GIVES, LEVELS, LONGER, ("  give 2 points", "  give 1 cash")], ids=lambda pair: pair[0]
)
def test_turned_clauses_decide_alike(turned: tuple[str, str]) -> None:
    text = RULES.replace("CLAUSES", "\n".join((*GIVES, *LEVELS, *LONGER)))
    one, other = turned
    assert f"{one}\n{other}\n" in text
    first, second = decided(text), decided(text.replace(f"{one}\n{other}\n", f"{other}\n{one}\n"))
    assert [(each.effects, each.member) for each in first] == [(each.effects, each.member) for each in second]
    assert all(each.effects for each in first)
