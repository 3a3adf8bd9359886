"""What the engine remembers of an answer it has given: the next end of a period, and the reach of a measure.

Dates are typed by hand: in UTC a month ends as the first of the next one begins.
"""

from __future__ import annotations

import threading
from itertools import permutations

import pytest

from loyalty_rules import Programme, line, load, purchase
from loyalty_rules.calendar import Period, instant_of
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.settlement.timing.recurring import next_end

RULES = """loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  rules add up
  round down per order
  usable at once
  expire never
end

earn month
  when spend in calendar month at least 100 RUB
  give 1 bonus
end

earn year
  when spend in calendar year at least 100 RUB
  give 10 bonus
end
"""

#: An instant, and the next end of a month behind it; the other is ten days later.
ENDS = (
    ("2026-03-15T12:00:00Z", "2026-04-01T00:00:00Z", "2026-04-11T00:00:00Z"),
    ("2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z", "2026-04-11T00:00:00Z"),
    ("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-04-11T00:00:00Z"),
    ("2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z", "2026-03-11T00:00:00Z"),
)


def ends(rules: Programme, after: str) -> tuple[int, int]:
    at = instant_of(after)
    return next_end(rules.plan, Period.MONTH, 0, 0, at), next_end(rules.plan, Period.MONTH, 10, 0, at)


@pytest.mark.parametrize("asked", [*permutations(ENDS)], ids=lambda asked: "-".join(one[0][5:10] for one in asked))
def test_the_next_end_is_the_same_whatever_was_asked_before(asked: tuple[tuple[str, str, str], ...]) -> None:
    rules = load(RULES)
    for after, end, shifted in (*asked, *asked):
        assert ends(rules, after) == (instant_of(end), instant_of(shifted))


def test_threads_that_ask_about_different_months_are_all_told_their_own() -> None:
    rules, start, wrong = load(RULES), threading.Barrier(4), list[str]()

    def ask(after: str, end: str, shifted: str) -> None:
        start.wait()
        for _ in range(200):
            if ends(rules, after) != (instant_of(end), instant_of(shifted)):
                wrong.append(after)

    threads = [threading.Thread(target=ask, args=one) for one in ENDS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_measures_over_a_month_and_over_a_year_reach_apart() -> None:
    """60 RUB in March and 60 in April: over 100 in the year, not in the month."""
    rules = load(RULES)
    member, given = rules.new_member("m"), list[dict[str, int]]()
    for name, at in (("o-1", "2026-03-20T12:00:00Z"), ("o-2", "2026-04-02T12:00:00Z")):
        order = purchase(name, "m", at, [line("1", amount="60")], currency="RUB")
        decision = rules.decide(member, order)
        member = decision.member
        given.append({one.rule: one.granted for one in decision.effects if isinstance(one, PointsAwarded)})
    assert given == [{}, {"year": 10}]
