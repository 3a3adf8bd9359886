"""Ceilings on what is spent: caps and limits of redeem rules and of conversions, and what they count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from loyalty_rules.amounts import MAGNITUDE_LIMIT
from loyalty_rules.decision import Effect, PointsRedeemed
from loyalty_rules.engine.gifts import Use, counted
from loyalty_rules.engine.keeping import bucket_of
from loyalty_rules.engine.paying import kept_covered
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Cap, Conversion, Redeem, Scope
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import MemberState
from loyalty_rules.records import Record

# ---------- redeem rules


def used_up(view: View, rule: Redeem | Conversion) -> bool:
    """Whether a rule was used as often as it may be."""
    return any(counted(view, limit.key, limit.window) >= limit.times for limit in rule.limits)


def times_left(view: View, rule: Redeem) -> int:
    """How often a rule may still be used; more than anybody can where it has no limit."""
    left = (max(0, limit.times - counted(view, limit.key, limit.window)) for limit in rule.limits)
    return min(left, default=MAGNITUDE_LIMIT)


def narrowed(view: View, rule: Redeem, places: Sequence[int], left: Sequence[int]) -> tuple[int, ...]:
    """What points may pay of each line where caps bind items or lines."""
    found = []
    for place, money in zip(places, left, strict=True):
        for cap in rule.caps:
            if cap.scope is Scope.LINE:
                money = min(money, cap.units)
            elif cap.scope is Scope.ITEM:
                money = min(money, cap.units * view.occasion.lines[place].items)
        found.append(money)
    return tuple(found)


def rooms(view: View, rule: Redeem) -> Iterator[tuple[Cap, int]]:
    """The caps over an order or a member, each with what it leaves, in its own unit."""
    for cap in rule.caps:
        if cap.scope is Scope.ORDER:
            yield cap, cap.units
        elif cap.window is not None:
            yield cap, max(0, cap.units - counted(view, cap.key, cap.window))


def uses(rule: Redeem, units: int, value: int, times: int = 1) -> list[Use]:
    """What so many points and the money that they pay count for in the ceilings of a rule."""
    found = [Use(limit.key, limit.window, times if units > 0 else 0) for limit in rule.limits]
    capped = [(cap, cap.window) for cap in rule.caps if cap.window is not None]
    return found + [Use(cap.key, window, units if cap.purse else value) for cap, window in capped]


def uses_of(plan: Plan, effects: Iterable[Effect]) -> list[Use]:
    """What points that paid add to the counters of their rules."""
    found: list[Use] = []
    for effect in effects:
        if isinstance(effect, PointsRedeemed) and effect.units:
            rule = plan.payers[effect.rule]
            found += uses(rule, effect.units, effect.value, _times(rule, effect))
    return found


def _times(rule: Redeem, effect: PointsRedeemed) -> int:
    """How many uses a payment is. Of what the host hands over, those that are bought: what is held was given."""
    if rule.right is None or not rule.right.whole:
        return 1
    return 0 if rule.right.handed_over and effect.purse == rule.purse else effect.rights


def kept_uses(plan: Plan, record: Record, kept: Sequence[int]) -> Mapping[tuple[str, int], int]:
    """What an order still counts for in the caps of redeem rules, by key and bucket."""
    found: dict[tuple[str, int], int] = {}
    for payment, row in zip(record.payments, kept_covered(plan, record, kept), strict=True):
        for cap in plan.payers[payment.rule].caps:
            if cap.window is not None:
                key = (cap.key, bucket_of(plan, record, cap.window))
                found[key] = found.get(key, 0) + (payment.spent if cap.purse else sum(row))
    return found


# ---------- conversions


def room_in(view: View, conversion: Conversion) -> dict[str, int]:
    """What caps leave a conversion to give, by purse."""
    found: dict[str, int] = {}
    for cap in conversion.caps:
        if cap.window is not None:
            left = max(0, cap.units - counted(view, cap.key, cap.window))
            found[cap.purse] = min(left, found.get(cap.purse, left))
    return found


def converted(member: MemberState, view: View, conversion: Conversion, given: Mapping[str, int]) -> MemberState:
    """The member with what a conversion gave counted by its caps, and that it was made by its limits."""
    counters = by_key(member.counters)
    uses = [Use(limit.key, limit.window, 1) for limit in conversion.limits]
    uses += [Use(cap.key, cap.window, given.get(cap.purse, 0)) for cap in conversion.caps if cap.window is not None]
    for key, window, amount in uses:
        reached = view.reach_of_window(window)
        counters[key] = added(counters.get(key, ()), reached.bucket, amount, reached.low)
    return member._replace(counters=in_order(counters)) if uses else member
