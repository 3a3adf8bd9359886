"""A programme and decisions made by hand, so that explanations are tested by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from loyalty_rules.amounts import Rounding
from loyalty_rules.calendar import Period, instant_of
from loyalty_rules.codes import PresentedCode
from loyalty_rules.decision import (
    Effect,
    Entry,
    FalseCondition,
    NotReturnable,
    Outcome,
    PointsAwarded,
    PromiseTrace,
    RuleTrace,
)
from loyalty_rules.engine.plan import Plan
from loyalty_rules.events import Event, Happening, line, purchase
from loyalty_rules.explaining import explain_rule
from loyalty_rules.lang.checked import (
    AfterReturn,
    Blocks,
    Boost,
    Cap,
    Checked,
    Dates,
    Earn,
    EventKind,
    Expiry,
    Give,
    Group,
    Ladder,
    Level,
    Multiply,
    Never,
    Place,
    Policy,
    ProductSet,
    Purse,
    Review,
    Reviews,
    RoundingRule,
    Scope,
    Step,
    StepKind,
    TriggerKind,
    Upgrade,
    Usable,
)
from loyalty_rules.lang.conditions import (
    EVER,
    Base,
    BaseKind,
    BaseTotal,
    Between,
    Compare,
    Compared,
    Condition,
    Constant,
    CounterKind,
    Equals,
    Fact,
    FactOf,
    Field,
    FieldOf,
    Kind,
    LevelOf,
    LineSet,
    Measure,
    Owner,
    Window,
    WindowKind,
)
from loyalty_rules.member import Lot, MemberState
from loyalty_rules.member import Purse as Held
from loyalty_rules.source import Span

#: The clauses that explanations repeat, as an author would write them.
WRITTEN = {
    "cap": "cap 50 bonus per order",
    "limit": "limit 1 times per member in calendar month",
    "dates": "from 2026-03-01 through 2026-03-31",
    "spend": "spend in calendar month at least 500 RUB",
    "most": "list price at most 500 RUB",
    "between": "list price between 100 RUB and 200 RUB",
    "orders": "orders since the beginning at least 30 orders",
    "many": "orders since the beginning at most 3 orders",
    "date": "date at least 2026-03-10",
    "joined": "joining date at most 2025-12-31",
    "clock": "clock time at least 18:00",
    "weekday": "weekday is saturday",
    "month": "month of year is may",
    "newsletter": "newsletter is yes",
    "status": "status is gold",
    "channel": 'order channel is "app"',
    "litres": "litres at least 40",
}
TEXT = "\n".join(WRITTEN.values())


def at(name: str) -> Span:
    start = TEXT.index(WRITTEN[name])
    return Span(start, start + len(WRITTEN[name]))


NOWHERE = Span(0, 0)
BASE = Base(BaseKind.MONEY_PAID)
MONTH = Window(WindowKind.PERIOD, Period.MONTH)
SPEND = Measure("spend", CounterKind.SPEND, Kind.MONEY, MONTH, False, base=BASE)
ORDERS = Measure("orders", CounterKind.ORDERS, Kind.COUNT, EVER, False)
TOTAL = BaseTotal(Base(BaseKind.LIST_PRICE))


def field(which: Field, kind: Kind) -> FieldOf:
    return FieldOf(which, kind)


def fact(name: str, kind: Kind, owner: Owner) -> FactOf:
    return FactOf(Fact(owner, name, kind))


CONDITIONS: dict[str, Condition] = {
    "spend": Compared(SPEND, Compare.AT_LEAST, Constant(50_000), span=at("spend")),
    "most": Compared(TOTAL, Compare.AT_MOST, Constant(50_000), span=at("most")),
    "between": Between(TOTAL, Constant(10_000), Constant(20_000), span=at("between")),
    "orders": Compared(ORDERS, Compare.AT_LEAST, Constant(30), span=at("orders")),
    "many": Compared(ORDERS, Compare.AT_MOST, Constant(3), span=at("many")),
    "date": Compared(field(Field.TODAY, Kind.DATE), Compare.AT_LEAST, Constant(739_685), span=at("date")),
    "joined": Compared(field(Field.JOINING_DATE, Kind.DATE), Compare.AT_MOST, Constant(739_616), span=at("joined")),
    "clock": Compared(field(Field.CLOCK_TIME, Kind.TIME), Compare.AT_LEAST, Constant(64_800_000_000), span=at("clock")),
    "weekday": Equals(field(Field.WEEKDAY, Kind.WEEKDAY), Constant(5), False, span=at("weekday")),
    "month": Equals(field(Field.MONTH_OF_YEAR, Kind.MONTH), Constant(5), False, span=at("month")),
    "newsletter": Equals(fact("newsletter", Kind.YES_NO, Owner.MEMBER), Constant(True), False, span=at("newsletter")),
    "status": Equals(LevelOf("status"), Constant(1), False, span=at("status")),
    "channel": Equals(field(Field.CHANNEL, Kind.TEXT), Constant("app"), False, span=at("channel")),
    "litres": Compared(
        fact("litres", Kind.NUMBER, Owner.ORDER), Compare.AT_LEAST, Constant(40_000_000), span=at("litres")
    ),
}

EARN = Earn(
    name="base",
    title="Base points",
    titles=(("ru", "Основные баллы"),),
    span=NOWHERE,
    audience=(),
    occasion=(),
    codes=None,
    opt_in=False,
    dates=Dates(),
    dates_span=NOWHERE,
    zone="",
    lines=LineSet(True, False, ()),
    caps=(),
    limits=(),
    given=(),
    missed=(),
    trigger=TriggerKind.PURCHASE,
    event="",
    base=BASE,
    base_limits=(),
    gives=(Give("bonus", Fraction(1), Step(StepKind.PER, 1000, False), span=NOWHERE),),
    minimum=None,
    rounding=None,
    usable=None,
    expire=None,
)
CAP = Cap("base#1", "bonus", 50, Scope.ORDER, None, False, at("cap"))
BOOST = Boost(
    name="coffee_weekend",
    title="Double points for coffee",
    titles=(),
    span=NOWHERE,
    audience=(),
    occasion=(),
    codes=None,
    opt_in=False,
    dates=Dates(),
    dates_span=NOWHERE,
    zone="",
    lines=LineSet(False, False, ("coffee",)),
    caps=(),
    limits=(),
    given=(),
    missed=(),
    changes=("base",),
    effect=Multiply(Fraction(2)),
    after_rounding=False,
)
ROUND = RoundingRule(Rounding.DOWN, Place.ORDER)


def purse(name: str, title: str, decimals: int, currency: str) -> Purse:
    return Purse(
        name, title, decimals, currency, ROUND, False, False, None, None, Usable(), (Expiry(months=12),), False, NOWHERE
    )


def rule(name: str, **changes: Any) -> Earn:
    """An earn rule like `base`, with another name and other clauses."""
    return replace(EARN, name=name, title="", titles=(), **changes)


LADDER = Ladder(
    "status",
    "Status",
    "",
    (Level("silver", CONDITIONS["spend"], NOWHERE), Level("gold", CONDITIONS["spend"], NOWHERE)),
    Upgrade.NEXT_ORDER,
    None,
    Reviews(Review.NEVER),
    False,
    AfterReturn.KEEP,
    (),
    NOWHERE,
)


def checked(*rules: Earn | Boost, **changes: Any) -> Checked:
    """A programme with two purses, a ladder, a product set, a guardrail and a group, and the given rules."""
    whole = Checked(
        language="en",
        title="Coffee Club",
        currency="RUB",
        exponent=2,
        zone="Europe/Moscow",
        week_start=0,
        day_start=0,
        year_start=(1, 1),
        basis=BASE,
        tax_included=True,
        returns=None,
        late_days=0,
        dates=Dates(),
        earning=Dates(),
        redeeming=Dates(),
        facts={},
        events={"review": EventKind("review", "A review", ())},
        purses={"bonus": purse("bonus", "Bonus points", 0, ""), "cash": purse("cash", "Cashback", 2, "RUB")},
        products={"coffee": ProductSet("coffee", "Coffee", (), (), ())},
        segments={},
        tables={},
        ladders={"status": LADDER},
        earns={found.name: found for found in rules if isinstance(found, Earn)},
        boosts={found.name: found for found in rules if isinstance(found, Boost)},
        groups={"best": Group("best", "The best of both", ("base", "gold"), Policy.LARGEST, False, False, (), NOWHERE)},
        nevers={
            "no_tobacco": Never(
                "no_tobacco",
                "No points for tobacco",
                LineSet(False, False, ("coffee",)),
                (),
                (),
                Dates(),
                frozenset({Blocks.EARNING}),
                NOWHERE,
            )
        },
        promises={},
        examples=(),
    )
    return replace(whole, **changes)


MOMENT = instant_of("2026-03-07T11:00:00+03:00")
NEXT_YEAR = instant_of("2027-03-08T00:00:00+03:00")
ORDER = purchase(
    "p-1",
    "m-1",
    MOMENT,
    [line("10", category="tea", price="200"), line("2", category="coffee", price="375")],
    currency="RUB",
)
MEMBER = MemberState(
    member="m-1",
    programme="",
    clock=MOMENT,
    decisions=1,
    joined=None,
    facts=(),
    segments=(),
    purses=(Held("bonus", (Lot(1, MOMENT, MOMENT, NEXT_YEAR, 50, (("base", 50),)),)),),
    counters=(),
    standings=(),
    first_order=None,
    last_order=None,
    seen=(),
)


@dataclass(frozen=True)
class Programme:
    plan: Plan


@dataclass(frozen=True)
class Decision:
    programme: Programme
    event: Event
    outcome: Literal["decided", "repeated", "not_returnable"]
    member: MemberState
    effects: tuple[Effect, ...]
    trace: tuple[RuleTrace, ...]
    promises: tuple[PromiseTrace, ...]
    refused: NotReturnable | None = None
    codes: tuple[PresentedCode, ...] = ()


def decision(
    whole: Checked,
    *trace: RuleTrace,
    effects: tuple[Effect, ...] = (),
    member: MemberState = MEMBER,
    event: Event = ORDER,
    outcome: Literal["decided", "repeated", "not_returnable"] = "decided",
    promises: tuple[PromiseTrace, ...] = (),
) -> Decision:
    return Decision(Programme(Plan(whole, TEXT)), event, outcome, member, effects, trace, promises)


def record(name: str, outcome: Outcome, **changes: Any) -> RuleTrace:
    """A trace record of a rule that gave nothing, changed as said."""
    nothing = RuleTrace(name, "award", outcome, NOWHERE, "", 0, 0, (), (), "", "", 0)
    return nothing._replace(**changes)


def awarded(name: str, granted: int, **changes: Any) -> PointsAwarded:
    """What a rule gave, usable at once and for a year."""
    award = PointsAwarded(name, "bonus", granted, granted, MOMENT, NEXT_YEAR, (0, 0), granted, MOMENT)
    return award._replace(**changes)


def false(name: str, actual: str, distance: Fraction | int | None = None, unit: str = "") -> FalseCondition:
    """A condition that did not hold."""
    return FalseCondition(at(name), WRITTEN[name], actual, None if distance is None else Fraction(distance), unit)


REVIEW = Happening("r-1", "m-1", MOMENT, "review", ())

GOLD = rule("gold", occasion=(CONDITIONS["spend"],))
#: 57.5 of its own, as much again by the boost, cut by the cap to 50.
SUM = (
    Entry("own", "base", Fraction("57.5")),
    Entry("boost", "coffee_weekend", Fraction("57.5")),
    Entry("cap", "base#1", Fraction(-65)),
)
CAPPED = record("base", Outcome.REDUCED_BY_CAP, purse="bonus", asked=115, granted=50, entries=SUM, decided_by="base#1")


def paragraph(found: RuleTrace, *rules: Any, language: str = "en", **changes: Any) -> str:
    """The paragraph of a record, in a programme of these rules."""
    whole = checked(*(rules or (EARN, GOLD)), **changes)
    return explain_rule(decision(whole, found), found, language=language)
