"""Changes of denomination: what is set aside, what points paid, sums of periods, and events that come late."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import DecisionError, Programme, load, replay
from loyalty_rules.adapters.wire import write_decision
from loyalty_rules.decision import (
    PointsAwarded,
    PointsCaptured,
    PointsGivenBack,
    PointsRedenominated,
    PointsTakenBack,
    ReservationReleased,
)
from loyalty_rules.events import (
    Event,
    cancellation,
    capture,
    merge,
    release,
    reservation,
    returned,
    tick,
    transfer,
)
from loyalty_rules.explaining.settling import History, settlement
from tests.engine.histories import after, bought, counted, gift, usable

CLUB: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 90 days
  returns keep prices
  refund tenders in proportion
  late events {late}
end
purse pts "Points"
  rules add up
  round down {place}
  usable at once
  expire after 12 months
  take oldest first
  after a return may go negative
  {transfer}
end
earn base "Base"
  on any product
  give 1 pts per 10 RUB
  {clause}
end
redeem pay "Paid with points"
  uses pts
  pays 1 RUB per 1 pts
  on any product
  cap 700 pts per member in calendar year
  too much is lowered
end
change anew "Counted anew"
  changes pts
  from 2026-04-01
  balances {by}
  round down per lot
end
"""
APRIL: Final = "2026-04-01T00:00:00Z"
POSTED: Final = "per posting period\n  posts at end of calendar month"


def club(
    by: str = "multiply by 11",
    *,
    place: str = "per order",
    clause: str = "",
    late: str = "refused",
    transfer: str = "",
    text: str = CLUB,
) -> Programme:
    return load(text.format(by=by, place=place, clause=clause, late=late, transfer=transfer))


# ---------- what is set aside


ASIDE: Final = (gift("100"), reservation("v-1", "m", "2026-03-03T11:00:00Z", "pay", amount=40))


def test_what_is_set_aside_is_told_and_told_apart() -> None:
    rules = club()
    member, effects = after(rules, *ASIDE, tick("m", APRIL))
    assert effects == [PointsRedenominated("anew", "pts", 60, 660, 0, 0, member.clock, 40, 440)]
    decision = list(replay(rules, [*ASIDE, tick("m", APRIL)]))[-1]
    assert "Points: of what is set aside to pay, 40 pts are 440 pts." in decision.explain("en")
    assert "Points: отложенное для оплаты 40 pts становится 440 pts." in decision.explain("ru")
    assert "Points: 100 pts became 1100 pts (Counted anew)." in decision.explain("en", audience="member")
    assert '"aside_before":"40","aside_after":"440"' in write_decision(decision)


@pytest.mark.parametrize(
    ("given", "left", "owed", "told"), [("0", 0, 40, "0 pts became 0 pts"), ("30", 0, 10, "30 pts became 330 pts")]
)
def test_what_is_set_aside_and_owed_is_told_as_set_aside_and_as_owed(
    given: str, left: int, owed: int, told: str
) -> None:
    """40 are set aside where fewer are there: what a member has is what is held and set aside less what is owed, and so
    what comes to it by the change is eleven times that, as the settlement adds it up."""
    rules = load(
        CLUB.replace("{transfer}", "overdraft at most 50 pts").format(
            by="multiply by 11", place="per order", clause="", late="refused"
        )
    )
    came: list[Event] = [gift(given)] if given != "0" else []
    events = [*came, ASIDE[1], tick("m", APRIL)]
    member, effects = after(rules, *events)
    assert effects == [PointsRedenominated("anew", "pts", left, left * 11, owed, owed * 11, member.clock, 40, 440)]
    decision = list(replay(rules, events))[-1]
    assert f"Points: {told} (Counted anew)." in decision.explain("en", audience="member")
    history = History(lambda _: {})
    for one in replay(rules, events):
        history.take(one)
    (held,) = settlement(rules.plan, [decision.member], member.clock, history).purses
    assert (held.usable, held.reserved, held.owed) == (left * 11, 440, owed * 11)
    assert sum(units for _, units in held.flows) == held.usable + held.pending + held.reserved - held.owed


def test_a_reservation_pays_the_same_money_in_new_units() -> None:
    """40 of 100 points for 40.00; as 440 they still pay 40.00, and of 220 of them 20.00: 60 x 11 and 220 are 880."""
    rules = club()
    member, effects = after(rules, *ASIDE, capture("k-1", "m", "2026-04-02T11:00:00Z", "v-1"))
    paid = next(one for one in effects if isinstance(one, PointsCaptured))
    assert (paid.units, paid.value, usable(rules, member)) == (440, 40_00, 660)
    member, effects = after(rules, *ASIDE, capture("k-1", "m", "2026-04-02T11:00:00Z", "v-1", amount=220))
    paid = next(one for one in effects if isinstance(one, PointsCaptured))
    assert (paid.units, paid.value, usable(rules, member)) == (220, 20_00, 880)
    assert counted(member, "pay CAP pts") == [220]


def test_a_reservation_that_is_released_gives_new_units_and_frees_its_ceiling() -> None:
    rules = club()
    member, _ = after(rules, *ASIDE, tick("m", APRIL))
    assert counted(member, "pay CAP pts") == [440]
    member, effects = after(rules, *ASIDE, release("k-1", "m", "2026-04-02T11:00:00Z", "v-1"))
    back = next(one for one in effects if isinstance(one, ReservationReleased))
    assert (back.units, usable(rules, member), counted(member, "pay CAP pts")) == (440, 1100, [])


def test_two_reservations_that_rounding_up_counts_twice_leave_no_ceiling_below_zero() -> None:
    """1 and 1 set aside are 2 in the ceiling, halved one; each of them halved and rounded up is one."""
    rules = load(club("divide by 2").source.text.replace("round down per lot", "round up per lot"))
    both = [reservation(f"v-{n}", "m", f"2026-03-0{n}T11:00:00Z", "pay", amount=1) for n in (3, 4)]
    gone = [release(f"k-{n}", "m", f"2026-04-0{n}T11:00:00Z", f"v-{n}") for n in (3, 4)]
    member, _ = after(rules, gift("100"), *both, *gone)
    assert counted(member, "pay CAP pts") == []


# ---------- what points paid


def test_points_that_paid_come_back_in_new_units() -> None:
    """50 of 100 points paid for two things of 100 RUB; one comes back: 25 old points, which are 275, with them. Of
    the 15 points for the 150 RUB of money 7.5 x 11 are taken, half up: 82 of 165 go..."""
    rules = club()
    paid = bought("100", at="2026-03-03T11:00:00Z", quantity=2, points=50)
    back = returned("r-1", "m", "2026-04-02T11:00:00Z", "o-1", {"1": 1})
    member, effects = after(rules, gift("100"), paid, back)
    given = next(one for one in effects if isinstance(one, PointsGivenBack))
    assert (given.units, given.value) == (275, 25_00)
    (taken,) = (one for one in effects if isinstance(one, PointsTakenBack))
    assert taken.units == 82
    assert usable(rules, member) == (50 + 15) * 11 + 275 - 82
    assert counted(member, "pay CAP pts") == [275]
    member, _ = after(rules, gift("100"), paid, back, cancellation("x-1", "m", "2026-04-03T11:00:00Z", "o-1"))
    assert (usable(rules, member), counted(member, "pay CAP pts")) == (1100, [])


# ---------- sums of periods


def test_what_is_rounded_over_a_month_goes_on_with_the_fraction() -> None:
    """10.4 points are 10, and 110 from 15 March on; of the sum 114.4 the 0.4 wait for 0.6 more, which make one."""
    rules = club(place="in calendar quarter")
    rules = load(rules.source.text.replace("from 2026-04-01", "from 2026-03-15"))
    first = bought("104", at="2026-03-03T11:00:00Z")
    member, _ = after(rules, first)
    assert usable(rules, member) == 10
    second = bought("6", at="2026-03-20T11:00:00Z", id="o-2")
    member, _ = after(rules, first, second)
    assert usable(rules, member) == 110 + 1
    gone = cancellation("x-1", "m", "2026-03-21T11:00:00Z", "o-1")
    member, effects = after(rules, first, second, gone)
    assert [one.units for one in effects if isinstance(one, PointsTakenBack)] == [110]
    assert usable(rules, member) == 1


def test_what_is_not_posted_yet_is_posted_in_new_units() -> None:
    """9.5 and 9.5 in March; on the 15th they are 209, and the 9.5 of the 20th come on top: 218 of 218.5. Without the
    first order, 114."""
    rules = load(club(place=POSTED).source.text.replace("from 2026-04-01", "from 2026-03-15"))
    orders = [bought("95", at=f"2026-03-{day:02}T11:00:00Z", id=f"o-{day}") for day in (3, 4, 20)]
    member, effects = after(rules, *orders, tick("m", APRIL))
    assert [one.granted for one in effects if isinstance(one, PointsAwarded)] == [218]
    half = returned("r-1", "m", "2026-03-25T11:00:00Z", "o-3", {"1": 1})
    member, effects = after(rules, *orders, half, tick("m", APRIL))
    assert [one.granted for one in effects if isinstance(one, PointsAwarded)] == [114]
    assert usable(rules, member) == 114


def test_goods_that_come_back_take_their_share_of_what_was_posted_before() -> None:
    """19 of 19 points for two orders are posted as March ends, and 15 where a cap leaves as much: 209 and 165 from then
    on. One of two equal orders comes back: half of either, 104 stays of 209 and 82 of 165. The cap was asked 19, that
    is 209, and half of it goes as well."""
    orders = [bought("95", at=f"2026-03-{day:02}T11:00:00Z", id=f"o-{day}") for day in (3, 4)]
    back = cancellation("x-1", "m", "2026-04-02T11:00:00Z", "o-3")
    for clause, posted, stays in (("", 19, 104), ("cap 15 pts per member in calendar month", 15, 82)):
        rules = club(place=POSTED, clause=clause)
        member, effects = after(rules, *orders, tick("m", APRIL))
        assert [one.granted for one in effects if isinstance(one, PointsAwarded)] == [posted]
        assert usable(rules, member) == posted * 11
        member, effects = after(rules, *orders, back)
        (taken,) = (one for one in effects if isinstance(one, PointsTakenBack))
        assert (taken.units, usable(rules, member)) == (posted * 11 - stays, stays)
        assert counted(member, "base CAP pts") == ([104] if clause else [])
        last = cancellation("x-2", "m", "2026-04-03T11:00:00Z", "o-4")
        member, _ = after(rules, *orders, back, last)
        assert (usable(rules, member), counted(member, "base CAP pts")) == (0, [])


# ---------- events that come late


LATE: Final = "accepted for 10 days"
MOST: Final = "transfer at most 50 pts in calendar month"


def test_what_is_older_than_a_change_that_has_happened_comes_too_late() -> None:
    """An order of 31 March is taken while the clock stands in March, and one of 1 April in April."""
    rules = club(late=LATE)
    there = tick("m", "2026-04-03T11:00:00Z")
    old = bought("100", at="2026-03-31T23:59:59Z", id="o-2")
    with pytest.raises(DecisionError, match="a change of denomination that has happened since") as refused:
        after(rules, gift("100"), there, old)
    assert refused.value.code == "event.late"
    back = returned("r-1", "m", "2026-03-31T11:00:00Z", "o-1", {"1": 1})
    with pytest.raises(DecisionError, match="change of denomination"):
        after(rules, bought("100", at="2026-03-03T11:00:00Z"), there, back)
    member, _ = after(rules, gift("100"), there, bought("100", at=APRIL, id="o-2"))
    assert usable(rules, member) == 1110
    member, _ = after(rules, gift("100"), tick("m", "2026-03-31T23:59:59.5Z"), old)
    assert usable(rules, member) == 110


def test_what_moves_units_by_itself_is_never_late() -> None:
    rules = club(late=LATE, transfer=MOST)
    member, _ = after(rules, gift("100"), tick("m", "2026-04-03T11:00:00Z"))
    other, at = rules.new_member("n"), "2026-04-02T11:00:00Z"
    given, taken = transfer("t-1", "m", at, "pts", "1", to="n"), transfer("t-1", "n", at, "pts", "1", to="m")
    late = gift("1", id="a-2")._replace(at=given.at)
    gone, comes = (
        merge("j-1", "m", at, into="n", reason="two cards", actor="desk"),
        merge("j-1", "n", at, into="m", reason="two cards", actor="desk"),
    )
    giving = rules.decide(other, late._replace(member="n")).member  # earlier than the other one's clock
    for decide in (
        lambda: rules.decide(member, late),
        lambda: rules.transfer(member, other, given),
        lambda: rules.transfer(giving, member, taken),
        lambda: rules.merge(member, other, gone),
        lambda: rules.merge(other, member, comes),
    ):
        with pytest.raises(DecisionError, match="comes in time, or not at all") as refused:
            decide()
        assert refused.value.code == "event.late"
