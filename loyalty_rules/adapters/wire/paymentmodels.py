"""The shape of what points paid of a recorded order."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from loyalty_rules.adapters.wire.fields import (
    MAX_NAMES,
    Document,
    End,
    Instant,
    Length,
    Named,
    OptionalInstant,
    Text,
    Whole,
)

MAX_DEBITS: Final = 10_000
_MAX_LINES: Final = 1_000


class RecordedDebitModel(Document):
    """Units taken from one lot that have not come back, and of which rules they were. `payment` is the place of what
    they paid; `idle` and `latest` as in a lot."""

    payment: int = Field(ge=0)
    number: int = Field(ge=1)
    earned: Instant
    usable: Instant
    expires: End
    units: Whole
    parts: list[Named] = Field(min_length=1, max_length=MAX_NAMES)
    idle: list[Length] = Field(default=[], max_length=MAX_NAMES)
    latest: OptionalInstant = None


class RecordedPaymentModel(Document):
    """What points paid by one redeem rule. `places`: the lines that they may pay for, `lines`: what they paid of
    each."""

    rule: Text
    points: Text
    units: Whole
    value: Whole
    places: list[int] = Field(min_length=1, max_length=_MAX_LINES)
    lines: list[Whole] = Field(min_length=1, max_length=_MAX_LINES)
