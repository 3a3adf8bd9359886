"""Zones: tables against the files they come from, and local dates that tile time."""

from __future__ import annotations

import importlib.resources
import struct
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules import zones
from loyalty_rules.zones import DAY_SECONDS, SECOND, Zone, tzdata_version, zone, zone_names
from tests.foundation.support import code_of, refusal, through_pickle

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# One zone for each habit: regions, half hours, midnights that do not exist, minutes that come twice, a skipped day,
# rules that end, rules that go on, Ramadan, no daylight saving time at all.
ZONES = (
    "UTC", "Europe/Moscow", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Asia/Jerusalem", "Asia/Beirut",
    "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Africa/Cairo", "Africa/Casablanca",
    "America/New_York", "America/Havana", "America/Sao_Paulo", "America/St_Johns", "America/Boa_Vista",
    "America/Caracas", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
    "Antarctica/Troll", "America/Nuuk", "Asia/Gaza",
)  # fmt: skip

#: Starts of a programme's day: midnight, four in the morning, one second before midnight.
DAY_STARTS = (0, 4 * 3600, DAY_SECONDS - 1)


def at(text: str) -> int:
    """The instant of an RFC 3339 text, by the standard library."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def day(text: str) -> int:
    return datetime.fromisoformat(text).toordinal()


@cache
def file_of(name: str) -> bytes:
    return importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def changes_of(name: str) -> list[tuple[int, int]]:
    """The (second, offset) pairs that a zone file lists: RFC 8536, second block."""
    data = file_of(name)
    assert data[:4] == b"TZif"
    counts = struct.unpack(">6l", data[20:44])
    _, _, leaps, times, types, letters = counts
    skip = 44 + times * 5 + types * 6 + letters + leaps * 8 + counts[0] + counts[1]
    _, _, _, times, types, _ = struct.unpack(">6l", data[skip + 20 : skip + 44])
    body = skip + 44
    seconds = struct.unpack(f">{times}q", data[body : body + times * 8])
    kinds = data[body + times * 8 : body + times * 9]
    first = body + times * 9
    offsets = [struct.unpack(">l", data[place : place + 4])[0] for place in range(first, first + types * 6, 6)]
    return [(second, offsets[kind]) for second, kind in zip(seconds, kinds, strict=True)]


@cache
def python_zone(name: str) -> ZoneInfo:
    with importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name",
    [
        "localtime", "posixrules", "Factory", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/", "/", "",
        "x" * 5000, "UTC\x00", "\x00", "europe/berlin", "Europe/Berlin ", "Europe\\Berlin", ".", "zone.tab", "MSK",
        "+03:00", "tzdata.zi", "Еurope/Berlin",
    ],
)  # fmt: skip
def test_Z_11_only_listed_names_are_zones(name: str) -> None:
    assert code_of(lambda: zone(name)) == "zone.unknown"


@pytest.mark.parametrize("name", [None, 3, b"UTC", ["UTC"], {}])
def test_a_zone_is_named_by_a_string(name: Any) -> None:
    assert code_of(lambda: zone(name)) == "zone.unknown"


def test_Z_11_a_refusal_says_what_was_perhaps_meant() -> None:
    assert "did you mean Europe/Berlin?" in refusal(lambda: zone("europe/berlin")).message
    assert "did you mean Europe/Moscow?" in refusal(lambda: zone("Europe/Moskow")).message
    assert "did you mean" not in refusal(lambda: zone("Nowhere/Particular")).message


def test_the_names_are_those_of_the_package_and_utc() -> None:
    assert {"UTC", "Europe/Moscow", "Asia/Jerusalem", "America/New_York"} <= zone_names()
    assert not {"localtime", "posixrules", "Factory"} & zone_names()
    assert len(zone_names()) > 500
    assert all(file_of(name)[:4] == b"TZif" for name in zone_names())


def test_Z_12_the_edition_of_the_database_is_known() -> None:
    version = tzdata_version()
    assert version[:4].isdigit()
    assert version[4:].isalpha()


def test_a_zone_is_read_once_and_is_a_value() -> None:
    moscow = zone("Europe/Moscow")
    assert zone("Europe/Moscow") is moscow
    assert moscow.name == "Europe/Moscow"
    assert through_pickle(moscow) == moscow
    assert zone("Europe/Berlin") != moscow


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize("name", ZONES)
def test_the_table_has_every_change_that_the_file_lists(name: str) -> None:
    listed = changes_of(name)
    for (second, offset), (_, before) in zip(listed[1:], listed, strict=False):
        if second >= 946_684_800:  # 2000-01-01
            assert zone(name).offset(second * SECOND) == offset
            assert zone(name).offset(second * SECOND - 1) == before


@pytest.mark.parametrize("name", ZONES)
def test_the_table_agrees_with_the_standard_library_through_2199(name: str) -> None:
    info, table = python_zone(name), zone(name)
    for week in range(200 * 53):
        moment = datetime(2000, 1, 1, 9, 26, tzinfo=UTC) + timedelta(days=week * 7 - week // 53 * 6)
        offset = moment.astimezone(info).utcoffset()
        assert timedelta(seconds=table.offset((moment - EPOCH) // timedelta(microseconds=1))) == offset, moment


def test_rules_behind_the_listed_changes_keep_an_offset_longer_than_the_step_in_which_tables_are_made() -> None:
    """Tables look every fourteen days there. A rule moves its dates by less than a week from year to year."""
    last = {file_of(name).rsplit(b"\n", 2)[1]: name for name in sorted(zone_names())}
    rules = {rule: name for rule, name in last.items() if b"," in rule}
    assert len(rules) > 10
    for name in rules.values():
        info, start = python_zone(name), datetime(2150, 1, 1, 12, tzinfo=UTC)
        days = [(start + timedelta(days=day)).astimezone(info).utcoffset() for day in range(800)]
        changes = [day for day in range(1, 800) if days[day] != days[day - 1]]
        assert len(changes) >= 4
        assert min(late - early for early, late in pairwise(changes)) > 21


@pytest.mark.parametrize(
    ("name", "instant", "offset"),
    [
        ("Europe/Moscow", "2010-07-01T00:00:00Z", 4 * 3600),
        ("Europe/Moscow", "2011-01-01T00:00:00Z", 3 * 3600),
        ("Europe/Moscow", "2012-01-01T00:00:00Z", 4 * 3600),
        ("Europe/Moscow", "2026-07-01T00:00:00Z", 3 * 3600),
        ("Asia/Kathmandu", "2026-07-01T00:00:00Z", 5 * 3600 + 45 * 60),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", 11 * 3600),
        ("Australia/Lord_Howe", "2026-07-01T00:00:00Z", 10 * 3600 + 30 * 60),
        ("Europe/Berlin", "2199-07-01T00:00:00Z", 2 * 3600),
        ("Europe/Berlin", "2199-12-31T23:59:59Z", 3600),
    ],
)
def test_offsets_as_published(name: str, instant: str, offset: int) -> None:
    seconds = (datetime.fromisoformat(instant) - EPOCH) // timedelta(seconds=1)
    assert zone(name).offset(seconds * SECOND) == offset


def test_past_its_table_a_zone_keeps_its_last_offset() -> None:
    assert zone("Europe/Moscow").offset(2**62) == 3 * 3600
    assert zone("UTC").offset(-(2**62)) == 0


# ---------------------------------------------------------------- local dates


@pytest.mark.parametrize(
    ("name", "local", "start"),
    [
        ("Europe/Moscow", "2026-03-07", "2026-03-06T21:00:00Z"),
        ("UTC", "2026-03-07", "2026-03-07T00:00:00Z"),
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z"),  # 00:00 does not exist, 01:00 is the first
        ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z"),
        ("America/Havana", "2024-03-10", "2024-03-10T05:00:00Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"),  # 00:00 to 01:00 comes twice: the first counts
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"),  # one minute of it, then an hour of "yesterday"
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),  # never was: starts where the next one does
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z"),
    ],
)
def test_Z_04_Z_05_a_date_starts_at_its_first_instant(name: str, local: str, start: str) -> None:
    assert zone(name).start_of(day(local)) == at(start)


@pytest.mark.parametrize(
    ("name", "local", "hours"),
    [
        ("America/New_York", "2024-03-10", 23),
        ("America/New_York", "2024-11-03", 25),
        ("America/New_York", "2024-07-01", 24),
        ("Australia/Lord_Howe", "2024-04-07", 24.5),
        ("Australia/Lord_Howe", "2024-10-06", 23.5),
        ("Africa/Cairo", "2024-04-26", 23),
        ("Pacific/Apia", "2011-12-30", 0),
    ],
)
def test_Z_06_the_length_of_a_day(name: str, local: str, hours: float) -> None:
    length = zone(name).start_of(day(local) + 1) - zone(name).start_of(day(local))
    assert length == hours * 3600 * SECOND


def test_a_minute_shown_twice_belongs_to_the_date_begun_first() -> None:
    """St John's put clocks back at 00:01, so 7 November 2010 showed one minute, then 23:01 of the 6th again."""
    table = zone("America/St_Johns")
    assert table.local_date(at("2010-11-07T02:29:59Z")) == day("2010-11-06")
    assert table.local_date(at("2010-11-07T02:30:30Z")) == day("2010-11-07")
    assert table.local_seconds(at("2010-11-07T02:31:00Z")) == 23 * 3600 + 60
    assert table.local_date(at("2010-11-07T02:31:00Z")) == day("2010-11-07")
    assert table.local_date(at("2010-11-07T03:29:59.999999Z")) == day("2010-11-07")
    assert table.local_date(at("2010-11-07T03:30:00Z")) == day("2010-11-07")
    assert table.local_date(at("2010-11-08T03:29:59Z")) == day("2010-11-07")
    assert table.local_date(at("2010-11-08T03:30:00Z")) == day("2010-11-08")


def test_a_day_may_start_after_midnight() -> None:
    moscow, four = zone("Europe/Moscow"), 4 * 3600
    assert moscow.start_of(day("2026-03-07"), four) == at("2026-03-07T04:00:00+03:00")
    assert moscow.local_date(at("2026-03-07T03:59:59.999999+03:00"), four) == day("2026-03-06")
    assert moscow.local_date(at("2026-03-07T04:00:00+03:00"), four) == day("2026-03-07")


def test_a_start_of_day_that_does_not_exist_moves_to_the_first_that_does() -> None:
    berlin, half_past_two = zone("Europe/Berlin"), 9000
    assert berlin.start_of(day("2024-03-31"), half_past_two) == at("2024-03-31T03:00:00+02:00")
    assert berlin.start_of(day("2024-10-27"), half_past_two) == at("2024-10-27T02:30:00+02:00")


def test_local_seconds_are_what_the_wall_clock_shows() -> None:
    assert zone("Europe/Moscow").local_seconds(at("2026-03-07T11:30:05.999999+03:00")) == 11 * 3600 + 30 * 60 + 5
    assert zone("Europe/Moscow").local_seconds(at("2026-03-07T00:00:00+03:00")) == 0
    assert zone("Asia/Kathmandu").local_seconds(at("2026-03-07T00:00:00Z")) == 5 * 3600 + 45 * 60
    assert zone("America/New_York").local_seconds(at("2026-01-07T00:00:00Z")) == 19 * 3600


@pytest.mark.parametrize("name", ZONES)
def test_INV_34_dates_tile_time_around_every_change(name: str) -> None:
    table = zone(name)
    edges = [second * SECOND for second, _ in changes_of(name) if second > 946_684_800]
    later = [at(f"{year}-{month}-30T00:00:00Z") for year in (2099, 2199) for month in ("03", "10")]
    for edge in edges[-60:] + later:
        for shift in DAY_STARTS:
            first = table.local_date(edge - 2 * DAY_SECONDS * SECOND, shift)
            for local in range(first, first + 5):
                start, following = table.start_of(local, shift), table.start_of(local + 1, shift)
                assert start <= following
                assert table.local_date(start - 1, shift) < local
                if start < following:
                    assert table.local_date(start, shift) == local
                    assert table.local_date(following - 1, shift) == local
                    assert table.local_date((start + following) // 2, shift) == local


@given(
    st.sampled_from(ZONES),
    st.integers(min_value=at("2000-01-01T00:00:00Z"), max_value=at("2199-12-31T23:59:59Z")),
    st.sampled_from(DAY_STARTS),
)
def test_INV_34_every_instant_belongs_to_exactly_one_date(name: str, instant: int, shift: int) -> None:
    table = zone(name)
    local = table.local_date(instant, shift)
    assert table.start_of(local, shift) <= instant < table.start_of(local + 1, shift)


@given(st.sampled_from(ZONES), st.dates(date(2000, 1, 2), date(2199, 12, 30)), st.integers(0, DAY_SECONDS - 1))
def test_a_wall_clock_is_read_as_the_standard_library_reads_it(name: str, local: date, seconds: int) -> None:
    wall = datetime(local.year, local.month, local.day, tzinfo=python_zone(name)) + timedelta(seconds=seconds)
    expected = wall.astimezone(UTC)
    assert zone(name).instant(local.toordinal(), seconds) == (expected - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("name", "local", "hours", "instant"),
    [
        ("Europe/Berlin", "2024-03-31", 2.5, "2024-03-31T03:30:00+02:00"),  # a gap: read on the clock before it
        ("Europe/Berlin", "2024-03-31", 3, "2024-03-31T03:00:00+02:00"),
        ("Europe/Berlin", "2024-03-31", 2, "2024-03-31T03:00:00+02:00"),
        ("Europe/Berlin", "2024-03-31", 1.5, "2024-03-31T01:30:00+01:00"),
        ("Europe/Berlin", "2024-10-27", 2.5, "2024-10-27T02:30:00+02:00"),  # shown twice: the first
        ("Europe/Berlin", "2024-10-27", 2, "2024-10-27T02:00:00+02:00"),
        ("Europe/Berlin", "2024-10-27", 3, "2024-10-27T03:00:00+01:00"),
        ("Africa/Cairo", "2024-04-26", 0, "2024-04-26T01:00:00+03:00"),
        ("Australia/Lord_Howe", "2024-04-07", 1.75, "2024-04-07T01:45:00+11:00"),
        ("Pacific/Apia", "2011-12-30", 10, "2011-12-31T10:00:00+14:00"),
        ("Europe/Moscow", "2026-03-07", 24, "2026-03-08T00:00:00+03:00"),
    ],
)
def test_Z_02_Z_03_a_wall_clock_in_a_gap_or_shown_twice(name: str, local: str, hours: float, instant: str) -> None:
    assert zone(name).instant(day(local), int(hours * 3600)) == at(instant)


@pytest.mark.parametrize("name", ZONES)
def test_a_wall_clock_around_every_change_is_read_back(name: str) -> None:
    table = zone(name)
    for second, _ in changes_of(name)[-40:]:
        for instant in range((second - 7200) * SECOND, (second + 7200) * SECOND, 600 * SECOND):
            if second > 946_684_800:
                wall = instant // SECOND + table.offset(instant)
                found = table.instant(wall // DAY_SECONDS + 719_163, wall % DAY_SECONDS)
                assert found <= instant
                assert found // SECOND + table.offset(found) == wall


def test_H_03_tables_do_not_come_from_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    fresh: Zone = zones._load.__wrapped__("Pacific/Apia")
    assert fresh == zone("Pacific/Apia")
