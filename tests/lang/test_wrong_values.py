"""Values of the wrong kind, and rows of returns that say nothing: each is one message at its place."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules.loading import examine
from loyalty_rules.source import Source

HEAD: Final = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  week starts monday
  basis money paid
  prices include tax
  returns replay within 10 days
  returns keep prices
  late events refused
end

facts
  order fact floor is number else 0
  member fact size is number else 0
end

purse bonus "Points"
  round down per order
  usable at once
  expire never
  after a return may go negative
end

tiers status "Status"
  level silver when spend in last 12 months at least 500 RUB
  upgrade from next order
  review never
  after a return keep
end
"""
RULE: Final = "\nearn base\n  on any product\n  {clause}\n  give 5% to bonus\nend\n"
STEPS: Final = """
earn base
  on any product
  give 1 bonus per 10 RUB
end

example "Something comes back"
  at 2026-03-07 11:00 places order "o-1"
  | quantity | unit price |
  | 3        | 100 RUB    |
  should give 30 bonus by base
  at 2026-03-08 11:00 returns "o-1"
  {rows}
end
"""


def told(text: str) -> list[tuple[str, str]]:
    """The code of each message, and the words it is said of."""
    source = Source("club.loyalty", HEAD + text)
    return [(one.problem.code, source.slice(one.span).strip()) for one in examine(source)[1]]


@pytest.mark.parametrize(
    ("clause", "code", "words"),
    [
        ("when spend in this order at least 2026-03-01", "L050", "2026-03-01"),
        ("when spend in this order at least 50", "L053", "50"),
        ("when earned bonus in last 30 days at least monday", "L050", "monday"),
        ("when items in this order at least 5 RUB", "L053", "5 RUB"),
        ("when items in this order at least 10:00", "L050", "10:00"),
        ("when floor at least 5 RUB", "L053", "5 RUB"),
        ("when size at least 2026-03-01", "L050", "2026-03-01"),
        ('when floor is "first"', "L050", '"first"'),
        ("for status is 5", "L050", "5"),
        ("for status at least gold", "L030", "gold"),
    ],
)
def test_a_value_of_another_kind_is_named_with_what_is_expected(clause: str, code: str, words: str) -> None:
    assert told(RULE.format(clause=clause)) == [(code, words)]


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        (("| order line | quantity |", "| 1 |"), "L091", "| 1 |"),
        (("| order line |", "| 1 |", "| 1 |"), "L137", "1"),
        (("| quantity |", "| 1 |"), "L191", "| quantity |"),
        (("| order line | category |", '| 1 | "tea" |'), "L191", "category"),
        (("| order line | order line |", "| 1 | 2 |"), "L137", "order line"),
    ],
)
def test_rows_of_a_return_name_lines_once_each(rows: tuple[str, ...], code: str, words: str) -> None:
    assert told(STEPS.format(rows="\n  ".join(rows))) == [(code, words)]


GOAL: Final = """
challenge days
  goal days in a row with ({asked}) at least 3
  once
  give 5 bonus
  after a return keep
end
"""


@pytest.mark.parametrize(
    "asked",
    [
        "orders at least 2",
        "not (orders at least 2)",
        "spend between 100 RUB and 200 RUB",
        "orders is 1",
        "orders is one of 1, 2",
        "any 1 among (orders at least 2 or spend at least 5 RUB)",
        "spend at least 100 RUB and not (orders at least 3)",
    ],
)
def test_a_day_may_be_asked_anything_that_measures_it(asked: str) -> None:
    assert told(GOAL.format(asked=asked)) == []


def test_a_day_has_no_category() -> None:
    assert told(GOAL.format(asked='category is "tea"')) == [("L055", "category")]
