"""Orders made of drafts, and what the evaluator says of them."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from loyalty_rules.amounts import MICRO, format_units
from loyalty_rules.calendar import FIRST_INSTANT, weekday
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import FactInput, Line, Purchase, RedeemRequest, Tender
from loyalty_rules.givens import with_givens
from loyalty_rules.lang.checked import (
    Given,
    GivenBalance,
    GivenDate,
    GivenFact,
    GivenLevel,
    GivenMeasure,
    GivenMembership,
    GivenOptedIn,
)
from loyalty_rules.lang.conditions import (
    CounterKind,
    Fact,
    FactOf,
    Field,
    FieldOf,
    Kind,
    LevelOf,
    Measure,
    Owner,
    Value,
)
from loyalty_rules.settlement.deciding import settle_event
from loyalty_rules.settlement.editions import alone
from loyalty_rules.settlement.remembering import Settled
from loyalty_rules.shared import SharedState
from loyalty_rules.source import Span
from loyalty_rules.witness.drafts import SALE, Draft, Range

#: How many days are looked at for a date.
_MAX_DAYS: Final = 800
#: The date that witnesses use when no condition asks for another: a monday.
_FIRST_DAY: Final = 739_677
_NOWHERE: Final = Span(0, 0)
_NOON: Final = 12 * 3600 * MICRO
#: What a run takes of the effort for one rule, and how many letters of the file take one step.
_RULE_STEPS: Final = 200
_LETTERS_A_STEP: Final = 10


class Shown(NamedTuple):
    """An order that was run: the event, what the member was like before, and what it gave."""

    event: Purchase
    givens: tuple[Given, ...]
    settled: Settled
    result: Result


def run_steps(plan: Plan) -> int:
    """What it takes to run one order."""
    return _RULE_STEPS * len(plan.rules) + len(plan.text) // _LETTERS_A_STEP


def run(plan: Plan, draft: Draft, price: int) -> Shown | None:
    """The order of a draft, at a price that its amounts allow, decided; None where there is no such order."""
    at = _instant(plan, draft)
    if at is None:
        return None
    givens = _givens(plan, draft)
    try:
        member = with_givens(plan, "", givens, at)
        kept = (name for name, segment in plan.checked.segments.items() if not segment.when)
        member = member._replace(segments=tuple(sorted(name for name in kept if name not in draft.outside)))
        event = _order(plan, draft, at, price)
        settled = settle_event(alone(plan, ""), member, event, SharedState(""))
    except LoyaltyError:
        return None  # such an order cannot be: another way is tried
    return None if settled.result is None else Shown(event, givens, settled, settled.result)


def _instant(plan: Plan, draft: Draft) -> int | None:
    """The first date from the start of the range on which everything asked of dates holds."""
    dates = draft.dates.meet(draft.ranges.get(Field.TODAY.value, Range()))
    time = draft.ranges.get(Field.CLOCK_TIME.value, Range()).pick(_NOON)
    weekdays = draft.values.get(Field.WEEKDAY.value)
    months = draft.values.get(Field.MONTH_OF_YEAR.value)
    first = dates.pick(_FIRST_DAY)
    named = draft.values.get(Field.TODAY.value)
    days = sorted(day for day in named if isinstance(day, int)) if named else range(first, first + _MAX_DAYS)
    for day in days:
        if dates.high is not None and day > dates.high:
            return None
        fits = weekdays is None or weekday(day) in weekdays
        if fits and (months is None or date.fromordinal(day).month in months):
            return plan.timeline.zone.instant(day, time // MICRO)
    return None


def _givens(plan: Plan, draft: Draft) -> tuple[Given, ...]:
    """What the member has to bring: levels, measures of the past, facts, the number of the order."""
    found: list[Given] = []
    for key, operand in sorted(draft.givens.items()):
        wished = draft.values.get(key)
        value = min(wished, key=repr) if wished else draft.ranges[key].pick(0) if key in draft.ranges else 0
        match operand:
            case LevelOf():
                rank = value if isinstance(value, int) else 0
                found.append(
                    GivenLevel(operand.ladder, plan.checked.ladders[operand.ladder].level_name(rank), _NOWHERE)
                )
            case Measure() if key == operand.key and isinstance(value, int) and value:
                if operand.counter is not CounterKind.BALANCE:
                    found.append(GivenMeasure(operand, value, _NOWHERE))
            case FactOf() if operand.fact.owner is Owner.MEMBER:
                found.append(GivenFact(operand.fact, value, _NOWHERE))
            case FieldOf() if operand.field is Field.ORDER_NUMBER and isinstance(value, int):
                found.append(GivenDate(Field.ORDER_NUMBER, max(0, value - 1), _NOWHERE))
            case _:
                pass
    found += [GivenMembership(name, _NOWHERE) for name in sorted(draft.memberships)]
    found += [GivenBalance(name, 1, _NOWHERE) for name in draft.rewards]
    return (*found, *(GivenOptedIn(name, _NOWHERE) for name in sorted(draft.opted)))


def _text(draft: Draft, which: Field) -> str:
    values = draft.values.get(which.value)
    return min((value for value in values if isinstance(value, str)), default="") if values else ""


def _order(plan: Plan, draft: Draft, at: int, price: int) -> Purchase:
    """The order of a draft: a line of each sort that is asked for. The first has what further lines leave of the
    total."""
    more = [_line(plan, line, str(number), price, 0) for number, line in enumerate(draft.more, 2)]
    first = _line(plan, draft, "1", price, sum((line.amount or 0) - line.discount for line in more))
    lines = (first, *more)
    method = _text(draft, Field.TENDER)
    paid = sum((line.amount or 0) - line.discount for line in lines)
    return Purchase(
        id="order",
        member="example",
        at=at,
        currency=plan.checked.currency,
        lines=lines,
        tenders=(Tender(method, paid),) if method else None,
        merchant=_text(draft, Field.MERCHANT),
        store=_text(draft, Field.STORE),
        channel=_text(draft, Field.CHANNEL),
        facts=_facts(plan, draft, Owner.ORDER),
        redeem=tuple(RedeemRequest(name, None) for name in draft.rewards),
        codes=draft.codes,
    )


def _line(plan: Plan, draft: Draft, number: str, price: int, others: int) -> Line:
    """One line of what is asked for, at a price that its amounts allow. `others`: what the lines beside it come to."""
    scale = MICRO // 10**plan.checked.exponent
    items = draft.ranges.get("items", Range()).meet(_whole(draft.ranges.get(Field.QUANTITY.value, Range()))).pick(1)
    total = max(0, draft.ranges.get("total", Range()).pick(price + others // scale) - others // scale)
    unit = draft.ranges.get(Field.UNIT_PRICE.value, Range())
    if unit.low is not None or unit.high is not None:
        each = unit.pick(total)
        items = max(items, -(-(draft.ranges.get("total", Range()).low or 0) // max(each, 1)), 1)
        total = each * items
    amount = total * scale
    discount = scale if SALE in draft.ranges and amount else 0
    tags = draft.values.get(Field.TAG.value, frozenset())
    return Line(
        id=number,
        sku=_text(draft, Field.SKU),
        category=_text(draft, Field.CATEGORY),
        brand=_text(draft, Field.BRAND),
        tags=tuple(sorted(tag for tag in tags if isinstance(tag, str))),
        quantity=items * MICRO,
        price=None,
        amount=amount + discount,
        discount=discount,
        tax=0,
        facts=_facts(plan, draft, Owner.LINE),
    )


def _whole(quantity: Range) -> Range:
    """A range of quantities (millionths) as one of whole items."""
    low = None if quantity.low is None else -(-quantity.low // MICRO)
    return Range(low, None if quantity.high is None else quantity.high // MICRO)


def _facts(plan: Plan, draft: Draft, owner: Owner) -> tuple[tuple[str, FactInput], ...]:
    """The declared facts: as asked for, else some value of their kind."""
    found: list[tuple[str, FactInput]] = []
    for name, fact in sorted(plan.checked.facts.items()):
        if fact.owner is not owner:
            continue
        key = f"{owner.value} {name}"
        wished = draft.values.get(key)
        value = min(wished, key=repr) if wished else draft.ranges[key].pick(0) if key in draft.ranges else None
        if value is None and (fact.optional or fact.otherwise is not None):
            continue
        found.append((name, _input(plan, fact, value)))
    return tuple(found)


def _input(plan: Plan, fact: Fact, value: Value | None) -> FactInput:
    """A checked value as a host would give it."""
    match fact.kind:
        case Kind.YES_NO:
            return bool(value)
        case Kind.MONEY:
            return format_units(value if isinstance(value, int) else 0, plan.checked.exponent)
        case Kind.NUMBER | Kind.PERCENT:
            return format_units(value if isinstance(value, int) else 0, 6)
        case Kind.DATE:
            return date.fromordinal(value if isinstance(value, int) and value > 1 else _FIRST_DAY)
        case Kind.INSTANT:
            return value if isinstance(value, int) and value >= FIRST_INSTANT else plan.timeline.start(_FIRST_DAY)
        case Kind.YEARLY:
            month, day = value if isinstance(value, tuple) else (1, 1)
            return date(2024, month, day)
        case _:
            return value if isinstance(value, str) else min(fact.choices, default="UTC" if fact.zone else "")
