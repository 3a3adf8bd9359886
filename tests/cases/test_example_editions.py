"""Editions of one programme under `examples/`, loaded in one chain: a member goes through all of them.

The figures are typed by hand from the rules of each edition; the files say what they are.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

from loyalty_rules import Programme, choice, line, load, purchase, tick
from loyalty_rules.events import Event
from loyalty_rules.member import MemberState

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"

#: Files, oldest first, with the instant until which each is in force.
STARBUCKS: Final = (
    ("v1", "2016-04-12T00:00:00-07:00"),
    ("v2", "2019-04-16T00:00:00-07:00"),
    ("v3", "2020-09-21T00:00:00-07:00"),
    ("v4", "2026-03-10T00:00:00-07:00"),
)


LUKOIL: Final = (("a", "2016-01-01T00:00:00+03:00"), ("b", "2022-01-01T00:00:00+03:00"))


def chain(folder: str, earlier: tuple[tuple[str, str], ...], last: str) -> Programme:
    files = EXAMPLES / folder
    editions = [((files / f"{name}.loyalty").read_bytes(), until) for name, until in earlier]
    return load((files / f"{last}.loyalty").read_bytes(), name=f"{last}.loyalty", earlier=editions)


def paid(id: str, day: str, price: str, **tenders: str) -> Event:
    return purchase(id, "m", f"{day}T12:00:00-07:00", [line("1", price=price)], currency="USD", tenders=tenders)


def asked(id: str, day: str, conversion: str) -> Event:
    return choice(id, "m", f"{day}T13:00:00-07:00", conversion)


def held(programme: Programme, member: MemberState, purse: str) -> Decimal:
    return Decimal(programme.balance(member, purse).usable).scaleb(-programme.checked.purses[purse].decimals)


def test_a_member_goes_through_the_five_editions_of_one_programme() -> None:
    programme = chain("starbucks", STARBUCKS, "v5")
    member = programme.new_member("m")

    def after(event: Event, purse: str = "stars") -> Decimal:
        nonlocal member
        member = programme.decide(member, event).member
        return held(programme, member, purse)

    # The first edition: a Star for each visit.
    for number in range(11):
        after(paid(f"v-{number}", f"2016-03-{number + 1:02}", "4.00", cash="4.00"))
    assert held(programme, member, "visits") == 11
    assert after(tick("m", "2016-04-11T23:59:59-07:00")) == 0

    # The second: 11 x 11, two Stars a dollar, Gold for a payment by card before May, 125 Stars for an item.
    assert after(tick("m", "2016-04-12T00:00:00-07:00")) == 121
    assert held(programme, member, "visits") == 0
    assert after(paid("c-1", "2016-04-20", "3.00", starbucks_card="3.00")) == 127
    assert programme.level(member, "status") == "gold"
    assert after(asked("c-2", "2016-04-21", "free_item_for_125")) == 2
    assert after(tick("m", "2016-10-31T23:59:59-07:00")) == 2
    assert after(tick("m", "2016-11-01T00:00:00-07:00")) == 0
    assert after(tick("m", "2017-04-20T00:00:00-07:00"), "free_item") == 1
    assert programme.level(member, "status") == "green"

    # The third: a price list, without levels.
    assert after(paid("c-3", "2019-05-01", "12.50", starbucks_card="12.50")) == 25
    assert after(asked("c-4", "2019-05-01", "buy_25"), "for_25") == 1

    # The fourth: by tender; what is earned in December lives through June.
    assert after(paid("c-5", "2021-05-01", "11.50", starbucks_card="8.00", cash="3.50")) == Decimal("19.5")
    assert after(paid("c-6", "2025-12-01", "100.00", starbucks_card="100.00")) == 200

    # The fifth: by level, and the Stars of the fourth keep their end.
    assert after(paid("c-7", "2026-04-01", "10.00", cash="10.00")) == 210
    assert after(tick("m", "2026-06-30T23:59:59-07:00")) == 210
    assert after(tick("m", "2026-07-01T00:00:00-07:00")) == 10
    assert held(programme, member, "free_item") == 1


def test_points_become_hundreds_and_hundreds_points() -> None:
    programme = chain("lukoil", LUKOIL, "c")
    member = programme.new_member("m")

    def after(event: Event) -> Decimal:
        nonlocal member
        member = programme.decide(member, event).member
        return held(programme, member, "баллы")

    def bought(id: str, at: str, price: str) -> Event:
        return purchase(id, "m", f"{at}T08:00:00+03:00", [line("1", price=price)], currency="RUB")

    assert after(bought("a", "2015-12-01", "525.00")) == 10
    assert after(tick("m", "2015-12-31T23:59:59+03:00")) == 10
    assert after(tick("m", "2016-01-01T00:00:00+03:00")) == 1000
    assert after(bought("b", "2016-05-01", "2345.50")) == 3345
    # A year after they were earned, 1 000 that had been 10 are gone, and then 2 345.
    assert after(tick("m", "2016-12-02T00:00:00+03:00")) == 2345
    assert after(tick("m", "2017-05-02T00:00:00+03:00")) == 0
    assert after(bought("c", "2021-12-31", "12345.67")) == 12345
    assert after(tick("m", "2022-01-01T00:00:00+03:00")) == 123
    assert after(bought("d", "2022-03-01", "2499.00")) == 147
