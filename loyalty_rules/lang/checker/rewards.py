"""Rewards: what is given as a right, and held like the units of a purse."""

from __future__ import annotations

from loyalty_rules.amounts import Rounding
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context, PurseHead, title_of
from loyalty_rules.lang.checker.counts import first_of
from loyalty_rules.lang.checker.declarations import named
from loyalty_rules.lang.checker.lives import check_activity, expiries, usable
from loyalty_rules.member import Take


def read_rewards(ctx: Context) -> None:
    """Notes what each reward is counted in, which every amount in the file needs: whole rights."""
    for block in named(ctx, "H_REWARD"):
        if block.name is not None:
            ctx.purses[block.name.text] = PurseHead(block.name.text, 0, "")


def rewards(ctx: Context) -> tuple[dict[str, k.Reward], dict[str, k.Purse]]:
    """The rewards by name, and what each is held in: whole rights, those that expire soonest used first."""
    found: dict[str, k.Reward] = {}
    held: dict[str, k.Purse] = {}
    for block in named(ctx, "H_REWARD"):
        if block.name is None:
            continue
        name, title = block.name.text, title_of(block)
        found[name] = k.Reward(name, title, span=block.header)
        hold = first_of(block, s.QuantityClause)
        most = amounts.points(ctx, hold.quantity, ctx.purses[name]) if hold else None
        if hold is not None:
            amounts.above_zero(ctx, most, hold.quantity.span)
        check_activity(ctx, block, (name,))
        held[name] = k.Purse(
            name,
            title,
            0,
            "",
            k.RoundingRule(Rounding.DOWN, k.Place.ORDER),
            False,
            True,
            most,
            None,
            usable(ctx, block) or k.Usable(),
            expiries(ctx, block) or (),
            False,
            span=block.header,
            take=Take.SOONEST,
        )
    return found, held
