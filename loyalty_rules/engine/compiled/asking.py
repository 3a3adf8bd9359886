"""Questions about an occasion as functions: what is asked of the order, the member and the moment, and of no line.

What is asked most has a function of its own here; everything else is put to the view, which answers the same for both
evaluators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from loyalty_rules.engine.asking import not_referred
from loyalty_rules.engine.compiled.comparing import comparison
from loyalty_rules.engine.experiments import held_out
from loyalty_rules.engine.gifts import counted
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.sameness import counter_of
from loyalty_rules.engine.view import Found, View
from loyalty_rules.lang.checked import Boost, Dates, Earn, Limit
from loyalty_rules.lang.conditions import (
    AllOf,
    Compared,
    Condition,
    Constant,
    Equals,
    FactOf,
    Field,
    FieldOf,
    In,
    LevelOf,
    NotOf,
    OneOf,
    Operand,
    Owner,
)

#: Whether something holds on an occasion.
Test: TypeAlias = Callable[[View], bool]
Read: TypeAlias = Callable[[View], Found]

_OF_OCCASION: Final[dict[Field, Read]] = {
    Field.WEEKDAY: lambda view: view.occasion.weekday,
    Field.MONTH_OF_YEAR: lambda view: view.occasion.month,
    Field.CLOCK_TIME: lambda view: view.occasion.clock_time,
    Field.TODAY: lambda view: view.occasion.day,
    Field.EVENT_TIME: lambda view: view.occasion.at,
    Field.STORE: lambda view: view.occasion.store,
    Field.CHANNEL: lambda view: view.occasion.channel,
    Field.MERCHANT: lambda view: view.occasion.merchant,
    Field.CURRENCY: lambda view: view.plan.checked.currency,
    Field.JOINING_DATE: lambda view: view.known.joined,
    Field.PREVIOUS_ORDER_DATE: lambda view: view.known.last_order,
    Field.FIRST_ORDER_DATE: lambda view: view.known.first_order,
}


def gate_of(plan: Plan, rule: Earn | Boost) -> Test:
    """What a rule asks of a purchase, in the order of `asking.refusal`; guardrails and lines are asked apart."""
    found = [*during(plan.checked.earning), *during(rule.dates)]
    if rule.name in plan.held_back:
        found.append(lambda view: held_out(view, rule.name) is None)
    if rule.name in plan.checked.referrals:
        found.append(lambda view: not_referred(view, rule) is None)
    found += map(test_of, rule.audience)
    if rule.codes is not None:
        keys = frozenset(rule.codes.keys)
        found.append(lambda view: not view.occasion.codes.isdisjoint(keys))
    if rule.opt_in:
        found.append(lambda view: rule.name in view.known.opted)
    if rule.name in plan.asking_tenders:
        found.append(lambda view: view.occasion.tenders is not None)
    found += map(test_of, rule.occasion)
    return all_of((*found, *map(_under, rule.limits)))


def _under(limit: Limit) -> Test:
    if limit.same is not None:
        return lambda view: counted(view, counter_of(view, limit), limit.window) < limit.times
    return lambda view: counted(view, limit.key, limit.window) < limit.times


def during(dates: Dates) -> Iterable[Test]:
    """Whether the occasion lies in these dates; nothing is asked of such as have no bounds."""
    if dates.start is not None or dates.end is not None or dates.asked:
        yield lambda view: view.during(dates)


def all_of(tests: Iterable[Test]) -> Test:
    """Whether all of these hold; they are asked in turn."""
    return _joined(tuple(tests), _and, whole=True)


def _joined(tests: Sequence[Test], join: Callable[[Test, Test], Test], *, whole: bool) -> Test:
    """Tests as one, by halves: no call goes deeper than it has to."""
    if not tests:
        return lambda view: whole
    if len(tests) == 1:
        return tests[0]
    middle = len(tests) // 2
    return join(_joined(tests[:middle], join, whole=whole), _joined(tests[middle:], join, whole=whole))


def _and(first: Test, second: Test) -> Test:
    return lambda view: first(view) and second(view)


def _or(first: Test, second: Test) -> Test:
    return lambda view: first(view) or second(view)


def test_of(condition: Condition) -> Test:
    """A condition that reads no line."""
    match condition:
        case AllOf():
            return all_of(map(test_of, condition.items))
        case OneOf():
            return _joined(tuple(map(test_of, condition.items)), _or, whole=False)
        case NotOf():
            inner = test_of(condition.item)
            return lambda view: not inner(view)
        case Equals(bound=Constant(value)):
            return _equals(condition, value)
        case In():
            read, wanted = read_of(condition.operand), frozenset(condition.values)
            if _is_set(condition.operand):
                return lambda view: view.holds(condition)
            return lambda view: read(view) in wanted
        case Compared(operand=operand, how=how, bound=Constant(int() as bound)):
            found, compares = read_of(operand), comparison(how, bound)
            return lambda view: compares(found(view))
        case _:
            return lambda view: view.holds(condition)


def _equals(condition: Equals, wanted: object) -> Test:
    read, negated = read_of(condition.operand), condition.negated
    if _is_set(condition.operand):
        return lambda view: view.holds(condition)
    if not negated:
        return lambda view: read(view) == wanted

    def differs(view: View) -> bool:
        found = read(view)
        return found is not None and found != wanted

    return differs


def _is_set(operand: Operand) -> bool:
    """Whether what is read is a set of texts."""
    return isinstance(operand, FieldOf) and operand.field in (Field.TENDER, Field.TAG)


def read_of(operand: Operand) -> Read:
    """What an operand that is about no line reads on a purchase."""
    match operand:
        case FieldOf(zone="") if operand.field in _OF_OCCASION:
            return _OF_OCCASION[operand.field]
        case LevelOf():
            ladder = operand.ladder
            return lambda view: view.ranks.get(ladder, 0)
        case FactOf(fact=fact) if fact.owner is Owner.MEMBER:
            name, otherwise = fact.name, fact.otherwise
            return lambda view: view.known.facts.get(name, otherwise)
        case FactOf(fact=fact) if fact.owner is Owner.ORDER:
            name = fact.name
            return lambda view: view.occasion.facts.get(name)
        case _:
            return lambda view: view.value(operand, None)
