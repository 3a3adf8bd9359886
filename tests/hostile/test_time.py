"""Hostile times, by the ids of the threats (Z): in rule files, in events, in calls.

Instants and dates are typed by hand; what the zone files say was looked up for each of them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from loyalty_rules.calendar import instant_of
from loyalty_rules.zones import tzdata_version
from tests.hostile.documents import order
from tests.hostile.driver import accepted, each, refused, run
from tests.hostile.texts import GOOD, HEAD, block, earn


def rules(zone: str, *clauses: str, life: str = "expire never", usable: str = "usable at once") -> str:
    """A programme in a zone with one rule of these clauses."""
    head = HEAD.replace("Europe/Moscow", zone).replace("expire after 12 months", life)
    return head.replace("usable at once", usable) + earn("a", *clauses)


def purchases(*instants: str, start: int = 0) -> list[dict[str, Any]]:
    """Orders of 10 RUB, one point each."""
    plain = json.loads(order(price="10.00"))
    return [{**plain, "id": f"p-{start + place}", "at": at} for place, at in enumerate(instants)]


def ticks(*instants: str) -> list[dict[str, Any]]:
    return [{"kind": "tick", "member": "m-1", "at": at} for at in instants]


def decide(text: str, *events: dict[str, Any], **member: Any) -> str:
    return json.dumps({"rules": text, "events": list(events), "member": member})


def granted(documents: dict[str, str]) -> dict[str, int]:
    return {name: ended.value["granted"] for name, ended in accepted("decide", documents).items()}


def test_Z_01_an_instant_says_its_offset() -> None:
    naive = "2026-03-07T11:00:00"
    refused("event", {"a string": order(at=naive), "a fraction": order(at=f"{naive}.5")}, "time.naive")
    values = ("datetime(2026, 3, 7, 11)", "datetime(2026, 3, 7, tzinfo=BrokenZone())", "datetime(2026, 3, 7, fold=1)")
    refused("instant value", {text: text for text in values}, "time.naive")
    aware = "datetime(2026, 3, 7, 11, tzinfo=timezone(timedelta(hours=3)))"
    for zone in ("UTC", "Asia/Tokyo"):
        found = accepted("instant value", {aware: aware}, environment={"TZ": zone})
        assert found[aware].value == 1_772_870_400 * 10**6


@pytest.mark.parametrize(
    ("zone", "clause", "before", "first"),
    [
        ("Europe/Berlin", "from 2024-03-31 02:30", "2024-03-31T01:29:59.999999Z", "2024-03-31T01:30:00Z"),
        ("Africa/Cairo", "from 2024-04-26", "2024-04-25T21:59:59.999999Z", "2024-04-25T22:00:00Z"),
        ("Asia/Beirut", "from 2024-03-31", "2024-03-30T21:59:59.999999Z", "2024-03-30T22:00:00Z"),
        ("America/Havana", "from 2024-03-10", "2024-03-10T04:59:59.999999Z", "2024-03-10T05:00:00Z"),
        ("America/Sao_Paulo", "from 2018-11-04", "2018-11-04T02:59:59.999999Z", "2018-11-04T03:00:00Z"),
        ("Pacific/Apia", "from 2011-12-30", "2011-12-30T09:59:59.999999Z", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "from 2011-12-31", "2011-12-30T09:59:59.999999Z", "2011-12-30T10:00:00Z"),
        ("Australia/Lord_Howe", "from 2024-10-06 02:15", "2024-10-05T15:44:59.999999Z", "2024-10-05T15:45:00Z"),
    ],
)
def test_Z_02_Z_04_Z_05_a_wall_clock_that_does_not_exist(zone: str, clause: str, before: str, first: str) -> None:
    """A time in a gap is moved forward by the gap, a day begins with its first instant, a skipped day with the next."""
    text = rules(zone, clause)
    assert granted({"before": decide(text, *purchases(before)), "first": decide(text, *purchases(first))}) == {
        "before": 0,
        "first": 1,
    }


def test_Z_03_the_two_passes_of_an_hour_are_apart() -> None:
    """02:30 comes twice in Berlin on 27 October 2024; a rule begins with the first, and orders are told apart."""
    text = rules("Europe/Berlin", "from 2024-10-27 02:30", "cap 1 bonus per member in calendar day")
    first, second = "2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+01:00"
    assert instant_of(second) - instant_of(first) == 3_600 * 10**6
    orders = purchases("2024-10-27T02:29:59+02:00", first, second)
    found = granted({"all": decide(text, *orders), "first": decide(text, orders[1]), "second": decide(text, orders[2])})
    assert found == {"all": 1, "first": 1, "second": 1}
    refused("decide", {"the first after the second": decide(text, orders[2], orders[1])}, "event.late")


def test_Z_04_every_instant_is_in_one_day() -> None:
    """A cap for a day holds from the first instant of one day to the first of the next, midnight or not."""
    text = rules("Africa/Cairo", "cap 1 bonus per member in calendar day")
    day = ("2024-04-25T21:59:59.999999Z", "2024-04-25T22:00:00Z", "2024-04-26T20:59:59.999999Z", "2024-04-26T21:00:00Z")
    assert granted({"23 hours": decide(text, *purchases(*day))}) == {"23 hours": 3}


def test_Z_05_a_day_that_was_skipped() -> None:
    """30 December 2011 is no day in Apia: points that end with it end with the 29th."""
    text = rules("Pacific/Apia", life="expire through 2011-12-30")
    held = {
        "in time": decide(text, *purchases("2011-12-28T12:00:00Z"), *ticks("2011-12-30T09:59:59Z")),
        "behind it": decide(text, *purchases("2011-12-28T12:00:00Z"), *ticks("2011-12-30T10:00:00Z")),
    }
    found = accepted("decide", held)
    expired = {name: any("PointsExpired" in one for one in ended.value["effects"]) for name, ended in found.items()}
    assert expired == {"in time": False, "behind it": True}


def test_Z_06_a_day_is_not_twenty_four_hours() -> None:
    at = "2024-03-30T12:00:00+01:00"
    for usable, first in (
        ("usable after 24 hours", "2024-03-31T13:00:00+02:00"),
        ("usable after 1 day", "2024-03-31T00:00:00+01:00"),
        ("usable after 2 days", "2024-04-01T00:00:00+02:00"),
    ):
        text = rules("Europe/Berlin", usable=usable)
        effects = accepted("decide", {"a": decide(text, *purchases(at))})["a"].value["effects"]
        assert f"usable={instant_of(first)}" in effects[0], usable


@pytest.mark.parametrize(
    ("life", "earned", "first_after"),
    [
        ("expire after 1 month", "2024-01-31", "2024-03-01"),
        ("expire after 1 month", "2023-01-31", "2023-03-01"),
        ("expire after 2 months", "2024-01-31", "2024-04-01"),
        ("expire after 12 months", "2024-02-29", "2025-03-01"),
        ("expire after 1 year", "2024-02-29", "2025-03-01"),
        ("expire after 48 months", "2024-02-29", "2028-03-01"),
        ("expire after 1 month", "2024-02-29", "2024-03-30"),
    ],
)
def test_Z_07_months_are_counted_from_the_day_they_began_with(life: str, earned: str, first_after: str) -> None:
    """Valid through the same day so many months later, or the last of that month where there is none."""
    text = rules("Europe/Moscow", life=life)
    effects = accepted("decide", {"a": decide(text, *purchases(f"{earned}T12:00:00+03:00"))})["a"].value["effects"]
    assert f"expires={instant_of(f'{first_after}T00:00:00+03:00')}" in effects[0]


def test_Z_08_years_from_2000_to_2199() -> None:
    outside = ("0001-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    refused("event", {at: order(at=at) for at in outside}, "time.range")
    refused("event", {at: order(at=at) for at in ("10000-01-01T00:00:00Z", "infinity", "-infinity")}, "time.syntax")
    values = ("10**18", "-1", "10**400", "datetime.max.replace(tzinfo=UTC)", "datetime.min.replace(tzinfo=UTC)")
    refused("instant value", {text: text for text in values}, "time.range")
    refused(
        "check", {day: rules("UTC", f"from {day}") for day in ("2200-01-01", "9999-12-31", "0001-01-01")}, "example.day"
    )
    last = purchases("2199-12-31T23:59:59.999999Z")
    lives = ("expire after 12 months", "expire after 1 200 months", "expire at end of calendar year")
    accepted("decide", {life: decide(rules("Pacific/Kiritimati", life=life), *last) for life in lives})
    accepted("decide", {"the first": decide(rules("Pacific/Midway"), *purchases("2000-01-01T00:00:00Z"))})


def test_Z_09_one_form_of_an_instant() -> None:
    forms = (
        *("20240101T000000", "20240101T000000Z", "2024-W01-1", "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z"),
        *("2024-01-01 00:00:00Z", "2024-01-01t00:00:00z", "2024-01-01T00:00Z", "2024-01-01T00:00:00+0300"),
        *("2024-01-01T00:00:00.1234567Z", "2024-01-01", "1704067200", "٢٠٢٤-01-01T00:00:00Z"),
        *("2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00-00:60", "2024-01-01T00:00:00 Z"),
    )
    refused("event", {text: order(at=text) for text in forms}, "time.syntax")
    refused("instant", {text: text for text in forms}, "time.syntax")
    refused("instant", {text: text for text in ("2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z")}, "time.date")
    same = ("2024-01-01T03:00:00+03:00", "2024-01-01T00:00:00Z", "2023-12-31T18:30:00.000-05:30")
    assert {ended.value for ended in accepted("instant", {at: at for at in same}).values()} == {1_704_067_200 * 10**6}


def test_Z_11_a_zone_is_a_name_of_the_list() -> None:
    names = (
        *("localtime", "posixrules", "Factory", "Europe", "../../etc/passwd", "/etc/localtime", "europe/berlin"),
        *("EST5EDT4", "UTC+3", "", ".", "..", "a" * 5_000, "Europe/Berlin\0", "Europe//Berlin", "Europe/../UTC"),
    )
    refused("zone", {name or "empty": name for name in names}, "zone.unknown")
    found = run("check watched", {name or "empty": rules(name) for name in names})
    assert {(ended.outcome, tuple(ended.value)) for ended in found.values()} == {("refused", ())}
    accepted("zone", {"a zone": "Europe/Berlin", "UTC": "UTC"})


def test_Z_12_what_was_given_keeps_its_instants() -> None:
    """A lot holds the instants that were worked out when it was given, in UTC; the edition of the zones is known."""
    assert tzdata_version()[:2] == "20"
    text = rules("Asia/Beirut", life="expire after 1 month")
    effects = accepted("decide", {"a": decide(text, *purchases("2024-02-29T12:00:00Z"))})["a"].value["effects"]
    assert f"expires={instant_of('2024-03-29T22:00:00Z')}" in effects[0]


def test_Z_13_the_clock_is_the_host_s() -> None:
    """There is no `now`. An event far ahead is decided, or refused by what falls due on the way; none goes back."""
    words = ("now", "today", "current")
    refused("check", {word: rules("UTC", f"when date is {word}") for word in words}, "name.unknown")
    ahead = purchases("2026-03-07T11:00:00Z", "2190-03-07T11:00:00Z")
    long = decide(rules("UTC", life="expire after 12 months"), *ahead)
    back = decide(GOOD, *purchases("2026-03-07T11:00:00Z", "2016-03-07T11:00:00Z"))
    joined = decide(GOOD, *purchases("2026-03-07T11:00:00Z"), joined="2026-03-08T00:00:00Z")
    each("decide", {"back": (back, "event.late"), "before joining": (joined, "event.late")})
    accepted("decide", {"ahead": long})
    daily = block(
        'tiers t "T"',
        "level a when spend in last 90 days at least 1 RUB",
        "upgrade from next order",
        "review at end of calendar day",
        "downgrade to earned level",
    )
    accepted("decide", {"until it is lost": decide(rules("UTC") + daily, *ahead)})
    lasting = daily.replace("in last 90 days", "since the beginning")
    refused("decide", {"each day for a life": decide(rules("UTC") + lasting, *ahead)}, "clock.too_far")


def test_Z_14_events_of_one_microsecond_are_decided_in_the_order_given() -> None:
    same = "2026-03-07T11:00:00Z"
    text = rules("UTC", "cap 1 bonus per member in calendar day")
    events = purchases(same, same, same)
    found = accepted("decide", {"as given": decide(text, *events), "otherwise": decide(text, *events[::-1])})
    assert [ended.value["granted"] for ended in found.values()] == [1, 1]
    first = {name: ended.value["effects"] for name, ended in found.items()}
    assert first["as given"] == first["otherwise"]
    lots = decide(rules("UTC", life="expire after 12 months"), *events)
    assert accepted("decide", {"lots": lots})["lots"].value["granted"] == 3


def test_Z_15_a_clock_that_steps_back() -> None:
    """Nothing expires twice and no age is negative: what is older than the clock is refused, a tick ignored."""
    text = rules("UTC", life="expire after 1 month")
    there, back = "2026-04-08T00:00:00Z", "2026-04-07T23:59:59Z"
    earned = purchases("2026-03-07T11:00:00Z")
    refused("decide", {"an order": decide(text, *earned, *ticks(there), *purchases(back, start=5))}, "event.late")
    ended = accepted("decide", {"ticks": decide(text, *earned, *ticks(there, back, there, there))})["ticks"]
    assert sum("PointsExpired" in one for one in ended.value["effects"]) == 1
    repeated = accepted("decide", {"repeat": decide(text, *earned, *ticks(there), *earned)})["repeat"]
    assert repeated.value["granted"] == 1


def test_a_file_of_zones_and_dates_is_refused_in_bounds() -> None:
    lines = "\n".join(f"  from {year:04}-02-30" for year in range(1, 9_000))
    refused("check", {"days that are none": GOOD + block('earn x "x"') + f'earn y "x"\n{lines}\nend\n'}, "date.form")
