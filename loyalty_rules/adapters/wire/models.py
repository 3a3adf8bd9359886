"""The shapes of JSON documents: events, members, decisions; and all JSON Schemas."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, Strict, StrictBool
from pydantic.json_schema import models_json_schema

from loyalty_rules.adapters.wire.accountmodels import StatementModel
from loyalty_rules.adapters.wire.choices import MAX_CHOICES, ChosenSetsModel, OpenChoiceModel
from loyalty_rules.adapters.wire.codes import PresentedCodeModel
from loyalty_rules.adapters.wire.drawmodels import WonModel
from loyalty_rules.adapters.wire.effectmodels import EffectModel
from loyalty_rules.adapters.wire.fields import (
    MAX_NAMES,
    Digest,
    Document,
    Facts,
    Fingerprint,
    Id,
    Instant,
    Micros,
    Number,
    OptionalDate,
    OptionalInstant,
    OptionalMicros,
    Text,
    Units,
)
from loyalty_rules.adapters.wire.membershipmodels import MembershipStepModel, SubscribedModel, SubscriptionModel
from loyalty_rules.adapters.wire.pairmodels import MergeModel, TransferModel
from loyalty_rules.adapters.wire.paymentmodels import (
    RedeemModel,
    TenderModel,
)
from loyalty_rules.adapters.wire.perkmodels import PerkUseModel
from loyalty_rules.adapters.wire.pursemodels import MAX_BUCKETS, PurseModel
from loyalty_rules.adapters.wire.recordmodels import MAX_RECORDS, RecordModel
from loyalty_rules.adapters.wire.referralmodels import REFERRAL_EVENTS, FollowUpModel, InvitedModel, ReferralEventModel
from loyalty_rules.adapters.wire.reservemodels import CaptureModel, ReleaseModel, ReservationModel
from loyalty_rules.adapters.wire.returnmodels import (
    CancellationModel,
    ConfirmationModel,
    RefusedModel,
    ReturnModel,
)
from loyalty_rules.adapters.wire.settlementmodels import SettlementModel
from loyalty_rules.adapters.wire.sharedmodels import SharedModel
from loyalty_rules.adapters.wire.standingmodels import ProgressModel, Scheduled, StandsModel, Until

MAX_LINES: Final = 1_000
MAX_SEEN: Final = 4_096
MAX_HISTORY: Final = 32


# ---------------------------------------------------------------- events


class LineModel(Document):
    """A line of an order. `price` is for one unit, `amount` for the whole line."""

    id: Id
    sku: Text = ""
    category: Text = ""
    brand: Text = ""
    tags: list[Text] = Field(default=[], max_length=MAX_NAMES)
    quantity: Micros
    price: OptionalMicros = None
    amount: OptionalMicros = None
    discount: Micros = 0
    tax: Micros = 0
    facts: Facts = Field(default={})
    delivery: StrictBool = False


class PurchaseModel(Document):
    """An order. Without `tenders` the host does not know how it is paid. `codes` are presented with it."""

    kind: Literal["purchase"]
    id: Id
    member: Id
    at: Instant
    merchant: Text = ""
    store: Text = ""
    channel: Text = ""
    currency: Text
    lines: list[LineModel] = Field(min_length=1, max_length=MAX_LINES)
    tenders: list[TenderModel] = Field(default=[], max_length=MAX_NAMES)
    facts: Facts = Field(default={})
    redeem: list[RedeemModel] = Field(default=[], max_length=MAX_NAMES)
    codes: list[Text] = Field(default=[], max_length=MAX_NAMES)


class HappeningModel(Document):
    """A declared event other than a purchase. `order` where it is about one."""

    kind: Literal["event"]
    id: Id
    member: Id
    at: Instant
    name: Text
    facts: Facts = Field(default={})
    order: Id = ""


class EnrolmentModel(Document):
    """The member joins."""

    kind: Literal["enrolment"]
    id: Id
    member: Id
    at: Instant


class ChoiceModel(Document):
    """The member asks for a conversion: of `amount` units of the purse that it uses, else of all that there is. Or buys
    `amount` of the reward `rule`, else one, from the purse `points`; or chooses the gift into `points` of those that
    `rule` left open, or `sets` of the product set `rule`."""

    kind: Literal["choice"]
    id: Id
    member: Id
    at: Instant
    rule: Text
    amount: OptionalMicros = None
    points: Text = ""
    sets: list[Text] = Field(default=[], max_length=MAX_NAMES)


class AdjustmentModel(Document):
    """Units given or, below zero, taken by hand."""

    kind: Literal["adjustment"]
    id: Id
    member: Id
    at: Instant
    points: Text
    amount: Micros
    reason: Text
    actor: Text


class TickModel(Document):
    """Only time passes. It has no id."""

    kind: Literal["tick"]
    member: Id
    at: Instant


EventModel: TypeAlias = (
    PurchaseModel
    | HappeningModel
    | EnrolmentModel
    | ReturnModel
    | CancellationModel
    | ConfirmationModel
    | ChoiceModel
    | AdjustmentModel
    | ReservationModel
    | CaptureModel
    | ReleaseModel
    | MembershipStepModel
    | PerkUseModel
    | TransferModel
    | MergeModel
    | ReferralEventModel
    | WonModel
    | TickModel
)
EVENTS: Final[dict[str, type[EventModel]]] = {
    "purchase": PurchaseModel,
    "event": HappeningModel,
    "enrolment": EnrolmentModel,
    "return": ReturnModel,
    "cancellation": CancellationModel,
    "confirmation": ConfirmationModel,
    "choice": ChoiceModel,
    "adjustment": AdjustmentModel,
    "reservation": ReservationModel,
    "capture": CaptureModel,
    "release": ReleaseModel,
    "membership": MembershipStepModel,
    "perk": PerkUseModel,
    "transfer": TransferModel,
    "merge": MergeModel,
    **REFERRAL_EVENTS,
    "prize": WonModel,
    "tick": TickModel,
}


# ---------------------------------------------------------------- members


# Lists of fixed length: JSON has no tuples, so the list is taken for one; its items stay exact.
Bucket: TypeAlias = Annotated[tuple[int, Units], Strict(False)]
SeenEvent: TypeAlias = Annotated[tuple[Id, Instant, Digest], Strict(False)]


class StandingModel(Document):
    """A level on a ladder, since when, and what is scheduled. "" is the base without a name. `falls` is what a failed
    review decided for later, `anew` when the level was reached again, `best` the highest level that was ever lost,
    `taken` what levels have taken from the ladder's counter, in whole smallest units; `floors` are levels that rules
    gave and until when, `history` the latest changes of the level that is held, `never` before the one
    that was held before any change."""

    level: Text
    since: OptionalInstant = None
    scheduled: list[Scheduled] = Field(default=[], max_length=MAX_NAMES)
    falls: Scheduled | None = None
    anew: OptionalInstant = None
    best: Text = ""
    taken: Units = "0"
    floors: list[Until] = Field(default=[], max_length=MAX_NAMES)
    history: list[Until] = Field(default=[], max_length=MAX_HISTORY)


class CoreModel(Document):
    """Everything about a member but the records of orders.

    `counters` hold the net sums of measures, caps and limits: [date ordinal or number of the period, smallest units].
    `seen` are the events that were decided: [id, instant, digest]. `merged`: into whom the member was merged.
    """

    member: Id
    programme: Fingerprint
    clock: OptionalInstant = None
    decisions: int = Field(ge=0)
    joined: OptionalInstant = None
    facts: Facts = Field(default={})
    segments: list[Text] = Field(default=[], max_length=MAX_NAMES)
    purses: dict[str, PurseModel] = Field(default={}, max_length=MAX_NAMES)
    counters: dict[str, list[Bucket]] = Field(default={}, max_length=MAX_BUCKETS)
    standings: dict[str, StandingModel] = Field(default={}, max_length=MAX_NAMES)
    memberships: dict[str, SubscriptionModel] = Field(default={}, max_length=MAX_NAMES)
    opted_in: dict[str, Instant] = Field(default={}, max_length=MAX_NAMES)
    choices: list[OpenChoiceModel] = Field(default=[], max_length=MAX_CHOICES)
    chosen: list[ChosenSetsModel] = Field(default=[], max_length=MAX_BUCKETS)
    invited: InvitedModel | None = None
    invites: int = Field(default=0, ge=0)
    first_order: OptionalDate = None
    last_order: OptionalDate = None
    seen: list[SeenEvent] = Field(default=[], max_length=MAX_SEEN)
    merged: Id | None = None


class MemberModel(Document):
    """A member document. `records` of orders are kept by programmes that take returns."""

    format: int = Field(ge=1, le=1)
    core: CoreModel
    records: list[RecordModel] = Field(max_length=MAX_RECORDS)


# ---------------------------------------------------------------- decisions


class MessageModel(Document):
    """What the file's own words tell the member."""

    rule: Text
    given: StrictBool
    language: Text
    text: Text


class ConditionModel(Document):
    """A condition that did not hold: as written, what was found, and what was missing in `unit`."""

    needed: str
    actual: str
    line: int
    missing: str | None = None
    unit: str = ""


class EntryModel(Document):
    """A signed step on the way from the exact amount to what was granted. A fraction is written 1/3."""

    step: str
    by: str
    amount: str


class TraceModel(Document):
    """One record per rule, fired or not. `line` is the line of the rule file that decided."""

    rule: str
    stage: str
    outcome: str
    line: int
    points: str
    asked: str
    granted: str
    entries: list[EntryModel] = Field(default=[])
    conditions: list[ConditionModel] = Field(default=[])
    decided_by: str = ""
    winner: str = ""
    winner_amount: str = "0"
    experiments: dict[str, Text | None] = Field(default={})


class PromiseModel(Document):
    """One record per promise that was asked: whether it held, and the line of the bound that was broken first, else of
    the promise. `missing` in `conditions` is by how much a bound was passed."""

    promise: str
    held: StrictBool
    line: int
    conditions: list[ConditionModel] = Field(default=[])


class ProgrammeModel(Document):
    name: str
    fingerprint: Fingerprint


class BalanceModel(Document):
    usable: Number
    pending: Number
    reserved: Number = "0"


class DecisionModel(Document):
    """What an event led to. `messages` where the file has some; `trace`, and `promises`, where it was asked for."""

    event: str | None  # a tick has no id
    kind: (
        Literal["purchase", "event", "enrolment", "return", "cancellation", "confirmation", "choice", "adjustment"]
        | Literal["reservation", "capture", "release", "membership", "perk", "transfer", "incoming", "merge"]
        | Literal["absorbed", "invitation", "welcome", "referral", "referral_withdrawn", "prize", "tick"]
    )
    member: Id
    at: Instant
    outcome: Literal["decided", "repeated", "not_returnable"]
    refused: RefusedModel | None = None
    programme: ProgrammeModel
    effects: list[EffectModel]
    balances: dict[str, BalanceModel]
    standing: dict[str, StandsModel]
    progress: dict[str, ProgressModel] = Field(default={})
    memberships: dict[str, SubscribedModel] = Field(default={})
    choices: list[OpenChoiceModel] = Field(default=[], max_length=MAX_CHOICES)
    chosen: dict[str, list[Text]] = Field(default={})
    to_pay: Number | None = None
    refund: Number | None = None
    follow_ups: list[FollowUpModel] = Field(max_length=0)
    codes: list[PresentedCodeModel] = Field(default=[], max_length=MAX_NAMES)
    messages: list[MessageModel] | None = None
    trace: list[TraceModel] | None = None
    promises: list[PromiseModel] = Field(default=[])


# ---------------------------------------------------------------- schemas

#: File name, title, and the models one of which a document is.
SCHEMAS: Final[dict[str, tuple[str, tuple[type[Document], ...]]]] = {
    "event": ("An event", tuple(EVENTS.values())),
    "member": ("A member document", (MemberModel,)),
    "decision": ("A decision", (DecisionModel,)),
    "statement": ("A statement", (StatementModel,)),
    "settlement": ("A settlement", (SettlementModel,)),
    "shared": ("What members share", (SharedModel,)),
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one kind of document: a name of `SCHEMAS`."""
    title, models = SCHEMAS[name]
    places, whole = models_json_schema([(model, "validation") for model in models], title=title)
    refs = [places[model, "validation"] for model in models]
    body = refs[0] if len(refs) == 1 else {"oneOf": refs}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, **body}
    for model in schema["$defs"].values():
        for field in model.get("properties", {}).values():
            # The models' own defaults are values already read, and their titles only repeat the name.
            field.pop("default", None)
            field.pop("title", None)
    return schema
