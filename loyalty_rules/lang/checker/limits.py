"""How large a programme may be: how many rules, how deep names stand for names, how many conditions are asked in all.

Each file that is refused here would take longer to check or to decide than its size lets expect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.graphs import Edges, summed
from loyalty_rules.lang.checker.names import RULES
from loyalty_rules.problems.reading import TooMuch

#: How many sets, segments or groups may stand inside one another.
MAX_NESTING: Final = 64


def too_many_rules(ctx: Context) -> bool:
    """Reports the first rule that is one too many."""
    over = list(ctx.blocks(*RULES, "H_OFFER"))[ctx.limits.rules :]
    if over:
        ctx.report(TooMuch(Role("RULE_COUNT"), ctx.limits.rules), over[0].header)
    return bool(over)


def too_deep(ctx: Context, edges: Edges) -> bool:
    """Reports the first name of the file that stands for names too many levels down. `edges` have no circle."""
    depths = summed(edges, lambda name: 1, max)
    deep = next((name for name in edges if depths[name] > MAX_NESTING), None)
    if deep is not None:
        ctx.report(TooMuch(Role("NESTED_NAMES"), MAX_NESTING), ctx.names[deep].name.span)
    return deep is not None


def too_many_tests(ctx: Context, checked: k.Checked) -> bool:
    """Reports the first rule with which the programme asks more than it may."""
    tests = {name: _asked(product.where) for name, product in checked.products.items()}
    tests |= {name: _asked(segment.when) for name, segment in checked.segments.items()}
    edges = {name: [*product.include, *product.exclude] for name, product in checked.products.items()}
    edges |= {name: list(_named(segment.when)) for name, segment in checked.segments.items()}
    weights = summed(edges, lambda name: 1 + tests.get(name, 0), sum)
    total = 0
    for name, asked, sets in _askers(checked):
        total += 1 + _asked(asked) + sum(weights[inner] for inner in (*sets, *_named(asked)))
        if total > ctx.limits.conditions:
            ctx.report(TooMuch(Role("TEST_COUNT"), ctx.limits.conditions), ctx.names[name].name.span)
            return True
    return False


def _askers(checked: k.Checked) -> Iterator[tuple[str, tuple[c.Condition, ...], tuple[str, ...]]]:
    """What asks something on its own: its name, its conditions, the sets of products that it names."""
    rules: list[k.Rule | k.Never] = [*checked.earns.values(), *checked.boosts.values(), *checked.nevers.values()]
    rules += [*checked.lowering.values(), *checked.perks.values()]
    for rule in rules:
        sets = () if rule.lines is None else (*rule.lines.sets, *rule.lines.except_sets)
        yield rule.name, (*rule.audience, *rule.occasion, *rule.dates.asked), sets
    for promise in checked.promises.values():
        yield promise.name, (*promise.audience, *promise.occasion, *promise.always), ()
    for conversion in checked.conversions.values():
        yield conversion.name, conversion.audience, ()
    for redeem in checked.payers.values():
        sets = (*redeem.lines.sets, *redeem.lines.except_sets)
        yield redeem.name, (*redeem.audience, *redeem.occasion), sets
    for ladder in checked.ladders.values():
        yield ladder.name, tuple(level.condition for level in ladder.levels), ()
    yield from ((one.name, one.audience, ()) for one in checked.memberships.values())
    yield from ((one.name, one.audience, ()) for one in checked.experiments.values())


def _asked(conditions: Iterable[c.Condition]) -> int:
    return sum(1 for _ in _tests(conditions))


def _tests(conditions: Iterable[c.Condition]) -> Iterator[c.Condition]:
    """The single tests of conditions, those in the filters of measures too."""
    for condition in conditions:
        match condition:
            case c.AllOf() | c.OneOf() | c.AmongOf():
                yield from _tests(condition.items)
            case c.NotOf():
                yield from _tests((condition.item,))
            case _:
                yield condition
                operand = getattr(condition, "operand", None)
                if isinstance(operand, c.Measure) and operand.where is not None:
                    yield from _tests((operand.where,))


def _named(conditions: Iterable[c.Condition]) -> Iterator[str]:
    """The segments and sets that conditions name."""
    for test in _tests(conditions):
        if isinstance(test, c.InSegment):
            yield test.segment
        operand = getattr(test, "operand", None)
        if isinstance(operand, c.Measure) and operand.lines is not None:
            yield from (*operand.lines.sets, *operand.lines.except_sets)
