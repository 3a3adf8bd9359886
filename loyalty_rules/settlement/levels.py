"""Stage 17 and reviews: where a member stands on the ladders."""

from __future__ import annotations

from loyalty_rules.decision import Effect, LevelChanged
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.tiers import earned_rank
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import AfterReturn, Ladder, Review, Upgrade
from loyalty_rules.ledger.standings import rank_kept, scheduled_by, stands
from loyalty_rules.member import NEVER, MemberState, Standing
from loyalty_rules.settlement.knowing import view_at


def moved_by_occasion(plan: Plan, member: MemberState, view: View, effects: list[Effect]) -> MemberState:
    """Stage 17: what the occasion lifts, schedules, or (with a review at every order) lowers."""
    at = view.occasion.at
    for name in sorted(plan.checked.ladders):
        ladder = plan.checked.ladders[name]
        standing = stands(member, name)
        rank, earned = ladder.rank(standing.level), earned_rank(view, ladder)
        if earned > rank and ladder.upgrade is not Upgrade.FROM_NEXT:
            member = _moved(member, ladder, earned, at, effects)
        elif earned > rank and ladder.upgrade_period is not None:
            if earned > max((ladder.rank(level) for _, level in standing.scheduled), default=0):
                start = plan.timeline.next_start(ladder.upgrade_period, view.occasion.day)
                kept = tuple(entry for entry in standing.scheduled if entry[0] != start)
                member = _standing(member, standing._replace(scheduled=(*kept, (start, ladder.level_name(earned)))))
        elif earned < rank and ladder.review is Review.EVERY_ORDER:
            member = _moved(member, ladder, rank_kept(rank, earned, one=ladder.downgrade_one), at, effects)
    return member


def after_a_return(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """What a return does to levels. A ladder that is `recheck`ed is reviewed at once, and so is one that is reviewed at
    every order unless it keeps its levels; what was scheduled and is no longer earned does not come."""
    for name in sorted(plan.checked.ladders):
        ladder = plan.checked.ladders[name]
        waits = ladder.after_return is AfterReturn.REVIEW and ladder.review is Review.EVERY_ORDER
        if ladder.after_return is AfterReturn.RECHECK or waits:
            view = view_at(plan, member, at)
            earned, standing = earned_rank(view, ladder), stands(member, name)
            left = tuple(entry for entry in standing.scheduled if ladder.rank(entry[1]) <= earned)
            if left != standing.scheduled:
                member = _standing(member, standing._replace(scheduled=left))
            member = _reviewed(plan, member, ladder, view, at, effects)
    return member


# ---------- the clock: reviews end, scheduled levels begin


def next_review(plan: Plan, member: MemberState) -> int:
    """The next instant after the member's clock at which a level is reviewed."""
    due = NEVER
    for standing in member.standings:
        ladder = plan.checked.ladders.get(standing.ladder)
        if ladder is None or ladder.review is not Review.AT_END or ladder.review_period is None:
            continue
        if ladder.rank(standing.level):
            due = min(due, plan.timeline.next_start(ladder.review_period, plan.timeline.day(member.clock)))
    return due


def review_due(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Reviews at the end of a period, on the dates before it."""
    for ladder in plan.checked.ladders.values():
        if ladder.review is Review.AT_END and ladder.review_period is not None:
            day = plan.timeline.day(at)
            first = plan.timeline.first(ladder.review_period, plan.timeline.number(ladder.review_period, day))
            if plan.timeline.start(first) == at:
                member = _reviewed(plan, member, ladder, view_at(plan, member, at, day=day - 1), at, effects)
    return member


def next_scheduled(plan: Plan, member: MemberState) -> int:
    """The next instant at which a scheduled level begins."""
    return min(
        (one.scheduled[0][0] for one in member.standings if one.scheduled and one.ladder in plan.checked.ladders),
        default=NEVER,
    )


def begin_scheduled(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Levels scheduled for this instant hold from now."""
    standings = []
    for standing in member.standings:
        ladder = plan.checked.ladders[standing.ladder]
        moved = scheduled_by(standing, at, ladder.rank)
        if moved.level != standing.level:
            effects.append(LevelChanged(ladder.name, standing.level or ladder.base, moved.level, at))
        standings.append(moved)
    return member._replace(standings=tuple(standings))


def _reviewed(
    plan: Plan, member: MemberState, ladder: Ladder, view: View, at: int, effects: list[Effect]
) -> MemberState:
    """A review lowers, never lifts: by one level or to the level that is earned now."""
    standing = stands(member, ladder.name)
    rank = ladder.rank(standing.level)
    kept = rank_kept(rank, earned_rank(view, ladder), one=ladder.downgrade_one)
    return member if kept == rank else _moved(member, ladder, kept, at, effects)


def _moved(member: MemberState, ladder: Ladder, rank: int, at: int, effects: list[Effect]) -> MemberState:
    before = stands(member, ladder.name)
    after = before._replace(level=ladder.level_name(rank), since=at)
    effects.append(LevelChanged(ladder.name, before.level or ladder.base, after.level, at))
    return _standing(member, after)


def _standing(member: MemberState, standing: Standing) -> MemberState:
    others = tuple(found for found in member.standings if found.ladder != standing.ladder)
    return member._replace(standings=tuple(sorted((*others, standing))))
