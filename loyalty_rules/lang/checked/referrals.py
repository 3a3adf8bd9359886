"""Referrals: both sides of an invitation."""

from __future__ import annotations

from dataclasses import field

from loyalty_rules.lang.checked.rules import Earn
from loyalty_rules.lang.conditions import Fact
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


@frozen
class Same:
    """A member fact that both may not share."""

    fact: Fact
    span: Span = field(compare=False)


@frozen
class Referral:
    """What an inviter is given for a friend. The friend's own part is the earn rule of the same name: it says when, and
    stands there also where the friend is given nothing. `takes_back`: both gifts fall with the order of the friend."""

    name: str
    inviter: Earn
    refuses: tuple[Same, ...]
    takes_back: bool
    span: Span = field(compare=False)
