"""Budgets of which each household has its own: who shares with whom, when, and what returns give back to which."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, RuleFileError, load
from loyalty_rules.adapters.wire import read_shared, write_shared
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import line, purchase, returned, tick
from loyalty_rules.member import MemberState
from loyalty_rules.shared import SharedState

RULES = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end
facts
  member fact household is text optional
  member fact size is number optional
end
purse bonus "Bonus"
  rules add up
  round down per order
  usable at once
  expire never
  after a return may go negative
end
earn base "Base"
  on any product
  give 1 bonus per 10 RUB
end
earn monthly "Monthly"
  at start of calendar month
  give 30 bonus
end
budget family "Family"
  covers base, monthly
  cap 100 bonus per same {same} in calendar month
  when short give what is left
end
"""
CLUB = load(RULES.format(same="household"))


def member(name: str, household: str = "") -> MemberState:
    return CLUB.new_member(name, facts={"household": household} if household else {}, since="2026-03-01T10:00:00Z")


def bought(state: MemberState, name: str, price: str, shared: SharedState | None, day: str = "03-07") -> Decision:
    event = purchase(name, state.member, f"2026-{day}T11:00:00Z", [line("1", price=price)], currency="RUB")
    decision = CLUB.decide(state, event, shared)
    assert decision.shared is not None
    assert read_shared(write_shared(decision.shared)) == decision.shared
    return decision


def given(decision: Decision) -> list[int]:
    return [one.granted for one in decision.effects if isinstance(one, PointsAwarded)]


def test_members_of_a_household_share_and_nobody_else_does() -> None:
    shared: SharedState | None = CLUB.new_shared()
    gave = []
    for name, household in (("a", "h"), ("b", "h"), ("c", "g"), ("d", ""), ("e", "")):
        decision = bought(member(name, household), "o", "700", shared)
        shared = decision.shared
        gave.append(given(decision))
    assert gave == [[70], [30], [70], [70], [70]]


def test_a_household_that_is_called_like_a_member_is_another_one() -> None:
    shared = bought(member("d"), "o", "700", CLUB.new_shared()).shared
    decision = bought(member("a", "@d"), "o", "700", shared)
    assert given(decision) == [70]
    assert decision.shared is not None and [one.value for one in decision.shared.used] == ["=@d", "@d"]
    assert given(bought(member("b", "=@d"), "o", "700", decision.shared)) == [70]


def test_what_time_gives_counts_for_the_household() -> None:
    """30 of 1 April and 40 of an order leave 30 to the gift of another member; in May the two share anew, and so does a
    third: of 30 at its start and 90 of an order 30 and 40 are left."""
    first = bought(member("a", "h"), "o", "400", CLUB.new_shared(), "04-30")
    assert given(first) == [30, 40]
    state = CLUB.decide(member("b", "h"), tick("b", "2026-04-30T12:00:00Z"), first.shared)
    assert given(state) == [30]
    state = CLUB.decide(state.member, tick("b", "2026-05-01T12:00:00Z"), state.shared)
    assert given(state) == [30]
    assert [units for units in given(bought(member("c", "h"), "o", "900", state.shared, "05-02")) if units] == [30, 40]


def test_who_leaves_takes_nothing_along_and_what_comes_back_makes_room_where_it_was_taken() -> None:
    first = bought(member("a", "h"), "o-1", "1000", CLUB.new_shared())
    moved = CLUB.updated(first.member, facts={"household": "g"})
    second = bought(moved, "o-2", "600", first.shared, "03-08")
    assert given(second) == [60]
    assert given(bought(member("b", "h"), "o", "500", second.shared, "03-08")) == []
    back = CLUB.decide(second.member, returned("r", "a", "2026-03-09T11:00:00Z", "o-1", {"1": 1}), second.shared)
    assert given(bought(member("b", "h"), "o", "500", back.shared, "03-10")) == [50]
    assert given(bought(member("c", "g"), "o", "500", back.shared, "03-10")) == [40]


def test_a_fact_that_is_no_text_makes_no_households() -> None:
    with pytest.raises(RuleFileError) as raised:
        load(RULES.format(same="size"))
    assert [one.problem.code for one in raised.value.diagnostics] == ["L326"]


def test_the_decision_says_whose_budget_it_was() -> None:
    decision = bought(member("a", "smith"), "o", "700", CLUB.new_shared())
    assert "Out of the budget Family (2026-03-01 - 2026-03-31, smith): 70 bonus" in decision.explain()
    alone = bought(member("m-7"), "o", "700", CLUB.new_shared())
    assert "Out of the budget Family (2026-03-01 - 2026-03-31, @m-7): 70 bonus" in alone.explain()
