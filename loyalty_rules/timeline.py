"""One programme's calendar: local dates, periods and the instants at which they begin, all in whole numbers."""

from __future__ import annotations

from datetime import date

from loyalty_rules.calendar import SECOND, Period, Zone, add_months, period_first, period_number, yearly
from loyalty_rules.values import frozen


@frozen
class Timeline:
    """A zone with the programme's starts of day, week and year. Dates are ordinals, instants microseconds UTC."""

    zone: Zone
    day_start: int  # seconds after midnight
    week_start: int  # 0 monday
    year_start: tuple[int, int]  # of the programme year

    def day(self, instant: int) -> int:
        """The local date of an instant."""
        return self.zone.local_date(instant, self.day_start)

    def start(self, day: int) -> int:
        """The first instant of a local date."""
        return self.zone.start_of(day, self.day_start)

    def number(self, period: Period, day: int) -> int:
        """The number of the period that holds a date; periods of one kind are numbered one after another."""
        return period_number(period, day, self.week_start, self.year_start)

    def first(self, period: Period, number: int) -> int:
        """The first date of a period."""
        return period_first(period, number, self.week_start, self.year_start)

    def next_start(self, period: Period, day: int) -> int:
        """The instant at which the period after the one that holds `day` begins."""
        return self.start(self.first(period, self.number(period, day) + 1))

    def next_such_day(self, month: int, day: int, ordinal: int) -> int:
        """The first date with this day of the year, a date itself included; 29 February is 28 February in other
        years."""
        year = date.fromordinal(ordinal).year
        found = yearly(year, month, day, leap_on_march_1=False)
        return found if found >= ordinal else yearly(year + 1, month, day, leap_on_march_1=False)

    def moved(self, day: int, days: int, months: int) -> int:
        """A date moved by months (clamped to the end of the month) and days."""
        return add_months(day, months) + days if months else day + days

    def moved_instant(self, at: int, days: int, months: int) -> int:
        """An instant moved by local dates, the clock showing the same."""
        day = self.moved(self.zone.local_date(at), days, months)
        return self.zone.instant(day, self.zone.local_seconds(at)) + at % SECOND
