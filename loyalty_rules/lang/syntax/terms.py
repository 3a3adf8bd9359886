"""What stands inside clauses: names, amounts, values, measures, conditions, and the cells of tables."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import TypeAlias

from loyalty_rules.lang.tokens import Duration
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Node:
    """Every node knows where it stands."""

    span: Span = field(compare=False, kw_only=True)


@frozen
class Name(Node):
    """`bonus`: a name declared in the file, or a currency code."""

    text: str


@frozen
class Text(Node):
    """`"app"`: data from outside, or words for people."""

    value: str


# ---------- amounts and values


@frozen
class Number(Node):
    """`9`"""

    value: Fraction


@frozen
class Percent(Node):
    """`5%`: 5"""

    value: Fraction


@frozen
class Quantity(Node):
    """`10 RUB`, `300 bonus` (unit is a Name); `1 item`, `5 orders`, `3 times` (unit is a role: ITEMS, ORDERS, TIMES)"""

    number: Fraction
    unit: Name | str


@frozen
class Lookup(Node):
    """`[rates]`: what the table says here"""

    table: Name


@frozen
class Otherwise(Node):
    """`otherwise 1%`: what a table says where no row does."""

    amount: Number | Percent


@frozen
class InstantValue(Node):
    """`2026-03-31 09:30`: the ordinal of the date, minutes since midnight"""

    ordinal: int
    minutes: int


@frozen
class DateValue(Node):
    """`2026-03-31`: its ordinal"""

    ordinal: int


@frozen
class TimeValue(Node):
    """`09:30`: minutes after midnight"""

    minutes: int


@frozen
class Word(Node):
    """A value that is a word of the language: YES, NO, NO_LEVEL, WD0…WD6, MO01…MO12."""

    role: str


Plain: TypeAlias = Number | Quantity | Percent | DateValue | TimeValue | InstantValue | Text | Word | Name


@frozen
class PercentOf(Node):
    """`30% of list price`, `5% of spend in calendar year`"""

    percent: Fraction
    of: Measure | BaseAmount


@frozen
class DateWord(Node):
    """JOINING_DATE, PREV_ORDER_DATE, FIRST_ORDER_DATE"""

    role: str


@frozen
class Shifted(Node):
    """`3 days before birthday`"""

    duration: Duration
    after: bool
    date: Name | DateWord


Bound: TypeAlias = Plain | PercentOf | Shifted | DateWord | Lookup


@frozen
class Moment(Node):
    """`2026-03-31` or `2026-03-31 09:30` (minutes is None without a time)"""

    ordinal: int
    minutes: int | None


@frozen
class Step(Node):
    """`per 10 RUB`, `per full 3 items of items on Coffee since joining`. `how` is PER, PER_FULL or PER_STARTED."""

    how: str
    quantity: Quantity
    of: Measure | None


@frozen
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


@frozen
class AnyProduct(Node):
    """`any product`: every line but delivery"""


@frozen
class Delivery(Node):
    """`delivery`"""


@frozen
class OrderLine(Node):
    """`order line`: the head of the column that names lines of an order"""


Selected: TypeAlias = Name | AnyProduct | Delivery


@frozen
class Window(Node):
    """`in calendar month`, `in previous calendar month`, `in last 90 days`, `since joining` … `role` is
    IN_THIS_ORDER, IN_DAY…, IN_PREV_DAY…, IN_LAST, IN_YEAR_JOINED, IN_YEAR_OF, SINCE_JOINING, SINCE_CHANGE, SINCE_DONE,
    EVER or IN_FORCE; only IN_LAST has a duration, only IN_YEAR_OF, SINCE_CHANGE and SINCE_DONE are `of` a name."""

    role: str
    duration: Duration | None = None
    of: Name | None = None


@frozen
class Measure(Node):
    """`spend on Coffee in last 12 months before this order`. `counter` is SPEND, ITEMS, ORDERS, ACTIVE_DAYS,
    ACTIVE_WEEKS, ACTIVE_MONTHS, DAYS_ROW, WEEKS_ROW, MONTHS_ROW, VALUE_GIVEN, DISCOUNT_GIVEN (no `of`) or EARNED,
    BALANCE_OF, TOTAL_OF, TIMES (of a name)."""

    counter: str
    of: Name | None
    where: Condition | None
    on: tuple[Selected, ...]
    by: tuple[Name, ...]
    window: Window | None
    before_this_order: bool


@frozen
class BaseAmount(Node):
    """`list price`, `price after discounts without tax`, `money paid by tender "card"`. `role`: LIST_PRICE,
    PRICE_AFTER, MONEY_PAID."""

    role: str
    tenders: tuple[Text, ...]
    without_tax: bool


@frozen
class Attribute(Node):
    """A word for something known: SKU, CATEGORY, BRAND, TAG, UNIT_PRICE, QUANTITY, STORE, CHANNEL, ORDER_MERCHANT,
    ORDER_PARTNER, TENDER, ORDER_NUMBER, WEEKDAY, MONTH_NAME, CLOCK_TIME, DATE_TODAY, JOINING_DATE, PREV_ORDER_DATE,
    FIRST_ORDER_DATE."""

    role: str


@frozen
class VariantOf(Node):
    """`variant of rate_test`"""

    experiment: Name


Operand: TypeAlias = Measure | BaseAmount | Attribute | VariantOf | Name
Base: TypeAlias = BaseAmount | Measure


# ---------- conditions


@frozen
class All(Node):
    """`a and b`"""

    items: tuple[Condition, ...]


@frozen
class AnyOf(Node):
    """`a or b`"""

    items: tuple[Condition, ...]


@frozen
class Not(Node):
    """`not (a)`"""

    item: Condition


@frozen
class Among(Node):
    """`any 2 among (a or b or c)`"""

    number: int
    items: tuple[Condition, ...]


@frozen
class Is(Node):
    """`weekday is sunday`, `status is not gold`"""

    operand: Operand
    negated: bool
    bound: Bound


@frozen
class IsOneOf(Node):
    """`category is one of "coffee", "tea"`"""

    operand: Operand
    values: tuple[Plain, ...]


@frozen
class Compared(Node):
    """`spend in this order at least 500 RUB`. `how`: AT_LEAST, AT_MOST, OVER, UNDER."""

    operand: Operand
    how: str
    bound: Bound


@frozen
class Between(Node):
    """`clock time between 09:00 and 12:00`, both included"""

    operand: Operand
    low: Bound
    high: Bound


@frozen
class Falls(Node):
    """`birthday falls in calendar month`"""

    operand: Operand
    window: Window


@frozen
class InTable(Node):
    """`sku in table campaign`"""

    operand: Operand
    table: Name


@frozen
class OnSale(Node):
    """`on sale`: the line came reduced"""


@frozen
class WasInvited(Node):
    """`was invited`: another member invited this one"""


@frozen
class Flag(Node):
    """`in segment vip`, `member of club`, `opted in to spring`, `applied welcome`, `completed card`, `has birthday`.
    `role`: IN_SEGMENT, MEMBER_OF, OPTED_IN, APPLIED, COMPLETED, HAS."""

    role: str
    name: Name


Condition: TypeAlias = (
    All | AnyOf | Not | Among | Is | IsOneOf | Compared | Between | Falls | InTable | OnSale | WasInvited | Flag
)


# ---------- cells


@frozen
class CellAll(Node):
    """`all`: every value"""


@frozen
class CellRange(Node):
    """`over 50 USD and at most 100 USD`, `between 1 and 9`: comparisons that all hold; (role, value) with AT_LEAST,
    AT_MOST, OVER, UNDER"""

    tests: tuple[tuple[str, Plain], ...]


CellValue: TypeAlias = CellAll | CellRange | Plain
