"""Purses that post at the end of a period, in the ledger model: what rules gave in it is one sum each, which is capped,
rounded and given then; and what becomes of that when goods come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tests.models.ledger_awards import cap_key, caps_of, counts_asked, granted, life_of, trimmed
from tests.models.ledger_calendar import next_period
from tests.models.ledger_programmes import Earn
from tests.models.ledger_state import Award, Order, Posting, State, rounded, split


@dataclass(frozen=True)
class Asked:
    """What caps were asked and granted of a sum, in turn, and what is given of it."""

    units: int
    steps: list[list[int]]
    granted: int


def token(purse: str, start: int) -> str:
    """Whose the lots are that are posted at the end of a period."""
    return f"@posted {purse} {start}"


def asked_of(state: State, earn: Earn, purse: str, exact: Fraction, day: int, own: Callable[[str], int]) -> Asked:
    """Of a sum, on the last date of its period. `own`: what a cap counts of it already."""
    mode, _, _ = state.programme.purse(purse).round.partition(" per ")
    first = units = rounded(exact, mode)
    steps = []
    for cap in caps_of(earn, purse):
        if cap.window is None:  # of an order, which it has trimmed
            steps.append([0, 0])
            continue
        key = cap_key(earn, cap)
        left = granted(cap, state.net(key, cap.window, day) - own(key), units)
        steps.append([units, left])
        units = left
    return Asked(first, steps, units)


def counted(earn: Earn, purse: str, steps: list[list[int]]) -> dict[str, int]:
    """What the caps of a rule count of it."""
    pairs = zip(caps_of(earn, purse), steps, strict=True)
    return {cap_key(earn, cap): step[not counts_asked(cap.window)] for cap, step in pairs if cap.window}


def due(state: State, at: int) -> list[tuple[str, str, int]]:
    """The sums whose period ends at an instant, by purse and rule."""
    found, year = [], state.programme.year_starts
    for (rule, name, start), exact in state.sums.items():
        posts = state.programme.purse(name).posts
        if not posts or not exact or state.programme.earn(rule).round or (rule, name, start) in state.posted:
            continue
        if state.zone.start(next_period(start, posts, year)) == at:
            found.append((rule, name, start))
    return sorted(found, key=lambda one: (one[1], one[0]))


def sums_due(state: State, found: list[tuple[str, str, int]], at: int) -> list[Award]:
    """What is given of them: rounded, capped, and as far as the purse can hold it."""
    awards, day = [], state.zone.day(at - 1)
    for rule, name, start in found:
        earn = state.programme.earn(rule)
        asked = asked_of(state, earn, name, state.sums[rule, name, start], day, lambda _: 0)
        life = life_of(state, earn, name)
        awards.append(Award(rule, name, asked.units, asked.units, {}, asked.steps, asked.granted, life))
    for name in {one.purse for one in awards}:
        hold, mine = state.programme.purse(name).hold, [one for one in awards if one.purse == name]
        room = max(0, hold - state.purses[name].holds)
        if hold and sum(one.granted for one in mine) > room:
            for one, units in zip(mine, split(room, [Fraction(one.granted) for one in mine]), strict=True):
                one.granted = units
    return awards


def kept(state: State, found: list[tuple[str, str, int]], awards: list[Award], at: int) -> None:
    """What was posted is known as long as an order of its period may come back."""
    for (rule, name, start), one in zip(found, awards, strict=True):
        earn = state.programme.earn(rule)
        full = one.granted < (one.steps[-1][1] if any(cap.window for cap in caps_of(earn, name)) else one.asked)
        state.posted[rule, name, start] = Posting(one, state.decisions, at, full, counted(earn, name, one.steps))
        state.acted["sum posted"] += 1


# ---------- goods that come back


def lowers(
    state: State,
    order: Order,
    one: Award,
    wanted: Fraction,
    falls: Callable[[State, Order, Award, int], None],
    rises: Callable[[State, Order, Award, int], None],
) -> None:
    """The sum is lowered; where it was posted, what falls is taken from it, then from later ones of the rule."""
    earn, start = state.programme.earn(one.rule), state.begun(one.period, order.day)
    key, exact = (one.rule, one.purse, start), trimmed(earn, one.purse, wanted)
    before = state.sums[key]
    state.sums[key] += exact - one.exact
    one.exact = exact
    posting = state.posted.get(key)
    if posting is None or state.sums[key] == before:
        return
    state.acted["posted sum lowered"] += state.sums[key] < before
    day, uses = state.zone.day(posting.at - 1), posting.counts
    then, now = (
        asked_of(state, earn, one.purse, sum_, day, lambda cap: uses.get(cap, 0)) for sum_ in (before, state.sums[key])
    )
    least = min(posting.award.given, then.granted) if posting.full else then.granted
    less = min(posting.award.given, now.granted) if posting.full else now.granted
    posting.counts = counted(earn, one.purse, now.steps)
    for cap in {*uses, *posting.counts}:
        state.count(cap, posting.at - 1, posting.counts.get(cap, 0) - uses.get(cap, 0))
    fall = least - less
    if fall < 0:
        rises(state, holder(posting, token(one.purse, start)), posting.award, -fall)
    others = sorted((k for k in state.posted if k[:2] == key[:2] and k != key), reverse=True)
    for place in (key, *others):
        found = state.posted[place]
        units = min(max(0, fall), found.award.holds)
        fall -= units
        if units:
            falls(state, holder(found, token(place[1], place[2])), found.award, units)


def holder(posting: Posting, name: str) -> Order:
    """In the place of the order whose lots they would be; counted on the last date of the period."""
    found = object.__new__(Order)
    found.id, found.number, found.at = name, posting.number, posting.at - 1
    return found


def forgotten(state: State) -> None:
    """What was posted for a period of which no order may come back."""
    days = [order.day for order in state.orders.values()]
    over = []
    for place in state.posted:
        posts = state.programme.purse(place[1]).posts
        if all(state.begun(posts, day) != place[2] for day in days):
            over.append(place)
    for place in over:
        del state.posted[place], state.sums[place]
    known = {token(name, start) for _, name, start in state.posted}
    for lot in state.every_lot() if over else ():
        if lot.order.startswith("@posted") and lot.order not in known:
            lot.order = ""  # of no order of another member either


def posted_of_both(state: State, gone: State) -> None:
    """What was posted of two members is one, as if one of them had posted it: each sum, and the lots of the same end of
    a period."""
    numbers = {token(name, start): posting.number for (_, name, start), posting in state.posted.items()}
    for lot in gone.every_lot():
        if lot.order in numbers:
            lot.number = numbers[lot.order]
    for place, other in gone.posted.items():
        other.number = numbers.get(token(place[1], place[2]), other.number)
        mine = state.posted.setdefault(place, other)
        if mine is other:
            continue
        mine.full = mine.full or other.full
        mine.counts = {cap: mine.counts.get(cap, 0) + other.counts.get(cap, 0) for cap in {*mine.counts, *other.counts}}
        one, more = mine.award, other.award
        one.given, one.granted = one.given + more.given, one.granted + more.granted
        one.holds, one.gone = one.holds + more.holds, one.gone + more.gone
        one.spared, one.short = one.spared + more.spared, one.short + more.short
