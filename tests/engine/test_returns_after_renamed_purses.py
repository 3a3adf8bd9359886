"""Goods of an order come back after the purse that it gave into, or was paid from, was given another name: by the
edition that decided it, to lots of today."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Programme, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsAwarded, PointsGivenBack, PointsTakenBack
from loyalty_rules.events import cancellation, line, purchase, returned, tick
from tests.engine.histories import bought, gift

CLUB: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  {returns}
  refund points first
  late events refused
end
purse pts "Points"
  rules add up
  usable at once
  {expiry}
  round down per order
  take oldest first
  after a return take only what is left
end
earn base
  on any product
  give 1 pts per 10 RUB
end
redeem pay
  uses pts
  pays 1 RUB per 1 pts
  pay at most 100% of money paid
  on any product
  too much is lowered
end
"""
BUDGET: Final = """budget year "15 points a year"
  covers base
  cap 15 pts in calendar year
  when short give what is left
end
"""
#: From May on a point of before is ten.
TENFOLD: Final = """change tenfold "Ten for one"
  changes pts
  from 2026-05-01
  balances multiply by 10
  round down per lot
end
"""
REPLAYED: Final = "returns replay within 90 days\n  returns keep prices"
APRIL: Final = "2026-04-01T00:00:00Z"
MAY: Final = "2026-05-02T00:00:00Z"


def renamed(text: str) -> str:
    return (
        text.replace("purse pts", "purse stars")
        .replace(" pts", " stars")
        .replace('"Points"\n', '"Points"\n  was pts\n')
    )


def rules(*, returns: str = REPLAYED, expiry: str = "expire never", more: str = "") -> Programme:
    """The purse is called `pts` until April, and `stars` from then on."""
    text = CLUB.format(returns=returns, expiry=expiry)
    return load(renamed(text + more), earlier=[(text + (more if more == BUDGET else ""), APRIL)])


def test_what_an_order_gave_is_taken_from_the_purse_of_today() -> None:
    """10 of 100 RUB, and the budget of 15 has them again."""
    club = rules(more=BUDGET)
    before = club.decide(club.new_member("m"), bought("100"), club.new_shared())
    now = club.decide(before.member, tick("m", APRIL), before.shared)
    assert club.balance(now.member, "stars").usable == 10
    assert read_member(write_member(now.member, club), club) == now.member
    back = club.decide(now.member, cancellation("c-1", "m", APRIL, "o-1"), now.shared)
    (taken,) = [one for one in back.effects if isinstance(one, PointsTakenBack)]
    assert (taken.rule, taken.purse, taken.units) == ("base", "stars", 10)
    assert club.balance(back.member, "stars").usable == 0
    again = club.decide(back.member, bought("900", id="o-2", at="2026-04-02T00:00:00Z"), back.shared)
    assert [(one.purse, one.granted) for one in again.effects if isinstance(one, PointsAwarded)] == [("stars", 15)]


def test_points_that_paid_come_back_to_the_purse_of_today_in_its_denomination() -> None:
    """20 of 50 points paid; 30 are 300 from May on, and the 20 come back as 200."""
    club = rules(more=TENFOLD)
    rich = club.decide(club.new_member("m"), gift("50")).member
    paid = club.decide(rich, bought("100", points=20), club.new_shared())
    assert club.balance(paid.member, "stars").usable == 38
    now = club.decide(paid.member, tick("m", MAY), paid.shared)
    assert club.balance(now.member, "stars").usable == 380
    back = club.decide(now.member, cancellation("c-1", "m", MAY, "o-1"), now.shared)
    (given,) = [one for one in back.effects if isinstance(one, PointsGivenBack)]
    (taken,) = [one for one in back.effects if isinstance(one, PointsTakenBack)]
    assert (given.rule, given.purse, given.units) == ("pay", "stars", 200)
    assert (taken.purse, taken.units) == ("stars", 80)
    assert club.balance(back.member, "stars").usable == 500
    assert read_member(write_member(back.member, club), club) == back.member


@pytest.mark.parametrize("name", ["stars", "was_base"])
def test_a_purse_may_be_called_what_its_rule_was_called(name: str) -> None:
    """10 of 60 and 40 RUB were used up of the budget; 6 stay so with what is kept, whatever the purse is called."""
    text = CLUB.format(returns=REPLAYED, expiry="expire never") + BUDGET
    old = text.replace("earn base", "earn was_base").replace("covers base", "covers was_base")
    middle = text.replace("earn base", "earn base\n  was was_base")
    club = load(renamed(text).replace("stars", name), earlier=[(old, APRIL), (middle, MAY)])
    lines = [line("1", price="60"), line("2", price="40")]
    order = purchase("o-1", "m", "2026-03-10T12:00:00Z", lines, currency="RUB")
    before = club.decide(club.new_member("m"), order, club.new_shared())
    now = club.decide(before.member, tick("m", "2026-05-03T00:00:00Z"), before.shared)
    back = club.decide(now.member, returned("r-1", "m", "2026-05-03T00:00:00Z", "o-1", {"2": 1}), now.shared)
    assert club.balance(back.member, name).usable == 6
    assert back.shared is not None
    assert [one.amount for one in back.shared.used] == [6]
    assert [(one.purse, one.units) for one in back.member.records[0].budgets] == [(name, 6)]


def test_what_expired_under_the_new_name_is_not_taken_again() -> None:
    """The 10 of March are gone in April, under the new name; 7 of a gift stay."""
    club = rules(expiry="expire after 1 month", returns="returns in proportion within 90 days")
    before = club.decide(club.new_member("m"), bought("100"), club.new_shared())
    later = club.decide(before.member, gift("7", day=20), before.shared)
    now = club.decide(later.member, tick("m", "2026-04-10T00:00:00Z"), later.shared)
    assert club.balance(now.member, "stars").usable == 7
    back = club.decide(now.member, cancellation("c-1", "m", "2026-04-10T00:00:00Z", "o-1"), now.shared)
    (taken,) = [one for one in back.effects if isinstance(one, PointsTakenBack)]
    assert (taken.purse, taken.units, taken.expired) == ("stars", 10, 10)
    assert club.balance(back.member, "stars").usable == 7
