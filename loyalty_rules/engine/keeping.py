"""An order as its record tells it: the goods that are kept, on the day of the purchase, for the member of then."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType

from loyalty_rules.amounts import MICRO, largest_remainder
from loyalty_rules.engine.amounts_kept import kept_gift, kept_payable, share
from loyalty_rules.engine.known import Known
from loyalty_rules.engine.paying import Covered, kept_covered, kept_units
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import Occasion, OrderLine, occasion_at
from loyalty_rules.engine.standing import Stood
from loyalty_rules.engine.stretches import stretches
from loyalty_rules.engine.view import View
from loyalty_rules.engine.windows import Since, reach
from loyalty_rules.lang.conditions import Window
from loyalty_rules.records import Record, RecordedLine


def bucket_of(plan: Plan, record: Record, window: Window) -> int:
    """Where an order is counted in a window."""
    years = {name: year for name, _, year in record.known.memberships}
    years = dict.fromkeys(plan.checked.memberships, 0) | years
    since = Since(record.known.joined, dict(record.known.changed), years)
    return reach(window, record.day, since, plan.timeline).bucket


def kept_view(plan: Plan, record: Record, kept: Sequence[int]) -> View:
    """The occasion of the goods that are kept, and the member as found then. `kept` is parallel to the lines."""
    paid = kept_covered(plan, record, kept)
    covered = [sum(by_payment) for by_payment in zip(*paid, strict=True)]
    covered = covered or [0] * len(kept)
    lines = tuple(
        _line(plan, line, units, money) for line, units, money in zip(record.lines, kept, covered, strict=True) if units
    )
    told = record.told
    occasion: Occasion = occasion_at(plan, record.at)._replace(
        kind="purchase",
        store=told.store,
        channel=told.channel,
        merchant=told.merchant,
        tenders=None if told.tenders is None else frozenset(told.tenders),
        lines=lines,
        facts=MappingProxyType(dict(told.facts)),
        codes=frozenset(told.codes),
        redeemed=_redeemed(plan, record, paid, kept),
        gifts=tuple(gift for gift in record.gifts if kept_gift(gift, record.lines, kept)),
    )
    return View(plan, occasion, _known(plan, record), settled=record.completed)


def _redeemed(plan: Plan, record: Record, paid: Covered, kept: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """By purse the units that stay spent where they still pay so much."""
    units: dict[str, int] = {}
    for payment, row in zip(record.payments, paid, strict=True):
        units[payment.purse] = units.get(payment.purse, 0) + kept_units(plan, record, payment, sum(row), kept)
    return tuple(sorted(units.items()))


def _line(plan: Plan, line: RecordedLine, kept: int, covered: int) -> OrderLine:
    after, tax = share(line.after_discounts, line, kept), share(line.tax, line, kept)
    payable = kept_payable(line, kept)
    facts = {
        name: share(value, line, kept) if name in plan.reads.totals and type(value) is int else value
        for name, value in line.facts
    }
    paid = largest_remainder(payable - covered, [units for _, units in line.paid]) if line.paid else ()
    return OrderLine(
        line.id,
        line.sku,
        line.category,
        line.brand,
        line.tags,
        kept,
        1 if line.weighed else kept // MICRO,
        line.unit_price,
        share(line.list_price, line, kept),
        after,
        tax,
        payable,
        line.delivery,
        MappingProxyType(facts),
        tuple((method, units) for (method, _), units in zip(line.paid, paid, strict=True) if units),
        line.after_discounts + sum(units for _, units in line.discounts) < line.list_price,  # shares are rounded
        covered,
        tuple((rule, share(units, line, kept)) for rule, units in line.discounts),
    )


def _known(plan: Plan, record: Record) -> Known:
    found = record.known
    levels = dict(found.levels)
    return Known(
        facts=MappingProxyType(dict(found.facts)),
        segments=frozenset(found.segments),
        joined=found.joined,
        changed=MappingProxyType(dict(found.changed)),
        first_order=found.first_order,
        last_order=found.last_order,
        counters=MappingProxyType(dict(found.counters)),
        balances=MappingProxyType(dict(found.balances)),
        ranks={name: ladder.rank(levels.get(name, "")) for name, ladder in plan.checked.ladders.items()},
        held=MappingProxyType(dict(found.held)),
        stood=MappingProxyType({ladder: Stood(*stood) for ladder, *stood in found.stood}),
        remainders={(purse, rule): Fraction(top, bottom) for purse, rule, top, bottom in found.remainders},
        sums={(purse, rule): Fraction(top, bottom) for purse, rule, top, bottom in found.sums},
        years=dict.fromkeys(plan.checked.memberships, (False, 0))
        | {name: (bool(counts), year) for name, counts, year in found.memberships},
        opted=MappingProxyType(dict(found.opted)),
        chosen=MappingProxyType(dict(found.chosen)),
        done=stretches(plan.counted_since, dict(found.counters), record.at),
        buckets=dict(found.buckets),
        invited=None if found.invited is None else frozenset(found.invited),
    )
