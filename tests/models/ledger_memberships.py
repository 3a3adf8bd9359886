"""Memberships of the ledger model: as plain values with their text, and what members and dates do to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.models.ledger_calendar import Length, later
from tests.models.ledger_lives import length, roubles
from tests.models.ledger_questions import block
from tests.models.ledger_state import RefusedError, State, Subscribed, half_up

if TYPE_CHECKING:
    from tests.models.ledger_programmes import Programme

NONE: Length = (0, "days")


@dataclass(frozen=True)
class Membership:
    """`fee` kopecks `every` so long; a `trial` before it, a `grace` behind a fee that is due. `refunds`: who leaves
    gets the time back that is not used."""

    name: str
    fee: int = 0
    every: Length = NONE
    trial: Length = NONE
    grace: Length = NONE
    refunds: bool = False

    def text(self, programme: Programme) -> str:
        lines = [f"costs {roubles(self.fee)} every {length(self.every)}"] if self.fee else []
        lines += [f"trial {length(self.trial)}"] if self.trial[0] else []
        lines += [f"grace {length(self.grace)}"] if self.grace[0] else []
        lines.append(f"leaving refunds {'unused time' if self.refunds else 'nothing'}")
        return block(f"membership {self.name}", lines)


@dataclass(frozen=True)
class Fee:
    """Paid for the dates from `first`, before `end`."""

    first: int
    end: int
    amount: int


@dataclass
class Running(Subscribed):
    """`due`: when the next fee is due, or the trial is over; `number` of the day of the month on which fees are due;
    `lapses`: the date with which it is over, where a fee is due."""

    due: int | None = None
    number: int = 1
    fees: list[Fee] = field(default_factory=list)
    trial: int | None = None  # when the trial is over, or was
    lapses: int | None = None
    rests: int | None = None  # since this date
    leaves: bool = False
    ended: bool = False


def running(state: State, name: str) -> Running | None:
    found = state.memberships.get(name)
    return found if isinstance(found, Running) else None


def same_day(day: int, every: Length, number: int) -> int:
    """So much later, on this day of the month or the last one of a shorter month."""
    if every[1] in ("days", "weeks"):
        return later(day, every)
    first = later(date.fromordinal(day).replace(day=1).toordinal(), every)
    last = later(first, (1, "months")) - 1
    return min(first + number - 1, last)


def number_of(day: int) -> int:
    return date.fromordinal(day).day


# ---------- what members do


def step(state: State, membership: Membership, what: str, at: int) -> int:
    """A step of a member; what is refunded."""
    one, today = running(state, membership.name), state.zone.day(at)
    if what == "subscribe":
        if one is not None and not one.ended:
            raise RefusedError
        state.memberships[membership.name] = begins(membership, one, today, at)
        state.acted["membership begins on trial" if one is None and membership.trial[0] else "membership begins"] += 1
        return 0
    if one is None or one.ended:
        raise RefusedError
    state.acted[f"membership {what}"] += 1
    match what:
        case "renew":
            renews(membership, one, today)
        case "pause":
            if one.rests is not None or one.lapses is not None:
                raise RefusedError
            one.rests = today
            one.counts.append((at, False))
        case "resume":
            goes_on(one, today)
            one.counts.append((at, True))
        case _:
            return leaves(membership, one, today, at)
    return 0


def begins(membership: Membership, before: Running | None, today: int, at: int) -> Running:
    """A trial is had once; without it the first fee is paid."""
    counts = [*(before.counts if before else []), (at, True)]
    had = before.trial if before else None
    if membership.trial[0] and had is None:
        due = later(today, membership.trial)
        by_months = membership.trial[1] in ("months", "years")
        return Running(counts, due, number_of(today if by_months else due), trial=due)
    if membership.trial[0] and not membership.fee:
        raise RefusedError
    found = Running(counts, None, number_of(today), trial=had)
    if membership.fee:
        found.due = same_day(today, membership.every, found.number)
        found.fees = [Fee(today, found.due, membership.fee)]
    return found


def renews(membership: Membership, one: Running, today: int) -> None:
    """The next period is paid: ahead, or from the day on which it was due."""
    if not membership.fee or one.due is None or one.rests is not None:
        raise RefusedError
    first, one.due = one.due, same_day(one.due, membership.every, one.number)
    one.fees = [*(fee for fee in one.fees if fee.end > today), Fee(first, one.due, membership.fee)]
    one.lapses, one.leaves = None, False


def goes_on(one: Running, today: int) -> None:
    """All that was to come comes so many dates later as it rested."""
    if one.rests is None:
        raise RefusedError
    since, by = one.rests, today - one.rests
    one.rests = None
    one.fees = [Fee(fee.first + by, fee.end + by, fee.amount) for fee in one.fees if fee.end > since]
    if one.due is not None and by:
        one.due += by
        one.number = number_of(one.due)
    if one.trial is not None and one.trial > since:
        one.trial += by


def leaves(membership: Membership, one: Running, today: int, at: int) -> int:
    """At once, or where nothing is refunded at the end of what was paid; what rests is over at once."""
    if one.leaves:
        raise RefusedError
    if not membership.refunds and one.due is not None and one.lapses is None and one.rests is None:
        one.leaves = True
        return 0
    today = today if one.rests is None else one.rests
    refund = 0
    for fee in one.fees if membership.refunds else ():
        left = max(0, fee.end - max(fee.first, today + 1))
        refund += half_up(Fraction(fee.amount * left, fee.end - fee.first))
    over(one, state_day=today, at=at)
    return refund


def over(one: Running, state_day: int, at: int) -> None:
    """What stays is whether there was a trial."""
    if one.counts[-1][1]:
        one.counts.append((at, False))
    trial = None if one.trial is None else min(one.trial, state_day)
    vars(one).update(vars(Running(one.counts, trial=trial, ended=True)))


# ---------- what dates do


def dated(state: State, at: int, day: int) -> None:
    """A date begins: fees fall due, and what was not paid is over."""
    for membership in state.programme.memberships:
        one = running(state, membership.name)
        if one is None or one.ended or one.rests is not None:
            continue
        if one.lapses is not None and day >= one.lapses:
            state.acted["membership lapses"] += 1
            over(one, day, at)
        elif one.lapses is None and one.due is not None and day >= one.due:
            if one.leaves or not membership.fee:
                over(one, day, at)
                continue
            one.lapses = later(one.due, membership.grace) if membership.grace[0] else one.due + 1
            one.fees = [fee for fee in one.fees if fee.end > day]


def dates(state: State) -> list[int]:
    """The dates with which something may become of memberships."""
    found = [one for one in state.memberships.values() if isinstance(one, Running)]
    return [day for one in found for day in (one.due, one.lapses) if day is not None]
