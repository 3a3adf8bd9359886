"""Mistakes in rewards: what they pay, what they cost, and how examples ask for them."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class NothingOfReward(Problem):
    """A clause that says nothing of a reward that pays, or is handed over, as this one is."""

    code: ClassVar[str] = "L300"
    slug: ClassVar[str] = "reward.idle"
    clause: Role
    other: Role


@frozen
class NotSold(Problem):
    """A step buys a reward that only rules give."""

    code: ClassVar[str] = "L301"
    slug: ClassVar[str] = "reward.not_sold"
    reward: str


@frozen
class NotSoldFor(Problem):
    """A step buys a reward with what it does not cost."""

    code: ClassVar[str] = "L302"
    slug: ClassVar[str] = "reward.other_price"
    reward: str
    purse: str


@frozen
class PriceToName(Problem):
    """A step buys a reward that has several prices, and does not say which."""

    code: ClassVar[str] = "L303"
    slug: ClassVar[str] = "reward.which_price"
    reward: str
    purses: tuple[str, ...]


@frozen
class NoRewardsOfOrders(Problem):
    """What becomes of rewards that an order gave, where no rule gives one."""

    code: ClassVar[str] = "L304"
    slug: ClassVar[str] = "returns.rewards"
    clause: Role
