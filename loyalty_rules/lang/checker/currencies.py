"""Money of several currencies in conditions and measures: whose amounts they are, and which orders they are asked of.

A test with an amount of a currency is of orders in that one. A measure of money counts the orders in one currency: that
of the amount which it is compared with; without one, that of the order, and the programme's first where there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from loyalty_rules.diagnostics import Diagnostic, Severity
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.amounts import first_money, is_money
from loyalty_rules.lang.checker.context import Context, Elsewhere
from loyalty_rules.lang.checker.incurrency import InCurrency, codes_in
from loyalty_rules.lang.checker.values import Typed, constant
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.problems.currencies import CurrencyUnsaid, DefaultOfMoney, NoCommonCurrency, TwoCurrencies
from loyalty_rules.problems.findings import AllowsNothing, NeverHolds
from loyalty_rules.problems.values import OtherCurrency
from loyalty_rules.source import Span

#: What counts money of orders.
_OF_MONEY: Final = frozenset({c.CounterKind.SPEND, c.CounterKind.DISCOUNT, c.CounterKind.TOTAL})
#: Whose facts are told beside orders: their money is in the programme's first currency.
_BESIDE: Final = frozenset({c.Owner.MEMBER, c.Owner.EVENT})
_Rule = TypeVar("_Rule", k.Earn, k.Boost, k.Offer, k.Redeem)
_CURRENCY: Final = c.FieldOf(c.Field.CURRENCY, c.Kind.TEXT)


def several(ctx: Context) -> bool:
    """Whether the programme has more than one currency."""
    return len(ctx.settings.currencies) > 1


def of_orders_in(code: str, span: Span) -> c.Condition:
    """That the order is in a currency."""
    return c.Equals(_CURRENCY, c.Constant(code), False, span=span)


# ---------- measures


def counted_in(ctx: Context, measure: c.Measure, code: str, span: Span) -> c.Measure:
    """A measure that counts money of orders, as it counts those in one currency. Those in the first one are counted as
    before the programme had others."""
    of_orders = measure.fact is None or measure.fact.owner not in _BESIDE
    if not several(ctx) or measure.counter not in _OF_MONEY or measure.kind is not c.Kind.MONEY or not of_orders:
        return measure
    key, where = measure.key, measure.where
    if measure.currency:
        key = key.removesuffix(f" IN {measure.currency}")
        where = where.items[1] if isinstance(where, c.AllOf) else None
    guard = of_orders_in(code, span)
    asked = guard if where is None else c.AllOf((guard, where), span=where.span)
    key = key if code == ctx.settings.currencies[0] else f"{key} IN {code}"
    return replace(measure, key=key, where=asked, currency=code)


def without_first(condition: c.Condition | None, first: str) -> c.Condition | None:
    """A filter as it was written before the programme had more than its first currency."""
    match condition:
        case c.AllOf(items=(c.Equals(operand=c.FieldOf(field=c.Field.CURRENCY), bound=c.Constant(value=code)), test)):
            return without_first(test, first) if code == first else condition
        case c.AllOf() | c.OneOf() | c.AmongOf():
            items = tuple(found for item in condition.items if (found := without_first(item, first)) is not None)
            return replace(condition, items=items)
        case c.NotOf():
            item = without_first(condition.item, first)
            return condition if item is None else replace(condition, item=item)
        case _:
            return condition


# ---------- tests


def told_in(ctx: Context, typed: Typed, nodes: Iterable[s.Node], span: Span) -> tuple[Typed, c.Condition | None] | None:
    """What is compared in the currency of the amounts that it is compared with, and the test that the order is in that
    currency, where it asks about an order. None where something was reported."""
    if typed.kind is not c.Kind.MONEY or not several(ctx):
        return typed, None
    told = {
        node.unit.text: node.unit.span
        for node in nodes
        if isinstance(node, s.Quantity) and isinstance(node.unit, s.Name) and node.unit.text in ctx.settings.currencies
    }
    if len(told) > 1:
        ctx.report(TwoCurrencies(*list(told)[:2]), span)
        return None
    code = next(iter(told), "")
    operand = typed.operand
    if isinstance(operand, c.FactOf) and operand.fact.owner in _BESIDE:
        first = ctx.settings.currencies[0]
        if code and code != first:
            ctx.report(OtherCurrency(code, first), told[code])
            return None
        return typed, None
    if isinstance(operand, c.Measure) and operand.window.kind is not c.WindowKind.THIS_ORDER:
        return (replace(typed, operand=counted_in(ctx, operand, code, span)) if code else typed), None
    return typed, of_orders_in(code, span) if code else None


def constant_of(ctx: Context, quantity: s.Quantity, typed: Typed) -> c.Value | None:
    """An amount of what a measure counts, in its own currency."""
    measure, unit = typed.operand, quantity.unit
    counted = measure.currency if isinstance(measure, c.Measure) else ""
    if counted and isinstance(unit, s.Name) and is_money(ctx, unit) and unit.text != counted:
        ctx.report(OtherCurrency(unit.text, counted), unit.span)
        return None
    return constant(ctx, quantity, typed)


def bounds_of(node: s.Is | s.IsOneOf | s.Compared | s.Between) -> tuple[s.Node, ...]:
    """What a test compares with."""
    match node:
        case s.Is() | s.Compared():
            return (node.bound,)
        case s.IsOneOf():
            return node.values
        case s.Between():
            return node.low, node.high


def both(guard: c.Condition | None, test: c.Condition, span: Span) -> c.Condition:
    """A test that is asked of orders in a currency."""
    return test if guard is None else c.AllOf((guard, test), span=span)


def pushed_in(ctx: Context, node: s.Not) -> s.Condition:
    """`not` of a test that names money, as tests that each say it: what is of another currency never matches, be it
    denied or not."""
    named = any(isinstance(part, s.Quantity) for part in parts_of(node.item))
    match node.item:
        case s.Not(item=item) if several(ctx) and named:
            return item
        case s.All(items=items) if several(ctx) and named:
            return s.AnyOf(tuple(s.Not(one, span=one.span) for one in items), span=node.span)
        case s.AnyOf(items=items) if several(ctx) and named:
            return s.All(tuple(s.Not(one, span=one.span) for one in items), span=node.span)
        case _:
            return node


def denied(test: c.Condition, span: Span) -> c.Condition:
    """`not`, said of the test and not of the currency that it is asked in."""
    match test:
        case c.AllOf(items=(c.Equals(operand=c.FieldOf(field=c.Field.CURRENCY)) as guard, item)):
            return c.AllOf((guard, c.NotOf(item, span=span)), span=span)
        case _:
            return c.NotOf(test, span=span)


def check_unsaid(ctx: Context, levels: Iterable[k.Level]) -> None:
    """A level holds for orders in all currencies: what it asks of money says in which."""
    for level in levels if several(ctx) else ():
        for test in (level.condition, level.keep, level.back):
            for part in parts_of(test):
                if isinstance(part, c.Compared | c.Equals) and isinstance(part.bound, c.ShareOf):
                    of = part.bound.of
                    if isinstance(of, c.Measure) and of.currency:
                        ctx.report(CurrencyUnsaid(ctx.words(part.span)), part.span)


def default_differs(ctx: Context, value: s.Node, fact: c.Fact) -> bool:
    """Whether an amount cannot stand for a fact, and that was reported: of a member or an event it is in the first
    currency, of an order it is nothing in any of them."""
    if not several(ctx) or not isinstance(value, s.Quantity) or not is_money(ctx, value.unit):
        return False
    if fact.owner in _BESIDE:
        return first_money(ctx, value) is None
    if value.number:
        ctx.report(DefaultOfMoney(fact.name, ctx.words(value.span)), value.span)
    return bool(value.number)


def of_gifts(ctx: Context, gifts: Iterable[s.Gift], span: Span) -> str:
    """The currency of what gifts grow with: that of their steps, or of the purse of which they are a share; "" where
    none of them says one."""
    found: dict[str, None] = {}
    for gift in gifts if several(ctx) else ():
        unit = gift.step.quantity.unit if gift.step else None
        purse = ctx.purses.get(gift.purse.text)
        if isinstance(unit, s.Name) and is_money(ctx, unit):
            found[unit.text] = None
        elif gift.percent and purse is not None and purse.currency:
            found[purse.currency] = None
    codes = list(found)
    if len(codes) > 1:
        ctx.report(TwoCurrencies(codes[0], codes[1]), span)
    return next(iter(codes), "")


def of_example(ctx: Context, rows: Iterable[s.Row], told: Iterable[s.Node], span: Span) -> str:
    """The currency of an order in an example: that of its amounts."""
    codes = [code for row in rows for code in codes_in(row, ctx.settings.currencies)]
    amounts = (part.unit for part in parts_of(tuple(told)) if isinstance(part, s.Quantity))
    codes += [unit.text for unit in amounts if isinstance(unit, s.Name) and is_money(ctx, unit)]
    found = list(dict.fromkeys(codes))
    if len(found) > 1:
        ctx.report(TwoCurrencies(found[0], found[1]), span)
    return found[0] if found else ctx.settings.currency


# ---------- whole programmes


def check_works(ctx: Context) -> None:
    """Reports rules whose amounts leave no currency in which they may give anything."""
    for name, one in ctx.elsewhere.items():
        if one.nowhere:
            ctx.report(NoCommonCurrency(name), one.span)


def for_others(checked: k.Checked, elsewhere: Mapping[str, Elsewhere]) -> k.Checked:
    """A programme whose rules of other currencies are asked of orders in those alone."""
    if not elsewhere:
        return checked
    guards = {name: of_orders_in(one.currency, one.span) for name, one in elsewhere.items()}
    earns = {name: _guarded(one, guards) for name, one in checked.earns.items()}
    boosts = {name: _guarded(one, guards) for name, one in checked.boosts.items()}
    offers = {name: _guarded(one, guards) for name, one in checked.offers.items()}
    redeems = {name: _guarded(one, guards) for name, one in checked.redeems.items()}
    rewards = {
        name: replace(
            one, use=_guarded(one.use, guards), offer=None if one.offer is None else _guarded(one.offer, guards)
        )
        for name, one in checked.rewards.items()
    }
    promises = {name: one for name, one in checked.promises.items() if name not in elsewhere}
    return replace(
        checked, earns=earns, boosts=boosts, offers=offers, redeems=redeems, rewards=rewards, promises=promises
    )


def _guarded(rule: _Rule, guards: Mapping[str, c.Condition]) -> _Rule:
    guard = guards.get(rule.name)
    return rule if guard is None else replace(rule, occasion=(guard, *rule.occasion))


def merged(runs: Sequence[tuple[InCurrency, Iterable[Diagnostic]]]) -> list[Diagnostic]:
    """What was found for each currency, told once: a mistake in one place is one mistake. A warning about a rule is
    told where the rule works; that something never holds, or accepts nothing, where it is so in each."""
    told: dict[tuple[type, int, int], Diagnostic] = {}
    never: Counter[Diagnostic] = Counter()
    for view, found in runs:
        blocks = [block for block in view.tree.blocks if block.name and block.name.text in view.elsewhere]
        for one in found:
            about = any(block.span.start <= one.span.start < block.span.end for block in blocks)
            if isinstance(one.problem, AllowsNothing | NeverHolds):
                never[one] += 1
            elif not (about and one.problem.severity is Severity.WARNING):
                told.setdefault((type(one.problem), one.span.start, one.span.end), one)
    return [*told.values(), *(one for one, count in never.items() if count == len(runs))]
