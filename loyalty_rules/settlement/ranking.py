"""Contests: what members have reached, since when, and what of it stands when a contest ends."""

from __future__ import annotations

from typing import Final

from loyalty_rules.contests import Stood
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError
from loyalty_rules.lang.checked import Contest, score_key, since_key
from loyalty_rules.ledger.counters import added, buckets_of, by_key, in_order
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.sharing import Effects

#: Of so many seasons of one contest a member remembers what it had reached.
MAX_SEASONS: Final = 24


def ends_of(plan: Plan, contest: Contest, at: int) -> int:
    """When the contest ends that runs at an instant."""
    if contest.season is None:
        return NEVER if contest.dates.end is None else contest.dates.end
    return plan.timeline.next_start(contest.season, plan.timeline.day(at))


def runs(contest: Contest, ends: int) -> bool:
    """Whether a season belongs to the contest: it ends in its dates."""
    begins, last = contest.dates.start, contest.dates.end
    return (begins is None or ends > begins) and (last is None or ends <= last)


def next_end(plan: Plan, member: MemberState) -> int:
    """When the next contest ends in which the member has reached something."""
    due = NEVER
    for contest in plan.checked.contests.values():
        ends = ends_of(plan, contest, member.clock)
        if member.clock < ends < due and runs(contest, ends) and _score(plan, member, contest, ends):
            due = ends
    return due


def ended(plan: Plan, member: MemberState, at: int, effects: Effects) -> MemberState:
    """What the member had reached in the contests that end at an instant is kept, where it may take part."""
    if not plan.checked.contests:
        return member
    kept = by_key(member.counters)
    for name, contest in plan.checked.contests.items():
        if ends_of(plan, contest, at - 1) != at or not runs(contest, at):
            continue
        score, day = _score(plan, member, contest, at), plan.timeline.day(at - 1)
        if score and _takes_part(view_at(plan, member, at, day=day), contest):
            key = score_key(name)
            kept[key] = added(kept.get(key, ()), day, score, 0)[-MAX_SEASONS:]
    return member._replace(counters=in_order(kept))


def _takes_part(view: View, contest: Contest) -> bool:
    return view.all_hold(contest.audience) and (not contest.opt_in or contest.name in view.known.opted)


def _score(plan: Plan, member: MemberState, contest: Contest, ends: int) -> int:
    """What the member has reached, as of the last date before the end."""
    return view_at(plan, member, ends, day=plan.timeline.day(ends - 1)).before(contest.measure)


def reached(plan: Plan, before: MemberState, after: MemberState, at: int, now: int) -> MemberState:
    """The member with the instant from which it has what it has, where something at an instant has changed that. Both
    are in the names of `plan`. What is told late comes before what changed it since. `now`: an instant of the contests
    that run; those that are over change no more."""
    if after is before or not plan.checked.contests:
        return after
    kept = by_key(after.counters)
    for name, contest in plan.checked.contests.items():
        ends = ends_of(plan, contest, now)
        if not now < ends < NEVER or _score(plan, before, contest, ends) == _score(plan, after, contest, ends):
            continue
        key, day = since_key(name), plan.timeline.day(ends - 1)
        old = dict(kept.get(key, ())).get(day, 0)
        kept[key] = added(kept.get(key, ()), day, max(at, old) - old, 0)[-MAX_SEASONS:]
    return after._replace(counters=in_order(kept))


def stood(plan: Plan, member: MemberState, contest: str, ends: int) -> Stood | None:
    """Where a member stood when a contest ended that is behind its clock; None for who took no part. Raises
    `DecisionError` (`contest.forgotten`) for one of which the member does not know any more."""
    day = plan.timeline.day(ends - 1)
    scores = buckets_of(member.counters, score_key(contest))
    if len(scores) == MAX_SEASONS and day < scores[0][0]:
        raise DecisionError("contest.forgotten", f"`{member.member}` knows of the last {MAX_SEASONS} contests alone")
    score = dict(scores).get(day)
    return None if score is None else Stood(score, dict(buckets_of(member.counters, since_key(contest))).get(day, 0))
