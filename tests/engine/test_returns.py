"""Goods that come back: what is taken where points are gone, what is refused, and by whose rules an order is judged."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, DecisionError, InputError, Programme, load
from loyalty_rules.decision import DebtPaid, GoodsReturned, PointsGivenAgain, PointsTakenBack
from loyalty_rules.events import Return, cancellation, line, purchase, returned, tick
from loyalty_rules.member import Lot, MemberState
from loyalty_rules.settlement.deciding import settle_event
from loyalty_rules.settlement.editions import succession

CLUB = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  {returns}
  late events refused
end
purse bonus
  rules add up
  round down per order
  usable at once
  expire after 30 days
  after a return {policy}
end
earn base
  on any product
  give {rate} bonus per 10 RUB
  {clause}
end
"""
REPLAY = "returns replay within 60 days\n  returns keep prices"


def club(
    policy: str = "take only what is left", *, rate: int = 1, clause: str = "", returns: str = REPLAY, more: str = ""
) -> Programme:
    return load(CLUB.format(policy=policy, rate=rate, clause=clause, returns=returns) + more)


def bought(
    rules: Programme,
    price: str,
    *,
    state: MemberState | None = None,
    name: str = "o-1",
    at: str = "07",
    quantity: int = 1,
) -> MemberState:
    event = purchase(name, "m", f"2026-03-{at}T11:00:00Z", [line("1", price=price, quantity=quantity)], currency="RUB")
    return rules.decide(state or rules.new_member("m"), event).member


def back(rules: Programme, state: MemberState, order: str = "o-1", at: str = "20", quantity: int = 1) -> Decision:
    name = f"r-{order}-{at}-{quantity}"
    return rules.decide(state, returned(name, "m", f"2026-03-{at}T11:00:00Z", order, {"1": quantity}))


def spent(state: MemberState, units: int) -> MemberState:
    """The member after so many units of the first lot were used up elsewhere."""
    (purse,) = state.purses
    lot, *others = purse.lots
    (part,) = lot.parts
    left = lot._replace(left=lot.left - units, parts=((part[0], part[1] - units),))
    kept = [found for found in (left, *others) if found.left]
    return state._replace(purses=(purse._replace(lots=tuple(kept)),))


def usable(rules: Programme, state: MemberState) -> int:
    return rules.balance(state, "bonus").usable


# ---------- what is taken where points are gone


def test_what_was_spent_is_taken_from_what_is_left_and_the_rest_is_written_off() -> None:
    """Policy A: 150 were given, 100 of them spent, 50 are there."""
    rules = club()
    decision = back(rules, spent(bought(rules, "1500"), 100))
    assert decision.effects[1:] == (PointsTakenBack("base", "bonus", 150, ((1, 50),), 0, 0, 100),)
    assert usable(rules, decision.member) == 0


def test_a_purse_may_go_negative_and_the_next_points_pay_first() -> None:
    """Policy B: 150 are taken, 50 of them from the lot; the balance is -100. 30 points pay, then 80."""
    rules = club("may go negative")
    decision = back(rules, spent(bought(rules, "1500"), 100))
    assert decision.effects[1:] == (PointsTakenBack("base", "bonus", 150, ((1, 50),), 0, 100, 0),)
    assert usable(rules, decision.member) == -100
    state = bought(rules, "300", state=decision.member, name="o-2", at="21")
    assert (usable(rules, state), state.purses[0].debt, state.purses[0].lots) == (-70, 70, ())
    state = bought(rules, "800", state=state, name="o-3", at="22")
    assert (usable(rules, state), state.purses[0].debt) == (10, 0)


def test_points_that_wait_pay_a_debt_when_they_become_usable() -> None:
    text = CLUB.format(policy="may go negative", rate=1, clause="", returns=REPLAY)
    rules = load(text.replace("usable at once", "usable after 3 days"))
    state = rules.decide(bought(rules, "1500"), tick("m", "2026-03-10T11:00:00Z")).member
    state = back(rules, spent(state, 150), at="11").member
    state = bought(rules, "2000", state=state, name="o-2", at="12")
    assert rules.balance(state, "bonus") == (-150, 200)
    decision = rules.decide(state, tick("m", "2026-03-15T00:00:00Z"))
    assert DebtPaid("bonus", 150, decision.member.clock) in decision.effects
    assert rules.balance(decision.member, "bonus") == (50, 0)


def test_other_lots_of_the_purse_stand_in_for_what_was_spent() -> None:
    rules = club()
    state = bought(rules, "500", state=spent(bought(rules, "1500"), 100), name="o-2", at="08")
    decision = back(rules, state)
    assert decision.effects[1:] == (PointsTakenBack("base", "bonus", 150, ((1, 50), (2, 50)), 0, 0, 50),)


def test_what_expired_is_not_taken_again_in_one_step_or_in_two() -> None:
    """150 given on the 7th of March, 40 spent, 110 expired on the 7th of April: 40 are owed."""
    rules = club("may go negative")
    state = spent(bought(rules, "750", quantity=2), 40)
    late = rules.decide(state, tick("m", "2026-04-08T00:00:00Z")).member
    once = rules.decide(late, cancellation("c", "m", "2026-04-09T11:00:00Z", "o-1"))
    assert once.effects[1:] == (PointsTakenBack("base", "bonus", 150, (), 110, 40, 0),)
    first = rules.decide(late, returned("r", "m", "2026-04-09T11:00:00Z", "o-1", {"1": 1}))
    assert first.effects[1:] == (PointsTakenBack("base", "bonus", 75, (), 75, 0, 0),)
    second = rules.decide(first.member, returned("s", "m", "2026-04-09T11:00:00Z", "o-1", {"1": 1}))
    assert second.effects[1:] == (PointsTakenBack("base", "bonus", 75, (), 35, 40, 0),)


def test_lots_of_an_order_stay_apart_while_it_may_come_back() -> None:
    rules = club()
    state = rules.new_member("m")
    for day in ("07", "07", "07"):
        state = bought(rules, "100", state=state, name=f"o-{len(state.seen)}", at=day)
    assert [lot.number for lot in state.purses[0].lots] == [1, 2, 3]
    text = CLUB.format(policy="take only what is left", rate=1, clause="", returns="returns refused")
    refusing = load(text.replace("  after a return take only what is left\n", ""))
    state = refusing.new_member("m")
    for day in ("07", "07"):
        state = bought(refusing, "100", state=state, name=f"o-{len(state.seen)}", at=day)
    assert [(lot.number, lot.left) for lot in state.purses[0].lots] == [(1, 20)]


# ---------- what the goods that are kept ask again


SMALL = """
earn small
  when money paid at most 500 RUB
  give 60 bonus
end
"""


def test_what_the_goods_that_are_kept_earn_again_is_given_again() -> None:
    """100 for 1 000 RUB. 700 RUB kept ask 70; 400 ask 40 and 60 for being few: 100 again, with the life of then."""
    rules = club(more=SMALL)
    state = bought(rules, "100", quantity=10)
    assert usable(rules, state) == 100
    first = back(rules, state, quantity=3)
    assert usable(rules, first.member) == 70
    second = back(rules, first.member, at="21", quantity=3)
    again = [effect for effect in second.effects if isinstance(effect, PointsGivenAgain)]
    assert [(one.rule, one.units) for one in again] == [("base", 30)]
    assert [(lot.number, lot.left) for lot in second.member.purses[0].lots] == [(1, 100)]
    whole = back(rules, state, at="21", quantity=6)
    assert whole.member.purses == second.member.purses


def test_a_restored_unit_keeps_the_life_of_its_lot() -> None:
    rules = club(more=SMALL)
    (lot,) = bought(rules, "100", quantity=10).purses[0].lots
    state = back(rules, bought(rules, "100", quantity=10), quantity=3).member
    (restored,) = back(rules, state, at="21", quantity=3).member.purses[0].lots
    assert isinstance(restored, Lot)
    assert (restored.usable, restored.expires) == (lot.usable, lot.expires)


def test_an_order_that_does_not_give_what_it_gave_goes_in_proportion_and_says_so() -> None:
    rules = club()
    state = bought(rules, "95", quantity=2)
    (record,) = state.records
    forged = record._replace(awards=(record.awards[0]._replace(grid=((0, (20,)),), given=20, holds=20),))
    decision = back(rules, state._replace(records=(forged,)))
    assert decision.effects[0] == GoodsReturned("o-1", (("1", 1_000_000, 95_00),), False, True)
    assert decision.effects[1:] == (PointsTakenBack("base", "bonus", 10, ((1, 10),), 0, 0, 0),)
    assert decision.trace == ()
    assert "in proportion" in decision.explain()


# ---------- by whose rules


def test_an_order_is_judged_by_the_rules_that_decided_it() -> None:
    """50 points for 500 RUB. Whatever the rules of today give, 50 are taken, or nothing is decided."""
    old, new = club(), club(rate=2)
    state = bought(old, "500")
    event = returned("r", "m", "2026-03-20T11:00:00Z", "o-1", {"1": 1})
    with pytest.raises(DecisionError) as refusal:
        new.decide(state, event)
    assert (refusal.value.code, old.fingerprint in refusal.value.message) == ("edition.missing", True)
    editions = succession([(old.plan, old.fingerprint, 0), (new.plan, new.fingerprint, event.at)])
    settled = settle_event(editions, state, event)
    assert settled.effects[1:] == (PointsTakenBack("base", "bonus", 50, ((1, 50),), 0, 0, 0),)


# ---------- what is not returnable


@pytest.mark.parametrize(
    ("order", "lines", "reason", "told"),
    [
        ("o-2", {"1": 1}, "NO_RECORD", "no such order may still come back"),
        ("o-1", {"2": 1}, "LINE_UNKNOWN", "the order has no line 2"),
        ("o-1", {"1": 3}, "MORE", "of line 1 only 2 is kept"),
    ],
)
def test_what_does_not_come_back_changes_nothing(order: str, lines: dict[str, int], reason: str, told: str) -> None:
    rules = club()
    state = bought(rules, "95", quantity=2)
    decision = rules.decide(state, returned("r", "m", "2026-04-20T11:00:00Z", order, lines))
    assert (decision.outcome, decision.member, decision.effects, decision.trace) == ("not_returnable", state, (), ())
    assert decision.refused is not None
    assert decision.refused.reason == reason
    assert told in decision.explain()
    assert decision.explain(audience="member") == "This return could not be accepted.\n"


def test_the_same_unit_comes_back_once() -> None:
    rules = club()
    first = back(rules, bought(rules, "95"))
    again = back(rules, first.member)
    assert (again.outcome, again.member) == ("repeated", first.member)
    other = back(rules, first.member, at="21")
    assert (other.outcome, other.refused and other.refused.reason) == ("not_returnable", "NOTHING")
    assert usable(rules, first.member) == 0


def test_the_last_day_of_the_window_counts() -> None:
    rules = club(returns="returns in proportion within 1 month")
    state = bought(rules, "95", at="31")
    last = rules.decide(state, returned("r", "m", "2026-04-30T23:59:59Z", "o-1", {"1": 1}))
    late = rules.decide(state, returned("r", "m", "2026-05-01T00:00:00Z", "o-1", {"1": 1}))
    assert (last.outcome, late.outcome) == ("decided", "not_returnable")


@pytest.mark.parametrize("lines", [(), (("1", 1_000_000), ("1", 1_000_000)), (("1", 0),), (("1", -1),)])
def test_a_return_that_is_none_is_refused(lines: tuple[tuple[str, int], ...]) -> None:
    rules = club()
    with pytest.raises(InputError) as refusal:
        rules.decide(bought(rules, "95"), Return("r", "m", 1_780_000_000_000_000, "o-1", lines))
    assert refusal.value.code == "return.lines"


def test_a_return_is_built_of_lines_above_nothing() -> None:
    with pytest.raises(InputError) as refusal:
        returned("r", "m", "2026-03-20T11:00:00Z", "o-1", {"1": 0})
    assert refusal.value.code == "return.lines"


# ---------- caps and dates


def test_a_cap_takes_its_room_back_once() -> None:
    """100 of 100 are held by the first of two orders that ask 80 each: 80 + 20. The first comes back: 80 asked, all of
    it granted, so 20 are taken. Then the second: 80 are taken, 20 of them its own."""
    rules = club(clause="cap 100 bonus per member in calendar month")
    state = bought(rules, "800", state=bought(rules, "800"), name="o-2", at="08")
    first = back(rules, state)
    assert usable(rules, first.member) == 80
    second = back(rules, first.member, "o-2", at="21")
    assert usable(rules, second.member) == 0
    assert [one.lots for one in second.effects if isinstance(one, PointsTakenBack)] == [((1, 60), (2, 20))]
    assert second.member.counters == ()


def test_the_room_that_a_return_frees_serves_once() -> None:
    """Ten ask 100 of 100; three come back, 70 stay asked. The next order asks 80 and gets the 30 that are left."""
    rules = club(clause="cap 100 bonus per member in calendar month")
    state = back(rules, bought(rules, "100", quantity=10), quantity=3).member
    assert usable(rules, bought(rules, "800", state=state, name="o-2", at="21")) == 70 + 30


def test_dates_of_orders_are_those_of_orders_that_stand() -> None:
    rules = club()
    state = bought(rules, "10")
    for day in ("09", "12"):
        state = bought(rules, "10", state=state, name=f"o-{day}", at=day)
    first = state.first_order
    assert first is not None
    state = back(rules, state, "o-09").member
    assert (state.first_order, state.last_order) == (first, first + 5)
    state = back(rules, state, "o-12", at="21").member
    assert (state.first_order, state.last_order) == (first, first)
    state = back(rules, state, "o-1", at="22").member
    assert (state.first_order, state.last_order) == (None, None)


# ---------- a cap that other orders use up, and a rule that asks only of what is kept


def club_of_few(more: str) -> Programme:
    return club("may go negative", clause="cap 100 bonus per member in calendar month", more=more)


def held(state: MemberState, order: str) -> dict[str, int]:
    """By rule, what the awards of an order hold."""
    record = next(one for one in state.records if one.order == order)
    return {award.rule: award.holds for award in record.awards}


def stepwise(rules: Programme, state: MemberState, steps: list[int]) -> MemberState:
    for number, quantity in enumerate(steps):
        state = back(rules, state, at=str(10 + number), quantity=quantity).member
    return state


SINGLE = "earn single\n  when items in this order at most 1 items\n  on any product\n  give 30 bonus\nend\n"


@pytest.mark.parametrize("steps", [[2], [1, 1]])
def test_goods_that_are_kept_are_granted_no_more_than_all_of_them(steps: list[int]) -> None:
    """Two at 50 RUB ask 10; two at 500 RUB ask 100, and get the 90 that are left of 100. Without the first order the
    month holds 100 all the same: nothing is taken. One that is kept asks 5, and 30 as a single one, which is more than
    10: 1 of the cap, which has nothing for it, and 9. These 9 were never given, and are not taken either."""
    rules = club_of_few(SINGLE)
    state = bought(rules, "500", quantity=2, state=bought(rules, "50", quantity=2), name="o-2", at="08")
    assert (held(state, "o-1"), held(state, "o-2")) == ({"base": 10}, {"base": 90})
    state = stepwise(rules, state, steps)
    assert (held(state, "o-1"), held(state, "o-2")) == ({"base": 10}, {"base": 90})
    assert usable(rules, state) == 100


SOME = "earn some\n  when items in this order at least 2 items\n  on any product\n  give 5 bonus\nend\n"
ODD = (
    "earn odd\n  when items in this order at most 1 items or items in this order at least 3 items\n"
    "  on any product\n  give 25 bonus\nend\n"
)


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([1], {"base": 30, "odd": 0, "some": 5}),  # two are no odd number: 25 fall
        ([1, 1], {"base": 30, "odd": 20, "some": 5}),  # 25 rise and 5 fall: 20 are given again
        ([1, 1, 1], {"base": 30, "odd": 0, "some": 0}),  # 25 fall: 20 of `odd`, and the 5 that `some` holds for it
        ([3], {"base": 30, "odd": 0, "some": 0}),
        ([2, 1], {"base": 30, "odd": 0, "some": 0}),
        ([1, 2], {"base": 30, "odd": 0, "some": 0}),
    ],
)
def test_what_one_rule_holds_for_another_is_taken_before_what_a_cap_lets_stand(
    steps: list[int], left: dict[str, int]
) -> None:
    """Three at 100 RUB give 30, 5 and 25; 1 000 RUB get the 70 that are left of the cap of 100. The month would hold
    these 100 without the first order as well: 30 stay, and they are those of `base`."""
    rules = club_of_few(SOME + ODD)
    state = bought(rules, "1000", state=bought(rules, "100", quantity=3), name="o-2", at="08")
    assert held(state, "o-1") == {"base": 30, "odd": 25, "some": 5}
    state = stepwise(rules, state, steps)
    assert held(state, "o-1") == left
    assert held(state, "o-2") == {"base": 70, "odd": 25}
    assert usable(rules, state) == sum(left.values()) + 95
