"""What is drawn from a programme: the data it asks about, the amounts and instants at which it changes its mind, and
histories that read back as what they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

import pytest
from hypothesis import Phase, find, given, settings

from loyalty_rules import load
from loyalty_rules.calendar import Period
from loyalty_rules.events import Choice, Event, Happening, Purchase, Tick
from loyalty_rules.lang.checked import Example
from loyalty_rules.lang.conditions import Field
from loyalty_rules.lang.formatter import format_source
from loyalty_rules.source import Source
from loyalty_rules.testing.choosing import MEMBER
from loyalty_rules.testing.composing.sketch import Sketch
from loyalty_rules.testing.drawing import History, draw_history, draw_order
from loyalty_rules.testing.interest import Habit, Interest
from loyalty_rules.testing.properties import broken
from loyalty_rules.testing.strategies import events, histories, members, orders, programmes
from loyalty_rules.testing.written import written
from tests.testing.samples import CLUB, MILES

T = TypeVar("T")

PROGRAMME = load(CLUB)
INTEREST = Interest(PROGRAMME)
MINUTE = 60_000_000


def test_data_amounts_and_times_are_those_of_the_file() -> None:
    assert INTEREST.texts[Field.CATEGORY] == ("elsewhere", "beans", "coffee")  # the plainest first
    # 777 RUB with its neighbours, the 400 and 900 RUB of the levels, the 600 RUB with which 60 points are reached.
    for threshold in (777_00, 400_00, 900_00, 600_00, 10_00):
        assert {threshold - 1, threshold, threshold + 1} <= set(INTEREST.money)
    half_past_nine = (9 * 60 + 30) * MINUTE
    assert {half_past_nine - 1, half_past_nine, half_past_nine + 1} <= set(INTEREST.clock_times)
    assert {(0, 2), (0, 3), (1, 0), (0, 30)} <= set(INTEREST.gaps)


def test_histories_begin_around_the_changes_of_the_clock() -> None:
    # Berlin turns its clocks on 29 March and 25 October 2026: the days before are among the first days.
    starts = {PROGRAMME.plan.timeline.start(day) for day in INTEREST.first_days}
    assert {1774652400_000_000, 1792792800_000_000} <= starts  # 2026-03-28 and 2026-10-24, 00:00 in Berlin


WEEKLY = """loyalty rules 1

programme "Weekly"
  currency RUB
  time zone UTC
  week starts monday
  basis money paid
  prices include tax
  returns refused
  late events refused
end

event flight
  fact miles is number
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
end

earn base
  when weekday is saturday
  on any product
  give 2 bonus per 10 RUB
end

earn flown
  after event flight
  basis total of miles since the beginning
  give 3 bonus per 10 miles
end

challenge four_weeks
  goal calendar weeks in a row with (spend at least 70 RUB) at least 4
  repeat from zero
  give 50 bonus
end

tiers status
  level gold when earned bonus in calendar year at least 900 bonus
  upgrade from next order
  review never
end

promise seldom
  when money paid at least 123 RUB
  always times base in calendar day at most 2 times
  allow L161 "tried"
end
"""


def test_what_comes_to_the_units_of_a_level_and_what_a_promise_asks_about_is_drawn() -> None:
    """900 units are 4 500 RUB at 2 per 10, and 3 000 miles at 3 per 10. The third of March 2026 is a tuesday, the
    seventh a saturday."""
    interest = Interest(load(WEEKLY))
    assert {122_99, 123_00, 123_01, 4_499_99, 4_500_00, 4_500_01} <= set(interest.money)
    (miles,) = interest.checked.events["flight"].facts
    assert {2_999_000_000, 3_000_000_000, 3_001_000_000} <= set(interest.values_of(miles))
    days = {date.fromordinal(day) for day in interest.first_days}
    assert date(2026, 3, 7) in days and date(2026, 3, 3) not in days


def test_some_buy_the_same_every_week_where_weeks_are_counted() -> None:
    """Four saturdays in a row, 70 RUB or a kopeck more or less each time: by chance alone that would never come."""
    programme = load(WEEKLY)
    interest = Interest(programme)
    assert interest.habits == (Habit(Period.WEEK, (69_99, 70_00, 70_01)),)
    completed = 0
    for seed in range(200):
        history = draw_history(Chance(seed), interest, 8)
        member = history.member
        for event in history.events:
            member = programme.decide(member, event).member
        completed += programme.progress(member, "four_weeks").completed > 0
    assert completed >= 5
    assert Interest(load(CLUB)).habits == ()  # nothing counts days, weeks or months there


class Chance:
    """Choices made by a generator of random numbers: a `Draw` need not be hypothesis."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def pick(self, values: Sequence[T]) -> T:
        return values[self._random.randrange(len(values))]


def test_orders_meet_thresholds_exactly_and_miss_them_by_a_coin() -> None:
    paid = set()
    for seed in range(400):
        for event in draw_history(Chance(seed), INTEREST, 6).events:
            if isinstance(event, Purchase) and all(line.price is None for line in event.lines):
                paid.add(sum(line.amount - line.discount for line in event.lines if line.amount) // 10_000)
    assert {776_99, 777_00, 777_01} <= paid


@settings(max_examples=60)
@given(histories(PROGRAMME))
def test_drawn_histories_are_decided(history: History) -> None:
    member = history.member
    for event in history.events:
        member = PROGRAMME.decide(member, event).member
    assert [event.at for event in history.events] == sorted(event.at for event in history.events)


@settings(max_examples=20)
@given(histories(PROGRAMME))
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_history_is_printed_as_an_example_that_reads_back_as_the_same_events(language: str, history: History) -> None:
    text = format_source(Source("club", CLUB), language)
    programme = load(text)
    printed = written(History(Interest(programme), history.member, history.events))
    (example,) = load(f"{text}\n{printed}\n").checked.examples
    assert read_back(example) == [told(event) for event in history.events]


def read_back(example: Example) -> list[object]:
    return [told(step.event) for step in example.steps]


def told(event: Event) -> object:
    """What an example can say of an event: whole minutes, lines numbered from 1."""
    minute = event.at - event.at % MINUTE
    match event:
        case Purchase():
            lines = tuple(line._replace(id=str(number)) for number, line in enumerate(event.lines, 1))
            return event._replace(at=minute, member="", lines=lines)
        case Happening():
            return event._replace(at=minute, member="", id="")
        case _:
            return (event.kind, minute)


def test_what_fails_is_shrunk_to_one_plain_order() -> None:
    """A history in which gold is reached shrinks to a single line of 900 RUB, printed as an example."""

    def reaches_gold(history: History) -> bool:
        member = history.member
        for event in history.events:
            member = PROGRAMME.decide(member, event).member
        return PROGRAMME.level(member, "status") == "gold"

    shortest = find(histories(PROGRAMME), reaches_gold, settings=settings(database=None), random=Random(1))
    assert len(shortest.events) == 1
    assert repr(shortest).splitlines()[0] == 'example "Club"'
    assert "900.00 RUB" in repr(shortest) or "900.01 RUB" in repr(shortest)


def test_hypothesis_prints_what_fails_as_a_rule_file_and_an_order_table() -> None:
    @settings(max_examples=5, phases=[Phase.generate])
    @given(histories(PROGRAMME))
    def nothing_happens(history: History) -> None:
        assert not history.events

    @settings(max_examples=5, phases=[Phase.generate])
    @given(programmes())
    def nothing_is_drawn(sketch: Sketch) -> None:
        assert not sketch.blocks

    for test, shown in ((nothing_happens, 'example "Club"\n'), (nothing_is_drawn, "loyalty rules 1\n\nprogramme")):
        with pytest.raises(AssertionError) as caught:
            test()
        told = "\n".join(caught.value.__notes__)
        assert shown in told
        assert "Programme(" not in told and "blocks=" not in told


@settings(max_examples=50)
@given(orders(PROGRAMME), members(PROGRAMME), events(PROGRAMME))
def test_single_orders_members_and_events_are_decided(order: Purchase, member: object, event: Event) -> None:
    assert isinstance(member, tuple)
    state = PROGRAMME.new_member(MEMBER)
    assert PROGRAMME.decide(state, order).outcome == "decided"
    assert PROGRAMME.decide(state, event).outcome == "decided"
    assert isinstance(event, Tick) or event.id == "e-1"


@settings(max_examples=60)
@given(histories(load(MILES)))
def test_what_members_ask_for_is_drawn_decided_and_printed(history: History) -> None:
    assert not list(broken(history, ("conserved", "adds_up", "idempotent")))
    (example,) = load(f"{MILES}\n{written(history)}\n").checked.examples
    asked = [(event.rule, event.amount) for event in history.events if isinstance(event, Choice)]
    assert [(step.event.rule, step.event.amount) for step in example.steps if isinstance(step.event, Choice)] == asked
    paid = [event.redeem for event in history.events if isinstance(event, Purchase)]
    assert [step.event.redeem for step in example.steps if isinstance(step.event, Purchase)] == paid


def test_orders_are_drawn_in_every_currency_with_the_decimals_it_has() -> None:
    text = """loyalty rules 1

programme "Club"
  currency EUR, JPY
  time zone Europe/Paris
  basis price after discounts
  prices include tax
  returns refused
  late events refused
end

purse pts "Points"
  round down per order
  usable at once
  expire never
end

earn base
  on any product
  when price after discounts at least 50 EUR or price after discounts at least 7 000 JPY
  give 1 pts per 1 item
end
"""
    interest = Interest(load(text))
    draw = Chance(7)
    orders = [draw_order(draw, interest, f"o-{number}", 0) for number in range(300)]
    assert {order.currency for order in orders} == {"EUR", "JPY"}
    yen = [
        line.amount for order in orders if order.currency == "JPY" for line in order.lines if line.amount is not None
    ]
    assert yen
    assert all(amount % 1_000_000 == 0 for amount in yen)
    assert 7_000_000_000 in yen
