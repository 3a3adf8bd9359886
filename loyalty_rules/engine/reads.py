"""What a programme reads of an order and of a member: all that the record of an order has to keep."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.lang.checked import Checked
from loyalty_rules.lang.conditions import Base, CounterKind, FactOf, Field, FieldOf, Has, Measure, Owner
from loyalty_rules.lang.told import fact_of_zone, is_told
from loyalty_rules.lang.walking import parts_of


class Reads(NamedTuple):
    """`codes` as they are compared; `totals` are the facts of lines that a measure adds up: amounts, which go with the
    units of their line."""

    fields: frozenset[Field]
    facts: frozenset[str]
    totals: frozenset[str]
    balances: frozenset[str]
    tenders: bool
    codes: frozenset[str]


def reads_of(checked: Checked) -> Reads:
    """What the blocks of a programme read; its examples read nothing."""
    found: set[Field] = set()
    facts: set[str] = set()
    totals: set[str] = set()
    balances: set[str] = set()
    tenders = bool(checked.basis.tenders)
    blocks = (
        *checked.earns.values(),
        *checked.boosts.values(),
        *checked.nevers.values(),
        *checked.segments.values(),
        *checked.products.values(),
        *checked.ladders.values(),
        *(table.asked for table in checked.tables.values()),
        *(same for offer in checked.lowering.values() for same in offer.counted_by_value.values()),
    )
    for part in (part for block in blocks for part in parts_of(block)):
        zone = getattr(part, "zone", "")
        if isinstance(zone, str) and is_told(zone):
            facts.add(fact_of_zone(zone))
        match part:
            case FieldOf():
                found.add(part.field)
            case FactOf() | Has():
                facts.add(part.fact.name)
            case Measure():
                if part.fact is not None:
                    facts.add(part.fact.name)
                    if part.fact.owner is Owner.LINE:
                        totals.add(part.fact.name)
                if part.counter is CounterKind.BALANCE:
                    balances.add(part.of)
            case Base():
                tenders = tenders or bool(part.tenders)
            case _:
                pass
    if checked.partners:  # what comes back is settled with the partner of its order
        found.add(Field.MERCHANT)
    rules = (*checked.earns.values(), *checked.boosts.values())
    codes = frozenset(key for rule in rules if rule.codes is not None for key in rule.codes.keys)
    return Reads(frozenset(found), frozenset(facts), frozenset(totals), frozenset(balances), tenders, codes)
