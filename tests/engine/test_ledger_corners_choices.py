"""What the ledger machine found in gifts that members chose and that fall with their orders, worked out by hand."""

from __future__ import annotations

from typing import Final

from loyalty_rules import Programme
from loyalty_rules.events import Event, adjustment, cancellation, choice
from tests.engine.test_ledger_corners import RETURNS, buys, decided, programme, purse, rule

LIVES: Final = ("usable at once", "expire never", "after a return may go negative")
STATUS: Final = """tiers status
  level silver when earned pts in calendar year at least 20 pts
  upgrade from next order
  review every order
  downgrade to earned level
  after a return recheck
end
"""


def capped() -> Programme:
    """Of two gifts of 50 points in a month the second one comes to 10."""
    cap = "cap 60 pts per member in calendar month"
    gifts = rule("either", "give 50 pts", "or give 5 other", cap)
    return programme(purse("pts", *LIVES), purse("other", *LIVES), gifts, STATUS, returns=RETURNS)


def chooses(id: str, day: int) -> Event:
    return choice(id, "m", f"2026-03-{day:02}T12:00:00+03:00", "either", purse="pts")


def cancels(id: str, day: int, order: str) -> Event:
    return cancellation(id, "m", f"2026-03-{day:02}T12:00:00+03:00", order)


BOTH: Final = (buys("o-1", "2026-03-01T12:00:00", "9"), chooses("c-1", 2))
BOTH_AGAIN: Final = (*BOTH, buys("o-2", "2026-03-03T12:00:00", "9"), chooses("c-2", 4))


def test_measures_count_what_stands_of_a_choice_that_fell_under_a_cap() -> None:
    """50 and 10. Without the first order the second gift alone would have come to 50: of the 60 points 10 fall. 50 are
    earned still, enough for silver; 10 were counted. Without the second order nothing is left."""
    rules = capped()
    found = decided(rules, [*BOTH_AGAIN, cancels("b-1", 5, "o-1"), cancels("b-2", 6, "o-2")])[3:]
    assert [rules.balance(one.member, "pts").usable for one in found] == [60, 50, 0]
    assert rules.level(found[1].member, "status") == "silver"
    assert found[2].member.counters == ()


def test_what_a_choice_holds_for_another_one_is_owed_when_that_falls() -> None:
    """All 60 were spent. 10 are owed without the first order, and the other 50 without the second: 40 of these were
    written off, though the purse may go negative."""
    rules = capped()
    spent = adjustment("x", "m", "2026-03-04T13:00:00+03:00", "pts", -60, reason="test", actor="test")
    found = decided(rules, [*BOTH_AGAIN, spent, cancels("b-1", 5, "o-1"), cancels("b-2", 6, "o-2")])[4:]
    assert [rules.balance(one.member, "pts").usable for one in found] == [0, -10, -60]
