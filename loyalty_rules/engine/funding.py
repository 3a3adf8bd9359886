"""Stage 15: who pays for what was granted, in whole units."""

from __future__ import annotations

from fractions import Fraction

from loyalty_rules.amounts import in_turn, largest_remainder
from loyalty_rules.engine.parts import Posting
from loyalty_rules.engine.plan import Plan
from loyalty_rules.lang.checked import Funders
from loyalty_rules.records import Funding


def funding_of(plan: Plan, posting: Posting) -> Funding:
    """Who pays for what an award posts: for the part of its rule as the rule says, for those of its boosts as they say.
    What boosts take away is taken from all other parts, by largest remainder."""
    if not any(plan.rules[name].funders for name in posting.names) or posting.granted <= 0:
        return ()
    given = largest_remainder(posting.granted, [max(0, units) for units in posting.units])
    found: dict[str, int] = {}
    for name, units in zip(posting.names, given, strict=True):
        for partner, share in paid(units, plan.rules[name].funders):
            found[partner] = found.get(partner, 0) + share
    return tuple(sorted(found.items()))


def paid(units: int, funders: Funders) -> Funding:
    """What partners pay of so many units: in turn, by name; the programme pays the rest."""
    if not funders or units <= 0:
        return ()
    shares = in_turn(units, [*(share for _, share in funders), 1 - sum((one for _, one in funders), start=Fraction(0))])
    return tuple((partner, share) for (partner, _), share in zip(funders, shares, strict=False) if share)
