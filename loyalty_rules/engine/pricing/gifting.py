"""An offer that adds a gift: so many units of an article, once for the order or for each set."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from loyalty_rules.decision import Entry, Outcome
from loyalty_rules.engine.asking import Verdict
from loyalty_rules.engine.pricing.sets import counted_sets
from loyalty_rules.engine.pricing.taken import Held, Taken
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import GiftLine, Offer
from loyalty_rules.records import AddedGift


def added(view: View, offer: Offer, gift: GiftLine, places: Sequence[int], held: Held | None) -> Taken | Verdict:
    """What an offer adds for these lines, as far as budgets have it left."""
    sets = None if offer.sets is None else counted_sets(view, offer.sets, places)
    if offer.sets is not None and (sets is None or not sets.count):
        return Verdict(Outcome.CONDITION_FALSE, offer.sets.buys[0].span)
    found = Taken(offer.name)
    found.times = found.acting = 1 if sets is None else sets.count
    found.asked = found.left = gift.number * found.times
    found.entries.append(Entry("own", offer.name, Fraction(found.asked)))
    bounds = [most for most in (held.most, held.items) if most is not None] if held is not None else []
    if held is not None and bounds:
        found.cut("budget", held.budget, min(bounds))
    if found.left:
        units = () if sets is None else tuple((same.times, tuple(sorted(same.units.items()))) for same in sets.picks)
        lines = places if sets is None else sorted(sets.used)
        found.gift = AddedGift(offer.name, gift.sku, found.left, gift.number, units, tuple(lines))
    return found
