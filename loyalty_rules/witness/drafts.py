"""Drafts: what an order has to be like for rules to act, collected from what their conditions ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Final, TypeAlias

from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Boost, Checked, Dates, Earn, Offer, TriggerKind
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
    FactOf,
    FieldOf,
    In,
    InSegment,
    LevelOf,
    LineSet,
    Measure,
    MemberOf,
    NotOf,
    OneOf,
    OnSale,
    Operand,
    OptedIn,
    Value,
    VariantOf,
    WindowKind,
)
from loyalty_rules.values import frozen

#: How many ways through the `or`s of rules are tried.
MAX_WAYS: Final = 64
#: The key of lines that come reduced.
SALE: Final = "sale"
#: What all trials for one file may take, and what one test takes of it.
MOST_EFFORT: Final = 300_000
_TEST_STEPS: Final = 5
#: Alternatives, each as tests that hold together.
Ways: TypeAlias = list[tuple[Condition, ...]]


@frozen
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


@frozen
class Draft:
    """What an order has to be like. Operands are keys: a field, a fact by name, a level by ladder, a measure by its
    key. `more`: what further lines have to be like. `outside`: segments that the member is not in; `memberships`: those
    that it has; `codes`: those that are presented; `opted`: the rules that the member opted in to;
    `rewards`: those that it holds and the order uses."""

    values: dict[str, frozenset[Value]] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    givens: dict[str, Operand] = field(default_factory=dict)
    dates: Range = Range()
    more: tuple[Draft, ...] = ()
    outside: frozenset[str] = frozenset()
    memberships: frozenset[str] = frozenset()
    codes: tuple[str, ...] = ()
    opted: frozenset[str] = frozenset()
    rewards: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether every range has a value."""
        return all(one.low is None or one.high is None or one.low <= one.high for one in self.ranges.values())

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


# ---------- effort


@dataclass(slots=True)
class Effort:
    """How much may still be tried, in steps of about a microsecond, however long the file and its conditions are."""

    left: int = MOST_EFFORT

    def takes(self, steps: int) -> bool:
        """Whether there is enough left for so many steps, which are taken."""
        self.left -= steps
        return self.left >= 0


# ---------- drafts of rules


def drafts(plan: Plan, names: tuple[str, ...], effort: Effort, asked: tuple[Condition, ...] = ()) -> Iterator[Draft]:
    """Drafts of orders on which all of these rules act, on one line. `asked` has to hold too."""
    rules = _rules(plan, names)
    on = [_line_ways(plan.checked, rule.lines) for rule in rules if rule.lines is not None]
    for tests in _choices(rules, asked, on, effort):
        draft = Draft(dates=_dates(plan, rules), codes=_codes(rules), opted=_opted(rules), rewards=_rewards(rules))
        for test in _with_segments(plan.checked, tests, set()):
            draft = _asked(draft, test)
        yield draft


def drafts_of_lines(
    plan: Plan, names: tuple[str, ...], effort: Effort, asked: tuple[Condition, ...] = ()
) -> Iterator[Draft]:
    """The same, with as many lines as the selections of the rules take."""
    rules = _rules(plan, names)
    on = [_line_ways(plan.checked, rule.lines) for rule in rules if rule.lines is not None]
    for tests in _choices(rules, asked, [], effort):
        draft = Draft(dates=_dates(plan, rules), codes=_codes(rules), opted=_opted(rules), rewards=_rewards(rules))
        for test in _with_segments(plan.checked, tests, set()):
            draft = _asked(draft, test)
        for ways in on:
            draft = _with_line(draft, ways)
        yield draft


def _rules(plan: Plan, names: tuple[str, ...]) -> list[Earn | Boost | Offer]:
    """The rules, and for boosts one that they change."""
    rules = [plan.rules.get(name) or plan.offers[name] for name in names]
    return rules + [
        plan.checked.earns[rule.changes[0]]
        for rule in rules
        if isinstance(rule, Boost) and not set(rule.changes) & set(names)
    ]


def _opted(rules: Iterable[Earn | Boost | Offer]) -> frozenset[str]:
    return frozenset(rule.name for rule in rules if rule.opt_in)


def _dates(plan: Plan, rules: Iterable[Earn | Boost | Offer]) -> Range:
    dates = _range(plan.checked.earning, plan)
    for rule in rules:
        dates = dates.meet(_range(rule.dates, plan))
    return dates


def _codes(rules: Iterable[Earn | Boost | Offer]) -> tuple[str, ...]:
    """A code of each rule that asks for one."""
    return tuple(sorted({rule.codes.keys[0] for rule in rules if rule.codes is not None}))


def _rewards(rules: Iterable[Earn | Boost | Offer]) -> tuple[str, ...]:
    """The rewards that lower prices."""
    return tuple(rule.name for rule in rules if isinstance(rule, Offer) and rule.of_reward)


def _choices(
    rules: Iterable[Earn | Boost | Offer], asked: tuple[Condition, ...], on: list[Ways], effort: Effort
) -> Iterator[Iterator[Condition]]:
    """The ways in which all that rules ask may hold, each as tests that hold together. None where one of them waits for
    something else than a purchase."""
    ways = [_ways(condition) for condition in asked]
    for rule in rules:
        if isinstance(rule, Earn) and rule.trigger is not TriggerKind.PURCHASE:
            return
        ways += [_ways(condition) for condition in (*rule.audience, *rule.occasion, *rule.dates.asked)]
    for choice in product(*ways, *on):
        if not effort.takes(_TEST_STEPS * sum(map(len, choice))):
            return
        yield (test for tests in choice for test in tests)


def _with_line(draft: Draft, ways: Ways) -> Draft:
    """A draft with a line of one of these ways: one that it has already, where they can be the same."""
    lines = (replace(draft, more=()), *draft.more)
    for place, line in enumerate(lines):
        for way in ways:
            joined = _joined(line, way)
            if joined is not None:
                found = (*lines[:place], joined, *lines[place + 1 :])
                return replace(found[0], more=found[1:])
    return replace(draft, more=(*draft.more, _joined(Draft(), ways[0]) or Draft()))


def _joined(line: Draft, way: tuple[Condition, ...]) -> Draft | None:
    """A line that is also what these tests ask; None where they ask for something else."""
    for test in way:
        wished = _asked(Draft(), test).values
        if any(key in line.values and not line.values[key] & values for key, values in wished.items()):
            return None
        line = _asked(line, test)
    return line if line.possible else None


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


def _ways(condition: Condition) -> Ways:
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


def _line_ways(checked: Checked, lines: LineSet) -> Ways:
    if lines.any_product or not lines.sets:
        return [()]
    return list(islice((way for name in lines.sets for way in _set_ways(checked, name)), MAX_WAYS))


def _set_ways(checked: Checked, name: str) -> Ways:
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
        case VariantOf():
            return f"variant {operand.experiment}"
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
            return replace(draft, ranges={**draft.ranges, SALE: Range(1)})
        case MemberOf():
            return replace(draft, memberships=draft.memberships | {test.membership})
        case OptedIn():
            return replace(draft, opted=draft.opted | {test.rule})
        case NotOf(item=InSegment(segment=segment)):
            return replace(draft, outside=draft.outside | {segment})
        case _:
            return draft
