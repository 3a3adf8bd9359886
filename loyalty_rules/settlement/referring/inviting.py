"""Invitations. A friend is new: nobody invited it before, and it has neither ordered nor invited anyone. So whoever
invited someone is invited by nobody later, and no circle of invitations can close."""

from __future__ import annotations

from loyalty_rules.decision import Effect, FriendInvited, InvitedBy
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Invitation, Welcome
from loyalty_rules.member import FactValue, Invited, MemberState


def check(plan: Plan, event: Invitation) -> None:
    """Raises `InputError` for an invitation that makes no sense: `invitation.self`, `invitation.none`."""
    if event.friend == event.member:
        raise InputError("invitation.self", "a member invites another one", "friend")
    if not plan.checked.referrals:
        raise InputError("invitation.none", "the programme has no referral")


def invites(plan: Plan, member: MemberState, event: Invitation, effects: list[Effect]) -> MemberState:
    """The member who invited a friend."""
    check(plan, event)
    effects.append(FriendInvited(event.friend, event.at))
    return member._replace(invites=member.invites + 1)


def compared(plan: Plan, inviter: MemberState) -> tuple[tuple[str, FactValue], ...]:
    """The facts of an inviter that referrals compare with those of friends."""
    asked = {one.fact.name for referral in plan.checked.referrals.values() for one in referral.refuses}
    return tuple((name, value) for name, value in inviter.facts if name in asked)


def welcomed(member: MemberState, event: Welcome, effects: list[Effect]) -> MemberState:
    """The friend. Raises `DecisionError` (`invitation.refused`) for a member who is not new."""
    ordered = any(counter.key == ORDERS_EVER and counter.buckets for counter in member.counters)
    if member.invited is not None:
        raise DecisionError("invitation.refused", f"`{member.member}` was invited before")
    if ordered or member.first_order is not None:
        raise DecisionError("invitation.refused", f"`{member.member}` has ordered before")
    if member.invites:
        raise DecisionError("invitation.refused", f"`{member.member}` has invited others before")
    effects.append(InvitedBy(event.inviter, event.at))
    return member._replace(invited=Invited(event.inviter, event.at, event.facts))
