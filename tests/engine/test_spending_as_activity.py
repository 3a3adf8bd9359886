"""Points that are spent keep alive what is left, where the purse says so."""

from __future__ import annotations

import pytest

from loyalty_rules import Programme, RuleFileError, capture, choice, line, load, purchase, reservation, tick
from loyalty_rules.events import Event
from loyalty_rules.member import MemberState
from tests.engine.deciding import HEAD

NOON = "T12:00:00+03:00"
REST = """
redeem pay
  uses pts
  pays 1 RUB per 1 pts
  on any product
  too much is lowered
end

conversion swap
  on request
  uses 10 pts
  give 1 cash
end

conversion monthly
  from 2030-01-01
  at end of calendar month
  uses 1 pts
  give 1 cash
end

earn base
  on any product
  give 1 pts per 1 RUB
end
"""


def club(*activity: str) -> Programme:
    life = "  expire after 30 days without activity\n" + "".join(f"  activity {one}\n" for one in activity)
    return load(HEAD.replace("  expire never\n", f"{life}  take oldest first\n", 1) + REST)


def buys(id: str, at: str, price: str, pays: str | None = None) -> Event:
    redeem = None if pays is None else {"pay": pays}
    return purchase(id, "m", f"{at}{NOON}", [line("1", amount=price)], currency="RUB", redeem=redeem)


def at(rules: Programme, *events: Event) -> MemberState:
    member = rules.new_member("m")
    for event in events:
        member = rules.decide(member, event).member
    return member


def held(rules: Programme, member: MemberState, instant: str) -> int:
    return rules.balance(rules.decide(member, tick("m", instant)).member, "pts").usable


def test_points_that_pay_keep_the_others_alive() -> None:
    """100 points of 1 March are there through 31 March; 20 of them pay on the 20th: 80 last through 19 April."""
    rules = club("times pay")
    member = at(rules, buys("o-1", "2026-03-01", "100"), buys("o-2", "2026-03-20", "20", pays="20"))
    assert held(rules, member, "2026-04-01T00:00:00+03:00") == 80
    assert held(rules, member, "2026-04-19T23:59:59+03:00") == 80
    assert held(rules, member, "2026-04-20T00:00:00+03:00") == 0
    none = at(rules, buys("o-1", "2026-03-01", "100"), buys("o-2", "2026-03-20", "20"))
    assert held(rules, none, "2026-04-01T00:00:00+03:00") == 20  # those of the second order alone


def test_a_reservation_counts_when_it_is_captured() -> None:
    rules = club("times pay")
    member = at(
        rules,
        buys("o-1", "2026-03-01", "100"),
        reservation("r", "m", f"2026-03-10{NOON}", "pay", amount=20),
        capture("c", "m", f"2026-03-20{NOON}", "r"),
    )
    assert held(rules, member, "2026-04-19T23:59:59+03:00") == 80
    assert held(rules, member, "2026-04-20T00:00:00+03:00") == 0


def test_a_conversion_that_is_asked_for_counts_and_no_other_may() -> None:
    rules = club("times swap")
    member = at(rules, buys("o-1", "2026-03-01", "100"), choice("x", "m", f"2026-03-20{NOON}", "swap", amount=20))
    assert held(rules, member, "2026-04-19T23:59:59+03:00") == 80
    assert held(rules, member, "2026-04-20T00:00:00+03:00") == 0
    with pytest.raises(RuleFileError) as refused:
        club("times monthly")
    assert [found.problem.slug for found in refused.value.diagnostics] == ["activity.measure"]


def test_what_is_spent_is_no_measure_elsewhere() -> None:
    with pytest.raises(RuleFileError) as refused:
        load(HEAD + REST + "\nearn more\n  when times pay in calendar month at least 1\n  give 1 pts\nend\n")
    assert "L036" in [found.problem.code for found in refused.value.diagnostics]
