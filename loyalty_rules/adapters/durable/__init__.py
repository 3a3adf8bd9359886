"""Decisions for hosts that run durable-rules: the effects of a decision as facts of a set of rules of theirs.

It goes one way. What a member earns, spends or holds was decided before; the rules of the host only hear of it, and
write a letter, open a door or tell a colleague. The extra `durable` installs the package, for Python 3.11 and 3.12.
"""

from __future__ import annotations

from loyalty_rules.adapters.durable.facts import JsonValue, effect_facts
from loyalty_rules.adapters.durable.telling import RulesetError, assert_effects, post_effects, retract_effects

__all__ = ["JsonValue", "RulesetError", "assert_effects", "effect_facts", "post_effects", "retract_effects"]
