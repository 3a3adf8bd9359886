"""Perks: benefits without money."""

from __future__ import annotations

from loyalty_rules.lang.checked.rules import Rule
from loyalty_rules.values import frozen


@frozen
class Perk(Rule):
    """What the host lets the member do while the rule holds, told as `grants`. It has no lines and no caps."""

    grants: str
