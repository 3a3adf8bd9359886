"""The shapes of invitations and of what follows from them: events, effects, and what a member document keeps."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, Strict

from loyalty_rules.adapters.wire.fields import Document, Id, Instant, OptionalInstant, Text

_MAX_FACTS: Final = 100

#: The name of a fact and its value as the programme keeps it, by its type.
_Fact: TypeAlias = Annotated[tuple[Text, Text], Strict(False)]


class InvitationModel(Document):
    """The member invited a friend."""

    kind: Literal["invitation"]
    id: Id
    member: Id
    at: Instant
    friend: Id


class ReferredModel(Document):
    """By the event `event` the friend did what the referral `rule` waits for. A decision about the friend leads to it;
    it is told as it is, for the inviter. `until`: until when it may be withdrawn."""

    kind: Literal["referral"]
    id: Id
    member: Id
    at: Instant
    rule: Text
    friend: Id
    event: Id
    until: OptionalInstant = None


class WithdrawnModel(Document):
    """The order `event` of the friend came back, for which the follow-up `referral` gave something. A decision about
    the friend leads to it; it is told as it is, for the inviter."""

    kind: Literal["referral_withdrawn"]
    id: Id
    member: Id
    at: Instant
    rule: Text
    friend: Id
    event: Id
    referral: Id


class FriendInvitedModel(Document):
    """The member invited a friend."""

    kind: Literal["friend_invited"]
    friend: Id
    at: Instant


class InvitedByModel(Document):
    """Another member invited this one."""

    kind: Literal["invited_by"]
    inviter: Id
    at: Instant


class InvitedModel(Document):
    """By whom and when the member was invited; `facts` are those of the inviter that referrals compare."""

    by: Id
    at: Instant
    facts: dict[str, Text] = Field(default={}, max_length=_MAX_FACTS)


ReferralEventModel: TypeAlias = InvitationModel | ReferredModel | WithdrawnModel
FollowUpModel: TypeAlias = Annotated[ReferredModel | WithdrawnModel, Field(discriminator="kind")]
ReferralEffectModel: TypeAlias = FriendInvitedModel | InvitedByModel
REFERRAL_EVENTS: Final[dict[str, type[ReferralEventModel]]] = {
    "invitation": InvitationModel,
    "referral": ReferredModel,
    "referral_withdrawn": WithdrawnModel,
}
