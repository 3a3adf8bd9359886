"""What members share as JSON: one document for all of them. Amounts are whole smallest units."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from loyalty_rules.adapters.wire.events import dumped, filled, zone_of
from loyalty_rules.adapters.wire.fields import validated
from loyalty_rules.adapters.wire.payments import inconsistent
from loyalty_rules.adapters.wire.reading import SHARED, Plain, read_json, written
from loyalty_rules.adapters.wire.sharedmodels import MAX_USED, RecordedUseModel, SharedModel
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import format_instant
from loyalty_rules.decision import BudgetUsed
from loyalty_rules.errors import InputError, expect
from loyalty_rules.explaining.budgets import decimals_of
from loyalty_rules.member import NEVER
from loyalty_rules.programme import Decision
from loyalty_rules.records import RecordedUse
from loyalty_rules.shared import SharedState, Used, is_forgotten

#: The version of the document that this package writes, and the only one it reads.
FORMAT: Final = 1
_RATIO: Final = re.compile(r"([0-9]{1,40})/([1-9][0-9]{0,39})")


def write_shared(shared: SharedState) -> str:
    """What members share as one line of canonical JSON. Raises `InputError` (`limit.list`, `limit.size`,
    `call.type`)."""
    expect(shared, SharedState, "a shared state is")
    return written(dumped(shared_data(shared)), SHARED)


def read_shared(text: str | bytes) -> SharedState:
    """What members share out of its document: `read_shared(write_shared(s)) == s`. Raises `InputError` with the path,
    `shared.inconsistent` where entries are not in their order or say nothing."""
    return shared_of(read_json(text, SHARED))


def shared_of(data: Plain) -> SharedState:
    """What members share out of plain data that `read_json` gave. Raises `InputError` like `read_shared`."""
    read = validated(SharedModel, data)
    used = tuple(Used(one.key, one.value, one.period, one.amount) for one in read.used)
    if any(not one.key or one.amount <= 0 for one in used) or any(a[:3] >= b[:3] for a, b in pairwise(used)):
        raise InputError("shared.inconsistent", "entries stand in the order of their keys, once and above 0", "used")
    kept = tuple((one.key, one.period) for one in read.kept)
    if any(not key for key, _ in kept) or any(a[0] >= b[0] for a, b in pairwise(kept)):
        raise InputError("shared.inconsistent", "keys stand in their order, each once", "kept")
    shared = SharedState(read.programme, read.version, used, kept)
    if any(is_forgotten(shared, one.key, one.bucket) for one in used):
        raise InputError("shared.inconsistent", "what is forgotten is not used", "kept")
    return shared


def shared_data(shared: SharedState) -> dict[str, Any]:
    """What members share as plain data."""
    if len(shared.used) > MAX_USED:
        raise InputError("limit.list", f"budgets are counted in at most {MAX_USED} periods and values together", "used")
    data: dict[str, Any] = {"format": FORMAT, "programme": shared.programme, "version": shared.version}
    kept = [{"key": key, "period": first} for key, first in shared.kept]
    return data | filled(used=[_used(one) for one in shared.used], kept=kept)


def _used(one: Used) -> dict[str, Any]:
    return {"key": one.key, **filled(value=one.value, period=one.bucket), "amount": str(one.amount)}


# ---------------------------------------------------------------- of an order, of a decision


def uses_of(read: list[RecordedUseModel], where: str) -> tuple[RecordedUse, ...]:
    """What a recorded order takes out of budgets. Raises `InputError` (`number.syntax`, `member.inconsistent`) with the
    path."""
    found = []
    for place, one in enumerate(read):
        price = _RATIO.fullmatch(one.price)
        if price is None:
            raise InputError("number.syntax", "a price is written like 1/3", f"{where}[{place}].price")
        if one.units <= 0:
            raise inconsistent("an order takes something out of a budget, or is not listed", f"{where}[{place}].units")
        if any(units < 0 for units in one.lines) or (one.lines and sum(one.lines) < one.units):
            raise inconsistent("the units of its lines are what it takes, or more", f"{where}[{place}].lines")
        ratio, lines = (int(price[1]), int(price[2])), tuple(one.lines)
        found.append(
            RecordedUse(one.key, one.value, one.period, one.rule, one.points, tuple(one.names), one.units, ratio, lines)
        )
    return tuple(found)


def uses_data(uses: tuple[RecordedUse, ...]) -> list[dict[str, Any]]:
    """What a recorded order takes out of budgets, as plain data."""
    return [
        {
            "key": one.key,
            **filled(value=one.value, period=one.bucket),
            "rule": one.rule,
            "points": one.purse,
            "names": list(one.names),
            "units": str(one.units),
            **({} if one.price == (1, 1) else {"price": f"{one.price[0]}/{one.price[1]}"}),
            **({"lines": [str(units) for units in one.lines]} if one.lines else {}),
        }
        for one in uses
    ]


def budget_used(effect: BudgetUsed, decision: Decision) -> dict[str, Any]:
    """What was given out of a budget, in the decimals of what it counts."""
    decimals = decimals_of(decision.programme.checked, effect.budget)
    data: dict[str, Any] = {"budget": effect.budget, "key": effect.key}
    data |= filled(value=effect.value, period=effect.bucket)
    for name in ("asked", "granted", "left", "cap", "low"):
        data[name] = format_units(getattr(effect, name), decimals)
    if effect.high != NEVER:
        data["high"] = format_units(effect.high, decimals)
    return data | {"at": format_instant(effect.at, zone_of(decision.programme))}
