"""The shapes of perks: their event, what became of it, and which ones a member has."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from loyalty_rules.adapters.wire.fields import Document, End, Id, Instant, Text


class PerkUseModel(Document):
    """The member uses a perk."""

    kind: Literal["perk"]
    id: Id
    member: Id
    at: Instant
    perk: Text


class PerkUsedModel(Document):
    """A perk was used: the member may do what it grants. `left`: how often it can still be used, where that has a
    limit."""

    kind: Literal["perk_used"]
    perk: Text
    grants: Text
    left: int | None = Field(default=None, ge=0)
    at: Instant


class PerkHeldModel(Document):
    """A perk that the member has: until its dates end, and so often as its limits still allow."""

    perk: Text
    grants: Text
    until: End
    left: int | None = Field(default=None, ge=1)
