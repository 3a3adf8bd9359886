"""At which instants something happens by itself."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from loyalty_rules.calendar import Period
from loyalty_rules.source import Span
from loyalty_rules.values import frozen


class Occurs(Enum):
    AT_END = "AT_END"
    AT_START = "AT_START"
    ON_REQUEST = "ON_REQUEST"
    AT_ONCE = "AT_ONCE"
    JOINED_YEAR = "AT_END_YEAR_JOINED"
    YEAR_END = "AT_END_YEAR_OF"
    YEAR_START = "AT_START_YEAR_OF"
    ITS_END = "AT_ITS_END"
    EACH_YEAR = "EACH_YEAR_ON"


@frozen
class Timing:
    """When something happens. Its instant is moved by days or months, back where they are negative.

    AT_END and AT_START have a `period`. EACH_YEAR comes at the start of a date: of the member's `fact`, of the day
    (month, day), else of the day on which the member joined. YEAR_END and YEAR_START are `of` a membership,
    YEAR_END also of a ladder.
    """

    occurs: Occurs
    period: Period | None = None
    days: int = 0
    months: int = 0
    fact: str = ""
    day: tuple[int, int] | None = None
    of: str = ""
    span: Span = field(compare=False, kw_only=True)

    @property
    def comes(self) -> bool:
        """Whether it comes round by the clock, without anybody asking."""
        return self.occurs not in (Occurs.ON_REQUEST, Occurs.AT_ONCE)

    @property
    def ends(self) -> bool:
        """Whether something ends there: then it is judged by the dates before the instant, and belongs to them."""
        return self.occurs in (Occurs.AT_END, Occurs.JOINED_YEAR, Occurs.YEAR_END, Occurs.ITS_END)
