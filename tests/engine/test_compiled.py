"""The compiled evaluator from outside: which rules it covers, what it remembers, and that it can be left aside."""

from __future__ import annotations

import pytest

from loyalty_rules import Programme, load
from loyalty_rules.decision import PointsAwarded
from loyalty_rules.engine import reference
from loyalty_rules.engine.budgets import Draw
from loyalty_rules.engine.compiled import programme_of, selecting
from loyalty_rules.engine.compiled.programme import CompiledProgramme
from loyalty_rules.engine.compiled.whole import split
from loyalty_rules.engine.view import View
from loyalty_rules.events import Line, line, purchase
from tests.engine.evaluators import deciding_by

HEAD = """loyalty rules 1

programme "Club"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
  rules add up
end

"""
RULES = """products Dairy
  where category is "dairy"
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

earn dairy
  on Dairy
  give 3 bonus per 1 item
end

boost double
  changes base
  on Dairy
  multiply by 2
end

group best
  rule a
  rule b
  choose largest for member
  decide per order
end

earn a
  on any product
  give 1 bonus per 100 RUB
end

earn b
  give 5 bonus
end

earn welcome
  after joining
  give 7 bonus
end
"""


def given(programme: Programme, *lines: Line, reference: bool = False) -> dict[str, tuple[int, ...]]:
    event = purchase("o-1", "m", "2026-03-07T10:00:00Z", list(lines), currency="RUB")
    effects = programme.decide(programme.new_member("m"), event, reference=reference).effects
    return {one.rule: one.lines for one in effects if isinstance(one, PointsAwarded)}


def test_coverage_names_the_clause_that_keeps_a_rule_from_being_compiled() -> None:
    """What is rounded by items is not compiled, nor what stands in a group with it, nor a boost of either."""
    assert load(HEAD + RULES).coverage() == dict.fromkeys(["a", "b", "base", "dairy", "double"], "")
    by_item = RULES.replace("give 1 bonus per 100 RUB", "give 1 bonus per 100 RUB\n  round down per item")
    assert load(HEAD + by_item).coverage() == {
        "a": "1 bonus per 100 RUB",
        "b": "1 bonus per 100 RUB",
        "base": "",
        "dairy": "",
        "double": "",
    }


def test_nothing_is_compiled_before_an_order_asks_and_then_once(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = load(HEAD + RULES)
    assert programme.plan._made == {}
    given(programme, line("1", price=20))
    made = programme_of(programme.plan)
    given(programme, line("1", price=20))
    assert programme_of(programme.plan) is made


def test_the_reference_evaluator_decides_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """99.90 + 20.05 = 119.95 of goods: 11 and the doubled 9 of dairy; one whole 20.99 for base, as exact fractions."""
    programme = load(HEAD + RULES)
    lines = (line("1", category="dairy", price="99.90"), line("2", price="20.05"))
    # 9.99 + 2.005 + 9.99 = 21.985: 21 points, the first line weighs 19.98 of it.
    assert given(programme, *lines)["base"] == (19, 2)
    assert given(programme, *lines, reference=True) == given(programme, *lines)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the compiled evaluator was asked")

    monkeypatch.setattr(CompiledProgramme, "evaluate", never)
    assert given(programme, *lines, reference=True)["base"] == (19, 2)
    with deciding_by("compiled"), pytest.raises(AssertionError, match="compiled"):
        given(programme, *lines)
    with deciding_by("reference"):
        assert given(programme, *lines)["base"] == (19, 2)


def test_a_trace_is_made_by_the_reference_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = load(HEAD + RULES)
    event = purchase("o-1", "m", "2026-03-07T10:00:00Z", [line("1", price=20)], currency="RUB")
    decision = programme.decide(programme.new_member("m"), event)
    asked: list[bool] = []
    honest = reference.evaluate

    def seen(view: View, draw: Draw | None = None, *, told: bool = True) -> reference.Result:
        asked.append(told)
        return honest(view, draw, told=told)

    monkeypatch.setattr(reference, "evaluate", seen)
    with deciding_by("compiled"):
        assert {record.rule for record in decision.trace} == {"a", "b", "base", "dairy", "double", "welcome"}
    assert asked == [True]


def test_classes_of_lines_are_forgotten_before_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "MOST_CLASSES", 3)
    programme = load(HEAD + RULES)
    for number in range(20):
        category = "dairy" if number % 4 == 0 else f"other{number}"
        assert ("dairy" in given(programme, line("1", category=category, price=20))) is (number % 4 == 0)
    assert len(programme_of(programme.plan).selections._known) <= 3


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], (4, 3, 3)),  # the one left over goes to the first of equal rests
        (11, [1, 1, 1], (4, 4, 3)),
        (7, [0, 0], (4, 3)),  # nothing weighs: equally
        (5, [0, 2], (0, 5)),
        (3, [5], (3,)),
        (100, [1, 2, 4], (14, 29, 57)),  # 14.29, 28.57, 57.14
    ],
)
def test_units_are_split_by_largest_remainder(total: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert tuple(split(total, weights)) == parts
