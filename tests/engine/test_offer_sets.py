"""Sets of units against a model that takes them one by one, and what they cost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import pytest

from loyalty_rules.engine.pricing import sets
from loyalty_rules.events import Line, line
from loyalty_rules.lang.checked import Pick
from loyalty_rules.lang.checker.costs import cost_of
from loyalty_rules.lang.conditions import LineSet
from tests.engine.test_offers import off, placed, programme_of

TEMPLATE = """
products Mug
  where category is "mug"
end

offer free
  buy {buy} items on Tea {order}
  pick {pick} items {picked} {where}
  discount 100%
  {more}
end
"""
ORDERS = {"cheapest first": 1, "dearest first": -1, "in line order": 0}


class Unit(NamedTuple):
    line: int
    price: int
    tea: bool


def drawn(draw: random.Random) -> list[Line]:
    """Lines of tea and mugs whose ids are in their order."""
    return [
        line(
            str(number),
            category=draw.choice(["tea", "mug"]),
            quantity=draw.randint(1, 7),
            price=str(draw.randint(1, 5)),
        )
        for number in range(1, draw.randint(2, 7))
    ]


def in_order(units: Sequence[Unit], order: str) -> list[Unit]:
    sign = ORDERS[order]
    return sorted(units, key=lambda unit: (sign * unit.price, unit.line))


def free_units(lines: Sequence[Line], buy: int, order: str, pick: int, picked: str, where: str, most: int) -> int:
    """What the free units cost together, in cents: each unit by itself."""
    units = [
        Unit(place, int(one.price or 0) // 10**6, one.category == "tea")
        for place, one in enumerate(lines)
        for _ in range(one.quantity // 10**6)
    ]
    teas = in_order([unit for unit in units if unit.tea], order)
    mugs = in_order([unit for unit in units if not unit.tea], picked)
    count = len(teas) // buy
    if where != "from bought":
        count = min(count, len(mugs) // pick)
    count = min(count, most)
    if where != "from bought":
        return 100 * sum(unit.price for unit in mugs[: count * pick])
    found = 0
    for number in range(count):
        of_set = in_order(teas[number * buy : (number + 1) * buy], picked)
        found += sum(unit.price for unit in of_set[:pick])
    return 100 * found


def test_runs_give_what_units_give() -> None:
    draw = random.Random("sets")
    for _ in range(60):
        buy = draw.randint(1, 4)
        order, picked = draw.choice(list(ORDERS)), draw.choice(list(ORDERS))
        where = draw.choice(["from bought", "on Mug"])
        pick = draw.randint(1, buy) if where == "from bought" else draw.randint(1, 3)
        most = draw.choice([1, 2, 1_000])
        text = TEMPLATE.format(
            buy=buy, order=order, pick=pick, picked=picked, where=where, more=f"limit {most} per order"
        )
        programme = programme_of(text)
        for _ in range(5):
            lines = drawn(draw)
            expected = free_units(lines, buy, order, pick, picked, where, most)
            decision = placed(programme, lines)
            assert sum(one.granted for one in off(decision)) == expected, (text, lines)
            assert placed(programme, draw.sample(lines, len(lines))).effects == decision.effects


def test_as_many_sets_as_there_can_be_where_two_lines_want_the_same_units() -> None:
    """Two of anything and one tea, cheapest first: the first line takes the teas, so the second has fewer of them."""
    programme = programme_of(
        "\noffer both\n  buy 2 items on any product cheapest first\n  buy 1 items on Tea cheapest first\n"
        "  sell at 1 USD\nend\n"
    )
    teas = [line("1", category="tea", quantity=3, price="2"), line("2", category="mug", quantity=3, price="9")]
    assert [one.granted for one in off(placed(programme, teas))] == [500]  # one set: three teas for 1 USD
    mugs = [line("1", category="tea", quantity=2, price="9"), line("2", category="mug", quantity=4, price="2")]
    assert [one.granted for one in off(placed(programme, mugs))] == [2_400]  # two sets of 13 USD


@pytest.mark.parametrize("quantity", [6, 6_000_000])
def test_the_looks_at_lines_are_within_the_cost_of_the_file(monkeypatch: pytest.MonkeyPatch, quantity: int) -> None:
    looks = 0
    plain = sets._Counting.runs

    def counting(self: sets._Counting, lines: LineSet, order: Pick) -> sets.Units:
        nonlocal looks
        looks += len(self.left)
        return plain(self, lines, order)

    monkeypatch.setattr(sets._Counting, "runs", counting)
    programme = programme_of(
        "\noffer both\n  buy 2 items on any product cheapest first\n  buy 1 items on Tea cheapest first\n"
        "  pick 1 items dearest first on any product\n  discount 50%\nend\n"
    )
    lines = [line(str(number), category="tea", quantity=quantity, price="2") for number in range(1, 21)]
    assert off(placed(programme, lines))
    assert len(lines) < looks <= cost_of(programme.checked).of(len(lines))


def test_6_000_units_take_as_many_looks_as_6(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in the sets that are looked at by themselves, and in what is told; one line more is one look more."""
    looks = 0
    plain = sets._cut

    def counting(stream: list[list[int]], size: int, times: int) -> object:
        nonlocal looks
        looks += 1
        return plain(stream, size, times)

    monkeypatch.setattr(sets, "_cut", counting)
    text = TEMPLATE.format(buy=3, order="dearest first", pick=1, picked="cheapest first", where="from bought", more="")
    programme = programme_of(text)
    seen = []
    for quantity in (6, 6_000):
        looks = 0
        decision = placed(programme, [line("1", category="tea", quantity=quantity, price="2")])
        assert [one.granted for one in off(decision)] == [Fraction(quantity, 3) * 200]
        seen.append((looks, len(decision.effects), sum(len(record.entries) for record in decision.trace)))
    assert seen[0] == seen[1]
