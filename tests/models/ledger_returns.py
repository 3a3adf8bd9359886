"""Returns in the ledger model: what stands is a function of what is kept, asked again of the record."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

from tests.models.ledger_awards import (
    WHOLE,
    Basket,
    adds,
    applies,
    asked,
    cap_key,
    caps_of,
    come,
    completions,
    counts_asked,
    exactly,
    limit_key,
    ranks_of,
    trimmed,
)
from tests.models.ledger_challenges import done_key, taken, taken_key
from tests.models.ledger_lots import clean, put, spend
from tests.models.ledger_offers import come_back
from tests.models.ledger_postings import lowers
from tests.models.ledger_programmes import Earn
from tests.models.ledger_questions import Asked
from tests.models.ledger_redeem import kept_of, refunds
from tests.models.ledger_redeem import limit_key as redeem_limit
from tests.models.ledger_state import Award, Event, Line, Lot, Order, State, half_up, split
from tests.models.ledger_using import limit_key as reward_limit


def take_back(state: State, event: Event) -> None:
    order = state.orders[event.order]
    back = dict(event.back) if event.kind == "return" else dict(enumerate(order.kept))
    before, held = basket_of(order), list(order.kept)
    for place, units in back.items():
        order.kept[place] -= units
    come_back(state, order, held, cancelled=event.kind == "cancellation")
    refunds(state, order)
    after = basket_of(order)
    count(state, order, before, after)
    stays = completions_left(state, order, before, after)
    wanted = asks(state, order, after, stays)
    granted: dict[str, list[dict[str, int]]] = {}
    for one in order.awards:
        if one.accrues:
            lowers(state, order, one, Fraction(wanted[one.rule, one.purse]), takes, gives_one_again)
            continue
        found = lower(state, order, one, wanted[one.rule, one.purse])
        for units, by_rule in zip(found, granted.setdefault(one.purse, [{}, {}, {}]), strict=True):
            by_rule[one.rule] = units
    for purse in sorted(granted):
        whole, was, now = (fitted_in_turn(state, order, purse, units) for units in granted[purse])
        was, now = (held_by(whole, at_most(sum(whole.values()), units)) for units in (was, now))
        for one in order.awards:
            if one.purse == purse and not one.accrues:
                one.wanted = one.given - (whole[one.rule] - now[one.rule])
        settle(state, order, purse, {rule: was[rule] - now[rule] for rule in was})
    if event.kind == "cancellation":
        for name in order.limits:
            state.count(limit_key(state.programme.earn(name)), order.at, -order.completed.get(name, 1))
        order.limits = []
        for paid in order.payments:
            reward = state.programme.reward(paid.rule)
            rule = next((one for one in state.programme.redeems if one.name == paid.rule), None)
            if rule and rule.limit:
                state.count(redeem_limit(rule), order.at, -1)
            if reward and paid.counted:
                state.count(reward_limit(reward), order.at, -paid.counted)


def basket_of(order: Order) -> Basket:
    """The goods that are kept, each amount half up of amount x kept / bought."""
    lines, money = {}, {}
    for place, line in enumerate(order.lines):
        if order.kept[place]:
            lines[place] = Line(line.category, order.kept[place], line.amount)
            points = sum(paid.shares.get(place, 0) for paid in order.payments)
            money[place] = kept_of(order, place) - points
    return Basket(lines, money)


def count(state: State, order: Order, before: Basket, after: Basket) -> None:
    """Measures move on the date of the purchase."""
    for category in ("", *sorted({line.category for line in order.lines})):
        on = f" {category}" if category else ""
        for what, found in (("spend", _spend), ("items", _items), ("orders", _orders)):
            state.count(f"{what}{on}", order.at, found(after, category) - found(before, category))


def _of(basket: Basket, category: str) -> list[int]:
    return [place for place, line in basket.lines.items() if category in ("", line.category)]


def _spend(basket: Basket, category: str) -> int:
    return sum(basket.money[place] for place in _of(basket, category))


def _items(basket: Basket, category: str) -> int:
    return sum(basket.lines[place].quantity for place in _of(basket, category))


def _orders(basket: Basket, category: str) -> int:
    return int(bool(_of(basket, category)))


# ---------- what is asked now


def asks(state: State, order: Order, kept: Basket, stays: dict[str, int]) -> dict[tuple[str, str], int | Fraction]:
    """By rule and purse. Where nothing is kept nothing is asked; no purse is asked for more than the purchase did."""
    found: dict[tuple[str, str], int | Fraction] = {(one.rule, one.purse): 0 for one in order.awards}
    if not kept.lines:
        return found | of_challenges(state, order, stays)
    replays = state.programme.returns is not None and state.programme.returns[0] == "replay"
    for one in order.awards:
        if one.rule in order.completed:
            continue
        again = replayed(state, order, one, kept) if replays else in_proportion(order, one, kept)
        found[one.rule, one.purse] = again
    for purse in sorted({one.purse for one in order.awards}):
        mine = [one for one in order.awards if one.purse == purse and one.rule not in order.completed]
        mine.sort(key=lambda one: one.rule)
        most, wanted = sum(one.bought for one in mine), [found[one.rule, purse] for one in mine]
        if sum(wanted) > most:
            scale = lcm(Fraction(most).denominator, *(Fraction(units).denominator for units in wanted))
            for one, units in zip(mine, split(int(most * scale), [Fraction(units) for units in wanted]), strict=True):
                found[one.rule, purse] = Fraction(units, scale) if one.period else units // scale
    return found | of_challenges(state, order, stays)


def of_challenges(state: State, order: Order, stays: dict[str, int]) -> dict[tuple[str, str], int | Fraction]:
    """For each completion that stays the same."""
    found: dict[tuple[str, str], int | Fraction] = {}
    for one in order.awards:
        if one.rule in order.completed:
            gift = next(gift for gift in state.programme.earn(one.rule).gifts if gift.purse == one.purse)
            found[one.rule, one.purse] = gift.units * stays[one.rule]
    return found


def completions_left(state: State, order: Order, before: Basket, after: Basket) -> dict[str, int]:
    """How often each challenge stays completed by the order, counted on its date. One that is taken back is asked again
    of the goods that are kept, with what was known then."""
    now = {}
    for name, first in order.completed.items():
        earn = state.programme.earn(name)
        if earn.goal is None or earn.goal.keeps:
            now[name] = first
            continue
        (was, had), (now[name], has) = (completed_by(state, order, earn, kept) for kept in (before, after))
        state.count(done_key(name), order.at, now[name] - was)
        for test in earn.goal.tests:
            state.count(taken_key(name, test), order.at, has[test] - had[test])
        state.acted["completion taken back"] += now[name] < was
    return now


def completed_by(state: State, order: Order, earn: Earn, kept: Basket) -> tuple[int, dict[Asked, int]]:
    """How often goods complete a challenge, and what that takes."""
    times = completions(earn, order.known, kept, ranks_of(state, order.known, kept)) if kept.lines else 0
    times = max(0, min(times, order.completed[earn.name]))
    return times, taken(earn.goal, come(earn, order.known, kept), times) if earn.goal else {}


def replayed(state: State, order: Order, one: Award, kept: Basket) -> int | Fraction:
    earn = state.programme.earn(one.rule)
    if not applies(earn, order.known, kept, ranks_of(state, order.known, kept)):
        return 0
    gift = next(gift for gift in earn.gifts if gift.purse == one.purse)
    return exactly(state, earn, gift, kept) if one.period else sum(asked(state, earn, gift, kept).values())


def in_proportion(order: Order, one: Award, kept: Basket) -> int:
    units = 0
    for place, carried in one.lines.items():
        whole = place == WHOLE
        part, of = goods(order, kept) if whole else (order.kept[place], order.lines[place].quantity)
        units += half_up(Fraction(carried * part, of))
    return units


def goods(order: Order, kept: Basket) -> tuple[int, int]:
    """What the goods cost that are kept, and all of them; by whatever means it was paid."""
    return sum(kept_of(order, place) for place in kept.lines), sum(line.amount for line in order.lines)


def at_most(most: int, units: dict[str, int]) -> dict[str, int]:
    """Goods that are kept are granted no more than all goods are."""
    rules = sorted(units)
    if sum(units.values()) <= most:
        return units
    return dict(zip(rules, split(most, [Fraction(units[rule]) for rule in rules]), strict=True))


def held_by(whole: dict[str, int], kept: dict[str, int]) -> dict[str, int]:
    """By which rules it is held: what one is granted above what it was, the others hold for it, in their order."""
    held = {rule: min(units, whole[rule]) for rule, units in kept.items()}
    more = sum(kept.values()) - sum(held.values())
    for rule in sorted(held):
        room = min(more, whole[rule] - held[rule])
        held[rule] += room
        more -= room
    return held


def fell(state: State, order: Order, one: Award, wanted: Fraction) -> tuple[int, int, int]:
    """What an order adds to the rounded sum of its period, as the last of it: all goods, until now, and now."""
    earn, key = state.programme.earn(one.rule), (one.rule, one.purse, state.begun(one.period, order.day))
    others, exact = state.sums[key] - one.exact, trimmed(earn, one.purse, wanted)
    whole = trimmed(earn, one.purse, Fraction(one.bought))
    all_of_it, was, now = (adds(state, earn, one.purse, others, amount) for amount in (whole, one.exact, exact))
    state.sums[key], one.exact = others + exact, exact
    state.acted["sum of a period lowered"] += was != now
    return all_of_it, was, now


def lower(state: State, order: Order, one: Award, wanted: int | Fraction) -> tuple[int, int, int]:
    """What the caps grant, in turn, of what all goods asked, of what was asked until now and of what is asked now:
    those over calendar periods as if the order were the last of its period, those over rolling dates as they stood
    then."""
    whole, was, now = (int(one.bought), one.asked, int(wanted))
    if one.period:
        whole, was, now = fell(state, order, one, Fraction(wanted))
    one.asked = now
    earn = state.programme.earn(one.rule)
    for cap, step in zip(caps_of(earn, one.purse), one.steps, strict=True):
        if cap.window is None and one.period:
            continue
        if cap.window is None:
            whole, was, now = (min(cap.units, units) for units in (whole, was, now))
        elif counts_asked(cap.window):
            key = cap_key(earn, cap)
            # Of a sum it asks now what it adds to it, whatever it added when it came.
            others = state.whole(key, cap.window, order.day) - (was if one.period else step[0])
            state.count(key, order.at, now - was)
            step[0] += now - was
            whole, was, now = (min(cap.units, others + units) - min(cap.units, others) for units in (whole, was, now))
        else:
            key = cap_key(earn, cap)
            room = max(0, cap.units - order.known.rooms[key])
            whole, was, now = (min(units, room) for units in (whole, was, now))
            state.count(key, order.at, now - was)
    return whole, was, now


def fitted(state: State, order: Order, purse: str, units: dict[str, int], before: int = 0) -> dict[str, int]:
    """The maximum of the purse is tested on what the purse held then, and what the order had given already."""
    hold = state.programme.purse(purse).hold
    room = max(0, hold - order.known.held[purse] - before)
    if not hold or sum(units.values()) <= room:
        return units
    rules = sorted(units)
    return dict(zip(rules, split(room, [Fraction(units[rule]) for rule in rules]), strict=True))


def fitted_in_turn(state: State, order: Order, purse: str, units: dict[str, int]) -> dict[str, int]:
    """Challenges come after what rules give by themselves."""
    plain = fitted(state, order, purse, {name: n for name, n in units.items() if name not in order.completed})
    own = {name: n for name, n in units.items() if name in order.completed}
    return plain | fitted(state, order, purse, own, sum(plain.values()))


# ---------- units


def settle(state: State, order: Order, purse: str, falls: dict[str, int]) -> None:
    """What the rules of a purse fall or rise together."""
    total = sum(falls.values())
    if total > 0:
        falling = sorted(rule for rule in falls if falls[rule] > 0)
        for rule, units in zip(falling, split(total, [Fraction(falls[rule]) for rule in falling]), strict=True):
            falls_by(state, order, rule, purse, units)
    elif total < 0:
        gives_again(state, order, purse, -total)


def falls_by(state: State, order: Order, rule: str, purse: str, units: int) -> None:
    """First from what the order holds, of this rule and then of others, before all what a rule holds above what the
    kept goods are granted by it; then from the orders of the period that a cap or a sum of a rule of the order binds,
    the latest first; what only orders held that may no longer come back is taken as far as it is there."""
    mine = sorted((one for one in order.awards if one.purse == purse), key=lambda one: (one.rule != rule, one.rule))
    for one in mine:
        taken = min(units, one.holds, max(0, one.holds - one.wanted))
        if taken:
            units -= taken
            takes(state, order, one, taken)
    for holder, one in holding(state, order, rule, purse):
        taken = min(units, one.holds)
        if taken:
            units -= taken
            takes(state, holder, one, taken)
    there = elsewhere(state, purse, units)
    spend(state, purse, there, state.programme.purse(purse).take)
    state.count(f"earned {purse}", order.at, -units)


def holding(state: State, order: Order, rule: str, purse: str) -> Iterator[tuple[Order, Award]]:
    mine = [one for one in order.awards if one.purse == purse]
    yield from ((order, one) for one in sorted(mine, key=lambda one: (one.rule != rule, one.rule)))
    bound = {one.rule: binding(state, one) for one in mine if one.rule == rule or one.bought}
    for other in sorted(state.orders.values(), key=lambda found: (found.at, found.number), reverse=True):
        for one in sorted(other.awards, key=lambda one: one.rule) if other is not order else ():
            periods = bound.get(one.rule, []) if one.purse == purse else []
            if any(state.begun(period, other.day) == state.begun(period, order.day) for period in periods):
                yield other, one


def binding(state: State, one: Award) -> list[str]:
    """The periods over which what a rule gives for one order binds what it gives for others; "" for ever."""
    found = [cap.window for cap in caps_of(state.programme.earn(one.rule), one.purse)]
    periods = [window.period for window in found if window and counts_asked(window)]
    return [*periods, one.period] if one.period else periods


def takes(state: State, order: Order, one: Award, units: int) -> None:
    """From the lots of the order; what expired of them is not taken again; then from what else is usable."""
    one.holds -= units
    state.count(f"earned {one.purse}", order.at, -units)
    held = state.purses[one.purse]
    for lot in held.lots:
        if lot.order == order.id and lot.number == order.number:
            there = min(units, lot.parts.get(one.rule, 0))
            units -= there
            lot.parts = {name: left for name, n in lot.parts.items() if (left := n - there * (name == one.rule))}
    clean(held)
    expired = min(units, one.gone - one.spared)
    one.spared += expired
    units -= expired
    purse = state.programme.purse(one.purse)
    there = elsewhere(state, one.purse, units)
    spend(state, one.purse, there, purse.take)
    if purse.negative:
        held.debt += units - there
    else:
        one.short += units - there


def elsewhere(state: State, name: str, units: int) -> int:
    """How much of what is gone is taken from what else can be used."""
    if state.programme.purse(name).stands:
        return 0
    return min(units, sum(lot.left for lot in state.purses[name].lots if state.is_usable(lot)))


def gives_again(state: State, order: Order, purse: str, units: int) -> None:
    """First what could not be taken; the rest with its old life."""
    mine = sorted((one for one in order.awards if one.purse == purse), key=lambda one: one.rule)
    for turn, one in ((turn, one) for turn in (0, 1) for one in mine):
        room = one.given - one.holds
        back = min(units, room if turn else min(room, max(0, one.wanted - one.holds)))
        units -= back
        gives_one_again(state, order, one, back)


def gives_one_again(state: State, order: Order, one: Award, units: int) -> None:
    """So many of what a rule gave."""
    back, purse = min(units, one.given - one.holds), one.purse
    if back:
        one.holds += back
        state.count(f"earned {purse}", order.at, back)
        short = min(back, one.short)
        one.short -= short
        over = one.last is not None and state.zone.end(one.last) <= state.clock
        expired = back - short if over else min(back - short, one.spared)
        one.spared = max(0, one.spared - expired)
        if back > short + expired:
            parts = {one.rule: back - short - expired}
            put(state, purse, Lot(order.number, order.at, one.usable, one.last, one.latest, parts, one.life, order.id))
