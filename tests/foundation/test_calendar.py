"""Dates, months and periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_rules.calendar import (
    FIRST_INSTANT,
    LAST_INSTANT,
    Period,
    add_months,
    format_date,
    in_days_since,
    in_months_since,
    instant_of,
    ordinal_of,
    parse_date,
    period_first,
    period_number,
    weekday,
    yearly,
    zone,
)
from tests.foundation.support import code_of, refusal

#: Every date that a decision can meet, an expiry some years after the last event included.
ordinals = st.integers(min_value=date(1900, 1, 1).toordinal(), max_value=date(2300, 12, 31).toordinal())
instants = st.integers(min_value=FIRST_INSTANT, max_value=LAST_INSTANT)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def days(*texts: str) -> list[int]:
    return [day(text) for text in texts]


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize("text", ["1900-01-01", "1985-03-07", "2000-02-29", "2026-03-31", "2199-12-31"])
def test_a_date_is_read_and_written(text: str) -> None:
    assert parse_date(text) == date.fromisoformat(text).toordinal()
    assert format_date(parse_date(text)) == text


@pytest.mark.parametrize(
    "text", ["2026-02-29", "2100-02-29", "2026-02-30", "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32"]
)
def test_a_day_that_no_calendar_has_is_refused(text: str) -> None:
    error = refusal(lambda: parse_date(text, "birthday"))
    assert (error.code, error.where) == ("time.date", "birthday")


@pytest.mark.parametrize(
    "text",
    ["", "2026-3-31", "20260331", "2026-03-31T00:00:00Z", "2026-03-31\n", "２026-03-31", "31.03.2026", "x" * 1_000_000],
)
def test_a_date_has_one_form(text: str) -> None:
    assert code_of(lambda: parse_date(text)) == "time.syntax"


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize("value", [None, 5, b"2026-03-31", date(2026, 3, 31), _Text("2026-03-31")])
def test_only_an_exact_string_is_parsed(value: Any) -> None:
    assert code_of(lambda: parse_date(value)) == "time.syntax"


@pytest.mark.parametrize("text", ["1899-12-31", "2200-01-01", "0000-01-01", "9999-12-31"])
def test_Z_08_dates_lie_from_1900_to_2199(text: str) -> None:
    assert code_of(lambda: parse_date(text)) == "time.range"


def test_a_date_fact_is_a_date_or_a_string() -> None:
    assert ordinal_of(date(2026, 3, 31)) == ordinal_of("2026-03-31") == day("2026-03-31")
    assert code_of(lambda: ordinal_of(date(1899, 1, 1))) == "time.range"


class _Date(date):
    pass


@pytest.mark.parametrize("value", [None, 5, datetime(2026, 3, 31, tzinfo=UTC), _Date(2026, 3, 31)])
def test_a_date_fact_is_no_instant_and_no_subclass(value: Any) -> None:
    assert code_of(lambda: ordinal_of(value, "birthday")) == "time.type"


def test_the_first_and_the_last_date_can_be_written() -> None:
    assert format_date(1) == "0001-01-01"
    assert format_date(3_652_059) == "9999-12-31"
    assert yearly(1, 1, 1, False) == 1
    assert yearly(9999, 12, 31, False) == 3_652_059


@pytest.mark.parametrize("ordinal", [0, -1, 3_652_060, 10**30])
def test_a_date_outside_four_digit_years_is_refused(ordinal: int) -> None:
    assert code_of(lambda: format_date(ordinal)) == "time.range"
    assert code_of(lambda: add_months(ordinal, 1)) == "time.range"
    assert code_of(lambda: period_number(Period.MONTH, ordinal)) == "time.range"


def test_the_week_begins_on_monday() -> None:
    # 2 March 2026 is a Monday.
    assert [weekday(day("2026-03-02") + n) for n in range(8)] == [0, 1, 2, 3, 4, 5, 6, 0]


# ---------------------------------------------------------------- months


def test_Z_07_a_chain_of_months_remembers_the_day_it_began_with() -> None:
    chain = days("2026-01-31")
    for _ in range(4):
        chain.append(add_months(chain[-1], 1, anchor_day=31))
    assert chain == days("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", -13, "2024-12-15"),
        ("2026-08-07", 0, "2026-08-07"),
        ("2026-03-08", 12, "2027-03-08"),
    ],
)
def test_Z_07_months_end_on_the_same_day_or_the_last(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


def test_an_anchor_day_is_reached_where_the_month_has_it() -> None:
    assert add_months(day("2026-02-28"), 0, anchor_day=31) == day("2026-02-28")
    assert add_months(day("2026-02-28"), 1, anchor_day=30) == day("2026-03-30")


@given(ordinals, st.integers(-400, 400), st.integers(-400, 400))
def test_Z_07_months_added_one_by_one_or_together_are_the_same(ordinal: int, some: int, more: int) -> None:
    anchor = date.fromordinal(ordinal).day
    step = add_months(ordinal, some)
    assert add_months(step, more, anchor_day=anchor) == add_months(ordinal, some + more)


@given(ordinals, ordinals, st.integers(0, 400))
def test_months_keep_the_order_of_dates(left: int, right: int, months: int) -> None:
    early, late = min(left, right), max(left, right)
    assert add_months(early, months) <= add_months(late, months)


@pytest.mark.parametrize("months", [12 * 8000, -12 * 2100, 10**30])
def test_months_past_the_calendar_are_refused(months: int) -> None:
    assert code_of(lambda: add_months(day("2026-01-31"), months)) == "time.range"


@pytest.mark.parametrize(
    ("year", "on_march_1", "expected"),
    [
        (2024, False, "2024-02-29"),
        (2024, True, "2024-02-29"),
        (2025, False, "2025-02-28"),
        (2025, True, "2025-03-01"),
        (2100, False, "2100-02-28"),
        (2100, True, "2100-03-01"),
    ],
)
def test_a_leap_day_has_a_place_in_every_year(year: int, on_march_1: bool, expected: str) -> None:
    assert yearly(year, 2, 29, on_march_1) == day(expected)


def test_other_yearly_days_are_where_they_are() -> None:
    assert yearly(2026, 12, 31, True) == day("2026-12-31")
    assert yearly(2026, 3, 1, False) == day("2026-03-01")


@pytest.mark.parametrize(("month", "number"), [(2, 30), (4, 31), (0, 1), (13, 1), (1, 0), (1, 32)])
def test_a_day_that_no_year_has_is_refused(month: int, number: int) -> None:
    assert code_of(lambda: yearly(2026, month, number, False)) == "time.date"


@pytest.mark.parametrize("year", [0, 10_000, -1])
def test_a_year_outside_four_digits_is_refused(year: int) -> None:
    assert code_of(lambda: yearly(year, 1, 1, False)) == "time.range"


# ---------------------------------------------------------------- since


def test_Z_06_days_since_count_local_dates_not_hours() -> None:
    york = zone("America/New_York")
    late, early_next = instant_of("2024-03-09T23:59:59-05:00"), instant_of("2024-03-10T00:00:01-05:00")
    assert in_days_since(york, late, early_next) == 1
    assert in_days_since(york, late, late) == 0
    assert in_days_since(york, early_next, late) == -1
    # 23 hours later it is the next date, though a day has not passed by the clock.
    assert in_days_since(york, instant_of("2024-03-10T00:00:00-05:00"), instant_of("2024-03-11T00:00:00-04:00")) == 1
    assert in_days_since(york, late, early_next, day_start_seconds=4 * 3600) == 0


def test_days_since_jump_over_a_date_that_never_was() -> None:
    apia = zone("Pacific/Apia")
    assert in_days_since(apia, instant_of("2011-12-30T09:59:59Z"), instant_of("2011-12-30T10:00:00Z")) == 2


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2026-01-31T12:00:00+03:00", "2026-02-27T12:00:00+03:00", 0),
        ("2026-01-31T12:00:00+03:00", "2026-02-28T00:00:00+03:00", 1),
        ("2026-01-31T12:00:00+03:00", "2026-03-30T12:00:00+03:00", 1),
        ("2026-01-31T12:00:00+03:00", "2026-03-31T00:00:00+03:00", 2),
        ("2025-03-08T23:00:00+03:00", "2026-03-08T00:00:00+03:00", 12),
        ("2026-03-08T00:00:00+03:00", "2026-03-08T23:00:00+03:00", 0),
        ("2026-03-31T00:00:00+03:00", "2026-01-31T12:00:00+03:00", -2),
    ],
)
def test_months_since_are_full_on_the_same_day(earlier: str, later: str, months: int) -> None:
    assert in_months_since(zone("Europe/Moscow"), instant_of(earlier), instant_of(later)) == months


@given(instants, st.integers(0, 30 * 366))
def test_months_since_agree_with_adding_months(earlier: int, later_days: int) -> None:
    moscow = zone("Europe/Moscow")
    first = moscow.local_date(earlier)
    months = in_months_since(moscow, earlier, moscow.instant(first + later_days, 12 * 3600))
    assert add_months(first, months) <= first + later_days < add_months(first, months + 1)


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("period", "local", "first", "following"),
    [
        (Period.DAY, "2026-03-07", "2026-03-07", "2026-03-08"),
        (Period.WEEK, "2026-03-07", "2026-03-02", "2026-03-09"),
        (Period.WEEK, "2026-03-02", "2026-03-02", "2026-03-09"),
        (Period.WEEK, "2026-03-08", "2026-03-02", "2026-03-09"),
        (Period.MONTH, "2026-02-28", "2026-02-01", "2026-03-01"),
        (Period.MONTH, "2026-12-31", "2026-12-01", "2027-01-01"),
        (Period.QUARTER, "2026-03-31", "2026-01-01", "2026-04-01"),
        (Period.QUARTER, "2026-10-01", "2026-10-01", "2027-01-01"),
        (Period.YEAR, "2026-12-31", "2026-01-01", "2027-01-01"),
        (Period.PROGRAMME_YEAR, "2026-12-31", "2026-01-01", "2027-01-01"),
        (Period.PROGRAMME_YEAR, "2026-01-01", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_period_has_its_first_date(period: Period, local: str, first: str, following: str) -> None:
    number = period_number(period, day(local))
    assert period_first(period, number) == day(first)
    assert period_first(period, number + 1) == day(following)


@pytest.mark.parametrize(
    ("week_start", "first"),
    [(0, "2026-03-02"), (4, "2026-02-27"), (5, "2026-02-28"), (6, "2026-03-01"), (3, "2026-03-05")],
)
def test_a_week_begins_on_the_day_that_the_programme_says(week_start: int, first: str) -> None:
    """5 March 2026 is a Thursday."""
    number = period_number(Period.WEEK, day("2026-03-05"), week_start)
    assert period_first(Period.WEEK, number, week_start) == day(first)
    assert weekday(day(first)) == week_start


@pytest.mark.parametrize(
    ("local", "year_start", "first"),
    [
        ("2026-03-31", (4, 1), "2025-04-01"),
        ("2026-04-01", (4, 1), "2026-04-01"),
        ("2026-02-28", (2, 29), "2026-02-28"),
        ("2026-02-27", (2, 29), "2025-02-28"),
        ("2028-02-28", (2, 29), "2027-02-28"),
        ("2028-02-29", (2, 29), "2028-02-29"),
        ("2026-12-30", (12, 31), "2025-12-31"),
        ("2026-02-27", (2, 0), "2025-02-28"),
        ("2026-02-28", (2, 0), "2026-02-28"),
        ("2028-02-28", (2, 0), "2027-02-28"),
        ("2028-02-29", (2, 0), "2028-02-29"),
        ("2026-04-30", (4, 0), "2026-04-30"),
    ],
)
def test_a_programme_year_begins_on_its_day(local: str, year_start: tuple[int, int], first: str) -> None:
    number = period_number(Period.PROGRAMME_YEAR, day(local), year_start=year_start)
    assert period_first(Period.PROGRAMME_YEAR, number, year_start=year_start) == day(first)


def test_numbers_of_years_are_their_years() -> None:
    assert period_number(Period.YEAR, day("2026-03-07")) == 2026
    assert period_number(Period.PROGRAMME_YEAR, day("2026-03-07"), year_start=(4, 1)) == 2025


def test_periods_end_the_names_of_their_phrase_roles() -> None:
    assert [period.value for period in Period] == ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "PYEAR"]


year_days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda moment: (moment.month, moment.day))


@given(st.sampled_from(Period), ordinals, st.integers(0, 6), year_days)
def test_INV_34_periods_tile_the_line_of_dates(
    period: Period, ordinal: int, week_start: int, year_start: tuple[int, int]
) -> None:
    number = period_number(period, ordinal, week_start, year_start)
    first = period_first(period, number, week_start, year_start)
    following = period_first(period, number + 1, week_start, year_start)
    assert first <= ordinal < following
    assert period_number(period, first, week_start, year_start) == number
    assert period_number(period, following - 1, week_start, year_start) == number
    assert period_number(period, following, week_start, year_start) == number + 1


@pytest.mark.parametrize("period", [Period.MONTH, Period.QUARTER, Period.YEAR, Period.PROGRAMME_YEAR])
def test_a_period_outside_the_calendar_is_refused(period: Period) -> None:
    last = period_number(period, date.max.toordinal())
    assert code_of(lambda: period_first(period, last + 1)) == "time.range"
    assert code_of(lambda: period_first(period, 0)) == "time.range"
