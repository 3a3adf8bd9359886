"""Instants, local dates and periods, in integers.

An instant is microseconds since 1970-01-01T00:00:00Z, from the year 2000 to the end of 2199. A local date is a
proleptic ordinal (`date.toordinal()`); which date an instant has is the zone's business (`zones`, re-exported here).
Durations in days, weeks and months count local dates, durations in minutes and hours count seconds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Final

from loyalty_rules.errors import DecisionError, InputError, shown
from loyalty_rules.zones import DAY_SECONDS, EPOCH_ORDINAL, SECOND, Zone, tzdata_version, zone, zone_names

__all__ = [
    "DAY_SECONDS",
    "EPOCH_ORDINAL",
    "FIRST_INSTANT",
    "LAST_INSTANT",
    "SECOND",
    "Period",
    "Zone",
    "add_months",
    "format_date",
    "format_instant",
    "in_days_since",
    "in_months_since",
    "instant_of",
    "ordinal_of",
    "parse_date",
    "period_first",
    "period_number",
    "tzdata_version",
    "weekday",
    "yearly",
    "zone",
    "zone_names",
]

#: The first and the last instant that an event may have: 2000-01-01T00:00:00Z and the last microsecond of 2199.
FIRST_INSTANT: Final = 946_684_800 * SECOND
LAST_INSTANT: Final = 7_258_118_400 * SECOND - 1

#: Dates in files and facts: wide enough for birthdays.
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_ONE_MICROSECOND: Final = timedelta(microseconds=1)


# ---------------------------------------------------------------- instants


def instant_of(value: datetime | str | int, what: str = "") -> int:
    """An instant as a host gives it: an aware `datetime`, an RFC 3339 string with an offset, or microseconds UTC.

    Of RFC 3339 the one form `2026-03-07T11:00:00[.ffffff](Z|+03:00)`, in upper case. Raises `InputError` with `what`
    as the place: `time.naive` without an offset, `time.syntax`, `time.range` outside 2000 to 2199, `time.type` for
    other types, subclasses included, `type.float_not_allowed`.
    """
    if type(value) is int:
        return _in_range(value, what)
    if type(value) is str:
        return _in_range(_parse_instant(value, what), what)
    if type(value) is datetime:
        return _in_range(_aware_instant(value, what), what)
    if isinstance(value, float):
        raise InputError("type.float_not_allowed", "an instant in microseconds is an int, not a float", what)
    kind = shown(type(value).__name__)
    raise InputError("time.type", f"an instant is a datetime, a string or microseconds, not {kind}", what)


def _in_range(instant: int, what: str) -> int:
    if FIRST_INSTANT <= instant <= LAST_INSTANT:
        return instant
    raise InputError("time.range", "an instant lies from 2000-01-01 to 2199-12-31, UTC", what)


def _aware_instant(value: datetime, what: str) -> int:
    try:
        offset = value.utcoffset()
    except (TypeError, ValueError, OverflowError, RuntimeError):  # what datetime makes of a broken tzinfo
        raise InputError("time.naive", "the datetime's time zone gives no offset", what) from None
    if offset is None:
        raise InputError("time.naive", "a datetime without a time zone does not say when", what)
    wall = (value.toordinal() - EPOCH_ORDINAL) * DAY_SECONDS + value.hour * 3600 + value.minute * 60 + value.second
    return wall * SECOND + value.microsecond - offset // _ONE_MICROSECOND


def _parse_instant(text: str, what: str) -> int:
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise _instant_syntax(text, what)
    hour, minute, second = int(found[2]), int(found[3]), int(found[4])
    if hour > 23 or minute > 59 or second > 59:
        raise _instant_syntax(text, what)
    offset = found[6]
    if offset is None:
        raise InputError("time.naive", f"an instant needs an offset, such as Z or +03:00: {shown(text)}", what)
    east = 0
    if offset != "Z":
        east_hours, east_minutes = int(offset[1:3]), int(offset[4:6])
        if east_hours > 23 or east_minutes > 59:
            raise _instant_syntax(text, what)
        east = (east_hours * 3600 + east_minutes * 60) * (-1 if offset[0] == "-" else 1)
    day = (parse_date(found[1], what) - EPOCH_ORDINAL) * DAY_SECONDS
    fraction = int((found[5] or "").ljust(6, "0"))
    return (day + hour * 3600 + minute * 60 + second - east) * SECOND + fraction


def _instant_syntax(text: str, what: str) -> InputError:
    return InputError("time.syntax", f"an instant is written like 2026-03-07T11:00:00+03:00: {shown(text)}", what)


def format_instant(instant: int, zone: Zone) -> str:
    """RFC 3339 with the zone's offset at that instant, `2026-03-21T00:00:00+03:00`; a fraction only if there is one.

    Raises `DecisionError` (`time.range`) where the date has no year of four digits; "never" is the caller's to tell.
    """
    offset = zone.offset(instant)
    seconds, fraction = divmod(instant, SECOND)
    days, clock = divmod(seconds + offset, DAY_SECONDS)
    hour, minute, second = clock // 3600, clock // 60 % 60, clock % 60
    tail = f".{fraction:06d}".rstrip("0") if fraction else ""
    east, sign = abs(offset) // 60, "-" if offset < 0 else "+"
    date_text = format_date(days + EPOCH_ORDINAL)
    return f"{date_text}T{hour:02d}:{minute:02d}:{second:02d}{tail}{sign}{east // 60:02d}:{east % 60:02d}"


# ---------------------------------------------------------------- dates


def parse_date(text: str, what: str = "") -> int:
    """The ordinal of `2026-03-31`. Raises `InputError`: `time.syntax`, `time.date` for a day that the calendar has
    not, `time.range` outside 1900 to 2199."""
    found = _DATE.fullmatch(text) if type(text) is str else None
    if found is None:
        text = shown(text) if type(text) is str else shown(type(text).__name__)
        raise InputError("time.syntax", f"a date is written like 2026-03-31: {text}", what)
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise InputError("time.range", f"a date lies from {_FIRST_YEAR} to {_LAST_YEAR}: {text}", what)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise InputError("time.date", f"there is no such day: {text}", what)
    return date(year, month, day).toordinal()


def ordinal_of(value: date | str, what: str = "") -> int:
    """A date fact as a host gives it: an exact `date` or `2026-03-31`. Raises `InputError` like `parse_date`, and
    `time.type` for other types, a `datetime` included: which date it has depends on a zone."""
    if type(value) is str:
        return parse_date(value, what)
    if type(value) is date:
        return parse_date(value.isoformat(), what)
    kind = shown(type(value).__name__)
    raise InputError("time.type", f"a date is a date or a string, not {kind}", what)


def format_date(ordinal: int) -> str:
    """`2026-03-31`. Raises `DecisionError` (`time.range`) outside the years 1 to 9999."""
    return _date(ordinal).isoformat()


def weekday(ordinal: int) -> int:
    """The day of the week, from monday, 0."""
    return (ordinal - 1) % 7


def add_months(ordinal: int, months: int, anchor_day: int | None = None) -> int:
    """The same day so many months later (or earlier), or the last day of a shorter month.

    Chains pass the day they began with as `anchor_day`, so 31 January, 28 February, 31 March. Raises `DecisionError`
    (`time.range`) outside the years 1 to 9999.
    """
    start = _date(ordinal)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    _check_year(year)
    day = start.day if anchor_day is None else anchor_day
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1])).toordinal()


def yearly(year: int, month: int, day: int, leap_on_march_1: bool) -> int:
    """The date of a yearly day (a birthday) in one year; 29 February is 28 February or 1 March in other years.

    Raises `InputError` (`time.date`) for a day that no year has, `DecisionError` (`time.range`) like `add_months`.
    """
    _check_year(year)
    # 2000 is a leap year: what it has not, no year has.
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000, month)[1]:
        raise InputError("time.date", f"no year has a day {day} in month {month}")
    if day <= monthrange(year, month)[1]:
        return date(year, month, day).toordinal()
    return date(year, 3, 1).toordinal() - (0 if leap_on_march_1 else 1)


def in_days_since(zone: Zone, earlier: int, later: int, day_start_seconds: int = 0) -> int:
    """How many local dates lie between two instants: 0 on the same date, 1 on the next, however long the days are."""
    return zone.local_date(later, day_start_seconds) - zone.local_date(earlier, day_start_seconds)


def in_months_since(zone: Zone, earlier: int, later: int, day_start_seconds: int = 0) -> int:
    """How many whole months of local dates have passed: the n-th is full when `add_months(first date, n)` is reached.

    Negative when `later` is the earlier one, by the same measure from there.
    """
    first, last = zone.local_date(earlier, day_start_seconds), zone.local_date(later, day_start_seconds)
    if last < first:
        return -in_months_since(zone, later, earlier, day_start_seconds)
    start, end = _date(first), _date(last)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(first, months) <= last else months - 1


def _date(ordinal: int) -> date:
    if not 1 <= ordinal <= date.max.toordinal():
        raise DecisionError("time.range", "a date lies outside the years 1 to 9999")
    return date.fromordinal(ordinal)


def _check_year(year: int) -> None:
    if not date.min.year <= year <= date.max.year:
        raise DecisionError("time.range", "a date lies outside the years 1 to 9999")


# ---------------------------------------------------------------- periods


class Period(Enum):
    """Calendar periods. They tile the line of dates. The values end the names of their phrase roles."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"
    PROGRAMME_YEAR = "PYEAR"


def period_number(period: Period, ordinal: int, week_start: int = 0, year_start: tuple[int, int] = (1, 1)) -> int:
    """The number of the period that holds a date. The numbers of neighbours are consecutive.

    `week_start` is the first day of a week (0 is monday), `year_start` the (month, day) on which a programme year
    begins; 29 February begins it on 28 February in other years, and day 0 is the last day of the month. A year has
    its own number, a programme year that of the year it begins in. Raises `DecisionError` (`time.range`) outside the
    years 1 to 9999.
    """
    if period is Period.DAY:
        return ordinal
    if period is Period.WEEK:
        return (ordinal - 1 - week_start) // 7
    day = _date(ordinal)
    match period:
        case Period.MONTH:
            return day.year * 12 + day.month - 1
        case Period.QUARTER:
            return day.year * 4 + (day.month - 1) // 3
        case Period.YEAR:
            return day.year
        case Period.PROGRAMME_YEAR:
            begun = ordinal >= _programme_year(day.year, year_start)
            return day.year if begun else day.year - 1


def period_first(period: Period, number: int, week_start: int = 0, year_start: tuple[int, int] = (1, 1)) -> int:
    """The first date of a period, by its number. Its last is the day before `period_first` of the next.

    Raises `DecisionError` (`time.range`) outside the years 1 to 9999.
    """
    match period:
        case Period.DAY:
            return number
        case Period.WEEK:
            return number * 7 + 1 + week_start
        case Period.MONTH:
            return _month_start(number)
        case Period.QUARTER:
            return _month_start(number * 3)
        case Period.YEAR:
            return _month_start(number * 12)
        case Period.PROGRAMME_YEAR:
            return _programme_year(number, year_start)


def _programme_year(year: int, start: tuple[int, int]) -> int:
    """The first date of the programme year that begins in a year."""
    month, day = start
    _check_year(year)
    return yearly(year, month, day or monthrange(year, month)[1], leap_on_march_1=False)


@lru_cache(maxsize=4_096)
def _month_start(months: int) -> int:
    year, month = divmod(months, 12)
    _check_year(year)
    return date(year, month + 1, 1).toordinal()
