"""Days of 23 and 25 hours where a midnight is missing or an hour is shown twice, by instants of UTC.

Santiago is four hours behind UTC in winter and three in summer. Its clocks go back from 24:00 to 23:00 on 4 April 2026
(03:00 UTC of the 5th), and from 00:00 to 01:00 on 6 September (04:00 UTC). Beirut goes from 00:00 to 01:00 on 29 March
2026: from two hours ahead to three at 22:00 UTC of the 28th.
"""

from __future__ import annotations

import pytest

from loyalty_rules import tick
from tests.engine.deciding import HEAD, granted, order, programme

SANTIAGO = HEAD.replace("Europe/Moscow", "America/Santiago", 1)
ONCE = "earn r\n  give 1 pts\n  limit 1 per member in calendar day"
DAILY = "earn r\n  at start of calendar day\n  give 1 pts"


def test_an_hour_that_is_shown_twice_is_one_date() -> None:
    rules = programme(ONCE, head=SANTIAGO)
    member = rules.new_member("m")
    given: list[int] = []
    for place, at in enumerate(
        (
            "2026-04-04T02:59:59Z",  # the last second of 3 April, at 23:59:59
            "2026-04-04T03:00:00Z",  # 4 April begins
            "2026-04-05T02:30:00Z",  # 23:30 for the first time
            "2026-04-05T03:30:00Z",  # 23:30 for the second time
            "2026-04-05T03:59:59Z",
            "2026-04-05T04:00:00Z",  # 5 April begins: 25 hours after the 4th
        )
    ):
        decision = rules.decide(member, order("100", id=f"o-{place}", at=at))
        member, given = decision.member, [*given, granted(decision)]
    assert given == [1, 1, 0, 0, 0, 1]


@pytest.mark.parametrize("told", [False, True], ids=["programme", "member"])
def test_a_day_without_a_midnight_starts_once(told: bool) -> None:
    """5, 6 and 7 September begin at 04:00, 04:00 and 03:00 UTC; whoever tells the zone."""
    facts = 'facts\n  member fact home is time zone else "America/Santiago"'
    blocks = (facts, DAILY.replace("  at", "  time zone of member\n  at", 1)) if told else (DAILY,)
    rules = programme(*blocks, head=HEAD if told else SANTIAGO)
    member = rules.new_member("m", joined="2026-09-05T03:00:00Z")
    for at, units in (
        ("2026-09-05T03:59:59Z", 0),
        ("2026-09-05T04:00:00Z", 1),
        ("2026-09-06T03:59:59Z", 1),
        ("2026-09-06T04:00:00Z", 2),
        ("2026-09-07T02:59:59Z", 2),
        ("2026-09-07T03:00:00Z", 3),
    ):
        assert rules.balance(rules.decide(member, tick("m", at)).member, "pts").usable == units, at


def test_dates_of_a_rule_where_a_midnight_is_missing() -> None:
    """`from 2026-03-29` begins in Beirut at 01:00, `through 2026-03-28` ends there."""
    beirut = HEAD.replace("Europe/Moscow", "Asia/Beirut", 1)
    rules = programme(
        "earn so_far\n  through 2026-03-28\n  give 1 pts",
        "earn later_on\n  from 2026-03-29\n  give 10 pts",
        "earn that_day\n  from 2026-03-29 through 2026-03-29\n  give 100 pts",
        head=beirut,
    )
    for at, units in (
        ("2026-03-28T21:59:59Z", 1),
        ("2026-03-28T22:00:00Z", 110),
        ("2026-03-29T20:59:59Z", 110),  # a day of 23 hours
        ("2026-03-29T21:00:00Z", 10),
    ):
        assert granted(rules.decide(rules.new_member("m"), order("100", at=at))) == units, at


@pytest.mark.parametrize(
    ("life", "last"), [("1 month", "2026-02-28"), ("2 months", "2026-03-31"), ("13 months", "2027-02-28")]
)
def test_months_are_counted_from_the_day_itself_not_from_a_shorter_month(life: str, last: str) -> None:
    """Of 31 January: two months later it is the 31st again, whatever february had."""
    rules = programme("earn r\n  give 1 pts", head=HEAD.replace("expire never", f"expire after {life}", 1))
    member = rules.decide(rules.new_member("m"), order("100", at="2026-01-31T12:00:00Z")).member
    for at, units in ((f"{last}T20:59:59Z", 1), (f"{last}T21:00:00Z", 0)):  # Moscow is three hours ahead
        assert rules.balance(rules.decide(member, tick("m", at)).member, "pts").usable == units, at
