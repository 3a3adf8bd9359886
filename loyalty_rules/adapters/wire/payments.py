"""What points paid of a recorded order, as JSON: whole smallest units, like the rest of a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty_rules.adapters.wire.events import filled
from loyalty_rules.adapters.wire.paymentmodels import RecordedDebitModel, RecordedPaymentModel
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.errors import InputError
from loyalty_rules.member import NEVER
from loyalty_rules.records import Debit, RecordedPayment


def payments_of(
    read: list[RecordedPaymentModel], debits: list[RecordedDebitModel], payable: Sequence[int], where: str
) -> tuple[RecordedPayment, ...]:
    """The payments of an order, on whose lines so much was to pay. Raises `InputError` (`member.inconsistent`) with the
    path."""
    found: list[list[Debit]] = [[] for _ in read]
    for place, debit in enumerate(debits):
        at = f"{where}.debits[{place}]"
        if debit.payment >= len(read):
            raise inconsistent("what was taken paid for something", f"{at}.payment")
        found[debit.payment].append(debit_of(debit, at))
    left, payments = list(payable), []
    for number, (one, own) in enumerate(zip(read, found, strict=True)):
        payment = _payment(one, own, left, f"{where}.payments[{number}]")
        left = [money - paid for money, paid in zip(left, payment.lines, strict=True)]
        payments.append(payment)
    return tuple(payments)


def _payment(read: RecordedPaymentModel, debits: list[Debit], left: list[int], where: str) -> RecordedPayment:
    places, paid = tuple(read.places), tuple(read.lines)
    if places != tuple(sorted(set(places))) or not 0 <= places[0] <= places[-1] < len(left) or len(paid) != len(left):
        raise inconsistent("points pay for lines of the order, in their order", where)
    if any(units > (left[place] if place in places else 0) for place, units in enumerate(paid)):
        raise inconsistent("points pay what is left to pay on these lines, or less", f"{where}.lines")
    if min(paid) < 0 or sum(paid) != read.value or not (read.value or read.pieces) or read.units <= 0:
        raise inconsistent("what points paid on the lines adds up", f"{where}.lines")
    if read.rights and not 0 < read.pieces < read.rights:
        raise inconsistent("`rights` are more than the pieces in which they were used", f"{where}.rights")
    if sum(debit.units for debit in debits) > read.units:
        raise inconsistent("of what was taken stays taken what was taken, or less", f"{where}.units")
    return RecordedPayment(
        read.rule, read.points, read.units, read.value, places, paid, tuple(debits), read.pieces, read.rights
    )


def debit_of(read: RecordedDebitModel, where: str) -> Debit:
    """Units taken from one lot. Raises `InputError` (`member.inconsistent`) with the path."""
    parts = tuple(read.parts)
    if read.units <= 0 or min(units for _, units in parts) <= 0 or sum(units for _, units in parts) != read.units:
        raise inconsistent("the parts of what was taken add up", where)
    latest = NEVER if read.latest is None else read.latest
    idle = tuple(read.idle)
    if not read.earned <= read.usable or latest < read.expires or (latest != NEVER and not idle):
        raise inconsistent("what was taken goes back to a lot, with the life of one", where)
    if any(min(length) < 0 or (length[0] > 0) == (length[1] > 0) for length in idle):
        raise inconsistent("a length is in days or in months", f"{where}.idle")
    return Debit(
        read.number,
        read.earned,
        read.usable,
        read.expires,
        read.units,
        parts,
        idle,
        latest,
        since_of(read.since, read.earned, where),
    )


def inconsistent(message: str, where: str) -> InputError:
    """What is wrong with a document that fits its model."""
    return InputError("member.inconsistent", message, where)


def payments_data(payments: tuple[RecordedPayment, ...], zone: Zone) -> dict[str, list[dict[str, Any]]]:
    """Payments as plain data, defaults left out: what they paid, and the units that have not come back."""
    return {
        "payments": [_payment_data(payment) for payment in payments],
        "debits": [
            {"payment": place, **debit_data(debit, zone)}
            for place, payment in enumerate(payments)
            for debit in payment.debits
        ],
    }


def _payment_data(payment: RecordedPayment) -> dict[str, Any]:
    data: dict[str, Any] = {"rule": payment.rule, "points": payment.purse}
    data |= {"units": str(payment.units), "value": str(payment.value)}
    data |= {"places": list(payment.places), "lines": [str(units) for units in payment.lines]}
    return data | filled(pieces=payment.pieces, rights=payment.rights)


def debit_data(debit: Debit, zone: Zone) -> dict[str, Any]:
    """Units taken from one lot as plain data."""
    data: dict[str, Any] = {"number": debit.number, "earned": format_instant(debit.earned, zone)}
    data |= {"usable": format_instant(debit.usable, zone), "expires": end_of(debit.expires, zone)}
    data |= {"units": str(debit.units), "parts": [[rule, str(units)] for rule, units in debit.parts]}
    data |= filled(idle=[list(length) for length in debit.idle])
    data |= {} if debit.latest == NEVER else {"latest": format_instant(debit.latest, zone)}
    return data if not debit.since else data | {"since": format_instant(debit.since, zone)}


def since_of(read: int | None, earned: int, where: str) -> int:
    """From when the youngest units of a lot live. Raises `InputError` (`member.inconsistent`)."""
    if read is not None and read <= earned:
        raise inconsistent("the youngest units of a lot are younger than its first", f"{where}.since")
    return read or 0


def end_of(instant: int, zone: Zone) -> str:
    """When something ends, or `never`."""
    return "never" if instant == NEVER else format_instant(instant, zone)
