"""The shapes of memberships: their event, what became of them, and what a member document keeps of them."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Strict, StrictBool

from loyalty_rules.adapters.wire.fields import (
    Document,
    End,
    Id,
    Instant,
    Number,
    OptionalDate,
    OptionalEnd,
    OptionalInstant,
    Text,
    Whole,
)

_MAX_FEES = 100
_MAX_HISTORY = 32

# Lists of fixed length: JSON has no tuples, so the list is taken for one; its items stay exact.
Fee: TypeAlias = Annotated[tuple[OptionalDate, OptionalDate, Whole], Strict(False)]
Stood: TypeAlias = Annotated[tuple[Instant, StrictBool, Instant], Strict(False)]


class MembershipStepModel(Document):
    """The member subscribes (and has paid the first fee, or is on trial), pays for the next period (`renew`), pauses,
    resumes or leaves."""

    kind: Literal["membership"]
    id: Id
    member: Id
    at: Instant
    membership: Text
    step: Literal["subscribe", "renew", "pause", "resume", "leave"]


class SubscriptionModel(Document):
    """How a member has a membership, or (`ended`) had it. `due`: the date on which the next fee is due, or the trial is
    over; `day`: of the month on which fees are due; `turns` and `turn_day`: the same of its years. `fees`: what was
    paid, [from this date, before this one, smallest units]. `trial`: the date on which the trial was over. `lapses`:
    when it ends unless the fee that is due is paid. `leaves`: it ends when what was paid is over. `history`: the latest
    changes, [instant, whether it counts since, when its year began]."""

    since: Instant
    ended: OptionalInstant = None
    due: OptionalDate = None
    day: int = Field(ge=1, le=31)
    turns: OptionalDate
    turn_day: int = Field(ge=1, le=31)
    fees: list[Fee] = Field(default=[], max_length=_MAX_FEES)
    trial: OptionalDate = None
    lapses: OptionalInstant = None
    paused: OptionalInstant = None
    leaves: StrictBool = False
    history: list[Stood] = Field(min_length=1, max_length=_MAX_HISTORY)


class SubscribedModel(Document):
    """How a member has a membership: `until` the next fee is due or it ends; it `lapses` unless the fee that is due is
    paid before. `year`: when the year of it that runs began."""

    state: Literal["trial", "live", "due", "paused", "leaving", "over"]
    since: Instant
    until: OptionalEnd = None
    lapses: OptionalInstant = None
    year: Instant


class MembershipStartedModel(Document):
    """A membership began: with its first `fee`, or on trial."""

    kind: Literal["membership_started"]
    membership: Text
    fee: Number
    trial: StrictBool = False
    until: End
    at: Instant


class FeeDueModel(Document):
    """A period begins that has not been paid: the membership ends at `lapses` unless it is."""

    kind: Literal["fee_due"]
    membership: Text
    fee: Number
    lapses: Instant
    at: Instant


class MembershipRenewedModel(Document):
    """Another period was paid."""

    kind: Literal["membership_renewed"]
    membership: Text
    fee: Number
    until: Instant
    at: Instant


class MembershipPausedModel(Document):
    """A membership rests."""

    kind: Literal["membership_paused"]
    membership: Text
    at: Instant


class MembershipResumedModel(Document):
    """A membership goes on."""

    kind: Literal["membership_resumed"]
    membership: Text
    until: End
    at: Instant


class MembershipLeftModel(Document):
    """The member leaves: it ends at `ends`. Of the `fee` so much is refunded, and `less` was held back."""

    kind: Literal["membership_left"]
    membership: Text
    ends: Instant
    fee: Number
    less: Number = "0"
    refund: Number
    at: Instant


class MembershipEndedModel(Document):
    """A membership is over: a fee was not paid (`lapsed`), or its time is over."""

    kind: Literal["membership_ended"]
    membership: Text
    why: Literal["lapsed", "over"]
    at: Instant


MembershipEffectModel: TypeAlias = (
    MembershipStartedModel
    | FeeDueModel
    | MembershipRenewedModel
    | MembershipPausedModel
    | MembershipResumedModel
    | MembershipLeftModel
    | MembershipEndedModel
)
