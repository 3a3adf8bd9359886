"""Missed days, weeks and months: what breaks no run, and what a reward is used up for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest

from loyalty_rules import (
    MemberState,
    Programme,
    RuleFileError,
    choice,
    enrolment,
    happening,
    load,
    tick,
)
from loyalty_rules.adapters.wire import decision_data, read_member, statement_data, write_member
from loyalty_rules.completions import MissForgiven
from loyalty_rules.decision import PointsTaken

RULES: Final = """loyalty rules 1

programme "Lessons"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events accepted for 10 days
end

event lesson
end

purse gems
  rules add up
  round down per order
  usable at once
  expire never
  take oldest first
end

earn first
  after joining
  give 20 gems
end

reward freeze "Freeze"
  costs 10 gems
  handed over by host
  expire after 20 days
end

challenge streak "Streak"
  goal days in a row with (times lesson at least 1) at least 5
  {forgives}
  once
  give 1 gems
end
"""
WITH: Final = "forgive missed with freeze"


def lessons(forgives: str = WITH) -> Programme:
    return load(RULES.format(forgives=forgives))


def at(day: int, hour: int = 12) -> str:
    return f"{date(2026, 3, 1) + timedelta(days=day - 1)}T{hour:02d}:00:00Z"


def with_freezes(rules: Programme, count: int, day: int = 1) -> MemberState:
    """A member who holds so many freezes, bought on a day of March 2026."""
    member = rules.decide(rules.new_member("m"), enrolment("join", "m", at(day, 9))).member
    for number in range(count):
        member = rules.decide(member, choice(f"buy-{number}", "m", at(day, 10), "freeze")).member
    return member


def learnt(rules: Programme, member: MemberState, *days: int) -> MemberState:
    for day in days:
        member = rules.decide(member, happening(f"l-{day}", "m", at(day), "lesson")).member
    return member


def run(rules: Programme, member: MemberState) -> int:
    return rules.progress(member, "streak").measures[0].units


def test_one_step_or_many_the_same_freezes_are_used() -> None:
    rules = lessons()
    before = learnt(rules, with_freezes(rules, 1), 1, 2, 3)
    once = rules.decide(before, tick("m", at(9)))
    often = before
    for hour in range(3 * 24 + 13, 9 * 24 - 11):
        often = rules.decide(often, tick("m", at(1 + hour // 24, hour % 24))).member
    assert often == once.member
    assert [(one.day, one.at) for one in once.effects if isinstance(one, MissForgiven)] == [
        (date(2026, 3, 4).toordinal(), rules.plan.timeline.start(date(2026, 3, 5).toordinal()))
    ]
    assert run(rules, once.member) == 0


def test_each_missed_day_uses_one_and_does_not_count() -> None:
    rules = lessons()
    member = learnt(rules, with_freezes(rules, 2), 1, 2, 3, 6)
    assert run(rules, member) == 4
    last = rules.decide(member, happening("l-7", "m", at(7), "lesson"))
    assert "challenge_completed" in [one.kind for one in last.effects]
    after = rules.decide(last.member, tick("m", at(20)))
    assert not [one for one in after.effects if isinstance(one, PointsTaken)]


def test_what_expires_at_the_end_of_the_day_is_gone_before() -> None:
    rules = lessons()
    member = learnt(rules, with_freezes(rules, 1), 18, 19, 20)  # valid through 21 March
    found = rules.decide(member, tick("m", at(22))).effects
    assert [one.kind for one in found] == ["points_expired"]


def test_freezes_that_are_not_needed_stay() -> None:
    """For 4 March the file forgives a day of the month; only 6 March takes a freeze."""
    rules = lessons("forgive missed 1 in calendar month\n  " + WITH)
    member = learnt(rules, with_freezes(rules, 1), 1, 2, 3, 5)
    assert run(rules, member) == 4
    last = rules.decide(member, happening("l-7", "m", at(7), "lesson"))
    assert [one.day for one in last.effects if isinstance(one, MissForgiven)] == [date(2026, 3, 6).toordinal()]
    assert "challenge_completed" in [one.kind for one in last.effects]


def test_each_calendar_month_forgives_its_own_day() -> None:
    """29 and 30 March, 1 and 3 April: 31 March and 2 April are forgiven. 4 April is the second of its month."""
    rules = lessons("forgive missed 1 in calendar month")
    member = learnt(rules, with_freezes(rules, 0, 28), 29, 30, 32, 34)
    assert run(rules, member) == 4
    assert run(rules, learnt(rules, member, 36)) == 2


def test_nothing_is_used_before_members_opt_in() -> None:
    rules = lessons(WITH + "\n  after opting in for whole period")
    member = learnt(rules, with_freezes(rules, 1), 1, 2)
    assert not [one for one in rules.decide(member, tick("m", at(4))).effects if isinstance(one, MissForgiven)]
    member = rules.decide(member, choice("c", "m", at(2), "streak")).member
    assert [one.kind for one in rules.decide(member, tick("m", at(4))).effects] == ["points_taken", "miss_forgiven"]


def test_it_is_told_kept_and_stated() -> None:
    rules = lessons()
    decided = rules.decide(learnt(rules, with_freezes(rules, 1), 1, 2, 3), tick("m", at(5)))
    assert decision_data(decided)["effects"][-1] == {
        "kind": "miss_forgiven",
        "rule": "streak",
        "purse": "freeze",
        "day": "2026-03-04",
        "at": "2026-03-05T00:00:00+00:00",
    }
    assert read_member(write_member(decided.member, rules), rules) == decided.member
    assert "Streak: 2026-03-04 was missed, Freeze makes up for it." in decided.explain("en")
    assert "Streak: 2026-03-04 was missed, Freeze makes up for it." in decided.explain("en", "member")
    assert "Streak: пропуск 2026-03-04 прощён, использовано: Freeze." in decided.explain("ru")
    (used,) = statement_data(rules.statement("m", [decided]), rules)["purses"]["freeze"]["lines"]
    assert [used[part] for part in ("at", "units", "held", "rule")] == [
        "2026-03-05T00:00:00+00:00",
        "-1",
        "0",
        "streak",
    ]


def test_under_another_name_the_day_stays_forgiven() -> None:
    rules = lessons()
    member = rules.decide(learnt(rules, with_freezes(rules, 1), 1, 2, 3), tick("m", at(5))).member
    text = RULES.format(forgives="forgive missed with day_off")
    text = text.replace('challenge streak "Streak"', 'challenge week "Week"\n  was streak')
    text = text.replace('reward freeze "Freeze"', 'reward day_off "Day off"\n  was freeze')
    later = load(text, earlier=[(RULES.format(forgives=WITH), at(5, 13))])
    member = later.decide(member, happening("l-5", "m", at(5, 14), "lesson")).member
    assert later.progress(member, "week").measures[0].units == 4


@pytest.mark.parametrize("window", ["in last 30 days", "in calendar day", "in previous calendar month"])
def test_days_are_forgiven_in_calendar_periods_or_in_each_run(window: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        lessons(f"forgive missed 1 {window}")
    assert [one.problem.code for one in caught.value.diagnostics] == ["L346"]
