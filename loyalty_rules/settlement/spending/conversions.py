"""Conversions: at the end or the start of a period, at once, or when the member asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from loyalty_rules.amounts import round_exact
from loyalty_rules.decision import PointsConverted, PointsTaken
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.funding import funders_of, paid
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import minor
from loyalty_rules.engine.tickets import closed_draw
from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.events import Choice
from loyalty_rules.lang.checked import Conversion, Give, Occurs, StepKind
from loyalty_rules.ledger import lots
from loyalty_rules.ledger.taking import parts_of
from loyalty_rules.member import NEVER, Lot, MemberState, Purse
from loyalty_rules.settlement.giving.posting import put
from loyalty_rules.settlement.knowing import joined_lots, view_at
from loyalty_rules.settlement.membership.years import next_turn
from loyalty_rules.settlement.optingin import opted
from loyalty_rules.settlement.recording import current
from loyalty_rules.settlement.sharing import Effects
from loyalty_rules.settlement.spending import spendable
from loyalty_rules.settlement.spending.buying import bought
from loyalty_rules.settlement.spending.spent import converted, room_in, used_up
from loyalty_rules.settlement.timing.inforce import between, timeline_of
from loyalty_rules.settlement.timing.lives import life
from loyalty_rules.settlement.timing.scheduled import next_known

# ---------- when


def next_timed(plan: Plan, member: MemberState) -> int:
    """The next instant after the member's clock at which a conversion can take something."""
    held = {purse.name: purse for purse in member.purses}
    due = NEVER
    for conversion in plan.having.converting:
        if may_take(conversion, held):
            due = min(due, _next(plan, member, conversion, member.clock))
    return due


def _next(plan: Plan, member: MemberState, conversion: Conversion, after: int) -> int:
    """The next instant later than `after` at which a conversion is made by time; NEVER for another one."""
    timing = conversion.timing
    if timing.of:
        return next_turn(plan, member, timing, after)
    return next_known(plan, member, timeline_of(plan, member, conversion.zone), timing, after)


def may_take(conversion: Conversion, held: dict[str, Purse]) -> bool:
    """Whether the member holds enough, usable or not: with less nothing can happen before more is given."""
    if conversion.all_of:
        return conversion.all_of in held and bool(held[conversion.all_of].lots)
    return all(purse in held and lots.total(held[purse]) >= units for purse, units in conversion.uses)


# ---------- at one instant


def at_end(plan: Plan, member: MemberState, at: int, effects: Effects) -> MemberState:
    """Conversions at the end of a period: on the dates before it, with what expires at that very instant."""
    return _timed(plan, member, at, (Occurs.AT_END, Occurs.JOINED_YEAR, Occurs.YEAR_END), effects)


def at_start(plan: Plan, member: MemberState, at: int, effects: Effects) -> MemberState:
    """Conversions at the start of a period."""
    return _timed(plan, member, at, (Occurs.AT_START, Occurs.YEAR_START), effects)


def _timed(plan: Plan, member: MemberState, at: int, occurs: tuple[Occurs, ...], effects: Effects) -> MemberState:
    due = (one for one in _by_name(plan, occurs) if _next(plan, member, one, at - 1) == at)
    return due_now(plan, member, due, at, at - 1 if Occurs.AT_END in occurs else at, effects)


def due_now(
    plan: Plan, member: MemberState, due: Iterable[Conversion], at: int, seen: int, effects: Effects
) -> MemberState:
    """Conversions that are due at an instant, by name, on the date of `seen`. All of them read the balances before any
    of them; no two take the same units."""
    before = member
    for conversion in due:
        if _may(plan, before, conversion, seen):
            member = _convert(plan, before, member, conversion, at, None, effects, seen=seen)
    return member


def at_once(plan: Plan, member: MemberState, at: int, effects: Effects, *, number: int = 0) -> MemberState:
    """Conversions that happen as soon as there is enough; one that takes what another gives comes after it. `number`:
    of the decision that they belong to, 0 in the clock."""
    if plan.conversions_at_once:
        member = current(plan, member, at)
    for name in plan.conversions_at_once:
        conversion = plan.checked.conversions[name]
        months = any(plan.checked.purses[purse].months_apart for purse in conversion.purses)
        while _may(plan, member, conversion, at):
            before = member
            member = _convert(plan, before, before, conversion, at, None, effects, number=number)
            if member is before or not months:  # one conversion takes of one calendar month: the next one follows
                break
    return member


def requested(plan: Plan, member: MemberState, choice: Choice, effects: Effects) -> MemberState:
    """What the member asks for, whole or not at all. Raises `InputError` (`choice.unknown`, `choice.amount`,
    `redeem.price`) and `DecisionError` (`choice.refused`)."""
    if choice.rule in plan.opt_ins:
        return opted(plan, member, choice, effects)
    if choice.rule in plan.checked.rewards:
        return bought(plan, member, choice, effects)
    conversion = plan.checked.conversions.get(choice.rule)
    if conversion is None or conversion.timing.occurs is not Occurs.ON_REQUEST:
        raise InputError("choice.unknown", f"no conversion `{shown(choice.rule)}` is made on request", "rule")
    asked = None if choice.amount is None else _asked(plan, conversion, choice.amount)
    if not _may(plan, member, conversion, choice.at):
        raise DecisionError("choice.refused", f"`{conversion.name}` is not for this member, or not in force")
    changed = _convert(plan, member, member, conversion, choice.at, asked, effects, number=member.decisions + 1)
    if changed is member:
        raise DecisionError("choice.refused", f"there is not enough for `{conversion.name}`")
    return changed


def _asked(plan: Plan, conversion: Conversion, amount: int) -> int:
    if len(conversion.purses) > 1:
        raise InputError("choice.amount", "a conversion of several purses is made as often as it fits", "amount")
    return minor(amount, plan.checked.purses[conversion.purses[0]].decimals, "amount")


def _by_name(plan: Plan, occurs: tuple[Occurs, ...]) -> Iterator[Conversion]:
    found = plan.checked.conversions
    return (found[name] for name in sorted(found) if found[name].timing.occurs in occurs)


def _may(plan: Plan, member: MemberState, conversion: Conversion, at: int) -> bool:
    """Whether a conversion is in force and for this member."""
    for dates in (plan.checked.redeeming, conversion.dates):
        start, end = between(dates, timeline_of(plan, member, conversion.zone))
        if (start is not None and at < start) or (end is not None and at >= end):
            return False
    if any(closed_draw(plan, give.purse, at) for give in conversion.gives):
        return False
    return not conversion.audience or view_at(plan, member, at).all_hold(conversion.audience)


# ---------- what


def _convert(
    plan: Plan,
    before: MemberState,
    member: MemberState,
    conversion: Conversion,
    at: int,
    asked: int | None,
    effects: Effects,
    *,
    seen: int | None = None,
    number: int = 0,
) -> MemberState:
    """Takes what fits of the balances of `before` and gives what it is worth; the same member where nothing fits. Caps
    and limits count it on the date of `seen`, else of `at`."""
    bounded = bool(conversion.caps or conversion.limits)
    view = view_at(plan, member, at if seen is None else seen) if bounded or effects.budgets is not None else None
    if bounded and view is not None and used_up(view, conversion):
        return member
    mine = (purse for purse in before.purses if purse.name in conversion.purses)
    usable = {purse.name: spendable.most(plan, purse, at).units for purse in mine}
    draw = None if view is None else effects.draw(plan, view)
    room = {} if view is None else room_in(view, conversion)
    times, taken = _within_budgets(plan, conversion, usable, asked, room, draw)
    if not taken:
        if draw is not None and conversion.timing.occurs is not Occurs.AT_ONCE:
            draw.book(effects)  # what waits for room tells nothing until it gives
        return member
    given = {}
    purses = {purse.name: purse for purse in member.purses}
    for name, units in taken:
        purses[name], debits = spendable.spend(plan, purses[name], units, at)
        effects.append(PointsTaken(conversion.name, name, units, at, debits))
    for give in conversion.gives:
        units = int(give.value) * times if give.step is None else _worth(plan, give, taken[0][1])
        given[give.purse] = _give(
            plan, purses, member, conversion, give.purse, units, at, effects, number or member.decisions
        )
    if draw is not None:
        draw.give(conversion.name, given)
        draw.book(effects)
    member = member._replace(purses=tuple(purses[name] for name in sorted(purses)))
    return member if view is None else converted(member, view, conversion, given)


def _within_budgets(
    plan: Plan,
    conversion: Conversion,
    usable: dict[str, int],
    asked: int | None,
    caps: dict[str, int],
    draw: Draw | None,
) -> tuple[int, list[tuple[str, int]]]:
    """What `_taken` says, as far as budgets have enough left."""

    def in_caps(given: Mapping[str, int]) -> bool:
        return all(given.get(purse, 0) <= room for purse, room in caps.items())

    times, taken = _taken(plan, conversion, usable, asked, in_caps)
    if draw is None or not taken:
        return times, taken
    name, wanted = conversion.name, _given(plan, conversion, times, taken[0][1])
    draw.asked_for(name, wanted)
    if not draw.fits(name, wanted, whole=True):
        return 0, []
    if draw.fits(name, wanted, whole=False):
        return times, taken
    return _taken(plan, conversion, usable, asked, lambda given: in_caps(given) and draw.fits(name, given, whole=False))


def _given(plan: Plan, conversion: Conversion, times: int, taken: int) -> dict[str, int]:
    """What a conversion gives, purse by purse, for so many recipes or so many units."""
    return {
        give.purse: int(give.value) * times if give.step is None else _worth(plan, give, taken)
        for give in conversion.gives
    }


#: Whether so much may be given, purse by purse.
_Fits: TypeAlias = Callable[[Mapping[str, int]], bool]


def _taken(
    plan: Plan, conversion: Conversion, usable: dict[str, int], asked: int | None, fits: _Fits
) -> tuple[int, list[tuple[str, int]]]:
    """How often the recipe fits, and what is taken of each purse; nothing below the minimum, or where less is held
    than is asked for, or all of it may not be given."""
    if asked is not None and asked > usable.get(conversion.purses[0], 0):
        return 0, []
    if conversion.all_of:
        held = usable.get(conversion.all_of, 0) if asked is None else asked
        most = _fitting(plan, conversion, held, fits)
        units = _whole_steps(conversion.gives, most)
        taken, times, cut = [(conversion.all_of, units)], 1, most < held
    else:
        room = dict(usable) if asked is None else {conversion.purses[0]: asked}
        most = min(room.get(purse, 0) // units for purse, units in conversion.uses)
        times = max(0, _last(most, lambda number: fits(_given(plan, conversion, number, 0))))
        taken, cut = [(purse, times * units) for purse, units in conversion.uses], times < most
    if asked is not None and cut:
        return 0, []
    minimum = conversion.minimum or ("", 0)
    if not all(units for _, units in taken) or dict(taken).get(minimum[0], 0) < minimum[1]:
        return 0, []
    return times, taken


def _fitting(plan: Plan, conversion: Conversion, held: int, fits: _Fits) -> int:
    """The most of what is held of which all that it is worth may be given; of that, where it is not all, no unit that
    adds nothing."""
    most = _last(held, lambda units: fits(_given(plan, conversion, 1, units)))
    if most == held:
        return held
    worth = _given(plan, conversion, 1, most)
    less = _last(most, lambda units: _given(plan, conversion, 1, units) != worth)
    return less + 1 if any(worth.values()) else 0


def _last(high: int, holds: Callable[[int], bool]) -> int:
    """The last number up to `high` of which something holds that holds of all before it; -1 for none."""
    if high < 0 or holds(high):  # mostly nothing stands against it
        return max(high, -1)
    low = -1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return high


def _whole_steps(gives: Iterable[Give], held: int) -> int:
    """What is taken of a purse of which everything is: where all gifts count whole steps, what makes no step stays."""
    sizes = [give.step.size for give in gives if give.step is not None and give.step.how is StepKind.FULL]
    whole = bool(sizes) and all(give.step is not None and give.step.how is StepKind.FULL for give in gives)
    return max(held // size * size for size in sizes) if whole else held


def _worth(plan: Plan, give: Give, units: int) -> int:
    """What a rate makes of the units that were taken, rounded as the purse it goes to rounds."""
    if give.step is None:
        return 0
    steps = Fraction(units, give.step.size)
    if give.step.how is StepKind.FULL:
        steps = Fraction(units // give.step.size)
    return round_exact(give.value * steps, plan.checked.purses[give.purse].rounding.mode)


def _give(
    plan: Plan,
    purses: dict[str, Purse],
    member: MemberState,
    conversion: Conversion,
    into: str,
    units: int,
    at: int,
    effects: Effects,
    number: int,
) -> int:
    """Units that came of a conversion, as far as their purse may hold them; how many that were."""
    purse = purses.get(into, Purse(into, ()))
    most = plan.checked.purses[into].hold_at_most
    granted = units if most is None else max(0, min(units, most - lots.held(purse)))
    lived = life(plan, purse, conversion, at)
    funding = paid(granted, funders_of(plan, conversion.funders, into))
    life_told = (lived.usable, lived.expires)
    effects.append(PointsConverted(conversion.name, into, units, granted, at, *life_told, funding=funding))
    if plan.checked.purses[into].kept_by:
        return granted  # the effect tells the partner, who holds it
    parts = parts_of(conversion.name, granted, funding)
    lot = Lot(number, at, lived.usable, lived.expires, granted, parts, lived.idle, lived.latest)
    purses[into] = joined_lots(plan, put(purse, lot, at, effects), at, member)
    return granted
