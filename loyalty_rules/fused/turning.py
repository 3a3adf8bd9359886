"""What time brings about before an order, for programmes and members of whom only four kinds of it can come: units that
become usable or expire, conversions, and reviews. It is the clock of the ordinary path that asks nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.windows import Since, reach
from loyalty_rules.lang.checked import NO_LENGTH, Conversion, Ladder, Occurs, Review, Upgrade
from loyalty_rules.lang.conditions import PERIODS, Compare, Compared, Constant, Measure, WindowKind
from loyalty_rules.ledger.counters import buckets_of, counted
from loyalty_rules.member import NEVER, MemberState, Standing
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.knowing import view_at
from loyalty_rules.settlement.ladders import reviews
from loyalty_rules.settlement.ladders.levels import judged
from loyalty_rules.settlement.recording import current
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.spending import conversions
from loyalty_rules.settlement.timing import clock
from loyalty_rules.settlement.timing.scheduled import next_period

#: The member at an instant, the effects on the way, and an instant before which nothing more comes.
Turned: TypeAlias = tuple[MemberState, Effects, int]
#: How many dates are remembered at most.
_MOST_DAYS = 4_096


def turning(editions: Editions, place: int) -> Callable[[MemberState, int], Turned]:
    """What brings a member to an instant; an order that no longer comes back is forgotten then, too."""
    plan, turned = editions.all[place].plan, _turning(editions, place)
    if plan.checked.returns is None:
        return turned

    def forgetting(member: MemberState, at: int) -> Turned:
        ready, effects, due = turned(member, at)
        if ready is member:  # else it was brought to this very instant
            ready = current(plan, member, at, member if member.decisions else None)
        return ready, effects, due

    return forgetting


def _turning(editions: Editions, place: int) -> Callable[[MemberState, int], Turned]:
    plan, fingerprint = editions.all[place].plan, editions.all[place].fingerprint
    if _has_more(plan):
        return lambda member, at: _as_ever(editions, plan, member, at)
    ends = _Ends(plan)

    def turned(member: MemberState, at: int) -> Turned:
        effects, ready = Effects(), member
        joined = bool(member.decisions) and member.programme == fingerprint
        for _ in range(clock.MAX_OCCASIONS):
            due = ends.next(ready)
            if due > at:  # and nothing becomes usable in between
                return (ready if ready is member else current(plan, ready, at, ready)), effects, due
            ready, joined = _instant(plan, ends, ready, due, effects, joined=joined), True
        return _as_ever(editions, plan, member, at)  # which says that it is too far

    return turned


def _as_ever(editions: Editions, plan: Plan, member: MemberState, at: int) -> Turned:
    due = clock.next_due(plan, member)
    if at < due:
        return member, Effects(), due
    ready, effects = clock.advance(editions, member, at)
    return ready, effects, clock.next_due(plan, ready)


def _has_more(plan: Plan) -> bool:
    """Whether other things may come with time."""
    ladders = plan.checked.ladders.values()
    waiting = any(
        one.grace != NO_LENGTH or one.hold != NO_LENGTH or one.upgrade is Upgrade.FROM_NEXT for one in ladders
    )
    waits = any(purse.waits for purse in plan.checked.purses.values())
    return bool(plan.timed or plan.reaching or plan.conversions_at_once or waiting or waits)


def _instant(plan: Plan, ends: _Ends, member: MemberState, at: int, effects: Effects, *, joined: bool) -> MemberState:
    """One instant, at which something is due; as `clock.advance` goes through it. `joined`: the lots are one as far as
    this programme says; another file may have kept them apart."""
    before, lots = member.clock, [lot for purse in member.purses for lot in purse.lots]
    if not joined or any(lot.usable == at for lot in lots):
        member = clock.become_usable(plan, member, at, effects)
    elif member.records:  # what is forgotten of orders makes lots one, too
        member = current(plan, member, at, member)
    settled = member
    due_now = ends.conversions(before, at) if ends.converting else []
    if due_now:
        member = conversions.due_now(plan, member, due_now, at, at - 1, effects)
    if any(lot.expires <= at for lot in lots):
        member = clock.expire(plan, member, at, effects)
    due = [
        ladder
        for ladder, standing in reviews.stood(plan, member)
        if ends.review(ladder, standing, before) == at and not ends.kept(member, ladder, standing, at)
    ]
    if due:
        view = view_at(plan, member, at, day=plan.timeline.day(at) - 1)
        for ladder in due:
            member = judged(plan, member, ladder, view, at, effects)
    if ends.starting:
        member = conversions.at_start(plan, member, at, effects)
    return current(plan, member._replace(clock=at), at, settled)


class _Ends:
    """When the next of the four comes. What follows from a date alone is worked out once for it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[tuple[str, int], int] = {}
        #: Those at the end of a period, by name.
        self.converting = [
            one for _, one in sorted(plan.checked.conversions.items()) if one.timing.occurs is Occurs.AT_END
        ]
        self.starting = any(one.timing.occurs is Occurs.AT_START for one in plan.having.converting)

    def next(self, member: MemberState) -> int:
        after, due = member.clock, NEVER
        for purse in member.purses:
            due = min([due, *[lot[2] for lot in purse.lots if lot[2] > after]])
            due = min([due, *[lot[3] for lot in purse.lots if lot[3] > after]])
        if self._plan.having.converting:
            held = {purse.name: purse for purse in member.purses}
            for one in self._plan.having.converting:
                if conversions.may_take(one, held):
                    due = min(due, self._conversion(one, after))
        for ladder, standing in reviews.stood(self._plan, member):
            due = min(due, self.review(ladder, standing, after))
        return due

    def review(self, ladder: Ladder, standing: Standing, after: int) -> int:
        """When a level is next reviewed: where that is at the end of a period, it follows from the date. Ladders that
        ask when the member joined are not decided here."""
        if ladder.reviews.kind is not Review.AT_END or not ladder.rank(standing.level):
            return reviews.review_of(self._plan, ladder, standing, after, None)
        return self._of_day(ladder.name, after, lambda at: reviews.review_of(self._plan, ladder, standing, at, None))

    def conversions(self, after: int, at: int) -> list[Conversion]:
        """The conversions that are made at an instant because a period ends there."""
        return [one for one in self.converting if self._conversion(one, after) == at]

    def kept(self, member: MemberState, ladder: Ladder, standing: Standing, at: int) -> bool:
        """Whether a review leaves a level as it is, as far as one counter over a window of the last days says so."""
        level = ladder.levels[ladder.rank(standing.level) - 1]
        match level.keep or level.condition:
            case Compared(Measure() as measure, Compare.AT_LEAST, Constant(int(bound))) if not ladder.audience:
                window = measure.window
                if window.kind is not WindowKind.LAST or measure.counter in PERIODS or ladder.counter is not None:
                    return False
                day = self._plan.timeline.day(at) - 1
                low = reach(window, day, Since(None, {}), self._plan.timeline).low
                return counted(buckets_of(member.counters, measure.key), low, day) >= bound
            case _:
                return False

    def _conversion(self, one: Conversion, after: int) -> int:
        return self._of_day(one.name, after, lambda at: next_period(self._plan.timeline, one.timing, at))

    def _of_day(self, name: str, after: int, next_of: Callable[[int], int]) -> int:
        """What begins with a date comes at one time for all instants of the date before."""
        timeline = self._plan.timeline
        key = (name, timeline.day(after))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_DAYS:
                self._known.clear()
            found = self._known[key] = next_of(timeline.start(key[1]))
        return found
