"""What random histories found in what time brings: short histories, the answers worked out by hand."""

from __future__ import annotations

from loyalty_rules.calendar import instant_of
from loyalty_rules.events import adjustment, cancellation, returned, tick
from tests.engine.test_ledger_corners import (
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
from tests.engine.test_ledger_corners_late import gift as gift_of
from tests.engine.test_ledger_corners_late import programme as late_programme


def test_what_time_gives_reviews_no_level() -> None:
    """A level that is reviewed at every order was lost when the month ended, because a rule was asked then. The order
    of 2 March is the first one that finds nothing in the last three days."""
    rules = programme(
        purse("pts", "usable at once", "expire never"),
        rule("monthly", "at end of calendar month", "give 5 pts"),
        "tiers status\n  level silver when spend in last 3 days at least 100 RUB\n  upgrade from next order\n"
        "  review every order\n  downgrade to earned level\nend\n",
    )
    history = [
        buys("o-1", "2026-01-20T12:00:00", "100"),
        tick("m", "2026-03-01T12:00:00+03:00"),
        buys("o-2", "2026-03-02T12:00:00", "1"),
    ]
    found = decided(rules, history)
    assert [rules.level(one.member, "status") for one in found] == ["silver", "silver", ""]
    assert [rules.balance(one.member, "pts").usable for one in found] == [0, 10, 10]


def test_what_time_gives_may_lift_a_level() -> None:
    rules = programme(
        purse("pts", "usable at once", "expire never"),
        rule("monthly", "at end of calendar month", "give 5 pts"),
        "tiers status\n  level silver when earned pts in calendar year at least 10 pts\n  upgrade from next order\n"
        "  review never\nend\n",
    )
    history = [gift("g", "2026-01-20T12:00:00")]
    history += [tick("m", f"2026-{day}T00:00:00+03:00") for day in ("02-01", "03-01")]
    assert [rules.level(one.member, "status") for one in decided(rules, history)] == ["", "", "silver"]


def test_conversions_at_once_wait_for_what_becomes_usable_not_for_what_else_falls_due() -> None:
    """5 points of 10 March that come late are not converted. That other points expire with 20 March changes nothing
    about them; that those of 21 March become usable on 24 March does."""
    rules = late_programme(
        purse("pts", "usable at once", "expire never", "take oldest first"),
        purse("other", "usable at once", "expire after 5 days"),
        purse("miles", "usable at once", "expire never"),
        rule("given", "after event gift", "give 5 pts"),
        rule("bought", "give 1 other"),
        rule("slow", "when spend in this order at least 100 RUB", "give 5 pts", "usable after 3 days"),
        "conversion now\n  at once\n  uses all of pts\n  give 1 miles per full 1 pts\nend\n",
    )
    first = buys("o-1", "2026-03-15T12:00:00", "1")
    history = [first, gift_of("g", "03-10"), tick("m", "2026-03-22T12:00:00+03:00")]
    assert [rules.balance(one.member, "miles").usable for one in decided(rules, history)] == [0, 0, 0]
    history[1:2] = [buys("o-2", "2026-03-17T12:00:00", "100"), gift_of("g", "03-16")]
    history[3:] = [tick("m", f"2026-03-{day}T00:00:00+03:00") for day in ("19", "20")]
    assert [rules.balance(one.member, "miles").usable for one in decided(rules, history)] == [0, 0, 0, 0, 10]


def test_a_return_takes_from_the_orders_that_were_rounded_with_it() -> None:
    """9.5 and 9.5 on one day are 9 and 10. The first comes back: 9.5 are 9. It held 9 and gives them all; the other
    one keeps its 10 less the one unit that the sum fell by more."""
    returns = "returns replay within 2 months\n  returns keep prices"
    body = "rules add up\n  round down in calendar day\n  usable at once\n  expire never"
    rules = programme(
        f"purse pts\n  {body}\n  after a return take only what is left\nend\n",
        rule("base", "on any product", "give 1 pts per 10 RUB"),
        returns=returns,
    )
    first, second = buys("o-1", "2026-03-10T12:00:00", "95"), buys("o-2", "2026-03-10T13:00:00", "95")
    for gone, left in (("o-1", 9), ("o-2", 9)):
        found = decided(rules, [first, second, cancellation("c", "m", "2026-03-11T12:00:00+03:00", gone)])
        assert [rules.balance(one.member, "pts").usable for one in found] == [9, 19, left]


def test_a_cap_over_a_rounded_sum_falls_by_what_the_sum_falls() -> None:
    """0.1 and 1.8 on one day, rounded up, are 1 and 2: the second order is given 1. The first comes back: 1.8 are 2,
    nothing falls, and the cap has been asked 2. Of its 3 the 40 points of the next day get one; they used to get 2,
    and the member held 4 of a cap of 3."""
    body = "rules add up\n  round up in calendar day\n  usable at once\n  expire never"
    rules = programme(
        f"purse pts\n  {body}\n  after a return take only what is left\nend\n",
        rule("base", "on any product", "give 1 pts per 10 RUB", "cap 3 pts per member in calendar month"),
        returns="returns replay within 2 months\n  returns keep prices",
    )
    history = [
        buys("o-1", "2026-03-10T12:00:00", "1"),
        buys("o-2", "2026-03-10T13:00:00", "18"),
        cancellation("c", "m", "2026-03-11T12:00:00+03:00", "o-1"),
        buys("o-3", "2026-03-11T13:00:00", "400"),
    ]
    found = decided(rules, history)
    assert [rules.balance(one.member, "pts").usable for one in found] == [1, 2, 2, 3]


def test_a_rule_that_rounds_by_itself_was_rounded_with_no_other_order() -> None:
    """Each order asks 9.5 by two rules; `monthly` is rounded over the month, `single` by itself. The first gives 9 and
    10, the second 10 and 10. Once the first came back the month's 9.5 are 9, and the 10 of `single` stand."""
    month = purse("pts", "usable at once", "expire never", "after a return take only what is left")
    rules = programme(
        month.replace("round down per order", "round down in calendar month"),
        rule("monthly", "on any product", "give 1 pts per 10 RUB"),
        rule("single", "on any product", "give 1 pts per 10 RUB", "round half up per order"),
        returns=RETURNS,
    )
    orders = [buys("o-1", "2026-03-10T12:00:00", "95"), buys("o-2", "2026-03-11T12:00:00", "95")]
    found = decided(rules, [*orders, cancellation("c", "m", "2026-03-12T12:00:00+03:00", "o-1")])
    assert parts(found[1], "pts") == [{"monthly": 9, "single": 10}, {"monthly": 10, "single": 10}]
    assert parts(found[2], "pts") == [{"monthly": 9, "single": 10}]


def test_what_one_rule_had_to_give_for_another_comes_from_the_orders_rounded_with_it() -> None:
    """9.5 and 0.5 points of one month are 9 and 1; the first order has 10 of a rule of its own as well. With it 10 fall
    of the sum and 10 of that rule, and it has 19: the twentieth is the one of the second order."""
    month = purse("pts", "usable after 14 days", "expire never", "after a return take only what is left")
    rules = programme(
        month.replace("round down per order", "round down in calendar month"),
        rule("monthly", "on any product", "give 1 pts per 10 RUB"),
        rule("single", "when money paid at least 10 RUB", "give 10 pts", "round down per order"),
        returns=RETURNS,
    )
    orders = [buys("o-1", "2026-03-10T12:00:00", "95"), buys("o-2", "2026-03-11T12:00:00", "5")]
    found = decided(rules, [*orders, cancellation("c", "m", "2026-03-12T12:00:00+03:00", "o-1")])
    assert parts(found[1], "pts") == [{"monthly": 9, "single": 10}, {"monthly": 1}]
    assert parts(found[2], "pts") == []


def test_a_rule_that_rounds_by_itself_is_lowered_to_whole_units_beside_a_sum() -> None:
    """200 RUB ask 66 2/3 points of the month. 100 RUB ask 33 1/3, and 100 of a rule for small orders: lowered to what
    the purchase asked, 16 2/3 and 50. They stand for 66 until the rest comes back; the 100 of the other order stay.
    They were taken for 150, and all that the member had went with them."""
    month = purse("pts", "usable at once", "expire never", "after a return take only what is left")
    rules = programme(
        month.replace("round down per order", "round down in calendar month"),
        rule("monthly", "on any product", "give 1 pts per 3 RUB"),
        rule(
            "small",
            *("when money paid at most 100 RUB", "on any product", "give 1 pts per 1 RUB", "round down per order"),
        ),
        returns=RETURNS,
    )
    history = [
        buys("o-1", "2026-03-10T12:00:00", "200", quantity=2),
        buys("o-2", "2026-03-10T13:00:00", "300"),
        returned("r", "m", "2026-03-11T12:00:00+03:00", "o-1", {"1": 1}),
        cancellation("c", "m", "2026-03-12T12:00:00+03:00", "o-1"),
    ]
    found = decided(rules, history)
    assert [rules.balance(one.member, "pts").usable for one in found] == [66, 166, 166, 100]


def test_what_is_given_at_an_end_lifts_a_level_together_with_what_expires_there() -> None:
    """30 points of March and 20 that its end gives are 50 on the dates before; then the 30 are gone."""
    rules = programme(
        purse("bonus", "usable at once", "expire at end of calendar month"),
        "tiers status\n  level gold when balance of bonus at least 40 bonus\n  upgrade from next order\n"
        "  review never\nend\n",
        rule("base", "on any product", "give 1 bonus per 10 RUB"),
        rule("thanks", "at end of calendar month", "give 20 bonus"),
    )
    bought = rules.decide(rules.new_member("m"), buys("o-1", "2026-03-07T11:00:00", "300")).member
    later = rules.decide(bought, tick("m", "2026-04-01T00:00:00+03:00")).member
    assert rules.level(later, "status") == "gold"
    assert rules.balance(later, "bonus").usable == 20


def test_what_a_purse_posts_lifts_a_level_together_with_what_expires_there() -> None:
    rules = programme(
        purse("bonus", "usable at once", "expire at end of calendar month", "posts at end of calendar month").replace(
            "per order", "per posting period"
        ),
        "tiers status\n  level gold when balance of bonus at least 40 bonus\n  upgrade from next order\n"
        "  review never\nend\n",
        rule("base", "on any product", "give 1 bonus per 10 RUB"),
    )
    member = rules.new_member("m")
    for event in (buys("o-1", "2026-03-07T11:00:00", "300"), buys("o-2", "2026-04-07T11:00:00", "200")):
        member = rules.decide(member, event).member
    assert rules.balance(member, "bonus").usable == 30  # of March
    later = rules.decide(member, tick("m", "2026-05-01T00:00:00+03:00")).member
    assert rules.level(later, "status") == "gold"
    assert rules.balance(later, "bonus").usable == 20


def test_what_is_posted_behind_its_end_is_not_owed_when_its_order_comes_back() -> None:
    """10 points of March are posted when April begins, and were valid through February: nobody ever had them."""
    rules = programme(
        purse(
            "bonus",
            *("usable at once", "expire through 2026-02-28", "posts at end of calendar month"),
            "after a return may go negative",
        ).replace("per order", "per posting period"),
        rule("base", "on any product", "give 1 bonus per 10 RUB"),
        returns=RETURNS,
    )
    member = rules.decide(rules.new_member("m"), buys("o-1", "2026-03-07T11:00:00", "100")).member
    member = rules.decide(member, cancellation("c-1", "m", "2026-04-02T11:00:00+03:00", "o-1")).member
    assert rules.balance(member, "bonus").usable == 0
    assert member.purses[0].debt == 0


def test_an_event_prolongs_what_time_gave_at_its_instant() -> None:
    """Five points of 1 February, through 1 March, last ten days longer by an event of midnight: whether it is the first
    one that the member is told, and whether time had come there before."""
    rules = programme(
        purse("pts", "usable at once", "expire after 1 month"),
        rule("monthly", "through 2026-02-01", "at end of calendar month", "give 5 pts"),
        rule("longer", "after event gift", "prolong pts 10 days"),
    )
    midnight, event = tick("m", "2026-02-01T00:00:00+03:00"), gift("g", "2026-02-01T00:00:00")
    here, before = tick("m", "2026-01-20T12:00:00+03:00"), gift("f", "2026-01-20T12:00:00")
    ends = [tick("m", f"2026-03-{at}+03:00") for at in ("11T23:59:59", "12T00:00:00")]
    for first in ([here], [here, midnight], [before], [before, midnight]):
        found = decided(rules, [*first, event, *ends])
        assert [rules.balance(one.member, "pts").usable for one in found[-3:]] == [5, 5, 0]


def test_what_was_posted_stays_apart_as_long_as_an_order_of_its_period_may_come_back() -> None:
    """9 points posted for 7 March and 5 by hand are one lot at once where nothing comes back, and from 22 March on
    where orders do within 14 days, though those of 8 March do until the day after."""
    body = "rules add up\n  round down per posting period\n  posts at end of calendar day\n  usable at once"
    left = "  after a return take only what is left\n"
    for returns, more in ((NO_RETURNS, ""), (RETURNS.replace("2 months", "14 days"), left)):
        rules = programme(
            f"purse pts\n  {body}\n  expire never\n{more}end\n",
            rule("base", "on any product", "give 1 pts per 10 RUB"),
            returns=returns,
        )
        history = [
            adjustment("a", "m", "2026-03-01T12:00:00+03:00", "pts", "5", reason="test", actor="test"),
            *(buys(f"o-{day}", f"2026-03-0{day}T12:00:00", "95") for day in (7, 8)),
            *(tick("m", f"2026-03-{day}T00:00:00+03:00") for day in ("09", "22", "23")),
        ]
        found = [parts(one, "pts") for one in decided(rules, history)]
        one_lot = [{"@adjustment": 5, "base": 18}]
        if not more:
            assert found == [[{"@adjustment": 5}]] * 2 + [[{"@adjustment": 5, "base": 9}]] + [one_lot] * 3
            continue
        held = [{"@adjustment": 5}, {"base": 9}]
        joined = [{"@adjustment": 5, "base": 9}, {"base": 9}]
        assert found == [held[:1], held[:1], held, [*held, {"base": 9}], joined, one_lot]


def test_of_lots_that_end_together_what_ends_by_its_date_stands_first() -> None:
    """Thirty days and a month without activity after 1 April both end through 1 May; with the rules named the other way
    round it is the same."""
    held = purse("pts", "usable at once", "expire after 1 month without activity", "activity items")
    for dated, idle in (("a", "b"), ("b", "a")):
        rules = programme(held, rule(dated, "give 4 pts", "expire after 30 days"), rule(idle, "give 50 pts"))
        (found,) = decided(rules, [buys("o-1", "2024-04-01T12:00:00", "10")])
        assert parts(found, "pts") == [{dated: 4}, {idle: 50}]
        assert len({lot.expires for lot in lots(found, "pts")}) == 1


def test_units_that_are_counted_anew_are_converted_at_once_without_an_event() -> None:
    """40 of 14 March are 440 from 15 March on, of which 8 times 50 become 8 miles then, and not with the next event."""
    rules = programme(
        purse("pts", "usable at once", "expire never", "take oldest first"),
        purse("miles", "usable at once", "expire never"),
        rule("given", "after event gift", "give 40 pts"),
        "conversion now\n  at once\n  uses 50 pts\n  give 1 miles\nend\n",
        "change eleven\n  changes pts\n  from 2026-03-15\n  balances multiply by 11\n  round down per lot\nend\n",
    )
    found = decided(rules, [gift("g", "2026-03-14T12:00:00"), tick("m", "2026-03-20T12:00:00+03:00")])[-1]
    assert [(lot.left, lot.earned) for lot in lots(found, "miles")] == [(8, instant_of("2026-03-15T00:00:00+03:00"))]
    assert rules.balance(found.member, "pts").usable == 40
