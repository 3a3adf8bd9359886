"""Perks: that a member uses one, what a decision says of it, and how a member has one. Plain values, as in `events` and
`decision`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from loyalty_rules.calendar import instant_of
from loyalty_rules.text import identifier, plain_text


class PerkUse(NamedTuple):
    """The member uses a perk: enters the lounge, orders an hour before the others."""

    id: str
    member: str
    at: int
    perk: str
    kind: Literal["perk"] = "perk"


def perk_use(id: str, member: str, at: datetime | str | int, perk: str) -> PerkUse:
    """Builds the use of a perk. Raises `InputError` like the other events."""
    return PerkUse(
        identifier(id, "event id"), identifier(member, "member id"), instant_of(at), plain_text(perk, "perk")
    )


class PerkUsed(NamedTuple):
    """A perk was used: the host lets the member do what it grants. `left`: how often it can still be used in what its
    limits count; None without a limit."""

    perk: str
    grants: str
    left: int | None
    at: int
    kind: Literal["perk_used"] = "perk_used"
