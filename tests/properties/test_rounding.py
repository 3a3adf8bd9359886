"""Rounding over more than one award, against sums worked out by hand: whatever comes back, and in whatever order, the
purse holds the rounded sum of what is kept."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_rules import MemberState, line, load, purchase, returned
from loyalty_rules.adapters.wire import read_member, write_member

PROGRAMME = load(
    """
loyalty rules 1

programme "Rounded"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 90 days
  returns keep prices
  late events refused
end

purse daily
  round down in calendar day
  usable at once
  expire never
  after a return may go negative
end

purse monthly
  round half up in calendar month
  usable at once
  expire never
  after a return may go negative
end

purse posted
  round down per posting period
  posts at end of calendar month
  usable at once
  expire never
  after a return may go negative
end

purse together
  rules add up
  round down per order together
  usable at once
  expire never
  after a return may go negative
end

earn per_day
  on any product
  give 1 daily per 7 RUB
end

earn per_month
  on any product
  give 1 monthly per 3 RUB
end

earn accruing
  on any product
  give 1 posted per 7 RUB
end

earn thirtieth
  on any product
  give 1 together per 30 RUB
end

earn seventieth
  on any product
  give 2 together per 70 RUB
end
"""
)

#: An order: the day of March or April on which it is made, and how many units at 1 RUB it has.
ORDERS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 60)), min_size=1, max_size=6)


def day_of(number: int) -> str:
    return f"2026-03-{number:02}" if number <= 31 else f"2026-04-{number - 31:02}"


def half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


def expected(orders: list[tuple[int, int]], month: str) -> dict[str, int]:
    """What the purses hold in a month of orders with so many units kept."""
    days: dict[str, int] = {}
    months: dict[str, int] = {}
    for number, units in orders:
        days[day_of(number)] = days.get(day_of(number), 0) + units
        months[day_of(number)[:7]] = months.get(day_of(number)[:7], 0) + units
    return {
        "daily": sum(floor(Fraction(units, 7)) for units in days.values()),
        "monthly": sum(half_up(Fraction(units, 3)) for units in months.values()),
        "posted": sum(floor(Fraction(units, 7)) for which, units in months.items() if which < month),
        "together": sum(floor(Fraction(units, 30) + Fraction(2 * units, 70)) for _, units in orders),
    }


def held(member: MemberState) -> dict[str, int]:
    return {name: PROGRAMME.balance(member, name).usable for name in PROGRAMME.checked.purses}


@settings(deadline=None, max_examples=120)
@given(data=st.data(), drawn=ORDERS)
def test_the_purse_holds_the_rounded_sum_of_what_is_kept(data: st.DataObject, drawn: list[tuple[int, int]]) -> None:
    orders = sorted(drawn)
    member = PROGRAMME.new_member("m-1")
    for place, (number, units) in enumerate(orders):
        event = purchase(
            f"o-{place}",
            "m-1",
            f"{day_of(number)}T12:{place:02}:00+00:00",
            [line("1", category="tea", price="1", quantity=str(units))],
            currency="RUB",
        )
        member = PROGRAMME.decide(member, event).member
        assert held(member) == expected(orders[: place + 1], day_of(number)[:7])
    left = list(orders)
    for step in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(0, len(left) - 1))
        number, units = left[place]
        if not units:
            continue
        back = data.draw(st.integers(1, units))
        goods = returned(f"r-{step}", "m-1", f"2026-05-01T12:{step:02}:00+00:00", f"o-{place}", {"1": str(back)})
        member = PROGRAMME.decide(member, goods).member
        left[place] = (number, units - back)
        assert held(member) == expected(left, "2026-05")
        assert read_member(write_member(member, PROGRAMME), PROGRAMME) == member
