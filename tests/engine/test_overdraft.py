"""A purse that payments take below zero: what is told, what counts, what goes back, and what the wire keeps."""

from __future__ import annotations

import json

import pytest

from loyalty_rules import Decision, Event, Programme, Purchase, adjustment, load, merge
from loyalty_rules.adapters.wire import read_decision, read_member, write_decision, write_member
from loyalty_rules.decision import DebtPaid, PointsAdjusted, PointsExpired, PointsGivenBack, PointsRedeemed
from loyalty_rules.events import cancellation, capture, line, purchase, release, reservation, returned, tick
from loyalty_rules.member import MemberState

RULES = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 90 days
  returns keep prices
  refund tenders in proportion
  late events refused
end
purse bonus "Bonus"
  rules add up
  round down per order
  usable at once
  expire after 1 month
  take oldest first
  hold at most 200 bonus
  after a return {policy}
  overdraft at most 50 bonus
end
products Goods
  where category is "goods"
end
earn base "Base"
  on Goods
  give 1 bonus per 10 RUB
end
redeem pay "Pay"
  uses bonus
  pays 1 RUB per 1 bonus
  on any product
  too much is lowered
end
"""
CLUB = load(RULES.format(policy="take only what is left"))
DEEPER = load(RULES.format(policy="may go negative"))


def at(day: str) -> str:
    return f"2026-{day}T11:00:00Z"


def goods(name: str, day: str, price: str) -> Purchase:
    return purchase(name, "m", at(day), [line("1", price=price, category="goods")], currency="RUB")


def paid(name: str, day: str, price: str, points: str | None) -> Purchase:
    return purchase(name, "m", at(day), [line("1", price=price)], currency="RUB", redeem={"pay": points})


def after(rules: Programme, *events: Event, state: MemberState | None = None) -> Decision:
    """The last decision; each of them is written and read again, and the statement of all of them is without a gap."""
    member = state or rules.new_member("m")
    decisions = []
    for event in events:
        decision = rules.decide(member, event)
        assert read_decision(write_decision(decision))
        member = read_member(write_member(decision.member, rules), rules)
        assert member == decision.member
        decisions.append(decision)
    held = rules.statement("m", decisions).account.purses[0]
    assert held.held == sum(rules.balance(member, "bonus"))
    return decisions[-1]


def usable(decision: Decision) -> int:
    return CLUB.balance(decision.member, "bonus").usable


def test_what_is_owed_is_a_debit_of_its_own() -> None:
    """20 lie in the lot of 1 March; 45 are asked for, so 25 are owed, with the end of points of 2 March."""
    decision = after(CLUB, goods("o-1", "03-01", "200"), paid("o-2", "03-02", "100", "45"))
    (effect,) = (one for one in decision.effects if isinstance(one, PointsRedeemed))
    own, owed = effect.debits
    assert (effect.units, effect.value) == (45, 4500)
    assert (own.units, own.parts) == (20, (("base", 20),))
    assert (owed.units, owed.parts, owed.number) == (25, (("@overdraft", 25),), 2)
    assert (owed.earned, owed.usable) == (decision.event.at, decision.event.at)
    end = json.loads(write_decision(decision))["effects"][0]["debits"][1]["expires"]
    assert end == "2026-04-03T00:00:00+00:00"
    assert (usable(decision), decision.member.purses[0].debt) == (-25, 25)


def test_what_can_be_used_is_what_is_there_and_what_may_still_be_owed() -> None:
    state = after(CLUB, goods("o-1", "03-01", "200")).member
    (room,) = CLUB.redeemable(state, paid("o-2", "03-02", "100", None))
    assert (room.units, room.value, room.limited_by) == (70, 7000, "balance")
    state = after(CLUB, paid("o-2", "03-02", "100", "60"), state=state).member
    (room,) = CLUB.redeemable(state, paid("o-3", "03-02", "100", None))
    assert (room.units, room.limited_by) == (10, "balance")


def test_a_return_may_go_deeper_and_then_nothing_may_be_owed() -> None:
    """100 are given and used, and 30 owed; the goods come back: 130 are owed. Under the other policy it stays at 30."""
    events = (
        goods("o-1", "03-01", "1000"),
        paid("o-2", "03-02", "500", "130"),
        cancellation("c", "m", at("03-03"), "o-1"),
    )
    decision = after(DEEPER, *events)
    assert usable(decision) == -130
    (room,) = DEEPER.redeemable(decision.member, paid("o-3", "03-04", "100", None))
    assert (room.units, room.limited_by) == (0, "balance")
    assert usable(after(CLUB, *events)) == -30


def test_by_hand_a_purse_goes_no_further_below_zero_than_it_says() -> None:
    by_hand = adjustment("a", "m", at("03-02"), "bonus", "-80", reason="mistake", actor="desk")
    decision = after(CLUB, goods("o-1", "03-01", "200"), by_hand)
    (effect,) = (one for one in decision.effects if isinstance(one, PointsAdjusted))
    assert (effect.asked, effect.units, effect.parts) == (-80, -70, (("@overdraft", 50), ("base", 20)))
    assert usable(decision) == -50
    staff, member = decision.explain(), decision.explain(audience="member")
    assert "below zero" in staff and "Bonus: -70 bonus by hand (mistake)." in member


def test_what_comes_back_pays_what_is_owed_whatever_its_end() -> None:
    """60 pay, 50 of them owed. 20 come on 1 May and leave 30 owed. The goods come back on 2 May: 30 of the 50 pay
    these, the other 20 were points of 1 March and are gone since 2 April, as the 10 of 28 February are."""
    decision = after(
        CLUB,
        goods("o-1", "02-28", "100"),
        paid("o-2", "03-01", "60", "60"),
        goods("o-3", "05-01", "200"),
        cancellation("c", "m", at("05-02"), "o-2"),
    )
    told = [
        (type(one), one.units)
        for one in decision.effects
        if isinstance(one, DebtPaid | PointsExpired | PointsGivenBack)
    ]
    assert told == [(PointsGivenBack, 60), (DebtPaid, 30), (PointsExpired, 30)]
    assert usable(decision) == 0
    assert next(one.parts for one in decision.effects if isinstance(one, PointsExpired)) == (
        ("@repaid", 20),
        ("base", 10),
    )


def test_what_was_repaid_lies_in_a_lot_and_is_told_as_such() -> None:
    decision = after(
        CLUB,
        paid("o-1", "03-01", "50", "50"),
        goods("o-2", "03-02", "600"),
        cancellation("c", "m", at("03-20"), "o-1"),
        paid("o-3", "03-21", "50", "50"),
    )
    (effect,) = (one for one in decision.effects if isinstance(one, PointsRedeemed))
    assert [debit.parts for debit in effect.debits] == [(("@repaid", 50),)]
    assert (usable(decision), decision.member.purses[0].debt) == (10, 0)
    expired = after(CLUB, tick("m", at("05-01")), state=decision.member)
    assert usable(expired) == 0


@pytest.mark.parametrize("ends", ["release", "until", "capture"])
def test_points_that_are_set_aside_may_be_owed(ends: str) -> None:
    """50 are owed and set aside. They go back whole, by hand or by themselves, or 20 of them pay."""
    until = at("03-04") if ends == "until" else None
    held = after(CLUB, reservation("r", "m", at("03-01"), "pay", amount="50", until=until))
    assert usable(held) == -50
    last: dict[str, Event] = {
        "release": release("e", "m", at("03-04"), "r"),
        "until": tick("m", at("03-04")),
        "capture": capture("e", "m", at("03-04"), "r", amount="20"),
    }
    decision = after(CLUB, last[ends], state=held.member)
    assert usable(decision) == (-20 if ends == "capture" else 0)
    back = 30 if ends == "capture" else 50
    assert [one.units for one in decision.effects if isinstance(one, DebtPaid)] == [back]


def test_what_is_set_aside_and_owed_leaves_room_in_the_purse() -> None:
    """The purse holds 200 at most. 50 are set aside that were not there: 250 come, 200 are granted, 50 of them pay."""
    decision = after(CLUB, reservation("r", "m", at("03-01"), "pay", amount="50"), goods("o-1", "03-02", "2500"))
    assert usable(decision) == 150
    # Now nothing is owed, and the 50 that are set aside count: nothing more fits.
    assert usable(after(CLUB, goods("o-2", "03-03", "100"), state=decision.member)) == 150


def test_debts_of_two_accounts_become_one() -> None:
    """-50 and -30: together -80, deeper than anybody could go alone. Nothing may be owed on top, and 100 leave 20."""
    one = after(CLUB, paid("o-1", "03-01", "50", "50")).member
    two = CLUB.decide(
        CLUB.new_member("n"),
        purchase("o-2", "n", at("03-01"), [line("1", price="30")], currency="RUB", redeem={"pay": "30"}),
    ).member
    _, stays = CLUB.merge(two, one, merge("g", "n", at("03-02"), into="m", reason="one person", actor="desk"))
    assert usable(stays) == -80
    (room,) = CLUB.redeemable(stays.member, paid("o-3", "03-03", "10", None))
    assert room.units == 0
    assert usable(after(CLUB, goods("o-4", "03-03", "1000"), state=stays.member)) == 20


def test_steps_of_a_return_come_to_what_it_is_at_once() -> None:
    three = purchase("o-1", "m", at("03-01"), [line("1", price="20", quantity=3)], currency="RUB", redeem={"pay": "50"})
    bought = after(CLUB, three, goods("o-2", "03-02", "200")).member
    steps = [returned(f"r-{number}", "m", at("03-03"), "o-1", {"1": 1}) for number in range(3)]
    whole = returned("r", "m", at("03-03"), "o-1", {"1": 3})
    assert after(CLUB, *steps, state=bought).member.purses == after(CLUB, whole, state=bought).member.purses


TWO = """loyalty rules 1
programme "Two purses"
  currency USD
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end
purse partner "Partner"
  round down per order
  usable at once
  expire never
  take oldest first
  overdraft at most 5 partner
end
purse main "Main"
  round down per order
  usable at once
  expire never
  take oldest first
end
redeem by_partner
  uses partner
  pays 1 USD per 1 partner
  on any product
  too much is lowered
end
redeem by_main
  uses main
  pays 1 USD per 1 main
  on any product
  too much is lowered
end
group both
  rule by_partner
  rule by_main
  one after another
end
"""


def test_a_purse_that_owes_gives_what_it_may_still_owe_and_the_next_one_the_rest() -> None:
    """The figures of another system: a purse at -2 that may go to -5, and one with 100; 10 are paid. 3 and 7."""
    rules = load(TWO)
    member = rules.new_member("m")
    for name, purse, amount in (("a", "partner", "-2"), ("b", "main", "100")):
        by_hand = adjustment(name, "m", at("03-01"), purse, amount, reason="opening", actor="desk")
        member = rules.decide(member, by_hand).member
    asked = {"by_partner": None, "by_main": None}
    event = purchase("o", "m", at("03-02"), [line("1", price="10")], currency="USD", redeem=asked)
    decision = rules.decide(member, event)
    paid_by = {one.purse: one.units for one in decision.effects if isinstance(one, PointsRedeemed)}
    assert paid_by == {"partner": 3, "main": 7}
    assert [rules.balance(decision.member, purse).usable for purse in ("partner", "main")] == [-5, 93]


def test_what_is_owed_is_counted_anew_with_the_purse() -> None:
    """50 are owed; eleven for one they are 550. The goods come back, and with them the 550."""
    change = """
change elevenfold
  changes bonus
  from 2026-03-05
  balances multiply by 11
  round down per lot
end
"""
    rules = load(RULES.format(policy="take only what is left") + change)
    state = after(rules, paid("o-1", "03-01", "50", "50")).member
    decision = after(rules, tick("m", at("03-06")), state=state)
    assert rules.balance(decision.member, "bonus").usable == -550
    back = after(rules, cancellation("c", "m", at("03-07"), "o-1"), state=decision.member)
    assert (rules.balance(back.member, "bonus").usable, back.member.purses[0].debt) == (0, 0)
    # 200 that come meanwhile pay of it, so 350 are owed; of the 550 that come back 200 are points again.
    paid_back = after(rules, goods("o-2", "03-07", "2000"), state=decision.member)
    assert rules.balance(paid_back.member, "bonus").usable == -350
    back = after(rules, cancellation("c", "m", at("03-08"), "o-1"), state=paid_back.member)
    assert rules.balance(back.member, "bonus").usable == 200
