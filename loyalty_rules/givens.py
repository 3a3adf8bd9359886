"""The state an example starts from, made of its `given` lines: a member as it stood just before the first step."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from loyalty_rules.calendar import add_months
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.windows import Since, reach
from loyalty_rules.lang.checked import (
    Given,
    GivenBalance,
    GivenDate,
    GivenFact,
    GivenGroup,
    GivenLevel,
    GivenMeasure,
    GivenMembership,
    GivenOptedIn,
    GivenSegment,
)
from loyalty_rules.lang.conditions import IN_A_ROW, PERIODS, CounterKind, Field, WindowKind
from loyalty_rules.ledger.counters import Buckets, added, in_order
from loyalty_rules.member import NEVER, Lot, MemberState, Purse, Standing, Subscription
from loyalty_rules.settlement.membership.years import MONTHS_OF_YEAR
from loyalty_rules.settlement.timing.lives import life_of_usable

#: The name under which given points stand in a lot.
GIVEN = "given"


def with_givens(plan: Plan, fingerprint: str, givens: tuple[Given, ...], at: int) -> MemberState:
    """The member of an example. Given measures lie on the date of the first step, given points were earned just
    before it."""
    before = at - 1
    day = plan.timeline.day(at)
    joined = next((g.value for g in givens if isinstance(g, GivenDate) and g.field is Field.JOINING_DATE), None)
    found = next((given.member for given in givens if isinstance(given, GivenGroup)), "example")
    member = MemberState(
        member=found,
        programme=fingerprint,
        clock=before,
        decisions=0,
        joined=None if joined is None else plan.timeline.start(joined),
        facts=(),
        segments=(),
        purses=(),
        counters=(),
        standings=(),
        first_order=None,
        last_order=None,
        seen=(),
    )
    counters: dict[str, Buckets] = {}
    changed = {given.ladder: before for given in givens if isinstance(given, GivenLevel)}
    years = {given.membership: before for given in givens if isinstance(given, GivenMembership)}
    since = Since(joined, changed, dict.fromkeys(plan.checked.memberships, 0) | years)
    for given in givens:
        match given:
            case GivenLevel():
                member = member._replace(standings=(*member.standings, Standing(given.ladder, given.level, before)))
            case GivenMembership():
                member = member._replace(memberships=(*member.memberships, _given_membership(given, before, day)))
            case GivenBalance():
                member = member._replace(purses=(*member.purses, _given_balance(plan, given, before)))
            case GivenMeasure():
                _given_measure(plan, counters, given, day, since)
            case GivenFact():
                member = member._replace(facts=(*member.facts, (given.fact.name, given.value)))
            case GivenDate():
                member = _given_date(member, counters, given)
            case GivenSegment():
                member = member._replace(segments=(*member.segments, given.segment))
            case GivenOptedIn():
                member = member._replace(opted=(*member.opted, (given.rule, before)))
            case GivenGroup():
                pass  # the member goes by an id that is in it
            case _:
                assert_never(given)
    return member._replace(
        facts=tuple(sorted(member.facts)),
        segments=tuple(sorted(member.segments)),
        purses=tuple(sorted(member.purses)),
        standings=tuple(sorted(member.standings)),
        memberships=tuple(sorted(member.memberships)),
        opted=tuple(sorted(member.opted)),
        counters=in_order(counters),
    )


def laid_over(member: MemberState, found: MemberState, givens: tuple[Given, ...]) -> MemberState:
    """A member with what is given in place of what it has there; `found` is the member of the givens alone, at the same
    clock. All else stays the member's own."""
    purses = {given.purse for given in givens if isinstance(given, GivenBalance)}
    ladders = {one.ladder for one in found.standings}
    held = {one.membership for one in found.memberships}
    keys = {given.measure.key for given in givens if isinstance(given, GivenMeasure)} | {
        one.key for one in found.counters
    }
    facts, opted = dict(found.facts), dict(found.opted)
    return member._replace(
        member=member.member if all(not isinstance(given, GivenGroup) for given in givens) else found.member,
        joined=member.joined if found.joined is None else found.joined,
        facts=tuple(sorted({**dict(member.facts), **facts}.items())),
        segments=tuple(sorted({*member.segments, *found.segments})),
        purses=tuple(sorted((*(one for one in member.purses if one.name not in purses), *found.purses))),
        counters=tuple(sorted((*(one for one in member.counters if one.key not in keys), *found.counters))),
        standings=tuple(sorted((*(one for one in member.standings if one.ladder not in ladders), *found.standings))),
        memberships=tuple(
            sorted((*(one for one in member.memberships if one.membership not in held), *found.memberships))
        ),
        opted=tuple(sorted({**dict(member.opted), **opted}.items())),
        first_order=member.first_order if found.first_order is None else found.first_order,
        last_order=member.last_order if found.last_order is None else found.last_order,
    )


def _given_balance(plan: Plan, given: GivenBalance, at: int) -> Purse:
    purse = Purse(given.purse, ())
    lived = life_of_usable(plan, purse, at)
    parts = ((GIVEN, given.units),)
    lot = Lot(0, at, at, lived.expires, given.units, parts, lived.idle, lived.latest)
    return purse._replace(lots=(lot,)) if given.units else purse


def _given_measure(plan: Plan, counters: dict[str, Buckets], given: GivenMeasure, day: int, since: Since) -> None:
    measure = given.measure
    if measure.counter in PERIODS:
        counters[measure.key] = _periods_before(plan, measure.counter, given.value, day)
        return
    reached = reach(measure.window, day, since, plan.timeline)
    if given.value:
        bucket = reached.bucket if measure.window.kind is WindowKind.SINCE_DONE else reached.high
        counters[measure.key] = added(counters.get(measure.key, ()), bucket, given.value, reached.low)


def _periods_before(plan: Plan, counter: CounterKind, count: int, day: int) -> Buckets:
    """So many periods before the one of the first step, one after another, an order in each; by its last date where
    dates are kept."""
    unit, timeline = PERIODS[counter], plan.timeline
    numbers = range(timeline.number(unit, day) - count, timeline.number(unit, day))
    if counter in IN_A_ROW:
        return tuple((number, 1) for number in numbers)
    return tuple((timeline.first(unit, number + 1) - 1, 1) for number in numbers)


def _given_date(member: MemberState, counters: dict[str, Buckets], given: GivenDate) -> MemberState:
    match given.field:
        case Field.PREVIOUS_ORDER_DATE:
            return member._replace(last_order=given.value, first_order=member.first_order or given.value)
        case Field.FIRST_ORDER_DATE:
            return member._replace(first_order=given.value, last_order=member.last_order or given.value)
        case Field.ORDER_NUMBER:
            counters[ORDERS_EVER] = ((0, given.value),) if given.value else ()
            return member
        case _:
            return member


def _given_membership(given: GivenMembership, before: int, day: int) -> Subscription:
    """A membership that began just before the first step, with a year before it."""
    of_month = date.fromordinal(day).day
    turns = add_months(day, MONTHS_OF_YEAR)
    history = ((before, 1, before),)
    return Subscription(given.membership, before, NEVER, 0, of_month, turns, of_month, history=history)
