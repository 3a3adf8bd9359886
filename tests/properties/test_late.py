"""Events that come late: in whatever sequence orders come, sums, caps of periods and counters are the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_rules import MemberState, line, load, purchase, tick
from loyalty_rules.adapters.wire import read_member, write_member

PROGRAMME = load(
    """
loyalty rules 1

programme "Late"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  returns replay within 120 days
  returns keep prices
  late events accepted for 60 days
end

purse plain
  rules add up
  round down per order
  usable after 3 days
  expire after 20 days
  after a return may go negative
end

purse daily
  round half up in calendar day
  usable at once
  expire at end of calendar month
  after a return may go negative
end

earn base
  on any product
  give 1 plain per 7 RUB
end

earn capped
  on any product
  give 1 plain per 3 RUB
  cap 30 plain per member in calendar week
end

earn per_day
  on any product
  give 1 daily per 7 RUB
end

earn often
  when orders in last 30 days at least 1 000
  give 1 plain
end
"""
)

#: A day of March or April, and an amount.
ORDERS = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 90)), min_size=1, max_size=7, unique_by=lambda o: o[0])


def day_of(number: int) -> str:
    return f"2026-03-{number:02}" if number <= 31 else f"2026-04-{number - 31:02}"


def member_after(orders: list[tuple[int, int]]) -> MemberState:
    member = PROGRAMME.new_member("m-1")
    for number, amount in orders:
        at = f"{day_of(number)}T12:00:00+00:00"
        event = purchase(f"o-{number}", "m-1", at, [line("1", price=str(amount))], currency="RUB")
        member = PROGRAMME.decide(member, event).member
        assert read_member(write_member(member, PROGRAMME), PROGRAMME) == member
        assert PROGRAMME.decide(member, event).outcome == "repeated"
    return PROGRAMME.decide(member, tick("m-1", "2026-04-20T00:00:00+00:00")).member


def held(member: MemberState) -> object:
    """What does not depend on a sequence: balances, sums, counters, the dates of the first and the last order, lots
    by their life and the rules whose units nobody else can have taken."""
    balances = {name: PROGRAMME.balance(member, name) for name in ("plain", "daily")}
    base = sorted(
        (lot.earned, lot.usable, lot.expires, dict(lot.parts).get("base", 0))
        for purse in member.purses
        if purse.name == "plain"
        for lot in purse.lots
    )
    sums = [purse.sums for purse in member.purses]
    return balances["daily"], base, sums, member.counters, member.first_order, member.last_order, member.clock


def caps(member: MemberState) -> int:
    return sum(award.holds for record in member.records for award in record.awards if award.rule == "capped")


@settings(deadline=None, max_examples=60)
@given(data=st.data(), orders=ORDERS)
def test_sums_caps_and_counters_do_not_know_in_which_sequence_orders_came(
    data: st.DataObject, orders: list[tuple[int, int]]
) -> None:
    in_time = member_after(sorted(orders))
    late = member_after(data.draw(st.permutations(orders)))
    assert held(late) == held(in_time)
    assert caps(late) == caps(in_time)
    assert {record.previous for record in late.records} == {record.previous for record in in_time.records}
