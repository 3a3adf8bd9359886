"""Tickets that are played at once: how many a member has played, and one that is played now."""

from __future__ import annotations

from loyalty_rules.decision import Effect, PointsExpired
from loyalty_rules.errors import DecisionError
from loyalty_rules.events import Won
from loyalty_rules.lang.checked import drawn_key
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.counters import added, buckets_of, by_key, in_order
from loyalty_rules.ledger.spending import spend
from loyalty_rules.member import MemberState, Take

#: All tickets that a member has played are counted in one bucket.
_ALL = 0


def played(member: MemberState, draw: str) -> int:
    """How many tickets the member has played, which is the number of the last one."""
    return dict(buckets_of(member.counters, drawn_key(draw))).get(_ALL, 0)


def waiting(member: MemberState, draw: str) -> int:
    """How many tickets the member has that are not played."""
    return next((lots.total(purse) for purse in member.purses if purse.name == draw), 0)


def taken(member: MemberState, event: Won, effects: list[Effect]) -> MemberState:
    """The member without the ticket that is played. Raises `DecisionError` (`draw.ticket`) for one that the member does
    not have, and for one behind the next: none may be left out."""
    number = played(member, event.rule) + 1
    if event.place != number or not waiting(member, event.rule):
        raise DecisionError("draw.ticket", f"the member has no ticket {event.place} of `{event.rule}` to play", "place")
    purses = []
    for purse in member.purses:
        if purse.name == event.rule:
            purse, debits = spend(purse, 1, event.at, Take.OLDEST)
            effects.append(PointsExpired(purse.name, 1, event.at, debits[0].parts))
        purses.append(purse)
    counters = by_key(member.counters)
    key = drawn_key(event.rule)
    counters[key] = added(counters.get(key, ()), _ALL, 1, 0)
    return member._replace(purses=tuple(purses), counters=in_order(counters))
