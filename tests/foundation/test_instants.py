"""Instants: what is taken from hosts, and how they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.calendar import FIRST_INSTANT, LAST_INSTANT, format_instant, instant_of, zone
from tests.foundation.support import code_of, refusal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOSCOW = timezone(timedelta(hours=3))

instants = st.integers(min_value=FIRST_INSTANT, max_value=LAST_INSTANT)


# ---------------------------------------------------------------- instants in


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-07T11:00:00+03:00", 1_772_870_400_000_000),
        ("2026-03-07T08:00:00Z", 1_772_870_400_000_000),
        ("2026-03-07T08:00:00+00:00", 1_772_870_400_000_000),
        ("2026-03-07T08:00:00-00:00", 1_772_870_400_000_000),
        ("2026-03-07T03:30:00-04:30", 1_772_870_400_000_000),
        ("2026-03-08T07:59:00+23:59", 1_772_870_400_000_000),
        ("2026-03-07T08:00:00.5Z", 1_772_870_400_500_000),
        ("2026-03-07T08:00:00.000001Z", 1_772_870_400_000_001),
        ("2000-01-01T00:00:00Z", 946_684_800_000_000),
        ("2000-01-01T03:00:00+03:00", 946_684_800_000_000),
        ("1999-12-31T21:00:00-03:00", 946_684_800_000_000),
        ("2199-12-31T23:59:59.999999Z", 7_258_118_399_999_999),
        (946_684_800_000_000, 946_684_800_000_000),
        (datetime(2026, 3, 7, 11, tzinfo=MOSCOW), 1_772_870_400_000_000),
        (datetime(2026, 3, 7, 8, 0, 0, 7, tzinfo=UTC), 1_772_870_400_000_007),
    ],
)
def test_an_instant_is_microseconds_utc(value: datetime | str | int, expected: int) -> None:
    assert instant_of(value) == expected


@pytest.mark.parametrize("value", ["2026-03-07T11:00:00", "2026-03-07T11:00:00.5", datetime(2026, 3, 7, 11)])  # noqa: DTZ001
def test_Z_01_an_instant_without_an_offset_is_refused(value: Any) -> None:
    error = refusal(lambda: instant_of(value, "at"))
    assert (error.code, error.where) == ("time.naive", "at")


class _Broken(tzinfo):
    """A zone whose author stopped early: it raises what `tzinfo` itself raises."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return super().utcoffset(moment)

    def dst(self, moment: datetime | None) -> None:
        return None

    def tzname(self, moment: datetime | None) -> None:
        return None


class _Silent(_Broken):
    """A zone that does not know."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return None


class _Wild(_Broken):
    """A zone with an offset that no clock has."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return timedelta(days=3)


@pytest.mark.parametrize("info", [_Broken(), _Silent(), _Wild()])
def test_Z_01_a_zone_without_an_offset_is_as_good_as_none(info: tzinfo) -> None:
    assert code_of(lambda: instant_of(datetime(2026, 3, 7, tzinfo=info))) == "time.naive"


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-03-07", "20240101T000000", "20240101T000000Z", "2024-W01-1", "2024-W01-1T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T23:59:60Z", "2024-01-01T23:59Z",
        "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+03:60", "2024-01-01T00:00:00+0300",
        "2024-01-01T00:00:00+03", "2024-01-01 00:00:00Z", "2024-01-01t00:00:00z", "2024-01-01T00:00:00z",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567Z", "2024-01-01T00:00:00,5Z", " 2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00Z\n", "2024-1-1T00:00:00Z", "２024-01-01T00:00:00Z", "2024-01-01T00:00:00 Z",
        "+002024-01-01T00:00:00Z", "infinity", "now", "1772870400", "2024-01-01T00:00:00+03:00[Europe/Moscow]",
        "x" * 1_000_000,
    ],
)  # fmt: skip
def test_Z_09_one_form_of_rfc_3339_is_read(text: str) -> None:
    assert code_of(lambda: instant_of(text)) == "time.syntax"


@pytest.mark.parametrize(
    "text", ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-04-31T00:00:00Z"]
)
def test_an_instant_on_a_day_that_is_none_is_refused(text: str) -> None:
    assert code_of(lambda: instant_of(text)) == "time.date"


@pytest.mark.parametrize(
    "value",
    [
        "1999-12-31T23:59:59.999999Z",
        "2000-01-01T02:59:59+03:00",
        "2200-01-01T00:00:00Z",
        "2199-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        946_684_799_999_999,
        7_258_118_400_000_000,
        0,
        -1,
        10**18,
        10**5000,
        datetime.min.replace(tzinfo=MOSCOW),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
    ],
    ids=lambda value: str(value)[:30] if not isinstance(value, int) or value < 10**20 else "huge",
)
def test_Z_08_instants_lie_from_2000_to_2199(value: Any) -> None:
    assert code_of(lambda: instant_of(value)) == "time.range"


class _Instant(datetime):
    pass


class _Text(str):
    __slots__ = ()


class _Int(int):
    pass


@pytest.mark.parametrize(
    "value",
    [None, True, b"2026-03-07T11:00:00Z", date(2026, 3, 7), _Instant(2026, 3, 7, tzinfo=UTC), _Text("x"), _Int(5)],
)
def test_only_exact_types_are_instants(value: Any) -> None:
    assert code_of(lambda: instant_of(value, "at")) == "time.type"


def test_N_09_seconds_as_a_float_are_no_instant() -> None:
    value: Any = 1_772_870_400.0
    assert code_of(lambda: instant_of(value)) == "type.float_not_allowed"


def test_Z_03_the_two_readings_of_a_repeated_hour_are_an_hour_apart() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = instant_of(datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=0))
    second = instant_of(datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=1))
    assert first == instant_of("2024-10-27T00:30:00Z")
    assert second == instant_of("2024-10-27T01:30:00Z")


@given(st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30), timezones=st.just(MOSCOW)))  # noqa: DTZ001
def test_strings_datetimes_and_microseconds_of_one_instant_are_one(moment: datetime) -> None:
    expected = (moment - EPOCH) // timedelta(microseconds=1)
    assert instant_of(moment) == expected
    assert instant_of(moment.isoformat()) == expected
    assert instant_of(expected) == expected


# ---------------------------------------------------------------- instants out


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-03-21T00:00:00+03:00", "Europe/Moscow"),
        ("2026-03-21T00:00:00+00:00", "UTC"),
        ("2026-03-21T09:05:07.25-04:00", "America/New_York"),
        ("2026-01-21T00:00:00.000001-05:00", "America/New_York"),
        ("2026-03-21T00:00:00+05:45", "Asia/Kathmandu"),
        ("2010-03-21T00:00:00-02:30", "America/St_Johns"),
        ("2024-10-27T02:30:00+01:00", "Europe/Berlin"),
    ],
)
def test_an_instant_is_written_with_the_offset_of_the_zone(text: str, name: str) -> None:
    assert format_instant(instant_of(text), zone(name)) == text


@given(instants, st.sampled_from(["UTC", "Europe/Moscow", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]))
def test_what_is_written_is_read_back(instant: int, name: str) -> None:
    text = format_instant(instant, zone(name))
    assert (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1) == instant
    if text[:4] not in ("1999", "2200"):
        assert instant_of(text) == instant


def test_an_expiry_past_the_last_event_can_be_written_never_cannot() -> None:
    expiry = zone("Europe/Moscow").start_of(date(2202, 5, 1).toordinal())
    assert format_instant(expiry, zone("Europe/Moscow")) == "2202-05-01T00:00:00+03:00"
    assert code_of(lambda: format_instant(2**62, zone("UTC"))) == "time.range"
    assert code_of(lambda: format_instant(-(2**62), zone("UTC"))) == "time.range"
