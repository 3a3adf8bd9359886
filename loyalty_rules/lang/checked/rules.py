"""Rules, what they give, what bounds them, and how they combine."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from fractions import Fraction

from loyalty_rules.calendar import Period
from loyalty_rules.lang.checked.ceilings import Cap, Scope, Told
from loyalty_rules.lang.checked.challenges import Goal
from loyalty_rules.lang.checked.partners import Funders
from loyalty_rules.lang.checked.purses import Expiry, RoundingRule, Usable
from loyalty_rules.lang.checked.timing import Timing
from loyalty_rules.lang.conditions import Base, Condition, LineSet, Measure, Window
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Dates:
    """From `start` (included) to `end` (excluded), in microseconds; None is no bound. `asked`: dates that are known
    with an order or a member: by a clock of the order, in a zone that is told. `days`: the first and the last of the
    latter."""

    start: int | None = None
    end: int | None = None
    asked: tuple[Condition, ...] = ()
    days: tuple[int | None, int | None] = (None, None)


@frozen
class Limit:
    """How often it may give something to one member in a window; with `same` for each of its values."""

    key: str
    times: int
    window: Window
    span: Span = field(compare=False)
    same: Told | None = None


class Pick(Enum):
    CHEAPEST = "CHEAPEST"
    DEAREST = "DEAREST"
    LINE_ORDER = "LINE_ORDER"


@frozen
class BaseLimit:
    """`skip first` (skip) or `only first`: of the basis, in minor units, or of items. `order` only with items."""

    key: str
    skip: bool
    amount: int
    items: bool
    order: Pick | None
    scope: Scope
    window: Window | None
    span: Span = field(compare=False)


class StepKind(Enum):
    PER = "PER"
    FULL = "PER_FULL"
    STARTED = "PER_STARTED"


@frozen
class Step:
    """Per so many: `size` in minor units (money), items, or the smallest unit of the measure `of`."""

    how: StepKind
    size: int
    items: bool
    of: Measure | None = None


class Parts(Enum):
    WHOLE = "WHOLE_AMOUNT"
    EACH = "EACH_PART"


@frozen
class Give:
    """`value` smallest units of `purse`, once (no step) or per step. A per cent is a step of one minor unit, with the
    value that one per cent of it is worth. `table`: the value is multiplied by what the table says (its rows'
    values), `parts` says how."""

    purse: str
    value: Fraction
    step: Step | None
    table: str = ""
    parts: Parts | None = None
    span: Span = field(compare=False, kw_only=True)


@frozen
class Choosing:
    """The member chooses one of the gifts, within days or months of local dates, or hours; all zero without an end."""

    days: int = 0
    months: int = 0
    hours: int = 0


@frozen
class Prolong:
    """Moves the ends of what is usable in a purse by days or months of local dates."""

    purse: str
    days: int
    months: int
    span: Span = field(compare=False)


@frozen
class LevelGift:
    """A level that the member holds at least: for days or months that begin with the date of the gift, through a date,
    to the end of the period, or for good."""

    ladder: str
    level: str
    days: int = 0
    months: int = 0
    through: int | None = None
    end: Period | None = None
    span: Span = field(compare=False, kw_only=True)


class TriggerKind(Enum):
    PURCHASE = "purchase"
    EVENT = "AFTER_EVENT"
    JOINING = "AFTER_JOINING"
    REACHING = "AFTER_REACHING"
    COMPLETING = "AFTER_COMPLETING"
    GOAL = "GOAL"
    TIME = "time"
    PRIZE = "prize"  # a winner: what it gives is told with the prize
    REFERRAL = "referral"  # the inviter: a friend did what the referral waits for
    CHOICE = "choice"  # the member chose what the rule had left open


@frozen
class Codes:
    """Codes of which one has to be presented with the order, as they are compared."""

    keys: tuple[str, ...]
    span: Span = field(compare=False)


@frozen
class Rule:
    """What earn and boost rules share. `lines` is None without `on`. `audience`, `occasion`: all must hold. `codes`:
    None where none has to be presented."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    span: Span = field(compare=False)
    audience: tuple[Condition, ...]
    occasion: tuple[Condition, ...]
    dates: Dates
    dates_span: Span = field(compare=False)
    zone: str  # of its dates and its questions of time; "" is the programme's
    lines: LineSet | None
    caps: tuple[Cap, ...]
    limits: tuple[Limit, ...]
    given: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]
    codes: Codes | None
    opt_in: bool  # it acts for members who opted in to it

    @property
    def counted_by_value(self) -> dict[str, Told]:
        """What each value of has a counter of its own, by the key of the ceiling."""
        bounds: tuple[Cap | Limit, ...] = (*self.caps, *self.limits)
        return {one.key: one.same for one in bounds if one.same is not None}


@frozen
class Earn(Rule):
    trigger: TriggerKind
    event: str
    base: Base | Measure
    base_limits: tuple[BaseLimit, ...]
    gives: tuple[Give, ...]
    minimum: int | None  # of the purse of the one give
    rounding: RoundingRule | None
    usable: Usable | None
    expire: tuple[Expiry, ...] | None
    prolongs: tuple[Prolong, ...] = ()  # of different purses; without any of them it gives something
    levels: tuple[LevelGift, ...] = ()
    reaches: tuple[str, str] = ("", "")  # with REACHING: the ladder and its level
    timing: Timing | None = None  # with TIME
    goal: Goal | None = None  # with GOAL: the rule is a challenge
    funders: Funders | None = None  # None where nothing says it, and the purse does
    choosing: Choosing | None = None  # with it the member chooses one of `gives`, which are amounts given once

    @property
    def completion(self) -> str:
        """The challenge for whose completions it gives, its own or one that it waits for; "" for none."""
        waits = self.trigger is TriggerKind.COMPLETING
        return self.name if self.goal is not None else self.event if waits else ""

    def waits_for(self, name: str) -> bool:
        """Whether this is the rule's occasion, among those of its kind. No declared name has a space. An occasion of
        time is named by the rules that wait for it."""
        if self.trigger is TriggerKind.TIME:
            return self.name in name.split()
        return name == (self.event or " ".join(filter(None, self.reaches)) or name)


@frozen
class Multiply:
    by: Fraction
    table: str = ""  # instead of `by`


@frozen
class Increase:
    gift: Give


@frozen
class Replace:
    gift: Give


@frozen
class Boost(Rule):
    changes: tuple[str, ...]
    effect: Multiply | Increase | Replace
    after_rounding: bool
    funders: Funders | None = None  # None where nothing says it, and the purse does

    def acts_in(self, purse: str) -> bool:
        """Whether it changes what its rules give into a purse: a gift goes into its own purse alone."""
        return isinstance(self.effect, Multiply) or self.effect.gift.purse == purse


class Policy(Enum):
    ADD_UP = "ADD_UP"
    MULTIPLY = "G_MULTIPLY"
    LARGEST = "LARGEST"
    SMALLEST = "SMALLEST_ONE"
    FIRST = "FIRST_LISTED"
    ONE_AFTER_ANOTHER = "ONE_AFTER"

    @property
    def chooses(self) -> bool:
        """Whether one of what a group lists is chosen."""
        return self in (Policy.LARGEST, Policy.SMALLEST, Policy.FIRST)


@frozen
class Group:
    """`rules` in listed order; rules or groups. `boosts`: a group of boosts."""

    name: str
    title: str
    rules: tuple[str, ...]
    policy: Policy
    per_line: bool
    boosts: bool
    caps: tuple[Cap, ...]
    span: Span = field(compare=False)


class Blocks(Enum):
    EARNING = "B_EARN"
    DISCOUNTS = "B_DISC"
    REDEEMING = "B_REDEEM"
    TIERS = "B_TIER"
    EVERYTHING = "B_ALL"

    __hash__ = object.__hash__  # asked for every line of an order


@frozen
class Never:
    name: str
    title: str
    lines: LineSet | None
    audience: tuple[Condition, ...]
    occasion: tuple[Condition, ...]
    dates: Dates
    blocks: frozenset[Blocks]
    span: Span = field(compare=False)
