"""A history that leaves values of every kind, decided here or in a worker."""

from __future__ import annotations

from typing import Final

from loyalty_rules import Decision, Programme, enrolment, happening, line, load, purchase, tick
from loyalty_rules.events import Event

RULES: Final = """loyalty rules 1

programme "Sending"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

event review
  fact stars is number
end

purse pts "Points"
  rules add up
  round down per order
  usable after 1 day
  expire after 1 month
end

tiers status
  level gold when spend since the beginning at least 100 RUB
  upgrade from next order
  review never
end

earn base "Base points"
  on any product
  give 1 pts per 10 RUB
  cap 20 pts per member in calendar month
  message given en "{amount} for you"
end

earn review_points
  after event review
  when stars at least 4
  give 5 pts
end

earn welcome
  after joining
  give 10 pts
end

promise twenty "Twenty points at once"
  always earned pts in this order at most 20 pts
end
"""


def order(id: str, at: str, price: str) -> Event:
    lines = [line("1", price=price), line("2", price="45", tags=["tea"])]
    paid = int(price) + 45
    return purchase(id, "m", at, lines, currency="RUB", tenders={"card": paid - 1, "cash": 1})


EVENTS: Final = (
    enrolment("e-1", "m", "2026-03-02T12:00:00+03:00"),
    order("o-1", "2026-03-03T12:00:00+03:00", "95"),
    happening("r-1", "m", "2026-03-04T12:00:00+03:00", "review", facts={"stars": 3}),
    order("o-2", "2026-03-05T12:00:00+03:00", "120"),
    order("o-1", "2026-03-03T12:00:00+03:00", "95"),
    tick("m", "2026-05-01T00:00:00+03:00"),
)


def decided(rules: str | Programme) -> tuple[Decision, ...]:
    """What the history leads to."""
    programme = load(rules) if isinstance(rules, str) else rules
    member = programme.new_member("m")
    found = []
    for event in EVENTS:
        decision = programme.decide(member, event)
        member = decision.member
        found.append(decision)
    return tuple(found)
