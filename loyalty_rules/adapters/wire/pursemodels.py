"""The shapes of purses in a member's document: lots, the sums of periods, and what is set aside."""

from __future__ import annotations

from typing import Final

from pydantic import Field, StrictBool

from loyalty_rules.adapters.wire.fields import (
    MAX_NAMES,
    Document,
    End,
    Id,
    Instant,
    Length,
    Number,
    OptionalDate,
    OptionalInstant,
    Text,
    Whole,
)
from loyalty_rules.adapters.wire.paymentmodels import MAX_DEBITS, MAX_RESERVED, RecordedDebitModel, ReservedModel

MAX_LOTS: Final = 5_000
MAX_BUCKETS: Final = 20_000


class WaitsModel(Document):
    """What units wait for: an event about an order. `rule` names whose clauses say what happens then."""

    event: Text
    order: Id
    rule: Text = ""


class LotModel(Document):
    """Units given by one decision with one life. `parts` says which rule gave how many of what is left. `idle` are the
    lengths without activity that end it, [days, months]; `latest`: activity moves no end beyond; `overdue`: its end
    has come, and waits. No `usable` as long as it `waits` for an event. `since`: when its youngest units begin."""

    number: int = Field(ge=0)
    earned: Instant
    usable: OptionalInstant = None
    expires: End
    left: Number
    parts: dict[str, Number] = Field(min_length=1, max_length=MAX_NAMES)
    idle: list[Length] = Field(default=[], max_length=MAX_NAMES)
    latest: OptionalInstant = None
    overdue: StrictBool = False
    waits: WaitsModel | None = None
    since: OptionalInstant = None


class PostedModel(Document):
    """What became of a sum that was posted at the end of its period, in smallest units. `holds` of what was granted
    stands, `uses` is what caps counted of it, `buckets` the date ordinal or the number of the period in which.
    `anew`: it was counted in another denomination since."""

    number: int = Field(ge=0)
    at: Instant
    usable: Instant
    expires: End
    granted: Whole
    holds: Whole
    full: StrictBool = False
    uses: dict[str, Whole] = Field(default={}, max_length=MAX_NAMES)
    buckets: dict[str, int] = Field(default={}, max_length=MAX_NAMES)
    gone: Whole = 0
    expired: Whole = 0
    short: Whole = 0
    anew: StrictBool = False


class PeriodSumModel(Document):
    """What a rule gave in one period over which the purse is rounded: `exact` is numerator/denominator of smallest
    units, `period` the number of the period."""

    rule: Text
    period: int
    exact: Text
    posted: PostedModel | None = None


class PurseModel(Document):
    """What a member holds. `remainders` are carried to a rule's next award: numerator/denominator of smallest units.
    `active` is the date of the last activity, `sums` are those of the periods over which the purse is rounded;
    `debits` are the units that are `reserved`, in smallest units."""

    lots: list[LotModel] = Field(max_length=MAX_LOTS)
    remainders: dict[str, Text] = Field(default={}, max_length=MAX_NAMES)
    active: OptionalDate = None
    debt: Number = "0"
    sums: list[PeriodSumModel] = Field(default=[], max_length=MAX_BUCKETS)
    reserved: list[ReservedModel] = Field(default=[], max_length=MAX_RESERVED)
    debits: list[RecordedDebitModel] = Field(default=[], max_length=MAX_DEBITS)
