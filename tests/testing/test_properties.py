"""Every property sees what it is there to see: each is shown decisions that were tampered with, and speaks up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from loyalty_rules import line, load, purchase, tick
from loyalty_rules.decision import LevelChanged, PointsAwarded
from loyalty_rules.programme import Decision, Programme
from loyalty_rules.testing import properties
from loyalty_rules.testing.drawing import History
from loyalty_rules.testing.interest import Interest
from loyalty_rules.testing.playing import played
from loyalty_rules.testing.properties import PROPERTIES
from loyalty_rules.testing.strategies import histories
from tests.testing.samples import CLUB

PROGRAMME = load(CLUB)


def history(programme: Programme = PROGRAMME) -> History:
    """900 RUB on a saturday, two days later the points are usable, a month later they are gone."""
    facts = {"vegan": False}
    events = (
        purchase("e-1", "member", "2026-03-07T12:00:00Z", [line("1", price="900", facts=facts)], currency="RUB"),
        purchase(
            "e-2",
            "member",
            "2026-03-07T13:00:00Z",
            [line("1", category="coffee", price="95", facts=facts), line("2", price="55", facts=facts)],
            currency="RUB",
        ),
        tick("member", "2026-05-01T00:00:00Z"),
    )
    return History(Interest(programme), programme.new_member("member"), events)


HISTORY = history()
DECISIONS = played(HISTORY)


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_sound_history_breaks_nothing(name: str) -> None:
    assert not list(PROPERTIES[name](HISTORY, DECISIONS))


@settings(max_examples=15)
@given(histories(PROGRAMME))
def test_random_histories_break_nothing(found: History) -> None:
    assert not list(properties.broken(found))


# ---------- tampered with

Tamper = Callable[[Decision], Decision]


def with_effects(decision: Decision, **changes: object) -> Decision:
    """The decision with its first award changed."""
    effects = list(decision.effects)
    place = next(at for at, effect in enumerate(effects) if isinstance(effect, PointsAwarded))
    effects[place] = effects[place]._replace(**changes)  # type: ignore[arg-type]
    return dataclasses.replace(decision, effects=tuple(effects))


def broken(name: str, *decisions: Decision) -> list[tuple[str, int]]:
    return [(one.name, one.place) for one in PROPERTIES[name](HISTORY, decisions)]


FIRST, SECOND, LAST = DECISIONS


def test_lines_that_do_not_add_up_are_seen() -> None:
    assert broken("adds_up", with_effects(FIRST, order=1)) == [("adds_up", 0)]


def test_a_point_out_of_nowhere_is_seen() -> None:
    more = with_effects(FIRST, granted=61)
    assert broken("conserved", more, SECOND, LAST) == [("conserved", 0), ("conserved", 1), ("conserved", 2)]


def test_a_point_too_many_for_the_cap_of_an_order_is_seen() -> None:
    assert ("within_caps", 0) in broken("within_caps", with_effects(FIRST, granted=61))


def test_points_over_the_cap_of_a_month_are_seen() -> None:
    both = [with_effects(FIRST, granted=60), with_effects(SECOND, granted=60)]
    third = dataclasses.replace(both[1], event=SECOND.event._replace(at=SECOND.event.at + 1))
    assert ("within_caps", 2) in broken("within_caps", *both, third)


def test_more_than_the_limit_is_seen() -> None:
    # `vegan_coffee` gives twice in seven days; the same decision three times is once too often.
    assert broken("within_caps", SECOND, SECOND, SECOND) == [("within_caps", 2)]


BUDGET = "budget whole_club\n  covers base\n  cap 100 bonus\n  when short give what is left\nend\n"


def test_more_than_a_budget_has_and_other_than_was_given_are_seen() -> None:
    """The order of 900 RUB gives 60 of the 100, the second one 15: the same decision again takes 60 once more."""
    found = history(load(f"{CLUB}\n{BUDGET}"))
    first, *others = played(found)
    assert not list(PROPERTIES["within_budgets"](found, (first, *others)))
    twice = dataclasses.replace(first, shared=None)
    assert [one.place for one in PROPERTIES["within_budgets"](found, (twice, twice))] == [1]
    other = with_effects(first, granted=59)
    assert [one.values for one in PROPERTIES["within_budgets"](found, (other,))] == [(("budget", "whole_club"),)]


def test_another_decision_for_the_same_input_is_seen() -> None:
    assert broken("deterministic", with_effects(FIRST, expires=1)) == [("deterministic", 0)]


def test_a_promise_that_is_broken_is_seen() -> None:
    once = 'promise once\n  always times base in calendar day at most 1 times\n  allow L161 "tried"\nend\n'
    found = history(load(f"{CLUB}\n{once}"))
    assert [(one.name, one.place, one.values) for one in PROPERTIES["promises_kept"](found, played(found))] == [
        ("promises_kept", 1, (("promise", "once"),))
    ]


def test_an_order_of_lines_that_matters_is_seen() -> None:
    assert broken("order_free", with_effects(SECOND, granted=1)) == [("order_free", 0), ("order_free", 0)]


def test_a_repeat_that_changes_something_is_seen() -> None:
    forgetful = dataclasses.replace(FIRST, member=FIRST.before)
    assert broken("idempotent", forgetful) == [("idempotent", 0), ("idempotent", 0)]


def test_time_that_depends_on_its_steps_is_seen() -> None:
    late = dataclasses.replace(LAST, member=SECOND.member)
    assert broken("time_in_steps", FIRST, SECOND, late) == [("time_in_steps", 2)]


def test_a_level_that_changes_twice_at_once_is_seen() -> None:
    (change,) = [effect for effect in FIRST.effects if isinstance(effect, LevelChanged)]
    back = change._replace(before=change.after, after=change.before)
    assert broken("levels_stand", dataclasses.replace(FIRST, effects=(change, back))) == [("levels_stand", 0)]


def test_a_translation_that_decides_otherwise_is_seen() -> None:
    found = broken("language_free", with_effects(FIRST, granted=1), SECOND, LAST)
    assert found == [("language_free", 0)] * 2  # in English and in Russian


# ---------- what time gives on the way belongs to its own dates


def test_what_a_rule_gives_in_several_years_is_not_one_year_over_its_cap() -> None:
    """3 points a calendar year, given at the end of each quarter: 2025-12-31 and 2026-03-31 come with one event."""
    ended = """
earn quarterly
  at end of calendar quarter
  give 20 bonus
  cap 3 bonus per member in calendar year
end
"""
    programme = load(CLUB + ended)
    member = programme.new_member("member", joined="2025-12-01T00:00:00Z")
    found = History(Interest(programme), member, (tick("member", "2026-05-01T00:00:00Z"),))
    decisions = played(found)
    given = [one.granted for one in decisions[0].effects if isinstance(one, PointsAwarded)]
    assert given == [3, 3]
    assert not list(PROPERTIES["within_caps"](found, decisions))


def test_a_member_who_was_not_known_before_is_not_asked_for_earlier_steps() -> None:
    """What ended before the first event of a member gives nothing; an earlier step would be a first event itself."""
    ended = "\nearn farewell\n  at its end\n  give 5 bonus\n  through 2026-04-30\nend\n"
    programme = load(CLUB + ended)
    found = History(Interest(programme), programme.new_member("member"), (tick("member", "2028-02-29T12:00:00Z"),))
    decisions = played(found)
    assert decisions[0].effects == ()
    assert not list(PROPERTIES["time_in_steps"](found, decisions))
