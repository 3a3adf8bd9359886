"""What a decision can read at one moment: the occasion, the member as found, and what earlier stages of this decision
gave.

`value` answers an operand, `holds` a condition. An operand that has no value here (no previous order, a fact left
out) makes every test of it false. Nothing changes here but the view's own record of what this decision gave so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, assert_never

from loyalty_rules.calendar import yearly
from loyalty_rules.engine import experiments, goals, guarding, happening, periods
from loyalty_rules.engine.known import Known as Known
from loyalty_rules.engine.linefields import told_by
from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.engine.receive import Local, Occasion, OrderLine, base_total, local_at, whole_of
from loyalty_rules.engine.windows import Reach, Since, reach
from loyalty_rules.engine.worth import value_given
from loyalty_rules.lang.checked import Blocks, Dates, Never
from loyalty_rules.lang.conditions import (
    ACTIVE,
    IN_A_ROW,
    LINE_FIELDS,
    PERIODS,
    AllOf,
    AmongOf,
    Applied,
    BaseTotal,
    Between,
    Bound,
    Compare,
    Compared,
    Completed,
    Condition,
    Constant,
    CounterKind,
    DateOf,
    Equals,
    FactOf,
    Falls,
    Field,
    FieldOf,
    Has,
    In,
    InSegment,
    InstantOf,
    InTable,
    LevelOf,
    LineSet,
    Measure,
    MemberOf,
    NotOf,
    OneOf,
    OnSale,
    Operand,
    OptedIn,
    Owner,
    ShareOf,
    Value,
    VariantOf,
    WasInvited,
    Window,
    WindowKind,
)
from loyalty_rules.lang.told import zone_told
from loyalty_rules.timeline import Timeline

#: What these count depends on what the decision gives and takes.
_OF_UNITS: Final = frozenset(
    {CounterKind.EARNED, CounterKind.REDEEMED, CounterKind.TIMES, CounterKind.VALUE_GIVEN, CounterKind.BALANCE}
)

Found = Value | Fraction | frozenset[str] | None


@dataclass(slots=True)
class View:
    """One occasion under evaluation."""

    plan: Plan
    occasion: Occasion
    known: Known
    given: dict[tuple[str, str], int] = field(default_factory=dict)  # (rule, purse) -> units granted by lower strata
    asked: dict[str, int] = field(default_factory=dict)  # by cap: what it was asked by lower strata
    applied: set[str] = field(default_factory=set)  # the rules and boosts that gave something, in lower strata
    ranks: dict[str, int] = field(init=False)  # by ladder, as they hold now
    completed: dict[str, int] = field(default_factory=dict)  # by challenge, how often in this decision
    settled: Mapping[str, int] | None = None  # how often at most, where that was decided before
    taken: Mapping[str, int] = field(default_factory=dict)  # by measure, what does not count while a goal is asked
    asked_period: periods.Asked | None = None  # while a filter is asked about a day, week or month
    since: Since = field(init=False)  # with what windows of the member begin
    worth: dict[str, int] = field(init=False, default_factory=dict)  # by key of a measure, what the occasion adds
    runs: dict[str, Sequence[int]] = field(init=False, default_factory=dict)  # by key of a run: those before today's
    guarded: dict[Blocks, frozenset[int] | None] = field(default_factory=dict)  # what `blocked` has answered
    as_it_came: bool = False  # while measures count all of the order, whatever guardrails take away
    _reaches: dict[int, tuple[Measure | Window, Reach]] = field(init=False, default_factory=dict)
    _matches: dict[tuple[LineSet, int], bool] = field(default_factory=dict)
    _members: dict[tuple[str, str], bool] = field(default_factory=dict)  # (product set, line id)

    def __post_init__(self) -> None:
        self.ranks = dict(self.known.ranks)
        self.since = self.known.since

    # ---------- conditions

    def holds(self, condition: Condition, line: OrderLine | None = None) -> bool:
        match condition:
            case AllOf():
                return all(self.holds(item, line) for item in condition.items)
            case OneOf():
                return any(self.holds(item, line) for item in condition.items)
            case NotOf():
                return not self.holds(condition.item, line)
            case AmongOf():
                return sum(self.holds(item, line) for item in condition.items) >= condition.number
            case Equals():
                return self._equals(condition, line)
            case In():
                found, wanted = self.value(condition.operand, line), condition.values
                return not found.isdisjoint(wanted) if isinstance(found, frozenset) else found in wanted
            case InTable():
                return (self.value(condition.operand, line),) in self.plan.lookups[condition.table]
            case Compared():
                return self._compared(condition, line)
            case Between():
                found = _number(self.value(condition.operand, line))
                low, high = self.bound(condition.low), self.bound(condition.high)
                return found is not None and low is not None and high is not None and low <= found <= high
            case Falls():
                return self._falls(condition)
            case OnSale():
                return line is not None and line.on_sale
            case InSegment():
                return self.in_segment(condition.segment)
            case MemberOf():
                return self.known.years.get(condition.membership, (False, 0))[0]
            case WasInvited():
                return self.known.invited is not None
            case OptedIn():
                return condition.rule in self.known.opted
            case Applied():
                return condition.rule in self.applied or self.occasion.lowered_by(condition.rule)
            case Completed():
                return goals.completed(self, condition.challenge)
            case Has():
                return self.value(FactOf(condition.fact), line) is not None
            case _:
                assert_never(condition)

    def all_hold(self, conditions: tuple[Condition, ...]) -> bool:
        return all(self.holds(condition) for condition in conditions)

    def holds_of(self, condition: Condition, asked: periods.Asked) -> bool:
        """Whether the filter of a counter of periods holds of one of them."""
        before, self.asked_period = self.asked_period, asked
        try:
            return self.holds(condition)
        finally:
            self.asked_period = before

    def in_segment(self, name: str) -> bool:
        segment = self.plan.checked.segments[name]
        return self.all_hold(segment.when) if segment.when else name in self.known.segments

    def _equals(self, test: Equals, line: OrderLine | None) -> bool:
        found = self.value(test.operand, line)
        if found is None:
            return False
        if isinstance(test.bound, Constant):
            wanted = test.bound.value
            same = wanted in found if isinstance(found, frozenset) else found == wanted
        else:
            same = found == self.bound(test.bound)
        return same != test.negated

    def _compared(self, test: Compared, line: OrderLine | None) -> bool:
        found, bound = _number(self.value(test.operand, line)), self.bound(test.bound)
        if found is None or bound is None:
            return False
        match test.how:
            case Compare.AT_LEAST:
                return found >= bound
            case Compare.AT_MOST:
                return found <= bound
            case Compare.OVER:
                return found > bound
            case Compare.UNDER:
                return found < bound

    def timeline(self, zone: str) -> Timeline:
        """The programme's calendar in a zone, "" for its own."""
        facts = (self.plan.checked.facts, self.occasion.facts, self.known.facts)
        return self.plan.timeline_in(zone_told(zone, *facts, otherwise="")) if zone else self.plan.timeline

    def local(self, zone: str) -> Local | Occasion:
        """Date and time of the occasion in a zone, "" for the programme's."""
        return local_at(self.timeline(zone), self.occasion.at) if zone else self.occasion

    def _falls(self, test: Falls) -> bool:
        today = self.local(test.zone).day
        window = test.window
        if window.kind in (WindowKind.PERIOD, WindowKind.PREVIOUS) and window.period is not None:
            number = self.plan.timeline.number(window.period, today) - (window.kind is WindowKind.PREVIOUS)
            first = self.plan.timeline.first(window.period, number)
            last = self.plan.timeline.first(window.period, number + 1) - 1
        else:
            reached = reach(window, today, self.since, self.plan.timeline, by_date=True)
            first, last = reached.low, reached.high
        found = self.value(test.date, None)
        if isinstance(found, tuple):
            years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
            return any(first <= self._anniversary(test.date, year) <= last for year in years)
        return isinstance(found, int) and first <= found <= last

    # ---------- bounds and dates

    def bound(self, bound: Bound) -> Fraction | int | None:
        match bound:
            case Constant():
                return _number(bound.value)
            case ShareOf():
                found = _number(self.value(bound.of, None))
                return None if found is None else bound.share * found
            case DateOf():
                day = self._date(bound.date, bound.zone)
                return None if day is None else self.plan.timeline.moved(day, bound.days, bound.months)
            case InstantOf():
                instant = self.value(bound.instant, None)
                return self._moved(instant, bound) if isinstance(instant, int) else None
            case _:
                assert_never(bound)

    def _moved(self, instant: int, bound: InstantOf) -> int:
        """An instant moved by the calendar, the clock showing the same, or by the clock."""
        if not bound.days and not bound.months:
            return instant + bound.micros
        return self.timeline(bound.zone).moved_instant(instant, bound.days, bound.months)

    def _date(self, operand: FieldOf | FactOf, zone: str) -> int | None:
        """A date; a yearly one stands for the occurrence nearest to the event's date, of two equally near the later."""
        found = self.value(operand, None)
        if not isinstance(found, tuple):
            return found if isinstance(found, int) else None
        today = self.local(zone).day
        year = date.fromordinal(today).year
        near = [self._anniversary(operand, around) for around in (year - 1, year, year + 1)]
        return min(near, key=lambda day: (abs(day - today), -day))

    def _anniversary(self, operand: FieldOf | FactOf, year: int) -> int:
        found = self.value(operand, None)
        month, day = found if isinstance(found, tuple) else (1, 1)
        return yearly(year, month, day, isinstance(operand, FactOf) and operand.fact.leap_on_march_1)

    # ---------- operands

    def value(self, operand: Operand, line: OrderLine | None) -> Found:
        match operand:
            case FieldOf():
                return self._field(operand, line)
            case FactOf():
                return self._fact(operand, line)
            case LevelOf():
                return self.ranks.get(operand.ladder, 0)
            case VariantOf():
                return experiments.group_of(self, operand.experiment) or None
            case BaseTotal():
                if self.occasion.kind != "purchase" or (operand.base.tenders and self.occasion.tenders is None):
                    return None
                included = self.plan.checked.tax_included
                return base_total(self.occasion.lines, operand.base, included)
            case Measure(counter=CounterKind.VALUE_GIVEN):
                return value_given(self.plan, self.given, operand.by)
            case Measure():
                return self.measure(operand)
            case _:
                assert_never(operand)

    def _fact(self, operand: FactOf, line: OrderLine | None) -> Found:
        fact = operand.fact
        match fact.owner:
            case Owner.LINE:
                return None if line is None else line.facts.get(fact.name)
            case Owner.MEMBER:
                return self.known.facts.get(fact.name, fact.otherwise)
            case Owner.ORDER:
                return self.occasion.facts.get(fact.name) if self.occasion.kind == "purchase" else None
            case Owner.EVENT:
                return self.occasion.facts.get(fact.name) if self.occasion.name == fact.event else None
            case _:
                assert_never(fact.owner)

    def _field(self, operand: FieldOf, line: OrderLine | None) -> Found:
        occasion, which = self.occasion, operand.field
        if line is not None and which in LINE_FIELDS:
            return told_by(line, which)
        purchase = occasion.kind == "purchase"
        match which:
            case Field.STORE:
                return occasion.store if purchase else None
            case Field.CHANNEL:
                return occasion.channel if purchase else None
            case Field.MERCHANT:
                return occasion.merchant if purchase else None
            case Field.CURRENCY:
                return self.plan.checked.currency
            case Field.TENDER:
                return occasion.tenders
            case Field.ORDER_NUMBER:
                return sum(net for _, net in self.known.counters.get(ORDERS_EVER, ())) + 1 if purchase else None
            case Field.WEEKDAY:
                return self.local(operand.zone).weekday
            case Field.MONTH_OF_YEAR:
                return self.local(operand.zone).month
            case Field.CLOCK_TIME:
                return self.local(operand.zone).clock_time
            case Field.TODAY:
                return self.local(operand.zone).day
            case Field.EVENT_TIME:
                return occasion.at
            case Field.JOINING_DATE:
                return self.known.joined
            case Field.PREVIOUS_ORDER_DATE:
                return self.known.last_order
            case Field.FIRST_ORDER_DATE:
                return self.known.first_order
            case _:
                return None

    # ---------- measures

    def measure(self, measure: Measure) -> int:
        """A measure as it stands: the past of the member, and this occasion unless it is left out."""
        return self._measured(measure) - self.taken.get(measure.key, 0)

    def _measured(self, measure: Measure) -> int:
        if measure.counter is CounterKind.BALANCE:
            return self.known.balances.get(measure.of, 0)
        if measure.window.kind is WindowKind.EACH and self.asked_period is not None:
            return periods.within(self, measure, self.asked_period)
        if measure.counter in PERIODS:
            return periods.count(self, measure, now=not measure.before_this_order)
        if measure.window.kind is WindowKind.THIS_ORDER:
            return 0 if measure.before_this_order else self.contribution(measure)
        return self.before(measure) + (0 if measure.before_this_order else self.added(measure))

    def reach_of(self, measure: Measure) -> Reach:
        """The reach of a measure on this date, worked out once. It is looked up as the object that it is: to compare it
        with another one takes longer. It is kept beside the answer, so no other one can come to lie where it lay."""
        found = self._reaches.get(id(measure))
        if found is None:
            found = self._reaches[id(measure)] = (measure, self._reach_of(measure))
        return found[1]

    def _reach_of(self, measure: Measure) -> Reach:
        if measure.counter in IN_A_ROW:
            number = self.plan.timeline.number(IN_A_ROW[measure.counter], self.occasion.day)
            return Reach(number, number, number)
        return reach(
            measure.window, self.occasion.day, self.since, self.plan.timeline, by_date=measure.counter in ACTIVE
        )

    def reach_of_window(self, window: Window) -> Reach:
        found = self._reaches.get(id(window))
        if found is None:
            reached = reach(window, self.occasion.day, self.since, self.plan.timeline)
            found = self._reaches[id(window)] = (window, reached)
        return found[1]

    def before(self, measure: Measure) -> int:
        """A measure without this occasion."""
        if measure.counter in PERIODS:
            return periods.count(self, measure, now=False)
        low, high = self.reach_of(measure)[1:]
        return sum([net for bucket, net in self.known.counters.get(measure.key, ()) if low <= bucket <= high])

    def added(self, measure: Measure) -> int:
        """What this occasion adds to the measure as it is read today."""
        if measure.counter in PERIODS:
            return periods.count(self, measure, now=True) - periods.count(self, measure, now=False)
        return self.contribution(measure) if self.reach_of(measure).counts_today else 0

    def contribution(self, measure: Measure) -> int:
        """What this occasion is worth to a counter: once, where that does not depend on what the occasion gives."""
        found = self.worth.get(measure.key)
        if found is None:
            found = self._contribution(measure)
            if measure.counter not in _OF_UNITS:
                self.worth[measure.key] = found
        return found

    def _contribution(self, measure: Measure) -> int:
        occasion = self.occasion
        if measure.each is not None or (measure.window.since is not None and occasion.at < measure.window.since):
            return 0
        if measure.opted and measure.opted not in self.known.opted:
            return 0
        match measure.counter:
            case CounterKind.EARNED:
                given = self.given.items()
                return sum(n for (rule, of), n in given if of == measure.of and (not measure.by or rule in measure.by))
            case CounterKind.REDEEMED:
                return dict(occasion.redeemed).get(measure.of, 0)
            case CounterKind.TIMES:
                return happening.times_now(self, measure.of)
            case CounterKind.TOTAL if measure.fact is not None and measure.fact.owner is Owner.EVENT:
                return whole_of(self.value(FactOf(measure.fact), None))
        asks = occasion.kind == "purchase" and measure.counter is not CounterKind.BALANCE
        if not asks or not self._counts(measure):
            return 0
        lines = self.counted_lines(measure)
        match measure.counter:
            case CounterKind.SPEND:
                base = measure.base or self.plan.checked.basis
                return base_total(lines, base, self.plan.checked.tax_included)
            case CounterKind.ITEMS:
                return sum([line.items for line in lines])
            case CounterKind.DISCOUNT:
                return sum(line.discounted(measure.by) for line in lines)
            case CounterKind.TOTAL if measure.fact is not None and measure.fact.owner is Owner.LINE:
                return sum(whole_of(line.facts.get(measure.fact.name)) for line in lines)
            case CounterKind.TOTAL if measure.fact is not None:
                return whole_of(self.value(FactOf(measure.fact), None))
            case _:  # orders, and how many of them a day, week or month has
                return int(bool(lines) or measure.lines is None)

    def _counts(self, measure: Measure) -> bool:
        if not self.as_it_came and None in guarding.of_measure(self, measure):
            return False
        return measure.where is None or self.holds(measure.where)

    def counted_lines(self, measure: Measure) -> list[OrderLine]:
        """The lines that count: without a selection every line but delivery, less what a `never` takes away."""
        lines, selected = self.occasion.lines, measure.lines
        taken = () if self.as_it_came else guarding.of_measure(self, measure)
        blocked = frozenset[int]().union(*(places or () for places in taken)) if taken else ()
        if selected is None:
            return [line for place, line in enumerate(lines) if not line.delivery and place not in blocked]
        return [line for place, line in enumerate(lines) if place not in blocked and self.selected(selected, place)]

    def held(self, purse: str) -> int:
        """All units of a purse, with those that lower strata of this decision gave."""
        return self.known.held.get(purse, 0) + sum(u for (_, into), u in self.given.items() if into == purse)

    # ---------- lines

    def selected(self, lines: LineSet, place: int) -> bool:
        """Whether a selection takes a line."""
        found = self._matches.get((lines, place))
        if found is None:
            found = self._matches[lines, place] = self._select(lines, self.occasion.lines[place])
        return found

    def _select(self, lines: LineSet, line: OrderLine) -> bool:
        if line.delivery:
            return lines.delivery and not lines.except_delivery
        taken = lines.any_product or any(self.in_set(name, line) for name in lines.sets)
        return taken and not any(self.in_set(name, line) for name in lines.except_sets)

    def in_set(self, name: str, line: OrderLine) -> bool:
        """Whether a line is in a product set. Delivery is in none."""
        key = (name, line.id)
        found = self._members.get(key)
        if found is None:
            found = self._members[key] = not line.delivery and self._in_set(name, line)
        return found

    def _in_set(self, name: str, line: OrderLine) -> bool:
        products = self.plan.checked.products[name]
        if any(self.in_set(inner, line) for inner in products.exclude):
            return False
        include = products.include if products.choice is None else self.known.chosen.get(name, products.choice.default)
        if any(self.in_set(inner, line) for inner in include):
            return True
        return bool(products.where) and all(self.holds(condition, line) for condition in products.where)

    def blocked(self, kind: Blocks) -> frozenset[int] | None:
        """The places of the lines that guardrails take away for a kind of use; None where they take the whole
        occasion. Asked once, of the order as it came: views of it with lower prices go on with the answer."""
        if kind not in self.guarded:
            self.guarded[kind] = guarding.taken_away(self, kind)
        return self.guarded[kind]

    def during(self, dates: Dates) -> bool:
        """Whether the occasion lies in these dates."""
        after = dates.start is None or self.occasion.at >= dates.start
        return after and (dates.end is None or self.occasion.at < dates.end) and self.all_hold(dates.asked)

    def in_force(self, never: Never) -> bool:
        """Whether a guardrail acts on this occasion at all."""
        with guarding.asked_of_all(self, never):
            return self.during(never.dates) and self.all_hold(never.audience) and self.all_hold(never.occasion)


def _number(value: Found) -> int | Fraction | None:
    return value if isinstance(value, int | Fraction) else None
