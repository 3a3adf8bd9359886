"""Redeem rules: what points are worth at the till, on which lines, and how much of them may be used."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, measures
from loyalty_rules.lang.checker.caps import limits
from loyalty_rules.lang.checker.context import Context, PurseHead, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.measures import Place
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.programme import dates, messages_of_payment, titles
from loyalty_rules.lang.checker.redeemcaps import caps_of
from loyalty_rules.lang.checker.rules import asked, lines_of, zone_name


def redeems(ctx: Context) -> dict[str, k.Redeem]:
    """The redeem rules by name."""
    found = (_redeem(ctx, block, block.name) for block in named(ctx, "H_REDEEM") if block.name)
    return {one.name: one for one in found if one is not None}


def _redeem(ctx: Context, block: s.Block, name: s.Name) -> k.Redeem | None:
    uses = first_of(block, s.NameClause, lambda clause: clause.role == "USES")
    purse = ctx.purses.get(uses.name.text) if uses and resolve(ctx, uses.name, "H_PURSE") else None
    in_force = dates(ctx, block)
    place = Place(
        "WHEN", ctx.settings.basis, frozenset({(k.TriggerKind.PURCHASE, "")}), in_force, zone=zone_name(ctx, block)
    )
    audience, occasion = asked(ctx, block, place)
    lines = lines_of(ctx, block)
    at_most = tuple(found for clause in all_of(block, s.PayAtMost) if (found := bound_of(ctx, clause)))
    leave = _quantity(ctx, block, "LEAVE", None)
    named_so, (given, missed) = titles(ctx, block), messages_of_payment(ctx, block)
    if purse is None:
        return None
    minimum, steps = _quantity(ctx, block, "MINIMUM", purse), _quantity(ctx, block, "IN_STEPS", purse)
    rate = _rate(ctx, first_of(block, s.Pays), purse)
    if rate is None or lines is None:
        return None
    return k.Redeem(
        name.text,
        title_of(block),
        named_so,
        block.header,
        purse.name,
        *rate,
        lines,
        audience,
        occasion,
        in_force,
        at_most,
        leave or 0,
        minimum or 0,
        steps or 0,
        simple(block, "LOWERED") is not None,
        caps_of(ctx, block, purse, in_force),
        limits(ctx, block, in_force),
        given=given,
        missed=missed,
    )


def _rate(ctx: Context, clause: s.Pays | None, purse: PurseHead) -> tuple[int, int, bool] | None:
    if clause is None:
        return None
    value = amounts.money(ctx, clause.amount)
    size = amounts.points(ctx, clause.per, purse)
    fits = amounts.above_zero(ctx, value, clause.amount.span)
    if not amounts.above_zero(ctx, size, clause.per.span) or not fits:
        return None
    return value or 0, size or 1, clause.full


def _quantity(ctx: Context, block: s.Block, role: str, purse: PurseHead | None) -> int | None:
    """An amount of the purse, or of money where there is no purse to count in."""
    clause = first_of(block, s.QuantityClause, lambda clause: clause.role == role)
    if clause is None:
        return None
    units = amounts.money(ctx, clause.quantity) if purse is None else amounts.points(ctx, clause.quantity, purse)
    return units if amounts.above_zero(ctx, units, clause.quantity.span) else None


def bound_of(ctx: Context, clause: s.PayAtMost) -> k.PayAtMost | None:
    """The most that points pay."""
    if isinstance(clause.bound, s.Quantity):
        money = amounts.money(ctx, clause.bound)
        fits = amounts.above_zero(ctx, money, clause.bound.span)
        return k.PayAtMost(money or 0, Fraction(0), None, span=clause.span) if fits else None
    percent = clause.bound.percent
    if not isinstance(clause.bound.of, s.BaseAmount) or not amounts.above_zero(ctx, percent, clause.bound.span):
        return None
    base: c.Base = measures.base_of(clause.bound.of)
    return k.PayAtMost(0, percent / 100, base, span=clause.span)
