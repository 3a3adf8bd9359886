"""Units that are set aside in a purse, as JSON: whole smallest units, like records of orders."""

from __future__ import annotations

from typing import Any

from loyalty_rules.adapters.wire.events import filled
from loyalty_rules.adapters.wire.paymentmodels import RecordedDebitModel, ReservedModel
from loyalty_rules.adapters.wire.payments import debit_data, debit_of, end_of, inconsistent
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.member import Reserved
from loyalty_rules.records import Debit


def reserved_of(
    read: list[ReservedModel], debits: list[RecordedDebitModel], clock: int, where: str
) -> tuple[Reserved, ...]:
    """The reservations of a purse. Raises `InputError` (`member.inconsistent`) with the path."""
    found: list[list[Debit]] = [[] for _ in read]
    for place, debit in enumerate(debits):
        if debit.payment >= len(read):
            raise inconsistent("what is set aside is so for a reservation", f"{where}.debits[{place}].payment")
        found[debit.payment].append(debit_of(debit, f"{where}.debits[{place}]"))
    pairs = zip(read, found, strict=True)
    reserved = tuple(_one(one, tuple(own), clock, f"{where}.reserved[{n}]") for n, (one, own) in enumerate(pairs))
    keys = [(one.at, one.id) for one in reserved]
    if keys != sorted(set(keys)):
        raise inconsistent("reservations stand in the order of their instants", f"{where}.reserved")
    return reserved


def _one(read: ReservedModel, debits: tuple[Debit, ...], clock: int, where: str) -> Reserved:
    if not debits or read.at > clock or read.until <= clock or read.value <= 0 or read.size <= 0:
        raise inconsistent("a reservation sets units aside, from before now until later", where)
    rate = (read.value, read.size, read.full)
    return Reserved(read.id, read.rule, read.at, read.until, *rate, debits, tuple(read.counts))


def reserved_data(reserved: tuple[Reserved, ...], zone: Zone) -> dict[str, list[dict[str, Any]]]:
    """Reservations as plain data, and the units that they set aside."""
    return {
        "reserved": [
            {
                "id": one.id,
                "rule": one.rule,
                "at": format_instant(one.at, zone),
                "until": end_of(one.until, zone),
                "value": str(one.value),
                "size": str(one.size),
                **filled(full=one.full, counts=[[key, bucket, str(amount)] for key, bucket, amount in one.counts]),
            }
            for one in reserved
        ],
        "debits": [
            {"payment": place, **debit_data(debit, zone)} for place, one in enumerate(reserved) for debit in one.debits
        ],
    }
