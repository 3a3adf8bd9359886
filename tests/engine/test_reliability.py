"""Places where corners are cut, under the numbers of the list of them; the figures are worked out by hand."""

from __future__ import annotations

import time

import pytest

from loyalty_rules import DecisionError, load
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import cancellation, choice, line, purchase, returned, tick
from tests.engine.test_ledger_corners import (
    HEAD,
    NO_RETURNS,
    RETURNS,
    buys,
    decided,
    gift,
    lots,
    parts,
    programme,
    purse,
    rule,
)

LEFT = "after a return take only what is left"
CASH = (
    "purse cash\n  counted in RUB\n  rules add up\n  round down per order\n  usable at once\n  expire never\n"
    f"  {LEFT}\nend\n"
)
STATUS = (
    "tiers status\n  level silver when spend in calendar year at least 100 RUB\n"
    "  level gold above silver when spend in calendar year at least 1 000 RUB\n"
    "  upgrade from next order\n  review never\n  after a return keep\nend\n"
)


def test_04_a_cap_takes_back_its_fall_and_no_more() -> None:
    """2% of 62 500 and of 500 are 1 250 and 10 of a cap of 1 250. When 1 000 come back, 62 000 ask 1 240."""
    year = rule("reward", "on any product", "give 2% to cash", "cap 1 250 RUB per member in calendar year")
    rules = programme(CASH, year, returns=RETURNS)
    lines = [line("1", amount="61500"), line("2", amount="1000")]
    first = purchase("o-1", "m", "2026-03-10T12:00:00+03:00", lines, currency="RUB")
    back = returned("r", "m", "2026-03-12T12:00:00+03:00", "o-1", {"2": 1})
    found = decided(rules, [first, buys("o-2", "2026-03-11T12:00:00", "500"), back])
    assert [rules.balance(decision.member, "cash").usable for decision in found] == [125_000, 125_000, 124_000]


def test_05_a_return_is_judged_by_the_member_and_the_rules_of_the_purchase() -> None:
    """As silver, with 180 of a cap of 200 used: 50 RUB ask 50, 20 are given. Gold, two months and a doubled rate later
    30 of the 50 RUB come back: 200 RUB are asked of the cap then, and nothing falls; the rest takes 20."""
    text = HEAD.format(returns=RETURNS.replace("2 months", "6 months"))
    text += purse("pts", "usable at once", "expire never", LEFT) + STATUS
    base = rule("base", "on any product", "give 1 pts per 1 RUB", "cap 200 pts per member in calendar month")
    silver = "  for status is silver\n  on any product"
    old = text + base.replace("  on any product", silver)
    new = text + base.replace("give 1 pts", "give 2 pts")
    rules = load(new, earlier=[(old, "2026-05-01T00:00:00+03:00")])
    history = [
        buys("o-0", "2026-03-01T12:00:00", "100"),
        buys("o-1", "2026-03-02T12:00:00", "180"),
        purchase(
            "o-2",
            "m",
            "2026-03-03T12:00:00+03:00",
            [line("1", amount="30"), line("2", amount="20")],
            currency="RUB",
        ),
        buys("o-3", "2026-04-20T12:00:00", "900"),
        returned("r-1", "m", "2026-06-10T12:00:00+03:00", "o-2", {"1": 1}),
        returned("r-2", "m", "2026-06-11T12:00:00+03:00", "o-2", {"2": 1}),
    ]
    found = decided(rules, history)
    march = [rules.balance(decision.member, "pts").usable for decision in found]
    assert march == [0, 180, 200, 400, 400, 380]


def test_05_what_is_kept_is_decided_again_by_the_rules_of_the_purchase() -> None:
    """10 for each full 20 RUB: 50 RUB give 20, the 20 that are kept 10. Today's rules give 20 for them, and shares of
    the lines would leave 8."""
    text = HEAD.format(returns=RETURNS) + purse("pts", "usable at once", "expire never", LEFT)
    old = text + rule("base", "on any product", "give 10 pts per full 20 RUB")
    new = text + rule("base", "on any product", "give 20 pts per full 20 RUB")
    rules = load(new, earlier=[(old, "2026-03-02T00:00:00+03:00")])
    lines = [line("1", amount="30"), line("2", amount="20")]
    order = purchase("o", "m", "2026-03-01T12:00:00+03:00", lines, currency="RUB")
    found = decided(rules, [order, returned("r", "m", "2026-03-03T12:00:00+03:00", "o", {"1": 1})])
    assert [rules.balance(decision.member, "pts").usable for decision in found] == [20, 10]


def test_06_a_return_gives_nothing_and_counts_no_order_twice() -> None:
    """1 100 RUB at 1% are 11; the 900 that are kept would double, and stay at 11. The 5th order is the one after the
    fourth that stands."""
    small = rule("small", "when spend in this order at most 1 000 RUB", "on any product", "give 2% to cash")
    large = rule("large", "when spend in this order over 1 000 RUB", "on any product", "give 1% to cash")
    rules = programme(CASH, small, large, returns=RETURNS)
    lines = [line("1", amount="900"), line("2", amount="200")]
    order = purchase("o-1", "m", "2026-03-10T12:00:00+03:00", lines, currency="RUB")
    back = returned("r", "m", "2026-03-11T12:00:00+03:00", "o-1", {"2": 1})
    found = decided(rules, [order, back])
    assert [rules.balance(decision.member, "cash").usable for decision in found] == [1_100, 1_100]

    fifth = rule("fifth", "when order number is 5", "give 50 pts")
    counting = programme(purse("pts", "usable at once", "expire never", LEFT), fifth, returns=RETURNS)
    bought = [buys(f"o-{day}", f"2026-03-0{day}T12:00:00", "10") for day in range(1, 6)]
    gone = cancellation("c", "m", "2026-03-06T12:00:00+03:00", "o-2")
    found = decided(counting, [*bought, gone, buys("o-6", "2026-03-07T12:00:00", "10")])
    assert [counting.balance(decision.member, "pts").usable for decision in found] == [0, 0, 0, 0, 50, 50, 100]


LATE = HEAD.replace("late events refused", "late events accepted for 3 days").format(returns=NO_RETURNS)


def test_07_a_late_event_has_the_room_of_its_month_and_the_level_of_its_day() -> None:
    """Of 300 in March 290 are given. As silver, lost with the review at the end of March, an order of 31 March that is
    told on 2 April asks for 60 and gets 10; welcome was given, and is not given again."""
    rules = load(
        LATE
        + purse("pts", "usable at once", "expire never", "take oldest first")
        + "tiers status\n  level silver when spend in last 20 days at least 145 RUB\n  upgrade from next order\n"
        "  review at end of calendar month\n  downgrade to earned level\nend\n"
        + rule("base", "on any product", "give 2 pts per 1 RUB", "cap 300 pts per member in calendar month")
        + rule("silver", "for status is silver", "on any product", "give 100 pts")
        + rule("welcome", "after reaching silver in ladder status", "give 1000 pts", "limit 1 per member")
        + "redeem pay\n  uses pts\n  pays 1 RUB per 1 pts\n  on any product\n  too much is lowered\nend\n"
    )
    steps = [[], ["2026-03-31T11:00:00+03:00"], ["2026-03-20T12:00:00+03:00", "2026-04-01T00:00:00+03:00"]]
    late = buys("o-2", "2026-03-31T12:00:00", "30")
    members = []
    for ticks in steps:
        now = [*(tick("m", at) for at in ticks), tick("m", "2026-04-02T12:00:00+03:00")]
        found = decided(rules, [buys("o-1", "2026-03-05T12:00:00", "145"), *now, late])
        assert (rules.level(found[0].member, "status"), rules.level(found[-2].member, "status")) == ("silver", "")
        assert rules.balance(found[-2].member, "pts") == (1_290, 0)
        given = {effect.rule: effect.granted for effect in found[-1].effects if isinstance(effect, PointsAwarded)}
        assert given == {"base": 10, "silver": 100}
        members.append(found[-1].member)
    assert members[0] == members[1] == members[2]
    paying = purchase("o-3", "m", late.at, [line("1", amount="30")], currency="RUB", redeem={"pay": None})
    for refused in (paying, buys("o-4", "2026-03-29T12:00:00", "30")):
        with pytest.raises(DecisionError) as refusal:
            rules.decide(members[0], refused)
        assert refusal.value.code == "event.late"
    again = rules.decide(members[0], buys("o-5", "2026-04-01T12:00:00", "150"))
    assert rules.level(again.member, "status") == "silver"
    assert not [one for one in again.effects if isinstance(one, PointsAwarded) and one.rule == "welcome"]


def test_08_what_was_told_before_is_known_before_it_is_late() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire never"), rule("base", "on any product", "give 1 pts per 1 RUB")
    )
    first = buys("o-1", "2026-03-10T12:00:00", "1.10")
    member = decided(rules, [first, buys("o-2", "2026-03-11T12:00:00", "5")])[-1].member
    again = rules.decide(member, buys("o-1", "2026-03-10T12:00:00", "1.1"))
    assert (again.outcome, again.member, again.effects) == ("repeated", member, ())
    with pytest.raises(DecisionError) as refusal:
        rules.decide(member, buys("o-1", "2026-03-10T12:00:00", "1.11"))
    assert refusal.value.code == "event.conflict"


def test_09_a_long_gap_costs_nothing_and_what_meets_at_one_instant_has_its_order() -> None:
    """At the end of March 1 200 points are exchanged by 500s, the 200 left expire; the level is reviewed last."""
    rules = programme(
        purse("pts", "usable at once", "expire at end of calendar month", "take oldest first"),
        purse("vouchers", "usable at once", "expire never"),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        "conversion monthly\n  at end of calendar month\n  for status is gold\n  uses 500 pts\n"
        "  give 1 vouchers\nend\n",
        "tiers status\n  level gold when spend in last 20 days at least 1 000 RUB\n  upgrade from next order\n"
        "  review at end of calendar month\n  downgrade to earned level\nend\n",
    )
    member = decided(rules, [buys("o", "2026-03-05T12:00:00", "1200")])[-1].member
    assert rules.level(member, "status") == "gold"
    started = time.perf_counter()
    far = rules.decide(member, tick("m", "2196-03-05T12:00:00+03:00")).member
    assert time.perf_counter() - started < 2
    near = rules.decide(member, tick("m", "2026-04-01T00:00:00+03:00")).member
    for found in (near, far):
        assert (rules.balance(found, "pts"), rules.balance(found, "vouchers")) == ((0, 0), (2, 0))
        assert rules.level(found, "status") == ""


@pytest.mark.parametrize("returns", [NO_RETURNS, RETURNS])
def test_13_lots_merge_late_enough_and_what_had_expired_is_not_taken(returns: str) -> None:
    """A 10, B 10, A 10; of 15 that are spent A gave 10 and B 5: from lots that are apart as well as from one."""
    left = (LEFT,) if returns == RETURNS else ()
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first", *left),
        purse("miles", "usable at once", "expire never", *left),
        rule("a", "on any product", "give 1 pts per 1 RUB"),
        rule("b", "after event gift", "give 10 pts"),
        "conversion exchange\n  on request\n  uses 15 pts\n  give 1 miles\nend\n",
        returns=returns,
    )
    history = [
        buys("o-1", "2026-03-01T12:00:00", "10"),
        gift("g", "2026-03-02T12:00:00"),
        buys("o-2", "2026-03-03T12:00:00", "10"),
    ]
    for day in ("2026-03-04", "2026-09-04"):
        asked = choice("c", "m", f"{day}T12:00:00+03:00", "exchange", amount=15)
        spent = decided(rules, [*history, asked])[-1]
        left_of = [sum(lot.get(name, 0) for lot in parts(spent, "pts")) for name in ("a", "b")]
        assert left_of == [10, 5]


def test_13_an_order_whose_points_have_expired_takes_none_of_another() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire after 10 days", LEFT),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        returns=RETURNS,
    )
    history = [
        buys("o-1", "2026-03-01T12:00:00", "10"),
        buys("o-2", "2026-03-15T12:00:00", "7"),
        cancellation("c", "m", "2026-03-16T12:00:00+03:00", "o-1"),
    ]
    found = decided(rules, history)[-1]
    assert [lot.left for lot in lots(found, "pts")] == [7]


def test_13_units_that_come_back_have_their_old_end() -> None:
    """Spent to the last and returned, taken back and given again: on 2 April all of 1 March is gone."""
    rules = programme(
        purse("pts", "usable at once", "expire after 1 month", "take oldest first", LEFT),
        rule("given", "after event gift", "give 50 pts"),
        "redeem pay\n  uses pts\n  pays 1 RUB per 1 pts\n  on any product\n  too much is lowered\nend\n",
        returns=f"{RETURNS}\n  refund tenders in proportion",
    )
    at, asked = "2026-03-10T12:00:00+03:00", {"pay": None}
    order = purchase("o", "m", at, [line("1", amount="50")], currency="RUB", redeem=asked)
    back = cancellation("c", "m", "2026-03-20T12:00:00+03:00", "o")
    found = decided(rules, [gift("g", "2026-03-01T12:00:00"), order, back])
    assert [rules.balance(decision.member, "pts").usable for decision in found] == [50, 0, 50]
    assert rules.balance(rules.decide(found[-1].member, tick("m", "2026-04-02T00:00:00+03:00")).member, "pts") == (0, 0)

    large = rule("large", "when spend in this order at least 10 RUB", "give 10 pts")
    small = rule("small", "when spend in this order under 5 RUB", "give 10 pts")
    rules = programme(purse("pts", "usable at once", "expire after 1 month", LEFT), large, small, returns=RETURNS)
    backs = [returned(f"r-{day}", "m", f"2026-03-{day}T12:00:00+03:00", "o", {"1": 1}) for day in (10, 20)]
    found = decided(rules, [buys("o", "2026-03-01T12:00:00", "12", quantity=3), *backs])
    assert [rules.balance(decision.member, "pts").usable for decision in found] == [10, 0, 10]
    held = rules.decide(found[-1].member, tick("m", "2026-04-01T23:59:59+03:00")).member
    gone = rules.decide(held, tick("m", "2026-04-02T00:00:00+03:00")).member
    assert (rules.balance(held, "pts"), rules.balance(gone, "pts")) == ((10, 0), (0, 0))


def test_a_review_after_a_month_remembers_the_31st() -> None:
    """Reached on 31 January: reviewed on 28 February, then on 31 March, not on 28 March."""
    rules = programme(
        "tiers status\n  level gold when spend in last 30 days at least 100 RUB\n  upgrade from next order\n"
        "  review after 1 month\n  downgrade to earned level\nend\n"
    )
    history = [buys("o-1", "2026-01-31T12:00:00", "100"), buys("o-2", "2026-02-10T12:00:00", "100")]
    ticks = [tick("m", "2026-03-30T23:59:59+03:00"), tick("m", "2026-03-31T00:00:00+03:00")]
    assert [rules.level(one.member, "status") for one in decided(rules, [*history, *ticks])[2:]] == ["gold", ""]
