"""When a programme is made one function: by itself once it pays, of a large file only where it is asked for."""

from __future__ import annotations

import pytest

from loyalty_rules import Decision, Programme, load
from loyalty_rules.engine.plan import Plan
from loyalty_rules.events import Purchase, line, purchase
from loyalty_rules.fused import running
from loyalty_rules.fused.building import Function, made_of
from tests.engine.evaluators import DECIDED, deciding_by

HEAD = """loyalty rules 1

programme "Club"
  currency EUR
  time zone Europe/Berlin
  basis price after discounts
  prices include tax
  returns refused
  late events refused
end

purse points
  round down per order
  usable at once
  expire never
  rules add up
end
"""
#: The rule of a category; all but the first take nothing of `ORDER`.
_RULE = """
products P{number}
  where category is "c{number}"
end

earn r{number}
  on P{number}
  give 1 points per 1 EUR
end
"""
ORDER = purchase("o", "m", "2025-03-03T10:00:00Z", [line("1", category="c0", price="9.00")], currency="EUR")


def club(rules: int) -> Programme:
    return load(HEAD + "".join(_RULE.format(number=number) for number in range(rules)))


def decided(programme: Programme, order: Purchase = ORDER) -> tuple[Decision, bool]:
    """The decision for a new member, and whether the function made it. What it decides is held to the ordinary path."""
    with deciding_by("whole"):
        before = DECIDED.total()
        found = programme.decide(programme.new_member("m"), order)
        return found, DECIDED.total() > before


def test_a_prepared_programme_decides_its_first_order_by_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, prepared = club(1), club(1)
    prepared.prepare()
    for programme, by_function in ((plain, False), (prepared, True)):
        seen: list[object] = []
        monkeypatch.setattr(running.Fused, "settle", lambda self, member, event, seen=seen: seen.append(event))
        with deciding_by("compiled"):
            assert programme.decide(programme.new_member("m"), ORDER).member.purses[0].lots[0].left == 9
        assert bool(seen) is by_function


def test_a_large_file_is_made_a_function_only_where_it_is_asked_for() -> None:
    """It would take a second, for which nobody waits at a till. 9 EUR are 9 points either way."""
    assert running.MOST_RULES == 256
    for rules, by_itself in ((256, True), (257, False)):
        programme = club(rules)
        assert programme.left_whole() == {}
        found, by_function = decided(programme)
        assert by_function is by_itself
        programme.prepare()
        again, by_function = decided(programme)
        assert by_function
        assert found.member == again.member
        assert found.effects == again.effects
        assert again.member.purses[0].lots[0].left == 9


def test_more_rules_take_longer_to_be_made_and_wait_for_more_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 8 rules to 15 as of one, of 16 twice as many orders, and what was made is kept."""
    made: list[int] = []

    def making(plan: Plan, fingerprint: str) -> Function | None:
        made.append(len(plan.rules))
        return made_of(plan, fingerprint)

    monkeypatch.setattr(running, "made_of", making)
    with deciding_by("compiled"):
        monkeypatch.setattr(running, "WORTH", 2)
        for rules, orders in ((1, 2), (15, 2), (16, 4), (24, 6)):
            programme = club(rules)
            for _ in range(orders):
                programme.decide(programme.new_member("m"), ORDER)
            assert made == []
            for _ in range(2):
                programme.decide(programme.new_member("m"), ORDER)
            programme.prepare()
            assert made == [rules]
            made.clear()
