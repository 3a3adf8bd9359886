"""The checked programme: declarations, rules and examples. Made by the checker alone; read by the evaluators, the
analysis and the example runner. A value of this module is valid by construction. Units: see `conditions`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import NoReturn, TypeAlias

from loyalty_rules.amounts import Rounding
from loyalty_rules.calendar import Period
from loyalty_rules.decision import Outcome
from loyalty_rules.errors import refuse_pickling
from loyalty_rules.events import Event
from loyalty_rules.lang.conditions import Base, BaseTotal, Condition, Fact, Field, LineSet, Measure, Value, Window
from loyalty_rules.source import Span

# ---------- declarations


@dataclass(frozen=True, slots=True)
class EventKind:
    name: str
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ProductSet:
    """Lines for which all of `where` hold, or that are in a set of `include`, but in none of `exclude`. Never
    delivery."""

    name: str
    title: str
    where: tuple[Condition, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]


class Scope(Enum):
    ITEM = "S_ITEM"
    LINE = "S_LINE"
    ORDER = "S_ORDER"
    MEMBER = "S_MEMBER"


class Place(Enum):
    ITEM = "S_ITEM"
    LINE = "S_LINE"
    ORDER = "S_ORDER"


@dataclass(frozen=True, slots=True)
class RoundingRule:
    mode: Rounding
    place: Place


@dataclass(frozen=True, slots=True)
class Usable:
    """At once (all zero), after days or months, or from the start of the next period."""

    days: int = 0
    months: int = 0
    hours: int = 0
    next: Period | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """After days or months counted in local dates from earning, then moved on to the end of `end` (if given); without
    a length the end of the period in which it was earned; or through a date."""

    days: int = 0
    months: int = 0
    end: Period | None = None
    through: int | None = None


@dataclass(frozen=True, slots=True)
class Purse:
    """`expire` is empty for "never"; of several the earliest holds."""

    name: str
    title: str
    decimals: int
    currency: str  # "" unless counted in money
    rounding: RoundingRule
    carry: bool
    rules_add_up: bool
    hold_at_most: int | None
    worth: Fraction | None  # minor units of money for one smallest unit
    usable: Usable
    expire: tuple[Expiry, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Segment:
    """`when` is empty where the host keeps the list."""

    name: str
    title: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """From `low` (included) to `high` (excluded); None is no bound. `edge` is where its part begins when amounts are
    cut at the rows (`each part`): the number written in its lower bound, be it `over 50` or `at least 50`; of counts
    the number before the first of the row; 0 without one."""

    low: int | None
    high: int | None
    value: Fraction
    edge: int


@dataclass(frozen=True, slots=True)
class Table:
    """A ladder: one range column over an operand, ascending rows without hole or overlap. Values: per cents as parts
    of one."""

    name: str
    title: str
    axis: BaseTotal | Measure
    percent: bool
    rows: tuple[Row, ...]


class Upgrade(Enum):
    NEXT_ORDER = "UP_NEXT"
    THIS_ORDER = "UP_THIS"
    PART_ABOVE = "UP_PART"
    FROM_NEXT = "UP_FROM"


class Review(Enum):
    AT_END = "REVIEW"
    EVERY_ORDER = "REVIEW_ORDER"
    NEVER = "REVIEW_NEVER"


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    condition: Condition
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Ladder:
    """`base` is the base level's name, "" without one. `levels` ascend; rank 1 is the lowest earned level."""

    name: str
    title: str
    base: str
    levels: tuple[Level, ...]
    upgrade: Upgrade
    upgrade_period: Period | None
    review: Review
    review_period: Period | None
    downgrade_one: bool
    given: tuple[tuple[str, str], ...]  # messages: (language, text)
    span: Span = field(compare=False)

    def level_name(self, rank: int) -> str:
        return self.levels[rank - 1].name if rank else self.base

    def rank(self, level: str) -> int:
        return next((i for i, found in enumerate(self.levels, 1) if found.name == level), 0)


# ---------- rules


@dataclass(frozen=True, slots=True)
class Dates:
    """From `start` (included) to `end` (excluded), in microseconds; None is no bound."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """`key` names its counter: (rule, cap, unit, scope, window). Scope MEMBER has a window."""

    key: str
    purse: str
    units: int
    scope: Scope
    window: Window | None
    before_boosts: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Limit:
    """How often it may give something to one member in a window."""

    key: str
    times: int
    window: Window
    span: Span = field(compare=False)


class Pick(Enum):
    CHEAPEST = "CHEAPEST"
    DEAREST = "DEAREST"
    LINE_ORDER = "LINE_ORDER"


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Step:
    """Per so many: `size` in minor units (money), items, or the smallest unit of the measure `of`."""

    how: StepKind
    size: int
    items: bool
    of: Measure | None = None


class Parts(Enum):
    WHOLE = "WHOLE_AMOUNT"
    EACH = "EACH_PART"


@dataclass(frozen=True, slots=True)
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


class TriggerKind(Enum):
    PURCHASE = "purchase"
    EVENT = "AFTER_EVENT"
    JOINING = "AFTER_JOINING"


@dataclass(frozen=True, slots=True)
class Rule:
    """What earn and boost rules share. `lines` is None without `on`. `audience`, `occasion`: all must hold."""

    name: str
    title: str
    titles: tuple[tuple[str, str], ...]
    span: Span = field(compare=False)
    audience: tuple[Condition, ...]
    occasion: tuple[Condition, ...]
    dates: Dates
    dates_span: Span = field(compare=False)
    lines: LineSet | None
    caps: tuple[Cap, ...]
    limits: tuple[Limit, ...]
    given: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Multiply:
    by: Fraction
    table: str = ""  # instead of `by`


@dataclass(frozen=True, slots=True)
class Increase:
    gift: Give


@dataclass(frozen=True, slots=True)
class Replace:
    gift: Give


@dataclass(frozen=True, slots=True)
class Boost(Rule):
    changes: tuple[str, ...]
    effect: Multiply | Increase | Replace
    after_rounding: bool


class Policy(Enum):
    ADD_UP = "ADD_UP"
    MULTIPLY = "G_MULTIPLY"
    LARGEST = "LARGEST"
    SMALLEST = "SMALLEST_ONE"
    FIRST = "FIRST_LISTED"
    ONE_AFTER_ANOTHER = "ONE_AFTER"


@dataclass(frozen=True, slots=True)
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
    TIERS = "B_TIER"
    EVERYTHING = "B_ALL"


@dataclass(frozen=True, slots=True)
class Never:
    name: str
    title: str
    lines: LineSet | None
    audience: tuple[Condition, ...]
    occasion: tuple[Condition, ...]
    dates: Dates
    blocks: frozenset[Blocks]
    span: Span = field(compare=False)


# ---------- examples


@dataclass(frozen=True, slots=True)
class GivenLevel:
    ladder: str
    level: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class GivenBalance:
    purse: str
    units: int
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class GivenMeasure:
    measure: Measure
    value: int
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class GivenFact:
    fact: Fact
    value: Value
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class GivenDate:
    """JOINING_DATE, PREVIOUS_ORDER_DATE or FIRST_ORDER_DATE; also ORDER_NUMBER (so many orders before)."""

    field: Field
    value: int
    span: Span = dataclasses.field(compare=False)


Given: TypeAlias = GivenLevel | GivenBalance | GivenMeasure | GivenFact | GivenDate


@dataclass(frozen=True, slots=True)
class Expected:
    """`units` of whatever purse the rule gives to; 0 for nothing, with `because` if it was said."""

    rule: str
    purse: str  # "" with nothing
    units: int
    because: Outcome | None
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class ExampleStep:
    event: Event  # of member "example"
    expected: tuple[Expected, ...]
    afterwards: tuple[Condition, ...]
    refused: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Example:
    title: str
    givens: tuple[Given, ...]
    steps: tuple[ExampleStep, ...]
    span: Span = field(compare=False)


# ---------- the programme


@dataclass(frozen=True, slots=True)
class Checked:
    """One programme. Mappings are by name, in the order of the file; nothing may depend on that order but
    `groups[…].rules`."""

    language: str
    title: str
    currency: str
    exponent: int
    zone: str
    week_start: int
    day_start: int  # seconds after midnight
    year_start: tuple[int, int]
    basis: Base
    tax_included: bool
    dates: Dates
    facts: Mapping[str, Fact]  # line, order and member facts
    events: Mapping[str, EventKind]
    purses: Mapping[str, Purse]
    products: Mapping[str, ProductSet]
    segments: Mapping[str, Segment]
    tables: Mapping[str, Table]
    ladders: Mapping[str, Ladder]
    earns: Mapping[str, Earn]
    boosts: Mapping[str, Boost]
    groups: Mapping[str, Group]
    nevers: Mapping[str, Never]
    examples: tuple[Example, ...]

    def __reduce__(self) -> NoReturn:
        refuse_pickling("a checked programme", "the text of its rule file")

    def __post_init__(self) -> None:
        # A programme is shared: what was checked cannot be changed behind its fingerprint.
        for part in dataclasses.fields(self):
            value = getattr(self, part.name)
            if isinstance(value, dict):
                object.__setattr__(self, part.name, MappingProxyType(dict(value)))
