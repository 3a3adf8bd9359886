"""Sums of periods in a member document, and lots that time gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loyalty_rules import InputError, MemberState, Programme, line, load, purchase, tick
from loyalty_rules.adapters.wire import read_member, write_member
from loyalty_rules.member import Posted, Sum

HEAD = """
loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events refused
end
"""
POSTING = (
    HEAD
    + """
purse pts
  round down per posting period
  posts at end of calendar month
  usable after 3 days
  expire after 1 year
  after a return may go negative
end

earn base
  on any product
  give 1 pts per 7 RUB
  cap 10 pts per member in calendar month
end
"""
)
REACHED = (
    HEAD
    + """
purse pts
  round down per order
  usable at once
  expire never
  after a return may go negative
end

tiers status
  level silver when spend in last 12 months at least 100 RUB
  upgrade from start of next calendar month
  review never
  after a return keep
end

earn hello
  after reaching silver in ladder status
  give 5 pts
end
"""
)


def after(rules: Programme) -> MemberState:
    """A member with an order of 100 RUB in March, and one of 1 RUB in April."""
    member = rules.new_member("m")
    for number, (month, price) in enumerate((("03", "100"), ("04", "1"))):
        event = purchase(f"o-{number}", "m", f"2026-{month}-05T12:00:00Z", [line("1", price=price)], currency="RUB")
        member = rules.decide(member, event).member
    return member


def test_a_sum_and_what_was_posted_of_it_are_read_back() -> None:
    rules = load(POSTING)
    member = after(rules)
    day = 1_000_000 * 86_400
    april = 20_544 * day  # 2026-04-01T00:00:00Z
    posted = Posted(1, april, april + 3 * day, april + 366 * day, 10, 10, False, ())
    (purse,) = member.purses
    assert [one._replace(posted=None) for one in purse.sums] == [
        Sum("base", 24_314, 100, 7),
        Sum("base", 24_315, 1, 7),
    ]
    assert purse.sums[0].posted is not None
    assert purse.sums[0].posted._replace(uses=()) == posted
    assert [amount for _, _, amount in purse.sums[0].posted.uses] == [14]
    assert read_member(write_member(member, rules), rules) == member


def test_what_time_posts_before_the_first_decision_is_read_back() -> None:
    """A member who joined is given 10 points at the end of January, and has them posted at that of February."""
    timed = "earn monthly\n  through 2026-02-01\n  at end of calendar month\n  give 10 pts\nend\n"
    rules = load(POSTING + timed)
    member = rules.new_member("m", joined="2026-01-15T10:00:00Z")
    member = rules.decide(member, tick("m", "2026-03-02T00:00:00Z")).member
    (purse,) = member.purses
    (lot,) = purse.lots
    assert (member.decisions, lot.number, lot.left, purse.sums) == (0, 0, 10, ())  # no order of February may come back
    assert read_member(write_member(member, rules), rules) == member


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (("exact",), "2/4", "number.syntax"),
        (("exact",), "half", "number.syntax"),
        (("posted", "holds"), "11", "member.inconsistent"),
        (("posted", "number"), 3, "member.inconsistent"),
        (("posted", "buckets"), {}, "member.inconsistent"),
        (("period",), 24_315, "member.inconsistent"),
    ],
)
def test_a_sum_that_cannot_be_is_refused(place: tuple[str, ...], value: Any, code: str) -> None:
    rules = load(POSTING)
    data = json.loads(write_member(after(rules), rules))
    found = data["core"]["purses"]["pts"]["sums"][0]
    for name in place[:-1]:
        found = found[name]
    found[place[-1]] = value
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(data), rules)
    assert caught.value.code == code


def test_what_time_gives_is_read_back() -> None:
    """A tick is no decision of its own: what it gives has the number of the next one."""
    rules = load(REACHED)
    member = rules.decide(
        rules.new_member("m"), purchase("o", "m", "2026-03-05T12:00:00Z", [line("1", price="200")], currency="RUB")
    ).member
    member = rules.decide(member, tick("m", "2026-04-02T00:00:00Z")).member
    assert rules.balance(member, "pts").usable == 5
    assert read_member(write_member(member, rules), rules) == member
