"""Rules that leave it to the member what they give."""

from __future__ import annotations

from loyalty_rules.testing.composing.scope import Scope


def choices(s: Scope) -> None:
    """A rule with two gifts of which the member chooses one."""
    purses = [one for one in s.purses if not one.reward and not one.posting]
    if len(purses) < 2 or not s.rarely():
        return
    within = [f"CHOOSE_WITHIN {s.number(2, 30)} {s.pick(('DAYS', 'HOURS', 'MONTHS'))}"] if s.maybe() else []
    first, second = purses[:2]
    s.add(s.head("H_EARN", "choice"), f"GIVE {s.gift(first)}", f"OR_GIVE {s.gift(second)}", *within)
    s.chosen += [(first.name, "choice"), (second.name, "choice")]
