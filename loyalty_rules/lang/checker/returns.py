"""Goods that come back: what the programme says of them, and what purses and ladders then have to say."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import first_of, missing, simple
from loyalty_rules.problems.returns import NothingReturned, RedeemBesideReturns

_PURSE: Final = ("RET_LEFT", "RET_NEG")
_LADDER: Final = ("RET_KEEP", "RET_RECHECK", "RET_REVIEW")


def read_returns(ctx: Context, block: s.Block) -> k.Returns | None:
    """What the programme block says of returns; None where it takes none."""
    within = first_of(block, s.ReturnsWithin)
    prices = simple(block, "RET_PRICES")
    if prices is not None and within is not None and within.role == "RET_PROP":
        ctx.report(
            NothingReturned(Role("RET_PRICES"), Role("RET_PROP")), prices.span, Related(within.span, "other_here")
        )
    if within is None:
        refused = simple(block, "RET_NONE")
        if prices is not None and refused is not None:
            ctx.report(
                NothingReturned(Role("RET_PRICES"), Role("RET_NONE")), prices.span, Related(refused.span, "other_here")
            )
        return None
    for redeem in ctx.blocks("H_REDEEM"):
        name = redeem.name.text if redeem.name else ""
        ctx.report(RedeemBesideReturns(name, Role(within.role)), redeem.header, Related(within.span, "other_here"))
    if within.role == "RET_REPLAY" and prices is None:
        missing(ctx, block, "RET_PRICES")
    length = measures.days_and_months(ctx, within.length, within)
    return None if length is None else k.Returns(within.role == "RET_REPLAY", length[0], length[1])


def may_go_negative(ctx: Context, block: s.Block) -> bool:
    """Whether a return may take a purse below zero."""
    clause = _after_a_return(ctx, block, _PURSE)
    return clause is not None and clause.role == "RET_NEG"


def of_ladder(ctx: Context, block: s.Block) -> k.AfterReturn:
    """What a return does to the levels of a ladder."""
    clause = _after_a_return(ctx, block, _LADDER)
    return k.AfterReturn(clause.role) if clause else k.AfterReturn.KEEP


def _after_a_return(ctx: Context, block: s.Block, roles: tuple[str, ...]) -> s.Simple | None:
    """The clause that a block has where goods may come back, and only there."""
    clause = simple(block, *roles)
    programme = next(iter(ctx.blocks("H_PROGRAMME")), None)
    refused = simple(programme, "RET_NONE") if programme is not None else None
    if clause is None and ctx.settings.returns is not None:
        missing(ctx, block, *roles)
    if clause is not None and refused is not None:
        ctx.report(
            NothingReturned(Role(clause.role), Role("RET_NONE")), clause.span, Related(refused.span, "other_here")
        )
    return clause
