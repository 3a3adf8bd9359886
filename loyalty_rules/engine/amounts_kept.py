"""What is kept of the amounts of a line: half up of the amount times what is kept of the line. In whatever steps goods
come back, what is kept decides.
"""

from __future__ import annotations

from loyalty_rules.amounts import Rounding, round_ratio
from loyalty_rules.records import RecordedLine


def share(amount: int, line: RecordedLine, kept: int) -> int:
    """What is kept of an amount of a line."""
    return amount if kept == line.quantity else round_ratio(amount * kept, line.quantity, Rounding.HALF_UP)


def kept_payable(line: RecordedLine, kept: int) -> int:
    """What is paid for the units that are kept."""
    after = share(line.after_discounts, line, kept)
    return after if line.payable == line.after_discounts else after + share(line.tax, line, kept)
