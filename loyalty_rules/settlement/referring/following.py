"""What a friend's decision leads to for the inviter. A decision is about one member, so it is told as follow-ups."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.calendar import DAY_SECONDS, SECOND
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.events import Cancellation, Event, Purchase, Referred, Return, Tick, Withdrawn
from loyalty_rules.member import MemberState
from loyalty_rules.records import Record
from loyalty_rules.referrals import follow_up_id
from loyalty_rules.settlement.ladders.reaching import Reached
from loyalty_rules.settlement.returning.completions import stands

#: A follow-up about an order that came back may be told so much later than the order may come back.
GRACE = 30 * DAY_SECONDS * SECOND


def fired(plan: Plan, result: Result) -> tuple[str, ...]:
    """The referrals that acted, whatever they gave the friend, by name. One that lost in a group did not act."""
    acted = (name for name in plan.checked.referrals if name in result.without_gift or _stands(result, name))
    return tuple(sorted(acted))


def _stands(result: Result, name: str) -> bool:
    found = result.postings.get(name, ())
    return any(posting.lost_to is None for posting in found)


def noted(plan: Plan, member: MemberState, order: str, result: Result) -> MemberState:
    """The record of an order with the referrals whose gifts fall with it."""
    names = tuple(name for name in fired(plan, result) if _falls(plan, name))
    if not names or member.invited is None:
        return member
    friend, inviter = member.member, member.invited.by
    records = tuple(
        one._replace(referred=names, friend=friend, inviter=inviter) if one.order == order else one
        for one in member.records
    )
    return member._replace(records=records)


def _falls(plan: Plan, name: str) -> bool:
    referral = plan.checked.referrals[name]
    return referral.takes_back and bool(referral.inviter.gives)


def referred(plan: Plan, member: MemberState, event: Event, result: Result) -> tuple[Referred, ...]:
    """What an event of a friend leads to."""
    if member.invited is None or isinstance(event, Tick):
        return ()
    record = next((one for one in member.records if isinstance(event, Purchase) and one.order == event.id), None)
    found = []
    for name in fired(plan, result):
        if plan.checked.referrals[name].inviter.gives:
            until = record.until + GRACE if record is not None and name in record.referred else None
            own = follow_up_id("referral", member.member, event.id, name)
            found.append(Referred(own, member.invited.by, event.at, name, member.member, event.id, until))
    return tuple(found)


def led_by(member: MemberState, reached: Iterable[Reached]) -> tuple[Referred, ...]:
    """What time, or a level that a friend reached, leads to. Such an occasion has no id of its own: it is told by what
    it is and when, so that it is the same whichever event it is decided with. It belongs to no order, and stands."""
    if member.invited is None:
        return ()
    found = []
    for one in reached:
        plan, occasion = one.view.plan, one.view.occasion
        event = follow_up_id(occasion.kind, member.member, str(occasion.at), occasion.name)
        for name in fired(plan, one.result):
            if plan.checked.referrals[name].inviter.gives:
                own = follow_up_id("referral", member.member, event, name)
                found.append(Referred(own, member.invited.by, occasion.at, name, member.member, event))
    return tuple(found)


def _standing(plan: Plan, record: Record) -> tuple[str, ...]:
    """The referrals that stand where an order of which something is kept is not decided again: what waited for a
    challenge falls with its completion."""
    completed = stands(plan, record, tuple(line.kept for line in record.lines)).times
    waited = {name: plan.checked.earns[name].completion for name in record.referred}
    return tuple(name for name, challenge in waited.items() if not challenge or completed.get(challenge))


def withdrawn(
    plan: Plan, member: MemberState, place: int, event: Return | Cancellation, result: Result | None
) -> tuple[MemberState, tuple[Withdrawn, ...]]:
    """What goods that came back lead to: referrals that no longer act on what is kept of the order are withdrawn; where
    the order was not decided again, those of an order of which nothing is kept. They are withdrawn from whoever was
    given them, for the friend of then, also where the friend became one with another member since."""
    record = member.records[place]
    if not record.referred:
        return member, ()
    stay: Iterable[str] = () if record.whole else _standing(plan, record) if result is None else fired(plan, result)
    gone = tuple(name for name in record.referred if name not in stay)
    left = record._replace(referred=tuple(name for name in record.referred if name not in gone))
    found = tuple(
        Withdrawn(
            follow_up_id("withdrawn", record.friend, record.order, name),
            record.inviter,
            event.at,
            name,
            record.friend,
            record.order,
            follow_up_id("referral", record.friend, record.order, name),
        )
        for name in gone
    )
    return member._replace(records=(*member.records[:place], left, *member.records[place + 1 :])), found
