"""The lives of units, worked out naively: every date from the first to the last is visited, and nothing is kept that
could be worked out again. Written from the statements of the semantics; shares nothing with the engine.

Everything happens at noon, in a zone without clock changes, so a date is all that matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    wanted = day.day
    while True:
        try:
            return date(year, month, wanted)
        except ValueError:
            wanted -= 1


def next_such_day(day: date, month: int, number: int) -> date:
    while (day.month, day.day) != (month, number):
        day += DAY
    return day


@dataclass(frozen=True)
class Life:
    """How long units live, in dates. 0 stands for a clause that is not there."""

    usable_days: int = 0
    months: int = 0  # expire after
    on_day: tuple[int, int] | None = None  # behind `months`
    same_day_months: int = 0  # expire when the same day begins … later
    idle_days: int = 0  # expire after … without activity
    from_usable: bool = False
    waits_days: int = 0  # expiry waits while orders in last … days at least 1

    def text(self) -> str:
        ends = []
        if self.months:
            day = f" on day {self.on_day[1]} {MONTHS[self.on_day[0] - 1]}" if self.on_day else ""
            ends.append(f"expire after {self.months} months{day}")
        if self.same_day_months:
            ends.append(f"expire when the same day begins {self.same_day_months} months later")
        if self.idle_days:
            ends += [f"expire after {self.idle_days} days without activity", "activity orders"]
        if not ends:
            ends.append("expire never")
        elif self.waits_days:
            ends.append(f"expiry waits while orders in last {self.waits_days} days at least 1")
        ends.append(f"usable after {self.usable_days} days" if self.usable_days else "usable at once")
        if self.from_usable:
            ends.append("life counts from usable")
        return "\n".join(f"  {line}" for line in ends)


MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@dataclass
class Lot:
    earned: date
    units: int


@dataclass
class Purse:
    """What is held, on one date after another."""

    life: Life
    today: date
    lots: list[Lot] = field(default_factory=list)
    orders: list[date] = field(default_factory=list)
    expired: int = 0

    def pass_to(self, day: date) -> None:
        while self.today < day:
            self.today += DAY
            yesterday = self.today - DAY
            kept = any(yesterday - order < timedelta(days=self.life.waits_days) for order in self.orders)
            for lot in list(self.lots):
                if self.gone(lot) <= self.today and not kept:
                    self.lots.remove(lot)
                    self.expired += lot.units

    def usable(self, lot: Lot) -> date:
        return lot.earned + timedelta(days=self.life.usable_days)

    def gone(self, lot: Lot) -> date:
        """The first date on which a lot is over; beyond all dates where it never is."""
        life, ends = self.life, [date.max]
        start = self.usable(lot) if life.from_usable else lot.earned
        if life.months:
            last = later(start, life.months)
            ends.append((next_such_day(last, *life.on_day) if life.on_day else last) + DAY)
        if life.same_day_months:
            ends.append(later(start, life.same_day_months))
        if life.idle_days:
            ends.append(max([start, *self.orders]) + timedelta(days=life.idle_days) + DAY)
        return min(ends)

    def earn(self, day: date, units: int, *, order: bool) -> None:
        self.pass_to(day)
        if order:
            self.orders.append(day)
        self.lots.append(Lot(day, units))

    def balance(self) -> tuple[int, int]:
        """What can be used today, and what will be later."""
        now = sum(lot.units for lot in self.lots if self.usable(lot) <= self.today)
        return now, sum(lot.units for lot in self.lots) - now
