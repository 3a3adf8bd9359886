"""What is kept of the amounts of a line: half up of the amount times what is kept of the line. In whatever steps goods
come back, what is kept decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_rules.amounts import MICRO, Rounding, round_ratio
from loyalty_rules.records import AddedGift, RecordedLine


def share(amount: int, line: RecordedLine, kept: int) -> int:
    """What is kept of an amount of a line."""
    return amount if kept == line.quantity else round_ratio(amount * kept, line.quantity, Rounding.HALF_UP)


def kept_payable(line: RecordedLine, kept: int) -> int:
    """What is paid for the units that are kept."""
    after = share(line.after_discounts, line, kept)
    return after if line.payable == line.after_discounts else after + share(line.tax, line, kept)


def kept_gift(gift: AddedGift, lines: Sequence[RecordedLine], kept: Sequence[int]) -> int:
    """The units of a gift that stay: those of the sets that are still whole, the first ones first; without sets all of
    them, while anything is kept of the lines for which they were given."""
    if not gift.sets:
        return gift.units if any(kept[place] for place in gift.places) else 0
    left = {place: _items(lines[place], kept[place]) for place in gift.places}
    whole = 0
    for times, units in gift.sets:
        made = min([times, *(left[place] // number for place, number in units)])
        whole += made
        for place, number in units:
            left[place] -= made * number
    return min(gift.units, gift.each * whole)


def _items(line: RecordedLine, kept: int) -> int:
    return int(kept > 0) if line.weighed else kept // MICRO
