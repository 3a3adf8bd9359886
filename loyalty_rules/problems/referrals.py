"""Mistakes in opting in, and in referrals. Their texts are in grammar/messages/*/checking.toml."""

from __future__ import annotations

from typing import ClassVar

from loyalty_rules.diagnostics import Problem
from loyalty_rules.values import frozen


@frozen
class NoOptingIn(Problem):
    """Opting in to a rule that does not wait for it."""

    code: ClassVar[str] = "L385"
    slug: ClassVar[str] = "opting.none"
    rule: str
