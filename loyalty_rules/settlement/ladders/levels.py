"""Stage 17: what an occasion makes of a member's levels; and how a level changes, whatever changes it."""

from __future__ import annotations

from typing import Final

from loyalty_rules.decision import Effect, LevelAtRisk, LevelChanged, LevelKept, LevelTook
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.tiers import asked_to_keep, climbed, counted, earned_rank, kept_rank
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import AfterReturn, Ladder, Length, Level, Review
from loyalty_rules.ledger.standings import placed, rank_kept, stands
from loyalty_rules.member import MemberState, Standing
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.ladders.ranks import had_rank, top_rank

#: How many changes of a level a member document remembers.
MAX_HISTORY: Final = 32


def moved_by_occasion(
    plan: Plan, member: MemberState, view: View, effects: list[Effect], *, event: bool = True
) -> MemberState:
    """Stage 17: what the occasion lifts, schedules, or (with a review at every order) lowers; time alone is no `event`
    that reviews a level."""
    at = view.occasion.at
    for name in sorted(plan.checked.ladders):
        ladder = plan.checked.ladders[name]
        if not ladder.in_force(at):
            continue
        rank, earned = ladder.rank(stands(member, name).level), earned_rank(view, ladder)
        rises = earned > rank and ladder.upgrade_period is None
        if stands(member, name).falls is not None and not rises:
            member = _reached_again(member, ladder, view, effects)
        if earned > rank and ladder.counter is not None:
            member = _climbed(member, ladder, view, effects)
        elif earned > rank:
            member = _risen(plan, member, ladder, earned, view, effects)
        elif event and ladder.reviews.kind is Review.EVERY_ORDER:
            member = judged(plan, member, ladder, view, at, effects)
        elif earned and ladder.counter is None:
            member = falls_at_least_to(member, ladder, earned)
    return member


def _risen(
    plan: Plan, member: MemberState, ladder: Ladder, earned: int, view: View, effects: list[Effect]
) -> MemberState:
    if ladder.upgrade_period is None:
        return moved(member, ladder, earned, view.occasion.at, effects)
    standing = stands(member, ladder.name)
    if earned <= max((ladder.rank(level) for _, level in standing.scheduled), default=0):
        return member
    first = plan.timeline.day(plan.timeline.next_start(ladder.upgrade_period, view.occasion.day))
    start = later(plan, first, ladder.upgrade_plus)
    kept = tuple(entry for entry in standing.scheduled if entry[0] != start)
    return placed(member, standing._replace(scheduled=tuple(sorted((*kept, (start, ladder.level_name(earned)))))))


def _climbed(member: MemberState, ladder: Ladder, view: View, effects: list[Effect]) -> MemberState:
    """Rung by rung, each taking its own."""
    for level in climbed(view, ladder):
        rank = ladder.rank(level.name)
        member = moved(member, ladder, rank, view.occasion.at, effects)
        member = _took(member, ladder, view, level, level.reaching, 0, effects)
    return member


def _took(
    member: MemberState, ladder: Ladder, view: View, level: Level, amount: int, dropped: int, effects: list[Effect]
) -> MemberState:
    """So much less in the counter of a ladder."""
    if ladder.counter is None or not (amount or dropped):
        return member
    standing = stands(member, ladder.name)
    taken = standing.taken + amount + dropped
    left = view.measure(ladder.counter) - taken
    effects.append(LevelTook(ladder.name, level.name, amount, dropped, left, view.occasion.at))
    return placed(member, standing._replace(taken=taken))


def after_a_return(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """What a return does to levels. A ladder that is `recheck`ed is reviewed at once, and so is one that is reviewed at
    every order unless it keeps its levels; what was scheduled and is no longer earned does not come."""
    for name in sorted(plan.checked.ladders):
        ladder = plan.checked.ladders[name]
        waits = ladder.after_return is AfterReturn.REVIEW and ladder.reviews.kind is Review.EVERY_ORDER
        if ladder.in_force(at) and (ladder.after_return is AfterReturn.RECHECK or waits):
            view = view_at(plan, member, at)
            earned, standing = earned_rank(view, ladder), stands(member, name)
            left = tuple(entry for entry in standing.scheduled if ladder.rank(entry[1]) <= earned)
            if left != standing.scheduled:
                member = placed(member, standing._replace(scheduled=left))
            if ladder.rank(standing.level):
                member = judged(plan, member, ladder, view, at, effects)
    return member


# ---------- reviews and falls


def judged(plan: Plan, member: MemberState, ladder: Ladder, view: View, at: int, effects: list[Effect]) -> MemberState:
    """A review lowers, never lifts: by one level or to what may be kept. It is passed, and calls off a fall that waits;
    or the fall comes at once, after the grace, or when the level has been held long enough."""
    rank = ladder.rank(stands(member, ladder.name).level)
    kept = rank_kept(rank, kept_rank(view, ladder, rank), one=ladder.downgrade_one)
    if ladder.counter is not None and rank:
        amount = ladder.levels[rank - 1].keeping if kept == rank else 0
        rest = view.measure(ladder.counter) - stands(member, ladder.name).taken - amount
        dropped = 0 if ladder.carry is None else max(0, rest - ladder.carry)
        member = _took(member, ladder, view, ladder.levels[rank - 1], amount, dropped, effects)
    if kept == rank:
        return called_off(member, ladder, at, effects)
    standing = stands(member, ladder.name)
    if standing.falls is not None:
        return falls_at_least_to(member, ladder, kept)
    falls = max(_delayed(plan, ladder.grace, at, at), _delayed(plan, ladder.hold, standing.since, at))
    if falls <= at:
        return moved(member, ladder, kept, at, effects)
    to = ladder.level_name(kept)
    effects.append(LevelAtRisk(ladder.name, standing.level, to, falls, at))
    return placed(member, standing._replace(falls=(falls, to)))


def later(plan: Plan, day: int, length: Length) -> int:
    """The first instant of the date that lies so much later than a date."""
    return plan.timeline.start(plan.timeline.moved(day, length.days, length.months))


def _delayed(plan: Plan, length: Length, since: int, at: int) -> int:
    return later(plan, plan.timeline.day(since), length) if length != Length() else at


def _reached_again(member: MemberState, ladder: Ladder, view: View, effects: list[Effect]) -> MemberState:
    """A level that is reached again while a fall waits is as good as new: its own reviews count from then. Where levels
    take, it takes what keeping it takes."""
    standing = stands(member, ladder.name)
    rank, at = ladder.rank(standing.level), view.occasion.at
    if ladder.counter is None:
        again = earned_rank(view, ladder) >= rank
    else:
        again = counted(view, ladder) >= asked_to_keep(ladder.levels[rank - 1])
    if not again:
        return member
    level = ladder.levels[rank - 1]
    member = _took(member, ladder, view, level, level.keeping, 0, effects)
    return called_off(placed(member, stands(member, ladder.name)._replace(anew=at)), ladder, at, effects)


def called_off(member: MemberState, ladder: Ladder, at: int, effects: list[Effect]) -> MemberState:
    """No fall waits any more."""
    standing = stands(member, ladder.name)
    if standing.falls is None:
        return member
    effects.append(LevelKept(ladder.name, standing.level, at))
    return placed(member, standing._replace(falls=None))


def falls_at_least_to(member: MemberState, ladder: Ladder, rank: int) -> MemberState:
    """A fall that waits leads no lower than what is earned meanwhile."""
    standing = stands(member, ladder.name)
    if standing.falls is None or ladder.rank(standing.falls[1]) >= rank:
        return member
    return placed(member, standing._replace(falls=(standing.falls[0], ladder.level_name(rank))))


def moved(member: MemberState, ladder: Ladder, rank: int, at: int, effects: list[Effect]) -> MemberState:
    """The member earns another level from an instant on. Whatever was decided of the old one is over."""
    before = stands(member, ladder.name)
    after = before._replace(level=ladder.level_name(rank), since=at, falls=None, anew=0)
    return changed(member, ladder, before, after, at, effects)


def changed(
    member: MemberState, ladder: Ladder, before: Standing, after: Standing, at: int, effects: list[Effect]
) -> MemberState:
    """The member with another standing; where the level that is held is another one then, it is told and remembered."""
    old, new, had = top_rank(ladder, before), top_rank(ladder, after), had_rank(ladder, before)
    after = after._replace(best=ladder.level_name(had) if new < had else "")
    if new != old:
        was, now = ladder.level_name(old), ladder.level_name(new)
        effects.append(LevelChanged(ladder.name, was, now, at))
        known = before.history or ((before.since, was),)
        after = after._replace(history=(*known, (at, now))[-MAX_HISTORY:])
    return placed(member, after)
