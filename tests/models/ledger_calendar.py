"""Dates and instants of a zone, worked out naively for the ledger model: the first instants of its dates, each taken
from the zone's own clock. Written from the statements of the semantics; shares nothing with the engine.

What depends on nothing but dates is worked out once and kept: histories ask for the same dates again and again.

Instants are microseconds of UTC, dates are ordinals.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
#: Beyond every instant of a history.
NEVER = 2**62
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
FIRST = date(2021, 1, 1).toordinal()
LAST = date(2060, 1, 1).toordinal()

#: A length of time: how many, and of what: "hours", "days", "weeks", "months", "years".
Length = tuple[int, str]


@cache
def zone_of(name: str) -> ZoneInfo:
    """Zones come with the package `tzdata`."""
    path = files("tzdata.zoneinfo")
    for part in name.split("/"):
        path = path / part
    with path.open("rb") as stream:
        return ZoneInfo.from_file(stream, name)


def instant(moment: datetime) -> int:
    gone = moment - EPOCH
    return (gone.days * 86_400 + gone.seconds) * SECOND + gone.microseconds


def moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


class Zone:
    """The local dates of one zone, of which each begins so long after midnight."""

    def __init__(self, name: str, day_starts: int = 0) -> None:
        self.name = name
        self.day_starts = day_starts  # minutes after midnight
        self.clock = zone_of(name)
        self.starts: dict[int, int] = {}  # of the dates that were asked for
        self.latest = (NEVER, NEVER, LAST)  # the date that was found last: its first instant, the one after it

    def _first_instant(self, day: int) -> int:
        wanted = datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(minutes=self.day_starts)
        found = wanted.replace(tzinfo=self.clock).astimezone(UTC)
        if self._wall(found) == wanted:
            return instant(found)
        found -= timedelta(hours=3)  # the minute does not exist: the first one that is shown after it
        while self._wall(found) < wanted:
            found += timedelta(minutes=1)
        return instant(found)

    def _wall(self, found: datetime) -> datetime:
        return found.astimezone(self.clock).replace(tzinfo=None)

    def day(self, at: int) -> int:
        """The local date of an instant; of one before all dates the day before them. No zone is more than a day ahead
        of UTC."""
        first, after, day = self.latest
        if not first <= at < after:
            day = min(max(EPOCH_DAY + at // DAY + 1, FIRST - 1), LAST - 1)
            while day >= FIRST and self.start(day) > at:
                day -= 1
            if day >= FIRST:
                self.latest = (self.start(day), self.start(day + 1), day)
        return day

    def start(self, day: int) -> int:
        """The first instant of a date."""
        if day >= LAST:
            return NEVER
        found = self.starts.get(day)
        if found is None:
            found = self.starts[day] = self._first_instant(day)
        return found

    def end(self, day: int) -> int:
        """The first instant after a date."""
        return self.start(day + 1)


@cache
def zone(name: str, day_starts: int = 0) -> Zone:
    return Zone(name, day_starts)


# ---------- dates


@cache
def later(day: int, length: Length) -> int:
    """The same day so much later, or the last day of a shorter month."""
    count, unit = length
    if unit == "days":
        return day + count
    if unit == "weeks":
        return day + 7 * count
    found = date.fromordinal(day)
    months = found.year * 12 + found.month - 1 + (count if unit == "months" else 12 * count)
    year, month = months // 12, months % 12 + 1
    wanted = found.day
    while True:
        try:
            return date(year, month, wanted).toordinal()
        except ValueError:
            wanted -= 1


def earlier(day: int, length: Length) -> int:
    return later(day, (-length[0], length[1]))


@cache
def next_such_day(day: int, month: int, number: int) -> int:
    """The next date with this month and number, which may be the very day."""
    found = date.fromordinal(day)
    wanted = date(found.year, month, number)
    return (wanted if wanted >= found else date(found.year + 1, month, number)).toordinal()


@cache
def period_start(day: int, period: str, year_starts: tuple[int, int] = (1, 1)) -> int:
    """The first date of the period that holds a date. Weeks begin on monday."""
    found = date.fromordinal(day)
    match period:
        case "calendar day":
            return day
        case "calendar week":
            return day - found.weekday()
        case "calendar month":
            return found.replace(day=1).toordinal()
        case "calendar quarter":
            return date(found.year, (found.month - 1) // 3 * 3 + 1, 1).toordinal()
        case "calendar year":
            return date(found.year, 1, 1).toordinal()
        case _:
            begun = date(found.year, *year_starts)
            return (begun if begun <= found else date(found.year - 1, *year_starts)).toordinal()


@cache
def next_period(day: int, period: str, year_starts: tuple[int, int] = (1, 1)) -> int:
    """The first date of the period after the one that holds a date."""
    start = period_start(day, period, year_starts)
    match period:
        case "calendar day":
            return start + 1
        case "calendar week":
            return start + 7
        case "calendar month":
            return later(start, (1, "months"))
        case "calendar quarter":
            return later(start, (3, "months"))
        case _:
            return later(start, (12, "months"))
