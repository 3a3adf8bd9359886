"""The programme under attack: every defence in it is a clause that a rule file may have."""

from __future__ import annotations

from typing import Final

from loyalty_rules import MemberState, Programme, load
from loyalty_rules.events import Event, Purchase, RedeemRequest, line, purchase

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  refund tenders in proportion
  late events refused
  {more}
end

purse pts "Points"
  rules add up
  round down per order
  {life}
  take oldest first
  after a return {back}
end

redeem pay
  uses pts
  pays 1 RUB per 1 pts
  on any product
  too much is lowered
end
"""
LIFE: Final = "usable at once\n  expire after 6 months"
BASE: Final = "earn base\n  on any product\n  give 1 pts per 10 RUB\nend\n"


def club(*blocks: str, life: str = LIFE, back: str = "may go negative", more: str = "", base: str = BASE) -> Programme:
    """A programme of these blocks behind the head, with one point for 10 RUB unless told otherwise."""
    return load("\n".join((HEAD.format(life=life, back=back, more=more), base, *blocks)))


def at(day: int, *, month: int = 3, time: str = "12:00:00") -> str:
    return f"2026-{month:02}-{day:02}T{time}+03:00"


def buys(
    id: str, *prices: str, day: int = 1, month: int = 3, points: int = 0, member: str = "m", time: str = "12:00:00"
) -> Purchase:
    """An order of one line for each price, of which so many points are to pay a part."""
    bought = [line(str(number), price=price) for number, price in enumerate(prices, 1)]
    found = purchase(id, member, at(day, month=month, time=time), bought, currency="RUB")
    return found._replace(redeem=(RedeemRequest("pay", points * 10**6),)) if points else found


def after(rules: Programme, *events: Event, member: MemberState | None = None) -> MemberState:
    """The member when these events have been decided one after another."""
    state = member or rules.new_member(events[0].member)
    for event in events:
        state = rules.decide(state, event).member
    return state


def points(rules: Programme, member: MemberState) -> int:
    """What can be used; below zero it is owed."""
    return rules.balance(member, "pts").usable
