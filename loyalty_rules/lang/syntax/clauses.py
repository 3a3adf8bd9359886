"""Clauses: one class for each form of a line inside a block."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from loyalty_rules.lang.syntax.budgets import BudgetCap
from loyalty_rules.lang.syntax.challenges import ForgiveMissed
from loyalty_rules.lang.syntax.choosing import ChangeChoice, ChoiceEnds, ChooseAtMost
from loyalty_rules.lang.syntax.codes import CodesClause
from loyalty_rules.lang.syntax.dates import Clock, ClockDates, Dates, TimeZone
from loyalty_rules.lang.syntax.draws import DrawClause
from loyalty_rules.lang.syntax.experiments import GivenHeldOut, HoldOut, Variant
from loyalty_rules.lang.syntax.giving import AfterReaching, ChooseWithin, Give, GiveLevel
from loyalty_rules.lang.syntax.offers import (
    AddGift,
    Buy,
    Discount,
    KeepPrice,
    Pick,
    PriceRounding,
    SellAt,
    SetsAtMost,
    ShouldAddGift,
    ShouldDiscount,
)
from loyalty_rules.lang.syntax.partners import FundedBy, Merchants, Settles
from loyalty_rules.lang.syntax.perks import Grants
from loyalty_rules.lang.syntax.referrals import GiveTo, LimitPer
from loyalty_rules.lang.syntax.rewards import AsksToUse, Costs, LimitPerOrder
from loyalty_rules.lang.syntax.terms import (
    Attribute,
    Base,
    Bound,
    Condition,
    Gift,
    Lookup,
    Measure,
    Moment,
    Name,
    Node,
    Number,
    Operand,
    Otherwise,
    PercentOf,
    Plain,
    Quantity,
    Selected,
    Text,
    Window,
    Word,
)
from loyalty_rules.lang.syntax.timing import CostsEvery, EachYearOn, OccursAt
from loyalty_rules.lang.tokens import Cell, Duration, YearDay
from loyalty_rules.values import frozen


@frozen
class Simple(Node):
    """A clause without arguments. `role` is its opening phrase: CARRY_REM, TAX_IN, UP_NEXT, ADD_UP, B_EARN …"""

    role: str


@frozen
class NameClause(Node):
    """A clause with one name: `currency RUB`, `rule base`, `uses all of bonus`. `role` is its opening phrase."""

    role: str
    name: Name


@frozen
class NamesClause(Node):
    """`include A, B`, `except A, B` (in products), `changes base, extra`"""

    role: str
    names: tuple[Name, ...]


@frozen
class ConditionClause(Node):
    """`for …`, `when …`, `where …`, `always …`, `afterwards …`, `expiry waits while …`. `role`: FOR, WHEN, WHERE,
    ALWAYS, AFTERWARDS, EXPIRY_WAITS."""

    role: str
    condition: Condition


@frozen
class SelectionClause(Node):
    """`on Coffee, Tea`, `except Tobacco`. `role`: ON, EXCEPT."""

    role: str
    selection: tuple[Selected, ...]


@frozen
class QuantityClause(Node):
    """`minimum 5 bonus`, `hold at most 15 000 bonus`, `uses 500 bonus`, `carry over at most 300 xp`, `leave at least
    1 RUB`. `role`: MINIMUM, HOLD_MOST, OVERDRAFT, USES, CARRY_OVER, LEAVE, IN_STEPS, SHOULD_LEAVE, SMALLEST_COIN,
    ROUND_TOTAL."""

    role: str
    quantity: Quantity


@frozen
class NumberClause(Node):
    """`decimals 2`, `balances multiply by 11`. `role`: DECIMALS, BALANCES_TIMES, BALANCES_OVER."""

    role: str
    number: Number


@frozen
class WeekStarts(Node):
    """`week starts monday`"""

    weekday: Word


@frozen
class DayStarts(Node):
    """`day starts 04:00`"""

    minutes: int


@frozen
class YearStarts(Node):
    """`programme year starts 1 march`"""

    day: YearDay


@frozen
class Basis(Node):
    """`basis money paid`"""

    base: Base


@frozen
class ReturnsWithin(Node):
    """`returns replay within 60 days`. `role`: RET_REPLAY, RET_PROP."""

    role: str
    length: Duration


@frozen
class LateAccepted(Node):
    """`late events accepted for 14 days`"""

    length: Duration


@frozen
class FactDeclaration(Node):
    """`line fact department is text optional`. `owner`: LINE_FACT, ORDER_FACT, MEMBER_FACT, EVENT_FACT. `type`:
    T_MONEY, T_NUMBER, T_PERCENT, T_TEXT, T_YESNO, DATE_TODAY, T_INSTANT, T_YEARLY or CHOICE; `leap` is LEAP_FEB or
    LEAP_MAR with T_YEARLY."""

    owner: str
    name: Name
    type: str
    leap: str
    choices: tuple[Text, ...]
    optional: bool
    otherwise: Plain | None


@frozen
class Worth(Node):
    """`worth 1 RUB per 1 bonus`"""

    amount: Quantity
    per: Quantity


@frozen
class Rounding(Node):
    """`round down per order`. `mode`: ROUND_…; `place`: S_ITEM, S_LINE, S_ORDER, S_TOGETHER, S_POSTING, IN_DAY…, in a
    change S_LOT, S_BALANCE."""

    mode: str
    place: str


@frozen
class Posts(Node):
    """`posts at end of calendar month`. `end`: AT_END_DAY…"""

    end: str


@frozen
class Usable(Node):
    """`usable at once`; `usable after 14 days`; `usable from start of next calendar month` (`next` is
    FROM_NEXT_MONTH), with `plus 4 days` behind it (`after`); `usable on day 1 march`; `usable after 3 days since event
    delivered`; `usable after confirmation` (`confirmed`)"""

    after: Duration | None
    next: str
    day: YearDay | None = None
    event: Name | None = None
    confirmed: bool = False


@frozen
class Expire(Node):
    """`expire never`; `expire after 12 months`; `… at end of calendar month`; `… on day 30 september`; `… without
    activity` (`idle`); `expire at end of calendar year`; `expire on day 30 september`; `expire through DATE`; `expire
    when the same day begins 12 months later` (`same_day`)"""

    after: Duration | None
    end: str  # "" or AT_END_MONTH …
    through: int | None
    day: YearDay | None = None
    same_day: bool = False
    idle: bool = False


@frozen
class Activity(Node):
    """`activity orders`"""

    measure: Measure


@frozen
class TransferMost(Node):
    """`transfer at most 500 bonus in calendar month`"""

    quantity: Quantity
    window: Window


@frozen
class Prolong(Node):
    """`prolong bonus 3 months`"""

    purse: Name
    by: Duration


@frozen
class ValueColumn(Node):
    """`value rate is percent`. `type`: T_NUMBER, T_PERCENT."""

    name: Name
    type: str


@frozen
class Level(Node):
    """`level green`; `level silver when …`; `level gold above silver when …`"""

    name: Name
    above: Name | None
    condition: Condition | None


@frozen
class LevelTest(Node):
    """`keep gold when …` (KEEP), `return to gold when …` (RETURN_TO)"""

    role: str
    name: Name
    condition: Condition


@frozen
class LevelTakes(Node):
    """`reaching gold takes 180 xp` (REACHING), `keeping gold takes 180 xp` (KEEPING)"""

    role: str
    name: Name
    quantity: Quantity


@frozen
class LevelLength(Node):
    """`hold at least 30 days` (HOLD_LEAST), `grace 1 month` (GRACE), `trial 14 days` (TRIAL)"""

    role: str
    length: Duration


@frozen
class UpgradeFromNext(Node):
    """`upgrade from start of next calendar month`, with `plus 4 days` behind it (`plus`)"""

    next: str
    plus: Duration | None = None


@frozen
class ReviewAtEnd(Node):
    """`review at end of calendar month`, with `plus 4 days` or `less 4 days` behind it. `shift`: PLUS, LESS or ""."""

    end: str
    shift: str = ""
    by: Duration | None = None


@frozen
class ReviewOnDay(Node):
    """`review on day 31 march`"""

    day: YearDay


@frozen
class ReviewAfter(Node):
    """`review after 12 months`, with `from start of next calendar month` behind it (`next`: FROM_NEXT_MONTH or "")"""

    length: Duration
    next: str


@frozen
class Pays(Node):
    """`pays 1 RUB per 10 bonus`; `full`: `per full`"""

    amount: Quantity
    per: Quantity
    full: bool


@frozen
class PayAtMost(Node):
    """`pay at most 30% of price after discounts`, `together at most 500 RUB`"""

    role: str  # PAY_MOST or TOGETHER
    bound: Quantity | PercentOf


@frozen
class AsksToRedeem(Node):
    """`asks to redeem 300 bonus by pay`; `asks to redeem all by pay` (amount None)"""

    amount: Quantity | None
    rule: Name


@frozen
class BaseLimit(Node):
    """`skip first 200 ILS per order`, `only first 3 items cheapest first per member in calendar month`. `role`:
    SKIP_FIRST, ONLY_FIRST; `order`, `scope`: roles or ""."""

    role: str
    quantity: Quantity
    order: str
    scope: str
    window: Window | None


@frozen
class Cap(Node):
    """`cap 200 bonus per member in calendar month before boosts`, `cap 200 bonus per same order store in calendar day`
    (`same`)"""

    quantity: Quantity
    scope: str
    window: Window | None
    before_boosts: bool
    same: Attribute | Name | None = None


@frozen
class Limit(Node):
    """`limit 1 per member in calendar day`; without a window for ever. `limit 1 per same stay in last 12 months`
    (`same`)"""

    number: Number
    window: Window | None
    same: Attribute | Name | None = None


@frozen
class Titled(Node):
    """`title ru "Баллы"`, `message given en "You got {amount}"`, `allow L101 "reason"`. `role`: TITLE, MSG_GIVEN,
    MSG_MISSED, ALLOW."""

    role: str
    name: Name
    text: Text


@frozen
class MultiplyBy(Node):
    """`multiply by 2`"""

    number: Number | Lookup


@frozen
class ChangeGift(Node):
    """`increase by 2% to cash`, `replace with 3 bonus per 1 USD`. `role`: INCREASE, REPLACE_WITH."""

    role: str
    gift: Gift


@frozen
class GivenFlag(Node):
    """`given in segment staff` (IN_SEGMENT), `given opted in to spring` (OPTED_IN)"""

    role: str
    name: Name


@frozen
class Given(Node):
    """`given status is gold` (GIVEN), `detail order channel is "app"` (DETAIL)"""

    role: str
    operand: Operand
    bound: Bound


@frozen
class At(Node):
    """`at 2026-03-07 11:00 places order "p-1"`. `action`: X_ORDER, X_RETURN and X_CANCEL (with `id`), X_EVENT (with
    `name`, and the `id` of its order), X_JOIN, X_FRIEND (with `id`), X_CONVERT (with `amount` and `name`),
    X_CONVERT_ALL (with `name`), X_RESERVE and X_RESERVE_ALL (with `name`, the `id` of the reservation, `amount` and
    `until`), X_CAPTURE, X_CAPTURE_ONLY (with `amount`) and X_RELEASE (with the `id` of the reservation), X_TRANSFER
    (`amount`), X_OPT, X_SUBSCRIBE, X_RENEW, X_PAUSE, X_RESUME, X_LEAVE, X_PERK, X_WINS (with `name`), X_CHOOSE (with
    `names`, and the `name` of the rule), X_NOTHING."""

    moment: Moment
    action: str
    id: Text | None
    name: Name | None
    amount: Quantity | None = None
    until: Moment | None = None
    friend: Text | None = None  # `the friend "anna"`: whose step it is
    names: tuple[Name, ...] = ()
    place: Number | None = None


@frozen
class Paid(Node):
    """`paid 8 USD by tender "card"`"""

    amount: Quantity
    tender: Text


@frozen
class ShouldGive(Node):
    """`should give 50 bonus by base`; `should give nothing by base because cap used up` (amount None, `because` a
    role or "")"""

    amount: Quantity | None
    rule: Name
    because: str
    inviter: bool = False  # `should give inviter …`


@frozen
class Row(Node):
    """`| latte | coffee | 1 | 250 RUB |`"""

    cells: tuple[Cell, ...] = field(compare=False)
    texts: tuple[str, ...]  # of the cells, canonical: words of the language are roles behind a NUL, data is as written


Clause: TypeAlias = (
    Simple | NameClause | NamesClause | ConditionClause | SelectionClause | QuantityClause | NumberClause | TimeZone |
    WeekStarts | DayStarts | YearStarts | Basis | ReturnsWithin | Dates | FactDeclaration | Worth | Rounding |
    Clock | ClockDates | GivenFlag |
    Usable | Expire | Activity | TransferMost | Prolong | ValueColumn | Otherwise |
    Level | LevelTest | LevelTakes | LevelLength |
    UpgradeFromNext | ReviewAtEnd | CostsEvery |
    ReviewOnDay | ReviewAfter | OccursAt | EachYearOn | Pays | PayAtMost | AsksToRedeem | BaseLimit | Give | GiveLevel |
    AfterReaching | Cap | BudgetCap | Limit | Titled | MultiplyBy | ChangeGift | Given | At | Paid | ShouldGive | Row |
    ChooseWithin | ChooseAtMost | ChangeChoice | ChoiceEnds |
    Costs | LimitPerOrder | AsksToUse | Grants | Variant | HoldOut | GivenHeldOut | CodesClause |
    Merchants | FundedBy | Settles | GiveTo | LimitPer | DrawClause | ForgiveMissed |
    PriceRounding | Discount | SellAt | Buy | Pick | SetsAtMost | KeepPrice | ShouldDiscount | AddGift | ShouldAddGift
)  # fmt: skip
