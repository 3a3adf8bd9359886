"""The member as the engine reads it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date
from fractions import Fraction

from loyalty_rules.engine.known import Known
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import occasion_at
from loyalty_rules.engine.standing import Stood
from loyalty_rules.engine.stretches import stretches
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, shown
from loyalty_rules.lang.checked import Checked
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.counters import by_key
from loyalty_rules.member import MemberState, Purse
from loyalty_rules.settlement.chosensets import sets_at
from loyalty_rules.settlement.giving.periods import sums_now
from loyalty_rules.settlement.ladders.ranks import changed_at, check_standings, held_rank, stood_on
from loyalty_rules.settlement.spending import spendable


def check_known(checked: Checked, member: MemberState) -> None:
    """Raises `DecisionError` (`member.purse`, `member.membership`, and those of ladders) for a member of another rule
    file, with parts that this one does not have: what is decided could not be written."""
    for purse in member.purses:
        if purse.name not in checked.purses:
            raise DecisionError("member.purse", f"the programme has no purse `{shown(purse.name)}`")
    for one in member.memberships:
        if one.membership not in checked.memberships:
            raise DecisionError("member.membership", f"the programme has no membership `{shown(one.membership)}`")
    check_standings(checked.ladders, member)


class _Units(Mapping[str, int]):
    """Units by purse, added up when they are first asked for: few decisions ask, and a purse may hold many lots."""

    __slots__ = ("_found", "_units")

    def __init__(self, units: Callable[[], Mapping[str, int]]) -> None:
        self._units = units
        self._found: Mapping[str, int] | None = None

    def _all(self) -> Mapping[str, int]:
        if self._found is None:
            self._found = self._units()
        return self._found

    def __getitem__(self, purse: str) -> int:
        return self._all()[purse]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def known(plan: Plan, member: MemberState, at: int, levels_at: int | None = None) -> Known:
    """What the engine may read of a member at an instant; levels as they are held at `levels_at`, if given, and what
    ends only after it is still there."""
    purses, standings = member.purses, member.standings
    ladders, held = plan.checked.ladders, at if levels_at is None else levels_at
    counters = by_key(member.counters)
    ranks = dict.fromkeys(ladders, 0)
    stood, changed = dict[str, Stood](), dict[str, int]()
    for standing in standings:
        if since := changed_at(standing):
            changed[standing.ladder] = since
        ladder = ladders.get(standing.ladder)
        if ladder is not None:
            ranks[standing.ladder] = held_rank(ladder, standing, held)
            stood[standing.ladder] = stood_on(ladder, standing)
    return Known(
        facts=dict(member.facts),
        segments=frozenset(member.segments),
        joined=None if member.joined is None else plan.timeline.day(member.joined),
        changed=changed,
        first_order=member.first_order,
        last_order=member.last_order,
        counters=counters,
        balances=_Units(lambda: {purse.name: lots.balance(purse, at, levels_at).usable for purse in purses}),
        ranks=ranks,
        stood=stood,
        held=_Units(lambda: {purse.name: lots.held(purse) for purse in purses}),
        remainders={
            (purse.name, rule): Fraction(numerator, denominator)
            for purse in purses
            for rule, numerator, denominator in purse.remainders
        },
        sums=sums_now(plan, member, plan.timeline.day(at)),
        years=years_at(plan, member, held),
        member=member.member,
        opted={rule: since for rule, since in member.opted if since <= at},
        chosen=sets_at(plan, member, at),
        done=stretches(plan.counted_since, counters, at),
        buckets={name: one.bucket(member.member) for name, one in plan.checked.experiments.items()},
        invited=_shared(member, at),
    )


def _shared(member: MemberState, at: int) -> frozenset[str] | None:
    """The facts that the member shares with who invited it; None before anyone did."""
    if member.invited is None or member.invited.at > at:
        return None
    own = dict(member.facts)
    return frozenset(name for name, value in member.invited.facts if own.get(name) == value)


def years_at(plan: Plan, member: MemberState, at: int) -> Mapping[str, tuple[bool, int]]:
    """By membership whether it counts at an instant, and when its year began; 0 for a member who never had it."""
    found = dict.fromkeys(plan.checked.memberships, (False, 0))
    if not found:
        return found
    for one in member.memberships:
        stood = [(counts, year) for since, counts, year in one.history if since <= at]
        if stood and one.membership in found:
            found[one.membership] = (bool(stood[-1][0]), stood[-1][1])
    return found


def view_at(plan: Plan, member: MemberState, at: int, *, day: int | None = None) -> View:
    """A view in which only time has passed; `day` for the date before the instant, with the levels that were held on
    it."""
    occasion = occasion_at(plan, at)
    if day is not None:
        month = date.fromordinal(day).month
        occasion = occasion._replace(day=day, weekday=(day - 1) % 7, month=month)
    return View(plan, occasion, known(plan, member, at, None if day is None else at - 1))


def joined_lots(
    plan: Plan,
    purse: Purse,
    at: int,
    member: MemberState,
    since: int = 0,
    fresh: Container[int] | None = None,
    until: int | None = None,
) -> Purse:
    """The purse with those lots as one that nothing tells apart; vouchers that are used whole stay apart. `since`: how
    many of the lots, the first ones, are known to be told apart from each other; `fresh`: the decisions whose records
    are gone, where nothing else has changed, and then `until`: the place behind their last lot and the one after it."""
    declared = plan.checked.purses.get(purse.name)
    if declared is not None and declared.apart:
        return purse
    from_usable = declared is not None and declared.from_usable
    numbers = lots.may_join(purse, at, since, fresh, until)
    if not numbers:
        return purse
    months, apart = spendable.months_of(plan, purse.name), recorded_parts(member, numbers)
    return lots.merged(purse, at, apart, months, from_usable=from_usable, since=since, fresh=fresh, until=until)


def recorded_parts(member: MemberState, numbers: Container[int] | None = None) -> frozenset[tuple[int, int, str]]:
    """The decisions of orders that may still come back and their instants, each with the rules that gave for it, and
    those that posted what such orders gave: their lots stay apart. What time gives after a decision has its number and
    an instant of its own. `numbers`: of the decisions that are asked about; None for all."""
    records = (one for one in member.records if numbers is None or one.number in numbers)
    sums = ((one.posted, one.rule) for purse in member.purses for one in purse.sums)
    posted = ((one.number, one.at, rule) for one, rule in sums if one is not None)
    given = ((record.number, record.at, award.today) for record in records for award in record.awards)
    return frozenset((*given, *posted))
