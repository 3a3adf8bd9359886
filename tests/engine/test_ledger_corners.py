"""What random histories found in the ledger, each as a short history with the answer worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loyalty_rules import Decision, Programme, load
from loyalty_rules.decision import PointsExpired, PointsTakenBack
from loyalty_rules.events import Event, adjustment, choice, happening, line, purchase, returned, tick
from loyalty_rules.member import NEVER, Lot

HEAD: Final = """loyalty rules 1

programme "Corners"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  late events refused
  {returns}
end

event gift
end

event delivered
  about an order
end
"""
NO_RETURNS: Final = "returns refused"
RETURNS: Final = "returns replay within 2 months\n  returns keep prices"


def purse(name: str, *lines: str) -> str:
    body = "\n  ".join(("rules add up", "round down per order", *lines))
    return f"purse {name}\n  {body}\nend\n"


def rule(name: str, *lines: str) -> str:
    body = "\n  ".join(lines)
    return f"earn {name}\n  {body}\nend\n"


def programme(*blocks: str, returns: str = NO_RETURNS) -> Programme:
    return load("\n".join((HEAD.format(returns=returns), *blocks)))


def buys(id: str, at: str, *prices: str, quantity: int = 1) -> Event:
    lines = [line(str(place), quantity=quantity, amount=price) for place, price in enumerate(prices, 1)]
    return purchase(id, "m", f"{at}+03:00", lines, currency="RUB")


def gift(id: str, at: str) -> Event:
    return happening(id, "m", f"{at}+03:00", "gift")


def decided(rules: Programme, events: Sequence[Event]) -> list[Decision]:
    member, found = rules.new_member("m"), []
    for event in events:
        found.append(rules.decide(member, event))
        member = found[-1].member
    return found


def lots(decision: Decision, name: str) -> list[Lot]:
    return [lot for purse in decision.member.purses if purse.name == name for lot in purse.lots]


def parts(decision: Decision, name: str) -> list[dict[str, int]]:
    return [dict(lot.parts) for lot in lots(decision, name)]


# ---------- neighbours that nothing tells apart are one


def test_lots_that_became_usable_are_one_before_anything_spends_them() -> None:
    """10 of one rule and 10 of another that can be used since 1 April: of 10 that are taken each gives 5."""
    rules = programme(
        purse("pts", "usable from start of next calendar month", "expire never", "take oldest first"),
        purse("miles", "usable at once", "expire never"),
        rule("bought", "on any product", "give 1 pts per 1 RUB"),
        rule("given", "after event gift", "give 10 pts"),
        "conversion exchange\n  on request\n  uses 10 pts\n  give 1 miles\nend\n",
    )
    asked = choice("c", "m", "2026-04-02T12:00:00+03:00", "exchange", amount=10)
    history = [buys("o", "2026-03-10T12:00:00", "10"), gift("g", "2026-03-11T12:00:00"), asked]
    assert parts(decided(rules, history)[-1], "pts") == [{"bought": 5, "given": 5}]


def test_lots_of_an_order_are_apart_until_it_may_no_longer_come_back() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire never", "after a return take only what is left"),
        rule("bought", "on any product", "give 1 pts per 1 RUB"),
        returns=RETURNS,
    )
    first, second = buys("o-1", "2026-03-10T12:00:00", "10"), buys("o-2", "2026-03-11T12:00:00", "20")
    last, after = tick("m", "2026-05-11T23:59:59+03:00"), tick("m", "2026-05-12T00:00:00+03:00")
    found = decided(rules, [first, second, last, after])
    assert parts(found[-2], "pts") == [{"bought": 10}, {"bought": 20}]
    assert parts(found[-1], "pts") == [{"bought": 30}]


def test_units_of_a_conversion_are_no_lot_of_the_order_before_it() -> None:
    """What came of a conversion in the clock has the number of the last order, and joins its neighbour all the same."""
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first", "after a return take only what is left"),
        purse("miles", "usable at once", "expire never", "after a return take only what is left"),
        rule("bought", "on any product", "give 10 pts per 1 RUB"),
        "conversion monthly\n  at end of calendar month\n  uses 10 pts\n  give 1 miles\nend\n",
        returns=RETURNS,
    )
    first, second = buys("o-1", "2026-03-10T12:00:00", "3"), buys("o-2", "2026-04-10T12:00:00", "4")
    assert parts(decided(rules, [first, second, tick("m", "2026-05-01T00:00:00+03:00")])[-1], "miles") == [
        {"monthly": 7}
    ]


# ---------- spending


def test_newest_first_takes_of_one_instant_what_was_decided_first() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire never", "take newest first"),
        purse("miles", "usable at once", "expire never"),
        rule("bought", "on any product", "give 1 pts per 1 RUB", "expire after 1 month"),
        rule("given", "after event gift", "give 10 pts"),
        "conversion exchange\n  on request\n  uses 10 pts\n  give 1 miles\nend\n",
    )
    at = "2026-03-10T12:00:00"
    history = [buys("o", at, "10"), gift("g", at), choice("c", "m", f"{at}+03:00", "exchange", amount=10)]
    assert parts(decided(rules, history)[-1], "pts") == [{"given": 10}]


def test_what_an_order_gives_comes_before_what_a_conversion_makes_of_it() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first"),
        purse("miles", "usable at once", "expire after 1 month"),
        rule("bought", "on any product", "give 10 pts per 1 RUB", "give 1 miles per 1 RUB"),
        "conversion now\n  at once\n  uses 10 pts\n  give 1 miles\n  expire never\nend\n",
    )
    found = decided(rules, [gift("g", "2026-03-10T11:00:00"), buys("o", "2026-03-10T12:00:00", "3")])[-1]
    assert [(lot.number, lot.parts) for lot in lots(found, "miles")] == [(2, (("bought", 3),)), (2, (("now", 3),))]


# ---------- ends that are past


def test_what_is_given_behind_its_end_is_gone_at_once() -> None:
    """Valid through 31 March and given in April: told, never held, and no conversion gets it."""
    rules = programme(
        purse("pts", "usable at once", "expire through 2026-03-31", "take oldest first"),
        purse("miles", "usable at once", "expire never"),
        rule("bought", "on any product", "give 10 pts per 1 RUB"),
        "conversion now\n  at once\n  uses 10 pts\n  give 1 miles\nend\n",
    )
    by_hand = adjustment("a", "m", "2026-04-02T12:00:00+03:00", "pts", 7, reason="test", actor="test")
    found = decided(rules, [buys("o", "2026-04-01T00:00:00", "3"), by_hand])
    for decision, units in zip(found, (30, 7), strict=True):
        assert [effect.units for effect in decision.effects if isinstance(effect, PointsExpired)] == [units]
        assert (lots(decision, "pts"), lots(decision, "miles")) == ([], [])


def test_what_its_event_releases_behind_its_end_is_gone_with_it() -> None:
    rules = programme(
        purse(
            "pts",
            "usable after 0 days since event delivered",
            "expire through 2026-03-31",
            "life counts from usable",
        ),
        rule("bought", "on any product", "give 10 pts per 1 RUB"),
    )
    late = happening("d", "m", "2026-04-01T12:00:00+03:00", "delivered", order="o")
    found = decided(rules, [buys("o", "2026-03-10T12:00:00", "3"), late])
    assert [effect.units for effect in found[-1].effects if isinstance(effect, PointsExpired)] == [30]
    assert lots(found[-1], "pts") == []


def test_what_a_decision_gives_is_not_prolonged_by_it_however_its_end_falls() -> None:
    """100 of 31 January and 3 of 30 March both end with 31 December; ten days more are for the 100 alone."""
    rules = programme(
        purse("pts", "usable at once", "expire after 2 months on day 31 december"),
        rule("bought", "on any product", "give 1 pts per 1 RUB"),
        rule("longer", "after event gift", "give 3 pts", "prolong pts 10 days"),
    )
    found = decided(rules, [buys("o", "2026-01-31T12:00:00", "100"), gift("g", "2026-03-30T12:00:00")])
    gone = tick("m", "2027-01-01T00:00:00+03:00")
    assert parts(found[-1], "pts") == [{"bought": 100}, {"longer": 3}]
    assert parts(rules.decide(found[-1].member, gone), "pts") == [{"bought": 100}]


def test_what_a_level_gave_in_the_clock_is_prolonged_by_the_next_event() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire after 1 month"),
        rule("welcome", "after reaching gold in ladder status", "give 40 pts"),
        rule("longer", "on any product", "prolong pts 10 days"),
        "tiers status\n  level gold when spend in calendar year at least 10 RUB\n"
        "  upgrade from start of next calendar month\n  review never\nend\n",
    )
    found = decided(rules, [buys("o-1", "2026-03-10T12:00:00", "10"), buys("o-2", "2026-04-05T12:00:00", "1")])
    held = rules.decide(found[-1].member, tick("m", "2026-05-11T23:59:59+03:00"))
    assert parts(held, "pts") == [{"welcome": 40}]
    assert parts(rules.decide(held.member, tick("m", "2026-05-12T00:00:00+03:00")), "pts") == []


def test_units_wait_for_a_level_that_a_rule_gave_as_for_one_that_is_earned() -> None:
    """Gold through 9 April. The end of the points has come before: they stay on 9 April, and go at the end of the day
    on which gold ends."""
    rules = programme(
        purse("pts", "usable at once", "expire after 10 days", "expiry waits while status is gold"),
        rule("given", "after event gift", "give 50 pts", "give level gold in ladder status lasting 1 month"),
        "tiers status\n  level gold when spend in calendar year at least 1 000 RUB\n"
        "  upgrade from next order\n  review never\nend\n",
    )
    found = decided(rules, [gift("g", "2026-03-10T12:00:00"), tick("m", "2026-04-10T00:00:00+03:00")])
    assert (rules.level(found[-1].member, "status"), parts(found[-1], "pts")) == ("", [{"given": 50}])
    assert parts(rules.decide(found[-1].member, tick("m", "2026-04-11T00:00:00+03:00")), "pts") == []


# ---------- debts and returns


def test_what_an_event_releases_pays_the_debt_before_a_conversion_takes_it() -> None:
    """30 points are exchanged and taken back: 30 are owed. 25 that are released next pay 25 of it; no mile comes."""
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first", "after a return may go negative"),
        purse("miles", "usable at once", "expire never", "after a return take only what is left"),
        rule("bought", "on any product", "give 10 pts per 1 RUB"),
        rule("small", "give 25 pts", "usable after 0 days since event delivered"),
        "conversion now\n  at once\n  uses all of pts\n  give 1 miles per full 10 pts\nend\n",
        returns=RETURNS,
    )
    order = buys("o-1", "2026-03-10T12:00:00", "3")
    back = returned("r", "m", "2026-03-11T12:00:00+03:00", "o-1", {"1": 1})
    other = buys("o-2", "2026-03-12T12:00:00", "0.01")
    released = happening("d", "m", "2026-03-13T12:00:00+03:00", "delivered", order="o-2")
    found = decided(rules, [order, back, other, released])
    assert [rules.balance(decision.member, "pts") for decision in found] == [(0, 25), (-30, 0), (-30, 25), (-5, 0)]
    assert rules.balance(found[-1].member, "miles") == (3, 0)


def test_goods_that_are_kept_and_ask_too_much_are_lowered_to_what_the_purchase_asked() -> None:
    """Of 30 RUB at 1% 3 RUB stay: 1% of them is 3, and 10% of a small order is 30. Together no more than the 30 of the
    purchase: 2.73 and 27.27, so 3 and 27; the cap of 7 leaves 3 + 7."""
    rules = programme(
        "purse cash\n  counted in RUB\n  rules add up\n  round down per order\n  usable at once\n  expire never\n"
        "  after a return take only what is left\nend\n",
        rule("base", "on any product", "give 1% to cash"),
        rule(
            "small",
            "when spend in this order under 5 RUB",
            "on any product",
            "give 10% to cash",
            "cap 0.07 RUB per order",
        ),
        returns=RETURNS,
    )
    back = returned("r", "m", "2026-03-11T12:00:00+03:00", "o", {"1": 9})
    found = decided(rules, [buys("o", "2026-03-10T12:00:00", "30", quantity=10), back])
    assert rules.balance(found[0].member, "cash") == (30, 0)
    assert rules.balance(found[1].member, "cash") == (10, 0)
    assert lots(found[1], "cash")[0].expires == NEVER


def test_an_order_that_lifts_a_level_takes_nothing_for_keeping_the_one_that_would_fall() -> None:
    """Silver at 200, each review takes 200, gold takes 600. Of 250 RUB one review takes 200, the next is failed and
    grace runs. An order of 560 makes 610: gold, and 10 are left; 200 for silver first would have left too little."""
    rules = programme(
        "tiers status\n  level silver when spend since the beginning at least 200 RUB\n  keeping silver takes 200 RUB\n"
        "  level gold above silver when spend since the beginning at least 600 RUB\n  reaching gold takes 600 RUB\n"
        "  upgrade from next order\n  review at end of calendar month\n  downgrade to earned level\n"
        "  grace 1 month\nend\n"
    )
    found = decided(rules, [buys("o-1", "2026-01-10T12:00:00", "250"), buys("o-2", "2026-03-10T12:00:00", "560")])[-1]
    assert rules.level(found.member, "status") == "gold"
    assert [standing.taken for standing in found.member.standings] == [80_000]


# ---------- the maximum of a purse, where a challenge gave the rest


def test_a_completion_that_comes_back_takes_what_the_maximum_left_of_it() -> None:
    """30 and 10 points for 1 000 RUB leave 80 of the 100 for the card under a maximum of 120. 600 RUB are kept: 18 and
    6 of them stand, and of the card nothing."""
    rules = programme(
        purse("p", "usable at once", "expire never", "hold at most 120 p", "after a return take only what is left"),
        rule("waits", "on any product", "give 3% to p", "usable after 1 day since event delivered"),
        rule("base", "on any product", "give 1% to p"),
        "challenge card\n  goal spend since the beginning at least 1 000 RUB\n  once\n  give 100 p\n"
        "  after a return take back\nend\n",
        returns=RETURNS,
    )
    bought, back = decided(
        rules,
        [
            buys("o", "2026-03-02T12:00:00", "400", "600"),
            returned("r", "m", "2026-03-03T12:00:00+03:00", "o", {"1": 1}),
        ],
    )
    assert sorted(parts(bought, "p"), key=len) == [{"waits": 30}, {"card": 80, "base": 10}]
    assert parts(back, "p") == [{"base": 6}, {"waits": 18}]
    took = {effect.rule: effect.units for effect in back.effects if isinstance(effect, PointsTakenBack)}
    assert took == {"card": 80, "waits": 12, "base": 4}
