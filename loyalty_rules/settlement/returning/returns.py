"""Goods come back: what the order asked is asked again of what is kept, and what no longer stands is taken back.

An order is judged by the programme that decided it, with what was read then; nothing decided since is decided again.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from loyalty_rules.amounts import Rounding, round_ratio
from loyalty_rules.decision import GoodsReturned, NotReturnable
from loyalty_rules.engine.amounts_kept import kept_payable
from loyalty_rules.engine.keeping import kept_view
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.engine.returning import (
    Asked,
    Asking,
    Counters,
    Grants,
    as_bought,
    as_last,
    in_proportion,
    lowered,
    replayed,
)
from loyalty_rules.engine.view import View
from loyalty_rules.errors import DecisionError, InputError
from loyalty_rules.events import Cancellation, Return
from loyalty_rules.lang.checked import Place
from loyalty_rules.lang.conditions import CounterKind
from loyalty_rules.ledger.counters import added, by_key, in_order
from loyalty_rules.member import MemberState, Purse
from loyalty_rules.records import Record, key_and_value
from loyalty_rules.settlement import costs
from loyalty_rules.settlement.accounts.joining import elsewhere
from loyalty_rules.settlement.accounts.redenominating import counted_in
from loyalty_rules.settlement.editions import Editions
from loyalty_rules.settlement.giving import accruing, periods
from loyalty_rules.settlement.pricing import kept_discount_uses
from loyalty_rules.settlement.returning import completions, gifts
from loyalty_rules.settlement.returning.givingback import given_back
from loyalty_rules.settlement.returning.takeback import TakeBack
from loyalty_rules.settlement.sharing import Effects, bounded, freed
from loyalty_rules.settlement.spending.spent import kept_uses
from loyalty_rules.values import frozen


@frozen
class Returned:
    """What a return leads to. `view` and `result`: of the goods that are kept, decided again; None where they were
    not."""

    member: MemberState
    view: View | None
    result: Result | None


# ---------- what may come back


def returnable(
    plan: Plan, member: MemberState, event: Return | Cancellation
) -> tuple[int, tuple[int, ...]] | NotReturnable:
    """The place of the order's record, and what is kept of its lines afterwards; or why it does not come back. Raises
    `InputError` (`return.lines`) for a return that names no lines, a line twice, or nothing of a line."""
    if isinstance(event, Return):
        _check_lines(event)
    if plan.checked.returns is None and not member.records:
        return NotReturnable("REFUSED")
    found = [place for place, one in enumerate(member.records) if one.order == event.order and one.until > event.at]
    if not found:
        return NotReturnable("NO_RECORD")
    record = member.records[found[0]]
    if record.whole:
        return NotReturnable("NOTHING")
    if isinstance(event, Cancellation):
        return found[0], (0,) * len(record.lines)
    kept = {line.id: line.kept for line in record.lines}
    for line, units in event.lines:
        if line not in kept:
            return NotReturnable("LINE_UNKNOWN", line)
        if units > kept[line]:
            return NotReturnable("MORE", line, kept[line])
        kept[line] -= units
    return found[0], tuple(kept[line.id] for line in record.lines)


def _check_lines(event: Return) -> None:
    ids = {line for line, _ in event.lines}
    if not ids or len(ids) < len(event.lines) or any(units <= 0 for _, units in event.lines):
        raise InputError("return.lines", "a return names lines, each once and with a quantity above 0", "lines")


def plan_of(record: Record, editions: Editions) -> Plan:
    """The edition that decided an order. Raises `DecisionError`: `edition.missing`, for never are today's rules asked
    instead."""
    found = next((one.plan for one in editions.all if one.fingerprint == record.programme), None)
    if found is None:
        message = f"the order was decided by the programme {record.programme}, which is not at hand"
        raise DecisionError("edition.missing", message)
    return found.elsewhere.get(record.currency, found)


# ---------- a return


def come_back(
    plan: Plan,
    member: MemberState,
    place: int,
    kept: tuple[int, ...],
    event: Return | Cancellation,
    effects: Effects,
    *,
    told: bool,
) -> Returned:
    """The member after goods of an order came back. `plan`: of the programme that decided the order; `told`: with why
    rules give nothing for what is kept, for a trace."""
    came = member.records[place]
    record = gifts.still_earned(plan, came, kept)
    member = member._replace(records=(*member.records[:place], record, *member.records[place + 1 :]))
    held = tuple(line.kept for line in record.lines)
    alike = _decided_alike(plan, came, told=told)
    again = alike is not None
    before = _asked(plan, came, held, alike, told=told)
    after = _asked(plan, record, kept, alike, told=told)
    counters = Counters(_buckets(member), elsewhere(plan, member, record))
    grants = as_last(plan, record, before, after, counters, periods.sums_of(plan, record, member))
    refunds = (
        (line.id, line.kept - units, kept_payable(line, line.kept) - kept_payable(line, units))
        for line, units in zip(record.lines, kept, strict=True)
        if units < line.kept
    )
    asks_again = plan.checked.returns is not None and plan.checked.returns.replay
    effects.append(GoodsReturned(record.order, tuple(refunds), not any(kept), asks_again and not again))
    member = given_back(plan, member, place, kept, event.at, effects)
    record, records = member.records[place], list(member.records)
    lines = tuple(line._replace(kept=units) for line, units in zip(record.lines, kept, strict=True))
    records[place] = record._replace(lines=lines)
    back = TakeBack(plan, event.at, {purse.name: purse for purse in member.purses}, records, place, effects)
    back.settle(grants)
    back.records[place] = bounded(back.records[place], grants.after)
    freed(plan, back.records, member.records, place, grants.after, effects, event.at)
    if again:
        _remainders(back, record, before, after)
    moves = _sums(back, member, record, before, after)
    touched = [at for at, one in enumerate(back.records) if at != place and one != member.records[at]]
    member = member._replace(
        purses=tuple(back.purses[name] for name in sorted(back.purses)), records=tuple(back.records)
    )
    member = _counted(plan, member, place, held, after, grants, cancelled=isinstance(event, Cancellation))
    for at in touched:
        member = moved_to(plan, member, at, earned(plan, member.records[at]))
    member = accruing.moved(member, moves)
    effects += completions.taken_back(record, member.records[place], event.at)
    effects += gifts.taken_back(came, record, held, kept, event.at)
    effects += costs.lessened(plan, came, member.records[place], event.at)
    if not any(kept):
        member = _unlinked(member, place)
    return Returned(member, after.view if after.result else None, after.result)


def _decided_alike(plan: Plan, record: Record, *, told: bool) -> Asked | None:
    """All of the order decided again, where that gives what it gave. What was counted anew since cannot be compared."""
    if plan.checked.returns is None or not plan.checked.returns.replay or any(one.since for one in record.awards):
        return None
    found = replayed(plan, record, _bought(record), told=told)
    return found if found.askings == as_bought(record) else None


def _bought(record: Record) -> tuple[int, ...]:
    return tuple(line.quantity for line in record.lines)


def _asked(plan: Plan, record: Record, kept: tuple[int, ...], alike: Asked | None, *, told: bool) -> Asked:
    """What the goods that are kept ask. `alike`: all of the order decided again, where the rest of it is."""
    found = _asked_of_goods(plan, record, kept, alike, told=told)
    return completions.with_challenges(plan, record, kept, found, as_bought(record))


def _asked_of_goods(plan: Plan, record: Record, kept: tuple[int, ...], alike: Asked | None, *, told: bool) -> Asked:
    """The same without what challenges ask. Of no purse more than the purchase did."""
    if not any(kept):
        return Asked((), kept_view(plan, record, kept), None)
    if alike is None:
        found = in_proportion(plan, record, kept)
    else:
        found = alike if kept == _bought(record) else replayed(plan, record, kept, told=told)
    of_challenges = completions.given_for(plan, record)
    bought, asked = (
        tuple(one for one in askings if one.rule not in of_challenges) for askings in (as_bought(record), found.askings)
    )
    more = {purse for purse in {one.purse for one in asked} if _units(asked, purse) > _units(bought, purse)}
    if not more:
        return found
    askings = [one for one in found.askings if one.purse not in more or one not in asked]
    for purse in sorted(more):
        askings += lowered([one for one in asked if one.purse == purse], _units(bought, purse))
    return Asked(
        tuple(sorted(askings, key=lambda one: (one.rule, one.purse))),
        found.view,
        found.result,
        found.uses,
        found.remainders,
    )


def _units(askings: tuple[Asking, ...], purse: str) -> Fraction:
    return sum((one.exact for one in askings if one.purse == purse), start=Fraction(0))


def _buckets(member: MemberState) -> Mapping[str, Mapping[int, int]]:
    return {counter.key: dict(counter.buckets) for counter in member.counters}


def _remainders(back: TakeBack, record: Record, before: Asked, after: Asked) -> None:
    """What rounding carried on moves by what the goods that came back had carried."""
    known = {(rule, purse): Fraction(top, bottom) for purse, rule, top, bottom in record.known.remainders}
    for rule, into in sorted({*before.remainders, *after.remainders}):
        start = known.get((rule, into), Fraction(0))
        moved = after.remainders.get((rule, into), start) - before.remainders.get((rule, into), start)
        purse = back.purses.get(into, Purse(into, ()))
        kept = {name: Fraction(top, bottom) for name, top, bottom in purse.remainders}
        kept[rule] = kept.get(rule, Fraction(0)) + moved
        carried = tuple((name, one.numerator, one.denominator) for name, one in sorted(kept.items()) if one)
        back.purses[into] = purse._replace(remainders=carried)


def _sums(back: TakeBack, member: MemberState, record: Record, before: Asked, after: Asked) -> accruing.Moves:
    """The sums of periods move by what the goods that came back had given, and what was posted of them follows.
    Returns what the counters of these move by."""
    moves: accruing.Moves = []
    moved: dict[tuple[str, str], Fraction] = {}
    for asked, sign in ((before, -1), (after, 1)):
        for one in (asking for asking in asked.askings if Place(asking.place).summed):
            moved[one.rule, one.purse] = moved.get((one.rule, one.purse), Fraction(0)) + sign * one.exact
    for (rule, into), more in sorted(moved.items()):
        number = periods.period_of(back.plan, into, record.day)
        if number is not None and more:
            purse = back.purses.get(into, Purse(into, ()))
            then = periods.sum_of(purse, rule, number)
            back.purses[into] = periods.with_sum(purse, rule, number, more)
            moves += accruing.fallen(back, member, into, (rule, number), then)
    return moves


# ---------- what the order counts for


def _counted(
    plan: Plan,
    member: MemberState,
    place: int,
    held: tuple[int, ...],
    after: Asked,
    grants: Grants,
    *,
    cancelled: bool,
) -> MemberState:
    """Measures, caps and base limits move where the order was counted. A limit is free again where the order was
    cancelled; a return leaves it spent. `held`: what was kept of each line until now."""
    record = member.records[place]
    counts = {(key, bucket): amount for key, bucket, amount in record.counts}
    wanted: dict[tuple[str, int], int] = {}
    for key, bucket in counts:
        if key == ORDERS_EVER:
            wanted[key, bucket] = int(not record.whole)
        elif key in plan.goal_keys:
            continue
        elif key_and_value(key)[0] in plan.limit_keys:
            wanted[key, bucket] = 0 if cancelled else counts[key, bucket]
        elif key in plan.caps_of_sums:  # moves by what the sum of its period does, where that moves
            wanted[key, bucket] = counts[key, bucket]
        else:
            wanted[key, bucket] = 0
    wanted |= {(key, bucket): amount for key, bucket, amount in after.uses}
    for key, bucket in grants.after.buckets.items():
        moved = counts.get((key, bucket), 0) + grants.after.asked.get(key, 0) - grants.before.asked.get(key, 0)
        # What another order had rounded up falls with this one, where they are rounded together.
        wanted[key, bucket] = moved if key in plan.caps_of_sums else max(0, moved)
    wanted |= _asked_of_caps(record, counts, grants)
    wanted |= kept_uses(plan, record, tuple(line.kept for line in record.lines))
    wanted |= kept_discount_uses(plan, record, tuple(line.kept for line in record.lines))
    wanted |= _measured(plan, record, after)
    wanted |= completions.counted(plan, record, held, tuple(line.kept for line in record.lines))
    return moved_to(plan, member, place, wanted)


def _asked_of_caps(record: Record, counts: Mapping[tuple[str, int], int], grants: Grants) -> dict[tuple[str, int], int]:
    """What caps count of units that were counted anew: in proportion to what stands of these."""
    found = {}
    for purse in sorted({award.purse for award in record.awards if award.since}):
        was, now = (
            sum(units for (_, into), units in one.units.items() if into == purse)
            for one in (grants.before, grants.after)
        )
        for (key, bucket), amount in counts.items():
            if counted_in(key) == purse:
                left = round_ratio(amount * now, was, Rounding.HALF_UP) if was else amount
                found[key, bucket] = 0 if record.whole else left
    return found


def _measured(plan: Plan, record: Record, after: Asked) -> dict[tuple[str, int], int]:
    """What measures count of the goods that are kept, and of the points that still stand."""
    view = kept_view(plan, record, tuple(line.kept for line in record.lines))
    view.ranks = dict(after.view.ranks)
    view.given = _standing(record)
    view.applied = after.view.applied if after.result else {name for one in after.askings for name in one.names}
    found = {}
    for measure in plan.kept_measures:
        if not record.whole or measure.counter is CounterKind.EARNED:
            found[measure.key, view.reach_of(measure).bucket] = view.contribution(measure)
    return found


def earned(plan: Plan, record: Record) -> dict[tuple[str, int], int]:
    """What measures of points count of an order from which a cap's room was taken."""
    counts = {key for key, _, _ in record.counts}
    asked = [one for one in plan.kept_measures if one.counter is CounterKind.EARNED and one.key in counts]
    if not asked:
        return {}
    view = kept_view(plan, record, tuple(line.kept for line in record.lines))
    view.given = _standing(record)
    return {(one.key, view.reach_of(one).bucket): view.contribution(one) for one in asked}


def _standing(record: Record) -> dict[tuple[str, str], int]:
    units: dict[tuple[str, str], int] = {}
    for award in record.awards:
        units[award.rule, award.purse] = units.get((award.rule, award.purse), 0) + award.holds
    return units


def moved_to(plan: Plan, member: MemberState, place: int, wanted: Mapping[tuple[str, int], int]) -> MemberState:
    """The counters moved by what the order counts more or less than before; none falls below zero. Where it is not
    counted any more, since the member has another date of joining, nothing moves."""
    record = member.records[place]
    other = elsewhere(plan, member, record)
    wanted = {place: amount for place, amount in wanted.items() if place[0] not in other}
    counts = {(key, bucket): amount for key, bucket, amount in record.counts}
    counters = by_key(member.counters)
    for (key, bucket), amount in wanted.items():
        moved = amount - counts.get((key, bucket), 0)
        if moved:
            now = dict(counters.get(key, ())).get(bucket, 0)
            counters[key] = added(counters.get(key, ()), bucket, max(moved, -now), min(0, bucket))
        counts[key, bucket] = amount
    left = tuple((key, bucket, amount) for (key, bucket), amount in counts.items() if amount)
    records = (*member.records[:place], record._replace(counts=left), *member.records[place + 1 :])
    return member._replace(counters=in_order(counters), records=records)


def _unlinked(member: MemberState, place: int) -> MemberState:
    """An order of which nothing is kept is no order: the next one's previous order is the one before it."""
    record, later = member.records[place], member.records[place + 1 :]
    standing = [at for at, one in enumerate(later) if not one.whole]
    if standing:
        following = later[standing[0]]._replace(previous=record.previous)
        at = place + 1 + standing[0]
        member = member._replace(records=(*member.records[:at], following, *member.records[at + 1 :]))
    else:
        member = member._replace(last_order=record.previous)
    if record.previous is None:
        first = later[standing[0]].day if standing else None
        member = member._replace(first_order=first)
    return member
