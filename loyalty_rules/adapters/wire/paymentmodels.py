"""The shape of what points pay: as an order asks for it, and of a recorded order."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import Field, Strict, StrictBool

from loyalty_rules.adapters.wire.fields import (
    MAX_NAMES,
    Document,
    End,
    Id,
    Instant,
    Length,
    Micros,
    Named,
    Number,
    OptionalInstant,
    OptionalMicros,
    Text,
    Whole,
)

MAX_RESERVED: Final = 500
Count: TypeAlias = Annotated[tuple[Text, int, Whole], Strict(False)]
MAX_DEBITS: Final = 10_000
_MAX_LINES: Final = 1_000


class DebitModel(Document):
    """Units taken from one lot: the lot's number and life, and how many of them each rule had given."""

    number: int
    earned: Instant
    usable: Instant
    expires: End
    units: Number
    parts: dict[str, Number]


class RecordedDebitModel(Document):
    """Units taken from one lot that have not come back, and of which rules they were. `payment` is the place of what
    they paid or are set aside for; `idle`, `latest` and `since` as in a lot."""

    payment: int = Field(ge=0)
    number: int = Field(ge=0)
    earned: Instant
    usable: Instant
    expires: End
    units: Whole
    parts: list[Named] = Field(min_length=1, max_length=MAX_NAMES)
    idle: list[Length] = Field(default=[], max_length=MAX_NAMES)
    latest: OptionalInstant = None
    since: OptionalInstant = None


class RecordedPaymentModel(Document):
    """What points paid by one redeem rule, or a reward. `places`: the lines that they may pay for, `lines`: what they
    paid of each. `pieces`: in how many of them a reward was used, each of which comes back whole; `rights`: how
    many rights were handed over for it, where these are more."""

    rule: Text
    points: Text
    units: Whole
    value: Whole
    places: list[int] = Field(min_length=1, max_length=_MAX_LINES)
    lines: list[Whole] = Field(min_length=1, max_length=_MAX_LINES)
    pieces: int = Field(default=0, ge=0)
    rights: int = Field(default=0, ge=0)


class ReservedModel(Document):
    """Units that are set aside to pay by a redeem rule: `value` minor units of money for each `size`, in whole steps
    where `full`. `counts`: what they count for in its ceilings, as in a record."""

    id: Id
    rule: Text
    at: Instant
    until: End
    value: Whole
    size: Whole
    full: StrictBool = False
    counts: list[Count] = Field(default=[], max_length=MAX_NAMES)


class RedeemModel(Document):
    """What the member asks to pay with points or to use: by this redeem rule `amount` units of its purse, else as many
    as can be used; or `amount` of a reward of this name, which is bought from the purse `points` where none is held."""

    rule: Text
    amount: OptionalMicros = None
    points: Text = ""


class TenderModel(Document):
    """A part of the payment."""

    method: Text
    amount: Micros
