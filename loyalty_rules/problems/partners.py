"""Mistakes in partners and in who pays for what rules give.

Their texts are in grammar/messages/*/checking.toml.
"""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem
from loyalty_rules.values import frozen


@frozen
class MerchantOfTwo(Problem):
    """A merchant that is listed twice, of two partners or of one."""

    code: ClassVar[str] = "L371"
    slug: ClassVar[str] = "partner.merchant"
    merchant: str
