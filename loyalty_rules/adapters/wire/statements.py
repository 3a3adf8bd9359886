"""Statements as JSON: a member's account, purse by purse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty_rules.adapters.wire import choices
from loyalty_rules.adapters.wire.accountmodels import StatementModel
from loyalty_rules.adapters.wire.challenges import progress_data
from loyalty_rules.adapters.wire.events import dumped, filled, zone_of
from loyalty_rules.adapters.wire.fields import document
from loyalty_rules.adapters.wire.measured import decimals_of
from loyalty_rules.adapters.wire.memberships import effect_data
from loyalty_rules.adapters.wire.perks import held_data
from loyalty_rules.adapters.wire.reading import Plain
from loyalty_rules.amounts import format_units
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.explaining.account import AccountLine, Lapse, PurseAccount
from loyalty_rules.explaining.statement import Statement
from loyalty_rules.member import NEVER
from loyalty_rules.programme import Programme


def write_statement(statement: Statement, programme: Programme) -> str:
    """The statement as one line of canonical JSON."""
    return dumped(statement_data(statement, programme))


def read_statement(text: str | bytes) -> dict[str, Plain]:
    """A stored statement as plain data, checked against its model. Raises `InputError` like `read_event`."""
    return document(StatementModel, text)


def statement_data(statement: Statement, programme: Programme) -> dict[str, Any]:
    """The statement as plain data. Amounts are in the purses' own decimals, instants carry the offset of the
    programme's zone."""
    account, zone = statement.account, zone_of(programme)
    data: dict[str, Any] = {
        "member": account.member.member,
        "programme": programme.title,
        "since": format_instant(account.since, zone),
        "through": format_instant(account.through, zone),
        "purses": {purse.purse: _purse(purse, programme, zone) for purse in account.purses},
    }
    levels = [
        {
            "ladder": change.ladder,
            "before": change.before or None,
            "after": change.after or None,
            "at": format_instant(change.at, zone),
        }
        for change in account.levels
    ]
    memberships = [{"kind": one.kind, **effect_data(one, programme, zone)} for one in account.memberships]
    standing = {ladder: level or None for ladder, level in account.standing}
    opted = [{"rule": one.rule, "at": format_instant(one.at, zone)} for one in account.opted]
    return data | filled(
        levels=levels,
        standing=standing,
        memberships=memberships,
        perks=held_data(account.perks, zone),
        opted_in=opted,
        progress=progress_data(account.challenges, programme, decimals_of),
        choices=[{"kind": one.kind, **choices.effect_data(one, programme)} for one in account.choices],
        chosen=choices.sets_data(dict(account.chosen)),
    )


def _purse(purse: PurseAccount, programme: Programme, zone: Zone) -> dict[str, Any]:
    declared = programme.checked.purses.get(purse.purse)
    decimals = 0 if declared is None else declared.decimals
    data: dict[str, Any] = {
        "opening": format_units(purse.opening, decimals),
        "lines": [_line(line, decimals, zone) for line in purse.lines],
        "held": format_units(purse.held, decimals),
        "usable": format_units(purse.usable, decimals),
        "pending": format_units(purse.pending, decimals),
    }
    begins = _lapses(purse.begins, "usable", decimals, zone)
    return data | filled(begins=begins, ends=_lapses(purse.ends, "expires", decimals, zone))


def _line(line: AccountLine, decimals: int, zone: Zone) -> dict[str, Any]:
    return {
        "at": format_instant(line.at, zone),
        "reason": line.reason.value,
        "units": format_units(line.units, decimals),
        "held": format_units(line.held, decimals),
    } | filled(rule=line.rule, event=line.event, kind=line.kind, note=line.note)


def _lapses(lapses: Iterable[Lapse], name: str, decimals: int, zone: Zone) -> list[dict[str, str]]:
    return [
        {
            name: "never" if lapse.at >= NEVER else format_instant(lapse.at, zone),
            "units": format_units(lapse.units, decimals),
        }
        for lapse in lapses
    ]
