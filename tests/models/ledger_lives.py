"""Lives of units as plain values, each with its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.models.ledger_calendar import Length

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def roubles(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d} RUB"


def length(found: Length) -> str:
    count, unit = found
    return f"{count} {unit[:-1] if count == 1 else unit}"


def year_day(found: tuple[int, int]) -> str:
    return f"{found[1]} {MONTHS[found[0] - 1]}"


@dataclass(frozen=True)
class Usable:
    """`how`: "at once", "after" a length, "event" (a length after the event delivered), "confirmation",
    "next" period (plus a length),
    "day" of the year."""

    how: str = "at once"
    length: Length = (0, "days")
    period: str = ""
    day: tuple[int, int] = (1, 1)

    def text(self) -> str:
        match self.how:
            case "at once":
                return "usable at once"
            case "after":
                return f"usable after {length(self.length)}"
            case "event":
                return f"usable after {length(self.length)} since event delivered"
            case "confirmation":
                return "usable after confirmation"
            case "next":
                plus = f" plus {length(self.length)}" if self.length[0] else ""
                return f"usable from start of next {self.period}{plus}"
            case _:
                return f"usable on day {year_day(self.day)}"


@dataclass(frozen=True)
class Ends:
    """One `expire` line. `how`: "after" a length, to the end of a `period` or on the next such `day` where one is
    named; "same day" a length later; "end" of a period; "day" of the year; "through" a date; "idle" for a length."""

    how: str
    length: Length = (0, "days")
    period: str = ""
    day: tuple[int, int] | None = None
    through: int = 0

    def text(self) -> str:
        match self.how:
            case "after":
                end = f" at end of {self.period}" if self.period else ""
                day = f" on day {year_day(self.day)}" if self.day else ""
                return f"expire after {length(self.length)}{end}{day}"
            case "same day":
                return f"expire when the same day begins {length(self.length)} later"
            case "end":
                return f"expire at end of {self.period}"
            case "day":
                return f"expire on day {year_day(self.day or (1, 1))}"
            case "through":
                return f"expire through {date.fromordinal(self.through).isoformat()}"
            case _:
                return f"expire after {length(self.length)} without activity"


@dataclass(frozen=True)
class Life:
    usable: Usable = Usable()
    ends: tuple[Ends, ...] = ()  # empty for never

    def lines(self) -> list[str]:
        return [self.usable.text(), *([end.text() for end in self.ends] or ["expire never"])]

    @property
    def idles(self) -> bool:
        return any(end.how == "idle" for end in self.ends)
