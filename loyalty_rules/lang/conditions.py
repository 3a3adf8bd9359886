"""Conditions, measures and windows of a checked programme: every name resolved, every amount in its smallest unit,
every operand typed. Made by the checker alone; a value of this module is valid by construction.

Units: money in minor units of the programme's currency, points in the purse's smallest unit, numbers and per cents of
facts in millionths, dates as ordinals, instants and times of day in microseconds, levels as ranks (0 is the base),
texts and yes/no as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias

from loyalty_rules.calendar import Period
from loyalty_rules.source import Span
from loyalty_rules.values import frozen

Value: TypeAlias = int | str | bool | tuple[int, int]


class Kind(Enum):
    """Types of values."""

    MONEY = "money"
    POINTS = "points"  # of the purse named beside it
    COUNT = "count"
    NUMBER = "number"  # millionths
    PERCENT = "percent"  # millionths of one per cent
    TEXT = "text"
    YES_NO = "yes or no"
    DATE = "date"
    INSTANT = "instant"  # microseconds
    YEARLY = "yearly date"  # (month, day)
    TIME = "time"
    WEEKDAY = "weekday"  # 0 monday
    MONTH = "month"  # 1 january
    LEVEL = "level"  # of the ladder named beside it
    VARIANT = "variant"  # of the experiment named beside it: a name
    TAGS = "tags"  # a set of texts: `is` asks whether one of them is


# ---------- facts and selections


class Owner(Enum):
    LINE = "LINE_FACT"
    ORDER = "ORDER_FACT"
    MEMBER = "MEMBER_FACT"
    EVENT = "EVENT_FACT"


@frozen
class Fact:
    owner: Owner
    name: str
    kind: Kind
    event: str = ""  # with Owner.EVENT
    choices: tuple[str, ...] = ()
    optional: bool = False
    otherwise: Value | None = None
    leap_on_march_1: bool = False
    clock: bool = False  # a further date of an order, by which rules may be in force
    title: str = field(default="", compare=False)
    zone: bool = False  # a text that names a time zone


@frozen
class LineSet:
    """A selection: `on …` less `except …`. Names are product sets."""

    any_product: bool
    delivery: bool
    sets: tuple[str, ...]
    except_sets: tuple[str, ...] = ()
    except_delivery: bool = False


# ---------- what is asked of the occasion


class Field(Enum):
    """What an order, a line or a date tells. The values are roles of the phrase table."""

    SKU = "SKU"
    CATEGORY = "CATEGORY"
    BRAND = "BRAND"
    TAG = "TAG"
    UNIT_PRICE = "UNIT_PRICE"  # kind MONEY: constants in minor units
    QUANTITY = "QUANTITY"  # millionths
    STORE = "STORE"
    CHANNEL = "CHANNEL"
    MERCHANT = "ORDER_MERCHANT"
    CURRENCY = "CURRENCY"  # of the order, the programme's first one of anything else
    TENDER = "TENDER"
    ORDER_NUMBER = "ORDER_NUMBER"
    WEEKDAY = "WEEKDAY"
    MONTH_OF_YEAR = "MONTH_NAME"
    CLOCK_TIME = "CLOCK_TIME"
    TODAY = "DATE_TODAY"
    EVENT_TIME = "EVENT_TIME"
    JOINING_DATE = "JOINING_DATE"
    PREVIOUS_ORDER_DATE = "PREV_ORDER_DATE"
    FIRST_ORDER_DATE = "FIRST_ORDER_DATE"


LINE_FIELDS: Final = frozenset({Field.SKU, Field.CATEGORY, Field.BRAND, Field.TAG, Field.UNIT_PRICE, Field.QUANTITY})


@frozen
class FieldOf:
    """`zone`: the one in which a date or time is read, "" for the programme's."""

    field: Field
    kind: Kind
    zone: str = ""


@frozen
class FactOf:
    """`zone`: the one in which a date and time is told."""

    fact: Fact
    zone: str = ""


@frozen
class LevelOf:
    ladder: str


@frozen
class VariantOf:
    """The variant that the member has; no value for who is held out or takes no part."""

    experiment: str


class BaseKind(Enum):
    LIST_PRICE = "LIST_PRICE"
    AFTER_DISCOUNTS = "PRICE_AFTER"
    MONEY_PAID = "MONEY_PAID"


@frozen
class Base:
    """Which amount of a line. `tenders`: only the part paid so (MONEY_PAID)."""

    kind: BaseKind
    tenders: tuple[str, ...] = ()
    without_tax: bool = False


@frozen
class BaseTotal:
    """That amount of all lines of this order, delivery included."""

    base: Base


class WindowKind(Enum):
    """Kinds of windows."""

    THIS_ORDER = "IN_THIS_ORDER"
    PERIOD = "PERIOD"
    PREVIOUS = "PREVIOUS"
    LAST = "IN_LAST"
    YEAR_JOINED = "IN_YEAR_JOINED"
    YEAR_OF = "IN_YEAR_OF"
    SINCE_JOINING = "SINCE_JOINING"
    SINCE_CHANGE = "SINCE_CHANGE"
    SINCE_DONE = "SINCE_DONE"
    EVER = "EVER"
    IN_FORCE = "IN_FORCE"
    EACH = "EACH"  # the very day, week or month that a counter of them asks about


@frozen
class Window:
    """`period` with PERIOD, PREVIOUS and EACH; with LAST either `days` or `months` is above 0; `since` is the instant
    from which a measure IN_FORCE counts, if its rule has one; `of` the ladder of YEAR_OF and SINCE_CHANGE, the
    membership of YEAR_OF, or the challenge of SINCE_DONE."""

    kind: WindowKind
    period: Period | None = None
    days: int = 0
    months: int = 0
    since: int | None = None
    of: str = ""


THIS_ORDER: Final = Window(WindowKind.THIS_ORDER)
EVER: Final = Window(WindowKind.EVER)


class CounterKind(Enum):
    SPEND = "SPEND"
    ITEMS = "ITEMS"
    ORDERS = "ORDERS"
    ACTIVE_DAYS = "ACTIVE_DAYS"
    ACTIVE_WEEKS = "ACTIVE_WEEKS"
    ACTIVE_MONTHS = "ACTIVE_MONTHS"
    DAYS_IN_A_ROW = "DAYS_ROW"
    WEEKS_IN_A_ROW = "WEEKS_ROW"
    MONTHS_IN_A_ROW = "MONTHS_ROW"
    EARNED = "EARNED"
    REDEEMED = "REDEEMED"
    BALANCE = "BALANCE_OF"
    TOTAL = "TOTAL_OF"
    TIMES = "TIMES"
    VALUE_GIVEN = "VALUE_GIVEN"
    DISCOUNT = "DISCOUNT_GIVEN"

    __hash__ = object.__hash__  # the library's own hashes the name, each time a counter is looked up


#: The counters of days, weeks and months with something in them, and of runs of such.
ACTIVE: Final[Mapping[CounterKind, Period]] = MappingProxyType(
    {
        CounterKind.ACTIVE_DAYS: Period.DAY,
        CounterKind.ACTIVE_WEEKS: Period.WEEK,
        CounterKind.ACTIVE_MONTHS: Period.MONTH,
    }
)
IN_A_ROW: Final[Mapping[CounterKind, Period]] = MappingProxyType(
    {
        CounterKind.DAYS_IN_A_ROW: Period.DAY,
        CounterKind.WEEKS_IN_A_ROW: Period.WEEK,
        CounterKind.MONTHS_IN_A_ROW: Period.MONTH,
    }
)
#: What each counter of periods counts.
PERIODS: Final[Mapping[CounterKind, Period]] = MappingProxyType({**ACTIVE, **IN_A_ROW})


@frozen
class Forgiven:
    """Missed days, weeks or months that break no run, in the goal of the challenge `of`: so many in each `window`, and
    those for which the member used one of a `reward`."""

    number: int = 0
    window: Window | None = None
    reward: str = ""
    of: str = ""


@frozen
class Measure:
    """How much of what, over which window. `key` is its definition without the window's right edge: one definition,
    one counter.

    `of`: the purse (EARNED, REDEEMED, BALANCE), the fact (TOTAL), the event or rule (TIMES). `where` is asked of each
    order, `each` of each day, week or month that a counter of periods counts; it measures them, in windows of kind
    EACH. `tiers`: lines and occasions that a `never` takes from tier counting do not count either. `opted`: the rule
    to which members opt in before anything counts; "" for none. `forgives`: what breaks no run.
    """

    key: str
    counter: CounterKind
    kind: Kind
    window: Window
    before_this_order: bool
    base: Base | None = None
    of: str = ""
    fact: Fact | None = None
    where: Condition | None = None
    each: Condition | None = None
    lines: LineSet | None = None
    by: tuple[str, ...] = ()
    tiers: bool = False
    opted: str = ""
    forgives: Forgiven | None = None
    currency: str = field(default="", compare=False)  # in which it counts; "" for the only one of the programme


Operand: TypeAlias = FieldOf | FactOf | LevelOf | VariantOf | BaseTotal | Measure


def about_line(operand: Operand) -> bool:
    """Whether an operand has a value of its own for each line."""
    match operand:
        case FieldOf():
            return operand.field in LINE_FIELDS
        case FactOf():
            return operand.fact.owner is Owner.LINE
        case _:
            return False


@frozen
class Constant:
    value: Value


@frozen
class ShareOf:
    """`30% of list price`: `share` times the operand, exact. Of a fact (`[target]`): how many smallest units of what is
    compared one of its own is."""

    share: Fraction
    of: BaseTotal | Measure | FactOf


@frozen
class DateOf:
    """A date of the member or a fact, moved by days and months. A yearly date stands for the one nearest to the
    event's date in `zone`."""

    date: FieldOf | FactOf
    days: int = 0
    months: int = 0
    zone: str = ""


@frozen
class InstantOf:
    """The time of the event or an instant of a fact, moved: by local dates of `zone`, the clock showing the same, or by
    microseconds."""

    instant: FieldOf | FactOf
    days: int = 0
    months: int = 0
    micros: int = 0
    zone: str = ""


Bound: TypeAlias = Constant | ShareOf | DateOf | InstantOf


# ---------- conditions (all carry the span of what was written)


@frozen
class Test:
    span: Span = field(compare=False, kw_only=True)


@frozen
class AllOf(Test):
    items: tuple[Condition, ...]


@frozen
class OneOf(Test):
    items: tuple[Condition, ...]


@frozen
class NotOf(Test):
    item: Condition


@frozen
class AmongOf(Test):
    number: int
    items: tuple[Condition, ...]


@frozen
class Equals(Test):
    """Also for tags and tenders, where it asks whether one of them is the value."""

    operand: Operand
    bound: Bound
    negated: bool


@frozen
class In(Test):
    operand: Operand
    values: tuple[Value, ...]


class Compare(Enum):
    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"
    OVER = "OVER"
    UNDER = "UNDER"


@frozen
class Compared(Test):
    operand: Operand
    how: Compare
    bound: Bound


@frozen
class Between(Test):
    """Both included."""

    operand: Operand
    low: Bound
    high: Bound


@frozen
class Falls(Test):
    """A date (or yearly date) lies in the window around the event's date in `zone`."""

    date: FieldOf | FactOf
    window: Window
    zone: str = ""


@frozen
class InTable(Test):
    """The list of this name holds the value."""

    operand: FieldOf | FactOf | LevelOf
    table: str


@frozen
class OnSale(Test):
    pass


@frozen
class WasInvited(Test):
    """Another member invited this one."""


@frozen
class InSegment(Test):
    segment: str


@frozen
class MemberOf(Test):
    """The member has the membership, and it is neither paused nor over."""

    membership: str


@frozen
class OptedIn(Test):
    """The member has opted in to the rule."""

    rule: str


@frozen
class Applied(Test):
    """The rule gave something in this decision."""

    rule: str


@frozen
class Completed(Test):
    """The member has completed the challenge, be it in this decision."""

    challenge: str


@frozen
class Has(Test):
    fact: Fact


Condition: TypeAlias = (
    AllOf
    | OneOf
    | NotOf
    | AmongOf
    | Equals
    | In
    | Compared
    | Between
    | Falls
    | InTable
    | OnSale
    | WasInvited
    | InSegment
    | MemberOf
    | OptedIn
    | Applied
    | Completed
    | Has
)
