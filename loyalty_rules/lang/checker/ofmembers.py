"""Questions that are about the member alone."""

from __future__ import annotations

from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checker.conditions import subject


def only_about_member(condition: c.Condition) -> bool:
    """Whether every question of a condition is about the member alone."""
    match condition:
        case c.AllOf() | c.OneOf() | c.AmongOf():
            return all(only_about_member(item) for item in condition.items)
        case c.NotOf():
            return only_about_member(condition.item)
        case c.Equals() | c.Compared():
            return subject(condition.operand) == "member" and _of_member(condition.bound)
        case c.Between():
            return subject(condition.operand) == "member" and _of_member(condition.low) and _of_member(condition.high)
        case c.In() | c.InTable():
            return subject(condition.operand) == "member"
        case c.Has():
            return condition.fact.owner is c.Owner.MEMBER
        case c.InSegment() | c.MemberOf() | c.OptedIn() | c.WasInvited():
            return True
        case c.Falls() | c.OnSale() | c.Applied() | c.Completed():
            return False


def _of_member(bound: c.Bound) -> bool:
    match bound:
        case c.Constant():
            return True
        case c.DateOf():
            return subject(bound.date) == "member"
        case c.InstantOf():
            return subject(bound.instant) == "member"
        case c.ShareOf():
            return isinstance(bound.of, c.FactOf) and subject(bound.of) == "member"
