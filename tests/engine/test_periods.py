"""Counters of days, weeks and months, against a calculation over the whole history; what of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_rules.decision import FalseCondition
from loyalty_rules.events import line, purchase
from loyalty_rules.lang.conditions import Compared, Measure
from loyalty_rules.settlement.knowing import view_at
from tests.engine.deciding import order, programme

START: Final = date(2026, 1, 28)

#: By measure: the day, week or month of a date, what of it counts, and whether only runs do.
History = list[tuple[date, int]]


def day(when: date) -> tuple[int, ...]:
    return (when.toordinal(),)


def week(when: date) -> tuple[int, ...]:
    return ((when - timedelta(days=when.weekday())).toordinal() // 7,)


def month(when: date) -> tuple[int, ...]:
    return (when.year * 12 + when.month,)


def anything(amounts: list[int]) -> bool:
    return bool(amounts)


def large_orders(amounts: list[int]) -> bool:
    return sum(amount >= 60 for amount in amounts) >= 2


def large_in_all(amounts: list[int]) -> bool:
    return sum(amounts) >= 100


Period = Callable[[date], tuple[int, ...]]
Meets = Callable[[list[int]], bool]

LARGE: Final = "with (orders with (spend at least 60 RUB) at least 2)"
IN_ALL: Final = "with (spend at least 100 RUB)"
RUNS: Final[dict[str, tuple[Period, Meets]]] = {
    "days in a row": (day, anything),
    "calendar weeks in a row": (week, anything),
    "calendar months in a row": (month, anything),
    f"days in a row {IN_ALL}": (day, large_in_all),
    f"calendar weeks in a row {LARGE}": (week, large_orders),
    f"calendar months in a row {IN_ALL}": (month, large_in_all),
}
ACTIVE: Final[dict[str, tuple[Period, Meets]]] = {
    "active days": (day, anything),
    "active calendar weeks": (week, anything),
    "active calendar months": (month, anything),
    f"active days {LARGE}": (day, large_orders),
    f"active calendar weeks {IN_ALL}": (week, large_in_all),
}


def counting(history: History, period: Period, meets: Meets) -> set[int]:
    numbers = {period(when)[0] for when, _ in history}
    return {n for n in numbers if meets([amount for when, amount in history if period(when)[0] == n])}


def run(history: History, period: Period, meets: Meets, today: date) -> int:
    found, last = counting(history, period, meets), period(today)[0]
    last = last if last in found else last - 1
    length = 0
    while last - length in found:
        length += 1
    return length


def in_thirty_days(history: History, period: Period, meets: Meets, today: date) -> int:
    """Whole periods that share a date with the window; with no filter of their own, by the orders in the window."""
    window = [today - timedelta(days=back) for back in range(30)]
    if meets is anything:
        return len({period(when)[0] for when, _ in history if when in window})
    return len(counting(history, period, meets) & {period(when)[0] for when in window})


RULES: Final = programme(
    *(f"earn r{place}\n  when {text} at least 9\n  give 1 pts" for place, text in enumerate(RUNS)),
    *(f"earn a{place}\n  when {text} in last 30 days at least 9\n  give 1 pts" for place, text in enumerate(ACTIVE)),
)


def measure_of(rule: str) -> Measure:
    (test,) = RULES.checked.earns[rule].occasion
    assert isinstance(test, Compared) and isinstance(test.operand, Measure)
    return test.operand


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 99)), min_size=1, max_size=25))
def test_counters_of_periods_are_those_of_the_whole_history(steps: list[tuple[int, int]]) -> None:
    member, today, history = RULES.new_member("m"), START, History()
    for number, (pause, amount) in enumerate(steps):
        today += timedelta(days=pause)
        event = purchase(f"o-{number}", "m", f"{today}T12:00:00+03:00", [line("1", price=str(amount))], currency="RUB")
        member = RULES.decide(member, event).member
        history.append((today, amount))
        view = view_at(RULES.plan, member, member.clock)
        for place, (period, meets) in enumerate(RUNS.values()):
            assert view.measure(measure_of(f"r{place}")) == run(history, period, meets, today)
        for place, (period, meets) in enumerate(ACTIVE.values()):
            assert view.measure(measure_of(f"a{place}")) == in_thirty_days(history, period, meets, today)


def test_a_run_keeps_nothing_from_before_it_began() -> None:
    rules = programme(f"earn week\n  when calendar weeks in a row {IN_ALL} is 9\n  give 1 pts")
    member = rules.new_member("m")
    kept = []
    for place, at in enumerate(("2026-03-02", "2026-03-09", "2026-03-16", "2026-04-01", "2026-04-06")):
        event = order("100" if place < 4 else "50", id=f"o-{place}", at=f"{at}T12:00:00+03:00")
        member = rules.decide(member, event).member
        kept += [len(counter.buckets) for counter in member.counters if counter.key.startswith("SPEND")]
    assert kept == [1, 2, 3, 1, 2]


def test_a_window_keeps_whole_the_week_that_it_cuts() -> None:
    rules = programme(f"earn week\n  when active calendar weeks {IN_ALL} in last 8 days is 2\n  give 1 pts")
    member = rules.new_member("m")
    given = []
    for place, (at, price) in enumerate((("2026-03-02", "60"), ("2026-03-08", "40"), ("2026-03-15", "100"))):
        decision = rules.decide(member, order(price, id=f"o-{place}", at=f"{at}T12:00:00+03:00"))
        member = decision.member
        given.append(len(decision.effects))
    assert given == [0, 0, 1]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("days in a row at least 3", "en", "Found: 1 day, 2 days more."),
        ("calendar weeks in a row at least 2", "en", "Found: 1 week, 1 week more."),
        ("active calendar months in calendar year at least 6", "en", "Found: 1 month, 5 months more."),
        ("calendar weeks in a row at least 3", "ru", "ещё 2 недели."),
    ],
)
def test_a_run_that_is_too_short_is_told_with_its_distance(text: str, language: str, words: str) -> None:
    rules = programme(f"earn week\n  when {text}\n  give 1 pts")
    decision = rules.decide(rules.new_member("m"), order("100"))
    (record,) = decision.trace
    assert isinstance(record.conditions[0], FalseCondition)
    assert words in decision.explain(language)
