"""Sums of calendar periods: what rules gave into a purse that is rounded over a period, exactly.

The purse holds the rounded sum of the period; each order is posted the difference that it makes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from loyalty_rules.engine.plan import Plan
from loyalty_rules.ledger.taking import of_rule
from loyalty_rules.member import Lot, MemberState, Purse, Sum
from loyalty_rules.records import Record


def period_of(plan: Plan, purse: str, day: int) -> int | None:
    """The number of the period in which a purse rounds what is given on a date; None where it rounds otherwise."""
    declared = plan.checked.purses.get(purse)
    period = None if declared is None else declared.rounding.period
    return None if period is None else plan.timeline.number(period, day)


def sum_of(purse: Purse, rule: str, number: int) -> Fraction:
    """What a rule gave in one period so far."""
    found = (one for one in purse.sums if (one.rule, one.number) == (rule, number))
    return next((Fraction(one.numerator, one.denominator) for one in found), Fraction(0))


def sums_now(plan: Plan, member: MemberState, day: int) -> dict[tuple[str, str], Fraction]:
    """By purse and rule the sums of the periods that hold a date."""
    return {
        (purse.name, one.rule): Fraction(one.numerator, one.denominator)
        for purse in member.purses
        for one in purse.sums
        if one.number == period_of(plan, purse.name, day)
    }


def with_sum(purse: Purse, rule: str, number: int, more: Fraction) -> Purse:
    """The purse with so much more (or less) in the sum of a rule for a period."""
    found = next((one for one in purse.sums if (one.rule, one.number) == (rule, number)), Sum(rule, number, 0, 1))
    total = Fraction(found.numerator, found.denominator) + more
    kept = [one for one in purse.sums if one is not found]
    if total or found.posted:
        kept.append(found._replace(numerator=total.numerator, denominator=total.denominator))
    return purse._replace(sums=tuple(sorted(kept, key=place_of)))


def with_one(purse: Purse, one: Sum) -> Purse:
    """The purse with a sum in the place of the one for its rule and period."""
    others = [other for other in purse.sums if place_of(other) != place_of(one)]
    return purse._replace(sums=tuple(sorted((*others, one), key=place_of)))


def note_expired(purse: Purse, gone: Iterable[Lot]) -> Purse:
    """Notes what expires of what was posted."""
    for lot in gone:
        for one in purse.sums:
            units = of_rule(lot, one.rule)
            if units and one.posted is not None and (one.posted.number, one.posted.at) == (lot.number, lot.earned):
                told = one.posted._replace(gone=one.posted.gone + min(units, one.posted.holds - one.posted.gone))
                purse = with_one(purse, one._replace(posted=told))
    return purse


def place_of(one: Sum) -> tuple[str, int]:
    """By what sums are ordered."""
    return one.rule, one.number


def needed(plan: Plan, purse: Purse, records: tuple[Record, ...], day: int) -> Purse:
    """The purse without the sums of periods that are over, and of which no order may come back or come late."""
    oldest = min((record.day for record in records), default=day)
    first = period_of(plan, purse.name, min(oldest, day - plan.checked.late_days))
    now = period_of(plan, purse.name, day)
    if first is None or now is None:
        return purse._replace(sums=()) if purse.sums else purse
    waiting = plan.checked.purses[purse.name].rounding.posts is not None
    kept = (one for one in purse.sums if one.number >= min(first, now) or (waiting and one.posted is None))
    return purse._replace(sums=tuple(kept))


def unsettled(plan: Plan, purse: Purse, records: tuple[Record, ...]) -> Purse:
    """The purse without the sums that were posted for a period of which no order may come back: nothing moves them any
    more."""
    if all(one.posted is None for one in purse.sums):
        return purse
    numbers = {period_of(plan, purse.name, record.day) for record in records}
    kept = tuple(one for one in purse.sums if one.posted is None or one.number in numbers)
    return purse if len(kept) == len(purse.sums) else purse._replace(sums=kept)


def sums_of(plan: Plan, record: Record, member: MemberState) -> dict[tuple[str, str], Fraction]:
    """By rule and purse the sums of the periods in which an order is counted."""
    return {(rule, purse): total for (purse, rule), total in sums_now(plan, member, record.day).items()}
