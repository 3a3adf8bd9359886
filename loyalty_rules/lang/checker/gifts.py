"""What a rule gives: amounts, rates and their steps, shares of the basis, and what tables say."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.currencies import EXPONENTS
from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, conditions, currencies, measures
from loyalty_rules.lang.checker.context import Context, PurseHead
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import PURSES, resolve
from loyalty_rules.lang.checker.values import Typed, constant, typed_measure
from loyalty_rules.problems.ladders import TableOfLines
from loyalty_rules.problems.rules import PartsMissing, PartsRefused, PercentOfWhat, StepOfBasis, TableKind
from loyalty_rules.values import frozen


@frozen
class GiftPlace:
    """Where gifts stand: the rule's basis, the tables that are checked already, where conditions would be asked."""

    base: c.Base | c.Measure
    tables: dict[str, k.Table]
    place: Place


def is_rate(gift: s.Gift) -> bool:
    """Whether a gift grows with what is counted: it has a step, or is a share."""
    return gift.step is not None or gift.percent


def gift(ctx: Context, node: s.Gift, here: GiftPlace) -> k.Give | None:
    """A gift in smallest units. None where something was reported."""
    purse = _purse(ctx, node)
    if purse is None:
        return None
    step = _step(ctx, node.step, here) if node.step else None
    if node.step is not None and step is None:
        return None
    table, percent = "", node.percent
    if isinstance(node.amount, s.Lookup):
        found = lookup(ctx, node.amount, here.tables, percent=percent)
        if found is None or not parts_fit(ctx, node, step, found, here):
            return None
        table = found.name
    value = _value(ctx, node, purse, here)
    if value is None:
        return None
    if percent:
        step = k.Step(k.StepKind.PER, 1, items=False)
    return k.Give(purse.name, value, step, table, k.Parts(node.parts) if node.parts else None, span=node.span)


def _purse(ctx: Context, node: s.Gift) -> PurseHead | None:
    if isinstance(node.amount, s.Quantity) and isinstance(node.amount.unit, str):
        amounts.wrong_unit(ctx, node.amount, Role("H_PURSE"))
        return None
    return ctx.purses.get(node.purse.text) if resolve(ctx, node.purse, *PURSES) else None


def _value(ctx: Context, node: s.Gift, purse: PurseHead, here: GiftPlace) -> Fraction | None:
    """Smallest units of the purse: once, per step, or per smallest unit of the basis; of a table what 1 is worth."""
    scale = Fraction(purse.one)
    match node.amount:
        case s.Quantity():
            if not amounts.above_zero(ctx, node.amount.number, node.amount.span):
                return None
            if node.step is None:
                units = amounts.points(ctx, node.amount, purse)
                return None if units is None else Fraction(units)
            return node.amount.number * scale
        case s.Percent():
            if not amounts.above_zero(ctx, node.amount.value, node.amount.span):
                return None
            return _share(ctx, node, node.amount.value / 100, purse, here)
        case s.Lookup() if node.percent:
            return _share(ctx, node, Fraction(1), purse, here)
        case s.Lookup():
            return scale


def _share(ctx: Context, node: s.Gift, share: Fraction, purse: PurseHead, here: GiftPlace) -> Fraction | None:
    """A share of one smallest unit of the basis, as whole units of the purse count it: 5% of 1 000 RUB is 50 points."""
    decimals = ctx.settings.exponent
    if isinstance(here.base, c.Measure):
        if here.base.kind is c.Kind.POINTS:
            decimals = ctx.purses[here.base.of].decimals
        elif here.base.kind is c.Kind.MONEY:
            decimals = EXPONENTS.get(here.base.currency, decimals)
        else:
            ctx.report(PercentOfWhat(Role(here.base.counter.value)), node.span)
            return None
    return share * Fraction(10**purse.decimals, 10**decimals)


# ---------- steps


def _step(ctx: Context, node: s.Step, here: GiftPlace) -> k.Step | None:
    how = k.StepKind(node.how)
    measure = None
    if node.of is not None:
        measure = measures.measure(ctx, node.of, here.place, conditions.condition)
        if measure is None:
            return None
    counted = measure or (here.base if isinstance(here.base, c.Measure) else None)
    if counted is not None:
        told = currencies.told_in(ctx, typed_measure(ctx, counted, ""), (node.quantity,), node.quantity.span)
        typed = told[0] if told else typed_measure(ctx, counted, "")
        size = _size_of(ctx, node.quantity, typed)
        of = typed.operand if measure is not None and isinstance(typed.operand, c.Measure) else None
        return None if size is None else k.Step(how, size, items=False, of=of)
    quantity = node.quantity
    if quantity.unit == "ITEMS":
        size = amounts.whole(ctx, s.Number(quantity.number, span=quantity.span), 1, amounts.LARGEST)
        return None if size is None else k.Step(how, size, items=True)
    if isinstance(quantity.unit, str):
        ctx.report(StepOfBasis(ctx.words(quantity.span), ctx.settings.currency), quantity.span)
        return None
    size = amounts.money(ctx, quantity)
    return k.Step(how, size or 1, items=False) if amounts.above_zero(ctx, size, quantity.span) else None


def _size_of(ctx: Context, quantity: s.Quantity, typed: Typed) -> int | None:
    """The size of a step in the smallest unit of a measure."""
    size = constant(ctx, quantity, typed)
    if not isinstance(size, int) or not amounts.above_zero(ctx, size, quantity.span):
        return None
    return size


# ---------- tables


def lookup(ctx: Context, node: s.Lookup, tables: dict[str, k.Table], *, percent: bool) -> k.Table | None:
    """The table that is looked up, if it holds what is meant: per cents or numbers."""
    if not resolve(ctx, node.table, "H_TABLE"):
        return None
    table = tables.get(node.table.text)
    if table is not None and (table.is_list or table.percent is not percent):
        ctx.report(TableKind(table.name, Role("TABLE_PERCENT" if percent else "TABLE_NUMBER")), node.span)
        return None
    return table


def parts_fit(ctx: Context, node: s.Gift, step: k.Step | None, table: k.Table, here: GiftPlace) -> bool:
    """`each part` and `whole amount` stand where the table measures what the rule counts, and only there."""
    of = None if step is None else step.of
    measured = of is not None or isinstance(here.base, c.Measure)
    if table.of_lines and (not is_rate(node) or measured):
        ctx.report(TableOfLines(table.name), node.span)
        return False
    if table.keys or table.otherwise is not None:
        same = False
    elif of is not None:
        same = table.axis == of and not of.before_this_order
    else:
        same = is_rate(node) and _measures_basis(table.axis, node, here)
    if same and not node.parts:
        ctx.report(PartsMissing(), node.span)
        return False
    if node.parts and not same:
        ctx.report(PartsRefused(Role(node.parts)), node.span)
        return False
    return True


def _measures_basis(axis: c.Operand | None, node: s.Gift, here: GiftPlace) -> bool:
    if isinstance(axis, c.BaseTotal):
        return axis.base == here.base and not _by_items(node)
    if not isinstance(axis, c.Measure) or axis.before_this_order:
        return False
    if isinstance(here.base, c.Measure):
        return axis == here.base
    if axis.counter is c.CounterKind.ITEMS:
        return _by_items(node)
    return axis.counter is c.CounterKind.SPEND and axis.base == here.base and not _by_items(node)


def _by_items(node: s.Gift) -> bool:
    return node.step is not None and node.step.quantity.unit == "ITEMS"
