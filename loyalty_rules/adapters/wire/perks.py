"""Perks as JSON: the effect of a use, and what a statement says of those that the member has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.decision import PerkUsed
from loyalty_rules.member import NEVER
from loyalty_rules.settlement.perks import PerkHeld


def used_data(effect: PerkUsed, zone: Zone) -> dict[str, Any]:
    """That a perk was used."""
    return {"perk": effect.perk, "grants": effect.grants, **_left(effect.left), "at": format_instant(effect.at, zone)}


def held_data(perks: Iterable[PerkHeld], zone: Zone) -> list[dict[str, Any]]:
    """The perks that a member has, by name; those that the member does not have are left out."""
    return [
        {
            "perk": one.perk,
            "grants": one.grants,
            "until": "never" if one.until >= NEVER else format_instant(one.until, zone),
            **_left(one.left),
        }
        for one in perks
        if one.why_not is None
    ]


def _left(left: int | None) -> dict[str, int]:
    return {} if left is None else {"left": left}
