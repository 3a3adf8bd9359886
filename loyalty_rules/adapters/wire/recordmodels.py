"""The shape of a record of an order in a member document."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, Strict, StrictBool

from loyalty_rules.adapters.wire.discounts import RecordedGiftModel
from loyalty_rules.adapters.wire.fields import (
    MAX_NAMES,
    Document,
    End,
    Exact,
    Fingerprint,
    Id,
    Instant,
    Named,
    OptionalDate,
    Text,
    Units,
    Whole,
)
from loyalty_rules.adapters.wire.paymentmodels import MAX_DEBITS, RecordedDebitModel, RecordedPaymentModel
from loyalty_rules.adapters.wire.sharedmodels import RecordedUseModel

MAX_RECORDS: Final = 500
MAX_RECORDED_LINES: Final = 1_000
_MAX_COUNTS: Final = 20_000

# Lists of fixed length: JSON has no tuples, so the list is taken for one; its items stay exact.
Pair: TypeAlias = Annotated[tuple[Whole, Whole], Strict(False)]
Levels: TypeAlias = Annotated[tuple[Text, Text], Strict(False)]
Changed: TypeAlias = Annotated[tuple[Text, Instant], Strict(False)]
StoodOn: TypeAlias = Annotated[tuple[Text, int, int, Whole], Strict(False)]
Typed: TypeAlias = Annotated[tuple[Text, Literal["number", "text", "yes_no", "day"], Text], Strict(False)]
Sum: TypeAlias = Annotated[tuple[int, Whole], Strict(False)]
Count: TypeAlias = Annotated[tuple[Text, int, Whole], Strict(False)]
Counted: TypeAlias = Annotated[tuple[Text, StrictBool, Instant], Strict(False)]
Bucketed: TypeAlias = Annotated[tuple[Text, Annotated[int, Field(ge=0, lt=1_000)]], Strict(False)]
Remainder: TypeAlias = Annotated[tuple[Text, Text, Text], Strict(False)]
Row: TypeAlias = Annotated[tuple[int, list[Exact]], Strict(False)]


class RecordedLineModel(Document):
    """A line as it was bought, in smallest units and millionths, and how much of it is kept."""

    id: Id
    sku: Text = ""
    category: Text = ""
    brand: Text = ""
    tags: list[Text] = Field(default=[], max_length=MAX_NAMES)
    quantity: Whole
    kept: Whole
    weighed: StrictBool = False
    unit_price: Pair
    list_price: Whole
    after_discounts: Whole
    tax: Whole
    payable: Whole
    delivery: StrictBool = False
    facts: list[Typed] = Field(default=[], max_length=MAX_NAMES)
    paid: list[Named] = Field(default=[], max_length=MAX_NAMES)
    discounts: list[Named] = Field(default=[], max_length=MAX_NAMES)


class RecordedMemberModel(Document):
    """What was read from the member when the order was decided; `counters` are sums of windows."""

    facts: list[Typed] = Field(default=[], max_length=MAX_NAMES)
    segments: list[Text] = Field(default=[], max_length=MAX_NAMES)
    joined: OptionalDate = None
    first_order: OptionalDate = None
    last_order: OptionalDate = None
    counters: dict[str, list[Sum]] = Field(default={}, max_length=_MAX_COUNTS)
    balances: dict[str, Units] = Field(default={}, max_length=MAX_NAMES)
    held: dict[str, Units] = Field(default={}, max_length=MAX_NAMES)
    stood: list[StoodOn] = Field(default=[], max_length=MAX_NAMES)
    changed: list[Changed] = Field(default=[], max_length=MAX_NAMES)
    levels: list[Levels] = Field(default=[], max_length=MAX_NAMES)
    remainders: list[Remainder] = Field(default=[], max_length=MAX_NAMES)
    sums: list[Remainder] = Field(default=[], max_length=MAX_NAMES)
    memberships: list[Counted] = Field(default=[], max_length=MAX_NAMES)
    opted_in: list[Changed] = Field(default=[], max_length=MAX_NAMES)
    chosen: dict[str, list[Text]] = Field(default={}, max_length=MAX_NAMES)
    buckets: list[Bucketed] = Field(default=[], max_length=MAX_NAMES)
    invited: list[Text] | None = Field(default=None, max_length=MAX_NAMES)


class RecordedAwardModel(Document):
    """What one rule gave into one purse. `grid`: [line by its place, or -1, units of the rule and its boosts] before
    caps over whole units, exact amounts times `scale` where a purse is rounded over a period; `given` was granted,
    `holds` of it stands. `since`: what was kept of each line, in millionths, when the units were counted anew; then
    the grid is what stood. `most`: what each of `names` may give at most, -1 for no bound, because a budget gave no
    more. `called`: what the rule is called today, where that is another name. `funding`: of what was given,
    [partner, units] by name."""

    rule: Text
    points: Text
    place: Text
    names: list[Text] = Field(min_length=1, max_length=MAX_NAMES)
    grid: list[Row] = Field(min_length=1, max_length=MAX_RECORDED_LINES + 1)
    scale: Exact = 1
    usable: End
    expires: End
    given: Whole
    holds: Whole
    gone: Whole = 0
    expired: Whole = 0
    short: Whole = 0
    since: list[Whole] = Field(default=[], max_length=MAX_RECORDED_LINES)
    most: list[Whole] = Field(default=[], max_length=MAX_NAMES)
    called: Text = ""
    funding: list[Named] = Field(default=[], max_length=MAX_NAMES)


class RecordModel(Document):
    """An order that may come back until `until`; without lines what was given for a friend, and may fall with the
    friend's order. `counts`: what it adds to counters now, `used`: what it used up of limits, each [key, date ordinal
    or number of the period, amount]. `referred`: the referrals whose gifts fall with it; `friend` and
    `inviter`: whose these were. `chosen_for`: of a gift that the member chose, the order with which it falls.
    `currency`: where it is not the programme's first one."""

    order: Id
    number: int = Field(ge=1)
    at: Instant
    day: OptionalDate
    until: Instant
    programme: Fingerprint
    store: Text = ""
    channel: Text = ""
    merchant: Text = ""
    tenders: list[Text] | None = Field(default=None, max_length=MAX_NAMES)
    facts: list[Typed] = Field(default=[], max_length=MAX_NAMES)
    codes: list[Text] = Field(default=[], max_length=MAX_NAMES)
    lines: list[RecordedLineModel] = Field(default=[], max_length=MAX_RECORDED_LINES)
    known: RecordedMemberModel = RecordedMemberModel()
    awards: list[RecordedAwardModel] = Field(default=[], max_length=MAX_NAMES)
    counts: list[Count] = Field(default=[], max_length=_MAX_COUNTS)
    used: list[Count] = Field(default=[], max_length=_MAX_COUNTS)
    previous: OptionalDate = None
    referred: list[Text] = Field(default=[], max_length=MAX_NAMES)
    friend: Id | None = None
    inviter: Id | None = None
    chosen_for: Id | None = None
    currency: Text = ""
    payments: list[RecordedPaymentModel] = Field(default=[], max_length=MAX_NAMES)
    debits: list[RecordedDebitModel] = Field(default=[], max_length=MAX_DEBITS)
    budgets: list[RecordedUseModel] = Field(default=[], max_length=MAX_NAMES)
    gifts: list[RecordedGiftModel] = Field(default=[], max_length=MAX_NAMES)
