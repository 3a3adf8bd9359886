"""Who pays for what is given: partners their shares, and the programme the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from loyalty_rules.amounts import format_fraction
from loyalty_rules.diagnostics import Related
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.amounts import above_zero
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, simple
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.problems.partners import FunderTwice, FundingOfSums, FundingShares, FundsNothing

Purses: TypeAlias = Mapping[str, k.Purse]


def funders(ctx: Context, block: s.Block) -> k.Funders | None:
    """Who pays for what a rule gives, by name: partners their shares, the programme the rest. None where nothing says
    it; a rule that says only the rest is paid for by the programme."""
    clauses = all_of(block, s.FundedBy)
    rest = simple(block, "REST_BY")
    found: dict[str, Fraction] = {}
    first: dict[str, s.FundedBy] = {}
    for clause in clauses:
        name = clause.partner.text
        if not resolve(ctx, clause.partner, "H_PARTNER"):
            continue
        if name in found:
            ctx.report(FunderTwice(name), clause.partner.span, Related(first[name].span, "first_here"))
            continue
        share = Fraction(1) if clause.share is None else clause.share / 100
        if above_zero(ctx, share, clause.span):
            found[name], first[name] = share, clause
    if len(found) == len(clauses) and (clauses or rest) and block.name is not None and ctx.is_whole(block):
        total = sum(found.values(), start=Fraction(0))
        if total > 1 or (total < 1) is not (rest is not None):
            place = rest.span if rest is not None else clauses[-1].span
            ctx.report(FundingShares(block.name.text, format_fraction(total * 100)), place)
    return tuple(sorted(found.items())) if clauses or rest is not None else None


def check_funding(
    ctx: Context,
    purses: Purses,
    earns: Mapping[str, k.Earn],
    boosts: Mapping[str, k.Boost],
    referrals: Mapping[str, k.Referral],
) -> None:
    """Shares are cut of what one award posts: what rounds sums of a period has no such award, and what gives no units
    has none at all."""
    for rule in (*earns.values(), *(one.inviter for one in referrals.values())):
        if rule.funders and not rule.gives and rule.name not in referrals:
            ctx.report(FundsNothing(rule.name), rule.span)
        for purse in _paid_for(rule, (give.purse for give in rule.gives), purses):
            _of_sums(ctx, rule, rule, purse, purses)
    for boost in boosts.values():
        for rule in (earns[name] for name in boost.changes if name in earns):
            own = sorted(give.purse for give in rule.gives if boost.acts_in(give.purse))
            for purse in _paid_for(boost, iter(own), purses):
                _of_sums(ctx, boost, rule, purse, purses)


def _paid_for(funded: k.Earn | k.Boost, into: Iterator[str], purses: Purses) -> Iterator[str]:
    """The purses into which something gives what a partner pays for."""
    for name in into:
        declared = purses.get(name)
        if funded.funders or (funded.funders is None and declared is not None and declared.funders):
            yield name


def _of_sums(ctx: Context, funded: k.Earn | k.Boost, rule: k.Earn, purse: str, purses: Purses) -> None:
    declared = purses.get(purse)
    rounding = rule.rounding or (declared.rounding if declared is not None else None)
    if rounding is not None and rounding.place.summed:
        ctx.report(FundingOfSums(funded.name, purse), funded.span)
