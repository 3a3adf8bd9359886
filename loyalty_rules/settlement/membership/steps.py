"""What members and time do to memberships: they begin, are paid, rest, go on and end.

A fee is due on the same day of each month as the first one, on the last day of a shorter month. The membership lapses
when the grace is over, without one at the end of the date on which the fee is due.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding, round_exact, round_ratio
from loyalty_rules.calendar import add_months
from loyalty_rules.decision import (
    Effect,
    FeeDue,
    MembershipEnded,
    MembershipLeft,
    MembershipPaused,
    MembershipRenewed,
    MembershipResumed,
    MembershipStarted,
)
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.worth import worth
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.lang.checked import NO_LENGTH, Leaving, Length, Membership
from loyalty_rules.member import NEVER, MemberState, Subscription
from loyalty_rules.memberships import STEPS, MembershipStep
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.membership.years import MONTHS_OF_YEAR, held

#: How many changes of a membership a member document remembers.
MAX_HISTORY: Final = 32
#: How many periods may be paid ahead.
MAX_PERIODS: Final = 100


# ---------- what members do


def stepped(plan: Plan, member: MemberState, event: MembershipStep, effects: list[Effect]) -> MemberState:
    """The member after a step. Raises `InputError` (`membership.unknown`, `membership.step`) and `DecisionError`
    (`membership.refused`)."""
    membership = plan.checked.memberships.get(event.membership)
    if membership is None:
        raise InputError(
            "membership.unknown", f"the programme has no membership `{shown(event.membership)}`", "membership"
        )
    one = held(member, membership.name)
    if event.step == "subscribe":
        return _placed(member, _subscribed(plan, member, membership, one, event.at, effects))
    if one is None or not one.runs:
        raise _refused(membership, "the member does not have it")
    match event.step:
        case "renew":
            return _placed(member, _renewed(plan, membership, one, event.at, effects))
        case "pause":
            return _placed(member, _paused(membership, one, event.at, effects))
        case "resume":
            return _placed(member, _resumed(plan, membership, one, event.at, effects))
        case "leave":
            return _placed(member, _left(plan, member, membership, one, event.at, effects))
    raise InputError("membership.step", f"a step is one of {', '.join(STEPS)}", "step")


def _refused(membership: Membership, why: str) -> DecisionError:
    return DecisionError("membership.refused", f"`{membership.name}`: {why}")


def _subscribed(
    plan: Plan, member: MemberState, membership: Membership, before: Subscription | None, at: int, effects: list[Effect]
) -> Subscription:
    """A trial is had once; the fee of the first period is paid with the subscription."""
    if before is not None and before.runs:
        raise _refused(membership, "the member has it already")
    if not membership.in_force(at):
        raise _refused(membership, "it is not in force")
    if membership.audience and not view_at(plan, member, at).all_hold(membership.audience):
        raise _refused(membership, "it is not for this member")
    today, trial = plan.timeline.day(at), 0 if before is None else before.trial
    on_trial = membership.trial != NO_LENGTH and not trial
    if membership.only_trial and not on_trial:
        raise _refused(membership, "its trial is had once")
    day, due = _day_of(today), 0
    fees: tuple[tuple[int, int, int], ...] = ()
    if on_trial:
        due = trial = plan.timeline.moved(today, membership.trial.days, membership.trial.months)
        day = day if membership.trial.months else _day_of(due)
    elif membership.fee:
        due = _later(today, membership.every, day)
        fees = ((today, due, membership.fee),)
    turns = due if on_trial else add_months(today, MONTHS_OF_YEAR)
    until = plan.timeline.start(due) if due else NEVER
    effects.append(MembershipStarted(membership.name, membership.fee if fees else 0, on_trial, until, at))
    history = (*(before.history if before is not None else ()), (at, 1, at))
    return Subscription(membership.name, at, NEVER, due, day, turns, day, fees, trial, history=history[-MAX_HISTORY:])


def _renewed(plan: Plan, membership: Membership, one: Subscription, at: int, effects: list[Effect]) -> Subscription:
    """The next period is paid, be it due or to come; who had left stays."""
    if not membership.fee or not one.due:
        raise _refused(membership, "it costs nothing")
    if one.paused != NEVER:
        raise _refused(membership, "it rests: it goes on before it is paid")
    fees = _running(one, plan.timeline.day(at))
    if len(fees) >= MAX_PERIODS:
        raise _refused(membership, f"{MAX_PERIODS} periods are paid ahead")
    due = _later(one.due, membership.every, one.day)
    effects.append(MembershipRenewed(membership.name, membership.fee, plan.timeline.start(due), at))
    return one._replace(due=due, fees=(*fees, (one.due, due, membership.fee)), lapses=NEVER, leaves=False)


def _paused(membership: Membership, one: Subscription, at: int, effects: list[Effect]) -> Subscription:
    if one.paused != NEVER:
        raise _refused(membership, "it rests already")
    if one.lapses != NEVER:
        raise _refused(membership, "a fee is due")
    effects.append(MembershipPaused(membership.name, at))
    return _noted(one._replace(paused=at), at, counts=False)


def _resumed(plan: Plan, membership: Membership, one: Subscription, at: int, effects: list[Effect]) -> Subscription:
    """What was to come on a date comes so many dates later as the membership rested."""
    if one.paused == NEVER:
        raise _refused(membership, "it does not rest")
    today, since = plan.timeline.day(at), plan.timeline.day(one.paused)
    by = today - since
    fees = tuple((start + by, end + by, fee) for start, end, fee in _running(one, since))
    after = one._replace(paused=NEVER, fees=fees, turns=one.turns + by)
    if by:
        after = after._replace(turn_day=_day_of(after.turns))
    if by and one.due:
        after = after._replace(due=one.due + by, day=_day_of(one.due + by))
    if one.trial > since:
        after = after._replace(trial=one.trial + by)
    until = plan.timeline.start(after.due) if after.due else NEVER
    effects.append(MembershipResumed(membership.name, until, at))
    return _noted(after, at, counts=True)


def _left(
    plan: Plan, member: MemberState, membership: Membership, one: Subscription, at: int, effects: list[Effect]
) -> Subscription:
    """Who gets nothing back stays as long as it was paid; who gets something leaves at once."""
    today = plan.timeline.day(at if one.paused == NEVER else one.paused)
    if one.leaves:
        raise _refused(membership, "the member has left, and stays to the end of what was paid")
    stays = membership.leaving is Leaving.NOTHING and one.due and one.lapses == NEVER and one.paused == NEVER
    if stays:
        ends = plan.timeline.start(one.due)
        effects.append(MembershipLeft(membership.name, ends, 0, 0, 0, at))
        return one._replace(leaves=True)
    fees = _running(one, today)
    paid, less = sum(fee for _, _, fee in fees), 0
    refund = 0
    if membership.leaving is Leaving.UNUSED:
        refund = sum(_unused(start, end, fee, today) for start, end, fee in fees)
    elif membership.leaving is Leaving.FEE_LESS:
        view = view_at(plan, member, at)
        value = sum((view.measure(measure) * worth(plan, measure.of) for measure in membership.less), Fraction(0))
        less = max(0, min(paid, round_exact(value, Rounding.HALF_UP)))
        refund = paid - less
    effects.append(MembershipLeft(membership.name, at, paid, less, refund, at))
    return _over(plan, one, at)


def _unused(start: int, end: int, fee: int, today: int) -> int:
    """The part of a fee for the dates after today, half up."""
    return round_ratio(fee * (end - max(start, today + 1)), end - start, Rounding.HALF_UP)


def year_paid(plan: Plan, before: MemberState, after: MemberState, event: MembershipStep) -> bool:
    """Whether a step begins a year that is paid: the first one, or one whose fee came late."""
    was, now = held(before, event.membership), held(after, event.membership)
    if now is None:
        return False
    if event.step == "subscribe":
        return now.trial <= plan.timeline.day(event.at)
    late = was is not None and was.lapses != NEVER and event.step == "renew"
    return late and was is not None and was.due == plan.timeline.day(now.history[-1][2])


# ---------- what time does


def next_due(plan: Plan, member: MemberState) -> int:
    """The next instant after the member's clock at which something happens to a membership."""
    found = NEVER
    for one in member.memberships:
        membership = plan.checked.memberships.get(one.membership)
        if not one.runs or membership is None:
            continue
        if membership.dates.end is not None:
            found = min(found, membership.dates.end)
        if one.paused == NEVER:
            found = min(found, one.lapses, plan.timeline.start(one.turns))
            if one.due and one.lapses == NEVER:
                found = min(found, plan.timeline.start(one.due))
    return found if found > member.clock else member.clock + 1


def settle(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """What is due at an instant: memberships end or lapse, fees become due, years begin."""
    for one in member.memberships:
        membership = plan.checked.memberships.get(one.membership)
        if one.runs and membership is not None:
            member = _placed(member, _settled(plan, membership, one, at, effects))
    return member


def _settled(plan: Plan, membership: Membership, one: Subscription, at: int, effects: list[Effect]) -> Subscription:
    timeline = plan.timeline
    if membership.dates.end is not None and at >= membership.dates.end:
        effects.append(MembershipEnded(membership.name, "over", at))
        return _over(plan, one, at)
    if one.paused != NEVER:
        return one
    if at >= one.lapses:
        effects.append(MembershipEnded(membership.name, "lapsed", at))
        return _over(plan, one, at)
    if one.due and one.lapses == NEVER and at >= timeline.start(one.due):
        if one.leaves or membership.only_trial:
            effects.append(MembershipEnded(membership.name, "over", at))
            return _over(plan, one, at)
        if membership.fee:
            lapses = timeline.start(_lapses(plan, one.due, membership.grace))
            effects.append(FeeDue(membership.name, membership.fee, lapses, at))
            one = one._replace(lapses=lapses)
        else:
            one = one._replace(due=0)
        one = one._replace(fees=_running(one, timeline.day(at)))
    if at >= timeline.start(one.turns):
        turns = add_months(one.turns, MONTHS_OF_YEAR, one.turn_day)
        one = _noted(one._replace(turns=turns), at, counts=True, year=at)
    return one


# ---------- parts of both


def _lapses(plan: Plan, due: int, grace: Length) -> int:
    """The first date on which a membership is over whose fee was not paid."""
    return due + 1 if grace == NO_LENGTH else plan.timeline.moved(due, grace.days, grace.months)


def _later(day: int, every: Length, of_month: int) -> int:
    """The date on which the next fee is due."""
    return add_months(day, every.months, of_month) if every.months else day + every.days


def _day_of(day: int) -> int:
    return date.fromordinal(day).day


def _running(one: Subscription, today: int) -> tuple[tuple[int, int, int], ...]:
    """What was paid for periods that are not over on a date."""
    return tuple(fee for fee in one.fees if fee[1] > today)


def _noted(one: Subscription, at: int, *, counts: bool, year: int | None = None) -> Subscription:
    """From an instant on it counts or not, in this year of it, else in the same."""
    entry = (at, int(counts), one.history[-1][2] if year is None else year)
    return one._replace(history=(*one.history, entry)[-MAX_HISTORY:])


def _over(plan: Plan, one: Subscription, at: int) -> Subscription:
    """It has ended: what is left is when its years were, and whether there was a trial."""
    trial = min(one.trial, plan.timeline.day(at))
    if one.history[-1][1]:
        one = _noted(one, at, counts=False)
    return one._replace(ended=at, due=0, fees=(), trial=trial, lapses=NEVER, paused=NEVER, leaves=False)


def _placed(member: MemberState, one: Subscription) -> MemberState:
    others = (other for other in member.memberships if other.membership != one.membership)
    return member._replace(memberships=tuple(sorted((*others, one))))
