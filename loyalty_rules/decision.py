"""What a decision did (effects) and why (trace). Plain values; the texts are made in `rendering`."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from loyalty_rules.accounts import AccountMerged as AccountMerged
from loyalty_rules.accounts import PointsReceived as PointsReceived
from loyalty_rules.accounts import PointsTransferred as PointsTransferred
from loyalty_rules.choices import ChoiceEffect
from loyalty_rules.completions import ChallengeCompleted as ChallengeCompleted
from loyalty_rules.completions import ChallengeEffect
from loyalty_rules.completions import CompletionTakenBack as CompletionTakenBack
from loyalty_rules.discounts import CostShared as CostShared
from loyalty_rules.discounts import DiscountGiven as DiscountGiven
from loyalty_rules.discounts import GiftAdded as GiftAdded
from loyalty_rules.discounts import GiftTakenBack as GiftTakenBack
from loyalty_rules.memberships import FeeDue as FeeDue
from loyalty_rules.memberships import MembershipEffect
from loyalty_rules.memberships import MembershipEnded as MembershipEnded
from loyalty_rules.memberships import MembershipLeft as MembershipLeft
from loyalty_rules.memberships import MembershipPaused as MembershipPaused
from loyalty_rules.memberships import MembershipRenewed as MembershipRenewed
from loyalty_rules.memberships import MembershipResumed as MembershipResumed
from loyalty_rules.memberships import MembershipStarted as MembershipStarted
from loyalty_rules.optingin import OptedIn as OptedIn
from loyalty_rules.perks import PerkUsed as PerkUsed
from loyalty_rules.records import Debit, Funding
from loyalty_rules.referrals import FriendInvited as FriendInvited
from loyalty_rules.referrals import InvitedBy as InvitedBy
from loyalty_rules.source import Span


class PointsAwarded(NamedTuple):
    """Units given by one rule into one purse. `lines` is parallel to the order's lines in line order (by id,
    whatever order they came in); `order` is what no line carries. `at`: of the event, or where time gave them, or a
    level that it brought, before it came."""

    rule: str
    purse: str
    asked: int  # after rounding, before caps over whole units
    granted: int
    usable: int
    expires: int
    lines: tuple[int, ...]
    order: int
    at: int
    waits_for: str = ""  # the event about the order with which the units become usable; `usable` is NEVER until then
    kind: Literal["points_awarded"] = "points_awarded"
    funding: Funding = ()  # who pays for what was granted


class PointsActivated(NamedTuple):
    """Pending units became usable."""

    purse: str
    units: int
    at: int
    kind: Literal["points_activated"] = "points_activated"


class PointsReleased(NamedTuple):
    """Units that waited for an event about their order: it came, and they have their life."""

    purse: str
    units: int
    at: int
    usable: int
    expires: int
    kind: Literal["points_released"] = "points_released"


class PointsExpired(NamedTuple):
    """Units whose life ended, by the parts of their lots: which rule gave them, and who pays for them."""

    purse: str
    units: int
    at: int
    parts: tuple[tuple[str, int], ...]
    kind: Literal["points_expired"] = "points_expired"


class PointsTaken(NamedTuple):
    """Units that a conversion took, lot by lot."""

    rule: str
    purse: str
    units: int
    at: int
    debits: tuple[Debit, ...]
    kind: Literal["points_taken"] = "points_taken"


class PointsRedeemed(NamedTuple):
    """Units that paid for a part of an order. `asked` is None where as many were asked for as can be used; `limited_by`
    says why fewer were used than asked for, or no more could be. `lines` is parallel to the order's lines in line
    order: what of each was paid, in minor units; they add up to `value`. `rights`: how many of the reward `rule` were
    used; they were held, or bought with these units."""

    rule: str
    purse: str
    asked: int | None
    units: int
    value: int
    limited_by: str
    at: int
    debits: tuple[Debit, ...]
    lines: tuple[int, ...]
    kind: Literal["points_redeemed"] = "points_redeemed"
    rights: int = 0


class PointsReserved(NamedTuple):
    """Units that are set aside to pay by a redeem rule: `value` (minor units) if all of them do. `asked` and
    `limited_by` as where points pay; `until` is NEVER without an end."""

    reservation: str
    rule: str
    purse: str
    asked: int | None
    units: int
    value: int
    limited_by: str
    until: int
    at: int
    debits: tuple[Debit, ...]
    kind: Literal["points_reserved"] = "points_reserved"


class PointsCaptured(NamedTuple):
    """Units of a reservation that paid, and what they paid (minor units)."""

    reservation: str
    rule: str
    purse: str
    units: int
    value: int
    at: int
    debits: tuple[Debit, ...]
    kind: Literal["points_captured"] = "points_captured"


class ReservationReleased(NamedTuple):
    """Units of a reservation that went back to their lots: those that were not captured, or all where it was released
    or its time was over (`lapsed`)."""

    reservation: str
    rule: str
    purse: str
    units: int
    at: int
    lapsed: bool
    debits: tuple[Debit, ...]
    kind: Literal["reservation_released"] = "reservation_released"


class PointsConverted(NamedTuple):
    """Units that came of a conversion. `asked` before the maximum of the purse."""

    rule: str
    purse: str
    asked: int
    granted: int
    at: int
    usable: int
    expires: int
    kind: Literal["points_converted"] = "points_converted"
    funding: Funding = ()


class ExpiryMoved(NamedTuple):
    """Units that were held before expire later now, because of activity or of a rule that prolongs; `until` is the
    latest of their new ends."""

    purse: str
    units: int
    at: int
    until: int
    rule: str = ""  # "" for activity
    kind: Literal["expiry_moved"] = "expiry_moved"


class ExpiryWaits(NamedTuple):
    """The end of units has come, and waits: they stay as long as the purse's `expiry waits while` holds."""

    purse: str
    units: int
    at: int
    kind: Literal["expiry_waits"] = "expiry_waits"


class PointsRedenominated(NamedTuple):
    """Units of a purse that are counted in another denomination from now on: what was held, usable or not, what was
    owed, and what is set aside to pay, before and after."""

    rule: str  # the change
    purse: str
    before: int
    after: int
    owed_before: int
    owed_after: int
    at: int
    aside_before: int = 0
    aside_after: int = 0
    kind: Literal["points_redenominated"] = "points_redenominated"


class PointsAdjusted(NamedTuple):
    """Units that came (or went, below zero) by hand. Of what was asked, what the purse could take or give; `parts` are
    the units by the rule that had given them, without sign. A lot was made where `units` is above zero."""

    purse: str
    asked: int
    units: int
    at: int
    usable: int
    expires: int
    parts: tuple[tuple[str, int], ...]
    reason: str
    actor: str
    kind: Literal["points_adjusted"] = "points_adjusted"


class GoodsReturned(NamedTuple):
    """Goods of an order came back. `lines`: the id, how much (millionths), and what is refunded for it (minor units).
    `proportion`: points were taken back in proportion, because the order could not be decided again as it was."""

    order: str
    lines: tuple[tuple[str, int, int], ...]
    whole: bool
    proportion: bool
    kind: Literal["goods_returned"] = "goods_returned"


class PointsTakenBack(NamedTuple):
    """Units of a rule that no longer stand. `lots`: how many were taken from the lots of which decision. Of the others,
    `expired` had expired, `owed` are a debt of the purse, `short` could not be taken."""

    rule: str
    purse: str
    units: int
    lots: tuple[tuple[int, int], ...]
    expired: int
    owed: int
    short: int
    kind: Literal["points_taken_back"] = "points_taken_back"
    funding: Funding = ()  # who no longer pays, of what was taken from lots or is owed


class PointsGivenAgain(NamedTuple):
    """Units that an earlier return of the order had taken back, and that the goods that are kept earn again."""

    rule: str
    purse: str
    units: int
    usable: int
    expires: int
    kind: Literal["points_given_again"] = "points_given_again"
    funding: Funding = ()


class PointsGivenBack(NamedTuple):
    """Units that had paid for goods that came back: to the lots they were taken from, with their old life. `value` is
    what they had paid (minor units), and so is not refunded in money. Where only money comes back there are no
    units, and where a unit is worth more than what came back perhaps none either."""

    rule: str
    purse: str
    units: int
    value: int
    at: int
    debits: tuple[Debit, ...]
    kind: Literal["points_given_back"] = "points_given_back"


class DebtPaid(NamedTuple):
    """Units that became usable and went to the debt of their purse."""

    purse: str
    units: int
    at: int
    kind: Literal["debt_paid"] = "debt_paid"


class LevelChanged(NamedTuple):
    """The member moved on a ladder. "" is the base without a name."""

    ladder: str
    before: str
    after: str
    at: int
    kind: Literal["level_changed"] = "level_changed"


class LevelAssigned(NamedTuple):
    """A rule gave a level: the member holds at least it until an instant."""

    rule: str
    ladder: str
    level: str
    until: int
    at: int
    kind: Literal["level_assigned"] = "level_assigned"


class LevelAtRisk(NamedTuple):
    """A review was failed: at `falls` the level gives way to `to`, unless it is reached again before."""

    ladder: str
    level: str
    to: str
    falls: int
    at: int
    kind: Literal["level_at_risk"] = "level_at_risk"


class LevelKept(NamedTuple):
    """A fall that waited was called off."""

    ladder: str
    level: str
    at: int
    kind: Literal["level_kept"] = "level_kept"


class LevelTook(NamedTuple):
    """A level took from its ladder's counter, when it was reached or kept, or a review dropped what is not carried
    over. Amounts are in the smallest unit of the counter; `left` is what it holds now."""

    ladder: str
    level: str
    taken: int
    dropped: int
    left: int
    at: int
    kind: Literal["level_took"] = "level_took"


class BudgetUsed(NamedTuple):
    """What was given out of a budget; below zero it came back with goods. Amounts are in the smallest unit of what the
    budget counts. `key` and `bucket` name the counter in the shared value, `value` is that of `per same`. Of `asked`,
    `granted` was given; `left` is what is left now, of `cap` under the edition that gave it. The decision is the
    same as long as from `low` to `high` were left of that before it; `high` is NEVER without a bound."""

    budget: str
    key: str
    value: str
    bucket: int
    asked: int
    granted: int
    left: int
    cap: int
    low: int
    high: int
    at: int
    kind: Literal["budget_used"] = "budget_used"


class Message(NamedTuple):
    """What the file's own words tell the member about a decision. No effect: it changes nothing, and is worked out when
    asked for. `given`: told because the rule gave something."""

    rule: str
    given: bool
    language: str
    text: str


Effect: TypeAlias = (
    PointsAwarded
    | PointsActivated
    | PointsReleased
    | PointsExpired
    | ExpiryMoved
    | ExpiryWaits
    | PointsTaken
    | DiscountGiven
    | CostShared
    | GiftAdded
    | GiftTakenBack
    | PointsRedeemed
    | PointsReserved
    | PointsCaptured
    | ReservationReleased
    | PointsConverted
    | PointsAdjusted
    | PointsRedenominated
    | PointsTransferred
    | PointsReceived
    | AccountMerged
    | GoodsReturned
    | PointsTakenBack
    | PointsGivenAgain
    | PointsGivenBack
    | DebtPaid
    | LevelChanged
    | LevelAssigned
    | LevelAtRisk
    | LevelKept
    | LevelTook
    | MembershipEffect
    | PerkUsed
    | OptedIn
    | ChoiceEffect
    | ChallengeEffect
    | FriendInvited
    | InvitedBy
    | BudgetUsed
)


class NotReturnable(NamedTuple):
    """Why goods do not come back through the programme: REFUSED (it takes no returns), NO_RECORD (no such order may
    still come back), LINE_UNKNOWN (the order has no such line), MORE (than what is kept of a line), NOTHING (all of it
    came back before). `line` and `kept` (millionths) where it is about a line."""

    reason: Literal["REFUSED", "NO_RECORD", "LINE_UNKNOWN", "MORE", "NOTHING"]
    line: str = ""
    kept: int = 0


class Outcome(Enum):
    """What became of a rule in one decision. The values are phrase roles: their words stand in the phrase tables."""

    AWARDED = "O_AWARDED"
    REDUCED_BY_CAP = "O_CAP"
    ZERO_AFTER_ROUNDING = "O_ZERO"
    CONDITION_FALSE = "O_COND"
    NO_MATCHING_LINES = "O_LINES"
    EXCLUDED_BY_NEVER = "O_NEVER"
    LOST_IN_GROUP = "O_GROUP"
    CAP_USED_UP = "O_CAPUSED"
    LIMIT_REACHED = "O_LIMIT"
    NOT_YET = "O_NOT_YET"
    LEFT_TO_CHOOSE = "O_OFFERED"
    OUTSIDE_DATES = "O_DATES"
    NOT_FOR_THIS_MEMBER = "O_AUD"
    CODE_MISSING = "O_CODE"
    NOT_OPTED_IN = "O_OPT"
    TENDER_NOT_KNOWN = "O_TENDER"
    PURSE_FULL = "O_FULL"
    WAITING_FOR_EVENT = "O_WAITING"
    ACCRUED = "O_ACCRUED"
    BUDGET_EMPTY = "O_BUDGET"
    IN_CONTROL_GROUP = "O_HOLD"


class FalseCondition(NamedTuple):
    """One condition that did not hold. `clause` spans it in the rule file; `distance` is what was missing, if a
    number."""

    clause: Span
    text: str  # the condition as written in the file
    actual: str  # the value found, as text without words of any language ("" where it has none)
    distance: Fraction | None  # in the unit `unit`
    unit: str  # a currency, a purse, or a phrase role (ITEMS, ORDERS, DAYS); "" for none


class PromiseTrace(NamedTuple):
    """What became of a promise that was asked of a decision. It changes nothing that was decided."""

    promise: str
    held: bool
    clause: Span  # of the bound that was broken first, else of the promise's header
    conditions: tuple[FalseCondition, ...]  # what was needed and what was found, of the bounds that were broken


class Entry(NamedTuple):
    """A signed step on the way from the exact amount to what was granted. Entries add up to `granted`."""

    step: str  # "own", "boost", "minimum", "group", "rounding…", "remainder", "accrued", "cap", "purse_full", "budget"
    by: str  # the rule, boost, group or purse that made it
    amount: Fraction  # in units of the purse's smallest unit


class RuleTrace(NamedTuple):
    """One record per rule and decision, fired or not."""

    rule: str
    stage: str
    outcome: Outcome
    clause: Span  # of the clause that decided, else of the rule's header
    purse: str
    asked: int
    granted: int
    entries: tuple[Entry, ...]
    conditions: tuple[FalseCondition, ...]
    decided_by: str  # the group, cap or never that decided, else ""
    winner: str  # in a group: who won, and with how much
    winner_amount: int
    exposed: tuple[tuple[str, str], ...] = ()  # (experiment, the variant of the member, "" in the hold-out)
