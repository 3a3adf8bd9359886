"""Whatever several members buy and bring back, in whatever order: no budget gives more than it has, and what is taken
out of it is what stands. The sums are made of the purses, not of the budgets."""

from __future__ import annotations

from random import Random
from typing import Final, TypeAlias

import pytest

from loyalty_rules import Decision, DecisionError, Programme
from loyalty_rules.events import Event, Purchase, RedeemRequest, cancellation, choice, line, purchase, returned
from loyalty_rules.member import MemberState
from tests.engine.test_budgets import BASE, TRIM, WHOLE, budget, club

MEMBERS: Final = ("a", "b", "c")
CAPS: Final = {"c1": 150, "c2": 400}
_DAY: Final = 86_400_000_000
_START: Final = 1_772_452_800_000_000  # 2026-03-02T12:00:00Z


def rules_of(how: str, cap: str, returns: str) -> Programme:
    month = budget(f"cap {CAPS['c1']} pts per same order store in calendar month", how, name="c1")
    return club(BASE + cap, month, budget(f"cap {CAPS['c2']} pts", TRIM, name="c2"), returns=returns)


class Drawn:
    """Events drawn one after another, each a while after the one before."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.at = _START
        self.count = 0
        self.kept: dict[tuple[str, str], dict[str, int]] = {}  # (member, order) -> what is kept of each line

    def next(self) -> Event:
        self.at += self.chance.choice((1, _DAY // 2, _DAY, 5 * _DAY))
        self.count += 1
        member, name = self.chance.choice(MEMBERS), f"e-{self.count}"
        mine = [order for owner, order in self.kept if owner == member and any(self.kept[owner, order].values())]
        if not mine or self.chance.random() < 0.55:
            lines = {str(n): self.chance.randint(1, 3) for n in range(1, self.chance.randint(2, 4))}
            self.kept[member, name] = dict(lines)
            prices = [line(n, quantity=units, price=str(self.chance.randint(1, 40))) for n, units in lines.items()]
            return purchase(name, member, self.at, prices, currency="RUB", store=self.chance.choice("xy"))
        order = self.chance.choice(mine)
        kept = self.kept[member, order]
        if self.chance.random() < 0.2:
            self.kept[member, order] = {}
            return cancellation(name, member, self.at, order)
        number = self.chance.choice([n for n, units in kept.items() if units])
        units = self.chance.randint(1, kept[number])
        kept[number] -= units
        return returned(name, member, self.at, order, {number: units})


#: By member and order, its store and month.
Orders: TypeAlias = dict[tuple[str, str], tuple[str, int]]
REPLAY: Final = "returns replay within 300 days\n  returns keep prices"


def standing(members: dict[str, MemberState], orders: Orders) -> dict[tuple[str, int], int]:
    """What stands of the awards of all orders, by their store and month."""
    found: dict[tuple[str, int], int] = {}
    for member in members.values():
        for record in member.records:
            where = orders[member.member, record.order]
            found[where] = found.get(where, 0) + sum(award.holds for award in record.awards)
    return {where: units for where, units in found.items() if units}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("how", [TRIM, WHOLE])
@pytest.mark.parametrize("cap", ["", "  cap 70 pts per member in calendar month\n"])
def test_what_is_taken_is_what_stands_and_never_more_than_there_is(seed: int, how: str, cap: str) -> None:
    returns = ("returns replay within 300 days\n  returns keep prices", "returns in proportion within 300 days")[
        seed % 2
    ]
    rules = rules_of(how, cap, returns)
    drawn, shared = Drawn(seed), rules.new_shared()
    members = {name: rules.new_member(name) for name in MEMBERS}
    orders: Orders = {}
    for _ in range(40):
        event = drawn.next()
        if event.kind == "purchase":
            day = rules.plan.timeline.day(event.at)
            (month,) = {cap.window.period for cap in rules.checked.budgets["c1"].caps}
            assert month is not None
            orders[event.member, event.id] = (event.store, rules.plan.timeline.number(month, day))
        decision = rules.decide(members[event.member], event, shared)
        members[event.member], shared = decision.member, decision.shared or shared
        stands = standing(members, orders)
        taken = {(one.value, one.bucket): one.amount for one in shared.used if one.key.startswith("c1 ")}
        assert taken == stands
        assert all(0 < units <= CAPS["c1"] for units in taken.values())
        total = sum(one.amount for one in shared.used if one.key.startswith("c2 "))
        assert total == sum(stands.values()) <= CAPS["c2"]


@pytest.mark.parametrize("seed", range(6))
def test_a_store_that_confirms_or_decides_again_gives_no_more_than_there_is(seed: int) -> None:
    """Tills decide with an older value; the store confirms, or decides again where it does not hold."""
    rules = rules_of(TRIM, "", REPLAY)
    drawn, shared = Drawn(100 + seed), rules.new_shared()
    members = {name: rules.new_member(name) for name in MEMBERS}
    again = 0
    for _ in range(10):
        seen = shared  # the value that all tills know
        for _ in range(4):
            event = drawn.next()
            decision = rules.decide(members[event.member], event, seen)
            serial = rules.decide(members[event.member], event, shared)
            try:
                after = rules.confirm(decision, shared)
            except DecisionError as error:
                assert error.code == "shared.moved"
                again, decision = again + 1, serial
                after = serial.shared or shared
            assert _told(decision) == _told(serial)
            assert after == serial.shared
            members[event.member], shared = decision.member, after
    assert again > 0


def _told(decision: Decision) -> tuple[object, ...]:
    """What a decision did; what is left of a budget is told as it was seen."""
    return decision.member, tuple(one for one in decision.effects if one.kind != "budget_used")


# ---------- what is sold

STOCK: Final = 7
SHOP: Final = """reward off
  pays 3 RUB
  costs 20 pts
  on any product
  no change given
  expire never
  after a return give back
"""
REFUNDS: Final = ("tenders in proportion", "points first", "money first")


@pytest.mark.parametrize("seed", range(9))
def test_what_is_sold_out_of_a_stock_is_what_is_held_and_what_stays_used(seed: int) -> None:
    """Rights are bought on their own and for orders, used, and come back: those that members hold and those that orders
    have used and keep are what was taken of the stock. A right pays 3 RUB: an order keeps used as many as it takes to
    pay what it still pays."""
    returns = f"{REPLAY}\n  refund {REFUNDS[seed % 3]}"
    rules = club(BASE, SHOP, budget(f"cap {STOCK} items", TRIM, covers="off"), returns=returns)
    drawn, shared = Drawn(seed), rules.new_shared()
    members = {name: rules.new_member(name) for name in MEMBERS}
    refused = sold = 0
    for number in range(60):
        event = drawn.next()
        chance = drawn.chance.random()
        if isinstance(event, Purchase) and chance < 0.6:
            event = event._replace(redeem=(RedeemRequest("off", drawn.chance.randint(1, 3) * 1_000_000, "pts"),))
        decision = rules.decide(members[event.member], event, shared)
        members[event.member], shared = decision.member, decision.shared or shared
        if number % 3 == 0:
            asked = choice(f"s-{number}", event.member, event.at, "off", amount=drawn.chance.randint(1, 3))
            try:
                decision = rules.decide(members[event.member], asked, shared)
                members[event.member], shared = decision.member, decision.shared or shared
                sold += 1
            except DecisionError as error:
                assert error.code == "choice.refused"
                refused += "budget" in str(error)
        assert sum(one.amount for one in shared.used) == _out(members) <= STOCK
    assert refused and sold


def _out(members: dict[str, MemberState]) -> int:
    """The rights that members hold, and those that orders have used: of what was bought for them one for 20 points."""
    held = sum(
        lot.left for one in members.values() for purse in one.purses if purse.name == "off" for lot in purse.lots
    )
    paid = [payment for one in members.values() for record in one.records for payment in record.payments]
    return held + sum(payment.spent // (20 if payment.purse == "pts" else 1) for payment in paid)
