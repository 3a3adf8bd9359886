"""What a decision costs as things grow: rules, rows, lines, quantities, and the past of a member."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from loyalty_rules import Limits, Programme, load
from loyalty_rules.calendar import instant_of
from loyalty_rules.events import Purchase, line, purchase
from loyalty_rules.member import MemberState
from tests.benchmarks import qualifying

GROCERY: Final = Path(__file__).parents[2] / "examples" / "grocery_club" / "challenges.loyalty"
HOUR: Final = 3_600 * 1_000_000
DAY: Final = 24 * HOUR
START: Final = instant_of("2017-01-02T12:00:00Z")
#: How many orders a member places in a day.
A_DAY: Final = 3

#: Of a file with 10,000 rules.
LARGE: Final = Limits(
    rules=10_000,
    bytes=8 << 20,
    words=1_000_000,
    blocks=30_000,
    conditions=1_000_000,
    comparisons=1_000_000_000,
    steps=10_000_000,
)
HEAD: Final = """loyalty rules 1

programme "Bench"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
  rules add up
end
"""
_RULE: Final = """
products P{number}
  where category is "{category}" and unit price at least {price} RUB
end

earn r{number} "Rule {number}"
  on P{number}
  when order channel is "app" and weekday is one of saturday, sunday
  give 1 bonus per 10 RUB
  cap 100 bonus per member in calendar month
end
"""
_TABLE: Final = """
table rates
  value rate is percent
  | sku | rate |
{rows}  otherwise 0%
end

earn by_sku
  on any product
  give [rates] to bonus
end
"""
#: The clauses with which goods may come back, and the line behind which each stands.
_RETURNS: Final = (
    ("  returns refused", "  returns replay within 60 days\n  returns keep prices\n  refund money first"),
    ("  take oldest first", "  take oldest first\n  after a return may go negative"),
    ("  no change given", "  no change given\n  after a return give back"),
    ("  downgrade to earned level", "  downgrade to earned level\n  after a return keep"),
    ("  repeat from zero", "  repeat from zero\n  after a return take back"),
)


def rules_text(count: int) -> str:
    """A file with so many qualifying rules (`qualifying`)."""
    asked = enumerate(qualifying.rules(count))
    return HEAD + "".join(_RULE.format(number=n, category=rule.category, price=rule.price) for n, rule in asked)


@cache
def with_rules(count: int) -> Programme:
    return load(rules_text(count), limits=LARGE)


def ten_lines(count: int) -> Purchase:
    """An order of which two of so many rules take each line."""
    lines = [line(str(n), category=one.category, price=one.price) for n, one in enumerate(qualifying.lines(count))]
    return purchase("o-1", "m", "2026-03-07T10:00:00Z", lines, currency="RUB", channel="app")


def grocery_with_returns() -> str:
    """The eleven rules of Grocery Club, and goods may come back for 60 days: each order is recorded that long."""
    text = GROCERY.read_text(encoding="utf-8").partition("\n# 20 USD of fuel")[0]
    for clause, more in _RETURNS:
        if f"{clause}\n" not in text:
            raise SystemExit(f"{GROCERY.name} has no line `{clause.strip()}`")
        text = text.replace(f"{clause}\n", f"{more}\n")
    return text


@cache
def grocery() -> Programme:
    return load(grocery_with_returns())


def basket(id: str, at: int, lines: int = 10, quantity: int = 1) -> Purchase:
    goods = [
        line(
            str(place),
            sku=f"s{place}",
            category="c",
            brand="Private" if place % 3 == 0 else "National",
            price="2.50",
            quantity=quantity,
            facts={"department": "PRODUCE" if place % 2 else "GROCERY"},
        )
        for place in range(lines)
    ]
    return purchase(id, "m", at, goods, currency="USD")


def members(counts: Sequence[int], told: Callable[[int], object] = lambda count: None) -> dict[int, MemberState]:
    """Members with so many past orders, a few of them on each day."""
    programme, found = grocery(), dict[int, MemberState]()
    member = programme.new_member("m")
    for count in range(max(counts) + 1):
        if count in counts:
            found[count] = member
        told(count)
        member = programme.decide(member, basket(f"o-{count}", START + count * DAY // A_DAY, lines=3)).member
    return found


def next_basket(member: MemberState) -> Purchase:
    """An order of ten lines on the same day as the member's last one."""
    return basket("next", max(member.clock, START) + HOUR)


def with_rows(count: int) -> Programme:
    """One rule, and a table with a rate for each of so many articles."""
    return load(
        HEAD + _TABLE.format(rows="".join(f"  | s{number} | {number % 20 + 1}% |\n" for number in range(count)))
    )


def ten_articles() -> Purchase:
    lines = [line(str(place), sku=f"s{place * 7}", price=250) for place in range(10)]
    return purchase("o-1", "m", "2026-03-07T10:00:00Z", lines, currency="RUB")
