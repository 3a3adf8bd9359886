"""The lines of an order once something is taken off their prices; their taxes follow."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from loyalty_rules.amounts import Rounding, round_exact
from loyalty_rules.engine.pricing.taken import Taken, split
from loyalty_rules.engine.receive import OrderLine
from loyalty_rules.lang.checked import Checked, Place, RoundingRule

#: Where the file does not say how taxes are rounded, nothing asks for them.
_UNASKED: Final = RoundingRule(Rounding.HALF_UP, Place.LINE)


def lowered(checked: Checked, came: Sequence[OrderLine], taken: Sequence[Taken]) -> tuple[OrderLine, ...]:
    """The lines as they came, less what is taken off them."""
    off = [tuple((one.rule, one.lines[place]) for one in taken if one.lines.get(place)) for place in range(len(came))]
    after = [line.after_discounts - sum(units for _, units in found) for line, found in zip(came, off, strict=True)]
    taxes = _taxes(came, after, checked.prices.taxes or _UNASKED)
    return tuple(
        line._replace(
            after_discounts=price,
            tax=tax,
            payable=price if checked.tax_included else price + tax,
            discounts=(*line.discounts, *found),
        )
        for line, price, tax, found in zip(came, after, taxes, off, strict=True)
    )


def _taxes(came: Sequence[OrderLine], after: Sequence[int], rounding: RoundingRule) -> list[int]:
    """The tax of each line in proportion to its price; where the price is as it came, the tax is too."""
    lower = [place for place, (line, price) in enumerate(zip(came, after, strict=True)) if price < line.after_discounts]
    exact = [Fraction(came[place].tax * after[place], came[place].after_discounts) for place in lower]
    match rounding.place:
        case Place.ITEM:
            items = [max(came[place].items, 1) for place in lower]
            found = [count * round_exact(tax / count, rounding.mode) for tax, count in zip(exact, items, strict=True)]
        case Place.LINE:
            found = [round_exact(tax, rounding.mode) for tax in exact]
        case _:
            total = round_exact(sum(exact, start=Fraction(0)), rounding.mode)
            found = split(total, exact, [total] * len(exact), 1)
    taxes = dict(zip(lower, found, strict=True))
    return [taxes.get(place, line.tax) for place, line in enumerate(came)]
