"""Units that budgets have left of an offer: it acts on fewer, and uses up no more than it acts on."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from loyalty_rules.engine.gifts import Amount, Use, part_of
from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Offer, Pick


def first_units(
    view: View, offer: Offer, amounts: Mapping[int, Amount], uses: list[Use], items: int
) -> tuple[dict[int, Amount], list[Use]]:
    """So many units of the lines at most, in the order in which `only first` counts them, else that of the lines; and
    what of `skip first` and `only first` they use up."""
    found: dict[int, Amount] = {}
    for place in _ordered(view, offer, amounts):
        units = min(items, amounts[place].items)
        items -= units
        found[place] = part_of(amounts[place], units)
    return {place: found[place] for place in amounts}, [_used(offer, use, found) for use in uses]


def _ordered(view: View, offer: Offer, amounts: Mapping[int, Amount]) -> list[int]:
    orders = [limit.order for limit in offer.base_limits if limit.items and not limit.skip and limit.order is not None]
    places = sorted(amounts)
    if orders and orders[0] is not Pick.LINE_ORDER:
        sign = 1 if orders[0] is Pick.CHEAPEST else -1
        places.sort(key=lambda place: sign * Fraction(*view.occasion.lines[place].unit_price))
    return places


def _used(offer: Offer, use: Use, left: Mapping[int, Amount]) -> Use:
    """`only first` counts what is left to act on; `skip first` all that it has seen."""
    limit = next((one for one in offer.base_limits if one.key == use.key), None)
    if limit is None or limit.skip:
        return use
    return use._replace(amount=sum(amount.items if limit.items else amount.money for amount in left.values()))
