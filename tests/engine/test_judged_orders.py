"""Orders that are judged by the edition in force on a date of their own."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    Programme,
    SettingsError,
    cancellation,
    line,
    load,
    purchase,
    returned,
)
from loyalty_rules.adapters.wire import read_member, write_decision, write_member
from loyalty_rules.decision import PointsTakenBack
from loyalty_rules.events import Purchase
from loyalty_rules.member import MemberState
from tests.engine.deciding import HEAD, decide, granted

JUNE: Final = "2026-06-01T00:00:00+03:00"
JUNE_15: Final = "2026-06-15T12:00:00+03:00"
BY_CLOCK: Final = '  currency RUB\n  clock booked "Booked on"\n  orders judged by clock booked\n'
CLOCKED: Final = HEAD.replace("  currency RUB\n", BY_CLOCK, 1)
_KEPT: Final = CLOCKED.replace("  returns refused\n", "  returns replay within 90 days\n  returns keep prices\n", 1)
RETURNS: Final = _KEPT.replace("  rules add up\nend", "  rules add up\n  after a return may go negative\nend")
LADDER: Final = """tiers club
  level {} when spend in calendar month at least 200 RUB
  upgrade from next order
  review never"""


def text(rate: str, *blocks: str, head: str = CLOCKED) -> str:
    base = f"earn base\n  on any product\n  give {rate} pts per 10 RUB\n  cap 25 pts per member in calendar year"
    return head + "".join(f"\n{block}\nend\n" for block in (base, *blocks))


def editions(*texts: str, until: tuple[str, ...] = (JUNE,)) -> Programme:
    return load(texts[-1], earlier=tuple(zip(texts[:-1], until, strict=True)))


def booked(day: str, id: str = "o-1", at: str = JUNE_15, price: str = "100", **facts: str) -> Purchase:
    return purchase(id, "m", at, [line("1", quantity=2, price=price)], currency="RUB", facts={"booked": day, **facts})


TWO_RATES: Final = (text("1"), text("2"))


@pytest.mark.parametrize(
    ("day", "at", "points", "edition"),
    [
        ("2026-05-31", JUNE_15, 10, 0),
        ("2026-06-01", JUNE_15, 20, 1),
        ("2020-01-01", JUNE_15, 10, 0),
        ("2026-07-15", JUNE_15, 20, 1),
        ("2026-06-01", "2026-05-15T12:00:00+03:00", 10, 0),  # it has not begun
    ],
)
def test_the_edition_of_the_clock_judges(day: str, at: str, points: int, edition: int) -> None:
    rules = editions(*TWO_RATES)
    decision = decide(rules, booked(day, at=at, price="50"))
    assert granted(decision) == points
    assert decision.programme is rules.editions[edition]
    assert (
        f"`{points // 10} pts per 10 RUB`" in decision.explain() or f"base (base): {points} pts." in decision.explain()
    )
    assert decision.member.programme == rules.edition_at(at).fingerprint  # whose clock goes on
    assert f'"fingerprint":"{rules.editions[edition].fingerprint}"' in write_decision(decision, trace=True)
    assert read_member(write_member(decision.member, rules), rules) == decision.member
    assert rules.decide(decision.member, booked(day, at=at, price="50")).outcome == "repeated"


def test_where_no_clock_judges_the_instant_does() -> None:
    plain = CLOCKED.replace("  orders judged by clock booked\n", "", 1)
    rules = editions(text("1", head=plain), text("2", head=plain))
    assert granted(decide(rules, booked("2026-05-31", price="50"))) == 20


def test_a_ceiling_is_one_over_the_editions() -> None:
    """20 of 25 points are given at the rate of May; of 40 by that of June 5 are left."""
    rules = editions(*TWO_RATES)
    first = decide(rules, booked("2026-05-31"))
    assert granted(first) == 20
    assert granted(decide(rules, booked("2026-06-01", id="o-2"), first.member)) == 5


def test_goods_come_back_as_they_were_judged() -> None:
    rules = editions(text("1", head=RETURNS), text("2", head=RETURNS))
    member = decide(rules, booked("2026-05-31")).member
    back = rules.decide(member, returned("b", "m", "2026-06-20T12:00:00+03:00", "o-1", {"1": 1}))
    assert [effect.units for effect in back.effects if isinstance(effect, PointsTakenBack)] == [10]
    gone = rules.decide(back.member, cancellation("c", "m", "2026-06-21T12:00:00+03:00", "o-1"))
    assert rules.balance(gone.member, "pts").usable == 0
    later = booked("2026-06-01", id="o-2", at="2026-06-22T12:00:00+03:00", price="50")
    assert granted(decide(rules, later, gone.member)) == 20  # nothing is used up


def test_levels_move_by_what_such_an_order_counts() -> None:
    ladder = LADDER.format("gold")
    rules = editions(text("1", ladder), text("2", ladder))
    member = decide(rules, booked("2026-05-31")).member
    assert rules.level(member, "club") == "gold"


def test_facts_that_only_the_later_edition_has_are_left_out() -> None:
    facts = "facts\n  order fact cabin is text\n  line fact bag is yes or no else no"
    rules = editions(text("1"), text("2", facts))
    assert granted(decide(rules, booked("2026-05-31", cabin="first"))) == 20
    with pytest.raises(InputError) as refused:
        decide(rules, booked("2026-05-31"))
    assert refused.value.code == "fact.missing"


def test_points_pay_by_the_rules_of_that_edition() -> None:
    pay = "redeem pay\n  uses pts\n  pays {} RUB per 1 pts\n  on any product\n  too much is lowered"
    head = CLOCKED.replace("  rules add up\nend", "  rules add up\n  take oldest first\nend", 1)
    rules = editions(*(text("1", pay.format(worth), head=head) for worth in (1, 3)))
    member: MemberState = decide(rules, booked("2026-05-31")).member  # 20 points
    for day, worth in (("2026-05-31", 20_00), ("2026-06-01", 60_00)):
        asks = booked(day, id="o-2")._replace(redeem=())
        assert [one.value for one in rules.redeemable(member, asks)] == [worth]
        asking = purchase("o-2", "m", asks.at, asks.lines, currency="RUB", facts={"booked": day}, redeem={"pay": None})
        assert rules.decide(member, asking).to_pay == 200_00 - worth


def test_an_order_that_comes_late_is_judged_by_the_edition_of_today_or_not_at_all() -> None:
    late = CLOCKED.replace("late events refused", "late events accepted for 14 days", 1)
    rules = editions(text("1", head=late), text("2", head=late))
    member = decide(rules, booked("2026-06-10", id="o-1", price="10")).member
    in_time = booked("2026-06-01", id="o-2", at="2026-06-14T12:00:00+03:00", price="10")
    assert granted(decide(rules, in_time, member)) == 4
    with pytest.raises(DecisionError) as refused:
        decide(rules, booked("2026-05-31", id="o-3", at="2026-06-14T12:00:00+03:00"), member)
    assert refused.value.code == "event.late"


def test_orders_go_back_as_far_as_editions_say_so() -> None:
    plain = CLOCKED.replace("  orders judged by clock booked\n", "", 1)
    until = ("2026-04-01T00:00:00+03:00", JUNE)
    for head, points in ((CLOCKED, 10), (plain, 20)):
        rules = editions(text("1"), text("2", head=head), text("3"), until=until)
        assert granted(decide(rules, booked("2026-03-31", price="50"))) == points


PURSE: Final = "purse other\n  round down per order\n  usable at once\n  expire never"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (text("1"), text("2", PURSE)),
        (text("1", LADDER.format("gold")), text("2", LADDER.format("gold") + "\n  level top above gold when "
                                                "spend in calendar month at least 300 RUB")),
        (text("1"), text("2", LADDER.format("gold"))),
        (text("1"), text("2").replace("round down per order", "round down in calendar day", 1)),
        (text("1"), text("2").replace("earn base", "earn renewed\n  was base", 1)),
    ],
)  # fmt: skip
def test_what_members_hold_is_known_to_both_editions(before: str, after: str) -> None:
    with pytest.raises(SettingsError) as refused:
        editions(before, after)
    assert refused.value.code == "edition.judged"
    load(after)
