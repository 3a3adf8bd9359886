"""Clauses of referrals."""

from __future__ import annotations

from loyalty_rules.lang.syntax.terms import Gift, Node, Number, Window
from loyalty_rules.values import frozen


@frozen
class GiveTo(Node):
    """`give inviter 300 bonus` (GIVE_INVITER), `give friend 100 bonus` (GIVE_FRIEND)"""

    role: str
    gift: Gift


@frozen
class LimitPer(Node):
    """`limit 10 per inviter in calendar year`. `scope`: S_INVITER, S_FRIEND."""

    number: Number
    scope: str
    window: Window | None
