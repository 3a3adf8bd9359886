"""How large documents may be: what the engine writes of many orders and many households is read back."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import InputError, line, load, purchase
from loyalty_rules.adapters.wire import read_member, read_shared, write_member, write_shared
from loyalty_rules.shared import SharedState, Used
from tests.engine.deciding import HEAD

PRINT: Final = "0" * 64


def test_what_many_households_share_is_read_back() -> None:
    """Ten thousand households for a year are more than a rule file may have bytes."""
    used = tuple(
        Used("pts POINTS HOUSEHOLD MONTH", f"h-{house:05}", month, 500) for house in range(5_000) for month in range(18)
    )
    shared = SharedState(PRINT, 90_000, used)
    text = write_shared(shared)
    assert len(text) > 5 << 20
    assert read_shared(text) == shared
    wide = tuple(one._replace(value=one.value * 40) for one in used)
    with pytest.raises(InputError, match=r"limit\.size"):
        write_shared(SharedState(PRINT, 90_000, wide))


def test_a_document_with_more_parts_than_are_read_is_not_written() -> None:
    """Twelve rules give points for each of thirty lines: two lists for each, and 720 for an order."""
    head = HEAD[: HEAD.index("purse cash")].replace("returns refused", "returns in proportion within 12 months")
    head = head.replace("  expire never\n", "  expire never\n  after a return may go negative\n")
    rules = "".join(f"earn base{number}\n  on any product\n  give 1 pts per 10 RUB\nend\n" for number in range(12))
    programme = load(head + rules)
    lines = [line(str(number), price="100") for number in range(1, 31)]
    order = purchase("o-1", "m-1", "2026-03-01T12:00:00Z", lines, currency="RUB")
    member = programme.decide(programme.new_member("m-1"), order).member
    few, many = (member._replace(records=member.records * count) for count in (200, 300))
    assert len(write_member(few, programme)) / 200 * 300 < 4 << 20  # bytes it has none too many
    with pytest.raises(InputError, match=r"at most 200000 lists and objects in one text \[limit\.items\]"):
        write_member(many, programme)


def test_many_orders_that_may_come_back_are_read_back() -> None:
    """300 orders of 30 lines are more than a rule file may have bytes."""
    head = HEAD[: HEAD.index("purse pts")].replace("returns refused", "returns in proportion within 12 months")
    purse = (
        "purse bonus\n  round down per order\n  usable at once\n  expire never\n  after a return may go negative\nend\n"
    )
    coming_back = load(head + purse + "earn base\n  on any product\n  give 1 bonus per 10 RUB\nend\n")
    member = coming_back.new_member("m-1")
    lines = [line(str(number), sku=f"article-{number:04}", price="100") for number in range(1, 31)]
    for number in range(300):
        at = f"2026-03-{1 + number // 24:02}T{number % 24:02}:00:00+03:00"
        order = purchase(f"o-{number}", "m-1", at, lines, currency="RUB")
        member = coming_back.decide(member, order).member
    text = write_member(member, coming_back)
    assert len(text) > 1 << 20
    assert read_member(text, coming_back) == member
