"""Merges of members who have points set aside, orders that points paid for, and sums of periods."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import DecisionError, MemberState, Programme, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import PointsAwarded, PointsCaptured, PointsGivenBack, PointsTakenBack
from loyalty_rules.events import (
    Event,
    Merge,
    cancellation,
    capture,
    enrolment,
    merge,
    release,
    reservation,
    tick,
)
from tests.engine.histories import counted, gift, order, state, usable

CLUB: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 90 days
  returns keep prices
  refund tenders in proportion
  late events refused
end
purse pts "Points"
  rules add up
  round down {place}
  usable at once
  expire after 12 months
  take oldest first
  after a return may go negative
end
earn base "Base"
  on any product
  give 1 pts per 10 RUB
end
redeem pay "Paid with points"
  uses pts
  pays 1 RUB per 1 pts
  on any product
  cap 90 pts per member {window}
  too much is lowered
end
"""
POSTED: Final = "per posting period\n  posts at end of calendar month"


def club(place: str = "per order", window: str = "in calendar year") -> Programme:
    return load(CLUB.format(place=place, window=window))


def aside(id: str, member: str, units: int, *, day: int = 3) -> Event:
    return reservation(id, member, f"2026-03-{day:02}T11:00:00Z", "pay", amount=units)


def join(day: int = 10) -> Merge:
    return merge("j-1", "old", f"2026-03-{day:02}T11:00:00Z", into="new", reason="two cards", actor="desk")


def one(rules: Programme, old: MemberState, new: MemberState) -> MemberState:
    gone, stays = rules.merge(old, new, join())
    for found in (gone.member, stays.member):
        assert read_member(write_member(found, rules), rules) == found
    assert all(not purse.lots and not purse.reserved and not purse.sums for purse in gone.member.purses)
    return stays.member


def test_reservations_of_both_stand_and_are_captured_or_released() -> None:
    """Of 100 and of 50 points 40 and 20 are set aside: 90 are left, and 60 of 90 are counted under the cap."""
    rules = club()
    old, new = (
        state(rules, gift("100", member="old"), aside("v-1", "old", 40)),
        state(rules, gift("50", member="new"), aside("v-2", "new", 20)),
    )
    both = one(rules, old, new)
    assert (usable(rules, both), counted(both, "pay CAP")) == (90, [60])
    assert [(found.id, [debit.number for debit in found.debits]) for found in both.purses[0].reserved] == [
        ("v-1", [3]),
        ("v-2", [1]),
    ]
    paid = rules.decide(both, capture("k-1", "new", "2026-03-11T11:00:00Z", "v-1"))
    assert [(found.units, found.value) for found in paid.effects if isinstance(found, PointsCaptured)] == [(40, 40_00)]
    freed = rules.decide(paid.member, release("k-2", "new", "2026-03-12T11:00:00Z", "v-2"))
    assert (usable(rules, freed.member), counted(freed.member, "pay CAP")) == (110, [40])


def test_two_reservations_of_one_id_cannot_be_told_apart() -> None:
    rules = club()
    old, new = (state(rules, gift("50", member=name), aside("v-1", name, 20)) for name in ("old", "new"))
    with pytest.raises(DecisionError, match="both members have a reservation `v-1` that stands") as refused:
        rules.merge(old, new, join())
    assert refused.value.code == "merge.reservations"


def test_of_both_together_so_many_reservations_stand_at_most() -> None:
    rules = club()
    old, new = (state(rules, gift("50", member=name), aside(f"v-{name}", name, 20)) for name in ("old", "new"))
    (purse,) = old.purses
    many = tuple(purse.reserved[0]._replace(id=f"w-{number}") for number in range(500))
    with pytest.raises(DecisionError, match="at most 500 reservations stand") as refused:
        rules.merge(old._replace(purses=(purse._replace(reserved=many),)), new, join())
    assert refused.value.code == "merge.reservations"


def test_points_that_paid_for_an_order_of_the_other_one_come_back() -> None:
    """70 - 30 and 20, and 7 for the 70 RUB that were paid in money; with the goods the 7 go and the 30 come."""
    rules = club()
    old = state(rules, gift("70", member="old"), order("old", "100", day=4, points=30))
    both = one(rules, old, state(rules, gift("20", member="new")))
    assert usable(rules, both) == 67
    back = rules.decide(both, cancellation("x-1", "new", "2026-03-11T11:00:00Z", "old-4"))
    (given,) = (found for found in back.effects if isinstance(found, PointsGivenBack))
    assert [(debit.number, debit.units) for debit in given.debits] == [(2, 30)]
    assert (usable(rules, back.member), counted(back.member, "pay CAP")) == (90, [])
    assert read_member(write_member(back.member, rules), rules) == back.member


def test_sums_of_a_period_add_up() -> None:
    """10.4 and 5.3 are 10 and 5; of 15.7 the 0.7 wait for 0.3 more."""
    rules = club("in calendar quarter")
    both = one(rules, state(rules, order("old", "104", day=3)), state(rules, order("new", "53", day=4)))
    assert usable(rules, both) == 15
    assert usable(rules, rules.decide(both, order("new", "3", day=11)).member) == 16


def test_what_is_not_posted_yet_is_posted_as_one_sum() -> None:
    """9.5 and 9.5 are 19."""
    rules = club(POSTED)
    both = one(rules, state(rules, order("old", "95", day=3)), state(rules, order("new", "95", day=4)))
    posted = rules.decide(both, tick("new", "2026-04-01T00:00:00Z"))
    assert [found.granted for found in posted.effects if isinstance(found, PointsAwarded)] == [19]


def test_what_was_posted_for_either_goes_back_with_its_goods() -> None:
    """9 of 9.5 and 20 of 20.5; both are 30 of 30. Without the order of 95 RUB it would be 20 of 20.5: 10 go, all of
    them from what was posted at the end of March, which is one for both."""
    rules = club(POSTED)
    old, new = (
        state(rules, order("old", "205", day=3), tick("old", "2026-04-02T00:00:00Z")),
        state(rules, order("new", "95", day=4), tick("new", "2026-04-02T00:00:00Z")),
    )
    gone, stays = rules.merge(old, new, join()._replace(at=rules.new_member("x", joined="2026-04-03T00:00:00Z").clock))
    both = stays.member
    assert (usable(rules, gone.member), usable(rules, both)) == (0, 29)
    (found,) = both.purses[0].sums
    assert (found.numerator, found.denominator, found.posted and found.posted.holds) == (30, 1, 29)
    back = rules.decide(both, cancellation("x-1", "new", "2026-04-11T11:00:00Z", "new-4"))
    (taken,) = (effect for effect in back.effects if isinstance(effect, PointsTakenBack))
    assert (taken.units, taken.lots, usable(rules, back.member)) == (10, ((1, 10),), 19)
    back = rules.decide(back.member, cancellation("x-2", "new", "2026-04-12T11:00:00Z", "old-3"))
    assert usable(rules, back.member) == 0
    assert read_member(write_member(back.member, rules), rules) == back.member


def test_what_a_redeem_cap_counts_from_the_joining_date_is_that_of_the_one_who_joined_first() -> None:
    rules = club(window="in year since joining")
    old = state(
        rules, enrolment("e-1", "old", "2025-06-01T11:00:00Z"), gift("100", member="old"), aside("v-1", "old", 40)
    )
    new = state(
        rules, enrolment("e-2", "new", "2026-01-01T11:00:00Z"), gift("50", member="new"), aside("v-2", "new", 20)
    )
    both = one(rules, old, new)
    assert counted(both, "pay CAP") == [40]
    freed = rules.decide(both, release("k-2", "new", "2026-03-12T11:00:00Z", "v-2")).member
    assert counted(freed, "pay CAP") == [40]
