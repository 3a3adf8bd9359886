"""Orders made from a programme's own text: what would have to happen for these rules to act, tried before it is shown.

A draft collects what conditions ask for (a weekday, a category, a level, an amount); the order made of it is run
through the evaluator, and only an order that does what was wanted is returned. Nothing is proved by finding none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, product
from typing import Final, NamedTuple

from loyalty_rules.amounts import MICRO, format_units
from loyalty_rules.calendar import FIRST_INSTANT, format_date, weekday
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.reference import Result, boost_units
from loyalty_rules.errors import LoyaltyError
from loyalty_rules.events import FactInput, Line, Purchase, Tender
from loyalty_rules.givens import with_givens
from loyalty_rules.lang.checked import (
    Boost,
    Checked,
    Dates,
    Earn,
    Given,
    GivenDate,
    GivenFact,
    GivenLevel,
    GivenMeasure,
    TriggerKind,
)
from loyalty_rules.lang.conditions import (
    AllOf,
    AmongOf,
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
    In,
    InSegment,
    Kind,
    LevelOf,
    LineSet,
    Measure,
    OneOf,
    OnSale,
    Operand,
    Owner,
    Value,
    WindowKind,
)
from loyalty_rules.settlement.deciding import settle_event
from loyalty_rules.settlement.editions import alone
from loyalty_rules.source import Span

#: How many ways through the `or`s of two rules are tried, and how many days are looked at for a date.
MAX_WAYS: Final = 64
#: What all trials for one file may take, and what one rule, one test and the letters of the file take of it.
MOST_EFFORT: Final = 300_000
_RULE_STEPS: Final = 200
_TEST_STEPS: Final = 5
_LETTERS_A_STEP: Final = 10
_MAX_DAYS: Final = 800
#: The date that witnesses use when no condition asks for another: a monday.
_FIRST_DAY: Final = 739_677
_NOWHERE: Final = Span(0, 0)
_NOON: Final = 12 * 3600 * MICRO
_PRICES: Final = (1_000, 100, 10_000, 1, 1_000_000)  # whole units of the currency


@dataclass(frozen=True, slots=True)
class Range:
    low: int | None = None
    high: int | None = None

    def meet(self, other: Range) -> Range:
        low = self.low if other.low is None else other.low if self.low is None else max(self.low, other.low)
        high = self.high if other.high is None else other.high if self.high is None else min(self.high, other.high)
        return Range(low, high)

    def pick(self, wish: int) -> int:
        if self.low is not None and wish < self.low:
            return self.low
        return self.high if self.high is not None and wish > self.high else wish


@dataclass(frozen=True, slots=True)
class Draft:
    """What an order has to be like. Operands are keys: a field, a fact by name, a level by ladder, a measure by its
    key."""

    values: dict[str, frozenset[Value]] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    givens: dict[str, Operand] = field(default_factory=dict)
    dates: Range = Range()

    def wishing(self, key: str, operand: Operand, values: frozenset[Value]) -> Draft:
        known = self.values.get(key)
        return replace(
            self,
            values={**self.values, key: values if known is None else (known & values) or values},
            givens={**self.givens, key: operand},
        )

    def within(self, key: str, operand: Operand, wanted: Range) -> Draft:
        met = self.ranges.get(key, Range()).meet(wanted)
        return replace(self, ranges={**self.ranges, key: met}, givens={**self.givens, key: operand})


class Shown(NamedTuple):
    """An order that was run: the event, what the member was like before, and what it gave."""

    event: Purchase
    givens: tuple[Given, ...]
    result: Result


Wanted = Callable[[Result], bool]


@dataclass(slots=True)
class Effort:
    """How much may still be tried, in steps of about a microsecond, however long the file and its conditions are."""

    left: int = MOST_EFFORT

    def takes(self, steps: int) -> bool:
        """Whether there is enough left for so many steps, which are taken."""
        self.left -= steps
        return self.left >= 0


def overlap_witness(text: str) -> Callable[[Checked, tuple[str, str]], str | None]:
    """For the checker: an order, in the data of the file, to which two rules both give. `text` is the rule file.

    What is tried for all pairs of a file together is bounded; then nothing is shown any more.
    """
    made: list[Plan] = []
    effort = Effort()

    def shown(checked: Checked, names: tuple[str, str]) -> str | None:
        if not made or made[0].checked is not checked:
            made[:] = [Plan(checked, text)]
        plan = made[0]
        found = find_order(plan, names, lambda result: all(_gives(plan, result, name) for name in names), effort)
        return None if found is None else in_words(plan, found, names)

    return shown


def _gives(plan: Plan, result: Result, name: str) -> bool:
    return units_of(plan, result, name) != 0


def units_of(plan: Plan, result: Result, name: str) -> int:
    """What a rule gave, or a boost added, in smallest units."""
    if name in plan.checked.boosts and name not in result.postings:
        return boost_units(result, name)
    return sum(posting.granted for posting in result.postings.get(name, ()))


def find_order(plan: Plan, names: tuple[str, ...], wanted: Wanted, effort: Effort | None = None) -> Shown | None:
    """An order on which all of the rules act and `wanted` holds; None where none of those tried does."""
    left = effort or Effort()
    run_steps = _RULE_STEPS * len(plan.rules) + len(plan.text) // _LETTERS_A_STEP
    for draft in islice(_drafts(plan, names, left), MAX_WAYS):
        for price in _PRICES:
            if not left.takes(run_steps):
                return None
            found = _run(plan, draft, price)
            if found is not None and wanted(found.result):
                return found
    return None


# ---------- drafts


def _drafts(plan: Plan, names: tuple[str, ...], effort: Effort) -> Iterator[Draft]:
    checked = plan.checked
    rules = [plan.rules[name] for name in names]
    rules += [checked.earns[name] for rule in rules if isinstance(rule, Boost) for name in rule.changes[:1]]
    if any(isinstance(rule, Earn) and rule.trigger is not TriggerKind.PURCHASE for rule in rules):
        return
    ways: list[list[tuple[Condition, ...]]] = []
    dates = _range(checked.dates, plan)
    for rule in rules:
        dates = dates.meet(_range(rule.dates, plan))
        ways += [_ways(condition) for condition in (*rule.audience, *rule.occasion)]
        if rule.lines is not None:
            ways.append(_line_ways(checked, rule.lines))
    for choice in product(*ways):
        if not effort.takes(_TEST_STEPS * sum(map(len, choice))):
            return
        draft = Draft(dates=dates)
        for test in _with_segments(plan.checked, (test for tests in choice for test in tests), set()):
            draft = _asked(draft, test)
        yield draft


def _with_segments(checked: Checked, tests: Iterable[Condition], seen: set[str]) -> Iterator[Condition]:
    """Tests, and in place of a segment those that it asks; of one segment once."""
    for test in tests:
        if not isinstance(test, InSegment):
            yield test
        elif test.segment not in seen:
            seen.add(test.segment)
            asked = (inner for condition in checked.segments[test.segment].when for inner in _ways(condition)[0])
            yield from _with_segments(checked, asked, seen)


def _range(dates: Dates, plan: Plan) -> Range:
    low = None if dates.start is None else plan.timeline.day(dates.start)
    high = None if dates.end is None else plan.timeline.day(dates.end - 1)
    return Range(low, high)


def _ways(condition: Condition) -> list[tuple[Condition, ...]]:
    """A condition as alternatives, each a list of tests that hold together."""
    match condition:
        case AllOf():
            together = product(*(_ways(item) for item in condition.items))
            return [tuple(test for part in parts for test in part) for parts in islice(together, MAX_WAYS)]
        case OneOf():
            return [way for item in condition.items for way in _ways(item)][:MAX_WAYS]
        case AmongOf():
            return _ways(AllOf(condition.items[: condition.number], span=condition.span))
        case _:
            return [(condition,)]


def _line_ways(checked: Checked, lines: LineSet) -> list[tuple[Condition, ...]]:
    if lines.any_product or not lines.sets:
        return [()]
    return list(islice((way for name in lines.sets for way in _set_ways(checked, name)), MAX_WAYS))


def _set_ways(checked: Checked, name: str) -> list[tuple[Condition, ...]]:
    products = checked.products[name]
    found = list(islice((way for inner in products.include for way in _set_ways(checked, inner)), MAX_WAYS))
    if products.where:
        together = product(*(_ways(condition) for condition in products.where))
        found += [tuple(test for part in parts for test in part) for parts in islice(together, MAX_WAYS)]
    return found[:MAX_WAYS] or [()]


def _key(operand: Operand) -> str:
    match operand:
        case FieldOf():
            return f"{operand.field.value} {operand.zone}".strip()
        case FactOf():
            return f"{operand.fact.owner.value} {operand.fact.name}"
        case LevelOf():
            return f"level {operand.ladder}"
        case BaseTotal():
            return "total"
        case Measure():
            now = operand.window.kind is WindowKind.THIS_ORDER
            return (
                {CounterKind.SPEND: "total", CounterKind.ITEMS: "items"}.get(operand.counter, "")
                if now
                else operand.key
            )


def _asked(draft: Draft, test: Condition) -> Draft:
    """The draft once it is to make a test true. What cannot be wished for is left to the evaluator."""
    match test:
        case Equals(operand, Constant(value), negated):
            return draft if negated else draft.wishing(_key(operand), operand, frozenset({value}))
        case In():
            return draft.wishing(_key(test.operand), test.operand, frozenset(test.values))
        case Compared(operand, how, Constant(int() as bound)):
            low = bound + (how is Compare.OVER) if how in (Compare.AT_LEAST, Compare.OVER) else None
            high = bound - (how is Compare.UNDER) if how in (Compare.AT_MOST, Compare.UNDER) else None
            return draft.within(_key(operand), operand, Range(low, high))
        case Between(operand, Constant(int() as low_bound), Constant(int() as high_bound)):
            return draft.within(_key(operand), operand, Range(low_bound, high_bound))
        case OnSale():
            return replace(draft, ranges={**draft.ranges, "sale": Range(1)})
        case _:
            return draft


# ---------- orders


def _run(plan: Plan, draft: Draft, price: int) -> Shown | None:
    at = _instant(plan, draft)
    if at is None:
        return None
    givens = _givens(plan, draft)
    try:
        member = with_givens(plan, "", givens, at)
        member = member._replace(segments=tuple(sorted(n for n, s in plan.checked.segments.items() if not s.when)))
        event = _order(plan, draft, at, price)
        settled = settle_event(alone(plan, ""), member, event)
    except LoyaltyError:
        return None  # such an order cannot be: another way is tried
    return None if settled.result is None else Shown(event, givens, settled.result)


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
    return tuple(found)


def _text(draft: Draft, which: Field) -> str:
    values = draft.values.get(which.value)
    return min((value for value in values if isinstance(value, str)), default="") if values else ""


def _order(plan: Plan, draft: Draft, at: int, price: int) -> Purchase:
    """The order of a draft: one line of what is asked for, at a price that its amounts allow."""
    scale = MICRO // 10**plan.checked.exponent
    items = draft.ranges.get("items", Range()).meet(_whole(draft.ranges.get(Field.QUANTITY.value, Range()))).pick(1)
    total = draft.ranges.get("total", Range()).pick(price * 10**plan.checked.exponent)
    unit = draft.ranges.get(Field.UNIT_PRICE.value, Range())
    if unit.low is not None or unit.high is not None:
        each = unit.pick(total)
        items = max(items, -(-(draft.ranges.get("total", Range()).low or 0) // max(each, 1)), 1)
        total = each * items
    amount = total * scale
    discount = scale if "sale" in draft.ranges and amount else 0
    tags = draft.values.get(Field.TAG.value, frozenset())
    line = Line(
        id="1",
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
    method = _text(draft, Field.TENDER)
    return Purchase(
        id="order",
        member="example",
        at=at,
        currency=plan.checked.currency,
        lines=(line,),
        tenders=(Tender(method, amount),) if method else None,
        merchant=_text(draft, Field.MERCHANT),
        store=_text(draft, Field.STORE),
        channel=_text(draft, Field.CHANNEL),
        facts=_facts(plan, draft, Owner.ORDER),
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
            return value if isinstance(value, str) else min(fact.choices, default="")


# ---------- in words


def in_words(plan: Plan, shown: Shown, names: tuple[str, ...]) -> str:
    """An order and what it gave, in the data and the names of the file alone: it reads the same in every language."""
    event = shown.event
    line = event.lines[0]
    amount = format_units(
        ((line.amount or 0) - line.discount) * 10**plan.checked.exponent // MICRO, plan.checked.exponent
    )
    data = [line.sku, line.category, line.brand, *line.tags, *(f"{name} {value}" for name, value in line.facts)]
    where = [event.merchant, event.store, event.channel, *(tender.method for tender in event.tenders or ())]
    before = [given.level for given in shown.givens if isinstance(given, GivenLevel)]
    day = plan.timeline.day(event.at)
    clock = plan.timeline.zone.local_seconds(event.at)
    time = f"{clock // 3600:02d}:{clock % 3600 // 60:02d}"
    parts = [f"{format_date(day)} {time}", *before, *where, *data, f"{amount} {event.currency}"]
    gave = ", ".join(f"{name} {_shown_units(plan, shown.result, name)}" for name in names)
    return f"{', '.join(part for part in parts if part)}: {gave}"


def _shown_units(plan: Plan, result: Result, name: str) -> str:
    rule = plan.rules[name]
    earn = plan.checked.earns[rule.changes[0]] if isinstance(rule, Boost) else rule
    purse = plan.checked.purses[earn.gives[0].purse]
    return f"{format_units(units_of(plan, result, name), purse.decimals)} {purse.currency or purse.name}"
