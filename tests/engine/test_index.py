"""Rules are found by what they select on: an order asks those that can touch one of its lines, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from loyalty_rules import Decision, Programme, load, purchase
from loyalty_rules.decision import Outcome, PointsAwarded
from loyalty_rules.events import Line, line
from tests.engine.evaluators import deciding_by

HEAD = """loyalty rules 1

programme "Shelves"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end

facts
  line fact shelf is text optional
end

purse pts
  round down per order
  usable at once
  expire never
  rules add up
end

"""

RULE = """
earn {name}
  on {selection}
  give {points} pts
end
"""

SETS = """
products Tea
  where category is "tea"
end

products Green
  where category is one of "tea", "matcha" and brand is "Green"
end

products Low
  where has shelf and shelf is "low"
end

products Marked
  where product tag is "new" or sku is "s-1"
end

products NotTea
  where category is not "tea"
end

products Dear
  where unit price over 100 RUB
end

products Both
  include Tea, Marked
  except Low
end
"""

NAMES = ("Tea", "Green", "Low", "Marked", "NotTea", "Dear", "Both")


@pytest.fixture(autouse=True)
def by_both() -> Iterator[None]:
    """The index is the reference evaluator's: the compiled one finds rules by itself, and both have to agree."""
    with deciding_by("both"):
        yield


def shop() -> Programme:
    rules = (RULE.format(name=f"r_{name.lower()}", selection=name, points=1) for name in NAMES)
    return load(HEAD + SETS + "".join(rules))


def bought(programme: Programme, lines: Sequence[Line]) -> Decision:
    event = purchase("o-1", "m", "2026-03-02T10:00:00Z", lines, currency="RUB")
    return programme.decide(programme.new_member("m"), event)


def asked(decision: Decision) -> set[str]:
    """The rules that the index names for the lines of an order."""
    view = decision._settled().view
    assert view is not None
    return set(view.plan.index.reaching(view.occasion.lines))


#: By line: the rules that it belongs to, and those that are asked beside them, since what they ask is not looked up.
LINES = [
    ({"category": "tea"}, "tea both", "nottea dear"),
    ({"category": "matcha", "brand": "Green"}, "green nottea", "dear"),
    ({"category": "rice"}, "nottea", "dear"),
    ({"category": "rice", "tags": ["aged", "new"]}, "marked both nottea", "dear"),
    ({"sku": "s-1", "price": 200}, "marked both nottea dear", ""),
    ({"facts": {"shelf": "low"}}, "low nottea", "dear"),
    ({"facts": {"shelf": "high"}}, "nottea", "dear"),
    ({"category": "tea", "facts": {"shelf": "low"}}, "tea low", "both nottea dear"),
]


@pytest.mark.parametrize(("told", "given", "also"), LINES)
def test_a_line_finds_the_rules_that_it_belongs_to(told: dict[str, Any], given: str, also: str) -> None:
    decision = bought(shop(), [line("1", **{"price": 50, **told})])
    names = {f"r_{name}" for name in given.split()}
    assert {effect.rule for effect in decision.effects if isinstance(effect, PointsAwarded)} == names
    assert asked(decision) == names | {f"r_{name}" for name in also.split()}


def test_delivery_is_in_no_set() -> None:
    decision = bought(shop(), [line("1", category="tea", price=50, delivery=True)])
    assert not decision.effects
    assert asked(decision) == {"r_nottea", "r_dear"}


def test_a_rule_that_is_not_asked_still_has_its_reason() -> None:
    trace = {record.rule: record for record in bought(shop(), [line("1", category="rice", price=50)]).trace}
    assert len(trace) == len(NAMES)
    assert trace["r_tea"].outcome is Outcome.NO_MATCHING_LINES


def test_rules_that_look_at_no_lines_or_at_all_of_them_are_always_asked() -> None:
    more = RULE.format(name="whole", selection="any product", points=2)
    more += "\nearn once\n  give 3 pts\nend\n\nearn sent\n  on delivery\n  give 4 pts\nend\n"
    decision = bought(load(HEAD + SETS + more), [line("1", category="rice", price=50)])
    assert [effect.rule for effect in decision.effects if isinstance(effect, PointsAwarded)] == ["once", "whole"]
    assert asked(decision) == {"once", "whole", "sent"}


def test_an_order_asks_what_matches_it_whatever_the_file_lists() -> None:
    """1,000 rules, each with a shelf of its own: the two of the order are asked."""
    sets = "".join(f'\nproducts P{n}\n  where sku is "s-{n}"\nend\n' for n in range(1_000))
    rules = "".join(RULE.format(name=f"r{n}", selection=f"P{n}", points=n + 1) for n in range(1_000))
    decision = bought(load(HEAD + sets + rules), [line("1", sku="s-7", price=50), line("2", sku="s-999", price=50)])
    given = [(effect.rule, effect.granted) for effect in decision.effects if isinstance(effect, PointsAwarded)]
    assert given == [("r7", 8), ("r999", 1_000)]
    assert asked(decision) == {"r7", "r999"}


def test_a_group_is_settled_among_those_that_are_asked() -> None:
    """Of 5 and 9 the larger; without tea, 5 alone: the rule that is not asked wins nothing from it."""
    more = RULE.format(name="tea", selection="Tea", points=9) + RULE.format(name="rest", selection="NotTea", points=5)
    more += "\ngroup one\n  rule tea\n  rule rest\n  choose largest for member\n  decide per order\nend\n"
    programme = load(HEAD + SETS + more)
    both = bought(programme, [line("1", category="tea", price=50), line("2", category="rice", price=50)])
    alone = bought(programme, [line("1", category="rice", price=50)])
    for decision, name, units in ((both, "tea", 9), (alone, "rest", 5)):
        assert [(one.rule, one.granted) for one in decision.effects if isinstance(one, PointsAwarded)] == [
            (name, units)
        ]
