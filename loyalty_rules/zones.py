"""Time zones as integer tables, from the `tzdata` package and never from the host.

A zone is read once: its changes of offset from 2000 to the end of 2199 become two tuples, and everything after that
is arithmetic on integers. Past the table the last offset holds.

A **local date** begins at the first instant whose wall clock shows it and lasts until the next one begins. So dates
tile the line of time even where clocks are put back across midnight, a midnight does not exist, or a day is skipped.
A programme may let its day begin later than midnight; every function here takes that shift in seconds.
"""

from __future__ import annotations

import importlib
import importlib.resources
from bisect import bisect_right
from dataclasses import field
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from loyalty_rules.errors import InputError, shown
from loyalty_rules.text import nearest
from loyalty_rules.values import frozen

#: Microseconds in a second, seconds in a day, and the proleptic ordinal of 1970-01-01.
SECOND: Final = 1_000_000
DAY_SECONDS: Final = 86_400
EPOCH_ORDINAL: Final = 719_163

#: The files of the package that name no zone of their own.
_NOT_ZONES: Final = frozenset({"localtime", "posixrules", "Factory"})

_ONE_SECOND: Final = timedelta(seconds=1)
# A few days wider than the dates that the engine accepts, so that the first and the last of them have their edges.
_TABLE_FROM: Final = 946_512_000  # 1999-12-30T00:00:00Z
_TABLE_TO: Final = 7_258_377_600  # 2200-01-05T00:00:00Z
# Offsets are looked at this often. The shortest that any zone keeps is just under a week (Boa Vista in October 2000,
# Gaza around some Ramadans to come); a test watches over it.
_STEP: Final = 3 * DAY_SECONDS
# No offset is larger: from a wall clock this far back, every instant that shows it is still ahead.
_WIDEST_OFFSET: Final = 24 * 3600


@frozen
class Zone:
    """A time zone. Instants are microseconds since the epoch, UTC; local dates are proleptic ordinals."""

    name: str
    changes: tuple[int, ...] = field(repr=False)  # instants at which the offset changes, ascending
    offsets: tuple[int, ...] = field(repr=False)  # seconds east of UTC; one more than changes

    def offset(self, instant: int) -> int:
        """Seconds by which the wall clock is ahead of UTC."""
        return self.offsets[bisect_right(self.changes, instant)]

    def local_date(self, instant: int, day_start_seconds: int = 0) -> int:
        """The local date of an instant. Never falls: a minute that is shown twice belongs to the date begun first."""
        index = bisect_right(self.changes, instant)
        offset = self.offsets[index]
        date = (instant // SECOND + offset - day_start_seconds) // DAY_SECONDS + EPOCH_ORDINAL
        if index:
            change, earlier = self.changes[index - 1], self.offsets[index - 1]
            if instant - change < (earlier - offset) * SECOND:  # clocks went back, and are not yet where they were
                last = (change - 1) // SECOND + earlier - day_start_seconds
                return max(date, last // DAY_SECONDS + EPOCH_ORDINAL)
        return date

    def local_seconds(self, instant: int) -> int:
        """What the wall clock shows, in whole seconds since 00:00."""
        return (instant // SECOND + self.offset(instant)) % DAY_SECONDS

    def start_of(self, ordinal: int, day_start_seconds: int = 0) -> int:
        """The first instant of a local date: later than 00:00 where that does not exist.

        A date that the zone skipped (Apia, 2011-12-30) starts, and ends, where the next one starts.
        """
        wall = (ordinal - EPOCH_ORDINAL) * DAY_SECONDS + day_start_seconds
        index = bisect_right(self.changes, (wall - _WIDEST_OFFSET) * SECOND)
        while True:
            found = (wall - self.offsets[index]) * SECOND
            if index:
                found = max(found, self.changes[index - 1])
            if index == len(self.changes) or found < self.changes[index]:
                return found
            index += 1

    def instant(self, ordinal: int, seconds: int) -> int:
        """The instant at which the wall clock shows `seconds` since 00:00 on a date.

        A time that clocks skip is read on the clock before the change, so 02:30 becomes 03:30; of a time that is
        shown twice, the first.
        """
        wall = (ordinal - EPOCH_ORDINAL) * DAY_SECONDS + seconds
        index = bisect_right(self.changes, (wall - _WIDEST_OFFSET) * SECOND)
        while True:
            found = (wall - self.offsets[index]) * SECOND
            if index == len(self.changes) or found < self.changes[index]:
                return found
            # Past the end of this offset. If the next one never shows the time either, it falls into the gap between.
            if (wall - self.offsets[index + 1]) * SECOND < self.changes[index]:
                return found
            index += 1


def tzdata_version() -> str:
    """The edition of the time zone database in use, such as "2026a". Part of every decision's fingerprint."""
    # Imported by name: the package carries no type information.
    return str(importlib.import_module("tzdata").IANA_VERSION)


@cache
def zone_names() -> frozenset[str]:
    """The names that `zone` accepts: those of the `tzdata` package and UTC, never the host's own."""
    listed = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return (frozenset(listed.split()) | {"UTC"}) - _NOT_ZONES


def zone(name: str) -> Zone:
    """The zone of an exact name (`Europe/Moscow`). Raises `InputError` (`zone.unknown`) that suggests one."""
    if type(name) is not str:
        raise InputError("zone.unknown", "a time zone is named by a string")
    if name in zone_names():
        return _load(name)
    meant = nearest(name, sorted(zone_names()))
    hint = "" if meant is None else f"; did you mean {meant}?"
    raise InputError("zone.unknown", f"there is no time zone {shown(name)}{hint}")


@cache
def _load(name: str) -> Zone:
    if name == "UTC":  # asked for by every check before the file has named a zone
        return Zone(name, (), (0,))
    # The name is on the list, so its parts are folders and a file of the package and nothing else.
    data = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with data.open("rb") as file:
        info = ZoneInfo.from_file(file, key=name)
    changes: list[int] = []
    offsets = [_probe(info, _TABLE_FROM)]
    for early, late in pairwise((*range(_TABLE_FROM, _TABLE_TO, _STEP), _TABLE_TO)):
        after = _probe(info, late)
        if after != offsets[-1]:
            changes.append(_change_between(info, early, late) * SECOND)
            offsets.append(after)
    return Zone(name, tuple(changes), tuple(offsets))


def _change_between(info: ZoneInfo, early: int, late: int) -> int:
    """The second at which the offset that holds at `late` begins, when it does not hold at `early`."""
    before = _probe(info, early)
    while late - early > 1:
        middle = (early + late) // 2
        if _probe(info, middle) == before:
            early = middle
        else:
            late = middle
    return late


def _probe(info: ZoneInfo, seconds: int) -> int:
    """The offset at an instant, in seconds."""
    # `fromutc` reads the wall clock of its argument as UTC, whatever zone is attached to it.
    there = info.fromutc(datetime(1970, 1, 1, tzinfo=info) + timedelta(seconds=seconds))
    return (there.utcoffset() or timedelta(0)) // _ONE_SECOND
