"""Settlements as JSON: the figures of all members, purse by purse."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from loyalty_rules.adapters.wire.events import dumped, filled, zone_of
from loyalty_rules.adapters.wire.fields import document
from loyalty_rules.adapters.wire.reading import Plain
from loyalty_rules.adapters.wire.settlementmodels import SettlementModel
from loyalty_rules.amounts import Rounding, format_units, round_exact
from loyalty_rules.calendar import format_date, format_instant
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.explaining.budgets import decimals_of, first_date
from loyalty_rules.explaining.partnering import CostLine, PartnerLine
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
        **filled(partners=[_partner(one, programme) for one in found.partners]),
        **filled(costs=[_cost(one, programme) for one in found.costs]),
    }


def _partner(one: PartnerLine, programme: Programme) -> dict[str, Any]:
    """A line of a partner; dates, money of an agreed price and what is left of a block only where there are any."""
    exponent = EXPONENTS[one.currency or programme.checked.currency]
    decimals = programme.checked.purses[one.purse].decimals
    data: dict[str, Any] = {"partner": one.partner, "points": one.purse, **_dates(one)}
    data |= {name: format_units(getattr(one, name), decimals) for name in ("given", "back", "expired", "redeemed")}
    data["paid"] = format_units(one.paid, exponent)
    for name, units in (("owes", one.owes), ("left", one.left)):
        if units is not None:
            data[name] = format_units(units, exponent)
    return data | filled(currency=one.currency)


def _cost(one: CostLine, programme: Programme) -> dict[str, Any]:
    data: dict[str, Any] = {"partner": one.partner, "rule": one.rule, **_dates(one)}
    exponent = EXPONENTS[one.currency or programme.checked.currency]
    return data | {"money": format_units(one.money, exponent), **filled(rights=one.rights, currency=one.currency)}


def _dates(one: PartnerLine | CostLine) -> dict[str, str]:
    if one.first is None or one.last is None:
        return {}
    return {"first": format_date(one.first), "last": format_date(one.last)}


#: The columns of the lines of partners.
COLUMNS: Final = (
    *("partner", "points", "first", "last", "given", "back", "expired", "redeemed", "paid", "owes", "left", "currency"),
    *("rule", "money", "rights"),
)


def partners_csv(found: Settlement, programme: Programme) -> str:
    """The lines of partners as CSV, with a row of heads; empty where a line has no such figure. Behind those of what
    rules gave stand those of what offers and rewards cost."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    for one in found.partners:
        rows.writerow({"currency": programme.checked.currency, **_partner(one, programme)})
    for cost in found.costs:
        rows.writerow({"currency": programme.checked.currency, **_cost(cost, programme)})
    return text.getvalue()


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
        own = programme.checked.purses[purse.purse].currency or programme.checked.currency
        data["liability"] = format_units(purse.worth, EXPONENTS[own])
    data |= filled(ages=_bands(purse.ages, decimals), ends=_bands(purse.ends, decimals))
    data |= filled(flows={reason.value: format_units(units, decimals) for reason, units in purse.flows})
    data |= _breakage(purse.breakage)
    rules = {
        one.rule: {"given": format_units(one.given, decimals), "held": format_units(one.held, decimals)}
        for one in purse.rules
    }
    funders = {
        one.partner: {
            "given": format_units(one.given, decimals),
            "held": format_units(one.held, decimals),
            **_breakage(one.breakage),
        }
        for one in purse.funders
    }
    return data | filled(rules=rules, funders=funders)


def _breakage(share: Fraction | None) -> dict[str, str]:
    if share is None:
        return {}
    return {"breakage": format_units(round_exact(share * 10**_SHARE, Rounding.HALF_UP), _SHARE)}


def _bands(bands: Iterable[Band], decimals: int) -> list[dict[str, Any]]:
    words: dict[int, int | str] = {0: "later", -1: "never"}
    return [{"days": words.get(one.days, one.days), "units": format_units(one.units, decimals)} for one in bands]
