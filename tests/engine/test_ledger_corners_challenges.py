"""What random histories found of challenges, each as a short history with the answer worked out by hand."""

from __future__ import annotations

from typing import Final

from loyalty_rules import load
from loyalty_rules.events import returned
from tests.engine.test_ledger_corners import HEAD, RETURNS, buys, purse

CARD: Final = """challenge card
  goal items since the beginning at least 5
  repeat with carry
  give 100 bonus
  cap 5 bonus per order
  after a return take back
end
"""


def test_a_completion_that_stays_asks_all_of_its_gift_where_a_day_is_rounded_together() -> None:
    """Four items, then six: ten complete it twice, and the cap leaves 5 of 200. Five come back, and five complete it
    once: the cap leaves 5 of 100."""
    ordered = purse("bonus", "usable at once", "expire never", "after a return may go negative")
    for bonus in (ordered, ordered.replace("per order", "in calendar day")):
        rules = load("\n".join((HEAD.format(returns=RETURNS), bonus, CARD)))
        member = rules.new_member("m")
        for event in (
            buys("o-1", "2026-03-02T11:00:00", "40", quantity=4),
            buys("o-2", "2026-03-03T11:00:00", "60", quantity=6),
        ):
            member = rules.decide(member, event).member
        assert rules.balance(member, "bonus").usable == 5
        member = rules.decide(member, returned("r-1", "m", "2026-03-04T11:00:00+03:00", "o-2", {"1": 5})).member
        assert rules.balance(member, "bonus").usable == 5
        member = rules.decide(member, returned("r-2", "m", "2026-03-04T12:00:00+03:00", "o-2", {"1": 1})).member
        assert rules.balance(member, "bonus").usable == 0
