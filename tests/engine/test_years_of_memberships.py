"""What waits for the years of a membership: trials, rests, shifts and the instants at which years turn."""

from __future__ import annotations

from typing import Final

from loyalty_rules import Programme, load, replay
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.events import Event, tick
from tests.engine.test_memberships import HEAD, RETURNS, step

YEARS: Final = """membership club "Club Plus"
  costs 3 000 RUB every 12 months
  {trial}
  leaving refunds nothing
end
earn present
  at {when} year of club {moved}
  give 5 pts
end
"""


def club(when: str, moved: str = "", *, trial: bool = False) -> Programme:
    blocks = YEARS.format(when=when, moved=moved, trial="trial 1 month" if trial else "")
    return load(HEAD.format(returns=RETURNS, late="refused") + blocks)


def given(rules: Programme, *events: Event) -> list[int]:
    """What each event brought."""
    return [
        sum(one.granted for one in decision.effects if isinstance(one, PointsAwarded))
        for decision in replay(rules, events)
    ]


def to(day: str) -> Event:
    return tick("m", f"{day}T00:00:00Z")


def test_nothing_is_given_at_the_end_of_a_trial_nor_some_days_later() -> None:
    events = (step("subscribe", "2026-01-01T11:00"), step("renew", "2026-01-20T11:00"), to("2026-02-01"))
    ahead = (*events, step("renew", "2026-03-01T11:00"))
    assert given(club("end of", trial=True), *ahead, to("2027-01-31"), to("2027-02-01")) == [0, 0, 0, 0, 0, 5]
    later = (to("2026-02-06"), to("2027-02-05"), to("2027-02-06"))
    assert given(club("end of", "plus 5 days", trial=True), *ahead, *later) == [0, 0, 0, 0, 0, 0, 5]


def test_a_trial_that_rested_ends_later_and_gives_nothing_then() -> None:
    """Five dates of rest: on trial to 6 February."""
    events = (
        step("subscribe", "2026-01-01T11:00"),
        step("renew", "2026-01-05T11:00"),
        step("pause", "2026-01-10T11:00"),
        step("resume", "2026-01-15T11:00"),
    )
    assert given(club("end of", trial=True), *events, to("2026-02-10")) == [0, 0, 0, 0, 0]
    days = (to("2026-02-05"), to("2026-02-06"))
    assert given(club("start of", trial=True), *events, *days) == [0, 0, 0, 0, 0, 5]


def test_what_comes_some_days_after_a_year_comes_in_the_next_one() -> None:
    events = (step("subscribe", "2026-01-01T11:00"), to("2026-01-06"), step("renew", "2026-12-01T11:00"))
    days = (to("2027-01-05"), to("2027-01-06"), to("2027-12-31"))
    assert given(club("end of", "plus 5 days"), *events, *days) == [0, 0, 0, 0, 5, 0]


def test_a_year_that_begins_at_midnight_gives_at_once_and_only_once() -> None:
    events = (step("subscribe", "2026-01-01T00:00"), to("2026-01-01"), to("2026-01-02"))
    assert given(club("start of"), *events) == [5, 0, 0]


def test_what_comes_before_a_year_does_not_come_with_the_subscription() -> None:
    events = (step("subscribe", "2026-01-01T11:00"), to("2026-11-30"), to("2026-12-01"))
    assert given(club("start of", "less 1 month"), *events) == [0, 0, 5]
