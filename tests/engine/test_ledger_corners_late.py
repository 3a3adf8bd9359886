"""What random histories found in events that come late: short histories, the answers worked out by hand."""

from __future__ import annotations

from loyalty_rules import Decision, Event, Programme, load
from loyalty_rules.events import adjustment, cancellation, happening, line, purchase, returned, tick
from tests.engine.test_ledger_corners import HEAD, NO_RETURNS, RETURNS, decided, parts, purse, rule

LEFT = "after a return take only what is left"


def programme(*blocks: str, days: int = 10, returns: str = NO_RETURNS) -> Programme:
    head = HEAD.format(returns=returns).replace("late events refused", f"late events accepted for {days} days")
    return load("\n".join((head, *blocks)))


def buys(id: str, day: str, price: str = "10", quantity: int = 1) -> Event:
    lines = [line("1", quantity=quantity, amount=price)]
    return purchase(id, "m", f"2026-{day}T12:00:00+03:00", lines, currency="RUB")


def gift(id: str, day: str) -> Event:
    return happening(id, "m", f"2026-{day}T12:00:00+03:00", "gift")


def usable(rules: Programme, found: list[Decision], name: str = "pts") -> list[int]:
    return [rules.balance(one.member, name).usable for one in found]


def test_what_came_back_in_time_is_taken_back_however_late_it_is_told() -> None:
    """An order of 10 March may come back through 15 March. On 18 March it is told that it did; on 26 March it would be
    too late. Between them the record was dropped with the window, and the answer was `not returnable`."""
    returns = RETURNS.replace("2 months", "5 days")
    rules = programme(
        purse("pts", "usable at once", "expire never", LEFT),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        returns=returns,
    )
    back = cancellation("c", "m", "2026-03-15T12:00:00+03:00", "o")
    for day, left in (("18", 0), ("25", 0)):
        history = [buys("o", "03-10"), tick("m", f"2026-03-{day}T12:00:00+03:00"), back]
        assert usable(rules, decided(rules, history)) == [10, 10, left]
    late = returned("r", "m", "2026-03-16T00:00:00+03:00", "o", {"1": 1})
    found = decided(rules, [buys("o", "03-10"), tick("m", "2026-03-18T12:00:00+03:00"), late])[-1]
    assert found.outcome == "not_returnable"


def test_a_return_is_an_event_after_which_conversions_happen() -> None:
    """5 points of an event that came late are not converted then, and are with the return that comes next."""
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first", LEFT),
        purse("miles", "usable at once", "expire never", LEFT),
        rule("given", "after event gift", "give 5 pts"),
        "conversion now\n  at once\n  uses 5 pts\n  give 1 miles\nend\n",
        returns=RETURNS,
    )
    back = cancellation("c", "m", "2026-03-21T12:00:00+03:00", "o")
    found = decided(rules, [buys("o", "03-20"), gift("g", "03-18"), back])
    assert (usable(rules, found), usable(rules, found, "miles")) == ([0, 5, 0], [0, 0, 1])


def test_what_comes_late_may_wait_after_its_end_as_its_order_counts() -> None:
    """8 points of 10 March ended with 12 March. On 14 March the order itself is one of the last three weeks."""
    rules = programme(
        purse("pts", "usable at once", "expire after 2 days", "expiry waits while orders in last 3 weeks at least 1"),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
    )
    history = [gift("g", "03-14"), buys("o", "03-10", "8"), tick("m", "2026-03-30T12:00:00+03:00")]
    assert usable(rules, decided(rules, history)) == [0, 8, 8]
    assert usable(
        rules, [rules.decide(decided(rules, history)[-1].member, tick("m", "2026-04-02T12:00:00+03:00"))]
    ) == [0]


def test_what_comes_late_prolongs_what_could_be_used_then() -> None:
    """The gift of 12 March prolongs the 10 points of 10 March, not the 10 of 13 March."""
    rules = programme(
        purse("pts", "usable at once", "expire after 20 days"),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        rule("longer", "after event gift", "prolong pts 20 days"),
    )
    found = decided(rules, [buys("o-1", "03-10"), buys("o-2", "03-13"), gift("g", "03-12")])[-1]
    later = rules.decide(found.member, tick("m", "2026-04-03T12:00:00+03:00"))
    assert parts(later, "pts") == [{"base": 10}]
    assert rules.balance(rules.decide(later.member, tick("m", "2026-04-20T00:00:00+03:00")).member, "pts") == (0, 0)


def test_a_period_is_asked_as_it_is_known_and_dates_through_the_day_of_the_event() -> None:
    """An order of 10 March comes after one of 20 March: the month knows two, the ten days through 10 March one."""
    rules = programme(
        purse("pts", "usable at once", "expire never"),
        rule("month", "when orders in calendar month is 2", "give 1 pts"),
        rule("days", "when orders in last 10 days is 1", "give 10 pts"),
    )
    found = decided(rules, [buys("o-1", "03-20"), buys("o-2", "03-10")])
    assert usable(rules, found) == [10, 21]


def test_a_ladder_is_asked_now() -> None:
    """200 RUB of March are enough for silver in March. Told in April they lift nothing: April has 10 RUB; the level of
    an award is the one of its date all the same."""
    rules = programme(
        purse("pts", "usable at once", "expire never"),
        rule("silver", "for status is silver", "give 7 pts"),
        "tiers status\n  level silver when spend in calendar month at least 200 RUB\n  upgrade from next order\n"
        "  review at end of calendar month\n  downgrade to earned level\nend\n",
    )
    history = [buys("o-1", "03-30", "150"), buys("o-2", "04-02"), buys("o-3", "03-31", "50")]
    found = decided(rules, history)
    assert [rules.level(one.member, "status") for one in found] == ["", "", ""]
    assert usable(rules, found) == [0, 0, 0]
    more = [buys("o-1", "03-30", "200"), buys("o-2", "05-02"), buys("o-3", "04-30")]
    found = decided(rules, more)
    assert [rules.level(one.member, "status") for one in found] == ["silver", "", ""]
    assert usable(rules, found) == [0, 0, 7]


def test_what_has_ended_since_pays_no_debt() -> None:
    """10 points are gone when their order comes back, so 10 are owed. 7 of 10 March ended with 12 March, before that;
    3 of 20 March can be used, and pay."""
    rules = programme(
        purse("pts", "usable at once", "expire after 2 days", "after a return may go negative"),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        returns=RETURNS,
    )
    gone = adjustment("a", "m", "2026-03-20T13:00:00+03:00", "pts", "-10", reason="spent", actor="desk")
    back = cancellation("c", "m", "2026-03-20T14:00:00+03:00", "o")
    history = [buys("o", "03-20"), gone, back, buys("old", "03-10", "7"), buys("new", "03-20", "3")]
    assert usable(rules, decided(rules, history)) == [10, 0, -10, -10, -7]


def test_what_comes_late_asks_no_end_again_that_waits() -> None:
    """100 points wait for gold from 23 March on. Gold falls as May begins, so they go at the end of 1 May, also where
    an event of April is told at the instant at which May begins."""
    rules = programme(
        purse("pts", "usable at once", "expire after 2 days", "expiry waits while status is gold"),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
        "tiers status\n  level gold when spend in calendar month at least 100 RUB\n  upgrade from next order\n"
        "  review at end of calendar month\n  downgrade to earned level\nend\n",
    )
    ticks = [tick("m", f"2026-05-{time}+03:00") for time in ("01T00:00:00", "01T23:59:59", "02T00:00:00")]
    found = decided(rules, [buys("o", "03-20", "100"), ticks[0], gift("g", "04-30"), *ticks[1:]])
    assert [rules.level(one.member, "status") for one in found] == ["gold", "", "", "", ""]
    assert usable(rules, found) == [100, 100, 100, 100, 0]


def test_a_level_that_took_what_it_asked_is_not_held_before_it_was_reached() -> None:
    """277 RUB of 15 March reach silver, which takes 200. An order of 1 March was made without a level, and 77 + 3 RUB
    that are left reach none: it gives its 1 point."""
    rules = programme(
        purse("pts", "usable at once", "expire never"),
        rule("plain", "for status is no level", "give 1 pts"),
        "tiers status\n  level silver when spend since the beginning at least 200 RUB\n"
        "  reaching silver takes 200 RUB\n  upgrade from this order\n  review never\nend\n",
        days=20,
    )
    found = decided(rules, [buys("o-1", "03-15", "277"), buys("o-2", "03-01", "3")])
    assert usable(rules, found) == [0, 1]


def test_what_is_released_late_behind_its_end_waits_for_nothing() -> None:
    """Points through 5 March wait for the delivery, which comes on 8 March: their end is known then, and past. They are
    gone, told in time or late, though an order of these days would have put off an end."""
    rules = programme(
        purse(
            "pts",
            *("usable after 3 days since event delivered", "expire through 2026-03-05", "life counts from usable"),
            "expiry waits while orders in last 20 days at least 1",
        ),
        rule("base", "on any product", "give 1 pts per 1 RUB"),
    )
    delivered = happening("d", "m", "2026-03-08T12:00:00+03:00", "delivered", order="o")
    for between in ([], [tick("m", "2026-03-10T12:00:00+03:00")]):
        found = decided(rules, [buys("o", "03-02"), *between, delivered])[-1]
        assert rules.balance(found.member, "pts") == (0, 0)


def test_a_level_that_comes_late_holds_off_no_end_that_is_past() -> None:
    """7 of 12 March ended with 17 March, and are told on the 20th by the gift that gives the level: it holds from then,
    and the 7 are gone. 7 of 18 March would end with the 23rd, and wait for the level."""
    rules = programme(
        purse("pts", "usable at once", "expire after 5 days", "expiry waits while status is silver"),
        "tiers status\n  level silver when orders since the beginning at least 99 orders\n"
        "  upgrade from next order\n  review never\nend\n",
        rule("given", "after event gift", "give 7 pts"),
        rule("lifted", "after event gift", "give level silver in ladder status"),
    )
    now, later = (tick("m", f"2026-03-{day}T12:00:00+03:00") for day in ("20", "25"))
    found = decided(rules, [now, gift("g", "03-12"), gift("h", "03-18"), later])
    assert usable(rules, found) == [0, 0, 7, 7]
