"""The shapes of events of two members: transfers and merges."""

from __future__ import annotations

from typing import Literal

from loyalty_rules.adapters.wire.fields import Document, Id, Instant, Micros, Text


class TransferModel(Document):
    """The member gives units of a purse to the member `to`."""

    kind: Literal["transfer"]
    id: Id
    member: Id
    at: Instant
    points: Text
    amount: Micros
    to: Id


class MergeModel(Document):
    """All that the member has becomes that of the member `into`."""

    kind: Literal["merge"]
    id: Id
    member: Id
    at: Instant
    into: Id
    reason: Text
    actor: Text
