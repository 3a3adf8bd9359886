"""Lots of a purse: posting, becoming usable, expiring. Every function returns a new purse.

A lot's life is half-open: usable from `usable`, gone at `expires`. Lots are kept in spending order, oldest first.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from loyalty_rules.amounts import check_magnitude
from loyalty_rules.member import NEVER, Lot, Purse


class Balance(NamedTuple):
    """Units of a purse at an instant, in its smallest unit."""

    usable: int
    pending: int


class Ended(NamedTuple):
    """What expired of a purse at one instant."""

    units: int
    parts: tuple[tuple[str, int], ...]  # by rule


def balance(purse: Purse, at: int) -> Balance:
    """What can be used at an instant, less the debt, and what will be usable later. Lots that are gone count for
    neither."""
    usable = pending = 0
    for lot in purse.lots:
        if lot.expires <= at:
            continue
        if lot.usable <= at:
            usable += lot.left
        else:
            pending += lot.left
    return Balance(usable - purse.debt, pending)


def total(purse: Purse) -> int:
    """All units that are held, usable or not."""
    return sum(lot.left for lot in purse.lots)


def post(purse: Purse, lot: Lot) -> Purse:
    """Adds a lot in spending order. Raises `DecisionError` (`eval.overflow`) where the purse would grow beyond all
    bounds."""
    if not lot.left:
        return purse
    check_magnitude(total(purse) + lot.left, purse.name)
    lots = list(purse.lots)
    place = len(lots)
    while place and (lots[place - 1].earned, lots[place - 1].number) > (lot.earned, lot.number):
        place -= 1
    lots.insert(place, lot)
    return purse._replace(lots=tuple(lots))


def next_due(purse: Purse, after: int) -> int:
    """The next instant later than `after` at which a lot becomes usable or expires; NEVER without one."""
    due = NEVER
    for lot in purse.lots:
        if after < lot.usable < due:
            due = lot.usable
        if after < lot.expires < due:
            due = lot.expires
    return due


def activated(purse: Purse, at: int) -> int:
    """The units that become usable at exactly `at`."""
    return sum(lot.left for lot in purse.lots if lot.usable == at)


def expire(purse: Purse, at: int) -> tuple[Purse, Ended]:
    """The purse without what expires at or before `at`."""
    kept: list[Lot] = []
    expired = 0
    parts: dict[str, int] = {}
    for lot in purse.lots:
        if lot.expires > at:
            kept.append(lot)
            continue
        expired += lot.left
        for rule, units in lot.parts:
            parts[rule] = parts.get(rule, 0) + units
    if expired:
        purse = purse._replace(lots=tuple(kept))
    return purse, Ended(expired, tuple(sorted(parts.items())))


def merged(purse: Purse, at: int, apart: Set[int] = frozenset()) -> Purse:
    """Joins neighbours in spending order that are usable and expire together: nothing later can tell them apart, but
    for lots of the decisions `apart`, which may still be taken back."""
    lots: list[Lot] = []
    for lot in purse.lots:
        last = lots[-1] if lots else None
        told_apart = last is not None and not apart.isdisjoint((last.number, lot.number))
        if last is None or told_apart or last.expires != lot.expires or max(last.usable, lot.usable) > at:
            lots.append(lot)
            continue
        parts = dict(last.parts)
        for rule, units in lot.parts:
            parts[rule] = parts.get(rule, 0) + units
        lots[-1] = last._replace(left=last.left + lot.left, parts=tuple(sorted(parts.items())))
    return purse if len(lots) == len(purse.lots) else purse._replace(lots=tuple(lots))
