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
    if not plan.checked.partners:
        return ()
    into = posting.award.purse
    funders = [
        funders_of(plan, rule.funders if (rule := plan.rules.get(name)) else None, into) for name in posting.names
    ]
    if not any(funders) or posting.granted <= 0:
        return ()
    given = largest_remainder(posting.granted, [max(0, units) for units in posting.units])
    found: dict[str, int] = {}
    for own, units in zip(funders, given, strict=True):
        for partner, share in paid(units, own):
            found[partner] = found.get(partner, 0) + share
    return tuple(sorted(found.items()))


def funders_of(plan: Plan, own: Funders | None, purse: str) -> Funders:
    """Who pays for what something gives into a purse: as it says itself, else as the purse says."""
    return plan.checked.purses[purse].funders if own is None else own


def paid(units: int, funders: Funders) -> Funding:
    """What partners pay of so many units: in turn, by name; the programme pays the rest."""
    if not funders or units <= 0:
        return ()
    shares = in_turn(units, [*(share for _, share in funders), 1 - sum((one for _, one in funders), start=Fraction(0))])
    return tuple((partner, share) for (partner, _), share in zip(funders, shares, strict=False) if share)
