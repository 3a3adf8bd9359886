"""Levels of the ledger model: what is earned, when it is reviewed and when it falls."""

from __future__ import annotations

from functools import cache

from tests.models.ledger_awards import compared, takes
from tests.models.ledger_calendar import NEVER, Length, later, next_period, next_such_day, period_start
from tests.models.ledger_programmes import Floor, Ladder, Level
from tests.models.ledger_questions import Asked, MemberOf, Stands, Test
from tests.models.ledger_state import Standing, State


def asked(state: State, test: Test, day: int, taken: int = 0) -> bool:
    """Asked of the member as it stands, on a date."""
    if isinstance(test, Stands):
        return compared(state.held_rank(test.ladder), test.compare, test.rank)
    if isinstance(test, MemberOf):
        return state.member_of(test.name, state.clock) is not test.denied
    return compared(state.measured(test.measure, day) - taken, test.compare, test.amount)


def meant(state: State, ladder: Ladder, day: int) -> bool:
    return all(asked(state, test, day) for test in ladder.audience)


# ---------- up


def climb(state: State, ladder: Ladder, at: int, day: int | None = None) -> list[int]:
    """After an event: the ranks that it reaches at once. `day`: the date of which it is asked."""
    standing = state.standings[ladder.name]
    day = state.zone.day(at) if day is None else day
    if not meant(state, ladder, day):
        return []
    if takes(ladder):
        return _climb_paying(state, ladder, at, day)
    target = earned(state, ladder, day)
    if standing.falls:
        if target >= standing.rank:
            standing.falls, standing.anew = None, at
        elif target > standing.falls[1]:
            standing.falls = (standing.falls[0], target)
    if target <= standing.rank:
        return []
    if ladder.upgrade != "next":
        rise(standing, target, at)
        return [target]
    begins = next_period(day, ladder.upgrade_period, state.programme.year_starts)
    holds = state.zone.start(later(begins, ladder.upgrade_plus))
    if all(rank < target for _, rank in standing.scheduled):
        standing.scheduled = [one for one in standing.scheduled if one[0] < holds] + [(holds, target)]
    return []


def earned(state: State, ladder: Ladder, day: int) -> int:
    """The highest rank that is earned; who had a level before is asked for less."""
    standing, best = state.standings[ladder.name], 0
    for place, level in enumerate(ladder.levels, 1):
        back = level.back is not None and standing.best >= place and asked(state, level.back, day)
        if back or asked(state, level.when, day):
            best = place
    return best


def _climb_paying(state: State, ladder: Ladder, at: int, day: int) -> list[int]:
    """One level at a time, each counted from what the one below left."""
    standing = state.standings[ladder.name]
    ranks = []
    rises = standing.rank < len(ladder.levels) and asked(state, ladder.levels[standing.rank].when, day, standing.taken)
    if standing.falls and not rises and _kept(state, ladder, standing, day):
        standing.falls, standing.anew = None, at
        standing.taken += ladder.levels[standing.rank - 1].keeping
    while standing.rank < len(ladder.levels):
        level = ladder.levels[standing.rank]
        if not asked(state, level.when, day, standing.taken):
            break
        standing.taken += level.reaching
        rise(standing, standing.rank + 1, at)
        ranks.append(standing.rank)
    return ranks


def rise(standing: Standing, rank: int, at: int) -> None:
    standing.rank, standing.since, standing.falls, standing.anew = rank, at, None, None
    standing.scheduled = [one for one in standing.scheduled if one[1] > rank]


def give(state: State, floor: Floor, at: int) -> None:
    """A level that a rule gives replaces those that are no higher and end sooner."""
    standing, day = state.standings[floor.ladder], state.zone.day(at)
    match floor.how:
        case "for":
            until = state.zone.start(later(day, floor.length))
        case "end":
            until = state.zone.start(next_period(day, floor.period, state.programme.year_starts))
        case "through":
            until = state.zone.end(floor.through)
        case _:
            until = NEVER
    if until <= at or any(end >= until and rank >= floor.rank for end, rank in standing.floors):
        return
    kept = [(end, rank) for end, rank in standing.floors if not (end <= until and rank <= floor.rank)]
    standing.floors = sorted([*kept, (until, floor.rank)])


# ---------- down


def _keeps(level: Level) -> Test:
    return level.keep or level.when


def _kept(state: State, ladder: Ladder, standing: Standing, day: int) -> bool:
    return asked(state, _keeps(ladder.levels[standing.rank - 1]), day, standing.taken)


def review(state: State, ladder: Ladder, at: int, day: int) -> None:
    """On the dates through `day`."""
    standing = state.standings[ladder.name]
    if not standing.rank:
        return
    earned = 0
    if meant(state, ladder, day):
        for place, level in enumerate(ladder.levels[: standing.rank], 1):
            if asked(state, _keeps(level), day, standing.taken):
                earned = place
    if earned >= standing.rank:
        if standing.falls:
            standing.falls = None
        standing.taken += ladder.levels[standing.rank - 1].keeping
    elif standing.falls:
        standing.falls = (standing.falls[0], max(standing.falls[1], earned))
    else:
        to = max(earned, standing.rank - 1) if ladder.one else earned
        falls = at
        if ladder.grace[0]:
            falls = max(falls, state.zone.start(later(state.zone.day(at), ladder.grace)))
        if ladder.hold[0]:
            falls = max(falls, state.zone.start(later(state.zone.day(standing.since), ladder.hold)))
        if falls <= at:
            fall(standing, to, at)
        else:
            standing.falls = (falls, to)
    if ladder.carry is not None and isinstance(ladder.levels[0].when, Asked):
        left = state.measured(ladder.levels[0].when.measure, day) - standing.taken
        standing.taken += max(0, left - ladder.carry)


def fall(standing: Standing, to: int, at: int) -> None:
    standing.rank, standing.since, standing.falls, standing.anew = to, at, None, None


def recheck(state: State, ladder: Ladder, at: int) -> None:
    """A review by a return: a level that is scheduled and no longer earned does not come."""
    standing, day = state.standings[ladder.name], state.zone.day(at)
    review(state, ladder, at, day)
    still = earned(state, ladder, day)
    standing.scheduled = [one for one in standing.scheduled if one[1] <= still]


# ---------- when


def reviewed_on(state: State, ladder: Ladder, day: int) -> bool:
    """Whether levels are reviewed when this date begins."""
    standing = state.standings[ladder.name]
    match ladder.review:
        case "end":
            return begins_on(day, ladder.review_period, ladder.review_length, state.programme.year_starts)
        case "day":
            return _after_day(day, ladder.review_day)
        case "after":
            reached = standing.since if standing.anew is None else standing.anew
            return standing.rank > 0 and _after(_counted_from(state, ladder, reached), ladder.review_length, day)
        case _:
            return False


def _counted_from(state: State, ladder: Ladder, reached: int) -> int:
    """The date of it, or the first start of a period since then."""
    day, year = state.zone.day(reached), state.programme.year_starts
    if not ladder.review_period:
        return day
    begins = period_start(day, ladder.review_period, year)
    return begins if state.zone.start(begins) == reached else next_period(day, ladder.review_period, year)


def _after(start: int, length: Length, day: int) -> bool:
    times = 1
    while (found := later(start, (times * length[0], length[1]))) < day:
        times += 1
    return found == day


@cache
def _after_day(day: int, wanted: tuple[int, int]) -> bool:
    return next_such_day(day - 1, *wanted) == day - 1


@cache
def begins_on(day: int, period: str, shift: Length, year_starts: tuple[int, int]) -> bool:
    """Whether a date is the first of a period, or lies so many days or weeks behind or before one."""
    first = later(day, (-shift[0], shift[1]))
    return period_start(first, period, year_starts) == first
