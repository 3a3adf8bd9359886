"""Memberships of two members who are one."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import (
    DecisionError,
    MemberState,
    Programme,
    load,
    merge,
    returned,
    tick,
)
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import MembershipStarted
from loyalty_rules.events import Event, cancellation, release
from tests.engine import test_merges_of_what_waits as waits
from tests.engine.histories import gift, order, state, usable
from tests.engine.test_memberships import CLUB, HEAD, RETURNS, bought, club, last, step


def merged(rules: Programme, old: MemberState, new: MemberState) -> MemberState:
    event = merge("x-1", "old", "2026-03-01T11:00:00Z", into="new", reason="two cards", actor="desk")
    gone, stays = rules.merge(old, new, event)
    assert gone.member.memberships == ()
    assert read_member(write_member(stays.member, rules), rules) == stays.member
    return stays.member


@pytest.mark.parametrize(("first", "second"), [("old", "new"), ("new", "old")])
def test_a_merge_goes_on_with_what_was_paid_for_longer_and_counts_both_years_as_one(first: str, second: str) -> None:
    rules = club(late="refused")
    states: dict[str, MemberState] = {}
    for name, day in ((first, "2026-02-10"), (second, "2026-02-20")):
        events = (
            step("subscribe", f"{day}T11:00", member=name),
            bought(f"{day}T12:00", "600", id=f"o-{name}", member=name),
        )
        states[name] = last(rules, *events).member
    member = merged(rules, states["old"], states["new"])
    (kept,) = member.memberships
    assert kept.since == 1_771_585_200_000_000  # 20 February 11:00: paid to 20 March
    # 60 points each of the 100 of a year: no more fit.
    order = bought("2026-03-02T11:00", member="new")
    assert [effect.granted for effect in rules.decide(member, order).effects if effect.kind == "points_awarded"] == []
    # 120 were asked of the one year, so what comes back takes it from 100 to 60: 40 of 120 points go, and 40 come.
    back = rules.decide(member, returned("r-1", "new", "2026-03-02T11:00:00Z", f"o-{first}", {"1": 1})).member
    later = rules.decide(back, bought("2026-03-03T11:00", "900", id="o-3", member="new"))
    assert [rules.balance(one, "pts").usable for one in (member, back, later.member)] == [120, 80, 120]


PRESENT: Final = """membership club "Club Plus"
  costs 3 000 RUB every 12 months
  trial 1 month
  leaving refunds unused time
end
earn present
  at start of year of club plus 45 days
  give 70 pts
end
"""


def test_a_merge_with_one_on_trial_leaves_the_year_that_was_paid_as_it_is() -> None:
    """Paid from 1 February, so 70 points come on 18 March, also where the other one was on trial to 1 April."""
    rules = club(PRESENT)
    paid = last(
        rules,
        step("subscribe", "2026-01-01T11:00", member="new"),
        step("renew", "2026-02-01T11:00", member="new"),
    ).member
    tried = last(rules, step("subscribe", "2026-03-01T10:00", member="old")).member
    member = merged(rules, tried, paid)
    early = rules.decide(member, tick("new", "2026-03-17T23:59:59Z")).member
    late = rules.decide(early, tick("new", "2026-03-18T00:00:00Z")).member
    assert [rules.balance(one, "pts").usable for one in (early, late)] == [0, 70]


def test_a_merge_keeps_the_trial_that_either_had_and_starts_none() -> None:
    """One was subscribed before there were trials, the other one is on trial: its year began all the same."""
    text = HEAD.format(returns=RETURNS, late="refused") + PRESENT
    rules = load(text, earlier=[(text.replace("  trial 1 month\n", ""), "2026-02-15T00:00:00Z")])
    paid = last(rules, step("subscribe", "2026-02-01T11:00", member="new")).member
    tried = last(rules, step("subscribe", "2026-02-20T10:00", member="old")).member
    member = rules.decide(merged(rules, tried, paid), tick("new", "2026-03-18T00:00:00Z")).member
    assert rules.balance(member, "pts").usable == 70
    left = rules.decide(member, step("leave", "2026-03-18T11:00", member="new")).member
    again = rules.decide(left, step("subscribe", "2026-03-19T11:00", member="new")).effects
    assert [(one.trial, one.fee) for one in again if isinstance(one, MembershipStarted)] == [(False, 300_000)]


def test_a_merge_keeps_the_membership_that_either_had() -> None:
    rules = club(CLUB.replace("grace 3 days", "trial 10 days"))
    tried = last(rules, step("subscribe", "2026-01-01T11:00", member="old")).member
    member = merged(rules, tried, rules.new_member("new"))
    with pytest.raises(DecisionError, match="does not have it"):
        rules.decide(member, step("renew", "2026-03-02T11:00", member="new"))
    again = rules.decide(member, step("subscribe", "2026-03-02T12:00", member="new"))
    assert [effect.trial for effect in again.effects if isinstance(effect, MembershipStarted)] == [False]


# ---------- what waits and is counted in a year


YEARLY: Final = """membership club "Club Plus"
  costs 3 000 RUB every 12 months
  leaving refunds nothing
end
"""


def joint(rules: Programme, old: tuple[Event, ...], new: tuple[Event, ...], day: str = "2026-03-10") -> MemberState:
    """One of two members: the one who goes subscribed on 10 February, the one who stays on 20 February."""
    events = (step("subscribe", "2026-02-10T11:00", member="old"), *old)
    gone, stays = (
        state(rules, *events),
        state(rules, step("subscribe", "2026-02-20T11:00", member="new"), *new),
    )
    event = merge("j-1", "old", f"{day}T11:00:00Z", into="new", reason="two cards", actor="desk")
    found = rules.merge(gone, stays, event)[1].member
    assert read_member(write_member(found, rules), rules) == found
    return found


def test_what_is_set_aside_counts_in_the_year_that_goes_on() -> None:
    """60 of 90 are counted; 40 are released, so 70 of 80 may pay. 130 - 70 + 13 for the 130 RUB that are paid."""
    rules = load(waits.CLUB.format(place="per order", window="in year of club") + YEARLY)
    both = joint(
        rules,
        (gift("100", member="old"), waits.aside("v-1", "old", 40)),
        (gift("50", member="new"), waits.aside("v-2", "new", 20)),
    )
    freed = rules.decide(both, release("k-1", "new", "2026-03-11T11:00:00Z", "v-1")).member
    assert usable(rules, freed) == 130
    assert usable(rules, rules.decide(freed, order("new", "200", day=12, points=80)).member) == 73


def test_points_that_come_back_leave_room_in_the_year_that_goes_on() -> None:
    """70 - 30 + 7 and 100; with the goods 7 go and 30 come. 90 of 90 may pay then, and 110 RUB give 11."""
    rules = load(waits.CLUB.format(place="per order", window="in year of club") + YEARLY)
    paid = order("old", "100", day=4, points=30)
    both = joint(rules, (gift("70", member="old"), paid), (gift("100", member="new"),))
    back = rules.decide(both, cancellation("x-1", "new", "2026-03-11T11:00:00Z", "old-4")).member
    assert [usable(rules, one) for one in (both, back)] == [147, 170]
    assert usable(rules, rules.decide(back, order("new", "200", day=12, points=90)).member) == 91


def test_what_was_posted_leaves_room_in_the_year_that_goes_on() -> None:
    """20 of 20.5 and 9 of 9.5 under a cap of 30; once both orders came back there is room for 30 again."""
    capped = waits.CLUB.replace("per 10 RUB\n", "per 10 RUB\n  cap 30 pts per member {window}\n")
    rules = load(capped.format(place=waits.POSTED, window="in year of club") + YEARLY)
    both = joint(
        rules,
        (order("old", "205", day=3), tick("old", "2026-04-02T00:00:00Z")),
        (order("new", "95", day=4), tick("new", "2026-04-02T00:00:00Z")),
        "2026-04-03",
    )
    assert usable(rules, both) == 29
    for number, paid in enumerate(("old-3", "new-4"), 4):
        both = rules.decide(both, cancellation(f"x-{number}", "new", f"2026-04-{number:02}T11:00:00Z", paid)).member
    assert usable(rules, both) == 0
    again = order("new", "400", day=1, id="o-9")._replace(at=instant_of("2026-04-20T11:00:00Z"))
    member = rules.decide(both, again).member
    assert usable(rules, rules.decide(member, tick("new", "2026-05-01T00:00:00Z")).member) == 30


def test_a_membership_that_costs_nothing_lasts_longer_than_any_that_was_paid() -> None:
    """One subscribed before there was a fee: no fee is due for it."""
    text = HEAD.format(returns=RETURNS, late="refused") + YEARLY
    rules = load(text, earlier=[(text.replace("  costs 3 000 RUB every 12 months\n", ""), "2026-02-15T00:00:00Z")])
    member = joint(rules, (), ())
    assert [one.due for one in member.memberships] == [0]
    assert member.memberships[0].since == instant_of("2026-02-10T11:00:00Z")
