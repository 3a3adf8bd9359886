"""The shapes of what a decision did, one for each kind of effect."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from loyalty_rules.adapters.wire.challenges import ChallengeEffectModel
from loyalty_rules.adapters.wire.choices import ChoiceEffectModel
from loyalty_rules.adapters.wire.discounts import (
    CostSharedModel,
    DiscountGivenModel,
    GiftAddedModel,
    GiftTakenBackModel,
)
from loyalty_rules.adapters.wire.fields import (
    Document,
    End,
    Id,
    Instant,
    Number,
    OptionalEnd,
    OptionalInstant,
    Text,
)
from loyalty_rules.adapters.wire.membershipmodels import MembershipEffectModel
from loyalty_rules.adapters.wire.optingin import OptedInModel
from loyalty_rules.adapters.wire.paymentmodels import DebitModel
from loyalty_rules.adapters.wire.perkmodels import PerkUsedModel
from loyalty_rules.adapters.wire.referralmodels import ReferralEffectModel
from loyalty_rules.adapters.wire.reservemodels import (
    PointsCapturedModel,
    PointsReservedModel,
    ReservationReleasedModel,
)
from loyalty_rules.adapters.wire.returnmodels import (
    DebtPaidModel,
    GoodsReturnedModel,
    PointsGivenAgainModel,
    PointsTakenBackModel,
)
from loyalty_rules.adapters.wire.sharedmodels import BudgetUsedModel
from loyalty_rules.member import NEVER


class PointsAwardedModel(Document):
    """Units given by one rule into one purse; `lines` by line id, `order` what no line carries. `usable` is left out
    where they wait for an event, and `expires` where it is not known before that. `at`: where time gave them, or a
    level that it brought, before the event came. `funding`: what partners pay for of them, the programme pays for the
    rest."""

    kind: Literal["points_awarded"]
    rule: Text
    points: Text
    asked: Number
    granted: Number
    usable: OptionalInstant = None
    expires: OptionalEnd = None
    lines: dict[str, Number] = Field(default={})
    order: Number = "0"
    at: OptionalInstant = None
    waits_for: Text = ""
    funding: dict[str, Number] = Field(default={})


class PointsActivatedModel(Document):
    """Pending units became usable."""

    kind: Literal["points_activated"]
    points: Text
    units: Number
    at: Instant


class PointsReleasedModel(Document):
    """Units that waited for an event about their order: it came, and they have their life."""

    kind: Literal["points_released"]
    points: Text
    units: Number
    at: Instant
    usable: Instant
    expires: End


class PointsExpiredModel(Document):
    """Units whose life ended, by the rule that had given them."""

    kind: Literal["points_expired"]
    points: Text
    units: Number
    at: Instant
    parts: dict[str, Number]


class PointsTakenModel(Document):
    """Units that a conversion took, lot by lot."""

    kind: Literal["points_taken"]
    rule: Text
    points: Text
    units: Number
    at: Instant
    debits: list[DebitModel]


class PointsRedeemedModel(Document):
    """Units that paid for a part of an order, lot by lot; `lines` by line id, in money. `limited_by` says why fewer
    were used than asked for, or no more could be. `rights`: how many of the reward `rule` were used with them."""

    kind: Literal["points_redeemed"]
    rule: Text
    points: Text
    asked: Number | None = None
    units: Number
    value: Number
    limited_by: Text = ""
    at: Instant
    debits: list[DebitModel] = Field(default=[])
    lines: dict[str, Number] = Field(default={})
    rights: int = 0


class PointsGivenBackModel(Document):
    """Units that had paid for goods that came back, lot by lot; `value` is what they had paid, in money."""

    kind: Literal["points_given_back"]
    rule: Text
    points: Text
    units: Number
    value: Number
    at: Instant
    debits: list[DebitModel] = Field(default=[])


class PointsConvertedModel(Document):
    """Units that came of a conversion; `asked` before the maximum of the purse. `funding` as where rules give."""

    kind: Literal["points_converted"]
    rule: Text
    points: Text
    asked: Number
    granted: Number
    at: Instant
    usable: Instant
    expires: End
    funding: dict[str, Number] = Field(default={})


class ExpiryMovedModel(Document):
    """Units that were held before expire later now, because of activity or of a `rule` that prolongs; `until` is the
    latest of their new ends."""

    kind: Literal["expiry_moved"]
    points: Text
    units: Number
    at: Instant
    until: End
    rule: Text = ""


class ExpiryWaitsModel(Document):
    """The end of units has come, and waits as long as the purse's condition holds."""

    kind: Literal["expiry_waits"]
    points: Text
    units: Number
    at: Instant


class PointsTransferredModel(Document):
    """Units that went to another member, lot by lot."""

    kind: Literal["points_transferred"]
    points: Text
    units: Number
    to: Id
    at: Instant
    debits: list[DebitModel]


class PointsReceivedModel(Document):
    """Units that came from another member, lot by lot, as they were there."""

    kind: Literal["points_received"]
    points: Text
    units: Number
    giver: Id
    at: Instant
    debits: list[DebitModel]


class AccountMergedModel(Document):
    """What lies in a purse, usable or not, and what it owes: below zero it went to the `other` member, else it came
    from it."""

    kind: Literal["account_merged"]
    points: Text
    units: Number
    owed: Number = "0"
    other: Id
    at: Instant


class PointsRedenominatedModel(Document):
    """Units of a purse that are counted in another denomination from now on: what was held, usable or not, what was
    owed, and what is set aside to pay, before and after. `rule` is the change."""

    kind: Literal["points_redenominated"]
    rule: Text
    points: Text
    before: Number
    after: Number
    owed_before: Number = "0"
    owed_after: Number = "0"
    at: Instant
    aside_before: Number = "0"
    aside_after: Number = "0"


class PointsAdjustedModel(Document):
    """Units that came or, below zero, went by hand; `parts` by the rule that had given them. `usable` and `expires` are
    the life of what came."""

    kind: Literal["points_adjusted"]
    points: Text
    asked: Number
    units: Number
    at: Instant
    usable: OptionalInstant = None
    expires: End = NEVER
    parts: dict[str, Number] = Field(default={})
    reason: Text
    actor: Text


class LevelChangedModel(Document):
    """The member moved on a ladder. null is the base without a name."""

    kind: Literal["level_changed"]
    ladder: Text
    before: str | None
    after: str | None
    at: Instant


class LevelAssignedModel(Document):
    """A rule gave a level: the member holds at least it until an instant, or for good ("never")."""

    kind: Literal["level_assigned"]
    rule: Text
    ladder: Text
    level: Text
    until: End
    at: Instant


class LevelAtRiskModel(Document):
    """A review was failed: the level gives way to `to` at `falls`, unless it is reached again. null is the base without
    a name."""

    kind: Literal["level_at_risk"]
    ladder: Text
    level: str | None
    to: str | None
    falls: Instant
    at: Instant


class LevelKeptModel(Document):
    """A fall that waited was called off."""

    kind: Literal["level_kept"]
    ladder: Text
    level: str | None
    at: Instant


class LevelTookModel(Document):
    """What a level took from its ladder's counter, or a review dropped of it, and what is left."""

    kind: Literal["level_took"]
    ladder: Text
    level: Text
    taken: Number
    dropped: Number = "0"
    left: Number
    at: Instant


EffectModel: TypeAlias = Annotated[
    PointsAwardedModel
    | PointsActivatedModel
    | PointsReleasedModel
    | PointsExpiredModel
    | ExpiryMovedModel
    | ExpiryWaitsModel
    | PointsTakenModel
    | DiscountGivenModel
    | CostSharedModel
    | GiftAddedModel
    | GiftTakenBackModel
    | PointsRedeemedModel
    | PointsReservedModel
    | PointsCapturedModel
    | ReservationReleasedModel
    | PointsConvertedModel
    | PointsAdjustedModel
    | PointsRedenominatedModel
    | PointsTransferredModel
    | PointsReceivedModel
    | AccountMergedModel
    | GoodsReturnedModel
    | PointsTakenBackModel
    | PointsGivenAgainModel
    | PointsGivenBackModel
    | DebtPaidModel
    | LevelChangedModel
    | LevelAssignedModel
    | LevelAtRiskModel
    | LevelKeptModel
    | LevelTookModel
    | MembershipEffectModel
    | PerkUsedModel
    | OptedInModel
    | ChoiceEffectModel
    | ChallengeEffectModel
    | ReferralEffectModel
    | BudgetUsedModel,
    Field(discriminator="kind"),
]
