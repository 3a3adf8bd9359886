"""Which rules can touch a line: found by what they select on, so that an order costs what matches it and not what the
file lists.

The index only rules out. A rule that it names is asked like any other; one that it does not name has no line in the
order, whatever else is asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from loyalty_rules.lang.checked import ProductSet
from loyalty_rules.lang.conditions import (
    AllOf,
    Condition,
    Constant,
    Equals,
    FactOf,
    Field,
    FieldOf,
    In,
    LineSet,
    OneOf,
    Operand,
    Owner,
)
from loyalty_rules.values import frozen

if TYPE_CHECKING:
    from loyalty_rules.engine.receive import OrderLine

#: What a line tells, as far as it is looked up: a field or the name of a line fact, and its value.
Key: TypeAlias = tuple[Field | str, object]

_FIELDS: Final = frozenset({Field.SKU, Field.CATEGORY, Field.BRAND, Field.TAG})


@frozen
class Index:
    """By key, the names of rules that a line with it may belong to, and those that any line may: nothing that is
    looked up tells these apart."""

    by_key: Mapping[Key, frozenset[str]]
    always: frozenset[str]
    facts: frozenset[str]  # the line facts that are looked up

    def reaching(self, lines: Iterable[OrderLine]) -> frozenset[str]:
        """The rules that can touch one of these lines."""
        keys = {key for line in lines if not line.delivery for key in self._keys(line)}
        return self.always.union(*(self.by_key[key] for key in keys if key in self.by_key))

    def _keys(self, line: OrderLine) -> Iterable[Key]:
        yield Field.SKU, line.sku
        yield Field.CATEGORY, line.category
        yield Field.BRAND, line.brand
        for tag in line.tags:
            yield Field.TAG, tag
        for name in self.facts:
            if name in line.facts:
                yield name, line.facts[name]


def index_of(selections: Mapping[str, LineSet | None], products: Mapping[str, ProductSet]) -> Index:
    """The index of rules by what each selects; None for a rule that looks at no lines."""
    by_key: dict[Key, set[str]] = {}
    always: set[str] = set()
    known: dict[str, frozenset[Key] | None] = {}
    for rule, lines in selections.items():
        keys = None if lines is None else _keys_of_lines(lines, products, known)
        if keys is None:
            always.add(rule)
        else:
            for key in keys:
                by_key.setdefault(key, set()).add(rule)
    facts = frozenset(kind for kind, _ in by_key if isinstance(kind, str))
    return Index({key: frozenset(names) for key, names in by_key.items()}, frozenset(always), facts)


def _keys_of_lines(
    lines: LineSet, products: Mapping[str, ProductSet], known: dict[str, frozenset[Key] | None]
) -> frozenset[Key] | None:
    """The keys of which each line of a selection has one; None where there are no such keys."""
    if lines.any_product or lines.delivery:
        return None
    return _any_of(_keys_of_set(name, products, known) for name in lines.sets)


def _keys_of_set(
    name: str, products: Mapping[str, ProductSet], known: dict[str, frozenset[Key] | None]
) -> frozenset[Key] | None:
    if name not in known:
        found = products[name]
        ways = [_keys_of_set(inner, products, known) for inner in found.include]
        if found.where:
            ways.append(_all_of(found.where))
        known[name] = _any_of(ways)
    return known[name]


def _any_of(ways: Iterable[frozenset[Key] | None]) -> frozenset[Key] | None:
    """One of several ways is enough, so the keys of each count, and all must have some."""
    found: set[Key] = set()
    for keys in ways:
        if keys is None:
            return None
        found |= keys
    return frozenset(found)


def _all_of(conditions: Iterable[Condition]) -> frozenset[Key] | None:
    """All of them must hold, so those of any will do: of the one with the fewest."""
    ways = [keys for condition in conditions if (keys := _keys_of(condition)) is not None]
    return min(ways, key=len, default=None)


def _keys_of(condition: Condition) -> frozenset[Key] | None:
    match condition:
        case AllOf():
            return _all_of(condition.items)
        case OneOf():
            return _any_of(_keys_of(item) for item in condition.items)
        case Equals(bound=Constant(value)) if not condition.negated:
            return _keyed(condition.operand, [value])
        case In():
            return _keyed(condition.operand, condition.values)
        case _:
            return None


def _keyed(operand: Operand, values: Iterable[object]) -> frozenset[Key] | None:
    if isinstance(operand, FieldOf) and operand.field in _FIELDS:
        return frozenset((operand.field, value) for value in values)
    if isinstance(operand, FactOf) and operand.fact.owner is Owner.LINE:
        return frozenset((operand.fact.name, value) for value in values)
    return None
