"""What a programme's own text makes interesting: the data it asks about, the amounts at which it changes its mind, the
instants around which time matters. Orders drawn from these find mistakes that orders out of the blue never meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final

from loyalty_rules.amounts import MICRO
from loyalty_rules.calendar import Period
from loyalty_rules.events import Purchase
from loyalty_rules.lang.checked import (
    BaseLimit,
    Cap,
    Checked,
    Dates,
    Expiry,
    Give,
    Length,
    Returns,
    Row,
    Scope,
    Step,
    Usable,
)
from loyalty_rules.lang.conditions import (
    PERIODS,
    BaseTotal,
    Between,
    Compared,
    Constant,
    CounterKind,
    Equals,
    Fact,
    FactOf,
    Field,
    FieldOf,
    In,
    Kind,
    Measure,
    Operand,
    Value,
)
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.member import CONFIRMATION
from loyalty_rules.programme import Programme

#: Data that no rule asks about.
ELSEWHERE: Final = "elsewhere"
#: The date histories begin on where the programme's own dates ask for no other: 2026-03-02, a monday.
FIRST_DAY: Final = 739_677
_DAY: Final = 86_400 * MICRO
_MINUTE: Final = 60 * MICRO
_MOST_ROWS: Final = 200  # of a table: the host may hand over many thousands
#: The most that an order or a fact is made to come to, in minor units and in millionths.
_MOST_PAID: Final = 1_000_000_000
_MOST_SUM: Final = 1_000_000 * MICRO
_ENOUGH: Final = 100  # steps of a rate after which there is something to spend
_TEXT_FIELDS: Final = (Field.SKU, Field.CATEGORY, Field.BRAND, Field.TAG, Field.STORE, Field.CHANNEL)
_FIELDS: Final = (*_TEXT_FIELDS, Field.MERCHANT, Field.TENDER)


#: What counts units of a purse.
_UNITS: Final = frozenset({CounterKind.EARNED, CounterKind.BALANCE})


@dataclass(frozen=True)
class Habit:
    """Something bought in each of these periods, in a row: by chance alone hardly a history has three such weeks.
    `money`: amounts in minor units that make a period count, if it takes any, with their neighbours."""

    period: Period
    money: tuple[int, ...]


@dataclass(frozen=True)
class Interest:
    """Worked out once for a programme; all tuples are sorted, so what is drawn does not depend on any order."""

    programme: Programme

    @property
    def checked(self) -> Checked:
        return self.programme.checked

    @cached_property
    def by_currency(self) -> tuple[Interest, ...]:
        """What orders in each currency are drawn from, the first one's first."""
        return (self, *(Interest(one) for _, one in sorted(self.programme.elsewhere.items())))

    @cached_property
    def parts(self) -> tuple[object, ...]:
        """Everything the programme is made of but its examples."""
        checked = self.checked
        blocks = (
            *checked.products.values(),
            *checked.segments.values(),
            *((table.asked, table.rows[:_MOST_ROWS]) for table in checked.tables.values()),
            *checked.ladders.values(),
            *checked.earns.values(),
            *checked.boosts.values(),
            *checked.groups.values(),
            *checked.nevers.values(),
            *checked.purses.values(),
            *checked.memberships.values(),
            *checked.perks.values(),
            *checked.experiments.values(),
            *checked.offers.values(),
            *checked.referrals.values(),
            *checked.promises.values(),
        )
        returns = () if checked.returns is None else (checked.returns,)
        return (*returns, *(part for block in blocks for part in parts_of(block)))

    @cached_property
    def confirms(self) -> bool:
        """Whether something waits for the confirmation of an order."""
        lives = [one.usable for one in self.checked.purses.values()]
        own = [one.usable for one in self.checked.earns.values() if one.usable is not None]
        return any(one.event == CONFIRMATION for one in (*lives, *own))

    @cached_property
    def given_away(self) -> tuple[str, ...]:
        """The purses of which members may give to others."""
        return tuple(sorted(name for name, one in self.checked.purses.items() if one.transfer is not None))

    @cached_property
    def tests(self) -> tuple[tuple[Operand, Value], ...]:
        """Every operand with every constant it is compared with."""
        named = (
            pair
            for table in self.checked.tables.values()
            for row in table.rows[:_MOST_ROWS]
            for pair in zip(table.keys, row.keys, strict=True)
        )
        return (*(pair for part in self.parts for pair in _compared(part)), *named)

    # ---------- data

    @cached_property
    def texts(self) -> Mapping[Field, tuple[str, ...]]:
        """By field, one text that the programme does not know (the plainest), and those it asks about or its examples
        use."""
        found: dict[Field, set[str]] = {field: {ELSEWHERE} for field in _FIELDS}
        for operand, value in self.tests:
            if isinstance(operand, FieldOf) and isinstance(value, str) and operand.field in found:
                found[operand.field].add(value)
        for part in self.parts:
            if isinstance(part, BaseTotal):
                found[Field.TENDER].update(part.base.tenders)
        for order in self.example_orders:
            for line in order.lines:
                told = {Field.SKU: line.sku, Field.CATEGORY: line.category, Field.BRAND: line.brand}
                for field, text in told.items():
                    found[field].update({text} - {""})
                found[Field.TAG].update(line.tags)
        return {field: (ELSEWHERE, *sorted(texts - {ELSEWHERE})) for field, texts in found.items()}

    @cached_property
    def example_orders(self) -> tuple[Purchase, ...]:
        steps = (step.event for example in self.checked.examples for step in example.steps)
        return tuple(event for event in steps if isinstance(event, Purchase))

    def values_of(self, fact: Fact) -> tuple[Value, ...]:
        """Values of a fact at which the programme changes its mind, and their neighbours."""
        if fact.choices:
            return tuple(sorted(fact.choices))
        asked = {value for operand, value in self.tests if isinstance(operand, FactOf) and operand.fact == fact}
        asked.update(self._summing_up(fact))
        match fact.kind:
            case Kind.YES_NO:
                return (False, True)
            case Kind.TEXT if fact.zone:
                return ("UTC", "Asia/Tokyo", "America/Santiago")
            case Kind.TEXT:
                return tuple(sorted({ELSEWHERE, *(value for value in asked if isinstance(value, str))}))
            case Kind.YEARLY:
                return ((1, 1), (2, 29), (3, 2), (12, 31))
            case Kind.DATE:
                days = {value for value in asked if isinstance(value, int)} | {FIRST_DAY}
                return tuple(sorted(day + step for day in days for step in (-1, 0, 1)))
            case Kind.INSTANT:
                # Whole minutes, which an example has words for.
                noon = self.programme.plan.timeline.start(FIRST_DAY) + _DAY // 2
                moments = {value - value % _MINUTE for value in asked if isinstance(value, int)}
                return _around(moments | {noon}, _MINUTE)
            case Kind.MONEY:
                return _around({value for value in asked if isinstance(value, int)} | {100}, 1)
            case _:
                return _around({value for value in asked if isinstance(value, int)} | {MICRO}, MICRO)

    def _summing_up(self, fact: Fact) -> Iterator[int]:
        """Values of a fact that alone come to a sum that is asked for, or to units given for it."""
        for operand, value in self.tests:
            if isinstance(operand, Measure) and operand.fact == fact and isinstance(value, int):
                yield value
        for purse, units in self._asked_units():
            for measured, size in self._rates(purse):
                if measured is not None and measured.fact == fact and units * size <= _MOST_SUM:
                    yield int(units * size)

    # ---------- amounts

    @cached_property
    def money(self) -> tuple[int, ...]:
        """Amounts in minor units at which something begins, ends or is full, each with its neighbours."""
        found: set[int] = {100}
        for operand, value in self.tests:
            if _is_money(operand) and isinstance(value, int):
                found.add(value)
        for part in self.parts:
            match part:
                case Row(low=low, high=high):
                    found.update(edge for edge in (low, high) if edge)
                case Step(size=size, items=False, of=None):
                    found.add(size)
                case BaseLimit(amount=amount, items=False):
                    found.add(amount)
                case _:
                    pass
        found.update(self._filling_caps())
        found.update(self._filling_purses())
        found.update(self._earning())
        return tuple(amount for amount in _around(found, 1) if amount > 0)

    def _filling_caps(self) -> Iterator[int]:
        """The amounts with which a rule's rate reaches its caps."""
        for rule in self.checked.earns.values():
            for give in rule.gives:
                step = give.step
                if step is None or step.items or step.of is not None or not give.value:
                    continue
                for cap in rule.caps:
                    if cap.purse == give.purse:
                        yield _steps_to(cap, give, step)
                for budget in self.checked.budgets.values():
                    if budget.purse == give.purse and rule.name in budget.covers:
                        yield from (max(1, int(one.units / give.value * step.size)) for one in budget.caps)

    def _filling_purses(self) -> Iterator[int]:
        """An amount that gives enough to spend, where members spend what a rule gives."""
        spent = {*self.given_away, *(one.purse for one in self.checked.redeems.values())}
        for rule in self.checked.earns.values():
            for give in rule.gives:
                step = give.step
                if give.purse in spent and step is not None and not step.items and step.of is None:
                    yield step.size * _ENOUGH

    def _earning(self) -> Iterator[int]:
        """The amounts with which a rule's rate comes to the units that something asks for."""
        for purse, units in self._asked_units():
            for measured, size in self._rates(purse):
                if (measured is None or measured.kind is Kind.MONEY) and units * size <= _MOST_PAID:
                    yield int(units * size)

    def _asked_units(self) -> Iterator[tuple[str, int]]:
        """How much of a purse something asks for, earned or held, and a unit more."""
        for operand, value in self.tests:
            if isinstance(operand, Measure) and operand.counter in _UNITS and isinstance(value, int):
                yield operand.of, value
                yield operand.of, value + 1

    def _rates(self, purse: str) -> Iterator[tuple[Measure | None, Fraction]]:
        """For how much rules give a unit into a purse: of a measure, or of an amount of the order."""
        for rule in self.checked.earns.values():
            measured = rule.base if isinstance(rule.base, Measure) else None
            for give in rule.gives:
                if give.purse == purse and give.step is not None and not give.step.items and give.value:
                    yield give.step.of or measured, give.step.size / give.value

    @cached_property
    def habits(self) -> tuple[Habit, ...]:
        """One for each count of days, weeks or months."""
        found = set()
        for part in self.parts:
            if isinstance(part, Measure) and part.counter in PERIODS:
                tests = (pair for asked in parts_of((part.where, part.each)) for pair in _compared(asked))
                money = {value for operand, value in tests if _is_money(operand) and isinstance(value, int)}
                found.add(Habit(PERIODS[part.counter], tuple(one for one in _around(money, 1) if one > 0)))
        return tuple(sorted(found, key=lambda one: (one.period.value, one.money)))

    @cached_property
    def unit_prices(self) -> tuple[int, ...]:
        """Prices of a unit that product sets ask about, in minor units, with their neighbours."""
        asked = {
            value
            for operand, value in self.tests
            if isinstance(operand, FieldOf) and operand.field is Field.UNIT_PRICE and isinstance(value, int)
        }
        return tuple(price for price in _around(asked | {99, 1_000}, 1) if price > 0)

    @cached_property
    def quantities(self) -> tuple[int, ...]:
        """Whole quantities: those asked about, and enough for a step of items or the cap of a rule per item."""
        found = {1, 2}
        for operand, value in self.tests:
            if isinstance(operand, FieldOf) and operand.field is Field.QUANTITY and isinstance(value, int):
                found.update((value // MICRO, value // MICRO + 1))
            if isinstance(operand, Measure) and operand.kind is Kind.COUNT and isinstance(value, int):
                found.update((value, value + 1))
        for part in self.parts:
            if isinstance(part, Step) and part.items:
                found.update((part.size - 1, part.size, part.size + 1))
            if isinstance(part, BaseLimit) and part.items:
                found.update((part.amount, part.amount + 1))
        return tuple(sorted(number for number in found if 0 < number <= 1_000))

    # ---------- time

    @cached_property
    def first_days(self) -> tuple[int, ...]:
        """Dates to begin a history on: around the programme's dates, its clock changes, ends of periods."""
        timeline = self.programme.plan.timeline
        found = {FIRST_DAY, _ordinal(2026, 1, 31), _ordinal(2028, 2, 29)}
        changes = [change for change in timeline.zone.changes if change > timeline.start(FIRST_DAY)]
        found.update(timeline.day(change) - 1 for change in changes[:2])
        for dates in self.dates:
            found.update(timeline.day(edge) - 1 for edge in (dates.start, dates.end) if edge is not None)
        found.update(timeline.day(change.at) - 1 for change in self.checked.changes.values())
        found.update(timeline.day(until) - 1 for _, until in self.programme.earlier)
        found.update(FIRST_DAY + weekday for weekday in self._weekdays())
        return tuple(sorted(found))

    def _weekdays(self) -> Iterator[int]:
        """The days of the week that something asks about, monday as 0."""
        for operand, value in self.tests:
            if isinstance(operand, FieldOf) and operand.field is Field.WEEKDAY and isinstance(value, int):
                yield value

    @cached_property
    def dates(self) -> tuple[Dates, ...]:
        own = [rule.dates for rule in (*self.checked.earns.values(), *self.checked.boosts.values())]
        own += [budget.dates for budget in self.checked.budgets.values()]
        return (
            self.checked.dates,
            self.checked.earning,
            self.checked.redeeming,
            *own,
            *(never.dates for never in self.checked.nevers.values()),
        )

    @cached_property
    def clock_times(self) -> tuple[int, ...]:
        """Microseconds since midnight at which something changes, and noon."""
        asked = {
            value
            for operand, value in self.tests
            if isinstance(operand, FieldOf) and operand.field is Field.CLOCK_TIME and isinstance(value, int)
        }
        starts = {self.checked.day_start * MICRO, _DAY // 2}
        return tuple(moment for moment in _around(asked | starts, 1) if 0 <= moment < _DAY)

    @cached_property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Lengths in (months, days) after which something the programme knows may end: lives, windows, periods."""
        found: set[tuple[int, int]] = {(0, 0), (0, 1), (1, 0)}
        for part in self.parts:
            match part:
                case (
                    Usable(days=days, months=months)
                    | Expiry(days=days, months=months)
                    | Returns(days=days, months=months)
                    | Length(days, months)
                ):
                    found.update({(months, days), (months, days + 1)})
                case Measure(window=window):
                    found.update({(window.months, window.days), (window.months, window.days + 1)})
                case _:
                    pass
        return tuple(sorted(gap for gap in found if gap[0] <= 60 and gap[1] <= 2_000))

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Periods whose ends matter to something."""
        found = {part for block in self.parts for part in parts_of(block) if isinstance(part, Period)}
        found |= {window.period for part in self.parts if isinstance(part, Measure) and (window := part.window).period}
        return tuple(sorted(found | {Period.MONTH}, key=lambda period: period.value))


def _compared(part: object) -> Iterator[tuple[Operand, Value]]:
    match part:
        case Equals(operand=operand, bound=Constant(value)) | Compared(operand=operand, bound=Constant(value)):
            yield operand, value
        case In(operand=operand, values=values):
            for value in values:
                yield operand, value
        case Between(operand=operand, low=low, high=high):
            for bound in (low, high):
                if isinstance(bound, Constant):
                    yield operand, bound.value
        case _:
            pass


def _is_money(operand: Operand) -> bool:
    return isinstance(operand, BaseTotal) or (isinstance(operand, Measure) and operand.kind is Kind.MONEY)


def _around(values: set[int], step: int) -> tuple[int, ...]:
    return tuple(sorted({value + move for value in values for move in (-step, 0, step)}))


def _steps_to(cap: Cap, give: Give, step: Step) -> int:
    wanted = Fraction(cap.units) / give.value * step.size
    return max(1, int(wanted) + (cap.scope is Scope.ITEM))


def _ordinal(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal()
