"""Mistakes in partners and in who pays for what rules give.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class MerchantOfTwo(Problem):
    """A merchant that is listed twice, of two partners or of one."""

    code: ClassVar[str] = "L371"
    slug: ClassVar[str] = "partner.merchant"
    merchant: str


@frozen
class FundingShares(Problem):
    """Shares that are no whole: more than all, less without the programme's rest, or a rest of nothing."""

    code: ClassVar[str] = "L372"
    slug: ClassVar[str] = "funding.shares"
    rule: str
    total: str


@frozen
class FunderTwice(Problem):
    """A partner that pays two shares of one rule."""

    code: ClassVar[str] = "L373"
    slug: ClassVar[str] = "funding.twice"
    partner: str


@frozen
class FundsNothing(Problem):
    """A rule that is paid for and gives no units: only a level, or a longer life."""

    code: ClassVar[str] = "L374"
    slug: ClassVar[str] = "funding.nothing"
    rule: str


@frozen
class FundingOfSums(Problem):
    """A rule that is paid for and gives into a purse that is rounded over a period: shares are cut of one award."""

    code: ClassVar[str] = "L375"
    slug: ClassVar[str] = "funding.sums"
    rule: str
    purse: str


@frozen
class PrepaidWithoutPrice(Problem):
    """A block of units bought in advance, with no price at which it is used up."""

    code: ClassVar[str] = "L376"
    slug: ClassVar[str] = "partner.prepaid"
    clause: Role


@frozen
class PriceOfChange(Problem):
    """A price of units of a purse that gets another denomination."""

    code: ClassVar[str] = "L377"
    slug: ClassVar[str] = "partner.change"
    purse: str
    change: str


@frozen
class KeptClause(Problem):
    """What a purse or a rule says of a balance that lives at a partner."""

    code: ClassVar[str] = "L426"
    slug: ClassVar[str] = "kept.clause"
    purse: str
    clause: Role


@frozen
class KeptPurse(Problem):
    """What would spend, prolong, change or ask for a balance that lives at a partner."""

    code: ClassVar[str] = "L427"
    slug: ClassVar[str] = "kept.purse"
    purse: str
