"""Goods that come back: what the programme says of them, and what purses and ladders then have to say."""

from __future__ import annotations

from typing import Final

from loyalty_rules.diagnostics import Related, Role
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import measures
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of, missing, simple
from loyalty_rules.lang.checker.names import GIVING
from loyalty_rules.problems.returns import NothingRefunded, NothingReturned
from loyalty_rules.problems.rewards import NoRewardsOfOrders

_PURSE: Final = ("RET_LEFT", "RET_NEG")
_LADDER: Final = ("RET_KEEP", "RET_RECHECK", "RET_REVIEW")
_REWARD: Final = ("RET_BACK", "RET_USED")
_CHALLENGE: Final = ("RET_KEEP", "RET_TAKE")
_USED: Final = ("USED_STAND", "USED_OWED")
_REFUND: Final = ("REFUND_PROP", "REFUND_POINTS", "REFUND_MONEY")


def read_returns(ctx: Context, block: s.Block) -> k.Returns | None:
    """What the programme block says of returns; None where it takes none."""
    within = first_of(block, s.ReturnsWithin)
    prices = simple(block, "RET_PRICES")
    if prices is not None and within is not None and within.role == "RET_PROP":
        ctx.report(
            NothingReturned(Role("RET_PRICES"), Role("RET_PROP")), prices.span, Related(within.span, "other_here")
        )
    if within is None:
        _idle(ctx, block, "RET_PRICES", *_REFUND, *_USED)
        return None
    if within.role == "RET_REPLAY" and prices is None:
        missing(ctx, block, "RET_PRICES")
    refund, owed = _refund(ctx, block), _owed(ctx, block)
    length = measures.days_and_months(ctx, within.length, within)
    return None if length is None else k.Returns(within.role == "RET_REPLAY", length[0], length[1], refund, owed)


def _idle(ctx: Context, block: s.Block, *roles: str) -> None:
    """Reports clauses that say nothing where no goods come back."""
    refused = simple(block, "RET_NONE")
    for role in roles:
        clause = simple(block, role)
        if clause is not None and refused is not None:
            ctx.report(NothingReturned(Role(role), Role("RET_NONE")), clause.span, Related(refused.span, "other_here"))


def _refund(ctx: Context, block: s.Block) -> k.Refund | None:
    """What comes back first of what was paid with points and money: said where points pay, and only there."""
    clause = simple(block, *_REFUND)
    pays = any(one.kind == "H_REDEEM" or reward_pays(one) for one in ctx.blocks("H_REDEEM", "H_REWARD"))
    if clause is None:
        if pays:
            missing(ctx, block, *_REFUND)
        return None
    if not pays and not ctx.faults:
        ctx.report(NothingRefunded(Role(clause.role)), clause.span)
    return k.Refund(clause.role)


def _owed(ctx: Context, block: s.Block) -> bool:
    """Whether used rewards are owed that an order gave: said where rules give some, and only there."""
    clause = simple(block, *_USED)
    named = {one.name.text for one in ctx.blocks("H_REWARD") if one.name is not None}
    gifts = [one.gift for rule in ctx.blocks(*GIVING) for one in all_of(rule, s.Give)]
    gifts += [one.gift for rule in ctx.blocks("H_REFERRAL") for one in all_of(rule, s.GiveTo)]
    given = any(gift.purse.text in named for gift in gifts)
    if clause is None and given:
        missing(ctx, block, *_USED)
    elif clause is not None and not given and not ctx.faults:
        ctx.report(NoRewardsOfOrders(Role(clause.role)), clause.span)
    return clause is not None and clause.role == "USED_OWED"


def reward_pays(block: s.Block) -> bool:
    """Whether a reward pays for orders."""
    fixed = first_of(block, s.QuantityClause, lambda clause: clause.role == "PAYS")
    return fixed is not None or simple(block, "PAYS_VALUE") is not None


def reward_lowers(block: s.Block) -> bool:
    """Whether a reward acts among the offers: it lowers prices, or adds a gift."""
    return lowers_prices(block) or first_of(block, s.AddGift) is not None


def lowers_prices(block: s.Block) -> bool:
    """Whether an offer or a reward lowers prices."""
    total = first_of(block, s.QuantityClause, lambda clause: clause.role == "ROUND_TOTAL")
    return first_of(block, s.Discount) is not None or first_of(block, s.SellAt) is not None or total is not None


def may_go_negative(ctx: Context, block: s.Block) -> bool:
    """Whether a return may take a purse below zero."""
    clause = _after_a_return(ctx, block, _PURSE)
    return clause is not None and clause.role == "RET_NEG"


def of_ladder(ctx: Context, block: s.Block) -> k.AfterReturn:
    """What a return does to the levels of a ladder."""
    clause = _after_a_return(ctx, block, _LADDER)
    return k.AfterReturn(clause.role) if clause else k.AfterReturn.KEEP


def of_reward(ctx: Context, block: s.Block) -> s.Simple | None:
    """What becomes of a right that was used for an order which comes back."""
    return _after_a_return(ctx, block, _REWARD)


def of_challenge(ctx: Context, block: s.Block) -> s.Simple | None:
    """Whether a return takes back what a challenge gave."""
    return _after_a_return(ctx, block, _CHALLENGE)


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
