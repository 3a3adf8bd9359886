"""What a decision did (effects) and why (trace). Plain values; the texts are made in `rendering`."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from loyalty_rules.member import Debit
from loyalty_rules.source import Span


class PointsAwarded(NamedTuple):
    """Units given by one rule into one purse. `lines` is parallel to the order's lines in line order (by id,
    whatever order they came in); `order` is what no line carries."""

    rule: str
    purse: str
    asked: int  # after rounding, before caps over whole units
    granted: int
    usable: int
    expires: int
    lines: tuple[int, ...]
    order: int
    waits_for: str = ""  # the event about the order with which the units become usable; `usable` is NEVER until then
    kind: Literal["points_awarded"] = "points_awarded"


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
    """Units whose life ended, by the rule that had given them."""

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


class LevelChanged(NamedTuple):
    """The member moved on a ladder. "" is the base without a name."""

    ladder: str
    before: str
    after: str
    at: int
    kind: Literal["level_changed"] = "level_changed"


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
    | PointsConverted
    | LevelChanged
)


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
    OUTSIDE_DATES = "O_DATES"
    NOT_FOR_THIS_MEMBER = "O_AUD"
    TENDER_NOT_KNOWN = "O_TENDER"
    PURSE_FULL = "O_FULL"
    WAITING_FOR_EVENT = "O_WAITING"


class FalseCondition(NamedTuple):
    """One condition that did not hold. `clause` spans it in the rule file; `distance` is what was missing, if a
    number."""

    clause: Span
    text: str  # the condition as written in the file
    actual: str  # the value found, as text without words of any language ("" where it has none)
    distance: Fraction | None  # in the unit `unit`
    unit: str  # a currency, a purse, or a phrase role (ITEMS, ORDERS, DAYS); "" for none


class Entry(NamedTuple):
    """A signed step on the way from the exact amount to what was granted. Entries add up to `granted`."""

    step: str  # "own", "boost", "minimum", "group", "rounding", "remainder", "cap", "purse_full"
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
