"""Frauds with points, each as a story with its bound: what is left to whoever tries it, worked out by hand.

The numbers are those of the list of frauds (docs/SECURITY.md): a story is a history of a member or two, and the bound
says how much more it may leave than buying honestly.
"""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, DecisionError, InputError, adjustment, load
from loyalty_rules.decision import PointsRedeemed
from loyalty_rules.events import Adjustment, cancellation, capture, release, reservation, returned, tick, transfer
from tests.fraud.club import BASE, HEAD, LIFE, after, at, buys, club, points

WAITING = "usable after 14 days\n  expire after 6 months"
LADDER = """tiers status
  level gold when spend in calendar year at least 1 000 RUB
  upgrade from next order
  review never
  after a return {returns}
end
"""


def paid(decision: Decision) -> int:
    """What points paid of an order, in minor units."""
    return sum(effect.value for effect in decision.effects if isinstance(effect, PointsRedeemed))


def gift(units: str, *, id: str = "g-1", member: str = "m") -> Adjustment:
    return adjustment(id, member, at(1, time="09:00:00"), "pts", units, reason="goodwill", actor="desk")


# ---------- F-01: the same points are spent at two tills at once


def test_F_01_two_tills_that_read_the_same_member_write_the_same_next_version() -> None:
    """Each takes 100 of 100 points. Both results are the second decision of this member, so a store that asks for the
    version it read keeps one of them; the other till reads again, and there is nothing left to pay with."""
    rules = club(base="")
    member = after(rules, gift("100"))
    one, two = (rules.decide(member, buys(f"till-{till}", "300", day=2, points=100)) for till in (1, 2))
    assert (one.member.decisions, two.member.decisions, member.decisions) == (2, 2, 1)
    again = rules.decide(one.member, two.event)
    assert (paid(one), paid(again), points(rules, again.member)) == (10_000, 0, 0)


def test_F_01_what_is_set_aside_is_not_there_for_another_till() -> None:
    rules = club(base="")
    held = after(rules, gift("100"), reservation("r-1", "m", at(2), "pay", amount="70"))
    other = rules.decide(held, buys("o-1", "300", day=2, points=100))
    assert paid(other) == 3_000
    done = after(rules, capture("c-1", "m", at(3), "r-1"), member=other.member)
    assert points(rules, done) == 0


# ---------- F-02: buy, earn, spend, send back, and again


@pytest.mark.parametrize(("back", "left"), [("may go negative", -100), ("take only what is left", 0)])
def test_F_02_points_of_goods_that_come_back_are_owed_or_gone(back: str, left: int) -> None:
    """100 points of the first order pay for the second, and the first comes back: the goods of the second are kept for
    them. What may go negative owes the 100; else the round is worth 100 points, once, and no point is left over."""
    rules = club(back=back, base=BASE.replace("earn base", "earn base\n  when order number is 1"))
    member = after(
        rules, buys("o-1", "1000"), buys("o-2", "100", day=2, points=100), cancellation("b-1", "m", at(3), "o-1")
    )
    assert points(rules, member) == left


def test_F_02_what_can_be_used_after_the_returns_window_cannot_be_spent_before() -> None:
    """Points wait as long as goods may come back: ten rounds of buying and returning leave nothing, and pay nothing."""
    rules = club(life=WAITING)
    member = rules.new_member("m")
    for number in range(10):
        bought = rules.decide(member, buys(f"o-{number}", "1000", day=number + 1, points=1_000))
        assert paid(bought) == 0
        member = rules.decide(bought.member, cancellation(f"b-{number}", "m", at(number + 1), f"o-{number}")).member
    member = rules.decide(member, tick("m", at(1, month=5))).member
    assert (points(rules, member), rules.balance(member, "pts").pending) == (0, 0)


# ---------- F-03: a refund charges points again, or never gives them back


def test_F_03_a_refund_gives_back_and_takes_back_each_point_once() -> None:
    """Of 100 points 60 pay for an order of 160 RUB; 100 RUB in money earn 10. Half of it comes back, then the rest:
    30 and 30 points come back, 5 and 5 of the 10 go."""
    rules = club()
    bought = after(rules, gift("100"), buys("o-1", "80", "80", day=2, points=60))
    assert points(rules, bought) == 100 - 60 + 10
    half = after(rules, returned("b-1", "m", at(3), "o-1", {"1": 1}), member=bought)
    assert points(rules, half) == 50 + 30 - 5
    whole = after(rules, returned("b-2", "m", at(4), "o-1", {"2": 1}), member=half)
    assert points(rules, whole) == 100
    more = rules.decide(whole, returned("b-3", "m", at(5), "o-1", {"2": 1}))
    assert (points(rules, more.member), more.refund, more.effects) == (100, None, ())
    assert more.outcome == "not_returnable"


# ---------- F-04: an order goes from paid to open and back


def test_F_04_an_order_that_is_told_again_and_again_gives_once() -> None:
    """Paid, told again, cancelled, told as paid again: the id is known, so it gives once, and after it is cancelled
    nothing. Bought anew, it is another order."""
    rules = club()
    order = buys("o-1", "1000")
    member = after(rules, order, order, order)
    assert points(rules, member) == 100
    member = after(rules, cancellation("b-1", "m", at(2), "o-1"), order, member=member)
    assert (points(rules, member), rules.decide(member, order).outcome) == (0, "repeated")


# ---------- F-06: a filler lifts the order over a threshold and comes back


def test_F_06_a_bonus_for_a_threshold_falls_with_the_filler() -> None:
    """500 points from 1 000 RUB. 900 and a filler of 100 give 500; without the filler there is no bonus. A second
    round with another filler gives and takes the same."""
    bonus = "earn bonus\n  when money paid at least 1 000 RUB\n  give 500 pts\nend\n"
    rules = club(bonus, base="")
    member = rules.new_member("m")
    for number in (1, 2):
        member = after(rules, buys(f"o-{number}", "900", "100", day=number * 2), member=member)
        assert points(rules, member) == 500
        member = after(rules, returned(f"b-{number}", "m", at(number * 2 + 1), f"o-{number}", {"2": 1}), member=member)
        assert points(rules, member) == 0


# ---------- F-09: points are earned on what points paid for


def test_F_09_a_wheel_of_points_loses_its_momentum() -> None:
    """A tenth of the money comes as points. 1 000 points pay for 1 000 RUB: no money, no points. On prices after
    discounts they would give 100, then 10, then 1."""
    rules = club()
    member = after(rules, gift("1000"), buys("o-1", "1000", day=2, points=1_000))
    assert points(rules, member) == 0


# ---------- F-16: a level is reached by an order that comes back


@pytest.mark.parametrize(("returns", "level"), [("recheck", "no level"), ("keep", "gold")])
def test_F_16_a_level_falls_with_the_order_that_reached_it_where_the_file_says_so(returns: str, level: str) -> None:
    rules = club(LADDER.format(returns=returns))
    member = after(rules, buys("o-1", "1000"), cancellation("b-1", "m", at(2), "o-1"))
    assert (rules.level(member, "status") or "no level") == level


# ---------- F-17: points that are about to expire go round in a family


def test_F_17_points_that_change_hands_keep_their_end() -> None:
    """60 points of the 1st of March end after six months. Given to another member on the last day and back, they end
    with it all the same; and more than 100 do not go in a month."""
    rules = load(
        HEAD.format(life=f"{LIFE}\n  transfer at most 100 pts in calendar month", back="may go negative", more="")
        + BASE
    )
    one, other = after(rules, buys("o-1", "600")), after(rules, buys("o-9", "5", member="n"))
    there = transfer("t-1", "m", at(31, month=8), "pts", "60", to="n")
    given, got = rules.transfer(one, other, there)
    again = transfer("t-2", "n", at(31, month=8, time="13:00:00"), "pts", "60", to="m")
    sent, back = rules.transfer(got.member, given.member, again)
    assert points(rules, back.member) == 60
    assert points(rules, after(rules, tick("m", at(2, month=9)), member=back.member)) == 0
    assert points(rules, sent.member) == 0
    with pytest.raises(DecisionError) as caught:
        more = transfer("t-3", "m", at(31, month=8, time="14:00:00"), "pts", "60", to="n")
        rules.transfer(back.member, sent.member, more)
    assert caught.value.code == "transfer.limit"


# ---------- F-18: points are spent and given back to live longer


def test_F_18_points_that_are_given_back_end_when_they_would_have() -> None:
    """100 points of the 1st of March are spent on the 30th of August and come back on the 31st: at the beginning of
    the 2nd of September all of them are gone. Set aside and released, they are no younger either."""
    rules = club(base="")
    spent = after(
        rules,
        gift("100"),
        buys("o-1", "300", day=30, month=8, points=100),
        cancellation("b", "m", at(31, month=8), "o-1"),
    )
    held = after(
        rules,
        gift("100"),
        reservation("r-1", "m", at(30, month=8), "pay", amount="100"),
        release("l-1", "m", at(31, month=8), "r-1"),
    )
    for member in (spent, held):
        assert points(rules, member) == 100
        assert points(rules, after(rules, tick("m", at(2, month=9)), member=member)) == 0


# ---------- F-20: staff correct balances


def test_F_20_a_correction_by_hand_has_a_name_and_a_reason_and_no_quote_outlives_it() -> None:
    """An order is quoted with 50 of 100 points. Staff take 80 away; when the order is placed, 20 are left to pay."""
    rules = club(base="")
    member = after(rules, gift("100"))
    for nameless in (gift("10")._replace(actor="", id="g-2"), gift("10")._replace(reason=" ", id="g-2")):
        with pytest.raises(InputError) as caught:
            rules.decide(member, nameless)
        assert caught.value.code == "adjustment.unsigned"
    quoted = rules.decide(member, buys("o-1", "300", day=2, points=50))
    taken = after(rules, gift("-80", id="g-3"), member=member)
    assert (paid(quoted), paid(rules.decide(taken, quoted.event))) == (5_000, 2_000)
