"""Levels that rules give: floors under what is earned, for good or until they end."""

from __future__ import annotations

from loyalty_rules.decision import Effect, LevelAssigned
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.lang.checked import Earn, Ladder, LevelGift
from loyalty_rules.ledger.standings import stands
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement.ladders.levels import changed
from loyalty_rules.settlement.ladders.ranks import on_ladders


def assigned(plan: Plan, member: MemberState, result: Result, at: int, effects: list[Effect]) -> MemberState:
    """The levels that the rules of an occasion give hold from now on."""
    for name in sorted(result.assigned):
        rule = plan.rules[name]
        for gift in rule.levels if isinstance(rule, Earn) else ():
            ladder, until = plan.checked.ladders[gift.ladder], _until(plan, gift, at)
            if until > at and ladder.in_force(at):
                effects.append(LevelAssigned(name, gift.ladder, gift.level, until, at))
                before = stands(member, gift.ladder)
                floors = needed(ladder, (*before.floors, (until, gift.level)))
                member = changed(member, ladder, before, before._replace(floors=floors), at, effects)
    return member


def _until(plan: Plan, gift: LevelGift, at: int) -> int:
    """When a level that is given ends: a length begins with the date of the gift."""
    timeline, day = plan.timeline, plan.timeline.day(at)
    if gift.through is not None:
        return timeline.start(gift.through + 1)
    if gift.end is not None:
        return timeline.next_start(gift.end, day)
    if gift.days or gift.months:
        return timeline.start(timeline.moved(day, gift.days, gift.months))
    return NEVER


def needed(ladder: Ladder, floors: tuple[tuple[int, str], ...]) -> tuple[tuple[int, str], ...]:
    """The floors without those under one that is as high and holds as long: the sooner one ends, the higher it is."""
    kept: list[tuple[int, str]] = []
    for until, level in sorted(floors, key=lambda floor: (floor[0], ladder.rank(floor[1])), reverse=True):
        if not kept or ladder.rank(level) > ladder.rank(kept[-1][1]):
            kept.append((until, level))
    return tuple(reversed(kept))


# ---------- the clock


def next_floor_end(plan: Plan, member: MemberState) -> int:
    """The next instant at which a level that was given ends."""
    ends = (until for _, standing in on_ladders(plan.checked.ladders, member) for until, _ in standing.floors)
    return min(ends, default=NEVER)


def floors_end(plan: Plan, member: MemberState, at: int, effects: list[Effect]) -> MemberState:
    """Levels that were given until this instant are over."""
    for ladder, standing in on_ladders(plan.checked.ladders, member):
        left = tuple(floor for floor in standing.floors if floor[0] > at)
        if left != standing.floors:
            member = changed(member, ladder, standing, standing._replace(floors=left), at, effects)
    return member
