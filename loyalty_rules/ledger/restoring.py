"""Giving spent units back to the lots from which they were taken."""

from __future__ import annotations

from loyalty_rules.amounts import largest_remainder
from loyalty_rules.ledger import lots
from loyalty_rules.member import Lot, Purse
from loyalty_rules.records import Debit


def split(debits: tuple[Debit, ...], kept: int) -> tuple[tuple[Debit, ...], tuple[Debit, ...]]:
    """The first `kept` units of debits, and the rest of them; within one by largest remainder, as units are spent."""
    stay: list[Debit] = []
    back: list[Debit] = []
    for debit in debits:
        units = min(kept, debit.units)
        kept -= units
        if units:
            stay.append(_part(debit, units))
        if units < debit.units:
            back.append(_less(debit, stay[-1] if units else None))
    return tuple(stay), tuple(back)


def _part(debit: Debit, units: int) -> Debit:
    shares = largest_remainder(units, [held for _, held in debit.parts])
    parts = tuple((rule, share) for (rule, _), share in zip(debit.parts, shares, strict=True) if share)
    return debit._replace(units=units, parts=parts)


def _less(debit: Debit, part: Debit | None) -> Debit:
    if part is None:
        return debit
    gone = dict(part.parts)
    parts = tuple((rule, held - gone.get(rule, 0)) for rule, held in debit.parts if held > gone.get(rule, 0))
    return debit._replace(units=debit.units - part.units, parts=parts)


def restored(purse: Purse, debit: Debit) -> Purse:
    """The purse with the units of a debit again: in their lot, whose life may have moved on since, or in one like
    it."""
    rules = {rule for rule, _ in debit.parts}
    there = list(purse.lots)
    like = [
        place
        for place, lot in enumerate(there)
        if (lot.number, lot.usable, lot.expires) == (debit.number, debit.usable, debit.expires)
    ]
    own = [
        place
        for place, lot in enumerate(there)
        if lot.number == debit.number and not rules.isdisjoint(rule for rule, _ in lot.parts)
    ]
    for place in (like + own)[:1]:
        parts = dict(there[place].parts)
        for rule, units in debit.parts:
            parts[rule] = parts.get(rule, 0) + units
        there[place] = there[place]._replace(left=there[place].left + debit.units, parts=tuple(sorted(parts.items())))
        return purse._replace(lots=tuple(there))
    lot = Lot(debit.number, debit.earned, debit.usable, debit.expires, debit.units, debit.parts)
    return lots.post(purse, lot._replace(idle=debit.idle, latest=debit.latest))
