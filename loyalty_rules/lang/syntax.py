"""The syntax tree: what was written, line by line, with nothing resolved. Each class shows the form it stands for.

Trees compare by what they say: spans take no part in equality, so a file and its translation give equal trees. Words of
the language are roles of the phrase table (strings such as "SPEND" or "IN_MONTH"); names are as written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from loyalty_rules.lang.tokens import Cell, Duration, YearDay
from loyalty_rules.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """Every node knows where it stands."""

    span: Span = field(compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """`bonus`: a name declared in the file, or a currency code."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """`"app"`: data from outside, or words for people."""

    value: str


# ---------- amounts and values


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`9`"""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Percent(Node):
    """`5%`: 5"""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """`10 RUB`, `300 bonus` (unit is a Name); `1 item`, `5 orders`, `3 times` (unit is a role: ITEMS, ORDERS, TIMES)"""

    number: Fraction
    unit: Name | str


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """`[rates]`: what the table says here"""

    table: Name


@dataclass(frozen=True, slots=True)
class DateValue(Node):
    """`2026-03-31`: its ordinal"""

    ordinal: int


@dataclass(frozen=True, slots=True)
class TimeValue(Node):
    """`09:30`: minutes after midnight"""

    minutes: int


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A value that is a word of the language: YES, NO, NO_LEVEL, WD0…WD6, MO01…MO12."""

    role: str


Plain: TypeAlias = Number | Quantity | Percent | DateValue | TimeValue | Text | Word | Name


@dataclass(frozen=True, slots=True)
class PercentOf(Node):
    """`30% of list price`, `5% of spend in calendar year`"""

    percent: Fraction
    of: Measure | BaseAmount


@dataclass(frozen=True, slots=True)
class DateWord(Node):
    """JOINING_DATE, PREV_ORDER_DATE, FIRST_ORDER_DATE"""

    role: str


@dataclass(frozen=True, slots=True)
class Shifted(Node):
    """`3 days before birthday`"""

    duration: Duration
    after: bool
    date: Name | DateWord


Bound: TypeAlias = Plain | PercentOf | Shifted | DateWord


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """`2026-03-31` or `2026-03-31 09:30` (minutes is None without a time)"""

    ordinal: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Step(Node):
    """`per 10 RUB`, `per full 3 items of items on Coffee since joining`. `how` is PER, PER_FULL or PER_STARTED."""

    how: str
    quantity: Quantity
    of: Measure | None


@dataclass(frozen=True, slots=True)
class Gift(Node):
    """`300 bonus`; `1 bonus per 10 RUB`; `[rates] bonus per 1 USD`; `5% to cash`; `[rates] to cash each part`.

    `amount` is a Quantity (its unit is the purse), a Percent or a Lookup; `purse` is where it goes.
    `parts` is "", WHOLE_AMOUNT or EACH_PART. `percent` says that the amount is a share of the basis.
    """

    amount: Quantity | Percent | Lookup
    purse: Name
    step: Step | None
    parts: str
    percent: bool


# ---------- measures


@dataclass(frozen=True, slots=True)
class AnyProduct(Node):
    """`any product`: every line but delivery"""


@dataclass(frozen=True, slots=True)
class Delivery(Node):
    """`delivery`"""


Selected: TypeAlias = Name | AnyProduct | Delivery


@dataclass(frozen=True, slots=True)
class Window(Node):
    """`in calendar month`, `in previous calendar month`, `in last 90 days`, `since joining` … `role` is IN_THIS_ORDER, IN_DAY…,
    IN_PREV_DAY…, IN_LAST, IN_YEAR_JOINED, SINCE_JOINING, EVER or IN_FORCE; only IN_LAST has a duration."""

    role: str
    duration: Duration | None = None


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """`spend on Coffee in last 12 months before this order`. `counter` is SPEND, ITEMS, ORDERS, ACTIVE_DAYS (no `of`) or EARNED,
    BALANCE_OF, TOTAL_OF, TIMES (of a name)."""

    counter: str
    of: Name | None
    where: Condition | None
    on: tuple[Selected, ...]
    by: tuple[Name, ...]
    window: Window | None
    before_this_order: bool


@dataclass(frozen=True, slots=True)
class BaseAmount(Node):
    """`list price`, `price after discounts without tax`, `money paid by tender "card"`. `role`: LIST_PRICE, PRICE_AFTER, MONEY_PAID."""

    role: str
    tenders: tuple[Text, ...]
    without_tax: bool


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """A word for something known: SKU, CATEGORY, BRAND, TAG, UNIT_PRICE, QUANTITY, STORE, CHANNEL, ORDER_MERCHANT, TENDER,
    ORDER_NUMBER, WEEKDAY, MONTH_NAME, CLOCK_TIME, DATE_TODAY, JOINING_DATE, PREV_ORDER_DATE, FIRST_ORDER_DATE."""

    role: str


Operand: TypeAlias = Measure | BaseAmount | Attribute | Name
Base: TypeAlias = BaseAmount | Measure


# ---------- conditions


@dataclass(frozen=True, slots=True)
class All(Node):
    """`a and b`"""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """`a or b`"""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not (a)`"""

    item: Condition


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`any 2 among (a or b or c)`"""

    number: int
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Is(Node):
    """`weekday is sunday`, `status is not gold`"""

    operand: Operand
    negated: bool
    bound: Bound


@dataclass(frozen=True, slots=True)
class IsOneOf(Node):
    """`category is one of "coffee", "tea"`"""

    operand: Operand
    values: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class Compared(Node):
    """`spend in this order at least 500 RUB`. `how`: AT_LEAST, AT_MOST, OVER, UNDER."""

    operand: Operand
    how: str
    bound: Bound


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`clock time between 09:00 and 12:00`, both included"""

    operand: Operand
    low: Bound
    high: Bound


@dataclass(frozen=True, slots=True)
class Falls(Node):
    """`birthday falls in calendar month`"""

    operand: Operand
    window: Window


@dataclass(frozen=True, slots=True)
class OnSale(Node):
    """`on sale`: the line came reduced"""


@dataclass(frozen=True, slots=True)
class Flag(Node):
    """`in segment vip`, `applied welcome`, `has birthday`. `role`: IN_SEGMENT, APPLIED, HAS."""

    role: str
    name: Name


Condition: TypeAlias = All | AnyOf | Not | Among | Is | IsOneOf | Compared | Between | Falls | OnSale | Flag


# ---------- clauses


@dataclass(frozen=True, slots=True)
class Simple(Node):
    """A clause without arguments. `role` is its opening phrase: CARRY_REM, TAX_IN, UP_NEXT, ADD_UP, B_EARN …"""

    role: str


@dataclass(frozen=True, slots=True)
class NameClause(Node):
    """A clause with one name: `currency RUB`, `rule base`, `after event review`. `role` is its opening phrase."""

    role: str
    name: Name


@dataclass(frozen=True, slots=True)
class NamesClause(Node):
    """`include A, B`, `except A, B` (in products), `changes base, extra`"""

    role: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ConditionClause(Node):
    """`for …`, `when …`, `where …`, `afterwards …`. `role`: FOR, WHEN, WHERE, AFTERWARDS."""

    role: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class SelectionClause(Node):
    """`on Coffee, Tea`, `except Tobacco`. `role`: ON, EXCEPT."""

    role: str
    selection: tuple[Selected, ...]


@dataclass(frozen=True, slots=True)
class QuantityClause(Node):
    """`minimum 5 bonus`, `hold at most 15 000 bonus`. `role`: MINIMUM, HOLD_MOST."""

    role: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class NumberClause(Node):
    """`decimals 2`"""

    role: str
    number: Number


@dataclass(frozen=True, slots=True)
class TimeZone(Node):
    """`time zone Europe/Moscow`"""

    zone: str


@dataclass(frozen=True, slots=True)
class WeekStarts(Node):
    """`week starts monday`"""

    weekday: Word


@dataclass(frozen=True, slots=True)
class DayStarts(Node):
    """`day starts 04:00`"""

    minutes: int


@dataclass(frozen=True, slots=True)
class YearStarts(Node):
    """`programme year starts 1 march`"""

    day: YearDay


@dataclass(frozen=True, slots=True)
class Basis(Node):
    """`basis money paid`"""

    base: Base


@dataclass(frozen=True, slots=True)
class Dates(Node):
    """`from 2026-03-01 through 2026-03-31`, `from 2026-03-01 10:00 until 2026-03-02 10:00`"""

    start: Moment | None
    through: int | None
    until: Moment | None


@dataclass(frozen=True, slots=True)
class FactDeclaration(Node):
    """`line fact department is text optional`. `owner`: LINE_FACT, ORDER_FACT, MEMBER_FACT, EVENT_FACT. `type`: T_MONEY, T_NUMBER,
    T_PERCENT, T_TEXT, T_YESNO, DATE_TODAY, T_YEARLY or CHOICE; `leap` is LEAP_FEB or LEAP_MAR with T_YEARLY."""

    owner: str
    name: Name
    type: str
    leap: str
    choices: tuple[Text, ...]
    optional: bool
    otherwise: Plain | None


@dataclass(frozen=True, slots=True)
class Worth(Node):
    """`worth 1 RUB per 1 bonus`"""

    amount: Quantity
    per: Quantity


@dataclass(frozen=True, slots=True)
class Rounding(Node):
    """`round down per order`. `mode`: ROUND_…; `place`: S_ITEM, S_LINE, S_ORDER."""

    mode: str
    place: str


@dataclass(frozen=True, slots=True)
class Usable(Node):
    """`usable at once`; `usable after 14 days`; `usable from start of next calendar month` (`next` is FROM_NEXT_MONTH)"""

    after: Duration | None
    next: str


@dataclass(frozen=True, slots=True)
class Expire(Node):
    """`expire never`; `expire after 12 months`; `… at end of calendar month`; `expire at end of calendar year`; `expire through DATE`"""

    after: Duration | None
    end: str  # "" or AT_END_MONTH …
    through: int | None


@dataclass(frozen=True, slots=True)
class ValueColumn(Node):
    """`value rate is percent`. `type`: T_NUMBER, T_PERCENT."""

    name: Name
    type: str


@dataclass(frozen=True, slots=True)
class Level(Node):
    """`level green`; `level silver when …`; `level gold above silver when …`"""

    name: Name
    above: Name | None
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class UpgradeFromNext(Node):
    """`upgrade from start of next calendar month`"""

    next: str


@dataclass(frozen=True, slots=True)
class ReviewAtEnd(Node):
    """`review at end of calendar month`"""

    end: str


@dataclass(frozen=True, slots=True)
class BaseLimit(Node):
    """`skip first 200 ILS per order`, `only first 3 items cheapest first per member in calendar month`. `role`: SKIP_FIRST, ONLY_FIRST;
    `order`, `scope`: roles or ""."""

    role: str
    quantity: Quantity
    order: str
    scope: str
    window: Window | None


@dataclass(frozen=True, slots=True)
class Give(Node):
    """`give 1 bonus per 10 RUB`"""

    gift: Gift


@dataclass(frozen=True, slots=True)
class Cap(Node):
    """`cap 200 bonus per member in calendar month before boosts`"""

    quantity: Quantity
    scope: str
    window: Window | None
    before_boosts: bool


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """`limit 1 per member in calendar day`"""

    number: Number
    scope: str
    window: Window | None


@dataclass(frozen=True, slots=True)
class Titled(Node):
    """`title ru "Баллы"`, `message given en "You got {amount}"`, `allow L101 "reason"`. `role`: TITLE, MSG_GIVEN, MSG_MISSED, ALLOW."""

    role: str
    name: Name
    text: Text


@dataclass(frozen=True, slots=True)
class MultiplyBy(Node):
    """`multiply by 2`"""

    number: Number | Lookup


@dataclass(frozen=True, slots=True)
class ChangeGift(Node):
    """`increase by 2% to cash`, `replace with 3 bonus per 1 USD`. `role`: INCREASE, REPLACE_WITH."""

    role: str
    gift: Gift


@dataclass(frozen=True, slots=True)
class Given(Node):
    """`given status is gold` (GIVEN), `detail order channel is "app"` (DETAIL)"""

    role: str
    operand: Operand
    bound: Bound


@dataclass(frozen=True, slots=True)
class At(Node):
    """`at 2026-03-07 11:00 places order "p-1"`. `action`: X_ORDER (with `id`), X_EVENT (with `name`), X_JOIN, X_NOTHING."""

    moment: Moment
    action: str
    id: Text | None
    name: Name | None


@dataclass(frozen=True, slots=True)
class Paid(Node):
    """`paid 8 USD by tender "card"`"""

    amount: Quantity
    tender: Text


@dataclass(frozen=True, slots=True)
class ShouldGive(Node):
    """`should give 50 bonus by base`; `should give nothing by base because cap used up` (amount None, `because` a role or "")"""

    amount: Quantity | None
    rule: Name
    because: str


@dataclass(frozen=True, slots=True)
class Row(Node):
    """`| latte | coffee | 1 | 250 RUB |`"""

    cells: tuple[Cell, ...] = field(compare=False)
    texts: tuple[str, ...]  # of the cells, canonical: words of the language are roles behind a NUL, data is as written


Clause: TypeAlias = (
    Simple | NameClause | NamesClause | ConditionClause | SelectionClause | QuantityClause | NumberClause | TimeZone
    | WeekStarts | DayStarts | YearStarts | Basis | Dates | FactDeclaration | Worth | Rounding | Usable | Expire | ValueColumn
    | Level | UpgradeFromNext | ReviewAtEnd | BaseLimit | Give | Cap | Limit | Titled | MultiplyBy | ChangeGift | Given | At | Paid
    | ShouldGive | Row
)  # fmt: skip


# ---------- cells


@dataclass(frozen=True, slots=True)
class CellAll(Node):
    """`all`: every value"""


@dataclass(frozen=True, slots=True)
class CellRange(Node):
    """`over 50 USD and at most 100 USD`, `between 1 and 9`: comparisons that all hold; (role, value) with AT_LEAST, AT_MOST, OVER, UNDER"""

    tests: tuple[tuple[str, Plain], ...]


CellValue: TypeAlias = CellAll | CellRange | Plain


# ---------- blocks


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`earn base "Base points"` … `end`. `kind` is the role of the header: H_EARN …"""

    kind: str
    name: Name | None
    title: Text | None
    clauses: tuple[Clause, ...]
    header: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SyntaxTree:
    """A whole file."""

    language: str = field(compare=False)
    version: int
    blocks: tuple[Block, ...]
