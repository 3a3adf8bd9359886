"""Steps of examples in which rewards are used or bought."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.amounts import MICRO, micros_of
from loyalty_rules.events import Choice, RedeemRequest
from loyalty_rules.lang import checked as k
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker import amounts
from loyalty_rules.lang.checker.context import Context, PurseHead
from loyalty_rules.lang.checker.names import resolve
from loyalty_rules.problems.rewards import NotSold, NotSoldFor, PriceToName


def used(ctx: Context, clause: s.AsksToUse, rewards: Mapping[str, k.Reward]) -> RedeemRequest | None:
    """What of a reward an order asks to use. None where it was reported."""
    name = clause.reward or _unit(clause.amount)
    reward = _reward(ctx, name, rewards)
    if reward is None:
        return None
    purse = _paid_from(ctx, clause.purse, reward)
    if purse is None:
        return None
    if clause.amount is None:
        return RedeemRequest(reward.name, None, purse)
    amount = _amount(ctx, clause.amount, ctx.purses[reward.name])
    return None if amount is None else RedeemRequest(reward.name, amount, purse)


def bought(ctx: Context, node: s.At, ids: tuple[str, str], at: int, rewards: Mapping[str, k.Reward]) -> Choice | None:
    """So many of a reward are bought, of which the unit is the name. None where it was reported."""
    reward = _reward(ctx, _unit(node.amount), rewards)
    if reward is None or node.amount is None:
        return None
    if not reward.right.prices:
        ctx.report(NotSold(reward.name), node.amount.span)
        return None
    purse = _paid_from(ctx, node.name, reward)
    count = amounts.whole(ctx, s.Number(node.amount.number, span=node.amount.span), 1, amounts.LARGEST)
    if purse is None or count is None:
        return None
    if not purse and len(reward.right.prices) > 1:
        ctx.report(PriceToName(reward.name, tuple(one.purse for one in reward.right.prices)), node.amount.span)
        return None
    return Choice(*ids, at, reward.name, count * MICRO, purse=purse)


def _unit(amount: s.Quantity | None) -> s.Name | None:
    return amount.unit if amount is not None and isinstance(amount.unit, s.Name) else None


def _reward(ctx: Context, name: s.Name | None, rewards: Mapping[str, k.Reward]) -> k.Reward | None:
    if name is None or not resolve(ctx, name, "H_REWARD"):
        return None
    return rewards.get(name.text)


def _paid_from(ctx: Context, name: s.Name | None, reward: k.Reward) -> str | None:
    """The purse that pays the price, "" where none is named; None where it was reported."""
    if name is None:
        return ""
    if not resolve(ctx, name, "H_PURSE", "H_REWARD"):
        return None
    if reward.right.price(name.text) is None:
        ctx.report(NotSoldFor(reward.name, name.text), name.span)
        return None
    return name.text


def _amount(ctx: Context, amount: s.Quantity, head: PurseHead) -> int | None:
    """In millionths of a right, or of a unit of money."""
    units = amounts.points(ctx, amount, head)
    if not amounts.above_zero(ctx, units, amount.span) or units is None:
        return None
    return micros_of(units, head.decimals)
