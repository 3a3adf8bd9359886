"""Every benchmark once, for its answers: no clock runs here. What a decision does is counted in calls, which no machine
changes."""

from __future__ import annotations

import pytest

from loyalty_rules import load
from loyalty_rules.adapters.grocery import GroceryYear
from loyalty_rules.decision import PointsAwarded
from tests.benchmarks import growing, qualifying
from tests.benchmarks.answers import by_hand, matching, year_of
from tests.benchmarks.measuring import calls, check, deciding, ratio, seconds

HOUSEHOLDS = 3
#: So many that nothing of an order is all that grows.
HISTORY = 300


def test_grocery_club_gives_what_the_loop_by_hand_gives_with_records_and_without() -> None:
    year = GroceryYear(HOUSEHOLDS)
    orders = {member: list(year.purchases([member])) for member in year.members()}
    _, wanted = by_hand(HOUSEHOLDS)
    assert year_of(load(growing.GROCERY.read_bytes()), orders) == wanted
    assert year_of(growing.grocery(), orders) == wanted


@pytest.mark.parametrize("count", [10, 100, 1_000])
def test_two_of_any_number_of_rules_take_each_line(count: int) -> None:
    wanted = qualifying.expected(qualifying.rules(count), qualifying.lines(count))
    assert [len(rules) for rules in wanted] == [2] * qualifying.LINES
    programme, order = growing.with_rules(count), growing.ten_lines(count)
    assert matching(programme, order)() == wanted
    gave = {
        effect.rule
        for effect in programme.decide(programme.new_member("m"), order).effects
        if isinstance(effect, PointsAwarded)
    }
    assert gave == {f"r{place}" for rules in wanted for place in rules}


def test_answers_that_differ_stop_everything() -> None:
    with pytest.raises(SystemExit):
        check("one", ((0, 1),), ((0, 2),))


def test_more_rows_are_found_as_fast() -> None:
    few, many = (growing.with_rows(count) for count in (100, 10_000))
    order = growing.ten_articles()
    assert few.decide(few.new_member("m"), order).effects == many.decide(many.new_member("m"), order).effects
    assert calls(deciding(many, order)) == calls(deciding(few, order))


def test_more_rules_that_take_no_line_cost_nothing() -> None:
    few, many = (growing.with_rules(count) for count in (100, 1_000))
    one, other = (
        calls(deciding(programme, growing.ten_lines(count))) for programme, count in ((few, 100), (many, 1_000))
    )
    assert other <= 1.5 * one


def test_lines_and_quantities_cost_what_they_should() -> None:
    programme, at = growing.grocery(), growing.START
    ten, hundred = (calls(deciding(programme, growing.basket("o", at, lines=count))) for count in (10, 100))
    assert hundred <= 11 * ten
    # Either brings the highest level, which is more to do than none.
    some, million = (calls(deciding(programme, growing.basket("o", at, quantity=n))) for n in (1_000, 1_000_000))
    assert million <= 1.1 * some


def test_who_has_been_here_for_long_waits_no_longer() -> None:
    """The periods of windows and the records of 60 days are there after the first few months."""
    found = growing.members((1, HISTORY, 2 * HISTORY))
    new, old, older = (
        calls(deciding(growing.grocery(), growing.next_basket(member), member)) for member in found.values()
    )
    assert old <= 1.5 * new
    assert older <= 1.1 * old


def test_of_two_sides_the_least_of_several_runs_counts() -> None:
    once: list[int] = []
    taken = seconds(lambda: once.append(1), lambda: None, runs=2, enough=0)
    assert len(taken) == 2
    assert len(once) == 4  # one that works out what is worked out once, and one to see how long it takes
    assert ratio(lambda: sum(range(20_000)), lambda: None, runs=2) > 1


def test_a_side_that_has_to_work_something_out_is_timed_as_often_as_the_other() -> None:
    """Or single calls on cold caches would stand beside the mean of thousands."""
    called: list[int] = []

    def slow_at_first() -> None:
        called.append(1)
        if len(called) == 1:
            sum(range(5_000_000))

    seconds(slow_at_first, runs=1)
    assert len(called) > 10
