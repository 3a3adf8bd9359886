"""The member as the engine reads it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import occasion_at
from loyalty_rules.engine.view import Known, View
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.counters import by_key
from loyalty_rules.member import MemberState


def known(plan: Plan, member: MemberState, at: int) -> Known:
    """What the engine may read of a member at an instant."""
    balances = {purse.name: lots.balance(purse, at).usable for purse in member.purses}
    standings = {standing.ladder: standing for standing in member.standings}
    ranks = {
        name: ladder.rank(standings[name].level) if name in standings else 0
        for name, ladder in plan.checked.ladders.items()
    }
    return Known(
        facts=dict(member.facts),
        segments=frozenset(member.segments),
        joined=None if member.joined is None else plan.timeline.day(member.joined),
        changed={standing.ladder: standing.since for standing in member.standings if standing.since},
        first_order=member.first_order,
        last_order=member.last_order,
        counters=by_key(member.counters),
        balances=balances,
        ranks=ranks,
        held={purse.name: lots.total(purse) for purse in member.purses},
        remainders={
            (purse.name, rule): Fraction(numerator, denominator)
            for purse in member.purses
            for rule, numerator, denominator in purse.remainders
        },
    )


def view_at(plan: Plan, member: MemberState, at: int, *, day: int | None = None) -> View:
    """A view in which only time has passed; `day` for a date other than the instant's."""
    occasion = occasion_at(plan, at)
    if day is not None:
        month = date.fromordinal(day).month
        occasion = occasion._replace(day=day, weekday=(day - 1) % 7, month=month)
    return View(plan, occasion, known(plan, member, at))
