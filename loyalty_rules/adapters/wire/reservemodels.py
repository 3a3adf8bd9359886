"""The shapes of redemption in two steps: its events, what they did, and what stands in a purse."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool

from loyalty_rules.adapters.wire.fields import (
    Document,
    End,
    Id,
    Instant,
    Number,
    OptionalInstant,
    OptionalMicros,
    Text,
)
from loyalty_rules.adapters.wire.paymentmodels import DebitModel


class ReservationModel(Document):
    """Points are set aside for a redeem rule: `amount` units of its purse, else as many as can be used. At `until` they
    go back by themselves."""

    kind: Literal["reservation"]
    id: Id
    member: Id
    at: Instant
    rule: Text
    amount: OptionalMicros = None
    until: OptionalInstant = None


class CaptureModel(Document):
    """Points of a reservation pay: `amount` of them, else all."""

    kind: Literal["capture"]
    id: Id
    member: Id
    at: Instant
    reservation: Id
    amount: OptionalMicros = None


class ReleaseModel(Document):
    """A reservation is released."""

    kind: Literal["release"]
    id: Id
    member: Id
    at: Instant
    reservation: Id


class PointsReservedModel(Document):
    """Units that are set aside, lot by lot; `value` is the money that they pay."""

    kind: Literal["points_reserved"]
    reservation: Id
    rule: Text
    points: Text
    asked: Number | None = None
    units: Number
    value: Number
    limited_by: Text = ""
    until: End
    at: Instant
    debits: list[DebitModel]


class PointsCapturedModel(Document):
    """Units of a reservation that paid, lot by lot, and the money that they paid."""

    kind: Literal["points_captured"]
    reservation: Id
    rule: Text
    points: Text
    units: Number
    value: Number
    at: Instant
    debits: list[DebitModel]


class ReservationReleasedModel(Document):
    """Units of a reservation that went back to their lots; `lapsed` where its time was over."""

    kind: Literal["reservation_released"]
    reservation: Id
    rule: Text
    points: Text
    units: Number
    at: Instant
    lapsed: StrictBool = False
    debits: list[DebitModel]
