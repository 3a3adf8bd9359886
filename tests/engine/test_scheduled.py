"""Rules that wait for time: however it passes, they give the same."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from random import Random

import pytest

from loyalty_rules import ClockBehindError, Decision, InputError, MemberState, Programme, load, tick
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import LevelChanged, PointsAwarded, PointsConverted, PointsExpired
from loyalty_rules.member import Purse
from tests.engine.deciding import HEAD, order, programme

SPENDING = HEAD.replace("  expire never\n", "  expire never\n  take oldest first\n", 1)
MONTHLY = 'earn monthly "Monthly"\n  at end of calendar month\n  give 10 pts'
JOINED = "2026-01-15T10:00:00+03:00"


def given(decision: Decision) -> list[tuple[str, int]]:
    return [(effect.rule, effect.granted) for effect in decision.effects if isinstance(effect, PointsAwarded)]


def ticked(found: Programme, member: MemberState, *instants: str) -> tuple[MemberState, list[tuple[str, int]]]:
    awards: list[tuple[str, int]] = []
    for at in instants:
        decision = found.decide(member, tick("m", at))
        member, awards = decision.member, awards + given(decision)
    return member, awards


def test_the_end_of_a_month_comes_at_the_first_instant_of_the_next() -> None:
    found = programme(MONTHLY)
    member = found.new_member("m", joined=JOINED)
    assert ticked(found, member, "2026-01-31T23:59:59.999999+03:00")[1] == []
    assert ticked(found, member, "2026-02-01T00:00:00+03:00")[1] == [("monthly", 10)]


def test_time_in_one_step_or_in_many_gives_the_same() -> None:
    found = programme(
        MONTHLY,
        'earn weekly "Weekly"\n  at start of calendar week plus 2 days\n'
        "  limit 3 per member in calendar month\n  give 1 pts",
        'earn yearly "Yearly"\n  each year on joining date\n  give 100 pts',
        'boost more "More"\n  changes monthly\n  when month of year is february\n  multiply by 3',
        'conversion swap "Swap"\n  at end of calendar quarter\n  uses 50 pts\n  give 1 cash',
        head=SPENDING,
    )
    member = found.new_member("m", joined=JOINED)
    end = "2027-02-01T00:00:00+03:00"
    whole, awards = ticked(found, member, end)
    # 13 ends of a month, that of February threefold, the anniversary on 15 January 2027, and three Wednesdays a month,
    # but two after 15 January 2026.
    assert sum(units for rule, units in awards if rule == "monthly") == 13 * 10 + 20
    assert sum(units for rule, units in awards if rule == "yearly") == 100
    assert sum(units for rule, units in awards if rule == "weekly") == 2 + 12 * 3
    random = Random(7)
    start = datetime.fromisoformat(JOINED)
    for _ in range(5):
        steps = sorted(start + timedelta(seconds=random.randrange(380 * 86_400)) for _ in range(30))
        parts = [at.isoformat() for at in steps if at < datetime.fromisoformat(end)]
        assert ticked(found, member, *parts, end) == (whole, awards)


def test_nobody_is_asked_before_joining_or_the_first_event() -> None:
    found = programme(MONTHLY)
    member = found.new_member("m")
    first = found.decide(member, order("5", at="2026-03-02T12:00:00+03:00"))
    assert given(first) == []
    assert given(found.decide(first.member, tick("m", "2026-04-01T00:00:00+03:00"))) == [("monthly", 10)]


def test_a_member_who_was_here_before_is_asked_from_then_on() -> None:
    found = programme('earn yearly "Yearly"\n  each year on joining date\n  give 50 pts')
    joined = "2020-05-04T10:00:00+03:00"
    for since, times in ((None, 6), ("2025-05-04T00:00:00+03:00", 1), ("2025-05-03T23:59:59+03:00", 2)):
        member = found.new_member("m", joined=joined, since=since)
        assert ticked(found, member, "2026-05-04T00:00:00+03:00")[1] == [("yearly", 50)] * times
    with pytest.raises(InputError) as refused:
        found.new_member("m", joined=joined, since="2020-05-04T09:59:59+03:00")
    assert (refused.value.code, refused.value.where) == ("member.since", "since")


def test_a_rule_is_asked_while_it_is_in_force() -> None:
    found = programme(
        'earn spring "Spring"\n  from 2026-02-01 through 2026-03-31\n  at end of calendar month\n  give 10 pts'
    )
    member = found.new_member("m", joined=JOINED)
    _, awards = ticked(found, member, *(f"2026-0{month}-01T00:00:00+03:00" for month in range(2, 8)))
    assert awards == [("spring", 10)] * 2  # the ends of February and March, the second on the last day it is in force
    later = programme(
        'earn spring "Spring"\n  from 2026-02-01 through 2026-03-31\n  at start of calendar month\n  give 10 pts'
    )
    _, awards = ticked(later, later.new_member("m", joined=JOINED), "2026-08-01T00:00:00+03:00")
    assert awards == [("spring", 10)] * 2  # the starts of February and March


def test_the_programme_ends_and_nothing_is_given_any_more() -> None:
    found = programme(MONTHLY, head=HEAD.replace("  currency RUB\n", "  currency RUB\n  through 2026-03-15\n", 1))
    _, awards = ticked(found, found.new_member("m", joined=JOINED), "2026-08-01T00:00:00+03:00")
    assert awards == [("monthly", 10)] * 2


def test_a_rule_keeps_the_dates_of_its_own_zone() -> None:
    found = programme('earn dawn "New year"\n  time zone America/New_York\n  at start of calendar year\n  give 10 pts')
    member = found.new_member("m", joined=JOINED)
    assert ticked(found, member, "2027-01-01T07:59:59+03:00")[1] == []
    assert ticked(found, member, "2027-01-01T08:00:00+03:00")[1] == [("dawn", 10)]


def test_an_end_that_is_no_start_of_a_day() -> None:
    rule = 'earn lunch "Lunch"\n  until 2026-02-02 12:30\n  at its end\n  give 10 pts'
    found = programme(rule)
    member = found.new_member("m", joined=JOINED)
    assert ticked(found, member, "2026-02-02T12:29:59+03:00")[1] == []
    assert ticked(found, member, "2026-02-02T12:30:00+03:00")[1] == [("lunch", 10)]
    moved = programme(rule.replace("at its end", "at its end plus 1 day"))
    assert ticked(moved, member, "2026-02-02T23:59:59+03:00")[1] == []
    assert ticked(moved, member, "2026-02-03T00:00:00+03:00")[1] == [("lunch", 10)]


def test_what_ends_is_given_before_what_else_happens_there_and_expires_later() -> None:
    """Ten points of March are converted at its end, with what was there; the twenty of a start are not."""
    found = programme(
        MONTHLY,
        'earn start "Start"\n  at start of calendar month\n  give 20 pts',
        'conversion swap "Swap"\n  at end of calendar month\n  uses 5 pts\n  give 1 cash',
        head=SPENDING,
    )
    member = found.new_member("m", joined="2026-03-02T12:00:00+03:00")
    decision = found.decide(member, tick("m", "2026-04-01T00:00:00+03:00"))
    converted = [effect.granted for effect in decision.effects if isinstance(effect, PointsConverted)]
    assert (given(decision), converted) == ([("monthly", 10), ("start", 20)], [200])
    balances = {purse.name: sum(lot.left for lot in purse.lots) for purse in decision.member.purses}
    assert balances == {"cash": 200, "pts": 20}


def test_at_an_end_the_balance_is_that_of_the_dates_before() -> None:
    """What an order gives can be used from 1 February on: at the start of a month, not at the end before it."""
    asks = "when balance of pts at least 1 pts\n  give 1 cash"
    found = programme(
        "earn base\n  on any product\n  give 1 pts per 10 RUB",
        f'earn ended "Ended"\n  at end of calendar month\n  {asks}',
        f'earn begun "Begun"\n  at start of calendar month\n  {asks}',
        head=HEAD.replace("  usable at once\n", "  usable after 1 day\n", 1),
    )
    member = found.decide(found.new_member("m"), order("100", at="2026-01-31T12:00:00+03:00")).member
    assert ticked(found, member, "2026-02-01T00:00:00+03:00")[1] == [("begun", 100)]
    assert ticked(found, member, "2026-03-01T00:00:00+03:00")[1] == [("begun", 100), ("ended", 100), ("begun", 100)]


def test_a_year_since_joining_is_over_a_year_later_wherever_it_is_moved() -> None:
    found = programme('earn stayed "Stayed"\n  at end of year since joining plus 10 days\n  give 10 pts')
    member = found.new_member("m", joined=JOINED)
    assert ticked(found, member, "2027-01-24T23:59:59+03:00")[1] == []
    assert ticked(found, member, "2027-01-25T00:00:00+03:00")[1] == [("stayed", 10)]


def test_what_time_gives_may_be_activity() -> None:
    """Ten points of each end of a month keep all of them alive for forty days more; the last are from 1 April."""
    life = "  expire after 40 days without activity\n  activity earned pts\n"
    head = HEAD.replace("  expire never\n", life, 1)
    found = programme(MONTHLY.replace("at end", "through 2026-04-01\n  at end"), head=head)
    member = found.new_member("m", joined=JOINED)
    member, awards = ticked(found, member, "2026-05-11T23:59:59+03:00")
    assert awards == [("monthly", 10)] * 3
    assert found.balance(member, "pts").usable == 30
    assert found.balance(ticked(found, member, "2026-05-12T00:00:00+03:00")[0], "pts").usable == 0


def test_what_is_posted_or_given_for_a_level_may_be_activity_too() -> None:
    """Thirty points come on 1 April: held for forty days from there, with the five of the level reached by them."""
    life = "  expire after 40 days without activity\n  activity earned pts\n"
    head = HEAD.replace("  round down per order\n  usable at once\n  expire never\n", "  usable at once\n" + life, 1)
    head = head.replace("  usable at once\n", "  round down per posting period\n  posts {}\n  usable at once\n", 1)
    ladder = (
        "tiers club\n  level gold when earned pts since the beginning at least 30 pts\n"
        "  upgrade from start of next calendar month\n  review never"
    )
    orders = [order("300", at="2026-03-20T12:00:00+03:00")]
    posting = programme(
        "earn base\n  on any product\n  give 1 pts per 10 RUB", head=head.format("at end of calendar month")
    )
    member = posting.decide(posting.new_member("m"), orders[0]).member
    assert posting.balance(ticked(posting, member, "2026-05-11T23:59:59+03:00")[0], "pts").usable == 30
    assert posting.balance(ticked(posting, member, "2026-05-12T00:00:00+03:00")[0], "pts").usable == 0
    plain = HEAD.replace("  expire never\n", life, 1)
    levels = programme(
        "earn base\n  on any product\n  give 1 pts per 10 RUB",
        ladder,
        'earn thanks "Thanks"\n  after reaching gold in ladder club\n  give 5 pts',
        head=plain,
    )
    member = levels.decide(levels.new_member("m"), orders[0]).member
    assert levels.balance(ticked(levels, member, "2026-05-11T23:59:59+03:00")[0], "pts").usable == 35
    assert levels.balance(ticked(levels, member, "2026-05-12T00:00:00+03:00")[0], "pts").usable == 0


def test_what_time_gives_is_not_prolonged_by_the_rule_that_gives_it() -> None:
    """One point of 10 January, through 10 February, lasts ten days longer; the ten of 1 February do not."""
    found = programme(
        "earn base\n  on any product\n  give 1 pts per 10 RUB",
        MONTHLY.replace("at end", "through 2026-02-01\n  at end") + "\n  prolong pts 10 days",
        head=HEAD.replace("  expire never\n", "  expire after 1 month\n", 1),
    )
    member = found.decide(found.new_member("m"), order("10", at="2026-01-10T12:00:00+03:00")).member
    for at, held in (
        ("2026-02-20T23:59:59+03:00", 11),
        ("2026-02-21T00:00:00+03:00", 10),
        ("2026-03-01T23:59:59+03:00", 10),
        ("2026-03-02T00:00:00+03:00", 0),
    ):
        assert found.balance(ticked(found, member, at)[0], "pts").usable == held, at


def test_what_a_level_prolongs() -> None:
    """Fifty points of January last a month longer for the level of February; what February gives does not."""
    found = programme(
        "earn base\n  on any product\n  give 1 pts per 10 RUB",
        "tiers club\n  level gold when spend since the beginning at least 1 000 RUB\n"
        "  upgrade from next order\n  review never",
        'earn hello "Hello"\n  after reaching gold in ladder club\n  give 5 pts\n  prolong pts 1 month',
        head=HEAD.replace("  expire never\n", "  expire after 2 months\n", 1),
    )
    member = found.decide(found.new_member("m"), order("500", at="2026-01-01T12:00:00+03:00")).member
    member = found.decide(member, order("500", id="o-2", at="2026-02-10T12:00:00+03:00")).member
    for at, held in (
        ("2026-04-01T23:59:59+03:00", 105),
        ("2026-04-02T00:00:00+03:00", 55),
        ("2026-04-10T23:59:59+03:00", 55),
        ("2026-04-11T00:00:00+03:00", 0),
    ):
        assert found.balance(ticked(found, member, at)[0], "pts").usable == held, at


def test_what_time_gives_pays_a_debt_first() -> None:
    owes = MemberState(
        member="m",
        programme="",
        clock=1,
        decisions=1,
        joined=None,
        facts=(),
        segments=(),
        counters=(),
        standings=(),
        purses=(Purse("pts", (), debt=7),),
        first_order=None,
        last_order=None,
        seen=(),
    )
    for when in ("at end", "at start"):
        found = programme(MONTHLY.replace("at end", when))
        member = owes._replace(programme=found.fingerprint, clock=found.new_member("m", joined=JOINED).clock)
        member, _ = ticked(found, member, "2026-02-01T00:00:00+03:00")
        assert [(purse.debt, sum(lot.left for lot in purse.lots)) for purse in member.purses] == [(0, 3)]


def test_a_level_is_reached_by_what_time_gives() -> None:
    found = programme(
        MONTHLY,
        "tiers club\n  level gold when earned pts in calendar month at least 10 pts\n"
        "  upgrade from next order\n  review never",
        'earn thanks "Thanks"\n  after reaching gold in ladder club\n  give 5 cash',
    )
    member = found.new_member("m", joined=JOINED)
    decision = found.decide(member, tick("m", "2026-02-01T00:00:00+03:00"))
    assert [effect.after for effect in decision.effects if isinstance(effect, LevelChanged)] == ["gold"]
    assert given(decision) == [("monthly", 10), ("thanks", 500)]  # kopecks
    told = [(record.rule, record.granted) for record in decision.trace if record.granted]
    assert told == [("monthly", 10), ("thanks", 500)]


def test_a_birthday_that_nobody_told_never_comes() -> None:
    facts = "facts\n  member fact born is yearly date leap day on 28 february optional"
    found = programme(facts, 'earn born_then "Birthday"\n  each year on born\n  give 10 pts')
    member = found.new_member("m", joined=JOINED)
    assert ticked(found, member, "2027-12-31T00:00:00+03:00")[1] == []
    known = found.updated(member, facts={"born": "1999-02-01"})
    assert ticked(found, known, "2027-12-31T00:00:00+03:00")[1] == [("born_then", 10)] * 2


def test_a_long_absence_is_passed_in_steps() -> None:
    found = programme('earn daily "Daily"\n  at start of calendar day\n  give 1 pts')
    member = found.new_member("m", joined=JOINED)
    with pytest.raises(ClockBehindError) as refused:
        found.decide(member, tick("m", "2029-01-15T00:00:00+03:00"))
    assert str(refused.value) == (
        "m: more than 1000 things fall due for the member: tick in steps, first to 2028-10-10T21:00:00+00:00 "
        "[clock.too_far]"
    )
    # 350 days of 2026 begin after 15 January, 365 of 2027, and 285 of 2028 through 11 October: a thousand.
    assert (refused.value.member, refused.value.until) == ("m", instant_of("2028-10-11T00:00:00+03:00"))
    assert ticked(found, member, "2028-10-11T00:00:00+03:00")[1] == [("daily", 1)] * 1_000
    with pytest.raises(ClockBehindError, match="first to 2028-10-10T21:00:00"):
        found.decide(member, tick("m", "2028-10-12T00:00:00+03:00"))
    assert copy.copy(refused.value).until == refused.value.until
    member, awards = ticked(found, member, "2028-01-15T00:00:00+03:00", "2029-01-15T00:00:00+03:00")
    assert len(awards) == 1_096  # 365 + 365 days, and 366 of the leap year 2028


def test_an_edition_ends_with_what_ends_under_it() -> None:
    """The end of March is judged by the rules of March, the start of April by those of April."""
    old = HEAD + "\n" + MONTHLY + "\nend\n"
    new = HEAD + '\nearn fresh "Fresh"\n  at start of calendar month\n  give 7 pts\nend\n'
    both = load(new, earlier=[(old, "2026-04-01T00:00:00+03:00")])
    member, _ = ticked(both, both.new_member("m"), "2026-03-02T12:00:00+03:00")
    assert ticked(both, member, "2026-04-01T00:00:00+03:00")[1] == [("monthly", 10), ("fresh", 7)]
    assert ticked(both, member, "2026-05-01T00:00:00+03:00")[1] == [("monthly", 10), ("fresh", 7), ("fresh", 7)]


def test_what_is_given_at_an_end_does_not_expire_there() -> None:
    head = HEAD.replace(
        "  usable at once\n  expire never\n", "  usable at once\n  expire at end of calendar month\n", 1
    )
    found = programme(MONTHLY, head=head)
    member = found.new_member("m", joined=JOINED)
    decision = found.decide(member, tick("m", "2026-02-01T00:00:00+03:00"))
    assert not [effect for effect in decision.effects if isinstance(effect, PointsExpired)]
    assert [effect.expires for effect in decision.effects if isinstance(effect, PointsAwarded)] == [
        int(datetime.fromisoformat("2026-03-01T00:00:00+03:00").timestamp()) * 1_000_000
    ]


def test_each_year_on_the_last_day_of_a_month_is_that_date() -> None:
    """April ends on the 30th; February on the 29th in 2028 and on the 28th in 2027."""
    found = programme(
        "earn spring\n  each year on last day of april\n  give 5 pts",
        "earn winter\n  each year on last day of february\n  give 7 pts",
    )
    member = found.new_member("m", joined=JOINED)
    member, awards = ticked(found, member, "2026-02-27T23:59:59+03:00", "2026-02-28T00:00:00+03:00")
    assert awards == [("winter", 7)]
    member, awards = ticked(found, member, "2026-04-29T23:59:59+03:00")
    assert awards == []
    member, awards = ticked(found, member, "2026-04-30T00:00:00+03:00")
    assert awards == [("spring", 5)]
    member, awards = ticked(found, member, "2028-02-28T12:00:00+03:00")
    assert awards == [("winter", 7), ("spring", 5)]  # 2027
    assert ticked(found, member, "2028-02-29T00:00:00+03:00")[1] == [("winter", 7)]
