"""Gifts of which the member chooses one, in the ledger model: what waits, until when, and what is given of it."""

from __future__ import annotations

from tests.models.ledger_awards import NOTHING, award, fit, read
from tests.models.ledger_budgets import lower
from tests.models.ledger_calendar import HOUR, NEVER, Length, later
from tests.models.ledger_programmes import Earn
from tests.models.ledger_state import Award, Event, RefusedError, State, Waiting


def until(state: State, within: Length, at: int) -> int:
    """Through the date so much later, or so many hours."""
    count, unit = within
    if not count:
        return NEVER
    if unit == "hours":
        return at + count * HOUR
    return state.zone.end(later(state.zone.day(at), within))


def offers(state: State, earn: Earn, at: int) -> bool:
    """All gifts of a rule wait; what comes late may be over by now."""
    if earn.within is None:
        return False
    end, gifts = until(state, earn.within, at), sorted((gift.purse, gift.units) for gift in earn.gifts)
    state.acted["gift to choose"] += 1
    if end > state.clock:
        state.waiting.append(Waiting(end, at, earn.name, tuple(gifts)))
        state.waiting.sort()
    return True


def lapse(state: State, at: int) -> None:
    if not state.waiting:
        return
    left = [one for one in state.waiting if one.until > at]
    state.acted["choice lapsed"] += len(state.waiting) - len(left)
    state.waiting = left


def chosen(state: State, event: Event) -> Award:
    """Of several that wait by one rule the one that ends first; its gift is an award of its own, of now."""
    found = next((one for one in state.waiting if one.rule == event.name), None)
    if found is None:
        raise RefusedError
    earn = state.programme.earn(event.name)
    gift = next(gift for gift in earn.gifts if gift.purse == event.purse)
    known = read(state, event.at)
    one = award(state, earn, gift, known, NOTHING)
    fit(state, known, [one])
    lower(state, [one], state.zone.day(event.at))
    if not one.gives:
        raise RefusedError
    state.waiting.remove(found)
    state.acted["choice made"] += 1
    return one
