"""What an inviter is given for a friend, and what is taken back when the order of the friend came back.

What may fall again is kept like an order without goods: its lots stay apart, and what expires of them is noted.
"""

from __future__ import annotations

from collections.abc import Iterable

from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import occasion_at
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.view import View
from loyalty_rules.errors import InputError, shown
from loyalty_rules.events import Referred, Withdrawn
from loyalty_rules.member import MemberState
from loyalty_rules.referrals import follow_up_id
from loyalty_rules.settlement.knowing import known
from loyalty_rules.settlement.progress import Count
from loyalty_rules.settlement.recording import record_of_gift, with_record
from loyalty_rules.settlement.returning.undoing import undone
from loyalty_rules.settlement.sharing import Effects


def side_of(plan: Plan, rule: str) -> tuple[str, Plan]:
    """The referral of a follow-up, under the name it has by now, and its inviter's side. Raises `InputError`
    (`referral.unknown`)."""
    name = next((now for now, former in plan.checked.was.items() if former == rule), rule)
    side = plan.inviters.get(rule) or plan.inviters.get(name)
    if side is None:
        raise InputError("referral.unknown", f"the programme has no referral `{shown(rule)}`", "rule")
    return (rule if rule in plan.inviters else name), side


def view_of(plan: Plan, member: MemberState, event: Referred) -> View:
    """The occasion of an inviter."""
    name, side = side_of(plan, event.rule)
    occasion = occasion_at(plan, event.at)._replace(kind="referral", name=name)
    return View(side, occasion, known(plan, member, event.at))


def remembered(
    plan: Plan,
    fingerprint: str,
    member: MemberState,
    event: Referred,
    view: View,
    result: Result,
    moved: Iterable[Count],
) -> MemberState:
    """The member with what may fall again."""
    if event.until is None:
        return member
    record = record_of_gift(plan, fingerprint, member, view, result, moved)
    return with_record(member, record._replace(order=event.id, at=event.at, until=event.until))


def is_kept(member: MemberState, event: Referred) -> bool:
    """Whether what a friend did was decided before, as long as it may fall: it is never late, so that ids which are
    forgotten do not keep it from giving twice."""
    return any(one.order == event.id and not one.lines for one in member.records)


def is_withdrawn(member: MemberState, event: Referred) -> bool:
    """Whether what a friend did was told after what withdraws it: then it gives nothing."""
    other = follow_up_id("withdrawn", event.friend, event.event, event.rule)
    return any(seen.id == other for seen in member.seen)


def place_of(member: MemberState, event: Withdrawn) -> int | None:
    """Where the member keeps what may fall; None where nothing was given, or its time is over."""
    found = (place for place, one in enumerate(member.records) if one.order == event.referral and not one.lines)
    return next(found, None)


def taken_back(plan: Plan, member: MemberState, place: int, event: Withdrawn, effects: Effects) -> MemberState:
    """The member without what was given for the friend. `plan`: of the programme that gave it."""
    return undone(plan, side_of(plan, event.rule)[1], member, place, event.at, effects)
