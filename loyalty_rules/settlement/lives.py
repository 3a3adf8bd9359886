"""The life of what a rule gives: when it becomes usable and when it expires."""

from __future__ import annotations

from typing import Final

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Conversion, Earn, Expiry, Usable
from loyalty_rules.member import NEVER

_HOUR: Final = 3_600 * 1_000_000


def life(plan: Plan, purse: str, rule: object, at: int) -> tuple[int, int]:
    """When units given at an instant become usable, and when they expire: by the rule's own clauses, else by the
    purse's."""
    own = rule if isinstance(rule, Earn | Conversion) else None
    declared = plan.checked.purses[purse]
    usable = own.usable if own is not None and own.usable is not None else declared.usable
    expire = own.expire if own is not None and own.expire is not None else declared.expire
    day = plan.timeline.day(at)
    expires = min((_expiry(plan, expiry, day) for expiry in expire), default=NEVER)
    return _usable(plan, usable, at, day), expires


def _usable(plan: Plan, usable: Usable, at: int, day: int) -> int:
    if usable.next is not None:
        return plan.timeline.next_start(usable.next, day)
    if usable.days or usable.months:
        return plan.timeline.start(plan.timeline.moved(day, usable.days, usable.months))
    return at + usable.hours * _HOUR


def _expiry(plan: Plan, expiry: Expiry, day: int) -> int:
    """Lengths count local dates, and the last one counts: gone at the first instant after it."""
    if expiry.through is not None:
        return plan.timeline.start(expiry.through + 1)
    last = plan.timeline.moved(day, expiry.days, expiry.months)
    if expiry.end is not None:
        return plan.timeline.next_start(expiry.end, last)
    return plan.timeline.start(last + 1)
