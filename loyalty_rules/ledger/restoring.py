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


def lot_of(debit: Debit) -> Lot:
    """The units of a debit as a lot of their own."""
    lot = Lot(debit.number, debit.earned, debit.usable, debit.expires, debit.units, debit.parts)
    return lot._replace(idle=debit.idle, latest=debit.latest, since=debit.since)


def restored(purse: Purse, back: Lot) -> Purse:
    """The purse with spent units again: in their lot, or beside it where its end has been moved without them."""
    for place, lot in enumerate(purse.lots):
        if _life(lot) == _life(back):
            parts = dict(lot.parts)
            for rule, units in back.parts:
                parts[rule] = parts.get(rule, 0) + units
            joined = lot._replace(
                left=lot.left + back.left, parts=tuple(sorted(parts.items())), since=max(lot.since, back.since)
            )
            return purse._replace(lots=(*purse.lots[:place], joined, *purse.lots[place + 1 :]))
    return lots.post(purse, back)


def _life(lot: Lot) -> tuple[object, ...]:
    return lot.number, lot.earned, lot.usable, lot.expires, lot.idle, lot.latest
