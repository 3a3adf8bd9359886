"""A history decided anew: many members, their purchases in order, on all cores, with a bar that shows how far it is.

Members do not touch one another, so the work is cut into groups of members; where a programme has budgets or referrals
they do, and everything is decided by one process, in the order of the instants. A worker gets the saved form of
the programme (it does not pickle) and sends back figures, not decisions. Which worker decides what, and in which order
groups come back, changes nothing: figures are put together by member, in the order in which the members were given.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, TypeAlias, TypeVar

from loyalty_rules.decision import LevelChanged, PointsAwarded, PointsExpired
from loyalty_rules.errors import DecisionError, InputError, LoyaltyError, SettingsError
from loyalty_rules.events import Event, Merge, Purchase, Tick, Transfer
from loyalty_rules.histories import in_steps
from loyalty_rules.limits import HIGHEST, LIMITS, Limits
from loyalty_rules.loading import load
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.saving import load_saved, save
from loyalty_rules.shared import SharedState
from loyalty_rules.supplied import Rows, supplied
from loyalty_rules.text import line_order_key

#: One member's events, in order.
History: TypeAlias = tuple[Event, ...]
#: (rule, purse) -> units.
ByRule: TypeAlias = "Counter[tuple[str, str]]"
#: (year, month, rule, purse) -> units.
ByMonth: TypeAlias = "Counter[tuple[int, int, str, str]]"

#: Events that a group holds before it is handed to a worker: large enough to pay the way, small enough for the bar.
_GROUP: Final = 500
_MAX_WORKERS: Final = 64

Key = TypeVar("Key")


class MemberFigures(NamedTuple):
    """What became of one member. Units are whole smallest units of their purses."""

    member: str
    orders: int
    usable: dict[str, int]  # by purse
    pending: dict[str, int]
    levels: dict[str, str]  # by ladder; "" is a base without a name
    awards: dict[tuple[str, str], int]  # by (rule, purse)
    expired: dict[str, int]  # by purse
    level_changes: int


class Figures(NamedTuple):
    """What became of all members, in the order in which they were given."""

    members: tuple[MemberFigures, ...]
    months: ByMonth  # by the programme's own calendar

    @property
    def orders(self) -> int:
        return sum(member.orders for member in self.members)

    @property
    def awards(self) -> ByRule:
        """Units granted, by rule and purse."""
        return _added(member.awards for member in self.members)

    @property
    def usable(self) -> Counter[str]:
        """Units that can be used at the end, by purse."""
        return _added(member.usable for member in self.members)

    @property
    def expired(self) -> Counter[str]:
        """Units whose life ended, by purse."""
        return _added(member.expired for member in self.members)

    def levels(self, ladder: str) -> Counter[str]:
        """How many members stand on each level at the end."""
        return Counter(member.levels[ladder] for member in self.members)


def _added(figures: Iterable[dict[Key, int]]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for one in figures:
        total.update(one)
    return total


def histories(events: Iterable[Event]) -> dict[str, History]:
    """Events by member, members by id, each member's in order of (instant, id); digits in ids count by value."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.member, []).append(event)
    return {member: tuple(sorted(found[member], key=event_key)) for member in sorted(found, key=line_order_key)}


def event_key(event: Event) -> tuple[object, ...]:
    """Puts the events of one member in order: by instant, at one instant by id, the passing of time last."""
    return (event.at, isinstance(event, Tick), *(() if isinstance(event, Tick) else line_order_key(event.id)))


def replay_members(
    rules: str,
    members: Iterable[History],
    *,
    name: str = "rules.loyalty",
    end: int | None = None,
    tables: Mapping[str, Rows] | None = None,
    limits: Limits = LIMITS,
    workers: int = 1,
    progress: Callable[[int], object] | None = None,
) -> Figures:
    """Decides each member's history from a new member on, with a tick at `end`, and gives the figures.

    `rules` is the text of a rule file, `tables` and `limits` are as in `load`. `members` are one non-empty
    history each; they are taken as the work goes on, so a generator never stands in memory as a whole. A history is
    one member's: a transfer or a merge in it is refused (`call.two_members`), and `loyalty_rules.replay` decides such
    events with both members. `progress` is called with the number of events just decided. Raises `RuleFileError` for
    the rules, `SettingsError` (`replay.workers`), `InputError` and `DecisionError` for an event, with the member and
    the event as the place, `DecisionError` (`replay.worker_lost`) where a worker was ended.
    """
    if not 1 <= workers <= _MAX_WORKERS:
        raise SettingsError("replay.workers", f"1 to {_MAX_WORKERS} workers are allowed, not {workers}")
    rows = {table: (one.heads, *one.rows) for table, one in supplied(tables).items()}
    programme = load(rules, name=name, tables=rows, limits=limits)
    if programme.checked.budgets or programme.checked.referrals:
        return _together([_decide_sharing(programme, tuple(members), end)], progress)
    groups = _groups(members, end)
    if workers == 1:
        decided = (_decide_group(programme, group) for group in groups)
        return _together(decided, progress)
    # Started afresh, not forked: a fork copies the threads' locks of whatever the host has loaded.
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=(save(programme),)) as pool:
            return _together(_in_order(pool, groups, 2 * workers), progress)
    except BrokenProcessPool:
        raise DecisionError("replay.worker_lost", "a worker process ended before its work was done") from None


class _Group(NamedTuple):
    histories: tuple[History, ...]
    end: int | None


class _Decided(NamedTuple):
    members: tuple[MemberFigures, ...]
    months: ByMonth
    events: int


def _groups(members: Iterable[History], end: int | None) -> Iterator[_Group]:
    group: list[History] = []
    size = 0
    for history in members:
        group.append(history)
        size += len(history)
        if size >= _GROUP:
            yield _Group(tuple(group), end)
            group, size = [], 0
    if group:
        yield _Group(tuple(group), end)


def _in_order(pool: ProcessPoolExecutor, groups: Iterator[_Group], ahead: int) -> Iterator[_Decided]:
    """The groups' figures in the order of the groups, never more than so many of them in the hands of the pool."""
    waiting: list[Future[_Decided]] = []
    for group in groups:
        waiting.append(pool.submit(_decide_in_worker, group))
        if len(waiting) >= ahead:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def _together(decided: Iterable[_Decided], progress: Callable[[int], object] | None) -> Figures:
    members: list[MemberFigures] = []
    months: ByMonth = Counter()
    for group in decided:
        members.extend(group.members)
        months.update(group.months)
        if progress is not None:
            progress(group.events)
    return Figures(tuple(members), months)


# ---------------------------------------------------------------- in a worker

_PROGRAMME: list[Programme] = []


def _prepare(saved: bytes) -> None:
    _PROGRAMME[:] = [load_saved(saved, limits=HIGHEST)]


def _decide_in_worker(group: _Group) -> _Decided:
    return _decide_group(_PROGRAMME[0], group)


def _decide_group(programme: Programme, group: _Group) -> _Decided:
    months: ByMonth = Counter()
    members = tuple(_decide_member(programme, history, group.end, months) for history in group.histories)
    return _Decided(members, months, sum(map(len, group.histories)))


def _decide_member(programme: Programme, history: History, end: int | None, months: ByMonth) -> MemberFigures:
    tally = _Tally(programme, months)
    for decision in decisions_of(programme, history, end):
        tally.take(decision)
    return tally.figures(history)


def _decide_sharing(programme: Programme, members: Sequence[History], end: int | None) -> _Decided:
    """Members who share budgets or invite each other, decided together: by instant, at one instant in the order in
    which they are given. What follows from an event for another member is decided behind it."""
    months: ByMonth = Counter()
    tallies = {history[0].member: _Tally(programme, months) for history in members}
    states = {member: programme.new_member(member) for member in tallies}
    events = sorted((event for history in members for event in history), key=lambda event: event.at)
    ticks = [] if end is None else [Tick(member, end) for member in tallies]
    shared = programme.new_shared()
    for event in (*events, *ticks):
        for decision in _decided_together(programme, states, event, shared):
            member = decision.member.member
            states[member], shared = decision.member, decision.shared or shared
            tallies.setdefault(member, _Tally(programme, months)).take(decision)
    figures = tuple(tallies[history[0].member].figures(history) for history in members)
    return _Decided(figures, months, len(events))


@dataclass(slots=True)
class _Tally:
    """What becomes of one member, added up as decisions come."""

    programme: Programme
    months: ByMonth
    awards: Counter[tuple[str, str]] = field(default_factory=Counter)
    expired: Counter[str] = field(default_factory=Counter)
    level_changes: int = 0
    member: MemberState | None = None

    def take(self, decision: Decision) -> None:
        self.member = decision.member
        for effect in decision.effects:
            match effect:
                case PointsAwarded():
                    day = date.fromordinal(self.programme.plan.timeline.day(decision.event.at))
                    self.awards[effect.rule, effect.purse] += effect.granted
                    self.months[day.year, day.month, effect.rule, effect.purse] += effect.granted
                case PointsExpired():
                    self.expired[effect.purse] += effect.units
                case LevelChanged():
                    self.level_changes += 1
                case _:
                    pass

    def figures(self, history: History) -> MemberFigures:
        programme = self.programme
        member = self.member or programme.new_member(history[0].member)
        balances = {purse: programme.balance(member, purse) for purse in programme.checked.purses_held}
        return MemberFigures(
            member.member,
            sum(isinstance(event, Purchase) for event in history),
            {purse: balance.usable for purse, balance in balances.items()},
            {purse: balance.pending for purse, balance in balances.items()},
            {ladder: programme.level(member, ladder) for ladder in programme.checked.ladders},
            dict(self.awards),
            dict(self.expired),
            self.level_changes,
        )


def decisions_of(programme: Programme, history: Sequence[Event], end: int | None = None) -> Iterator[Decision]:
    """One member's decisions, from a new member on, and that of a tick at `end`. Errors name member and event."""
    member, shared = programme.new_member(history[0].member), programme.new_shared()
    ticks = () if end is None else (Tick(member.member, end),)
    for event in (*history, *ticks):
        for decision in _decided_together(programme, {member.member: member}, event, shared):
            if decision.member.member == member.member:  # what follows from it for others is not asked
                member, shared = decision.member, decision.shared or shared
                yield decision


def _decided_together(
    programme: Programme, states: Mapping[str, MemberState], event: Event, shared: SharedState
) -> tuple[Decision, ...]:
    """The decisions of an event: one, but for an invitation, and those of its follow-ups."""
    if isinstance(event, Transfer | Merge):
        return (_decided(programme, states[event.member], event, shared),)
    try:
        return in_steps(programme, states, event, shared)
    except LoyaltyError as error:
        raise _placed(error, event) from None


def _decided(programme: Programme, member: MemberState, event: Event, shared: SharedState) -> Decision:
    try:
        return programme.decide(member, event, shared)
    except LoyaltyError as error:
        raise _placed(error, event) from None


def _placed(error: LoyaltyError, event: Event) -> LoyaltyError:
    place = f"member {event.member}, " + ("tick" if isinstance(event, Tick) else f"event {event.id}")
    where = f"{place}, {error.where}" if error.where else place
    kind = DecisionError if isinstance(error, DecisionError) else InputError
    return kind(error.code, error.message, where)
