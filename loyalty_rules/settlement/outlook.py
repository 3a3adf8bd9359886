"""A member's level at other times: what the clock alone will make of it, what it was, and what keeps it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from loyalty_rules.engine.plan import Plan
from loyalty_rules.errors import InputError
from loyalty_rules.lang.checked import Ladder
from loyalty_rules.lang.conditions import Compare, Compared, Constant, Measure
from loyalty_rules.ledger.standings import stands
from loyalty_rules.member import NEVER, MemberState
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.ladders.ranks import held_rank
from loyalty_rules.settlement.ladders.reviews import review_of
from loyalty_rules.settlement.membership.years import held
from loyalty_rules.settlement.sharing import opened
from loyalty_rules.settlement.timing.clock import advance
from loyalty_rules.shared import SharedState


class Held(NamedTuple):
    """What a measure holds, in its smallest unit."""

    measure: Measure
    units: int


class Distance(NamedTuple):
    """How much a level still takes, in the smallest unit of the measure that decides it."""

    level: str
    measure: Measure
    missing: int


class Keeping(NamedTuple):
    """What the next review of a level still asks for, if nothing happens before: `missing` in the smallest unit of the
    measure that decides it, `review` its instant."""

    level: str
    measure: Measure
    missing: int
    review: int


def later(editions: Editions, member: MemberState, at: int, shared: SharedState | None) -> MemberState:
    """The member at an instant that is not before its clock, if nothing happens until then: neither to the member nor
    to what members share, where that is at hand. Raises `DecisionError` (`clock.too_far`)."""
    budgets = None if shared is None else opened(editions, shared, editions.all[editions.place_at(at)].plan)
    found, _ = advance(editions, member, at, budgets=budgets)
    return found._replace(clock=at)


def level_before(member: MemberState, ladder: Ladder, at: int) -> str:
    """The level held at an instant before the member's clock. Raises `InputError` (`level.forgotten`) for a time of
    which the member does not know."""
    standing = stands(member, ladder.name)
    known = standing.history or ((standing.since, ladder.level_name(held_rank(ladder, standing, member.clock))),)
    held = [level for since, level in known if since <= at]
    if not held:
        raise InputError("level.forgotten", f"what was held on `{ladder.name}` before its oldest change is not known")
    return (held[-1] or ladder.base) if ladder.in_force(at) else ladder.base


def to_next(plan: Plan, member: MemberState, ladder: Ladder, held: str) -> tuple[Distance, ...]:
    """What each level above the one that is held still takes, where one measure alone decides it."""
    view = view_at(plan, member, member.clock)
    taken = stands(member, ladder.name).taken if ladder.counter is not None else 0
    distances = []
    for level in ladder.levels[ladder.rank(held) :]:
        match level.condition:
            case Compared(Measure() as measure, Compare.AT_LEAST, Constant(int() as bound)):
                distances.append(Distance(level.name, measure, max(0, bound - view.measure(measure) + taken)))
            case _:
                pass
    return tuple(distances)


def to_keep(plan: Plan, member: MemberState, ladder: Ladder) -> Keeping | None:
    """What keeps the level that is earned, where a review is due and one measure alone decides it."""
    standing = stands(member, ladder.name)
    rank = ladder.rank(standing.level)
    due = review_of(plan, ladder, standing, member.clock, member.joined)
    if not rank or due >= NEVER:
        return None
    level = ladder.levels[rank - 1]
    match level.keep or level.condition:
        case Compared(Measure() as measure, Compare.AT_LEAST, Constant(int() as bound)):
            view = view_at(plan, member, due, day=plan.timeline.day(due) - 1)
            taken = standing.taken if ladder.counter is not None else 0
            return Keeping(level.name, measure, max(0, bound + taken - view.measure(measure)), due)
        case _:
            return None


class Subscribed(NamedTuple):
    """How a member has a membership: never (`none`), on `trial`, `live`, with a fee that is `due`, `paused`, `leaving`
    when what was paid is over, or `over`. `until`: the next fee is due then, or the membership ends; `lapses`: it ends
    then unless the fee that is due is paid; NEVER for neither. `year`: when the year of it that runs began."""

    state: Literal["none", "trial", "live", "due", "paused", "leaving", "over"]
    since: int
    until: int
    lapses: int
    year: int


def subscribed(plan: Plan, member: MemberState, membership: str) -> Subscribed:
    """How a member has a membership at its clock."""
    one = held(member, membership)
    if one is None:
        return Subscribed("none", 0, NEVER, NEVER, 0)
    year, end = one.history[-1][2], plan.checked.memberships[membership].dates.end
    if not one.runs:
        return Subscribed("over", one.since, one.ended, NEVER, year)
    if one.paused != NEVER:
        return Subscribed("paused", one.since, NEVER if end is None else end, NEVER, year)
    until = plan.timeline.start(one.due) if one.due else NEVER
    until = until if end is None else min(until, end)
    if one.lapses != NEVER:
        return Subscribed("due", one.since, until, one.lapses, year)
    on_trial = plan.timeline.day(member.clock) < one.trial
    return Subscribed("leaving" if one.leaves else "trial" if on_trial else "live", one.since, until, NEVER, year)
