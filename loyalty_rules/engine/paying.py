"""What points pay of an order whose goods come back in part: a function of what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from loyalty_rules.amounts import Rounding, largest_remainder, round_exact, round_ratio
from loyalty_rules.engine.amounts_kept import kept_gift, kept_payable
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Blocks, Redeem, Refund
from loyalty_rules.records import Record, RecordedPayment

#: By payment, parallel to the lines of the order: minor units.
Covered = tuple[tuple[int, ...], ...]


def payable_places(view: View, rule: Redeem) -> tuple[int, ...]:
    """The lines of an order that points may pay for by a rule."""
    blocked = view.blocked(Blocks.REDEEMING) or frozenset()
    lines = range(len(view.occasion.lines))
    return tuple(place for place in lines if view.selected(rule.lines, place) and place not in blocked)


def kept_covered(plan: Plan, record: Record, kept: Sequence[int]) -> Covered:
    """What points still pay of each line, by payment."""
    if all(units == line.quantity for line, units in zip(record.lines, kept, strict=True)):
        return tuple(payment.lines for payment in record.payments)
    left = [kept_payable(line, units) for line, units in zip(record.lines, kept, strict=True)]
    returns = plan.checked.returns
    refund = None if returns is None else returns.refund
    if refund in (None, Refund.IN_PROPORTION):
        rest = [line.payable for line in record.lines]
        return tuple(_in_proportion(payment, left, rest) for payment in record.payments)
    wanted = sum(payment.value for payment in record.payments)
    if refund is Refund.POINTS_FIRST:
        wanted = max(0, wanted - _came_back(record, left))
    rows = []
    for payment in record.payments:
        row = _in_one_sum(payment, wanted, left)
        wanted -= sum(row)
        rows.append(row)
    return tuple(rows)


def _in_proportion(payment: RecordedPayment, left: list[int], rest: list[int]) -> tuple[int, ...]:
    """Of each line its share of what is paid for the kept units: so that with every unit that comes back both points
    and money come back, or nothing. `rest`: what of the line the payments before this one had left to pay."""
    row = []
    for place, paid in enumerate(payment.lines):
        units = round_ratio(left[place] * paid, rest[place], Rounding.HALF_UP) if paid else 0
        left[place] -= units
        rest[place] -= paid
        row.append(units)
    return tuple(row)


def _came_back(record: Record, left: Sequence[int]) -> int:
    """What is refunded in all for the lines that points may pay for."""
    places = sorted({place for payment in record.payments for place in payment.places})
    return sum(record.lines[place].payable - left[place] for place in places)


def _in_one_sum(payment: RecordedPayment, wanted: int, left: list[int]) -> tuple[int, ...]:
    """What is kept of a payment as a whole, shared out to its lines by what is left to pay on them."""
    room = [left[place] for place in payment.places]
    value = min(payment.value, wanted, sum(room))
    row = [0] * len(left)
    for place, units in zip(payment.places, largest_remainder(value, room), strict=True):
        row[place] = units
        left[place] -= units
    return tuple(row)


def kept_units(plan: Plan, record: Record, payment: RecordedPayment, value: int, kept: Sequence[int]) -> int:
    """The units that stay spent where they still pay so much: half up of their share, and never more than now. What was
    used whole stays so while it pays for anything, the first right or voucher before the next; what pays nothing, while
    anything is kept; what lowered prices, while anything is kept that it did so of."""
    right = plan.payers[payment.rule].right
    if right is not None and right.stays_used:
        return payment.spent
    if not payment.pieces:
        return min(payment.spent, round_ratio(payment.units * value, payment.value, Rounding.HALF_UP))
    if right is not None and not right.counted and not right.lowers:
        return _kept_vouchers(payment, value)
    stay = _kept_pieces(plan, record, payment, value, kept)
    return min(payment.spent, round_ratio(payment.units * stay, payment.pieces, Rounding.HALF_UP))


def _kept_vouchers(payment: RecordedPayment, value: int) -> int:
    """Each lot is a voucher: the first of them that pay so much."""
    units = 0
    for debit in payment.debits:
        if units < value:
            units += debit.units
    return units


def _kept_pieces(plan: Plan, record: Record, payment: RecordedPayment, value: int, kept: Sequence[int]) -> int:
    right = plan.payers[payment.rule].right
    if right is not None and right.lowers:
        return _kept_lowering(record, payment, kept)
    if payment.value and right is not None and right.face:
        return min(payment.pieces, round_ratio(value, right.face, Rounding.UP))
    return payment.pieces if any(kept) else 0


def _kept_lowering(record: Record, payment: RecordedPayment, kept: Sequence[int]) -> int:
    """Of a reward that lowered prices as many pieces as the kept part of what they took off needs; those that were held
    stay used first. Shares are exact: a coin more or less is no piece."""
    whole, still = 0, Fraction(0)
    for line, units in zip(record.lines, kept, strict=True):
        off = sum(amount for rule, amount in line.discounts if rule == payment.rule)
        whole, still = whole + off, still + Fraction(off * units, line.quantity)
    for gift in record.gifts:
        if gift.rule == payment.rule:
            whole, still = whole + gift.units, still + kept_gift(gift, record.lines, kept)
    before = 0
    pieces = sum(one.pieces for one in record.payments if one.rule == payment.rule)
    for one in record.payments:
        if one.rule == payment.rule and one.purse == payment.purse:
            break
        before += one.pieces if one.rule == payment.rule else 0
    stay = round_exact(pieces * still / whole, Rounding.UP) if whole else 0
    return min(payment.pieces, max(0, stay - before))


def kept_sale(plan: Plan, record: Record, reward: str) -> tuple[int, int] | None:
    """Of a reward that the order bought, the pieces that stay bought with the goods that are kept, and of how many;
    None where it bought none."""
    kept = tuple(line.kept for line in record.lines)
    for payment, row in zip(record.payments, kept_covered(plan, record, kept), strict=True):
        right = plan.payers[payment.rule].right
        if payment.rule == reward and payment.purse != reward and right is not None:
            stay = payment.pieces
            if not right.stays_used:
                stay = _kept_pieces(plan, record, payment, sum(row), kept)
            return stay, payment.pieces
    return None
