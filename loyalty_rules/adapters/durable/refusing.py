"""What is raised where a set of rules does not take a decision."""

from __future__ import annotations

from loyalty_rules.errors import LoyaltyError


class RulesetError(LoyaltyError):
    """A set of rules of durable-rules was not told of a decision, or did nothing with it. The decision itself stands:
    it does not depend on what the rules of the host do."""
