"""Rules of the ledger model that wait for time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from tests.models.ledger_calendar import Length, later, next_such_day
from tests.models.ledger_levels import begins_on
from tests.models.ledger_lives import length, year_day
from tests.models.ledger_state import State


@dataclass(frozen=True)
class Timed:
    """`how`: "start" or "end" of a `period`, each year on a "day" or on the day of "joining", "its end" (through a
    date); moved by a `shift`."""

    how: str
    period: str = ""
    shift: Length = (0, "days")
    day: tuple[int, int] = (1, 1)
    through: int = 0

    def lines(self) -> list[str]:
        count, unit = self.shift
        shift = f" {'plus' if count > 0 else 'less'} {length((abs(count), unit))}" if count else ""
        match self.how:
            case "start" | "end":
                return [f"at {self.how} of {self.period}{shift}"]
            case "day":
                return [f"each year on {year_day(self.day)}"]
            case "joining":
                return ["each year on joining date"]
            case _:
                return [f"from 2020-01-01 through {date.fromordinal(self.through).isoformat()}", f"at its end{shift}"]

    @property
    def ends(self) -> bool:
        """Whether it is judged by the dates before."""
        return self.how in ("end", "its end")

    def due(self, state: State, day: int) -> bool:
        """Whether a date begins with it."""
        match self.how:
            case "start" | "end":
                return begins_on(day, self.period, self.shift, state.programme.year_starts)
            case "day":
                return next_such_day(day, *self.day) == day
            case "joining":
                return state.joined is not None and day in anniversaries(state.joined)
            case _:
                return later(self.through + 1, self.shift) == day


@cache
def anniversaries(joined: int) -> frozenset[int]:
    return frozenset(later(joined, (years, "years")) for years in range(1, 40))
