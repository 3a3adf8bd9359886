"""What moves between accounts, and what becomes of a purse that is counted anew, as data."""

from __future__ import annotations

from typing import Any

from loyalty_rules.adapters.wire.members import end_text, parts_text
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.decision import AccountMerged, PointsReceived, PointsRedenominated, PointsTransferred
from loyalty_rules.records import Debit


def transferred_data(effect: PointsTransferred | PointsReceived, decimals: int, zone: Zone) -> dict[str, Any]:
    data: dict[str, Any] = {"points": effect.purse, "units": format_units(effect.units, decimals)}
    data |= {"to": effect.to} if isinstance(effect, PointsTransferred) else {"giver": effect.giver}
    data["at"] = format_instant(effect.at, zone)
    return data | {"debits": [debit_data(debit, decimals, zone) for debit in effect.debits]}


def merged_data(effect: AccountMerged, decimals: int, zone: Zone) -> dict[str, Any]:
    data = {"points": effect.purse, "units": format_units(effect.units, decimals)}
    data |= {"owed": format_units(effect.owed, decimals)} if effect.owed else {}
    return data | {"other": effect.other, "at": format_instant(effect.at, zone)}


def redenominated_data(effect: PointsRedenominated, decimals: int, zone: Zone) -> dict[str, Any]:
    data: dict[str, Any] = {"rule": effect.rule, "points": effect.purse}
    data |= {"before": format_units(effect.before, decimals), "after": format_units(effect.after, decimals)}
    if effect.owed_before:
        data["owed_before"] = format_units(effect.owed_before, decimals)
        data["owed_after"] = format_units(effect.owed_after, decimals)
    data["at"] = format_instant(effect.at, zone)
    if effect.aside_before:
        data["aside_before"] = format_units(effect.aside_before, decimals)
        data["aside_after"] = format_units(effect.aside_after, decimals)
    return data


def debit_data(debit: Debit, decimals: int, zone: Zone) -> dict[str, Any]:
    return {
        "number": debit.number,
        "earned": format_instant(debit.earned, zone),
        "usable": format_instant(debit.usable, zone),
        "expires": end_text(debit.expires, zone),
        "units": format_units(debit.units, decimals),
        "parts": parts_text(debit.parts, decimals),
    }
