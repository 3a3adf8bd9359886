"""What random histories found in points that pay and come back: short histories, the answers worked out by hand."""

from __future__ import annotations

from loyalty_rules import Decision, capture, release, reservation
from loyalty_rules.events import Event, adjustment, cancellation, happening, line, purchase, returned, tick
from tests.engine.test_ledger_corners import RETURNS, decided, gift, lots, parts, programme, purse, rule

PAY = "redeem pay\n  uses pts\n  pays 1 RUB per 1 pts\n  on any product\n  too much is lowered\nend\n"
REFUND = f"{RETURNS}\n  refund tenders in proportion"
LEFT = "after a return take only what is left"


def at(day: str, hour: int = 12) -> str:
    return f"2026-{day}T{hour:02}:00:00+03:00"


def by_hand(id: str, day: str, units: int) -> Event:
    return adjustment(id, "m", at(day), "pts", units, reason="test", actor="test")


def aside(id: str, day: str, units: int) -> Event:
    return reservation(id, "m", at(day), "pay", amount=units)


def paid(id: str, day: str, price: str, units: int, quantity: int = 1) -> Event:
    lines = [line("1", quantity=quantity, amount=price)]
    return purchase(id, "m", at(day), lines, currency="RUB", redeem={"pay": units})


def days(decision: Decision) -> list[tuple[int, int]]:
    """Units, and how many days after they were earned they end."""
    return [(lot.left, (lot.expires - lot.earned) // 86_400_000_000) for lot in lots(decision, "pts")]


def test_what_is_prolonged_while_a_part_is_set_aside_ends_later_than_that_part() -> None:
    """30 units through 11 March; 10 are set aside, a rule adds ten days to the 20 that are usable. The 10 come back
    with the end they had: they used to get the end of the 20, and the old one where all 30 were set aside."""
    rules = programme(
        purse("pts", "usable at once", "expire after 10 days", "take oldest first"),
        rule("longer", "after event gift", "prolong pts 10 days"),
        PAY,
    )
    back = release("b", "m", at("03-06"), "r")
    for units, ends in ((10, [(10, 10), (20, 20)]), (30, [(30, 10)])):
        history = [by_hand("a", "03-01", 30), aside("r", "03-04", units), gift("g", "2026-03-05T12:00:00"), back]
        assert days(decided(rules, history)[-1]) == ends


def test_an_order_that_prolongs_what_it_left_does_not_prolong_what_it_spent() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire after 10 days", "take oldest first", LEFT),
        rule("longer", "prolong pts 10 days"),
        PAY,
        returns=REFUND,
    )
    history = [by_hand("a", "03-01", 30), paid("o", "03-04", "50", 10), cancellation("c", "m", at("03-05"), "o")]
    assert days(decided(rules, history)[-1]) == [(10, 10), (20, 20)]


def test_lots_of_one_decision_come_back_in_the_order_in_which_they_end() -> None:
    """5 that end after 10 days and 7 that never do are one decision. The 5 and 1 of the 7 pay, and come back: the 5
    stand first again, and the next 5 that are spent are these."""
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first", LEFT),
        rule("short", "after event gift", "give 5 pts", "expire after 10 days"),
        rule("long", "after event gift", "give 7 pts"),
        PAY,
        returns=REFUND,
    )
    history = [gift("g", "2026-03-01T12:00:00"), paid("o", "03-02", "50", 6), cancellation("c", "m", at("03-03"), "o")]
    assert parts(decided(rules, history)[-1], "pts") == [{"short": 5}, {"long": 7}]
    history.append(paid("o-2", "03-04", "50", 5))
    assert parts(decided(rules, history)[-1], "pts") == [{"long": 7}]


def test_a_captured_part_of_a_lot_of_several_rules_is_shared_by_largest_remainder() -> None:
    """20 units of three rules, 3, 3 and 14. Of 3 that pay the shares are 0.45, 0.45 and 2.1: one, none and two. Sharing
    the 17 that go back would give 2.55, 2.55 and 11.9: one, none ... of the first two the other one would pay."""
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first"),
        rule("a", "after event gift", "give 3 pts"),
        rule("b", "after event gift", "give 3 pts"),
        rule("c", "after event gift", "give 14 pts"),
        PAY,
    )
    history = [gift("g", "2026-03-01T12:00:00"), aside("r", "03-02", 20), capture("k", "m", at("03-03"), "r", amount=3)]
    assert parts(decided(rules, history)[-1], "pts") == [{"a": 2, "b": 3, "c": 12}]


def test_what_comes_back_after_its_end_waits_as_long_as_its_purse_says() -> None:
    """All 30 units are set aside when their end comes. On 20 March they come back to a member with an order in the last
    three weeks, and wait; on 1 April to one without, and are gone."""
    rules = programme(
        purse(
            "pts",
            "usable at once",
            "expire after 10 days",
            "take oldest first",
            "expiry waits while orders in last 3 weeks at least 1",
        ),
        PAY,
    )
    order = purchase("o", "m", at("03-02"), [line("1", amount="1")], currency="RUB")
    history = [by_hand("a", "03-01", 30), order, aside("r", "03-03", 30)]
    for day, left in (("03-20", 30), ("04-01", 0)):
        found = decided(rules, [*history, release("b", "m", at(day), "r")])[-1]
        assert rules.balance(found.member, "pts") == (left, 0)


def test_what_waits_for_the_confirmation_stands_before_what_waits_for_an_event() -> None:
    rules = programme(
        purse("pts", "usable after confirmation", "expire never"),
        rule("a", "give 5 pts", "usable after 0 days since event delivered"),
        rule("b", "give 7 pts"),
    )
    found = decided(rules, [purchase("o", "m", at("03-02"), [line("1", amount="1")], currency="RUB")])[-1]
    assert parts(found, "pts") == [{"b": 7}, {"a": 5}]
    found = decided(
        rules,
        [
            purchase("o", "m", at("03-02"), [line("1", amount="1")], currency="RUB"),
            happening("d", "m", at("03-03"), "delivered", order="o"),
        ],
    )[-1]
    assert rules.balance(found.member, "pts") == (5, 7)


def test_units_stay_spent_by_what_is_kept_and_never_more_than_before() -> None:
    """7 units paid 7 RUB of 9 items at 10 RUB. Of each item they pay 7/9: of 4 items 3.11, of 2 1.56: 3, then 2."""
    rules = programme(purse("pts", "usable at once", "expire never", "take oldest first", LEFT), PAY, returns=REFUND)
    history = [
        by_hand("a", "03-01", 7),
        paid("o", "03-02", "90", 7, quantity=9),
        returned("r-1", "m", at("03-03"), "o", {"1": 5}),
        returned("r-2", "m", at("03-04"), "o", {"1": 2}),
    ]
    found = decided(rules, history)
    assert [rules.balance(one.member, "pts").usable for one in found] == [7, 0, 4, 5]


def test_what_no_line_carries_goes_with_what_goods_cost_whoever_refunds_what_first() -> None:
    """25 units for an order of 5 and 10 RUB, 2 RUB of them paid with points that come back first. The 10 RUB that are
    kept are two thirds of what the goods cost: 16.67, half up 17, not 10/13 of the money."""
    returns = "returns in proportion within 2 months\n  refund points first"
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first", LEFT),
        rule("thanks", "give 25 pts"),
        PAY,
        returns=returns,
    )
    lines = [line("1", amount="5"), line("2", amount="10")]
    order = purchase("o", "m", at("03-02"), lines, currency="RUB", redeem={"pay": 2})
    history = [by_hand("a", "03-01", 2), order, returned("r", "m", at("03-03"), "o", {"1": 1})]
    assert rules.balance(decided(rules, history)[-1].member, "pts") == (19, 0)


def test_what_had_ended_when_its_reservation_is_over_pays_no_debt() -> None:
    """10 points through 12 March are set aside through 13 March, and their order comes back: 10 are owed. They go back
    to their lots when they have ended, so the 10 are owed still."""
    rules = programme(
        purse("pts", "usable at once", "expire after 2 days", "take oldest first", "after a return may go negative"),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        PAY,
        returns=REFUND,
    )
    bought = purchase("o", "m", at("03-10"), [line("1", amount="10")], currency="RUB")
    for until in ("2026-03-13T00:00:00+03:00", at("03-14", 0)):
        away = reservation("r", "m", at("03-10"), "pay", until=until)
        history: list[Event] = [bought, away, cancellation("c", "m", at("03-11"), "o"), tick("m", at("03-15"))]
        assert [rules.balance(one.member, "pts").usable for one in decided(rules, history)] == [10, 0, -10, -10]


def test_what_becomes_usable_pays_the_debt_before_a_reservation_is_over() -> None:
    """20 units of an order are set aside until 3 March, 12:00; goods for 5 of them come back: a debt of 5. 10 units
    become usable at that very instant and pay it; then the 20 come back, of which none is missing."""
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first", "after a return may go negative"),
        rule("bought", "on any product", "give 20% to pts"),
        rule("slow", "after event gift", "give 10 pts", "usable after 24 hours"),
        PAY,
        returns=REFUND,
    )
    lines = [line("1", amount="75"), line("2", amount="25")]
    bought = purchase("o", "m", at("03-01"), lines, currency="RUB")
    away = reservation("r", "m", at("03-02", 13), "pay", amount=20, until=at("03-03"))
    back = returned("b", "m", at("03-02", 14), "o", {"2": 1})
    history = [bought, gift("g", "2026-03-02T12:00:00"), away, back, tick("m", at("03-03"))]
    found = decided(rules, history)
    assert rules.balance(found[-2].member, "pts").usable == -5
    assert parts(found[-1], "pts") == [{"bought": 20}, {"slow": 5}]


def test_what_ended_away_from_its_lot_is_not_taken_again_from_a_sum_that_was_posted() -> None:
    """100 of 1 March are posted on 2 March and end when 5 March begins. They are set aside, and come back with that end
    or behind it but for 30 that pay; or 40 paid for another order, which comes back. With the order only the 30 are
    owed: all that had ended away from its lot used to be owed, too."""
    rules = programme(
        "purse pts\n  rules add up\n  round down per posting period\n  posts at end of calendar day\n  usable at once\n"
        "  expire after 2 days\n  take oldest first\n  after a return may go negative\nend\n",
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        PAY,
        returns=REFUND,
    )
    bought = purchase("o", "m", at("03-01"), [line("1", amount="100")], currency="RUB")
    away, until = aside("r", "03-03", 100), reservation("r", "m", at("03-03"), "pay", amount=100, until=at("03-05", 0))
    ways: dict[int, list[list[Event]]] = {
        -30: [[away, capture("k", "m", at("03-05", 0), "r", amount=30)]],
        0: [
            [until, tick("m", at("03-05", 0))],
            [away, release("k", "m", at("03-05", 13), "r")],
            [paid("p", "03-03", "100", 40), cancellation("k", "m", at("03-06"), "p")],
        ],
    }
    for owed, histories in ways.items():
        for history in histories:
            *_, last = decided(rules, [bought, *history, cancellation("c", "m", at("03-06", 13), "o")])
            assert rules.balance(last.member, "pts") == (owed, 0)
            assert not lots(last, "pts")
