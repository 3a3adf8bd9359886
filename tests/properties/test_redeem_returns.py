"""Orders that points paid for come back in whatever steps: what stays paid is the same, and nothing is made or lost."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_rules import MemberState, Programme, load
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.decision import GoodsReturned, PointsGivenBack, PointsRedeemed
from loyalty_rules.events import Line, Purchase, cancellation, line, purchase, returned
from loyalty_rules.member import Lot, Purse

REFUNDS = ("refund tenders in proportion", "refund points first", "refund money first")
RETURNS = ("returns replay within 12 months\n  returns keep prices", "returns in proportion within 12 months")
RATES = ("1 RUB per 1 bonus", "0.01 RUB per 3 bonus", "7 RUB per full 5 bonus")


@cache
def rules_of(refund: str, returns: str, rate: str, *, tax_on_top: bool) -> Programme:
    tax = "tax comes on top of prices" if tax_on_top else "prices include tax"
    return load(
        f"""loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  {tax}
  {returns}
  {refund}
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
  take oldest first
  after a return may go negative
end

purse cash
  counted in RUB
  round half up per order
  usable at once
  expire never
  after a return may go negative
end

products Tobacco
  where category is "tobacco"
end

earn back
  on any product
  give 10% to cash
end

redeem pay
  uses bonus
  pays {rate}
  on any product
  except Tobacco
  too much is lowered
end
"""
    )


class Case(NamedTuple):
    rules: Programme
    member: MemberState
    order: Purchase
    units: tuple[str, ...]  # the ids of lines, one for each unit
    asked: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    tax = draw(st.booleans())
    rate = draw(st.sampled_from(RATES))
    rules = rules_of(draw(st.sampled_from(REFUNDS)), draw(st.sampled_from(RETURNS)), rate, tax_on_top=tax)
    lines: list[Line] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        minor = draw(st.integers(1, 2_000))
        amount = f"{minor // 100}.{minor % 100:02d}"
        extra = draw(st.integers(0, minor)) if tax else 0
        lines.append(
            line(
                str(number),
                category=draw(st.sampled_from(["", "tobacco"])),
                quantity=draw(st.integers(1, 4)),
                amount=amount,
                tax=f"{extra // 100}.{extra % 100:02d}",
            )
        )
    lots, at = [], 1_772_000_000_000_000
    for number in range(1, draw(st.integers(1, 4)) + 1):
        parts = tuple((rule, draw(st.integers(1, 900))) for rule in ("a", "b", "c")[: draw(st.integers(1, 3))])
        end = at + (number + 1) * 40_000_000_000_000
        lots.append(Lot(number, at + number, at + number, end, sum(units for _, units in parts), parts))
    member = rules.new_member("m")._replace(purses=(Purse("bonus", tuple(lots)),), clock=at + 9, decisions=4)
    asked = draw(st.integers(1, 4_000))
    order = purchase("o", "m", "2026-03-07T10:00:00+03:00", lines, currency="RUB", redeem={"pay": asked})
    units = tuple(one.id for one in lines for _ in range(one.quantity // 1_000_000))
    return Case(rules, member, order, units, asked)


def one_by_one(rules: Programme, member: MemberState, units: list[str]) -> tuple[MemberState, int]:
    """The member after single units came back, and what was refunded in money."""
    money = 0
    for place, id_ in enumerate(units):
        decision = rules.decide(member, returned(f"r-{place}", "m", member.clock, "o", {id_: 1}))
        assert decision.outcome == "decided"
        assert decision.refund is not None
        goods = sum(u for one in decision.effects if isinstance(one, GoodsReturned) for _, _, u in one.lines)
        value = sum(one.value for one in decision.effects if isinstance(one, PointsGivenBack))
        assert min(decision.refund, value) >= 0
        assert decision.refund + value == goods
        money += decision.refund
        member = read_member(write_member(decision.member, rules), rules)
        assert member == decision.member
    return member, money


def holds(member: MemberState) -> object:
    """What may not depend on the steps: lots by number, counters, what stays spent."""
    purses = [(one.name, one.debt, [(lot.number, lot.expires, lot.left) for lot in one.lots]) for one in member.purses]
    spent = [payment.spent for record in member.records for payment in record.payments]
    return purses, member.counters, spent


@settings(max_examples=150, deadline=None)
@given(cases(), st.data())
def test_what_stays_paid_is_a_function_of_what_is_kept(case: Case, data: st.DataObject) -> None:
    member = case.rules.decide(case.member, case.order).member
    units = data.draw(st.lists(st.sampled_from(case.units), unique=False, max_size=len(case.units)))
    units = [one for place, one in enumerate(units) if units[:place].count(one) < case.units.count(one)]
    other = data.draw(st.permutations(units))
    first, second = one_by_one(case.rules, member, units), one_by_one(case.rules, member, other)
    assert holds(first[0]) == holds(second[0])
    assert first[1] == second[1]


@settings(max_examples=150, deadline=None)
@given(cases(), st.data(), st.booleans())
def test_all_of_it_back_is_as_if_nothing_had_been_paid(case: Case, data: st.DataObject, cancelled: bool) -> None:
    decision = case.rules.decide(case.member, case.order)
    paid = decision.to_pay
    assert paid is not None
    if cancelled:
        back = case.rules.decide(decision.member, cancellation("c", "m", decision.member.clock, "o"))
        member, money = back.member, back.refund
    else:
        member, money = one_by_one(case.rules, decision.member, data.draw(st.permutations(case.units)))
    assert money == paid
    (before,) = case.member.purses
    (after,) = [one for one in member.purses if one.name == "bonus"]
    assert [(lot.number, lot.left, lot.parts) for lot in after.lots] == [
        (lot.number, lot.left, lot.parts) for lot in before.lots
    ]
    assert case.rules.balance(member, "cash").usable == 0
    (effect,) = [one for one in decision.effects if isinstance(one, PointsRedeemed)]
    assert sum(payment.spent for record in member.records for payment in record.payments) == 0
    assert effect.units <= case.asked
