"""Why not: every condition that did not hold, what was found instead, and how far it was."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import MICRO, format_fraction, format_units
from loyalty_rules.calendar import format_date
from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.decision import FalseCondition
from loyalty_rules.engine.view import Found, View
from loyalty_rules.lang.conditions import (
    AllOf,
    AmongOf,
    BaseTotal,
    Between,
    Compare,
    Compared,
    Condition,
    CounterKind,
    Equals,
    FactOf,
    Falls,
    FieldOf,
    In,
    InTable,
    Kind,
    LevelOf,
    Measure,
    OneOf,
    Operand,
    Owner,
    VariantOf,
)

#: The unit of a count, as a role of the phrase table.
COUNTED: Final = {
    CounterKind.ITEMS: "ITEMS",
    CounterKind.ORDERS: "ORDERS",
    CounterKind.ACTIVE_DAYS: "DAYS",
    CounterKind.ACTIVE_WEEKS: "WEEKS",
    CounterKind.ACTIVE_MONTHS: "MONTHS",
    CounterKind.DAYS_IN_A_ROW: "DAYS",
    CounterKind.WEEKS_IN_A_ROW: "WEEKS",
    CounterKind.MONTHS_IN_A_ROW: "MONTHS",
    CounterKind.TIMES: "TIMES",
}


#: In what a distance of time is told, the longest first: the first of which there are at least two, begun ones whole.
_CLOCK: Final = ((86_400 * MICRO, "DAYS"), (3_600 * MICRO, "HOURS"), (60 * MICRO, "MINUTES"))


def false_conditions(view: View, conditions: tuple[Condition, ...]) -> tuple[FalseCondition, ...]:
    """All tests that made the conditions false, in the order of the file."""
    return tuple(found for condition in conditions for found in _false(view, condition))


def _false(view: View, condition: Condition) -> Iterator[FalseCondition]:
    if view.holds(condition):
        return
    match condition:
        case AllOf() | OneOf() | AmongOf():
            for item in condition.items:
                yield from _false(view, item)
        case Compared():
            yield _record(view, condition, condition.operand, _distance(view, condition))
        case Between():
            yield _record(view, condition, condition.operand, _outside(view, condition))
        case Equals() | In() | InTable():
            yield _record(view, condition, condition.operand, None)
        case Falls():
            yield _record(view, condition, condition.date, None)
        case _:
            yield FalseCondition(condition.span, _text(view, condition), "", None, "")


def _text(view: View, condition: Condition) -> str:
    return view.plan.text[condition.span.start : condition.span.end]


def _record(view: View, condition: Condition, operand: Operand, distance: Fraction | None) -> FalseCondition:
    actual = shown_value(view, operand, view.value(operand, None))
    if distance is None:
        return FalseCondition(condition.span, _text(view, condition), actual, None, "")
    scale, unit = _unit(view, operand)
    if _kind(operand) is Kind.INSTANT:
        scale, unit = next(step for step in _CLOCK if distance >= step[0] * 2 or step is _CLOCK[-1])
        return FalseCondition(condition.span, _text(view, condition), actual, Fraction(-(-distance // scale)), unit)
    return FalseCondition(condition.span, _text(view, condition), actual, distance / scale, unit)


def _distance(view: View, test: Compared) -> Fraction | None:
    """How much more, or less, it would have taken. A strict comparison needs more than the difference: one smallest
    unit more."""
    found, bound = view.value(test.operand, None), view.bound(test.bound)
    if not isinstance(found, int | Fraction) or bound is None:
        return None
    gap = abs(Fraction(bound) - found)
    strict = test.how in (Compare.OVER, Compare.UNDER)
    return gap + 1 if strict and isinstance(bound, int) else gap


def _outside(view: View, test: Between) -> Fraction | None:
    found = view.value(test.operand, None)
    low, high = view.bound(test.low), view.bound(test.high)
    if not isinstance(found, int | Fraction) or low is None or high is None:
        return None
    return Fraction(low) - found if found < low else Fraction(found) - high


def _kind(operand: Operand) -> Kind:
    match operand:
        case FieldOf():
            return operand.kind
        case FactOf():
            return operand.fact.kind
        case LevelOf():
            return Kind.LEVEL
        case VariantOf():
            return Kind.VARIANT
        case BaseTotal():
            return Kind.MONEY
        case Measure():
            return operand.kind


def _unit(view: View, operand: Operand) -> tuple[int, str]:
    """How many smallest units make one, and what it is called: a currency, a purse, a phrase role or nothing."""
    checked = view.plan.checked
    match _kind(operand):
        case Kind.MONEY:
            code = _currency(view, operand)
            return 10 ** _exponent(view, code), code
        case Kind.POINTS if isinstance(operand, Measure):
            return 10 ** checked.purses[operand.of].decimals, operand.of
        case Kind.COUNT:
            return 1, COUNTED.get(operand.counter, "") if isinstance(operand, Measure) else ""
        case Kind.DATE:
            return 1, "DAYS"
        case Kind.NUMBER | Kind.PERCENT:
            return MICRO, ""
        case Kind.TIME:
            return 60 * MICRO, "MINUTES"
        case _:
            return 1, ""


def shown_value(view: View, operand: Operand, found: Found) -> str:
    """A value without words of any language: numbers with their unit's code, dates, names, data as it is."""
    checked = view.plan.checked
    kind = _kind(operand)
    if found is None:
        return ""
    if isinstance(found, frozenset):
        return ", ".join(sorted(found))
    if isinstance(found, tuple):
        return f"{found[0]:02d}-{found[1]:02d}"
    if isinstance(found, bool | str):
        return str(found)
    if isinstance(operand, LevelOf):
        return checked.ladders[operand.ladder].level_name(int(found))
    match kind:
        case Kind.DATE:
            return format_date(int(found))
        case Kind.INSTANT:
            return _moment(view, operand, int(found))
        case Kind.TIME:
            minutes = int(found) // (60 * MICRO)
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case Kind.MONEY if isinstance(found, int):
            code = _currency(view, operand)
            return f"{format_units(found, _exponent(view, code))} {code}"
        case Kind.POINTS if isinstance(operand, Measure) and isinstance(found, int):
            return f"{format_units(found, checked.purses[operand.of].decimals)} {operand.of}"
        case _:
            scale, unit = _unit(view, operand)
            code = f" {unit}" if kind is Kind.MONEY else ""
            return format_fraction(Fraction(found) / scale) + code


def _currency(view: View, operand: Operand) -> str:
    """What an amount is in: a measure may say it, facts beside orders are in the first one of the programme."""
    checked = view.plan.checked
    match operand:
        case Measure(currency=code) if code:
            return code
        case FactOf(fact=fact) if fact.owner in (Owner.MEMBER, Owner.EVENT) and checked.currencies:
            return checked.currencies[0]
        case _:
            return checked.currency


def _exponent(view: View, code: str) -> int:
    return EXPONENTS.get(code, view.plan.checked.exponent)


def _moment(view: View, operand: Operand, instant: int) -> str:
    """Date and time of day by the clock of the zone that is asked in."""
    where = operand.zone if isinstance(operand, FieldOf | FactOf) else ""
    local = view.timeline(where).zone
    seconds = local.local_seconds(instant)
    return f"{format_date(local.local_date(instant))} {seconds // 3600:02d}:{seconds // 60 % 60:02d}"
