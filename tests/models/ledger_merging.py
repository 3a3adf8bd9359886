"""Merges in the ledger model: a member has what both had, as if it had always been so. The other member is made for the
event, by a short history of its own.
"""

from __future__ import annotations

from tests.models.ledger_calendar import NEVER
from tests.models.ledger_lots import insert, pay_debt
from tests.models.ledger_memberships import Running, running
from tests.models.ledger_postings import posted_of_both
from tests.models.ledger_state import RefusedError, State


def absorbs(state: State, gone: State) -> None:
    """All that the other member has; decisions of that one come behind the own ones."""
    mine, their = ({one for held in found.purses.values() for one in held.aside} for found in (state, gone))
    if mine & their or state.orders.keys() & gone.orders.keys():
        raise RefusedError
    for lot in gone.every_lot():
        lot.number += state.decisions
    for order in gone.orders.values():
        order.number += state.decisions
    for posting in gone.posted.values():
        posting.number += state.decisions
    posted_of_both(state, gone)
    for name, theirs in gone.purses.items():
        held = state.purses[name]
        for lot in theirs.lots:
            insert(state, held, lot)
        held.debt += theirs.debt
        days = [day for day in (held.active, theirs.active) if day is not None]
        held.active = max(days) if days else None
        both = sorted((*held.aside.values(), *theirs.aside.values()), key=lambda one: (one.at, one.id))
        held.aside = {one.id: one for one in both}
    for key, entries in gone.entries.items():
        state.entries.setdefault(key, []).extend(entries)
    for place, exact in gone.sums.items():
        state.sums[place] += exact
    state.orders |= gone.orders
    state.joined = min((one for one in (state.joined, gone.joined) if one is not None), default=None)
    for name, other in gone.standings.items():
        own = state.standings[name]
        took, floors = own.taken + other.taken, [*own.floors, *other.floors]
        to_come = sorted([*own.scheduled, *other.scheduled], key=lambda one: (one[0], -one[1]))
        if gone.held_rank(name) > state.held_rank(name):
            state.standings[name], state.levels[name] = other, gone.levels[name]
        higher = state.standings[name]
        higher.taken, higher.floors, higher.scheduled = took, [], []
        for until, rank in sorted(floors, reverse=True):
            if all(rank > kept for _, kept in higher.floors):
                higher.floors.insert(0, (until, rank))
        for at, rank in to_come:
            if rank > max([higher.rank, *(found for _, found in higher.scheduled)]):
                higher.scheduled.append((at, rank))
    of_memberships(state, gone)
    state.waiting = sorted([*state.waiting, *gone.waiting])
    state.decisions += gone.decisions
    state.seen = gone.seen | state.seen
    for name in state.purses:
        pay_debt(state, name)


def of_memberships(state: State, gone: State) -> None:
    """The one that runs, or was paid for longer; a trial is had if either had it."""
    for membership in state.programme.memberships:
        mine, theirs = running(state, membership.name), running(gone, membership.name)
        if mine is None or theirs is None:
            found = mine or theirs
        else:
            found = theirs if longer(theirs) > longer(mine) else mine
            trials = [one.trial for one in (mine, theirs) if one.trial is not None]
            found.trial = max(trials) if trials and found.trial is None else found.trial
        if found is not None:
            state.memberships[membership.name] = found


def longer(one: Running) -> tuple[bool, int]:
    return not one.ended, NEVER if one.due is None else one.due
