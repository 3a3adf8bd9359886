"""Mistakes in opting in, and in referrals. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem, Role
from loyalty_rules.values import frozen


@frozen
class NoOptingIn(Problem):
    """Opting in to a rule that does not wait for it."""

    code: ClassVar[str] = "L385"
    slug: ClassVar[str] = "opting.none"
    rule: str


@frozen
class InviterNeeded(Problem):
    """A clause about the inviter in a referral that gives it nothing."""

    code: ClassVar[str] = "L386"
    slug: ClassVar[str] = "referral.inviter"
    clause: Role


@frozen
class NoReferral(Problem):
    """A friend is invited in a file that has no referral."""

    code: ClassVar[str] = "L387"
    slug: ClassVar[str] = "referral.none"


@frozen
class NoReferralOf(Problem):
    """An inviter is expected to get something by a rule that is no referral."""

    code: ClassVar[str] = "L388"
    slug: ClassVar[str] = "referral.expected"
    rule: str


@frozen
class GiftOfPeriod(Problem):
    """A gift that may fall, into a purse that is rounded or posted over a period."""

    code: ClassVar[str] = "L389"
    slug: ClassVar[str] = "referral.period"
    purse: str
    clause: Role


@frozen
class ThankedOnce(Problem):
    """A referral that waits for a challenge which one order may complete several times."""

    code: ClassVar[str] = "L411"
    slug: ClassVar[str] = "referral.carry"
    challenge: str


@frozen
class ReturnOtherwise(Problem):
    """A referral that says another thing of goods that come back than the challenge for which it waits."""

    code: ClassVar[str] = "L412"
    slug: ClassVar[str] = "referral.return"
    challenge: str
    clause: Role
