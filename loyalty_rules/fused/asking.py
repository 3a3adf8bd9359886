"""Questions about an order, the member and the moment, as expressions of the function."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from loyalty_rules.engine.plan import ORDERS_EVER, Plan
from loyalty_rules.fused.code import Code, LeftError
from loyalty_rules.fused.days import Days
from loyalty_rules.fused.lines import Lines
from loyalty_rules.fused.quoting import Part, added, both, constant, either, name, number, told
from loyalty_rules.lang.checked import Boost, Dates, Earn
from loyalty_rules.lang.conditions import (
    AllOf,
    AmongOf,
    BaseTotal,
    Between,
    Compare,
    Compared,
    Condition,
    Constant,
    Equals,
    FactOf,
    Field,
    FieldOf,
    Has,
    In,
    InSegment,
    InTable,
    LevelOf,
    Measure,
    NotOf,
    OneOf,
    Operand,
    OptedIn,
    Owner,
    WasInvited,
)
from loyalty_rules.source import Span

if TYPE_CHECKING:
    from loyalty_rules.fused.measures import Measures

_HOW: Final = {
    Compare.AT_LEAST: "FOUND >= BOUND",
    Compare.AT_MOST: "FOUND <= BOUND",
    Compare.OVER: "FOUND > BOUND",
    Compare.UNDER: "FOUND < BOUND",
}
_EVENT: Final = {Field.STORE: "event.store", Field.CHANNEL: "event.channel", Field.MERCHANT: "event.merchant"}
_MEMBER: Final = {Field.PREVIOUS_ORDER_DATE: "last_order", Field.FIRST_ORDER_DATE: "first_order"}


class Questions:
    """What conditions are as expressions. `measures` answers those that count; it is given by who makes both."""

    measures: Measures

    def __init__(self, plan: Plan, code: Code, days: Days, lines: Lines) -> None:
        self.plan = plan
        self.code = code
        self.days = days
        self.lines = lines

    # ---------- conditions

    def all_of(self, conditions: Iterable[Condition]) -> ast.expr:
        return both(map(self.holds, conditions))

    def holds(self, condition: Condition) -> ast.expr:
        """Whether a condition that reads no line holds."""
        match condition:
            case AllOf():
                return self.all_of(condition.items)
            case OneOf():
                return either(map(self.holds, condition.items))
            case NotOf():
                return told("not INNER", INNER=self.holds(condition.item))
            case AmongOf():
                items = added(told("(1 if ITEM else 0)", ITEM=self.holds(item)) for item in condition.items)
                return told("ITEMS >= LEAST", ITEMS=items, LEAST=number(condition.number))
            case Equals(bound=Constant(value)):
                same = "FOUND != WANTED" if condition.negated else "FOUND == WANTED"
                return self._asked(condition, condition.operand, same, WANTED=constant(value))
            case In():
                wanted = self.code.value(frozenset(condition.values), "wanted")
                return self._asked(condition, condition.operand, "FOUND in WANTED", WANTED=name(wanted))
            case InTable():
                rows = self.code.value(self.plan.lookups[condition.table], "rows")
                return self._asked(condition, condition.operand, "(FOUND,) in ROWS", ROWS=name(rows))
            case Compared(bound=Constant(int() as bound)):
                return self._compared(condition, condition.operand, _HOW[condition.how], BOUND=number(bound))
            case Between(low=Constant(int() as low), high=Constant(int() as high)):
                test = "LOW <= FOUND <= HIGH"
                return self._compared(condition, condition.operand, test, LOW=number(low), HIGH=number(high))
            case InSegment():
                segment = self.plan.checked.segments[condition.segment]
                if segment.when:
                    return self.all_of(segment.when)
                return told("SEGMENT in segments", SEGMENT=constant(segment.name))
            case OptedIn():
                return self.opted(condition.rule)
            case WasInvited():
                return told("invited is not None and invited.at <= at")
            case Has(fact=fact) if fact.owner is not Owner.LINE:
                return told("FOUND is not None", FOUND=self._fact(condition, FactOf(fact))[0])
            case _:
                raise LeftError(condition.span)

    def _asked(self, condition: Condition, operand: Operand, test: str, **parts: ast.expr) -> ast.expr:
        """A test of an operand; false where that has no value."""
        found, always = self._value(condition, operand)
        if always:
            return told(test, FOUND=found, **parts)
        variable = self.code.once(ast.dump(found), lambda: found, "found")
        return told(f"FOUND is not None and {test}", FOUND=variable, **parts)

    def _compared(self, condition: Condition, operand: Operand, test: str, **parts: ast.expr) -> ast.expr:
        """The same by size. A fact that an earlier edition declared otherwise may be no number, which compares with
        nothing."""
        if isinstance(operand, FactOf):
            test = f"isinstance(FOUND, int) and {test}"
        return self._asked(condition, operand, test, **parts)

    def opted(self, rule: str) -> ast.expr:
        """Whether the member has opted in to a rule."""
        since = self.code.once("opted", lambda: told("dict(opted)"), "opted_in")
        return told("SINCE.get(RULE, LATER) <= at", SINCE=since, RULE=constant(rule), LATER=number(2**62))

    # ---------- operands

    def _value(self, condition: Condition, operand: Operand) -> tuple[ast.expr, bool]:
        """What an operand reads, and whether it always has a value."""
        match operand:
            case FieldOf(zone="") if operand.field is not Field.TENDER:
                return self._field(condition, operand.field)
            case FactOf(zone=""):
                return self._fact(condition, operand)
            case LevelOf():
                return name(self.rank(operand.ladder, condition.span)), True
            case BaseTotal() if not operand.base.tenders:
                column = self.lines.money(operand.base, condition.span)
                return name(self.code.once(("whole", column), lambda: told("sum(ONE)", ONE=column), "whole")), True
            case Measure():
                return self.measures.value(operand, condition.span), True
            case _:
                raise LeftError(condition.span)

    def _field(self, condition: Condition, field: Field) -> tuple[ast.expr, bool]:
        if field in _EVENT:
            return told(_EVENT[field]), True
        if field in _MEMBER:
            return told(_MEMBER[field]), False
        timeline = self.plan.timeline
        match field:
            case Field.CURRENCY:
                return constant(self.plan.checked.currency), True
            case Field.ORDER_NUMBER:
                return told("ORDERS + 1", ORDERS=self.orders()), True
            case Field.WEEKDAY:
                return name(self.days.told("weekday", lambda day: (day - 1) % 7)), True
            case Field.MONTH_OF_YEAR:
                return name(self.days.told("month", month_of)), True
            case Field.CLOCK_TIME:
                clock = self.code.value(lambda at: timeline.zone.local_seconds(at) * 1_000_000 + at % 1_000_000)
                return name(self.code.once("clock", lambda: told("CLOCK(at)", CLOCK=clock), "clock_time")), True
            case Field.TODAY:
                return name("day"), True
            case Field.EVENT_TIME:
                return name("at"), True
            case Field.JOINING_DATE:
                of = self.code.value(timeline.day)
                day = told("None if joined is None else DAY_OF(joined)", DAY_OF=of)
                return name(self.code.once("joined", lambda: day, "joined_day")), False
            case _:
                raise LeftError(condition.span)

    def _fact(self, condition: Condition, operand: FactOf) -> tuple[ast.expr, bool]:
        fact = operand.fact
        if fact.owner is Owner.MEMBER:
            facts = self.code.once("facts", lambda: told("dict(facts_of_member)"), "member_facts")
            otherwise = constant(fact.otherwise)
            found = told("FACTS.get(NAME, OTHERWISE)", FACTS=facts, NAME=constant(fact.name), OTHERWISE=otherwise)
            return found, fact.otherwise is not None
        if fact.owner is Owner.ORDER:
            return told("order_facts.get(NAME)", NAME=constant(fact.name)), False
        if fact.owner is Owner.EVENT:  # an order is none of them
            return constant(None), False
        raise LeftError(condition.span)

    def orders(self) -> str:
        """The number of the orders before this one."""
        of: dict[str, Part] = {"TOTAL": self.code.value(total_of), "HELD": self.measures.buckets(ORDERS_EVER)}
        return self.code.once("orders", lambda: told("TOTAL(HELD)", **of), "orders")

    def rank(self, ladder: str, at: Span | None) -> str:
        """The rank that the member holds on a ladder."""
        found = self.plan.checked.ladders[ladder]
        ranks = {one: found.rank(one) for one in ("", found.base, *(level.name for level in found.levels))}
        of = self.code.value(level_on)
        parts: dict[str, Part] = {"LEVEL": of, "LADDER": constant(ladder), "RANKS": self.code.value(ranks)}
        return self.code.once(("rank", ladder), lambda: told("RANKS[LEVEL(standings, LADDER)]", **parts), "rank")

    # ---------- when a rule acts

    def during(self, dates: Dates) -> list[ast.expr]:
        """Whether the order lies in these dates."""
        found = []
        if dates.start is not None:
            found.append(told("at >= BOUND", BOUND=number(dates.start)))
        if dates.end is not None:
            found.append(told("at < BOUND", BOUND=number(dates.end)))
        return [*found, *map(self.holds, dates.asked)]

    def gate(self, rule: Earn | Boost) -> ast.expr:
        """What a rule asks of an order, but for its lines. Codes are presented with none that is decided here, and it
        is not known how they are paid."""
        if rule.codes is not None or rule.name in self.plan.asking_tenders:
            return constant(False)
        asked = [*self.during(self.plan.checked.earning), *self.during(rule.dates)]
        asked += map(self.holds, rule.audience)
        asked += [self.opted(rule.name)] if rule.opt_in else []
        asked += map(self.holds, rule.occasion)
        for limit in rule.limits:
            before = self.measures.before(limit.key, limit.window, limit.span)
            asked.append(told("BEFORE < TIMES", BEFORE=before, TIMES=number(limit.times)))
        return both(asked)


def month_of(day: int) -> int:
    from datetime import date

    return date.fromordinal(day).month


def total_of(buckets: tuple[tuple[int, int], ...]) -> int:
    """What a counter holds in all."""
    return buckets[0][1] if len(buckets) == 1 else sum([net for _, net in buckets])


def level_on(standings: tuple[tuple[str, str], ...], ladder: str) -> str:
    """The level on a ladder; "" for who never moved on it."""
    for one in standings:
        if one[0] == ladder:
            return one[1]
    return ""
