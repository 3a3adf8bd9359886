"""Settlements as JSON: the figures of all members, purse by purse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from loyalty_rules.adapters.wire.events import dumped, filled, zone_of
from loyalty_rules.adapters.wire.fields import document
from loyalty_rules.adapters.wire.reading import Plain
from loyalty_rules.adapters.wire.settlementmodels import SettlementModel
from loyalty_rules.amounts import Rounding, format_units, round_exact
from loyalty_rules.calendar import format_date, format_instant
from loyalty_rules.explaining.budgets import decimals_of, first_date
from loyalty_rules.explaining.settling import Band, BudgetFigures, PurseFigures, Settlement
from loyalty_rules.programme import Programme

#: Decimals of a share.
_SHARE: Final = 6


def write_settlement(found: Settlement, programme: Programme) -> str:
    """The settlement as one line of canonical JSON."""
    return dumped(settlement_data(found, programme))


def read_settlement(text: str | bytes) -> dict[str, Plain]:
    """A stored settlement as plain data, checked against its model. Raises `InputError` like `read_event`."""
    return document(SettlementModel, text)


def settlement_data(found: Settlement, programme: Programme) -> dict[str, Any]:
    """The settlement as plain data. Amounts are in the purses' own decimals, money in those of the currency."""
    return {
        "programme": programme.title,
        "at": format_instant(found.at, zone_of(programme)),
        "members": found.members,
        "purses": {purse.purse: _purse(purse, programme) for purse in found.purses},
        **filled(budgets=[_budget(one, programme) for one in found.budgets]),
    }


def _budget(one: BudgetFigures, programme: Programme) -> dict[str, Any]:
    decimals = decimals_of(programme.checked, one.budget)
    first = first_date(programme.plan, one)
    data: dict[str, Any] = {"budget": one.budget, **filled(value=one.value)}
    data |= {} if first is None else {"first": format_date(first)}
    return data | {"used": format_units(one.used, decimals), "left": format_units(one.left, decimals)}


def _purse(purse: PurseFigures, programme: Programme) -> dict[str, Any]:
    decimals = programme.checked.purses[purse.purse].decimals
    data: dict[str, Any] = {"members": purse.members}
    for name in ("usable", "pending", "reserved", "owed"):
        if purse.reserved or name != "reserved":
            data[name] = format_units(getattr(purse, name), decimals)
    if purse.worth is not None:
        data["liability"] = format_units(purse.worth, programme.checked.exponent)
    data |= filled(ages=_bands(purse.ages, decimals), ends=_bands(purse.ends, decimals))
    data |= filled(flows={reason.value: format_units(units, decimals) for reason, units in purse.flows})
    if purse.breakage is not None:
        data["breakage"] = format_units(round_exact(purse.breakage * 10**_SHARE, Rounding.HALF_UP), _SHARE)
    rules = {
        one.rule: {"given": format_units(one.given, decimals), "held": format_units(one.held, decimals)}
        for one in purse.rules
    }
    return data | filled(rules=rules)


def _bands(bands: Iterable[Band], decimals: int) -> list[dict[str, Any]]:
    words: dict[int, int | str] = {0: "later", -1: "never"}
    return [{"days": words.get(one.days, one.days), "units": format_units(one.units, decimals)} for one in bands]
