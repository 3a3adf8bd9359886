"""Lots of a purse: posting, becoming usable, expiring. Every function returns a new purse.

A lot's life is half-open: usable from `usable`, gone at `expires`. Lots are kept in spending order, oldest first.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Set
from itertools import pairwise
from typing import NamedTuple

from loyalty_rules.amounts import check_magnitude
from loyalty_rules.member import NEVER, OVERDRAFT, Lot, Purse
from loyalty_rules.records import rule_in


class Balance(NamedTuple):
    """Units of a purse at an instant, in its smallest unit."""

    usable: int
    pending: int


class Ended(NamedTuple):
    """What came to its end in a purse at one instant."""

    expired: int
    parts: tuple[tuple[str, int], ...]  # of what expired, by rule
    waiting: int = 0  # what would have expired, and waits


def balance(purse: Purse, at: int, ended: int | None = None) -> Balance:
    """What can be used at an instant, less the debt, and what will be usable later. Lots that are gone count for
    neither; those whose end waits are not gone. `ended`: by when lots are gone, where that is another instant."""
    usable = pending = 0
    gone = at if ended is None else ended
    for lot in purse.lots:
        if lot.expires <= gone and not lot.overdue:
            continue
        if lot.usable <= at:
            usable += lot.left
        else:
            pending += lot.left
    return Balance(usable - purse.debt, pending)


def total(purse: Purse) -> int:
    """All units that are held, usable or not."""
    return sum([lot.left for lot in purse.lots])


def aside(purse: Purse) -> int:
    """All units that are set aside to pay, those that are still owed for it included."""
    return sum([debit.units for one in purse.reserved for debit in one.debits])


def held(purse: Purse) -> int:
    """All units that are held, those that are set aside to pay included, but for what of these is still owed."""
    debits = (debit for one in purse.reserved for debit in one.debits)
    borrowed = sum([dict(debit.parts).get(OVERDRAFT, 0) for debit in debits])
    return total(purse) + aside(purse) - min(purse.debt, borrowed)


def post(purse: Purse, lot: Lot) -> Purse:
    """Adds a lot in spending order: by instant and number, of one decision by usable and end. Raises `DecisionError`
    (`eval.overflow`) where the purse would grow beyond all bounds."""
    if not lot.left:
        return purse
    check_magnitude(total(purse) + lot.left, purse.name)
    lots = list(purse.lots)
    place = len(lots)
    while place and _turn(lots[place - 1]) > _turn(lot):
        place -= 1
    lots.insert(place, lot)
    return purse._replace(lots=tuple(lots))


def _turn(lot: Lot) -> tuple[int, ...]:
    return lot.earned, lot.number, lot.usable, lot.expires


def next_usable(purse: Purse, after: int) -> int:
    """The next instant later than `after` at which a lot becomes usable; NEVER without one."""
    return min([lot.usable for lot in purse.lots if lot.usable > after], default=NEVER)


def next_end(purse: Purse, after: int) -> int:
    """The next instant later than `after` at which the end of a lot comes; NEVER without one."""
    return min([lot.expires for lot in purse.lots if lot.expires > after], default=NEVER)


def becoming_usable(purse: Purse, at: int) -> int:
    """The units that become usable at exactly `at`; not those that are given then."""
    return sum(lot.left for lot in purse.lots if lot.usable == at > lot.earned)


def ended(
    purse: Purse, at: int, holds_off: Callable[[], bool] = lambda: False, *, end_of_day: bool = True
) -> tuple[Purse, Ended]:
    """What expires at or before `at`. `holds_off` is asked once where something would expire, and tells whether it
    stays; what stays already is asked about again only at the end of a day."""
    kept: list[Lot] = []
    expired = waiting = 0
    stays: bool | None = None
    parts: dict[str, int] = {}
    for lot in purse.lots:
        if lot.expires > at or (lot.overdue and not end_of_day):
            kept.append(lot)
            continue
        if stays is None:
            stays = holds_off()
        if stays:
            waiting += 0 if lot.overdue else lot.left
            kept.append(lot._replace(overdue=True))
            continue
        expired += lot.left
        for rule, units in lot.parts:
            parts[rule] = parts.get(rule, 0) + units
    if expired or waiting:
        purse = purse._replace(lots=tuple(kept))
    return purse, Ended(expired, tuple(sorted(parts.items())), waiting)


def put_off(lot: Lot, expires: int, at: int) -> Lot:
    """The lot with a later end; an earlier one changes nothing."""
    if expires <= lot.expires:
        return lot
    return lot._replace(expires=expires, overdue=lot.overdue and expires <= at)


def _end(lot: Lot) -> tuple[object, ...]:
    return lot.expires, lot.idle, lot.latest, lot.overdue


def _told_apart(lot: Lot, apart: Set[tuple[int, int, str]]) -> bool:
    return any((lot.number, lot.earned, rule_in(part)) in apart for part, _ in lot.parts)


def may_join(
    purse: Purse, at: int, since: int = 0, fresh: Container[int] | None = None, until: int | None = None
) -> set[int]:
    """The decisions of lots that are neighbours in spending order, are usable and end together: no others can be
    joined. The first `since` lots are left out; `fresh` and `until` as in `merged`."""
    found, numbers = purse.lots[max(0, since - 1) : until], set[int]()
    open_to = fresh is None or bool(found and found[0].number in fresh)
    for last, lot in pairwise(found):
        before, open_to = open_to, fresh is None or lot.number in fresh
        if (before or open_to) and lot.expires == last.expires and lot.usable <= at and last.usable <= at:
            numbers |= {last.number, lot.number}
    return numbers


def merged(
    purse: Purse,
    at: int,
    apart: Set[tuple[int, int, str]] = frozenset(),
    month: Callable[[int], int] | None = None,
    *,
    from_usable: bool = False,
    since: int = 0,
    fresh: Container[int] | None = None,
    until: int | None = None,
) -> Purse:
    """Joins neighbours in spending order that are usable and end together, whatever moves or holds off the end: nothing
    later can tell them apart, but for what the decisions `apart` gave at these instants by these rules, which may still
    be taken back. `month`: of an instant, where lots of two months stay apart. `from_usable`: lives count from when
    units become usable. The lot keeps from when the life of the youngest of its units counts. `since`: how many of the
    lots, the first ones, were looked at before. `fresh`: the decisions of whose lots something was told apart that is
    not any more; two others stay as they are. None for all. `until`: the place behind the last lot that is looked at;
    None for all."""
    lots = list(purse.lots[:since])
    open_to = bool(lots) and (fresh is None or lots[-1].number in fresh)
    for lot in purse.lots[since:until]:
        last, before = lots[-1] if lots else None, open_to
        open_to = fresh is None or lot.number in fresh
        if last is None or last.expires != lot.expires or not (before or open_to):
            lots.append(lot)  # most of them
            continue
        ends_apart = _end(last) != _end(lot) or max(last.usable, lot.usable) > at
        if month is not None:
            ends_apart = ends_apart or month(last.earned) != month(lot.earned)
        if ends_apart or _told_apart(last, apart) or _told_apart(lot, apart):
            lots.append(lot)
            continue
        parts = dict(last.parts)
        for rule, units in lot.parts:
            parts[rule] = parts.get(rule, 0) + units
        youngest = max(_since(last, from_usable), _since(lot, from_usable))
        own = last.usable if from_usable else last.earned
        together = tuple(sorted(parts.items()))
        lots[-1] = last._replace(left=last.left + lot.left, parts=together, since=0 if youngest == own else youngest)
    if until is not None:
        lots += purse.lots[until:]
    return purse if len(lots) == len(purse.lots) else purse._replace(lots=tuple(lots))


def _since(lot: Lot, from_usable: bool) -> int:
    return lot.since or (lot.usable if from_usable else lot.earned)
