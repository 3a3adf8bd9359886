"""Memberships: what they cost, how long they last, and what those who leave get back."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import conditions as c
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts, conditions
from loyalty_rules.lang.checker.context import Context, title_of
from loyalty_rules.lang.checker.counts import all_of, first_of, simple
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.measures import Place, key_of
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.lang.checker.programme import dates, messages, titles
from loyalty_rules.lang.checker.promises import priceless
from loyalty_rules.lang.checker.reviews import length, length_of
from loyalty_rules.problems.memberships import FeeNeeded, FeeOfYear
from loyalty_rules.problems.promises import WorthUnknown

#: What a message of a membership can tell.
_OF_MEMBERSHIP: Final = ("title", "until")
_YEAR: Final = k.Length(0, 12)


def memberships(ctx: Context, earns: dict[str, k.Earn]) -> dict[str, k.Membership]:
    """The memberships by name."""
    found = (_membership(ctx, block, block.name.text, earns) for block in named(ctx, "H_MEMBERSHIP") if block.name)
    return {one.name: one for one in found if one is not None}


def _membership(ctx: Context, block: s.Block, name: str, earns: dict[str, k.Earn]) -> k.Membership | None:
    costs = first_of(block, s.CostsEvery)
    fee = amounts.first_money(ctx, costs.amount) if costs else None
    every = length_of_fee(ctx, costs)
    if costs is not None:
        amounts.above_zero(ctx, fee, costs.amount.span)
    in_force = dates(ctx, block)
    audience = [clause.condition for clause in all_of(block, s.ConditionClause)]
    place = Place("FOR", ctx.settings.basis, frozenset(), in_force)
    whom = conditions.clauses(ctx, audience, place, conditions.known_facts(ctx, audience, place))
    less = first_of(block, s.NameClause, lambda clause: clause.role == "LEAVE_LESS")
    plain = simple(block, "LEAVE_NOTHING", "LEAVE_UNUSED")
    trial, grace = (length_of(ctx, block, role) for role in ("TRIAL", "GRACE"))
    told, named_so = messages(ctx, block, "MSG_GIVEN", _OF_MEMBERSHIP), titles(ctx, block)
    if costs is None:
        _without_fee(ctx, block)
    given = _given_in_year(ctx, block, name, less, every, earns) if less is not None else ()
    if less is None and plain is None:
        return None
    return k.Membership(
        name=name,
        title=title_of(block),
        titles=named_so,
        fee=fee or 0,
        every=every,
        trial=trial,
        grace=grace,
        leaving=k.Leaving(less.role if less is not None else plain.role if plain is not None else ""),
        less=given,
        given=told,
        audience=whom,
        dates=in_force,
        span=block.header,
    )


def length_of_fee(ctx: Context, costs: s.CostsEvery | None) -> k.Length:
    """For how long the fee is; nothing without one."""
    return k.NO_LENGTH if costs is None else length(ctx, costs.every, costs)


def _without_fee(ctx: Context, block: s.Block) -> None:
    """Reports what has no meaning where nothing is paid."""
    if ctx.is_whole(block):
        for clause in block.clauses:
            role = getattr(clause, "role", "")
            if role in ("GRACE", "LEAVE_UNUSED", "LEAVE_LESS"):
                ctx.report(FeeNeeded(Role(role)), clause.span, Related(block.header, "membership_here"))


def _given_in_year(
    ctx: Context, block: s.Block, name: str, less: s.NameClause, every: k.Length, earns: dict[str, k.Earn]
) -> tuple[c.Measure, ...]:
    """What the rule gave in the year of the membership, purse by purse; each has a worth in money."""
    costs = first_of(block, s.CostsEvery)
    if costs is not None and every not in (_YEAR, k.NO_LENGTH):
        text = f"{costs.every.number} {ctx.table.counted(costs.every.unit, costs.every.number)}"
        ctx.report(FeeOfYear(text), less.span, Related(costs.span, "fee_here"))
    rule = earns.get(less.name.text) if resolve(ctx, less.name, "H_EARN") else None
    if rule is None:
        return ()
    into = sorted({give.purse for give in rule.gives})
    first = ctx.settings.currency in (*ctx.settings.currencies[:1], "")  # a fee is no order's
    for purse in priceless(ctx, into) if first else ():
        problem = WorthUnknown(purse.name.text if purse.name else "", ctx.settings.currency)
        ctx.report(problem, less.name.span, Related(purse.header, "purse_here"))
    window = c.Window(c.WindowKind.YEAR_OF, of=name)
    return tuple(_earned(purse, rule.name, window) for purse in into)


def _earned(purse: str, rule: str, window: c.Window) -> c.Measure:
    found = c.Measure("", c.CounterKind.EARNED, c.Kind.POINTS, window, before_this_order=True, of=purse, by=(rule,))
    return c.Measure(key_of(found), found.counter, found.kind, window, before_this_order=True, of=purse, by=(rule,))
