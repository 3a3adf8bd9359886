"""Lines by class: which selections take a line follows from the few fields of it that they ask about, so it is worked
out once for each combination of these that turns up."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from loyalty_rules.engine.compiled.linetests import LineTest
from loyalty_rules.engine.index import index_of
from loyalty_rules.engine.plan import Plan
from loyalty_rules.engine.receive import OrderLine
from loyalty_rules.lang.checked import ProductSet
from loyalty_rules.lang.conditions import FactOf, Field, FieldOf, Has, LineSet, OnSale
from loyalty_rules.lang.walking import parts_of

#: How many combinations are remembered at most; then all are forgotten, and worked out anew.
MOST_CLASSES: Final = 65_536

#: Where what a field tells stands in a line.
_PLACES: Final = {
    Field.SKU: OrderLine._fields.index("sku"),
    Field.CATEGORY: OrderLine._fields.index("category"),
    Field.BRAND: OrderLine._fields.index("brand"),
    Field.TAG: OrderLine._fields.index("tags"),
    Field.UNIT_PRICE: OrderLine._fields.index("unit_price"),
    Field.QUANTITY: OrderLine._fields.index("quantity"),
}
_DELIVERY: Final = OrderLine._fields.index("delivery")
_ON_SALE: Final = OrderLine._fields.index("on_sale")


class Selections:
    """Selections by number, each with its test."""

    def __init__(self, plan: Plan, tests: dict[LineSet, LineTest]) -> None:
        self.numbers = {lines: number for number, lines in enumerate(tests)}
        self._tests = tuple(tests.values())
        self._index = index_of({str(number): lines for lines, number in self.numbers.items()}, plan.checked.products)
        names = {name for lines in tests for name in (*lines.sets, *lines.except_sets)}
        parts = [part for products in _with_inner(plan, names) for part in parts_of(products.where)]
        places = {_PLACES[part.field] for part in parts if isinstance(part, FieldOf)}
        places |= {_DELIVERY} | ({_ON_SALE} if any(isinstance(part, OnSale) for part in parts) else set())
        self._fields: Callable[[OrderLine], Hashable] = itemgetter(*sorted(places))
        self._facts = tuple(sorted({part.fact.name for part in parts if isinstance(part, FactOf | Has)}))
        self._known: dict[Hashable, tuple[int, ...]] = {}

    def number(self, lines: LineSet | None) -> int:
        """The number of a selection; -1 for none."""
        return -1 if lines is None else self.numbers[lines]

    def places(self, lines: Sequence[OrderLine]) -> dict[int, list[int]]:
        """By selection, the places of the lines that it takes, if there are any."""
        found: dict[int, list[int]] = {}
        keys = self._keys(lines)
        for place, taken in enumerate(map(self._known.get, keys)):
            for number in self._learn(keys[place], lines[place]) if taken is None else taken:
                if number in found:
                    found[number].append(place)
                else:
                    found[number] = [place]
        return found

    def _keys(self, lines: Sequence[OrderLine]) -> list[Hashable]:
        """What each line is told apart by."""
        keys = list(map(self._fields, lines))
        for name in self._facts:
            keys = [(key, line.facts.get(name)) for key, line in zip(keys, lines, strict=True)]
        return keys

    def _learn(self, key: Hashable, line: OrderLine) -> tuple[int, ...]:
        """What takes a line of a class that was not seen before. The index only rules out."""
        if len(self._known) >= MOST_CLASSES:
            self._known.clear()
        near = sorted(map(int, self._index.reaching((line,))))
        taken = self._known[key] = tuple(number for number in near if self._tests[number](line))
        return taken


def _with_inner(plan: Plan, names: Iterable[str]) -> Iterator[ProductSet]:
    """Product sets, with those that they are made of."""
    waiting, seen = sorted(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield plan.checked.products[name]
            waiting += (*plan.checked.products[name].include, *plan.checked.products[name].exclude)
