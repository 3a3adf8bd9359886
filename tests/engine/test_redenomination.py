"""Changes of denomination: lots, debts, remainders, counters, records of orders are counted anew from an instant on."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import Programme, SettingsError, load, replay
from loyalty_rules.adapters.wire import read_member, read_statement, write_decision, write_member, write_statement
from loyalty_rules.decision import (
    GoodsReturned,
    PointsConverted,
    PointsExpired,
    PointsRedenominated,
    PointsTakenBack,
)
from loyalty_rules.events import Event, cancellation, line, purchase, returned, tick
from tests.engine.histories import after, bought, gift, lots_of

HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  {returns}
  late events refused
end
purse pts "Points"
  rules add up
  {life}
  round down per order
end
earn base
  on any product
  give 1 pts per 10 RUB
  {clause}
end
"""
CHANGE: Final = """change anew "Counted anew"
  changes pts
  from 2026-04-01
  balances {by}
  {rounding}
end
"""
LIFE: Final = "usable at once\n  expire after 12 months"
APRIL: Final = "2026-04-01T00:00:00Z"


def club(
    by: str = "multiply by 11",
    rounding: str = "round down per lot",
    *,
    clause: str = "",
    life: str = LIFE,
    returns: str = "returns refused",
    more: str = "",
) -> Programme:
    text = HEAD.format(clause=clause, life=life, returns=returns) + CHANGE.format(by=by, rounding=rounding) + more
    return load(text)


# ---------- balances and lots


@pytest.mark.parametrize(
    ("by", "rounding", "held", "units"),
    [
        ("multiply by 11", "round down per lot", "11", 121),
        ("multiply by 1.6", "round half up per lot", "2", 3),
        ("multiply by 1.6", "round down per lot", "3", 4),
        ("divide by 100", "round down per balance", "12345", 123),
        ("divide by 100", "round up per balance", "12345", 124),
        ("divide by 100", "round half up per balance", "12350", 124),
        ("divide by 100", "round half even per balance", "12450", 124),
        ("divide by 100", "round down per balance", "99", 0),
    ],
)
def test_a_balance_is_its_rate_times_as_much(by: str, rounding: str, held: str, units: int) -> None:
    rules = club(by, rounding)
    given = gift(held)
    member, effects = after(rules, given, tick("m", "2026-03-31T23:59:59.999999Z"))
    assert (rules.balance(member, "pts").usable, effects) == (int(held), [])
    member, effects = after(rules, given, tick("m", APRIL))
    assert rules.balance(member, "pts").usable == units
    assert effects == [PointsRedenominated("anew", "pts", int(held), units, 0, 0, member.clock)]


def test_per_lot_each_lot_is_rounded_per_balance_their_sum_and_lots_keep_their_lives() -> None:
    """5, 4 and 4 divided by 2: 2, 2 and 2, or 6 of 13, that is 2.31, 1.85 and 1.85: 2, 2 and 2; up 7: 3, 2 and 2."""
    history = [
        bought("50", id="o-1", at="2026-03-01T11:00:00Z"),
        bought("40", id="o-2", at="2026-03-02T11:00:00Z"),
        bought("40", id="o-3", at="2026-03-03T11:00:00Z"),
    ]
    before, _ = after(club("divide by 2"), *history)
    for rounding, expected in (
        ("round down per lot", [(1, 2), (2, 2), (3, 2)]),
        ("round up per lot", [(1, 3), (2, 2), (3, 2)]),
        ("round down per balance", [(1, 2), (2, 2), (3, 2)]),
        ("round up per balance", [(1, 3), (2, 2), (3, 2)]),
    ):
        member, _ = after(club("divide by 2", rounding), *history, tick("m", APRIL))
        assert lots_of(member) == expected
        assert [lot.expires for lot in member.purses[0].lots] == [lot.expires for lot in before.purses[0].lots]
        assert [lot.earned for lot in member.purses[0].lots] == [lot.earned for lot in before.purses[0].lots]


def test_a_lot_of_which_less_than_a_unit_is_left_is_gone_per_lot_and_counts_per_balance() -> None:
    """60 and 60 divided by 100: nothing by themselves, 1 together, of the first."""
    history = [bought("600", id="o-1", at="2026-03-01T11:00:00Z"), bought("600", id="o-2", at="2026-03-02T11:00:00Z")]
    assert lots_of(after(club("divide by 100"), *history, tick("m", APRIL))[0]) == []
    assert lots_of(after(club("divide by 100", "round down per balance"), *history, tick("m", APRIL))[0]) == [(1, 1)]


def test_parts_of_a_lot_add_up_to_it() -> None:
    """7 of `base` and 7 of `more` are 14; divided by 4 that is 3, of which the first named has 2."""
    more = "earn more\n  on any product\n  give 1 pts per 10 RUB\nend\n"
    member, _ = after(club("divide by 4", more=more), bought("70"), tick("m", APRIL))
    (lot,) = member.purses[0].lots
    assert (lot.left, lot.parts) == (3, (("base", 2), ("more", 1)))


def test_what_is_pending_is_counted_anew_and_becomes_usable_in_its_time() -> None:
    rules = club(life="usable after 60 days\n  expire after 12 months")
    member, _ = after(rules, bought("100"), tick("m", APRIL))
    assert rules.balance(member, "pts") == (0, 110)
    member, _ = after(rules, bought("100"), tick("m", "2026-05-06T00:00:00Z"))
    assert rules.balance(member, "pts") == (110, 0)


def test_an_order_of_the_very_moment_earns_in_the_new_denomination() -> None:
    member, _ = after(club(), bought("100"), bought("100", id="o-2", at=APRIL))
    assert lots_of(member) == [(1, 110), (2, 10)]


def test_what_rounding_carried_is_carried_on_at_the_rate() -> None:
    """95 RUB give 9 and carry 0.5; eleven times that are 5.5, and 5 RUB more add 0.5: 6 units."""
    rules = club(life=f"{LIFE}\n  carry remainder")
    member, _ = after(rules, bought("95"), bought("5", id="o-2", at=APRIL))
    assert lots_of(member) == [(1, 99), (2, 6)]
    assert member.purses[0].remainders == ()


# ---------- at one instant


def test_what_ends_at_that_moment_ends_in_the_old_denomination_first() -> None:
    """12 345 points: 24 vouchers for 500 each, then 345 are divided by 100 and rounded down: 3. What expires that day
    has expired before it."""
    vouchers = """
purse vouchers
  round down per order
  usable at once
  expire never
end
conversion monthly
  at end of calendar month
  uses 500 pts
  give 1 vouchers
end
"""
    rules = club("divide by 100", "round down per balance", life=f"{LIFE}\n  take oldest first", more=vouchers)
    given = gift("12345")
    member, effects = after(rules, given, tick("m", APRIL))
    assert [one.granted for one in effects if isinstance(one, PointsConverted)] == [24]
    assert lots_of(member) == [(1, 3)]
    ends = club(life="usable at once\n  expire through 2026-03-31")
    member, effects = after(ends, bought("100"), tick("m", APRIL))
    assert [type(one) for one in effects] == [PointsExpired]
    assert lots_of(member) == []


def test_time_in_steps_gives_the_same_member_and_each_change_happens_once() -> None:
    """10 points, times 11, and from the 15th on divided by 10: 11."""
    more = CHANGE.format(by="divide by 10", rounding="round down per lot")
    rules = club(more=more.replace("anew", "again").replace("04-01", "04-15"))
    steps = [tick("m", at) for at in (APRIL, "2026-04-02T00:00:00Z", "2026-04-15T00:00:00Z", "2026-04-16T00:00:00Z")]
    one, _ = after(rules, bought("100"), steps[-1])
    many, effects = after(rules, bought("100"), *steps)
    assert one == many
    assert (lots_of(one), effects) == ([(1, 11)], [])


def test_a_member_without_anything_passes_by() -> None:
    assert after(club(), tick("m", "2026-05-01T00:00:00Z"))[1] == []


# ---------- what is counted


def test_counters_of_points_go_on_in_the_new_denomination() -> None:
    """A ladder that counts points, and takes from them: of 30 old points 20 are taken, 10 are left, which are 110."""
    ladder = """
tiers status
  level silver when earned pts since the beginning at least 20 pts
  level gold above silver when earned pts since the beginning at least 150 pts
  reaching silver takes 20 pts
  reaching gold takes 150 pts
  upgrade from next order
  review never
end
"""
    rules = club(more=ladder)
    member, _ = after(rules, bought("300"), tick("m", APRIL))
    counter = rules.counter(member, "status")
    assert counter is not None
    assert counter.units == 110
    assert [(one.level, one.missing) for one in rules.to_next(member, "status")] == [("gold", 40)]


def test_dates_of_a_counter_add_up_when_each_is_less_than_a_unit() -> None:
    """Three days with 40 points each, divided by 100: 1.2, of which the running sum says 1 on the third day."""
    tests = "when earned pts in last 12 months before this order at least 1 pts\n  on any product\n  give 100 pts"
    rules = club("divide by 100", more=f"earn regular\n  {tests}\nend\n")
    history = [bought("400", id=f"o-{day}", at=f"2026-03-0{day}T11:00:00Z") for day in (1, 2, 3)]
    first = rules.decide(after(rules, history[0], tick("m", APRIL))[0], bought("1", id="o-9", at=APRIL))
    assert first.effects == ()
    third = rules.decide(after(rules, *history, tick("m", APRIL))[0], bought("1", id="o-9", at=APRIL))
    assert [getattr(one, "rule", "") for one in third.effects] == ["regular"]


def test_a_cap_goes_on_with_what_it_was_asked() -> None:
    """In the year 8 of 100 are used up before, 88 afterwards: 12 are left."""
    rules = club(clause="cap 100 pts per member in calendar year")
    member, _ = after(rules, bought("80"), bought("500", id="o-2", at=APRIL))
    assert lots_of(member) == [(1, 88), (2, 12)]


# ---------- orders that come back

REPLAY: Final = "returns replay within 60 days\n  returns keep prices"
PROPORTION: Final = "returns in proportion within 60 days"
KEEPS: Final = f"{LIFE}\n  after a return take only what is left"
OWES: Final = f"{LIFE}\n  after a return may go negative"


@pytest.mark.parametrize("returns", [REPLAY, PROPORTION])
def test_an_order_of_before_comes_back_in_proportion_in_any_steps(returns: str) -> None:
    """30 points are 330. One of three units back: 110 go. Two: 220. All: 330."""
    rules = club(life=KEEPS, returns=returns)
    start = after(rules, bought("100", quantity=3), tick("m", APRIL))[0]
    for units, stays in ((1, 220), (2, 110), (3, 0)):
        back = returned(f"r-{units}", "m", APRIL, "o-1", {"1": units})
        decision = rules.decide(start, back)
        assert rules.balance(decision.member, "pts").usable == stays
        assert [one.proportion for one in decision.effects if isinstance(one, GoodsReturned)] == [returns == REPLAY]
    member = start
    for step, stays in ((1, 220), (2, 110), (3, 0)):
        member = rules.decide(member, returned(f"s-{step}", "m", APRIL, "o-1", {"1": 1})).member
        assert rules.balance(member, "pts").usable == stays
        assert read_member(write_member(member, rules), rules) == member


def test_what_came_back_before_is_not_taken_again() -> None:
    """50 for a large order and 30 by price; one unit back in March leaves 20 by replay. They are 220, and all go."""
    big = "earn big\n  when money paid at least 300 RUB\n  give 50 pts\nend\n"
    rules = club(life=KEEPS, returns=REPLAY, more=big)
    first = returned("r-1", "m", "2026-03-20T11:00:00Z", "o-1", {"1": 1})
    member, _ = after(rules, bought("100", quantity=3), first)
    assert rules.balance(member, "pts").usable == 20
    member, _ = after(rules, bought("100", quantity=3), first, tick("m", APRIL))
    assert rules.balance(member, "pts").usable == 220
    member, effects = after(rules, bought("100", quantity=3), first, cancellation("c-1", "m", APRIL, "o-1"))
    assert rules.balance(member, "pts").usable == 0
    assert [(one.rule, one.units) for one in effects if isinstance(one, PointsTakenBack)] == [("base", 220)]


def test_a_cap_of_before_does_not_cut_what_goes_back() -> None:
    """20 of 30 were granted; they are 220, more than the cap has ever given. All of them go, and the cap is free."""
    rules = club(life=KEEPS, returns=REPLAY, clause="cap 20 pts per member in calendar year")
    member, _ = after(rules, bought("300"), cancellation("c-1", "m", APRIL, "o-1"))
    assert rules.balance(member, "pts").usable == 0
    assert [one.buckets for one in member.counters if " CAP " in one.key] == []
    again = rules.decide(member, bought("300", id="o-2", at=APRIL)).member
    assert rules.balance(again, "pts").usable == 20


def test_a_debt_is_counted_anew_by_itself() -> None:
    """10 points, spent, and the goods come back: a debt of 10, divided by 4 and rounded down to 2."""
    rules = club("divide by 4", life=OWES, returns=REPLAY)
    spent = gift("-10", day=8, reason="spent")
    history: list[Event] = [bought("100"), spent, returned("r-1", "m", "2026-03-20T11:00:00Z", "o-1", {"1": 1})]
    assert after(rules, *history)[0].purses[0].debt == 10
    member, effects = after(rules, *history, tick("m", APRIL))
    assert effects == [PointsRedenominated("anew", "pts", 0, 0, 10, 2, member.clock)]
    assert rules.balance(member, "pts").usable == -2


# ---------- editions


def editions(*, until: str = APRIL, start: str = "2026-04-01") -> Programme:
    """One point for each order, then two for each RUB, and what was collected times eleven."""
    old = HEAD.format(clause="", life=LIFE, returns="returns refused")
    new = old.replace("give 1 pts per 10 RUB", "give 2 pts per 1 RUB")
    new += CHANGE.format(by="multiply by 11", rounding="round down per lot").replace("2026-04-01", start)
    return load(new, earlier=[(old.replace("give 1 pts per 10 RUB", "give 1 pts"), until)])


def test_a_new_edition_counts_anew_what_was_collected_under_the_one_before() -> None:
    """Eleven orders of before are 121, four short of 125; 2 USD more make it."""
    rules = editions()
    visits = [bought("5", id=f"o-{day}", at=f"2026-03-{day:02}T11:00:00Z") for day in range(1, 12)]
    assert rules.balance(after(rules, *visits, tick("m", APRIL))[0], "pts").usable == 121
    member, _ = after(rules, *visits, bought("2", id="o-12", at=APRIL))
    assert rules.balance(member, "pts").usable == 125


def test_an_edition_that_was_loaded_late_counts_anew_when_it_takes_over() -> None:
    """An order of the 3rd of April was still decided by the old rules: its point is one of the old ones."""
    rules = editions()
    old = rules.editions[0]
    member, _ = after(old, bought("5"), bought("5", id="o-2", at="2026-04-03T11:00:00Z"))
    decision = rules.decide(member, bought("5", id="o-3", at="2026-04-04T11:00:00Z"))
    assert [(type(one), getattr(one, "at", None)) for one in decision.effects][:1] == [
        (PointsRedenominated, member.clock + 1)
    ]
    assert rules.balance(decision.member, "pts").usable == 32
    again = rules.decide(decision.member, tick("m", "2026-05-01T00:00:00Z"))
    assert again.effects == ()


def test_what_an_edition_should_have_changed_before_it_holds_happens_when_it_begins() -> None:
    rules = editions(start="2026-03-15")
    member, effects = after(rules, bought("5"), tick("m", APRIL))
    assert effects == [PointsRedenominated("anew", "pts", 1, 11, 0, 0, member.clock)]


def test_a_change_that_both_editions_know_happens_once() -> None:
    old = club().source.text
    rules = load(old.replace("give 1 pts", "give 2 pts"), earlier=[(old, "2026-06-01T00:00:00Z")])
    member, _ = after(rules, bought("100"), tick("m", "2026-06-02T00:00:00Z"))
    assert lots_of(member) == [(1, 110)]


@pytest.mark.parametrize("start", ["2026-03-20", "2026-04-01", "2026-05-01"])
def test_a_change_that_has_not_happened_yet_may_get_another_date(start: str) -> None:
    """The edition before had it in June; 10 points are 110 once, whenever it is."""
    member, _ = after(dated("2026-06-01", start), bought("100"), tick("m", "2026-07-01T00:00:00Z"))
    assert lots_of(member) == [(1, 110)]


def test_a_change_that_has_happened_gets_no_second_date() -> None:
    with pytest.raises(SettingsError, match="the change `anew` has happened before") as refused:
        dated("2026-03-31", "2026-04-01")
    assert refused.value.code == "edition.changed"
    member, _ = after(dated("2026-03-10", "2026-03-20"), bought("100"), tick("m", "2026-07-01T00:00:00Z"))
    assert lots_of(member) == [(1, 110)]


def dated(before: str, then: str) -> Programme:
    """Two editions, of March and from April on, that have one change at different dates."""
    text = club().source.text
    old, new = (text.replace("from 2026-04-01", f"from {day}") for day in (before, then))
    return load(new.replace("give 1 pts", "give 2 pts"), earlier=[(old, APRIL)])


# ---------- told, and on the wire


def test_the_statement_and_the_wire_tell_it() -> None:
    rules = club()
    decisions = list(replay(rules, [bought("100"), tick("m", "2026-04-02T00:00:00Z")]))
    statement = rules.statement("m", decisions)
    assert "2026-04-01  +100 pts  110 pts  new denomination: Counted anew" in statement.explain()
    assert "2026-04-01  +100 pts  110 pts  новый номинал: Counted anew" in statement.explain("ru")
    (purse,) = statement.account.purses
    assert purse.opening + sum(one.units for one in purse.lines if one.reason.moves) == purse.held == 110
    assert '"reason":"redenominated"' in write_statement(statement, rules)
    read_statement(write_statement(statement, rules))
    told = write_decision(decisions[-1])
    assert '"kind":"points_redenominated","rule":"anew","points":"pts","before":"10","after":"110"' in told


VISITS: Final = """loyalty rules 1
programme "Stars"
  currency USD
  time zone America/Los_Angeles
  basis money paid
  tax comes on top of prices
  returns refused
  late events refused
end
purse stars "Stars"
  decimals 2
  round down per order
  usable at once
  expire {life}
end
"""
BY_VISIT: Final = """earn visit "1 Star for each order"
  give 1 stars
end
"""
BY_CARD: Final = """change elevenfold "1 Star of before is 11 Stars"
  changes stars
  from 2016-04-12
  balances multiply by 11
  round down per lot
end
earn by_card "2 Stars per $1"
  on any product
  give 2 stars per 1 USD
end
"""


def test_stars_by_the_visit_are_eleven_stars_by_the_dollar() -> None:
    """Eleven Stars of before 12 April 2016 are 121, four short of 125, which 2 USD make."""
    first, second = VISITS.format(life="never") + BY_VISIT, VISITS.format(life="after 6 months") + BY_CARD
    rules = load(second, earlier=[(first, "2016-04-12T00:00:00-07:00")])
    visits = [f"2016-04-{day:02}T08:00:00-07:00" for day in range(1, 12)]
    history = [
        purchase(f"o-{at}", "m", at, [line("1", price="2")], currency="USD")
        for at in (*visits, "2016-04-12T08:00:00-07:00")
    ]
    *_, before, last = replay(rules, history)
    assert rules.editions[0].balance(before.member, "stars").usable == 11_00
    anew = [(one.before, one.after) for one in last.effects if isinstance(one, PointsRedenominated)]
    assert anew == [(11_00, 121_00)]
    assert rules.balance(last.member, "stars").usable == 125_00
