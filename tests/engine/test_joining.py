"""What is counted from the joining date, once a member gets another one: by joining, or by a merge."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Decision, MemberState, Programme, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import LevelChanged, PointsAwarded
from loyalty_rules.events import cancellation, enrolment, merge, release, reservation, returned, tick
from tests.engine.histories import counted, day_of_march, gift, order, state, usable

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
  expire never
  take oldest first
  after a return may go negative
end
earn base
  on any product
  give 1 pts per 10 RUB
  cap 30 pts per member {window}
end
redeem pay
  uses pts
  pays 1 RUB per 1 pts
  on any product
  cap 50 pts per member {window}
  too much is lowered
end
tiers status
  level gold when spend since joining at least 300 RUB
  upgrade from next order
  review never
  after a return keep
end
earn lively
  when active days in year since joining at least 3
  give 7 pts
end
"""
YEAR: Final = "in year since joining"
SINCE: Final = "since joining"


def club(window: str = SINCE, place: str = "per order") -> Programme:
    return load(CLUB.format(window=window, place=place))


def merged(rules: Programme, old: MemberState, new: MemberState, day: int = 20) -> Decision:
    both = rules.merge(old, new, merge("j-1", "old", day_of_march(day), into="new", reason="two cards", actor="desk"))
    assert read_member(write_member(both[1].member, rules), rules) == both[1].member
    return both[1]


def given(decision: Decision, rule: str = "base") -> int:
    return sum(one.granted for one in decision.effects if isinstance(one, PointsAwarded) and one.rule == rule)


# ---------- joining


@pytest.mark.parametrize("window", [YEAR, SINCE])
def test_caps_begin_anew_on_the_joining_date(window: str) -> None:
    """30 of 30 before joining, and 30 again after it; of the 50 that may pay 40 were used, and 50 may be again."""
    rules = club(window)
    before = state(rules, gift("100"), order("m", "340", day=3, points=40))
    assert usable(rules, before) == 90
    assert given(rules.decide(before, order("m", "100", day=11))) == 0
    after = rules.decide(before, enrolment("e-1", "m", day_of_march(10))).member
    paid = rules.decide(after, order("m", "450", day=11, points=50))
    assert (given(paid), usable(rules, paid.member)) == (30, 70)


@pytest.mark.parametrize("window", [YEAR, SINCE])
def test_what_comes_back_from_before_joining_frees_nothing_after_it(window: str) -> None:
    """30 before and 20 after; once the 30 are taken back, 10 of 30 are left as before."""
    rules = club(window)
    member = state(rules, order("m", "300", day=3), enrolment("e-1", "m", day_of_march(10)), order("m", "200", day=11))
    assert usable(rules, member) == 50
    back = rules.decide(member, cancellation("c-1", "m", day_of_march(12), "m-3")).member
    assert usable(rules, back) == 20
    assert given(rules.decide(back, order("m", "900", day=13))) == 10


@pytest.mark.parametrize("window", [YEAR, SINCE])
def test_what_was_set_aside_before_joining_frees_nothing_after_it(window: str) -> None:
    """40 are set aside and 30 more are used after joining; releasing the 40 leaves 20 of 50."""
    rules = club(window)
    aside = reservation("v-1", "m", day_of_march(3), "pay", amount=40)
    joined = enrolment("e-1", "m", day_of_march(10))
    member = state(rules, gift("100"), aside, joined, order("m", "30", day=11, points=30))
    assert counted(member, "pay CAP") == [30]
    freed = rules.decide(member, release("k-1", "m", day_of_march(12), "v-1")).member
    assert counted(freed, "pay CAP") == [30]


@pytest.mark.parametrize("window", [YEAR, SINCE])
def test_a_sum_that_was_posted_before_joining_frees_nothing_after_it(window: str) -> None:
    """30 of 34 of March and 20 of April; without the order of March the 30 go and the 20 stay under the cap."""
    rules = club(window, "per posting period\n  posts at end of calendar month")
    joined = enrolment("e-1", "m", "2026-04-10T11:00:00Z")
    april = order("m", "200", day=11)._replace(at=tick("m", "2026-04-11T11:00:00Z").at)
    member = state(rules, order("m", "340", day=3), joined, april, tick("m", "2026-05-01T00:00:00Z"))
    assert (usable(rules, member), counted(member, "base CAP")) == (50, [20])
    back = rules.decide(member, cancellation("c-1", "m", "2026-05-02T11:00:00Z", "m-3")).member
    assert (usable(rules, back), counted(back, "base CAP")) == (20, [20])


@pytest.mark.parametrize("window", [YEAR, SINCE])
def test_a_part_that_comes_back_from_before_joining_is_judged_by_the_cap_as_it_was_then(window: str) -> None:
    """30 of 34 before joining and 20 after it; half of the goods ask 17 of 30, so 13 go."""
    rules = club(window)
    first = order("m", "170", day=3, quantity=2)
    member = state(rules, first, enrolment("e-1", "m", day_of_march(10)), order("m", "200", day=11))
    back = rules.decide(member, returned("r-1", "m", day_of_march(12), "m-3", {"1": 1})).member
    assert (usable(rules, back), counted(back, "base CAP")) == (37, [20])


@pytest.mark.parametrize("window", [YEAR, SINCE])
def test_a_sum_of_before_joining_goes_in_the_share_that_goods_come_back(window: str) -> None:
    """30 of 34 were posted; of the half that stays 15 are left."""
    rules = club(window, "per posting period\n  posts at end of calendar month")
    joined = enrolment("e-1", "m", "2026-04-10T11:00:00Z")
    member = state(rules, order("m", "170", day=3, quantity=2), joined)
    assert usable(rules, member) == 30
    back = rules.decide(member, returned("r-1", "m", "2026-05-02T11:00:00Z", "m-3", {"1": 1})).member
    assert usable(rules, back) == 15
    assert read_member(write_member(back, rules), rules) == back


# ---------- a merge


def test_what_both_counted_since_they_joined_adds_up() -> None:
    """200 and 150 RUB since joining are gold; 20 and 15 of 30 under the cap leave nothing."""
    rules = club()
    old = state(rules, enrolment("e-1", "old", day_of_march(1)), order("old", "200", day=3))
    new = state(rules, enrolment("e-2", "new", day_of_march(2)), order("new", "150", day=4))
    both = merged(rules, old, new)
    assert [one.after for one in both.effects if isinstance(one, LevelChanged)] == ["gold"]
    assert counted(both.member, "base CAP") == [35]
    assert given(rules.decide(both.member, order("new", "100", day=21))) == 0


def test_what_was_counted_of_one_who_had_not_joined_does_not_count_since_joining() -> None:
    """Whoever of the two had joined: only its own 150 RUB and 15 points count."""
    rules = club()
    loose, dated = order("old", "200", day=3), enrolment("e-2", "new", day_of_march(2))
    for both in (
        merged(rules, state(rules, loose), state(rules, dated, order("new", "150", day=4))),
        merged(
            rules,
            state(rules, enrolment("e-1", "old", day_of_march(2)), order("old", "150", day=4)),
            state(rules, order("new", "200", day=3)),
        ),
    ):
        assert [one for one in both.effects if isinstance(one, LevelChanged)] == []
        assert counted(both.member, "base CAP") == [15]


def test_years_since_joining_are_those_of_the_one_who_joined_first() -> None:
    """15 points of 30 were given in the first year of one, 20 in that of the other, who joined first."""
    rules = club(YEAR)
    old = state(rules, enrolment("e-1", "old", day_of_march(1)), order("old", "200", day=3))
    new = state(rules, enrolment("e-2", "new", day_of_march(2)), order("new", "150", day=4))
    both = merged(rules, old, new).member
    assert counted(both, "base CAP") == [20]
    back = rules.decide(both, cancellation("c-1", "new", day_of_march(21), "new-4")).member
    assert (usable(rules, back), counted(back, "base CAP")) == (20, [20])
    back = rules.decide(both, cancellation("c-1", "new", day_of_march(21), "old-3")).member
    assert (usable(rules, back), counted(back, "base CAP")) == (15, [])


def test_active_days_of_years_since_joining_are_those_of_both() -> None:
    """A day of one, a day of the other and that of the next order are three; without the other one it is two."""
    rules = club()
    old = state(rules, enrolment("e-1", "old", day_of_march(1)), order("old", "10", day=3))
    new = state(rules, enrolment("e-2", "new", day_of_march(2)), order("new", "10", day=4))
    assert given(rules.decide(new, order("new", "10", day=21)), "lively") == 0
    assert given(rules.decide(merged(rules, old, new).member, order("new", "10", day=21)), "lively") == 7
